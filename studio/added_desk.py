"""What a seller has added to the picture beside the card: drawn once per change, counted down, kept off each other.

An overlay that cannot be drawn is left out and reported; the show goes on without it. On the engine's thread only.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from overlays import OVERLAYS
from overlays.base import Moment, Patch, Timed
from overlays.live_data import LiveDataParams
from overlays.places import Box, free_place, safe_area
from studio.adding import KINDS, AddedConfig, OverlayChanged, params_of
from studio.broadcast import Broadcast
from studio.clock import Clock
from studio.errors import Problem, StudioError
from studio.events import Event, Noticed
from studio.health.code import ExpectedCode
from studio.i18n import _
from studio.media.frames import NS
from studio.media.layers import Layer
from studio.shown_codes import ShownCodes

if TYPE_CHECKING:
    from studio.live_data import DataReader

log = logging.getLogger(__name__)

TURN_EVERY_NS = NS // 4  # a countdown is looked at four times a second and drawn when its second has changed
MOST_ADDED = 12


@dataclass(slots=True)
class _Shown:
    added: AddedConfig
    params: Any  # as it was asked for
    drawn: Any  # as it was drawn last
    box: Box
    since_ns: int


class AddedDesk:
    """The overlays of one show beside its card; `card_box` says where the card lies, or None."""

    def __init__(
        self,
        broadcast: Broadcast,
        clock: Clock,
        emit: Callable[[Event], None],
        codes: ShownCodes,
        card_box: Callable[[], tuple[int, int, int, int] | None] = lambda: None,
    ) -> None:
        self._canvas = broadcast.show.canvas
        self._broadcast = broadcast
        self._clock = clock
        self._emit = emit
        self._codes = codes
        self._card_box = card_box
        self._waiting: dict[str, AddedConfig] = {}  # whose codes are being tried
        self._shown: dict[str, _Shown] = {}
        self._turned_ns = 0
        self._reader: DataReader | None = None

    @property
    def added(self) -> tuple[AddedConfig, ...]:
        return tuple(shown.added for shown in self._shown.values())

    def begin(self) -> None:
        """What the show begins with."""
        for added in self._broadcast.show.added:
            try:
                self.show(added)
            except StudioError as error:
                self._notice(error.problem)

    def show(self, added: AddedConfig) -> None:
        """Puts an overlay into its slot; raises `value.bad` for what cannot be filled in, and `overlay.too_many`."""
        params = params_of(added)
        self._waiting.pop(added.slot, None)
        if added.slot not in self._shown and len(self._shown) >= MOST_ADDED:
            self._notice(Problem.of("overlay.too_many", most=MOST_ADDED))
            return
        if _link_of(params):
            params = self._with_proven_code(added, params)
            if params is None:
                return
        since_ns = self._clock.now_ns()
        drawn = self._as_of_now(added, params, since_ns)
        patch = self._draw(added, drawn)
        if patch is None:
            return
        layer = Layer(patch)
        self._broadcast.layers.show(_layer_slot(added.slot), layer)
        self._expect_code(added.slot, layer, drawn)
        self._shown[added.slot] = _Shown(added, params, drawn, _box_of(patch), since_ns)
        if added.kind == "data":
            self._follow(added.slot, params)
        if patch.missing:
            self._notice(Problem.of("overlay.no_font", overlay=_(KINDS[added.kind]), letters=patch.missing[:40]))
        if patch.flaw:
            self._notice(Problem.of("overlay.no_picture", overlay=_(KINDS[added.kind]), reason=patch.flaw))
        self._emit(OverlayChanged(added.slot, added, self._clock.utc()))

    def _with_proven_code(self, added: AddedConfig, params: Any) -> Any | None:
        """The parameters with a code that phones read; None where it may not be shown, or is still being tried."""
        if self._codes.refused_by:
            self._notice(Problem.of("overlay.code_refused", name=self._codes.refused_by))
            return None
        tried = self._codes.overlay(added.kind, params)
        if tried is None:
            self._waiting[added.slot] = added
        return tried if tried is not None and _link_of(tried) else None

    def hide(self, slot: str) -> None:
        """Takes the overlay off that lies in `slot`; nothing where there is none."""
        self._waiting.pop(slot, None)
        if self._shown.pop(slot, None) is None:
            return
        if self._reader is not None:
            self._reader.leave(slot)
        self._broadcast.layers.show(_layer_slot(slot), None)
        self._expect_code(slot, None, None)
        self._emit(OverlayChanged(slot, None, self._clock.utc()))

    def follow_destinations(self) -> None:
        """Takes codes off where a destination forbids them."""
        refused = self._codes.refused_by
        for shown in tuple(self._shown.values()):
            if refused and _link_of(shown.params):
                self.hide(shown.added.slot)
                self._notice(Problem.of("overlay.code_refused", name=refused))

    def turn(self) -> None:
        """Draws anew what changes by itself; called a few times a second."""
        now_ns = self._clock.now_ns()
        if now_ns - self._turned_ns < TURN_EVERY_NS:
            return
        self._turned_ns = now_ns
        for added in tuple(self._waiting.values()):
            self.show(added)
        for shown in tuple(self._shown.values()):
            drawn = self._as_of_now(shown.added, shown.params, shown.since_ns)
            if drawn == shown.drawn:
                continue
            shown.drawn = drawn  # one that cannot be drawn is not tried four times a second
            patch = self._draw(shown.added, drawn)
            if patch is not None:
                layer = Layer(patch)
                self._broadcast.layers.change(_layer_slot(shown.added.slot), layer)
                self._expect_code(shown.added.slot, layer, drawn)
                shown.box = _box_of(patch)

    def end(self) -> None:
        """Everything is taken off; may be called twice."""
        for slot in tuple(self._shown):
            self.hide(slot)
        if self._reader is not None:
            self._reader.stop()

    def _as_of_now(self, added: AddedConfig, params: Any, since_ns: int) -> Any:
        overlay = OVERLAYS[added.kind]()
        if not isinstance(overlay, Timed):
            return params
        since_s = (self._clock.now_ns() - since_ns) / NS
        value = self._reader.value(added.slot) if self._reader is not None else None
        return overlay.at(params, Moment(since_s, self._clock.utc().astimezone(), value))

    def _expect_code(self, slot: str, layer: Layer | None, params: Any) -> None:
        """Has the overlay's code watched while it is on the picture."""
        place = layer.code if layer is not None else None
        expected = ExpectedCode(place, _link_of(params)) if place is not None else None
        self._broadcast.watchdogs.expect_code(_layer_slot(slot), expected)

    def _follow(self, slot: str, params: LiveDataParams) -> None:
        if self._reader is None:
            from studio.live_data import DataReader  # noqa: PLC0415 - 12 MB that most shows never need

            self._reader = DataReader(self._clock, self._emit)
        self._reader.follow(slot, params)

    def _draw(self, added: AddedConfig, params: Any) -> Patch | None:
        """The overlay where it lies on no other; None where it cannot be drawn, which is reported."""
        width, height = self._canvas.width, self._canvas.height
        try:
            patch: Patch = OVERLAYS[added.kind]().render(params, width, height)
            others = [shown.box for slot, shown in self._shown.items() if slot != added.slot]
            card = self._card_box()
            if card is not None:
                others.append(Box(card[0], card[1], card[0] + card[2], card[1] + card[3]))
            left, top = free_place(_box_of(patch), others, safe_area(width, height))
            return replace(patch, x=left, y=top)
        except Exception as error:  # an overlay may be anybody's: whatever it raises, the show goes on
            log.warning("the overlay %s could not be drawn", added.kind, exc_info=error)
            self._notice(Problem.of("overlay.failed", overlay=_(KINDS[added.kind]), reason=error))
            return None

    def _notice(self, problem: Problem) -> None:
        self._emit(Noticed(problem, True, self._clock.utc()))


def _link_of(params: Any) -> str:
    """What the code of an overlay holds; empty where it has none."""
    return str(getattr(params, "link", "")).strip()


def _layer_slot(slot: str) -> str:
    return f"added:{slot}"


def _box_of(patch: Patch) -> Box:
    height, width = patch.rgba.shape[:2]
    return Box(patch.x, patch.y, patch.x + width, patch.y + height)
