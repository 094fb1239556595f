"""Which code an overlay shows now: the link that fits where the show is seen, tried before viewers see it; or none.

Where there is none, the person is told why. On the engine's thread only.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from overlays.base import NO_ROOM, Covered
from overlays.card import CardParams
from studio.clock import Clock
from studio.config import ShowConfig
from studio.errors import Problem
from studio.events import Event, Noticed
from studio.media.codecs import Compression
from studio.media.proof import Proof
from studio.media.prover import CodedOverlay, CodeProver
from studio.media.scene import Scene
from studio.seen_on import SeenOn
from studio.shop.links import code_link

RATE_STEP = 0.8  # from one bit rate at which codes are tried to the next lower one


class ShownCodes:
    """The codes of one show; those of a show that is only planned have no `scene`."""

    def __init__(
        self,
        show: ShowConfig,
        seen_on: SeenOn,
        clock: Clock,
        emit: Callable[[Event], None],
        prover: CodeProver,
        scene: Scene | None = None,
    ) -> None:
        self._seen_on = seen_on
        self._canvas = show.canvas
        self._planned = Compression(show.encoder.bitrate_kbps, show.encoder)
        self._clock = clock
        self._emit = emit
        self._prover = prover
        self._scene = scene
        self._told: dict[tuple[str, str], Problem | None] = {}  # by kind and name

    @property
    def refused_by(self) -> str:
        """The names of the destinations that allow no code in the picture; empty where all do."""
        return ", ".join(self._seen_on.refusing)

    @property
    def has_picture(self) -> bool:
        """Whether codes can be tried on what the camera shows."""
        return self._scene is not None and self._scene.is_there

    def try_ahead(self, cards: tuple[CardParams, ...]) -> None:
        """Has the cards' codes tried in their order, so that none has to wait when it comes on."""
        for card in cards:
            linked = self.linked(card)
            if linked.link:
                self._prover.want(self._coded("card", linked), soon=False)

    def try_first(self, card: CardParams, deadline_s: float = 0.0) -> None:
        """Has the code tried of the card the show begins with, and waits for it: nobody sees anything yet."""
        linked = self.linked(card)
        if linked.link:
            coded = self._coded("card", linked)
            self._prover.want(coded, soon=True)
            self._prover.wait_for(coded, deadline_s)

    def card(self, card: CardParams) -> CardParams | None:
        """The card with the code that was proven, or without one; None while it is being tried."""
        linked = self.linked(card)
        if linked.link:
            tried: CardParams | None = self._tried("card", linked, card.name)
            return tried
        lost = bool(card.link.strip() or card.links) and not self.refused_by
        self._tell("card", card.name, Problem.of("code.no_link", name=card.name) if lost else None)
        return linked

    def overlay(self, kind: str, params: Any) -> Any | None:
        """The parameters of an overlay that has a code, as it may be shown; None while its code is being tried."""
        return self._tried(kind, params, params.link[:40])

    def so_far(self, card: CardParams) -> CardParams | None:
        """The card with its code as it was found before there was a picture to try it on; None where it was not."""
        linked = self.linked(card)
        coded = CodedOverlay("card", linked, self._canvas, self._planned, self._covered)
        proof = self._prover.proof(coded) if linked.link else None
        if proof is None:
            return None
        return replace(linked, link="") if self._useless(proof) else replace(linked, code_growth=proof.growth)

    def tell_late(self, card: CardParams) -> None:
        """The card is shown without its code, which takes long to be tried."""
        self._tell("card", card.name, Problem.of("code.late", name=card.name))

    def end(self) -> None:
        self._prover.forget_wishes()

    def linked(self, card: CardParams) -> CardParams:
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
        # What cannot be read while the network is weak stays: it will be read again once the network is better.
        weak = coded.compression.kbps < self._planned.kbps
        hidden = bool(proof.refused) or (self._useless(proof) and not weak)
        self._tell(kind, name, self._problem_of(proof, name, hidden))
        return replace(params, link="") if hidden else replace(params, code_growth=proof.growth)

    def _problem_of(self, proof: Proof, name: str, hidden: bool) -> Problem | None:
        if proof.refused == NO_ROOM:
            return Problem.of("code.no_room", name=name)
        if proof.refused:
            return Problem.of("code.too_long", name=name)
        if self._useless(proof):
            return Problem.of("code.unread", name=name) if hidden else Problem.of("code.weak", name=name)
        if proof.unread:
            return Problem.of("code.unproven", name=name, sizes=", ".join(proof.unread))
        return None

    def _useless(self, proof: Proof) -> bool:
        """Whether nobody would read the code, not even in the show's own picture."""
        return bool(proof.refused) or f"{min(self._canvas.width, self._canvas.height)}p" in proof.unread

    @property
    def _covered(self) -> Covered:
        return self._seen_on.covered(self._canvas)

    def _coded(self, kind: str, params: Any) -> CodedOverlay:
        return CodedOverlay(kind, params, self._canvas, self._compression(), self._covered, self._scene)

    def _compression(self) -> Compression:
        """How the picture is compressed now; of its rate the next step below: what is read there is read above it."""
        if self._scene is None:
            return self._planned
        now = self._scene.compression()
        kbps = self._planned.kbps
        while kbps > now.kbps:
            kbps = int(kbps * RATE_STEP)
        return replace(now, kbps=kbps)

    def _tell(self, kind: str, name: str, problem: Problem | None) -> None:
        """Tells once what is wrong with a code, and takes back what was told of it before."""
        before = self._told.get((kind, name))
        if problem == before:
            return
        self._told[kind, name] = problem
        for one, active in ((before, False), (problem, True)):
            if one is not None:
                self._emit(Noticed(one, active, self._clock.utc()))
