"""What the engine tells its clients and the journal: frozen dataclasses that cross the process boundary by pickle.

All times are UTC. Money is in fen, the hundredth part of a yuan.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from overlays.card import CardParams
from studio.adding import AddedConfig, OverlayChanged
from studio.checks import Check, CheckResult
from studio.config import AudioConfig, SoundConfig, SourceConfig
from studio.errors import Problem
from studio.quality import QualityChanged
from studio.shop.told import ShopTold


class OutputState(StrEnum):
    """The life of an output; `TRANSITIONS` says what may follow what."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    LIVE = "live"
    RECONNECTING = "reconnecting"
    FAILED = "failed"
    STOPPING = "stopping"


_AFTER_LIVE = frozenset({OutputState.CONNECTING, OutputState.FAILED, OutputState.STOPPING})
TRANSITIONS: dict[OutputState, frozenset[OutputState]] = {
    OutputState.OFFLINE: frozenset({OutputState.CONNECTING}),
    OutputState.CONNECTING: frozenset({OutputState.LIVE, OutputState.FAILED, OutputState.STOPPING}),
    OutputState.LIVE: _AFTER_LIVE | {OutputState.RECONNECTING},
    OutputState.RECONNECTING: _AFTER_LIVE | {OutputState.LIVE},
    OutputState.FAILED: frozenset({OutputState.CONNECTING, OutputState.STOPPING}),
    OutputState.STOPPING: frozenset({OutputState.OFFLINE}),
}


@dataclass(frozen=True, slots=True)
class ShowStarted:
    """The show is composed and logged from now on; the outputs follow by themselves."""

    session_id: int
    at: datetime
    rehearsal: bool


@dataclass(frozen=True, slots=True)
class StartFailed:
    """Nothing could go on air."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class OutputChanged:
    """An output entered `state`; `problem` says why where it was not asked for.

    `closes_ns` is set while it is lost on a platform that then closes the room: when that will be, on the
    monotonic clock, which is the same in every process of this computer.
    """

    name: str
    address: str  # masked
    state: OutputState
    at: datetime
    problem: Problem | None = None
    closes_ns: int | None = None


@dataclass(frozen=True, slots=True)
class CardChanged:
    """The product on the picture is now `sku` (None: no card), from the millisecond `at`."""

    sku: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ViewersSampled:
    """A count of concurrent viewers and where it comes from: `typed`, or a server's name."""

    count: int
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderTyped:
    """An order the operator typed; `quantity` is negative where he took one back."""

    sku: str
    quantity: int
    price_fen: int
    at: datetime


@dataclass(frozen=True, slots=True)
class HealthSampled:
    """One second of the show's health; counters count from the start of the show."""

    at: datetime
    on_air_s: float
    composed_fps: float
    captured_frames: int
    composed_frames: int
    encoded_frames: int
    late_ticks: int  # this computer was late
    skipped_frames: int  # the encoder did not keep up
    dropped_packets: int  # the network did not keep up, over all outputs
    sent_kbps: float  # over all outputs
    audio_peak_dbfs: float
    drift_ms: float
    cpu_percent: float  # of one core, whole process tree
    rss_mb: float  # whole process tree
    disk_free_mb: int


@dataclass(frozen=True, slots=True)
class AudioLevel:
    """The sound now, for the meter: what is sent, and what the microphone gives also while it is muted."""

    peak_dbfs: float
    voice_peak_dbfs: float
    loudness_lufs: float | None = None  # EBU R128 short-term; None where it is not measured, or not for 3 s yet


@dataclass(frozen=True, slots=True)
class SoundChanged:
    """How the sound is treated from now on; told at the start of a show too."""

    muted: bool
    sound: SoundConfig
    at: datetime


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something is wrong (`active`) or right again; the show goes on."""

    problem: Problem
    active: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Device:
    """A camera or microphone of this computer."""

    name: str  # what `camera:` or `mic:` takes
    description: str


@dataclass(frozen=True, slots=True)
class DevicesFound:
    """What is plugged in, the system's own choice first; told when it was asked for, and in a show when it changes."""

    cameras: tuple[Device, ...]
    microphones: tuple[Device, ...]


@dataclass(frozen=True, slots=True)
class SourceChanged:
    """The picture now comes from `source`: it is `device`, where a camera was meant that has no name of its own."""

    source: SourceConfig
    device: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AudioChanged:
    """The sound now comes from `audio`; `device` as in `SourceChanged`."""

    audio: AudioConfig
    device: str
    at: datetime


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


@dataclass(frozen=True, slots=True)
class ReceivedReport:
    """What an audience would have got, as the embedded receiver measured it."""

    frames: int
    fps: float
    kbps: float
    latency_ms_p50: float | None
    latency_ms_p95: float | None
    qr_decoded_ratio: float | None  # None where no card with a code was on the picture


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


@dataclass(frozen=True, slots=True)
class ShowEnded:
    """The show is over and logged."""

    report: ShowReport


@dataclass(frozen=True, slots=True)
class RecordingFinished:
    """A recording that was begun as `began_as` lies in `path` now; where it could not be finished they are the same."""

    session_id: int
    began_as: str
    path: str
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class OutputSnapshot:
    """An output as it is now."""

    name: str
    address: str
    state: OutputState
    problem: Problem | None
    closes_ns: int | None = None  # as in `OutputChanged`


@dataclass(frozen=True, slots=True)
class CutOff:
    """A session that ended without being asked to, a short while ago, and can be gone on with."""

    session_id: int
    started_at: datetime
    cut_off_at: datetime
    destinations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole state, told to a client when it attaches, so that a new window shows the running show.

    `cards` are those of the running show; with nothing on air, those of the shop.
    """

    on_air: bool
    session_id: int | None
    started_at: datetime | None
    rehearsal: bool
    cards: tuple[CardParams, ...]
    card_sku: str | None
    rotate_s: float | None
    ticker: str
    outputs: tuple[OutputSnapshot, ...]
    viewers: int | None
    orders: tuple[tuple[str, int], ...]  # SKU and pieces typed so far
    preview_path: str | None  # the shared picture; see studio.media.preview
    notices: tuple[Problem, ...] = ()
    picture_from: SourceChanged | None = None  # with nothing on air: None
    sound_from: AudioChanged | None = None
    cut_off: CutOff | None = None  # only with nothing on air
    muted: bool = False
    sound: SoundConfig = field(default_factory=SoundConfig)
    added: tuple[AddedConfig, ...] = ()  # the overlays that are on the picture beside the card


@dataclass(frozen=True, slots=True)
class TriedEncoder:
    """One encoder's trial: what a second of video costs, how fast it went, how near the picture came to the original.

    `refused` says why it will not do, in the source language or its driver's own words; empty where it would.
    """

    codec: str
    preset: str  # x264's; empty for a chip
    cpu_s: float = 0.0
    speed: float = 0.0  # times real time
    quality_db: float = 0.0  # SSIM, −10·log10(1 − s)
    kbps: float = 0.0
    refused: str = ""


@dataclass(frozen=True, slots=True)
class EncodersTried:
    """A trial of the encoders is over; `chosen` is the usual one from now on, None where a show broke it off."""

    width: int
    height: int
    fps: int
    pictures: str  # what was compressed: camera, clip…
    tried: tuple[TriedEncoder, ...]
    chosen: TriedEncoder | None


@dataclass(frozen=True, slots=True)
class PreviewReady:
    """The shared picture can be read at `path`."""

    path: str


@dataclass(frozen=True, slots=True)
class CheckBegun:
    """This check is being made now; the person may have to do something for it."""

    check: Check


@dataclass(frozen=True, slots=True)
class CheckDone:
    """What a check found; a later one of the same check and destination takes its place."""

    result: CheckResult


@dataclass(frozen=True, slots=True)
class ChecksEnded:
    """All that was asked for has been tried, or was stopped."""


@dataclass(frozen=True, slots=True)
class Pong:
    """The answer to `Ping`."""

    number: int


Event = (
    ShowStarted
    | ShopTold
    | StartFailed
    | ShowEnded
    | RecordingFinished
    | OutputChanged
    | CardChanged
    | OverlayChanged
    | ViewersSampled
    | OrderTyped
    | HealthSampled
    | QualityChanged
    | AudioLevel
    | SoundChanged
    | Noticed
    | Snapshot
    | SourceChanged
    | AudioChanged
    | DevicesFound
    | PreviewReady
    | CheckBegun
    | CheckDone
    | ChecksEnded
    | EncodersTried
    | Pong
)
