"""How an overlay beside the card is drawn now: its template, its product's link, its countdown, a value from elsewhere.

What cannot be read or drawn is told. On the engine's thread only.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from overlays import OVERLAYS
from overlays.base import Covered, Moment, Patch, Timed
from overlays.card import CardParams
from studio.adding import KINDS, AddedConfig, params_of
from studio.clock import Clock
from studio.config import CanvasConfig
from studio.errors import Problem, StudioError
from studio.events import Event, Noticed
from studio.i18n import _
from studio.media.frames import NS

if TYPE_CHECKING:
    from studio.live_data import DataReader

log = logging.getLogger(__name__)


class AddedPainter:
    """Draws the overlays of one show; `dress` makes an overlay's parameters, in its template."""

    def __init__(
        self, canvas: CanvasConfig, clock: Clock, emit: Callable[[Event], None], dress: Callable[[AddedConfig], Any]
    ) -> None:
        self._canvas = canvas
        self._clock = clock
        self._emit = emit
        self._dress = dress
        self._reader: DataReader | None = None

    def in_template(self, added: AddedConfig, told: bool) -> Any:
        """Its parameters in its template; in its usual one where that cannot be read, which was `told` already or is.

        Raises `value.bad` for what cannot be filled in.
        """
        try:
            return self._dress(added)
        except StudioError as error:
            if not told:
                self._emit(Noticed(error.problem, True, self._clock.utc()))
            return params_of(added)

    def as_of_now(self, added: AddedConfig, params: Any, since_ns: int) -> Any:
        """The parameters of an overlay that is shown since then, at this moment."""
        overlay = OVERLAYS[added.kind]()
        if not isinstance(overlay, Timed):
            return params
        since_s = (self._clock.now_ns() - since_ns) / NS
        value = self._reader.value(added.slot) if self._reader is not None else None
        return overlay.at(params, Moment(since_s, self._clock.utc().astimezone(), value))

    def draw(self, added: AddedConfig, params: Any, covered: Covered) -> Patch | None:
        """The overlay at its own place; None where it cannot be drawn, which is told."""
        try:
            patch: Patch = OVERLAYS[added.kind]().render(params, self._canvas.width, self._canvas.height, covered)
            return patch
        except Exception as error:  # an overlay may be anybody's: whatever it raises, the show goes on
            log.warning("the overlay %s could not be drawn", added.kind, exc_info=error)
            self._tell("overlay.failed", added, reason=error)
            return None

    def tell_flaws(self, added: AddedConfig, patch: Patch) -> None:
        """Letters without a font, and a picture that cannot be read."""
        if patch.missing:
            self._tell("overlay.no_font", added, letters=patch.missing[:40])
        if patch.flaw:
            self._tell("overlay.no_picture", added, reason=patch.flaw)

    def _tell(self, code: str, added: AddedConfig, **values: object) -> None:
        problem = Problem.of(code, overlay=_(KINDS[added.kind]), **values)
        self._emit(Noticed(problem, True, self._clock.utc()))

    def follow(self, added: AddedConfig, params: Any) -> None:
        """Reads from now on the value that an overlay takes from elsewhere; nothing for one that takes none."""
        if added.kind != "data":
            self.leave(added.slot)
            return
        if self._reader is None:
            from studio.live_data import DataReader  # noqa: PLC0415 - 12 MB that most shows never need

            self._reader = DataReader(self._clock, self._emit)
        self._reader.follow(added.slot, params)

    def leave(self, slot: str) -> None:
        """Nothing is read for that slot any more."""
        if self._reader is not None:
            self._reader.leave(slot)

    def stop(self) -> None:
        """May be called twice."""
        if self._reader is not None:
            self._reader.stop()


def with_link(params: Any, card: CardParams | None, link_of: Callable[[CardParams], str]) -> Any:
    """A code that leads to its product leads to it where the show is seen; a link of the overlay's own stays."""
    if card is None or not hasattr(params, "link") or params.link.strip() not in ("", card.link.strip()):
        return params
    return replace(params, link=link_of(card))
