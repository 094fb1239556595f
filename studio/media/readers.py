"""When a source's pictures and sound are due: a live source's as they come, a clip's by its own times.

On the thread that reads the source. Sound leaves as 2 × n float samples at 48 kHz.
"""

from collections.abc import Iterator
from typing import Protocol

import av
import numpy as np
from av.audio.resampler import AudioResampler

from studio.clock import Clock
from studio.media.frames import NS, SAMPLE_RATE, Samples

TOO_LATE_NS = NS // 2
LAID_NS = 4 * 1024 * NS // SAMPLE_RATE  # a clip's sound is laid in pieces so long: a short one costs as much
SEAM_NS = NS // 500  # containers count in milliseconds


class SoundSink(Protocol):
    """Where a source's sound goes: the track itself, or one source's way onto it."""

    def write(self, samples: Samples, heard_ns: int) -> None: ...

    def restart(self) -> None: ...


class LiveReader:
    """Times of a live source: everything is due when it comes."""

    def __init__(self, clock: Clock, track: SoundSink | None) -> None:
        self.frames = 0
        self._clock = clock
        self._track = track
        self._resampler = SoundResampler()

    def see(self, _frame: av.VideoFrame) -> int:
        self.frames += 1
        return self._clock.now_ns()

    def hear(self, frame: av.AudioFrame) -> None:
        if self._track is None:
            return
        for samples in resampled(self._resampler, frame):
            self._track.write(samples, self._clock.now_ns() - samples.shape[1] * NS // SAMPLE_RATE)

    def wait_up(self, due_ns: int, now_ns: int) -> None:
        """A live source is never late."""

    def loop(self) -> None:
        """A live source does not begin again."""


class ClipReader:
    """Times of a clip: its own, from a start on; sound is half a frame later, as its pictures are when shown.

    `origin_ns` is the time the file itself counts as its beginning.
    """

    def __init__(self, start_and_sound_delay_ns: tuple[int, int], track: SoundSink | None, origin_ns: int) -> None:
        self.frames = 0
        self._start_ns, self._sound_delay_ns = start_and_sound_delay_ns
        self._origin_ns = origin_ns
        self._end_ns = self._heard_until_ns = self._lead_ns = 0
        self._held: list[Samples] = []  # sound that is to be laid in one piece
        self._held_from_ns = self._held_until_ns = 0
        self._track = track
        self._resampler = SoundResampler()

    def see(self, frame: av.VideoFrame) -> int:
        self.frames += 1
        if frame.pts is None:  # a raw stream of pictures: one follows the other
            due_ns = self._end_ns or self._start_ns
        else:
            due_ns = self._start_ns + _time_ns(frame) - self._origin_ns
        if self.frames == 1:
            self._lead_ns = due_ns - self._start_ns  # sound may begin before the first picture
        self._end_ns = max(self._end_ns, due_ns + _duration_ns(frame))
        if self._held and due_ns > self._held_from_ns:  # no more comes
            self._lay()
        return due_ns

    def wait_up(self, due_ns: int, now_ns: int) -> None:
        """Goes on from now where a picture comes far too late: a computer that was too slow never catches up.

        Else all sound to come would be late as well, and nobody would hear any of it.
        """
        if now_ns - due_ns > TOO_LATE_NS:
            self._held.clear()
            self._start_ns += now_ns - due_ns
            self._end_ns += now_ns - due_ns
            if self._track is not None:
                self._track.restart()

    def sound_ns(self, frame: av.AudioFrame) -> int:
        """When the frame is to be heard."""
        return self._start_ns + _time_ns(frame) - self._origin_ns + self._sound_delay_ns

    def hear(self, frame: av.AudioFrame) -> None:
        if self._track is None:
            return
        heard_ns = self.sound_ns(frame)
        self._heard_until_ns = heard_ns + frame.samples * NS // (frame.sample_rate or SAMPLE_RATE)
        for samples in resampled(self._resampler, frame):
            self._hold(samples, heard_ns)
            heard_ns += samples.shape[1] * NS // SAMPLE_RATE

    def _hold(self, samples: Samples, heard_ns: int) -> None:
        if self._held and abs(heard_ns - self._held_until_ns) > SEAM_NS:
            self._lay()
        if not self._held:
            self._held_from_ns = self._held_until_ns = heard_ns
        self._held.append(samples)
        self._held_until_ns += samples.shape[1] * NS // SAMPLE_RATE
        if self._held_until_ns - self._held_from_ns >= LAID_NS - SEAM_NS:
            self._lay()

    def _lay(self) -> None:
        held, self._held = self._held, []
        if held and self._track is not None:
            self._track.write(np.concatenate(held, axis=1), self._held_from_ns)

    def loop(self) -> None:
        """The clip begins again where its last picture ends."""
        self._lay()
        self._start_ns = (self._end_ns or self._heard_until_ns) - self._lead_ns
        self._resampler = SoundResampler()
        if self._track is not None:
            self._track.restart()


class SoundResampler:
    """Makes any sound ours; a broadcast may change between one channel and two, or its rate, in the middle."""

    def __init__(self) -> None:
        self._resampler = _resampler()

    def resample(self, frame: av.AudioFrame) -> list[av.AudioFrame]:
        try:
            return self._resampler.resample(frame)
        except ValueError:  # it keeps to the kind of its first frame
            self._resampler = _resampler()
            return self._resampler.resample(frame)


def _resampler() -> AudioResampler:
    return AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE)


def resampled(resampler: SoundResampler, frame: av.AudioFrame) -> Iterator[Samples]:
    """The frame's sound as 2 × n float samples at 48 kHz."""
    if (frame.sample_rate, frame.format.name, frame.layout.name) == (SAMPLE_RATE, "fltp", "stereo"):
        yield _samples(frame)
        return
    frame.pts = None  # the resampler would wait or fill where a device's own times jump
    for piece in resampler.resample(frame):
        yield _samples(piece)


def _samples(frame: av.AudioFrame) -> Samples:
    """What `to_ndarray` gives of such a frame, for a third of the work."""
    count = frame.samples
    samples: Samples = np.empty((2, count), np.float32)
    left, right = frame.planes
    samples[0] = np.ndarray(count, np.float32, left)  # type: ignore[arg-type]
    samples[1] = np.ndarray(count, np.float32, right)  # type: ignore[arg-type]
    return samples


def _time_ns(frame: av.VideoFrame | av.AudioFrame) -> int:
    return round(frame.time * NS) if frame.time is not None else 0


def _duration_ns(frame: av.VideoFrame) -> int:
    if frame.duration and frame.time_base is not None:
        return frame.duration * NS * frame.time_base.numerator // frame.time_base.denominator
    return NS // 30
