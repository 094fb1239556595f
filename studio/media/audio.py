"""The sound track: samples placed by the time they were heard, read in blocks at an even pace.

Every source writes samples with a time; the mixer reads some at a time, a little behind now, and what is
missing is silence. The count of samples is the clock: a source whose clock runs differently is stretched
by at most 0.4 percent, and one that jumps is placed anew.
"""

import logging
import math
import threading
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from studio.clock import Clock
from studio.media.frames import AUDIO_BLOCK, NS, SAMPLE_RATE, Samples, Timeline
from studio.media.limiter import QUIET, true_peak
from studio.media.loudness import LoudnessMeter
from studio.media.treatment import Treatment
from studio.priority import step_ahead
from studio.worker import Mishaps, Worker

log = logging.getLogger(__name__)

CAPACITY = SAMPLE_RATE * 4
# Four AAC frames, 85 ms: x264 holds its pictures back far longer, and each turn costs as much as what it works on.
MIX_SAMPLES = 4 * AUDIO_BLOCK
READ_BEHIND_NS = 80_000_000  # how long the mixer waits for samples: capture periods and thread changes fit in
SLEPT_NS = 30 * NS  # so late is only a computer that slept: nobody is sent the silence of all that time
JUMP_SAMPLES = SAMPLE_RATE * 60 // 1000
LATE_SAMPLES = SAMPLE_RATE * 160 // 1000  # as late as sound may come and still find its place unread
BELIEVED_SAMPLES = SAMPLE_RATE // 4  # a source that is late for so long has lost what it did not give
STRETCH_LIMIT = 0.004
SMOOTHING = 0.05
FADE_SAMPLES = AUDIO_BLOCK  # 21 ms: short enough for a cough, too long for a click
SILENT_DBFS = -96.0
QUIET_DBFS = 20 * math.log10(QUIET)
METERED_BLOCKS = 2


class AudioTrack:
    """Four seconds of sound around now, indexed by the sample's number in the show; written and read by two threads."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._ring: Samples = np.zeros((2, CAPACITY), np.float32)
        self._lock = threading.Lock()
        self._read = 0  # samples before this one are gone
        self._next: int | None = None  # where the source's next sample belongs, if it runs on
        self._deviation = 0.0
        self._owed = 0.0  # samples the source is to be stretched by, and was not yet
        self._late = 0  # how many samples in a row came late
        self.shift_samples = 0  # how much later than it was heard sound is laid

    @property
    def drift_ms(self) -> float:
        """How far the source's clock is off the show's at present, smoothed."""
        return self._deviation * 1000 / SAMPLE_RATE

    def write(self, samples: Samples, heard_ns: int) -> None:
        """Places 2 × n samples whose first was heard at `heard_ns`; what is too late or too early is lost."""
        wanted = self._timeline.sample_at(heard_ns) + self.shift_samples
        if self._next is None or self._jumped(wanted - self._next, samples.shape[1]):
            self._next, self._deviation, self._late = wanted, 0.0, 0
        self._deviation += SMOOTHING * ((wanted - self._next) - self._deviation)
        samples = self._stretched(samples)
        first, count = self._next, samples.shape[1]
        self._next = first + count
        with self._lock:
            begin = max(first, self._read)
            end = min(first + count, self._read + CAPACITY)
            if begin < end:
                for slots, run in _slots(begin, end):
                    self._ring[:, slots] = samples[:, begin - first : end - first][:, run]

    def _jumped(self, late: int, count: int) -> bool:
        """Whether the source has left its place; a busy computer that hears it late hears the rest all at once."""
        self._late = self._late + count if late > JUMP_SAMPLES else 0
        if self._late == 0:
            return late < -JUMP_SAMPLES
        missed = self._next is not None and self._next < self._read
        return missed or late > LATE_SAMPLES or self._late > BELIEVED_SAMPLES

    def restart(self) -> None:
        """The source begins anew: its next samples are placed by their time alone."""
        self._next, self._deviation, self._late = None, 0.0, 0

    def _stretched(self, samples: Samples) -> Samples:
        """`samples` made longer or shorter by at most 0.4 percent, towards a deviation of none.

        What is less than a sample is kept for the next ones: of short pieces none alone would ever be changed.
        """
        count = samples.shape[1]
        most = STRETCH_LIMIT * count
        self._owed += max(-most, min(most, self._deviation * SMOOTHING))
        change = round(self._owed)
        if change == 0 or count < 2:
            return samples
        self._owed -= change
        positions = np.linspace(0, count - 1, count + change)
        steps = np.arange(count)
        return np.stack([np.interp(positions, steps, channel) for channel in samples]).astype(np.float32)

    def read(self, count: int) -> Samples:
        """The next `count` samples of the show, silence where none came."""
        block: Samples = np.empty((2, count), np.float32)
        with self._lock:
            for slots, run in _slots(self._read, self._read + count):
                block[:, run] = self._ring[:, slots]
                self._ring[:, slots] = 0.0
            self._read += count
        return block

    def skip(self, count: int) -> None:
        """Goes on so many samples later; what lies on the track is from before."""
        with self._lock:
            self._ring[:] = 0.0
            self._read += count


def _slots(begin: int, end: int) -> Iterator[tuple[slice, slice]]:
    """Where the samples `begin`…`end` lie in the ring, in one piece or two, and where each piece lies in their run."""
    done = begin
    while done < end:
        slot = done % CAPACITY
        count = min(end - done, CAPACITY - slot)
        yield slice(slot, slot + count), slice(done - begin, done - begin + count)
        done += count


def peak_dbfs(samples: NDArray[np.float32]) -> float:
    """The loudest sample in dB below full scale."""
    return _decibels(float(np.abs(samples).max(initial=0.0)))


def _decibels(peak: float) -> float:
    return max(SILENT_DBFS, 20 * math.log10(peak)) if peak > 0 else SILENT_DBFS


class PeakMeter:
    """The loudest sample of the last two tenths of a second; one thread adds, any may read."""

    def __init__(self) -> None:
        self._newest: tuple[tuple[float, Samples | None], ...] = ((SILENT_DBFS, None),) * METERED_BLOCKS

    def add(self, block_dbfs: float, block: Samples) -> None:
        self._newest = (*self._newest[1:], (block_dbfs, block))

    @property
    def dbfs(self) -> float:
        return max(dbfs for dbfs, _block in self._newest)

    @property
    def dbtp(self) -> float:
        """The true peak; where no sample is so high that one could come near the limiter's ceiling, the sample's.

        Reckoned for whoever asks, on the loudest block only: a meter asks ten times a second.
        """
        dbfs, block = max(self._newest, key=lambda newest: newest[0])
        return dbfs if block is None or dbfs < QUIET_DBFS else _decibels(true_peak(block))


class AudioMixer:
    """Reads the track at the pace of the clock; `sink` gets each block and the number of its first sample.

    `muted` may be set at any time from any thread.
    """

    def __init__(
        self,
        track: AudioTrack,
        timeline: Timeline,
        clock: Clock,
        sink: Callable[[Samples, int], None],
        failed: Callable[[Exception], None],
        treatment: Treatment | None = None,
    ) -> None:
        self.samples = 0
        self.muted = False
        self._voice_peak, self._treated_peak, self._peak = PeakMeter(), PeakMeter(), PeakMeter()
        self._audible = 1.0  # what the voice was multiplied by at the end of the newest block
        self._loudness: LoudnessMeter | None = None
        self._treatment = treatment
        self._track = track
        self._timeline = timeline
        self._clock = clock
        self._sink = sink
        self._failed = failed
        self._mishaps = Mishaps("the mixer", failed)
        self._worker = Worker("audio-mix", self._run, failed)

    @property
    def peak_dbfs(self) -> float:
        """Of what is sent."""
        return self._peak.dbfs

    @property
    def true_peak_dbtp(self) -> float:
        """Of what is sent."""
        return self._peak.dbtp

    @property
    def voice_peak_dbfs(self) -> float:
        """Of what the source gives, muted or not."""
        return self._voice_peak.dbfs

    @property
    def treated_peak_dbfs(self) -> float:
        """Of the voice as loud as it is sent, without music; while muted as it would be sent."""
        return self._treated_peak.dbfs

    def meter_loudness(self, on: bool) -> None:
        self._loudness = (self._loudness or LoudnessMeter()) if on else None

    @property
    def loudness_lufs(self) -> float | None:
        """Of what is sent; None where it is not measured."""
        loudness = self._loudness
        return loudness.lufs if loudness is not None else None

    def start(self) -> None:
        self._worker.start()

    def _run(self, stopping: threading.Event) -> None:
        step_ahead()
        while True:
            due_ns = self._timeline.sample_ns(self.samples + MIX_SAMPLES) + READ_BEHIND_NS
            due_ns += max(0, -self._track.shift_samples) * NS // SAMPLE_RATE  # sound that is laid earlier comes later
            wait_s = (due_ns - self._clock.now_ns()) / NS
            if stopping.wait(max(0.0, wait_s)):
                return
            if -wait_s * NS > SLEPT_NS:
                missed = -round(wait_s * SAMPLE_RATE) // MIX_SAMPLES * MIX_SAMPLES
                self._track.skip(missed)
                self.samples += missed
                continue
            with self._mishaps:
                self._sink(self._next_block(), self.samples)
            self.samples += MIX_SAMPLES

    def _next_block(self) -> Samples:
        heard = self._track.read(MIX_SAMPLES)
        if not np.isfinite(heard.sum()):  # a damaged packet: encoder and filters would choke on it
            heard = np.nan_to_num(heard, nan=0.0, posinf=0.0, neginf=0.0)
        heard_dbfs = peak_dbfs(heard)
        self._voice_peak.add(heard_dbfs, heard)
        block = self._treated(heard, heard_dbfs, self.muted)
        self._peak.add(peak_dbfs(block), block)
        loudness = self._loudness
        if loudness is not None:
            with self._mishaps:
                loudness.take(block)
        return block

    def _treated(self, heard: Samples, heard_dbfs: float, muted: bool) -> Samples:
        """What is to be sent for what was heard; where the treatment itself fails, the voice goes on without it."""
        treatment = self._treatment
        if treatment is not None:
            try:
                voice = treatment.voice(heard)
                self._treated_peak.add(heard_dbfs if voice is heard else peak_dbfs(voice), voice)
                return treatment.finish(self._faded(voice, muted), muted)
            except Exception as error:
                log.exception("the sound is no longer treated")
                self._treatment = None
                self._failed(error)
        self._treated_peak.add(heard_dbfs, heard)
        return self._faded(heard, muted)

    def _faded(self, voice: Samples, muted: bool) -> Samples:
        """The voice, or silence where it is muted; from one to the other without a click."""
        audible = 0.0 if muted else 1.0
        if audible == self._audible == 1.0:
            return voice
        faded = voice * np.float32(audible)
        if audible != self._audible:
            ramp = np.linspace(self._audible, audible, FADE_SAMPLES, dtype=np.float32)
            faded[:, :FADE_SAMPLES] = voice[:, :FADE_SAMPLES] * ramp
        self._audible = audible
        return faded

    def stop(self) -> None:
        self._worker.stop()
