"""Tries codes before viewers see them, one after the other on a thread of its own, and remembers what was found.

What decides whether a code is read is what it holds, how it lies on its overlay, the canvas and how that is compressed,
and what the camera shows; a price or a name beside it does not. So a card whose price changes is not tried again.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from overlays import OVERLAYS
from overlays.base import Covered, Patch, usually_covered
from studio.config import CanvasConfig
from studio.media.allocator import give_back
from studio.media.codecs import Compression
from studio.media.proof import Ground, Proof, prove
from studio.media.scene import Scene
from studio.worker import Worker

log = logging.getLogger(__name__)

PAUSE_S = 1.0  # between two codes that nobody waits for, so that the show never feels it
REMEMBERED = 512


@dataclass(frozen=True, slots=True)
class CodedOverlay:
    """An overlay with a code on its canvas, as that is compressed; `params` have `link` and `code_growth`.

    Without a `scene`, or before it is there, the code is tried on a drawn picture.
    """

    kind: str
    params: Any
    canvas: CanvasConfig
    compression: Compression
    covered: Covered | None = None  # of the canvas
    scene: Scene | None = None

    @property
    def wish(self) -> tuple[object, ...]:
        """What is to be tried."""
        look = getattr(self.params, "look", None), getattr(self.params, "template", None)
        covered = self.covered or usually_covered(self.canvas.width, self.canvas.height)
        return self.kind, *look, self.params.link, self.canvas, self.compression, covered

    @property
    def key(self) -> tuple[object, ...]:
        """What the proof depends on now: the wish, and what is on the air."""
        return self.scene.number if self.scene is not None and self.scene.is_there else None, *self.wish

    def draw(self, growth: float) -> Patch:
        params = replace(self.params, code_growth=growth)
        patch: Patch = OVERLAYS[self.kind]().render(params, self.canvas.width, self.canvas.height, self.covered)
        return patch


class CodeProver:
    """What was found is asked for with `proof`; its methods may be called on any thread."""

    def __init__(self, prover: Callable[..., Proof] = prove) -> None:
        self._prove = prover
        self._found: OrderedDict[tuple[object, ...], Proof] = OrderedDict()
        self._waiting: OrderedDict[tuple[object, ...], CodedOverlay] = OrderedDict()  # by their wishes
        self._soon: OrderedDict[tuple[object, ...], CodedOverlay] = OrderedDict()
        self._changed = threading.Condition()  # what waits, what was found, or whether to end
        self._worker: Worker | None = None

    def proof(self, coded: CodedOverlay) -> Proof | None:
        """What was found of that code; None where it was not tried yet."""
        return self._found.get(coded.key)

    def want(self, coded: CodedOverlay, *, soon: bool) -> None:
        """Has the code tried, if it was not yet: before all others where somebody waits for it."""
        with self._changed:
            if coded.key in self._found or coded.wish in self._soon:
                return
            (self._soon if soon else self._waiting).setdefault(coded.wish, coded)
            if self._worker is None:
                self._worker = Worker("code prover", self._run)
                self._worker.start()
            self._changed.notify_all()

    def wait_for(self, coded: CodedOverlay, deadline_s: float) -> Proof | None:
        """What was found of a code that is wanted soon, waited for; None where that takes longer."""
        with self._changed:
            self._changed.wait_for(lambda: self.proof(coded) is not None, deadline_s)
        return self.proof(coded)

    def forget_wishes(self) -> None:
        """A show is over: what nobody waits for any more need not be tried."""
        with self._changed:
            self._waiting.clear()
            self._soon.clear()

    def stop(self) -> None:
        """After the code that is being tried; may be called twice."""
        with self._changed:
            worker, self._worker = self._worker, None
            if worker is not None:
                worker.stopping.set()
                self._changed.notify_all()
        if worker is not None:
            worker.stop()

    def _run(self, stopping: threading.Event) -> None:
        pause_s = 0.0
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._soon) or stopping.is_set(), pause_s)
                self._changed.wait_for(lambda: bool(self._soon or self._waiting) or stopping.is_set())
                if stopping.is_set():
                    return
                _wish, coded = (self._soon or self._waiting).popitem(last=False)
                pause_s = PAUSE_S if coded.key not in self._found else 0.0
            if pause_s:
                self._try(coded)

    def _try(self, coded: CodedOverlay) -> None:
        key = coded.key  # before: what there was then
        try:
            proof = self._on_air(coded) or self._on(coded, None)
        except Exception as error:  # an overlay may be anybody's; that it cannot be drawn is told when it is shown
            log.warning("the code of a %s could not be tried", coded.kind, exc_info=error)
            proof = Proof(1.0, refused=str(error))
        log.info("a code for %s at %d kb/s: %s", coded.kind, coded.compression.kbps, proof)
        give_back()
        with self._changed:
            self._found[key] = proof
            while len(self._found) > REMEMBERED:
                self._found.popitem(last=False)
            self._changed.notify_all()

    def _on_air(self, coded: CodedOverlay) -> Proof | None:
        """What is found on the picture that is on the air; None where there is none. No fault in it costs a code."""
        try:
            ground = coded.scene.ground(coded.kind) if coded.scene is not None else None
            return self._on(coded, ground) if ground is not None else None
        except Exception as error:
            log.warning("a code could not be tried on the air", exc_info=error)
            return None

    def _on(self, coded: CodedOverlay, ground: Ground | None) -> Proof:
        return self._prove(coded.draw, coded.params.link.strip(), coded.canvas, coded.compression, ground)
