"""What a seller has added to the picture beside the card: drawn once per change, counted down, kept off each other.

An overlay that cannot be drawn is left out and reported; the show goes on without it. On the engine's thread only.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from overlays import OVERLAYS
from overlays.base import Moment, Patch, Timed
from overlays.card import CardParams
from overlays.live_data import LiveDataParams
from overlays.places import Box, free_place, safe_area
from studio.adding import KINDS, AddedConfig, OverlayChanged, as_changed, params_of
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


@dataclass(frozen=True, slots=True)
class _Asked:
    """What somebody wants to be shown, since when, and what its product's card said then."""

    added: AddedConfig
    since_ns: int
    card: CardParams | None

    @property
    def slot(self) -> str:
        return self.added.slot


@dataclass(slots=True)
class _Shown:
    asked: _Asked
    added: AddedConfig  # as its product is now
    params: Any
    drawn: Any  # as it was drawn last
    layer: Layer
    home: Box  # where it lies when nothing is in its way

    @property
    def box(self) -> Box:
        return self.home.at(self.layer.x, self.layer.y)


class AddedDesk:
    """The overlays of one show beside its card; `card_box` says where the card lies, or None.

    `dress` makes an overlay's parameters, in its template.
    """

    def __init__(
        self,
        broadcast: Broadcast,
        clock: Clock,
        emit: Callable[[Event], None],
        codes: ShownCodes,
        card_box: Callable[[], tuple[int, int, int, int] | None] = lambda: None,
        dress: Callable[[AddedConfig], Any] = params_of,
    ) -> None:
        self._canvas = broadcast.show.canvas
        self._broadcast = broadcast
        self._clock = clock
        self._emit = emit
        self._codes = codes
        self._card_box = card_box
        self._dress = dress
        self._planned_cards = {card.sku: card for card in broadcast.show.cards}
        self._cards = dict(self._planned_cards)  # as they are now
        self._waiting: dict[str, _Asked] = {}  # whose codes are being tried
        self._shown: dict[str, _Shown] = {}
        self._left_out: dict[str, _Asked] = {}  # for want of room, or because codes are forbidden
        self._around: tuple[int, int, int, int] | None = None  # the card that the overlays were placed around
        self._covered = broadcast.seen_on.covered(self._canvas)
        self._turned_ns = 0
        self._reader: DataReader | None = None

    @property
    def added(self) -> tuple[AddedConfig, ...]:
        return tuple(shown.added for shown in self._shown.values())

    @property
    def asked(self) -> tuple[AddedConfig, ...]:
        """What was asked for and not taken off, whether it can be shown now or not."""
        return tuple(asked.added for asked in self._all_asked())

    @property
    def wanted(self) -> tuple[AddedConfig, ...]:
        """The same as the products are now."""
        return tuple(self._as_changed(asked) for asked in self._all_asked())

    def _all_asked(self) -> tuple[_Asked, ...]:
        shown = {slot: shown.asked for slot, shown in self._shown.items()}
        return tuple((shown | self._waiting | self._left_out).values())

    def begin(self) -> None:
        """What the show begins with."""
        for added in self._broadcast.show.added:
            try:
                self.show(added)
            except StudioError as error:
                self._notice(error.problem)

    def show(self, added: AddedConfig, planned: bool = False) -> None:
        """Puts an overlay into its slot; raises `value.bad` for what cannot be filled in, and `overlay.too_many`.

        One that was `planned` before the show follows what was changed on its product since.
        """
        params_of(added)
        self._left_out.pop(added.slot, None)
        card = (self._planned_cards if planned else self._cards).get(added.sku)
        self._show(_Asked(added, self._clock.now_ns(), card))

    def change(self, card: CardParams) -> None:
        """A product was changed: what speaks of it says so where it lies, and is not said to be sold out any more."""
        before, self._cards[card.sku] = self._cards.get(card.sku), card
        more_came = card.stock != 0 and (before is None or before.stock != card.stock)
        for asked in self._all_asked():
            if asked.added.sku != card.sku:
                continue
            shown = self._shown.get(asked.slot)
            other = shown is not None and shown.added != self._as_changed(asked)
            if asked.added.kind == "soldout" and more_came:
                self.hide(asked.slot)
            elif self._left_out.pop(asked.slot, None) is not None or other:
                self._show(asked, again=True)

    def _as_changed(self, asked: _Asked) -> AddedConfig:
        now = self._cards.get(asked.added.sku)
        return asked.added if now is None or now == asked.card else as_changed(asked.added, asked.card, now)

    def _show(self, asked: _Asked, again: bool = False) -> None:
        """Draws it into its slot where it may be and where there is room; what is tried `again` was told before."""
        slot, added = asked.slot, self._as_changed(asked)
        params = self._with_link(added, self._in_template(added, told=again or self._waiting.get(slot) is asked))
        self._waiting.pop(slot, None)
        if slot not in self._shown and len(self._shown) >= MOST_ADDED:
            self._notice(Problem.of("overlay.too_many", most=MOST_ADDED))
            return
        if again and hasattr(params, "link") and not _link_of(params):
            self._leave_out(asked, None)  # its code would lead nowhere any more
            return
        if _link_of(params):
            if self._codes.refused_by:
                self._leave_out(asked, None if again else self._refused())
                return
            params = self._with_proven_code(asked, added, params)
            if params is None:
                return
        drawn = self._as_of_now(added, params, asked.since_ns)
        patch = self._draw(added, drawn)
        if patch is None:
            return
        place = self._free_place(slot, _box_of(patch))
        if place is None:
            self._leave_out(asked, None if again else _no_room(added))
            return
        self._put(_Shown(asked, added, params, drawn, Layer(replace(patch, x=place[0], y=place[1])), _box_of(patch)))
        if added.kind == "data":
            self._follow(slot, params)
        if not again:
            self._tell_flaws(added, patch)

    def _in_template(self, added: AddedConfig, told: bool) -> Any:
        """Its parameters in its template; in its usual one, which is told, where that cannot be read."""
        try:
            return self._dress(added)
        except StudioError as error:
            if not told:
                self._notice(error.problem)
            return params_of(added)

    def _with_link(self, added: AddedConfig, params: Any) -> Any:
        """A code that leads to its product leads to it where the show is seen; a link of the overlay's own stays."""
        card = self._cards.get(added.sku)
        if card is None or not hasattr(params, "link") or params.link.strip() not in ("", card.link.strip()):
            return params
        return replace(params, link=self._codes.link_of(card))

    def _put(self, shown: _Shown) -> None:
        """Onto the picture; what only follows its product does not come in anew."""
        slot, before = shown.asked.slot, self._shown.get(shown.asked.slot)
        self._shown[slot] = shown
        if before is not None and before.asked is shown.asked:
            self._change(shown, shown.layer)
        else:
            self._broadcast.layers.show(_layer_slot(slot), shown.layer)
            self._expect_code(slot, shown.layer, shown.drawn)
        self._emit(OverlayChanged(slot, shown.added, self._clock.utc()))

    def _tell_flaws(self, added: AddedConfig, patch: Patch) -> None:
        if patch.missing:
            self._notice(Problem.of("overlay.no_font", overlay=_(KINDS[added.kind]), letters=patch.missing[:40]))
        if patch.flaw:
            self._notice(Problem.of("overlay.no_picture", overlay=_(KINDS[added.kind]), reason=patch.flaw))

    def _with_proven_code(self, asked: _Asked, added: AddedConfig, params: Any) -> Any | None:
        """The parameters with a code that phones read; None where there is none, or it is still being tried.

        What lies in the slot stays meanwhile; it goes where the new code cannot be read.
        """
        tried = self._codes.overlay(added.kind, params)
        if tried is None:
            self._waiting[asked.slot] = asked
            return None
        if not _link_of(tried):
            self._leave_out(asked, None)
            return None
        return tried

    def hide(self, slot: str) -> None:
        """Takes the overlay off that lies in `slot`; nothing where there is none."""
        self._waiting.pop(slot, None)
        self._left_out.pop(slot, None)
        if self._take_off(slot):
            self._show_left_out()

    def _take_off(self, slot: str) -> bool:
        if self._shown.pop(slot, None) is None:
            return False
        if self._reader is not None:
            self._reader.leave(slot)
        self._broadcast.layers.show(_layer_slot(slot), None)
        self._expect_code(slot, None, None)
        self._emit(OverlayChanged(slot, None, self._clock.utc()))
        return True

    def _leave_out(self, asked: _Asked, why: Problem | None) -> None:
        """Takes it off until it may come back, and tells why."""
        self._take_off(asked.slot)
        self._left_out[asked.slot] = asked
        if why is not None:
            self._notice(why)

    def _show_left_out(self) -> None:
        """What was left out comes back where it may; a countdown has gone on meanwhile."""
        for asked in tuple(self._left_out.values()):
            if len(self._shown) < MOST_ADDED:
                del self._left_out[asked.slot]
                self._show(asked, again=True)

    def follow_destinations(self) -> None:
        """Takes codes off where a destination forbids them, and puts them back; all keeps off what is covered now."""
        covered = self._broadcast.seen_on.covered(self._canvas)
        if covered != self._covered:
            self._covered = covered
            for shown in tuple(self._shown.values()):
                self._draw_anew(shown)
        if self._codes.refused_by:
            for shown in tuple(self._shown.values()):
                if _link_of(shown.params):
                    self._leave_out(shown.asked, self._refused())
        for shown in tuple(self._shown.values()):
            if _link_of(shown.params) != _link_of(self._with_link(shown.added, params_of(shown.added))):
                self._show(shown.asked, again=True)
        self._show_left_out()

    def _refused(self) -> Problem:
        return Problem.of("overlay.code_refused", name=self._codes.refused_by)

    def _place_anew(self) -> None:
        """Has all overlays keep off the card where it lies now; none is drawn anew for it."""
        for slot, shown in tuple(self._shown.items()):
            place = self._free_place(slot, shown.home, tuple(self._shown)[: tuple(self._shown).index(slot)])
            if place is None:
                self._leave_out(shown.asked, _no_room(shown.added))
            elif place != (shown.layer.x, shown.layer.y):
                self._change(shown, shown.layer.at(*place))
        self._show_left_out()

    def _change(self, shown: _Shown, layer: Layer) -> None:
        shown.layer = layer
        self._broadcast.layers.change(_layer_slot(shown.added.slot), layer)
        self._expect_code(shown.added.slot, layer, shown.drawn)

    def _free_place(self, slot: str, home: Box, beside: tuple[str, ...] | None = None) -> tuple[int, int] | None:
        """Where it lies off the card and the overlays in `beside` (all others), nearest to its own place."""
        taken = [
            shown.box for name, shown in self._shown.items() if name != slot and (beside is None or name in beside)
        ]
        card = self._card_box()
        if card is not None:
            taken.append(Box(card[0], card[1], card[0] + card[2], card[1] + card[3]))
        return free_place(home, taken, safe_area(self._canvas.width, self._canvas.height, self._covered))

    def turn(self) -> None:
        """Draws anew what changes by itself; called a few times a second."""
        if self._card_box() != self._around:
            self._around = self._card_box()
            self._place_anew()
        now_ns = self._clock.now_ns()
        if now_ns - self._turned_ns < TURN_EVERY_NS:
            return
        self._turned_ns = now_ns
        for asked in tuple(self._waiting.values()):
            self._show(asked)
        for shown in tuple(self._shown.values()):
            drawn = self._as_of_now(shown.added, shown.params, shown.asked.since_ns)
            if drawn == shown.drawn:
                continue
            shown.drawn = drawn  # one that cannot be drawn is not tried four times a second
            self._draw_anew(shown)

    def _draw_anew(self, shown: _Shown) -> None:
        """What cannot be drawn stays as it was."""
        patch = self._draw(shown.added, shown.drawn)
        if patch is None:
            return
        shown.home = _box_of(patch)
        place = self._free_place(shown.added.slot, shown.home)
        if place is None:
            self._leave_out(shown.asked, _no_room(shown.added))
        else:
            self._change(shown, Layer(replace(patch, x=place[0], y=place[1])))

    def end(self) -> None:
        """Everything is taken off; may be called twice."""
        self._left_out.clear()
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
        self._broadcast.expect_code(_layer_slot(slot), expected)

    def _follow(self, slot: str, params: LiveDataParams) -> None:
        if self._reader is None:
            from studio.live_data import DataReader  # noqa: PLC0415 - 12 MB that most shows never need

            self._reader = DataReader(self._clock, self._emit)
        self._reader.follow(slot, params)

    def _draw(self, added: AddedConfig, params: Any) -> Patch | None:
        """The overlay at its own place; None where it cannot be drawn, which is reported."""
        width, height = self._canvas.width, self._canvas.height
        try:
            patch: Patch = OVERLAYS[added.kind]().render(params, width, height, self._covered)
            return patch
        except Exception as error:  # an overlay may be anybody's: whatever it raises, the show goes on
            log.warning("the overlay %s could not be drawn", added.kind, exc_info=error)
            self._notice(Problem.of("overlay.failed", overlay=_(KINDS[added.kind]), reason=error))
            return None

    def _notice(self, problem: Problem) -> None:
        self._emit(Noticed(problem, True, self._clock.utc()))


def _link_of(params: Any) -> str:
    """What the code of an overlay holds; empty where it has none."""
    return str(getattr(params, "link", "")).strip()


def _no_room(added: AddedConfig) -> Problem:
    return Problem.of("overlay.no_room", overlay=_(KINDS[added.kind]))


def _layer_slot(slot: str) -> str:
    return f"added:{slot}"


def _box_of(patch: Patch) -> Box:
    height, width = patch.rgba.shape[:2]
    return Box(patch.x, patch.y, patch.x + width, patch.y + height)
