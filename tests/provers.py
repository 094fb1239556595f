"""Codes that were tried already, for tests of what is done with the outcome; `studio.media.prover` has its own."""

from studio.media.proof import Proof
from studio.media.prover import CodedOverlay, CodeProver


class AlreadyTried(CodeProver):
    """Every code is read as it is, except those of which a test says something else; None: still being tried."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Proof | None] = {}
        self.wanted: list[tuple[str, bool]] = []

    def proof(self, coded: CodedOverlay) -> Proof | None:
        return self.found.get(coded.params.link, Proof(1.0))

    def want(self, coded: CodedOverlay, *, soon: bool) -> None:
        self.wanted.append((coded.params.link, soon))
