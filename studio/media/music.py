"""Background music: a file played over and over under the voice, quieter while somebody speaks.

A thread of its own decodes ahead; the mixer's thread takes blocks and never waits for it. It may hang in a file on a
network or a stick that was pulled out: then it is left to itself.
"""

import threading
from collections import deque
from collections.abc import Callable

import av
import numpy as np
from av.error import FFmpegError

from studio.errors import Problem, bug_of, reason_of
from studio.i18n import N_
from studio.media.frames import SAMPLE_RATE, Samples
from studio.media.packets import decoded, demuxed
from studio.media.readers import SoundResampler, resampled
from studio.worker import Worker

AHEAD_SAMPLES = 2 * SAMPLE_RATE
DUCKED = 0.25  # -12 dB under a voice
HOLD_S = 0.7  # between two words nothing rises
RISE_S = 1.2
LEAVE_DEADLINE_S = 1.0  # at the show's end: what hangs is left to itself


class MusicPlayer:
    """Decodes `path` from its beginning, again and again; `failed` is told once where that cannot be."""

    def __init__(self, path: str, failed: Callable[[Problem], None]) -> None:
        self.path = path
        self._failed = failed
        self._blocks: deque[Samples] = deque()
        self._waiting = 0  # samples
        self._changed = threading.Condition()
        self._worker = Worker("music", self._run, lambda error: failed(bug_of(error)), abandonable=True)

    def start(self) -> None:
        self._worker.start()

    def take(self, count: int) -> Samples | None:
        """The next `count` samples; None while there are not so many, as at the beginning."""
        with self._changed:
            if self._waiting < count:
                return None
            taken, missing = [], count
            while missing:
                block = self._blocks.popleft()
                if block.shape[1] > missing:
                    self._blocks.appendleft(block[:, missing:])
                    block = block[:, :missing]
                taken.append(block)
                missing -= block.shape[1]
            self._waiting -= count
            self._changed.notify_all()
        return np.concatenate(taken, axis=1)

    def _run(self, stopping: threading.Event) -> None:
        try:
            with av.open(self.path) as container:
                while self._play(container, stopping):
                    container.seek(0)
                    container.streams.audio[0].codec_context.flush_buffers()
        except (FFmpegError, OSError) as error:
            self._failed(Problem.of("music.unreadable", path=self.path, reason=reason_of(error)))

    def _play(self, container: av.container.InputContainer, stopping: threading.Event) -> bool:
        """Once to its end; False where it is to end, or where there is nothing in it to be heard."""
        heard = False
        resampler = SoundResampler()
        for frame in decoded(demuxed(container, *container.streams.audio[:1])) if container.streams.audio else ():
            for samples in resampled(resampler, frame) if isinstance(frame, av.AudioFrame) else ():
                heard = True
                if not self._put(samples, stopping):
                    return False
        if not heard and not stopping.is_set():
            self._failed(Problem.of("music.unreadable", path=self.path, reason=N_("there is no sound in it")))
        return heard

    def _put(self, samples: Samples, stopping: threading.Event) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting < AHEAD_SAMPLES or stopping.is_set())
            self._blocks.append(samples)
            self._waiting += samples.shape[1]
        return not stopping.is_set()

    @property
    def ended(self) -> bool:
        return not self._worker.alive

    def leave(self) -> None:
        """Asks it to end."""
        self._worker.stopping.set()
        with self._changed:
            self._changed.notify_all()

    def stop(self) -> None:
        """Waits for its end, but not for a file that hangs; may be called twice."""
        self.leave()
        self._worker.stop(LEAVE_DEADLINE_S)


class Ducking:
    """How loud the music is beside the voice, 1 or less; falls within a block of the mixer, rises in a second."""

    def __init__(self) -> None:
        self.level = 1.0
        self._held_s = 0.0

    def ramp(self, speech: bool, count: int) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
        """The next `count` values."""
        seconds = count / SAMPLE_RATE
        before = self.level
        if speech:
            self.level, self._held_s = DUCKED, HOLD_S
        elif self._held_s > 0:
            self._held_s -= seconds
        else:
            self.level = min(1.0, self.level + (1 - DUCKED) * seconds / RISE_S)
        return np.linspace(before, self.level, count, dtype=np.float32)
