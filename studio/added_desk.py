"""What a seller has added to the picture beside the card: drawn once per change, counted down, kept off each other.

An overlay that cannot be drawn is taken off and reported; the show goes on without it. On the engine's thread only.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from overlays.base import Patch
from overlays.card import CardParams
from overlays.places import Box, free_place, safe_area
from studio.added_painter import AddedPainter, with_link
from studio.adding import KINDS, AddedConfig, OverlayChanged, params_of
from studio.broadcast import Broadcast
from studio.clock import Clock
from studio.errors import Problem, StudioError
from studio.events import Event, Noticed
from studio.health.code import ExpectedCode
from studio.i18n import _
from studio.media.frames import NS
from studio.media.layers import Layer
from studio.offered import OfferedProducts
from studio.shown_codes import ShownCodes

TURN_EVERY_NS = NS // 4  # a countdown is looked at four times a second and drawn when its second has changed
MOST_ADDED = 12


@dataclass(slots=True)
class _Drawn:
    """What lies on the picture."""

    added: AddedConfig  # as its product is now
    since_ns: int
    params: Any
    drawn: Any  # as it was drawn last
    layer: Layer
    home: Box  # where it lies when nothing is in its way

    @property
    def box(self) -> Box:
        return self.home.at(self.layer.x, self.layer.y)


@dataclass(slots=True)
class _Overlay:
    """What somebody wants to lie in a slot, since when, and what its product's card said then.

    It is on the picture, or its code is being tried (what lay in the slot before stays meanwhile), or it is left out
    until there is room, or codes are allowed.
    """

    asked: AddedConfig
    since_ns: int
    card: CardParams | None
    on: _Drawn | None
    trying: bool = False
    fresh: bool = True  # until it was shown or left out

    @property
    def slot(self) -> str:
        return self.asked.slot


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
        self._painter = AddedPainter(self._canvas, clock, emit, dress)
        self.products = OfferedProducts(broadcast.show.cards)
        self._overlays: dict[str, _Overlay] = {}  # by slot
        self._around: tuple[int, int, int, int] | None = None  # the card that the overlays were placed around
        self._covered = broadcast.seen_on.covered(self._canvas)
        self._turned_ns = 0

    @property
    def added(self) -> tuple[AddedConfig, ...]:
        """What is on the picture."""
        return tuple(on.added for _overlay, on in self._on_picture())

    @property
    def asked(self) -> tuple[AddedConfig, ...]:
        """What was asked for and not taken off, whether it can be shown now or not."""
        return tuple(overlay.asked for overlay in self._overlays.values())

    @property
    def wanted(self) -> tuple[AddedConfig, ...]:
        """The same as the products are now."""
        return tuple(self._as_changed(overlay) for overlay in self._overlays.values())

    def _on_picture(self) -> list[tuple[_Overlay, _Drawn]]:
        return [(overlay, overlay.on) for overlay in self._overlays.values() if overlay.on is not None]

    def begin(self) -> None:
        """What the show begins with."""
        for added in self._broadcast.show.added:
            try:
                self.show(added)
            except StudioError as error:
                self._notice(error.problem)

    def show(self, added: AddedConfig, planned: bool = False) -> None:
        """Puts an overlay into its slot; raises `value.bad` for what cannot be filled in, and tells `overlay.too_many`.

        One that was `planned` before the show follows what was changed on its product since.
        """
        params_of(added)
        before = self._overlays.get(added.slot)
        card = self.products.planned(added.sku) if planned else self.products.now(added.sku)
        overlay = _Overlay(added, self._clock.now_ns(), card, before.on if before is not None else None)
        self._overlays[added.slot] = overlay
        self._show(overlay)

    def change(self, card: CardParams) -> None:
        """A product was changed: what speaks of it says so where it lies, and is not said to be sold out any more."""
        more_came = self.products.change(card)
        for overlay in tuple(self._overlays.values()):
            if overlay.asked.sku != card.sku or overlay.slot not in self._overlays:
                continue
            if overlay.asked.kind == "soldout" and more_came:
                self.hide(overlay.slot)
            elif overlay.on is None or overlay.on.added != self._as_changed(overlay):
                self._show(overlay)

    def _as_changed(self, overlay: _Overlay) -> AddedConfig:
        return self.products.since(overlay.card, overlay.asked)

    def _show(self, overlay: _Overlay) -> None:
        """Draws it into its slot where it may be and where there is room."""
        added, tried_before = self._as_changed(overlay), overlay.trying
        params = self._painter.in_template(added, told=tried_before or not overlay.fresh)
        overlay.trying = False
        if overlay.on is None and len(self._on_picture()) >= MOST_ADDED:
            if overlay.fresh:
                del self._overlays[overlay.slot]
                self._notice(Problem.of("overlay.too_many", most=MOST_ADDED))
            return
        params = self._with_proven_code(overlay, added, self._with_link(added, params))
        if params is None:
            return
        drawn = self._painter.as_of_now(added, params, overlay.since_ns)
        patch = self._painter.draw(added, drawn, self._covered)
        if patch is None:
            self._forget(overlay)  # never left as it was: its price may be wrong by now
            return
        home = _box_of(patch)
        place = self._free_place(home, self._others(overlay))
        if place is None:
            self._leave_out(overlay, _no_room(added))
            return
        if overlay.fresh:
            self._painter.tell_flaws(added, patch)
        layer = Layer(replace(patch, x=place[0], y=place[1]))
        self._put(overlay, _Drawn(added, overlay.since_ns, params, drawn, layer, home))

    def _with_link(self, added: AddedConfig, params: Any) -> Any:
        return with_link(params, self.products.now(added.sku), self._codes.link_of)

    def _with_proven_code(self, overlay: _Overlay, added: AddedConfig, params: Any) -> Any | None:
        """The parameters with a code that phones read, or of one that never has a code.

        None where the code leads nowhere, is forbidden, is read by no phone, or is still being tried.
        """
        card = self.products.now(added.sku)
        if not _link_of(params):
            if card is None or not hasattr(params, "link"):
                return params
            self._leave_out(overlay, Problem.of("code.no_link", name=card.name))
            return None
        if self._codes.refused_by:
            self._leave_out(overlay, self._refused())
            return None
        tried = self._codes.overlay(added.kind, params)
        overlay.trying = tried is None
        if tried is None or _link_of(tried):
            return tried
        self._leave_out(overlay, None)  # which was told where it was found out
        return None

    def _put(self, overlay: _Overlay, on: _Drawn) -> None:
        """Onto the picture; what only follows its product does not come in anew."""
        stays = overlay.on is not None and not overlay.fresh
        overlay.on, overlay.fresh = on, False
        if stays:
            self._change(on, on.layer)
        else:
            self._broadcast.layers.show(_layer_slot(overlay.slot), on.layer)
            self._expect_code(overlay.slot, on)
        self._painter.follow(on.added, on.params)
        self._emit(OverlayChanged(overlay.slot, on.added, self._clock.utc()))

    def hide(self, slot: str) -> None:
        """Takes the overlay off that lies in `slot`; nothing where there is none."""
        overlay = self._overlays.get(slot)
        if overlay is not None and self._forget(overlay):
            self._show_left_out()

    def _forget(self, overlay: _Overlay) -> bool:
        """It is wanted no more; True where it was on the picture."""
        del self._overlays[overlay.slot]
        return self._take_off(overlay)

    def _take_off(self, overlay: _Overlay) -> bool:
        if overlay.on is None:
            return False
        overlay.on = None
        self._painter.leave(overlay.slot)
        self._broadcast.layers.show(_layer_slot(overlay.slot), None)
        self._expect_code(overlay.slot, None)
        self._emit(OverlayChanged(overlay.slot, None, self._clock.utc()))
        return True

    def _leave_out(self, overlay: _Overlay, why: Problem | None) -> None:
        """Takes it off until it may come back; tells why, where that is news."""
        news = overlay.fresh or overlay.on is not None
        self._take_off(overlay)
        overlay.fresh = overlay.trying = False
        if news and why is not None:
            self._notice(why)

    def _show_left_out(self) -> None:
        """What was left out comes back where it may; a countdown has gone on meanwhile."""
        for overlay in tuple(self._overlays.values()):
            if overlay.on is None and not overlay.trying:
                self._show(overlay)

    def follow_destinations(self) -> None:
        """Takes codes off where a destination forbids them, and puts them back; all keeps off what is covered now."""
        covered = self._broadcast.seen_on.covered(self._canvas)
        if covered != self._covered:
            self._covered = covered
            for overlay, on in self._on_picture():
                self._draw_anew(overlay, on)
        for overlay, on in self._on_picture():
            if self._codes.refused_by and _link_of(on.params):
                self._leave_out(overlay, self._refused())
            elif _link_of(on.params) != _link_of(self._with_link(on.added, params_of(on.added))):
                self._show(overlay)
                if overlay.trying:  # better no code for a moment than one that leads to another platform's shop
                    self._take_off(overlay)
        self._show_left_out()

    def _refused(self) -> Problem:
        return Problem.of("overlay.code_refused", name=self._codes.refused_by)

    def _place_anew(self) -> None:
        """Has all overlays keep off the card where it lies now; none is drawn anew for it."""
        placed: list[Box] = []
        for overlay, on in self._on_picture():
            place = self._free_place(on.home, placed)
            if place is None:
                self._leave_out(overlay, _no_room(on.added))
                continue
            if place != (on.layer.x, on.layer.y):
                self._change(on, on.layer.at(*place))
            placed.append(on.box)
        self._show_left_out()

    def _change(self, on: _Drawn, layer: Layer) -> None:
        on.layer = layer
        self._broadcast.layers.change(_layer_slot(on.added.slot), layer)
        self._expect_code(on.added.slot, on)

    def _others(self, overlay: _Overlay) -> list[Box]:
        return [on.box for other, on in self._on_picture() if other is not overlay]

    def _free_place(self, home: Box, taken: Iterable[Box]) -> tuple[int, int] | None:
        """Where it lies off the card and off what is taken, nearest to its own place."""
        card = self._card_box()
        cards = [Box(card[0], card[1], card[0] + card[2], card[1] + card[3])] if card is not None else []
        return free_place(home, [*taken, *cards], safe_area(self._canvas.width, self._canvas.height, self._covered))

    def turn(self) -> None:
        """Draws anew what changes by itself; called a few times a second."""
        if self._card_box() != self._around:
            self._around = self._card_box()
            self._place_anew()
        now_ns = self._clock.now_ns()
        if now_ns - self._turned_ns < TURN_EVERY_NS:
            return
        self._turned_ns = now_ns
        for overlay in tuple(self._overlays.values()):
            if overlay.trying:
                self._show(overlay)
        for overlay, on in self._on_picture():
            drawn = self._painter.as_of_now(on.added, on.params, on.since_ns)
            if drawn != on.drawn:
                on.drawn = drawn
                self._draw_anew(overlay, on)

    def _draw_anew(self, overlay: _Overlay, on: _Drawn) -> None:
        patch = self._painter.draw(on.added, on.drawn, self._covered)
        if patch is None:
            self._forget(overlay)
            return
        on.home = _box_of(patch)
        place = self._free_place(on.home, self._others(overlay))
        if place is None:
            self._leave_out(overlay, _no_room(on.added))
        else:
            self._change(on, Layer(replace(patch, x=place[0], y=place[1])))

    def end(self) -> None:
        """Everything is taken off; may be called twice."""
        for overlay in tuple(self._overlays.values()):
            self._forget(overlay)
        self._painter.stop()

    def _expect_code(self, slot: str, on: _Drawn | None) -> None:
        """Has the overlay's code watched while it is on the picture."""
        place = on.layer.code if on is not None else None
        expected = ExpectedCode(place, _link_of(on.drawn)) if on is not None and place is not None else None
        self._broadcast.expect_code(_layer_slot(slot), expected)

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
