"""The sound of one show: the track sources write on, the treatment, the mixer, and what people may turn meanwhile."""

import threading
from collections.abc import Callable

from studio.clock import Clock
from studio.config import AudioConfig, AudioKind, SoundConfig, SourceConfig, SourceKind
from studio.errors import Problem
from studio.media.audio import SILENT_DBFS, AudioMixer, AudioTrack
from studio.media.frames import SAMPLE_RATE, Samples, Timeline
from studio.media.treatment import Treatment


def is_live(audio: AudioConfig, source: SourceConfig) -> bool:
    """Whether somebody speaks there now: into a microphone, or into the phone whose stream is pulled."""
    return audio.kind is AudioKind.MIC or (
        audio.kind is AudioKind.CLIP and not audio.target and source.kind is SourceKind.URL
    )


class SoundDesk:
    """Methods may be called on any thread; blocks go to `sink` on the mixer's."""

    def __init__(
        self,
        sound: SoundConfig,
        clock: Clock,
        sink: Callable[[Samples, int], None],
        notice: Callable[[Problem, bool], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self.sound = sound
        self._clock = clock
        self._sink = sink
        self._failed = failed
        self._live = False
        self._changing = threading.Lock()
        self._metered = False
        self._treatment = Treatment(notice)
        self._track: AudioTrack | None = None
        self._mixer: AudioMixer | None = None

    def prepare(self, timeline: Timeline, live: bool) -> AudioTrack:
        """The track to lay sound on; `live` as in `listen`."""
        self._track = AudioTrack(timeline)
        self._mixer = AudioMixer(self._track, timeline, self._clock, self._sink, self._failed, self._treatment)
        self._mixer.meter_loudness(self._metered)
        self._live = live
        self.set(self.sound)
        return self._track

    def start(self) -> None:
        if self._mixer is not None:
            self._mixer.start()

    def listen(self, live: bool) -> None:
        """Whether the sound comes from a microphone now, and is treated as a voice."""
        with self._changing:
            self._live = live
            self._apply()

    def set(self, sound: SoundConfig) -> None:
        """Other settings, from now on."""
        with self._changing:
            self.sound = sound
            self._apply()

    def _apply(self) -> None:
        if self._track is not None:
            self._treatment.set(self.sound, self._live)
            late = self.sound.offset_ms * SAMPLE_RATE // 1000
            self._track.shift_samples = late - self._treatment.latency_samples

    def watch(self, on: bool) -> None:
        """Loudness is measured while somebody looks at it."""
        self._metered = on
        if self._mixer is not None:
            self._mixer.meter_loudness(on)

    @property
    def muted(self) -> bool:
        return self._mixer is not None and self._mixer.muted

    @muted.setter
    def muted(self, muted: bool) -> None:
        if self._mixer is not None:
            self._mixer.muted = muted

    @property
    def peak_dbfs(self) -> float:
        """Of what is sent."""
        return self._mixer.peak_dbfs if self._mixer is not None else SILENT_DBFS

    @property
    def meter_dbfs(self) -> float:
        """Of what is sent: the true peak while somebody looks, for it is what the limiter works by."""
        if self._mixer is None:
            return SILENT_DBFS
        return self._mixer.true_peak_dbtp if self._metered else self._mixer.peak_dbfs

    @property
    def voice_peak_dbfs(self) -> float:
        """Of what the microphone gives, untreated, muted or not."""
        return self._mixer.voice_peak_dbfs if self._mixer is not None else SILENT_DBFS

    @property
    def treated_peak_dbfs(self) -> float:
        """Of the voice as loud as it is sent, without music; while muted as it would be sent."""
        return self._mixer.treated_peak_dbfs if self._mixer is not None else SILENT_DBFS

    @property
    def loudness_lufs(self) -> float | None:
        """Of what is sent, over the last three seconds; None where that is not measured."""
        return self._mixer.loudness_lufs if self._mixer is not None else None

    @property
    def samples(self) -> int:
        """Sent so far."""
        return self._mixer.samples if self._mixer is not None else 0

    @property
    def drift_ms(self) -> float:
        return self._track.drift_ms if self._track is not None else 0.0

    def stop(self) -> None:
        """May be called twice."""
        if self._mixer is not None:
            self._mixer.stop()
        self._treatment.stop()
