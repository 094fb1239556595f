"""Tries codes before viewers see them, one after the other on a thread of its own, and remembers what was found.

What decides whether a code is read is what it holds, how it lies on its overlay, the canvas and the bit rate; a price
or a name beside it does not. So a card whose price changes is not tried again.
"""

import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from overlays import OVERLAYS
from overlays.base import Covered, Patch, usually_covered
from studio.config import CanvasConfig
from studio.media.proof import Proof, prove
from studio.worker import Worker

log = logging.getLogger(__name__)

PAUSE_S = 1.0  # between two codes that nobody waits for, so that the show never feels it
REMEMBERED = 512


@dataclass(frozen=True, slots=True)
class CodedOverlay:
    """An overlay with a code, on its canvas, at the show's bit rate; `params` have `link` and `code_growth`."""

    kind: str
    params: Any
    canvas: CanvasConfig
    kbps: int
    covered: Covered | None = None  # of the canvas

    @property
    def key(self) -> tuple[object, ...]:
        """What the proof depends on."""
        look = getattr(self.params, "look", None), getattr(self.params, "template", None)
        size = self.canvas.width, self.canvas.height
        return self.kind, *look, self.params.link, *size, self.kbps, self.covered or usually_covered(*size)

    def draw(self, growth: float) -> Patch:
        params = replace(self.params, code_growth=growth)
        patch: Patch = OVERLAYS[self.kind]().render(params, self.canvas.width, self.canvas.height, self.covered)
        return patch


class CodeProver:
    """What was found is asked for with `proof`; its methods may be called on any thread."""

    def __init__(self, prover: Callable[..., Proof] = prove) -> None:
        self._prove = prover
        self._found: OrderedDict[tuple[object, ...], Proof] = OrderedDict()
        self._waiting: deque[CodedOverlay] = deque()
        self._soon: deque[CodedOverlay] = deque()
        self._changed = threading.Condition()  # what waits, what was found, or whether to end
        self._worker: Worker | None = None

    def proof(self, coded: CodedOverlay) -> Proof | None:
        """What was found of that code; None where it was not tried yet."""
        return self._found.get(coded.key)

    def want(self, coded: CodedOverlay, *, soon: bool) -> None:
        """Has the code tried, if it was not yet: before all others where somebody waits for it."""
        with self._changed:
            if coded.key in self._found or any(one.key == coded.key for one in self._soon):
                return
            row = self._soon if soon else self._waiting
            if not any(one.key == coded.key for one in row):
                row.append(coded)
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
                coded = (self._soon or self._waiting).popleft()
                pause_s = PAUSE_S if coded.key not in self._found else 0.0
            if pause_s:
                self._try(coded)

    def _try(self, coded: CodedOverlay) -> None:
        try:
            proof = self._prove(coded.draw, coded.params.link.strip(), coded.canvas, coded.kbps)
        except Exception as error:  # an overlay may be anybody's; that it cannot be drawn is told when it is shown
            log.warning("the code of a %s could not be tried", coded.kind, exc_info=error)
            proof = Proof(1.0, refused=str(error))
        log.info("a code for %s: %s", coded.kind, proof)
        with self._changed:
            self._found[coded.key] = proof
            while len(self._found) > REMEMBERED:
                self._found.popitem(last=False)
            self._changed.notify_all()
