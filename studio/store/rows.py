"""Sessions and what belongs to them as the store gives them back: plain frozen rows, free of any database."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from studio.errors import Problem
from studio.i18n import N_
from studio.store.order_rows import OrderRow, Sales

SHORTEST_GAP_S, LONGEST_GAP_S = 0.5, 30 * 24 * 3600.0  # no engine begins sooner, nobody goes on later
CLOCK_WAS_SET = N_("{time}: cut off, gone on with later; when is not known, for the computer's clock was set meanwhile")


class SessionEnd(StrEnum):
    """How a session ended: as asked, or by a crash that was noticed at the next start."""

    ENDED = "ended"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session in the list: what it was and what it brought."""

    id: int
    title: str
    station: str
    started_at: datetime
    ended_at: datetime | None
    end: SessionEnd | None  # None while it runs
    rehearsal: bool
    canvas: str
    fps: int
    bitrate_kbps: int
    source: str
    recording: str | None  # the newest of them
    interrupted_s: float  # of the time between beginning and end; nothing was on air
    order_count: int  # of the sales that `sales.counted` adds up
    paid_fen: int
    refunded_fen: int
    peak_viewers: int | None  # as `peak_source` says; sources are never mixed
    sales: tuple[Sales, ...] = ()  # each source for itself
    peak_source: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording and its session."""

    session_id: int
    path: str


@dataclass(frozen=True, slots=True)
class WindowRow:
    """From when to when a card was on the picture; None: it still is."""

    sku: str
    shown_at: datetime
    hidden_at: datetime | None


@dataclass(frozen=True, slots=True)
class ViewerRow:
    """A count of viewers at one moment, and who says so; `about`: somebody's guess, or rounded by the platform."""

    at: datetime
    count: int
    source: str
    about: bool = False


@dataclass(frozen=True, slots=True)
class ViewersSummary:
    """The viewers of one source: highest count, and the mean weighted by how long each count held.

    `known_s` is the time it speaks of; what lies between counts that are far apart is not filled.
    """

    source: str
    samples: int
    peak: int
    mean: float
    known_s: float
    about: bool = False  # one of its counts is


@dataclass(frozen=True, slots=True)
class PlatformSessionRow:
    """What a platform says of a session as of `told_at`: `kind` is the file or interface it stands in.

    Figures as in `integrations.exports.live_sessions.FIGURES` and `integrations.room_figures`.
    """

    platform: str
    kind: str
    account: str
    title: str
    started_at: datetime
    ended_at: datetime | None
    figures: tuple[tuple[str, int], ...]
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class UnknownAnchor:
    """Who sold order lines for a commission, by the platform's number; nobody said yet whether it is one of us."""

    platform: str
    anchor: str
    lines: int


@dataclass(frozen=True, slots=True)
class TopicCount:
    """How many comments speak of something (`studio.comments.TOPICS`, a product), and the busiest minute."""

    topic: str
    comments: int
    busiest_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProductResult:
    """What one product did in a session; money is of the paid orders, before refunds.

    What was typed is not in it where that may be what a platform tells of: `typed_beside` pieces.
    """

    sku: str
    name: str
    price_fen: int | None  # None where an order names a product that was not in the session
    on_air_s: float
    windows: int
    orders: int
    pieces: int
    paid_fen: int
    refunded_fen: int
    typed_beside: int = 0


@dataclass(frozen=True, slots=True)
class OutputRow:
    """An output entered a state."""

    name: str
    address: str  # masked
    state: str
    at: datetime
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch in which no health was logged: the computer slept or stood still, or the show was cut off."""

    started_at: datetime
    seconds: float

    @property
    def known(self) -> bool:
        """Whether a cut's length is to be believed: a clock that was wrong makes it none, or years."""
        return SHORTEST_GAP_S < self.seconds < LONGEST_GAP_S


@dataclass(frozen=True, slots=True)
class HealthSummary:
    """A session's health in a few numbers; the three losses are never added together."""

    seconds: int  # samples, one a second
    worst_fps: float  # without the first second
    late_ticks: int
    skipped_frames: int
    dropped_packets: int
    mean_kbps: float  # from the first second in which something was sent
    min_kbps: float
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A fault that was shown, from when to when."""

    problem: Problem
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class SoundRow:
    """How the sound was treated from one moment on; `settings` as in `studio.config.SoundConfig`."""

    at: datetime
    muted: bool
    settings: dict[str, object]


@dataclass(frozen=True, slots=True)
class QualityRow:
    """What the picture was changed to, to fit the network; as `studio.quality.QualityChanged`."""

    at: datetime
    kbps: int
    wanted_kbps: int
    motion: str
    slowest: str | None
    better: bool
    behind_s: float | None = None
    taken_kbps: int | None = None


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of the run was on, from when to when (None: it still is); `offers` are kinds of overlays, with blanks."""

    step_id: int
    place: int  # from 0
    sku: str
    planned_s: float
    offers: str
    came_at: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProductChangeRow:
    """What a product's card said from one moment on."""

    at: datetime
    sku: str
    price_fen: int
    old_price_fen: int | None
    stock: int | None


@dataclass(frozen=True, slots=True)
class SessionDetail:
    """Everything the log knows of a session."""

    session: SessionRow
    on_air_s: float  # up to now where it still runs
    windows: tuple[WindowRow, ...]
    viewers: tuple[ViewerRow, ...]
    viewers_by_source: tuple[ViewersSummary, ...]
    platform_sessions: tuple[PlatformSessionRow, ...]
    topics: tuple[TopicCount, ...]
    orders: tuple[OrderRow, ...]
    products: tuple[ProductResult, ...]
    outputs: tuple[OutputRow, ...]
    health: HealthSummary | None
    interruptions: tuple[Gap, ...]
    recordings: tuple[str, ...]  # one for each part of the session
    notices: tuple[NoticeRow, ...]
    sound: tuple[SoundRow, ...]
    quality: tuple[QualityRow, ...]
    steps: tuple[StepRow, ...] = ()  # of the run of show
    product_changes: tuple[ProductChangeRow, ...] = ()
