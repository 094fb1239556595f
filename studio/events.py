"""What the engine tells its clients and the journal: frozen dataclasses that cross the process boundary by pickle.

What belongs to one subject stands in that subject's file; `Event` at the end is all of it. All times are UTC.
Money is in fen, the hundredth part of a yuan.
"""

from dataclasses import dataclass
from datetime import datetime

from studio.adding import OverlayChanged
from studio.checks import CheckBegun, CheckDone, ChecksEnded
from studio.config import SoundConfig
from studio.equipment import AudioChanged, DevicesFound, SourceChanged
from studio.errors import Problem
from studio.output_states import OutputChanged
from studio.quality import QualityChanged
from studio.reports import ShowReport
from studio.run import RunTold
from studio.shop.told import ShopTold
from studio.snapshot import Snapshot
from studio.sold import AccountAsked, OrdersArrived, ViewersSampled, ViewersUndone


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
class CardChanged:
    """The product on the picture is now `sku` (None: no card), from the millisecond `at`."""

    sku: str | None
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

    peak_dbfs: float  # the true peak (ITU-R BS.1770) while a window looks
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
class ShowEnded:
    """The show is over and logged."""

    report: ShowReport


@dataclass(frozen=True, slots=True)
class RecordingBegun:
    """A further part of the running show's recording, after the disk was full or away."""

    path: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordingFinished:
    """A recording that was begun as `began_as` lies in `path` now; where it could not be finished they are the same."""

    session_id: int
    began_as: str
    path: str
    problem: Problem | None = None


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
class Pong:
    """The answer to `Ping`."""

    number: int


Event = (
    ShowStarted
    | ShopTold
    | StartFailed
    | ShowEnded
    | RecordingBegun
    | RecordingFinished
    | OutputChanged
    | CardChanged
    | OverlayChanged
    | RunTold
    | ViewersSampled
    | ViewersUndone
    | OrderTyped
    | OrdersArrived
    | AccountAsked
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
