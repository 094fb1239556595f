"""Codes that were tried already, for tests of what is done with the outcome; `studio.media.prover` has its own."""

from studio.config import EncoderConfig
from studio.media.codecs import Compression
from studio.media.proof import Proof
from studio.media.prover import CodedOverlay, CodeProver


class AlreadyTried(CodeProver):
    """Every code is read as it is, except those of which a test says something else; None: still being tried."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Proof | None] = {}
        self.on_picture: dict[str, Proof | None] = {}  # where it is tried on what the camera shows
        self.wanted: list[tuple[str, bool]] = []

    def proof(self, coded: CodedOverlay) -> Proof | None:
        link = coded.params.link
        if coded.scene is not None and coded.scene.is_there and link in self.on_picture:
            return self.on_picture[link]
        return self.found.get(link, Proof(1.0))

    def want(self, coded: CodedOverlay, *, soon: bool) -> None:
        self.wanted.append((coded.params.link, soon))


def at(kbps: int) -> Compression:
    """With the usual settings, at that rate."""
    return Compression(kbps, EncoderConfig())
