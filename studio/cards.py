"""What is drawn over the picture during a show: the product card, the ticker, the slate.

Draws each once per change and hands it to the broadcast; an overlay that cannot be drawn is switched off
and reported, and the show goes on without it. Used on the engine's thread only.
"""

import logging
from collections.abc import Callable, Set
from dataclasses import replace

from overlays import OVERLAYS
from overlays.card import CardParams
from overlays.slate import SlateParams
from overlays.ticker import TickerParams
from studio.broadcast import Broadcast
from studio.clock import Clock
from studio.config import CanvasConfig
from studio.errors import Problem
from studio.events import CardChanged, Event, Noticed
from studio.i18n import N_, _
from studio.media.frames import NS
from studio.media.layers import Layer
from studio.media.proof import CodeProver, Proof

log = logging.getLogger(__name__)

SLATE_USUAL = N_("The camera is being looked after.")
SLATE_WORDS = {
    "source.covered": N_("The camera is covered for a moment."),
    "source.still": N_("The picture got stuck. The camera is being started again."),
    "source.busy": N_("The camera is being set up."),
    "source.lost": N_("The camera has lost its connection."),
}
SLATE_HEARD = N_("You can still hear us.")
SLATE_SOUND_LOST = N_("The sound will be back soon, too.")


class CardDesk:
    """The cards of one show, the one that is on, and when the next one comes."""

    def __init__(self, broadcast: Broadcast, clock: Clock, emit: Callable[[Event], None]) -> None:
        show = broadcast.show
        self.cards = show.cards
        self.current: str | None = None
        self.rotate_s = show.rotate_s
        self.ticker = ""
        self._canvas: CanvasConfig = show.canvas
        self._broadcast = broadcast
        self._clock = clock
        self._emit = emit
        self._shown_ns = 0
        self._grown = False
        self._codeless = ""  # the destinations because of which no codes are shown, as they were told
        self._slate: SlateParams | None = None
        self._growths: dict[str, float] = {}  # of the codes that phones would not read otherwise, by link
        self._prover = CodeProver(show.canvas, show.encoder.bitrate_kbps, self._proven)
        self.box: tuple[int, int, int, int] | None = None  # where the card lies: x, y, width, height

    def card(self, sku: str) -> CardParams | None:
        return next((card for card in self.cards if card.sku == sku), None)

    def begin(self) -> None:
        """Slate, ticker and the first card, before the first frame."""
        self.explain_slate(frozenset(), heard=True)
        self.set_ticker(self._broadcast.show.ticker)
        self.follow_destinations()
        if self._broadcast.show.first_card is not None:
            self.show(self._broadcast.show.first_card)

    def explain_slate(self, codes: Set[str], heard: bool) -> None:
        """Draws the slate for what is wrong now (the codes of the faults that last), in words for viewers."""
        why = next((words for code, words in SLATE_WORDS.items() if code in codes), SLATE_USUAL)
        sound = SLATE_SOUND_LOST if codes & {"audio.lost", "audio.busy"} else SLATE_HEARD if heard else ""
        params = SlateParams(_("Back in a moment"), _(why), _(sound) if sound else "")
        if params == self._slate:
            return
        slate = self._draw("slate", params)
        self._slate = params  # one that cannot be drawn is not tried ten times a second
        if slate is not None:
            self._broadcast.layers.slate = slate

    def show(self, sku: str | None) -> None:
        """Puts the card of `sku` on the picture, or takes the card off; an unknown SKU changes nothing."""
        card = self.card(sku) if sku is not None else None
        if card is None and sku is not None:
            self._notice(Problem.of("card.unknown", sku=sku))
            return
        if not self._put(card):
            return
        self._shown_ns = self._clock.now_ns()
        if sku != self.current:
            self.current = sku
            self._emit(CardChanged(sku, self._clock.utc()))

    def _put(self, card: CardParams | None) -> bool:
        """Draws the card into the picture, or takes the card off; False where it cannot be drawn."""
        layer = place = box = None
        if card is not None:
            card = self._allowed(card)
            layer = self._draw("card", card)
            if layer is None:
                return False
            box = (layer.x, layer.y, layer.width, layer.height)
            if card.link.strip():
                place = box
        self._broadcast.layers.show("card", layer)
        self._broadcast.watchdogs.expect_code(place)
        self.box = box
        return True

    def _allowed(self, card: CardParams) -> CardParams:
        """The card without its code, where a destination forbids codes."""
        if self._codeless:
            return replace(card, link="")
        return replace(card, code_growth=self._growths.get(card.link, card.code_growth))

    def prove_codes(self) -> None:
        """Has every card's code tried as viewers will get it; a card that is on when its code has to grow follows."""
        if not self._codeless:
            self._prover.start(self.cards)

    def _proven(self, card: CardParams, proof: Proof) -> None:
        """On the prover's thread."""
        if proof.unread:
            self._notice(Problem.of("code.unproven", name=card.name, sizes=", ".join(proof.unread)))
        self._growths[card.link] = proof.growth
        log.info("the code of %s: %.2f, unread %s", card.sku, proof.growth, proof.unread)
        if proof.growth != 1.0 and card.sku == self.current:
            self._grown = True

    def end(self) -> None:
        """Takes the card off; may be called twice."""
        self._prover.stop()
        self.show(None)

    def follow_destinations(self) -> None:
        """Takes the codes off the cards, or puts them back, after the destinations have changed; and tells it."""
        with_code = any(card.link.strip() for card in self.cards)
        codeless = ", ".join(self._broadcast.codes_refused_by) if with_code else ""
        if codeless == self._codeless:
            return
        for name, active in ((self._codeless, False), (codeless, True)):
            if name:
                self._emit(Noticed(Problem.of("codes.off", name=name), active, self._clock.utc()))
        self._codeless = codeless
        card = self.card(self.current) if self.current is not None else None
        if card is not None:
            self._put(card)

    def next(self) -> None:
        """The card after the present one; after the last the first."""
        if not self.cards:
            return
        skus = [card.sku for card in self.cards]
        place = skus.index(self.current) + 1 if self.current in skus else 0
        self.show(skus[place % len(skus)])

    def rotate(self, every_s: float | None) -> None:
        self.rotate_s = every_s if every_s is not None and every_s > 0 else None
        self._shown_ns = self._clock.now_ns()

    def turn(self) -> None:
        """Goes on to the next card where its time has come; called a few times a second."""
        if self._grown:
            self._grown = False
            self.show(self.current)
        if self.rotate_s and self.current is not None and self._clock.now_ns() - self._shown_ns >= self.rotate_s * NS:
            self.next()

    def set_ticker(self, text: str) -> None:
        """Another running text; none where it is empty."""
        layer = self._draw("ticker", TickerParams(text)) if text.strip() else None
        self._broadcast.layers.show("ticker", layer)
        self.ticker = text if layer is not None else ""

    def _draw(self, kind: str, params: object) -> Layer | None:
        """The overlay, ready to be blended; None where it cannot be drawn, which is reported."""
        try:
            patch = OVERLAYS[kind]().render(params, self._canvas.width, self._canvas.height)
            if patch.missing:
                self._notice(Problem.of("overlay.no_font", overlay=kind, letters=patch.missing[:40]))
            return Layer(patch)
        except Exception as error:  # an overlay may be anybody's: whatever it raises, the show goes on
            log.warning("the %s could not be drawn", kind, exc_info=error)
            self._notice(Problem.of("overlay.failed", overlay=kind, reason=error))
            return None

    def _notice(self, problem: Problem) -> None:
        self._emit(Noticed(problem, True, self._clock.utc()))
