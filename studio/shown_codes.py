"""Which code an overlay shows now: the link that fits where the show is seen, tried before viewers see it; or none.

Where there is none, the person is told why. On the engine's thread only.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from overlays.card import CardParams
from studio.clock import Clock
from studio.config import ShowConfig
from studio.errors import Problem
from studio.events import Event, Noticed
from studio.media.prover import CodedOverlay, CodeProver
from studio.seen_on import SeenOn
from studio.shop.links import code_link


class ShownCodes:
    """The codes of one show."""

    def __init__(
        self, show: ShowConfig, seen_on: SeenOn, clock: Clock, emit: Callable[[Event], None], prover: CodeProver
    ) -> None:
        self._seen_on = seen_on
        self._canvas, self._kbps = show.canvas, show.encoder.bitrate_kbps
        self._clock = clock
        self._emit = emit
        self._prover = prover
        self._told: set[Problem] = set()

    @property
    def refused_by(self) -> str:
        """The names of the destinations that allow no code in the picture; empty where all do."""
        return ", ".join(self._seen_on.refusing)

    def try_ahead(self, cards: tuple[CardParams, ...]) -> None:
        """Has the cards' codes tried in their order, so that none has to wait when it comes on."""
        for card in cards:
            linked = self._linked(card)
            if linked.link:
                self._prover.want(self._coded("card", linked), soon=False)

    def try_first(self, card: CardParams, deadline_s: float = 0.0) -> None:
        """Has the code tried of the card the show begins with, and waits for it: nobody sees anything yet."""
        linked = self._linked(card)
        if linked.link:
            coded = self._coded("card", linked)
            self._prover.want(coded, soon=True)
            self._prover.wait_for(coded, deadline_s)

    def card(self, card: CardParams) -> CardParams | None:
        """The card with the code that was proven, or without one; None while it is being tried."""
        linked = self._linked(card)
        if not linked.link:
            if (card.link.strip() or card.links) and not self.refused_by:
                self._tell_once(Problem.of("code.no_link", name=card.name))
            return linked
        return self._tried("card", linked, card.name)

    def overlay(self, kind: str, params: Any) -> Any | None:
        """The parameters of an overlay that has a code, as it may be shown; None while its code is being tried."""
        return self._tried(kind, params, params.link[:40])

    def tell_late(self, card: CardParams) -> None:
        """The card is shown without its code, which takes long to be tried."""
        self._tell_once(Problem.of("code.late", name=card.name))

    def end(self) -> None:
        self._prover.forget_wishes()

    def _linked(self, card: CardParams) -> CardParams:
        """The card with the one link that fits wherever the show is seen; an empty one where there is none."""
        if self.refused_by:
            return replace(card, link="")
        return replace(card, link=self.link_of(card))

    def link_of(self, card: CardParams) -> str:
        """The product's one link that fits wherever the show is seen; empty where there is none."""
        return code_link(card.link.strip(), card.links, self._seen_on.platforms)

    def _tried(self, kind: str, params: Any, name: str) -> Any | None:
        coded = self._coded(kind, params)
        proof = self._prover.proof(coded)
        if proof is None:
            self._prover.want(coded, soon=True)
            return None
        if proof.refused:
            self._tell_once(Problem.of("code.too_long", name=name))
            return replace(params, link="")
        if f"{min(self._canvas.width, self._canvas.height)}p" in proof.unread:  # not even in the show's own picture
            self._tell_once(Problem.of("code.unread", name=name))
            return replace(params, link="")
        if proof.unread:
            self._tell_once(Problem.of("code.unproven", name=name, sizes=", ".join(proof.unread)))
        return replace(params, code_growth=proof.growth)

    def _coded(self, kind: str, params: Any) -> CodedOverlay:
        return CodedOverlay(kind, params, self._canvas, self._kbps, self._seen_on.covered(self._canvas))

    def _tell_once(self, problem: Problem) -> None:
        if problem not in self._told:
            self._told.add(problem)
            self._emit(Noticed(problem, True, self._clock.utc()))
