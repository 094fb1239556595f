"""How a show went: counted while it runs, told when it is over."""

from dataclasses import dataclass, replace

from studio.errors import Problem


@dataclass(frozen=True, slots=True)
class VideoReport:
    """The picture's part of the report."""

    width: int
    height: int
    fps: int
    captured_frames: int
    composed_frames: int
    encoded_frames: int
    late_ticks: int
    skipped_frames: int


@dataclass(frozen=True, slots=True)
class AudioReport:
    """The sound's part of the report."""

    samples: int
    drift_ms: float


@dataclass(frozen=True, slots=True)
class OutputReport:
    """One output's part of the report."""

    name: str
    state: str
    first_packet_s: float | None
    sent_packets: int
    sent_bytes: int
    dropped_packets: int
    reconnects: int
    outage_s: float
    last_error: str | None
    problem: Problem | None = None  # the same for people, who are told in their own language


@dataclass(frozen=True, slots=True)
class ReceivedReport:
    """What an audience would have got, as the embedded receiver measured it."""

    frames: int
    fps: float
    kbps: float
    latency_ms_p50: float | None
    latency_ms_p95: float | None
    qr_decoded_ratio: float | None  # of the frames with a code that was tried; None where none was on the picture


@dataclass(frozen=True, slots=True)
class ShowReport:
    """How a show went, as `live --json` prints it."""

    session_id: int
    duration_s: float
    video: VideoReport
    audio: AudioReport
    outputs: tuple[OutputReport, ...]
    recording: str | None
    cpu_s: float
    peak_rss_mb: float
    received: ReceivedReport | None = None
    recordings: tuple[str, ...] = ()  # all parts; `recording` is the newest

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the recording, oldest first."""
        return self.recordings or ((self.recording,) if self.recording else ())


def with_film(report: ShowReport, began_as: str, path: str) -> ShowReport:
    """The report once the recording that was begun as `began_as` lies in `path`."""
    newest = path if report.recording == began_as else report.recording
    recordings = tuple(path if one == began_as else one for one in report.recordings)
    return replace(report, recording=newest, recordings=recordings)
