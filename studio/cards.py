"""What is drawn over the picture during a show: the product card, the ticker, the slate.

Draws each once per change and hands it to the broadcast; an overlay that cannot be drawn is switched off
and reported, and the show goes on without it. Used on the engine's thread only.
"""

import itertools
import logging
from collections.abc import Callable, Set
from dataclasses import replace

from overlays import OVERLAYS
from overlays.card import CardParams, Look
from overlays.overlay_template import OverlayTemplate, usual_template
from overlays.slate import SlateParams
from overlays.template import PLAIN
from overlays.ticker import TickerParams
from studio.broadcast import Broadcast
from studio.clock import Clock
from studio.config import CanvasConfig
from studio.errors import Problem
from studio.events import CardChanged, Event, Noticed
from studio.health.code import ExpectedCode
from studio.i18n import N_, _
from studio.media.frames import NS
from studio.media.layers import Layer
from studio.media.prover import CodeProver
from studio.run import ProductChanged
from studio.shop.products import Product
from studio.shown_codes import ShownCodes

log = logging.getLogger(__name__)

MOST_AHEAD = 60  # of the cards whose codes are tried before they come: that takes a minute, and a show some hours
FIRST_WAIT_S = 1.0  # before the show, for the code of its first card
WAIT_NS = 3 * NS // 2  # for a code that is being tried; then the card comes without it

SLATE_USUAL = N_("The camera is being looked after.")
SLATE_WORDS = {
    "source.covered": N_("The camera is covered for a moment."),
    "source.still": N_("The picture got stuck. The camera is being started again."),
    "source.busy": N_("Another program has taken the camera."),
    "source.lost": N_("The camera has lost its connection."),
    "source.all_lost": N_("The camera has lost its connection."),
}
SLATE_HEARD = N_("You can still hear us.")
SLATE_SOUND_LOST = N_("The sound will be back soon, too.")
SOUND_LOST = frozenset({"audio.lost", "audio.busy", "source.all_lost"})


class CardDesk:
    """The cards of one show, the one that is on, and when the next one comes."""

    def __init__(
        self,
        broadcast: Broadcast,
        clock: Clock,
        emit: Callable[[Event], None],
        prover: CodeProver,
        template: Callable[[str], OverlayTemplate] = usual_template,
    ) -> None:
        show = broadcast.show
        self._template = template
        self._templates: dict[str, OverlayTemplate] = {}  # of ticker and slate
        self._cards = {card.sku: card for card in show.cards}  # in their order, as they are now
        self._stocks = {card.sku: card.stock for card in show.cards}  # as they were at the start
        self._listed: tuple[CardParams, ...] | None = None  # the cards, until one of them is changed
        self.current: str | None = None
        self.rotate_s = show.rotate_s
        self.ticker = ""
        self.look = show.card_look  # of the cards that have none of their own
        self._canvas: CanvasConfig = show.canvas
        self._broadcast = broadcast
        self._clock = clock
        self._emit = emit
        self.turns = True  # by themselves, every `rotate_s`; a run of show has its own time
        self._shown_ns = 0
        self._look = Look.USUAL  # of the card that is on, where it is another than the card's own
        self._waiting: tuple[str, Look, int] | None = None  # a card whose code is being tried, its look, since when
        self._asked: str | None = None  # what was asked for last, whether it could be shown or not
        self._shown: CardParams | None = None  # as it is drawn
        self._flawed: set[Problem] = set()
        self._late = False  # the code of the card that is on is still being tried
        self._tried_on_picture = False  # whether the codes of cards that will come are tried on what the camera shows
        self._covered = broadcast.seen_on.covered(show.canvas)
        self._codeless = ""  # the destinations because of which no codes are shown, as they were told
        self._slate: SlateParams | None = None
        self.codes = ShownCodes(show, broadcast.seen_on, clock, emit, prover, broadcast.scene)
        self.box: tuple[int, int, int, int] | None = None  # where the card lies: x, y, width, height

    def card(self, sku: str) -> CardParams | None:
        return self._cards.get(sku)

    @property
    def cards(self) -> tuple[CardParams, ...]:
        """All cards as they are now; the same value until one of them is changed."""
        if self._listed is None:
            self._listed = tuple(self._cards.values())
        return self._listed

    def prepare(self) -> None:
        """Has the first card's code tried while camera and encoder are opened."""
        self._try_first(0.0)

    def _try_first(self, deadline_s: float) -> None:
        """The card of the run's step that comes first, else the first card."""
        show = self._broadcast.show
        step = show.run.step(show.run_from.step_id) or next(iter(show.run.steps), None)
        sku, look = (step.sku, step.look) if step is not None else (show.first_card, Look.USUAL)
        card = self._in_look(sku, look)
        if card is not None:
            self.codes.try_first(card, deadline_s)

    def begin(self) -> None:
        """Slate, ticker and the first card, before the first frame."""
        self._templates = {overlay: self._template(overlay) for overlay in ("slate", "ticker")}
        self.explain_slate(frozenset(), heard=True)
        self.set_ticker(self._broadcast.show.ticker)
        self.follow_destinations()
        self._try_first(FIRST_WAIT_S)
        if self._broadcast.show.first_card is not None and not self._broadcast.show.run.steps:
            self.show(self._broadcast.show.first_card)

    def explain_slate(self, codes: Set[str], heard: bool | None) -> None:
        """Draws the slate for what is wrong now (the codes of the faults that last), in words for viewers.

        `heard`: whether viewers hear the voice where it is not lost; None where that is not known here.
        """
        why = next((words for code, words in SLATE_WORDS.items() if code in codes), SLATE_USUAL)
        sound = SLATE_SOUND_LOST if codes & SOUND_LOST else SLATE_HEARD if heard else ""
        if heard is None:
            sound = ""
        words = _("Back in a moment"), _(why), _(sound) if sound else ""
        params = SlateParams(*words, self._templates.get("slate"))
        if params == self._slate:
            return
        slate = self._draw("slate", params)
        self._slate = params  # one that cannot be drawn is not tried ten times a second
        if slate is not None:
            self._broadcast.layers.slate = slate

    def show(self, sku: str | None, look: Look = Look.USUAL) -> None:
        """Puts the card of `sku` on the picture, or takes the card off; an unknown SKU changes nothing.

        The usual look is the card's own. A card whose code was not tried yet comes when it was, a moment later.
        """
        card = self._in_look(sku, look)
        if card is None and sku is not None:
            self._notice(Problem.of("card.unknown", sku=sku))
            return
        self._waiting, self._asked = None, sku
        if card is not None and card.sku != self.current and self.codes.card(card) is None:
            self._waiting = (card.sku, look, self._clock.now_ns())
            return
        self._show(card, look)

    def _show(self, card: CardParams | None, look: Look) -> None:
        self._look = look
        self._shown_ns = self._clock.now_ns()
        self._put(card)

    @property
    def coming(self) -> str | None:
        """The product whose card is on, waits for its code, or could not be drawn."""
        return self._asked

    def _in_look(self, sku: str | None, look: Look) -> CardParams | None:
        """The card of `sku` in a look; the usual one is its own, else that of all cards."""
        card = self.card(sku) if sku is not None else None
        return self._looking(card, look) if card is not None else None

    def _looking(self, card: CardParams, look: Look) -> CardParams:
        own = look if look is not Look.USUAL else card.look
        return replace(card, look=own if own is not Look.USUAL else self.look)

    def set_look(self, look: Look) -> None:
        """Another look for the cards; the one that is on has it from the next tick on, its code once it was tried."""
        self.look = look
        card = self._in_look(self.current, self._look)
        if card is not None:
            self._put(card)
        self.codes.try_ahead(self._ahead())

    def _ahead(self) -> tuple[CardParams, ...]:
        """The cards that will come next, those of the run first; of a large shop not all."""
        steps = (self._in_look(step.sku, step.look) for step in self._broadcast.show.run.steps)
        cards = (self._looking(card, Look.USUAL) for card in self.cards)
        return tuple(itertools.islice(filter(None, itertools.chain(steps, cards)), MOST_AHEAD))

    def add(self, product: Product) -> None:
        """A product that came into the shop while the show runs has a card like the others; one that is known has."""
        if product.sku in self._cards:
            return
        template = next((card.template for card in self._cards.values()), PLAIN)
        card = replace(product.card(), template=template)
        self._cards[product.sku], self._stocks[product.sku], self._listed = card, product.stock, None
        self.codes.try_ahead((self._looking(card, Look.USUAL),))
        self._emit(ProductChanged(card, product.stock, self._clock.utc()))

    def change(self, product: Product) -> None:
        """What a product was changed to is on its card from the next tick on; a card that is on does not move for it.

        Only the code of another link comes later: it is tried first, and the one before stays until then. A stock that
        is another than at the start is told, however large it is.
        """
        card = self.card(product.sku)
        if card is None:
            return
        fresh = product.card(with_stock=product.stock != self._stocks[product.sku])
        fresh = replace(fresh, look=card.look, template=card.template)
        if fresh == card:
            return
        self._cards[product.sku], self._listed = fresh, None
        failed = self.current is None and self._waiting is None and self._asked == product.sku
        if self.current == product.sku or failed:
            self._put(self._in_look(product.sku, self._look), moving=False)
        elif (fresh.link, fresh.links) != (card.link, card.links):
            self.codes.try_ahead((self._looking(fresh, Look.USUAL),))
        self._emit(ProductChanged(fresh, product.stock, self._clock.utc()))

    def _put(self, card: CardParams | None, moving: bool = True) -> None:
        """Draws the card into the picture, or takes the card off.

        One that cannot be drawn is no reason to leave what was there: its price may be wrong by now, or it is another
        product. A code that is still being tried comes when it was.
        """
        layer = drawn = None
        late = False
        if card is not None:
            ready = self.codes.card(card)
            late = ready is None
            drawn = ready or self._meanwhile(card)
            layer = self._draw("card", drawn)
        if layer is None:
            drawn, late = None, False
        if layer is None or moving or self._shown is None:
            self._broadcast.layers.show("card", layer)
        else:
            self._broadcast.layers.change("card", layer)
        place = layer.code if layer is not None else None
        expected = ExpectedCode(place, drawn.link) if place is not None and drawn is not None else None
        self._broadcast.expect_code("card", expected)
        self.box = (layer.x, layer.y, layer.width, layer.height) if layer is not None else None
        self._shown, self._late = drawn, late
        sku = drawn.sku if drawn is not None else None
        if sku != self.current:
            self.current = sku
            self._emit(CardChanged(sku, self._clock.utc()))

    def _meanwhile(self, card: CardParams) -> CardParams:
        """The card while its code is tried: with the one it has now, which was tried where it lies, or as found before.

        Where neither is known it has none.
        """
        shown = self._shown
        if shown is not None and (shown.sku, shown.look, shown.template) == (card.sku, card.look, card.template):
            return replace(card, link=shown.link, code_growth=shown.code_growth)
        return self.codes.so_far(card) or replace(card, link="")

    def end(self) -> None:
        """Takes the card off; may be called twice."""
        self.codes.end()
        self.show(None)

    def follow_destinations(self) -> None:
        """After the destinations have changed: codes go or come back, which is told, and nothing is covered."""
        with_code = any(card.link.strip() or card.links for card in self.cards)
        codeless = self.codes.refused_by if with_code else ""
        if codeless != self._codeless:
            for name, active in ((self._codeless, False), (codeless, True)):
                if name:
                    self._emit(Noticed(Problem.of("codes.off", name=name), active, self._clock.utc()))
        self._codeless = codeless
        covered = self._broadcast.seen_on.covered(self._canvas)
        moved, self._covered = covered != self._covered, covered
        if moved:
            self._slate = None  # it is drawn when it is looked at next
            self.set_ticker(self.ticker)
        card, shown = self._in_look(self.current, self._look), self._shown
        if card is None or shown is None:
            return
        ready = self.codes.card(card)
        if shown.link not in ("", self.codes.linked(card).link):
            # It is not kept while the new one is tried: it leads into another platform's shop, and platforms punish
            # the seller for that. A card without a code for a second costs the viewers nothing.
            self._shown = replace(shown, link="")
        if moved or ready not in (None, shown) or self._shown is not shown:
            self._put(card, moving=not moved)
        else:
            self._late = ready is None

    def next(self, by: int = 1) -> None:
        """The card after the present one (`by` below nothing: before it); after the last the first."""
        if not self.cards:
            return
        skus = [card.sku for card in self.cards]
        last = self.coming
        place = skus.index(last) + by if last in skus else min(0, by)
        self.show(skus[place % len(skus)])

    def rotate(self, every_s: float | None) -> None:
        self.rotate_s = every_s if every_s is not None and every_s > 0 else None
        self._shown_ns = self._clock.now_ns()

    def turn(self) -> None:
        """Goes on to the next card where its time has come; called a few times a second."""
        self._look_for_codes()
        self._try_ahead_on_picture()
        if not (self.turns and self.rotate_s) or self._asked is None or self._waiting is not None:
            return
        if self._clock.now_ns() - self._shown_ns >= self.rotate_s * NS:
            self.next()

    def _look_for_codes(self) -> None:
        """Shows what waited for its code, or the code that the card on the picture waited for."""
        if self._waiting is not None:
            sku, look, since_ns = self._waiting
            card = self._in_look(sku, look)
            tried = card is not None and self.codes.card(card) is not None
            if card is None or not (tried or self._clock.now_ns() - since_ns >= WAIT_NS):
                return
            self._waiting = None
            if not tried and self.codes.so_far(card) is None:
                self.codes.tell_late(card)
            self._show(card, look)
        elif self._late:
            card = self._in_look(self.current, self._look)
            ready = self.codes.card(card) if card is not None else None
            self._late = card is not None and ready is None
            if ready is not None and ready != self._shown:
                self._put(card, moving=False)

    def _try_ahead_on_picture(self) -> None:
        """Once the camera shows something, the codes of the cards that will come are tried on it, one after the other.

        That of the card that is on was tried before, and is read back from what is sent as long as it is on: it is the
        last, for when it comes again.
        """
        if not self._tried_on_picture and self.codes.has_picture:
            self._tried_on_picture = True
            ahead = sorted(self._ahead(), key=lambda card: card.sku == self.current)
            if ahead and ahead[0].sku != self.current:
                self.codes.try_ahead(tuple(ahead))

    def set_ticker(self, text: str) -> None:
        """Another running text; none where it is empty."""
        layer = self._draw("ticker", TickerParams(text, self._templates.get("ticker"))) if text.strip() else None
        self._broadcast.layers.show("ticker", layer)
        self.ticker = text if layer is not None else ""

    def _draw(self, kind: str, params: object) -> Layer | None:
        """The overlay, ready to be blended; None where it cannot be drawn, which is reported."""
        try:
            patch = OVERLAYS[kind]().render(params, self._canvas.width, self._canvas.height, self._covered)
            if patch.missing:
                self._notice(Problem.of("overlay.no_font", overlay=kind, letters=patch.missing[:40]))
            if patch.flaw:
                flawed = Problem.of("overlay.no_picture", overlay=kind, reason=patch.flaw)
                if flawed not in self._flawed:  # a card that comes again and again is not told each time
                    self._flawed.add(flawed)
                    self._notice(flawed)
            return Layer(patch)
        except Exception as error:  # an overlay may be anybody's: whatever it raises, the show goes on
            log.warning("the %s could not be drawn", kind, exc_info=error)
            self._notice(Problem.of("overlay.failed", overlay=kind, reason=error))
            return None

    def _notice(self, problem: Problem) -> None:
        self._emit(Noticed(problem, True, self._clock.utc()))
