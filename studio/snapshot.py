"""The state of the engine as one value, for a client that attaches while a show runs or after one was cut off."""

from dataclasses import dataclass, field
from datetime import datetime

from overlays.card import CardParams
from studio.adding import AddedConfig
from studio.config import SoundConfig
from studio.equipment import AudioChanged, SourceChanged
from studio.errors import Problem
from studio.output_states import OutputState
from studio.run import NO_RUN, RunOfShow, StepChanged
from studio.sold import AccountAsked, OrdersArrived, ViewersSampled


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
    run: RunOfShow = NO_RUN
    step: StepChanged | None = None  # that is on
    viewers_about: bool = False
    arrived: tuple[OrdersArrived, ...] = ()  # what each account told of
    counted: tuple[ViewersSampled, ...] = ()  # the last count of each source; `viewers` is the one to show
    accounts: tuple[AccountAsked, ...] = ()  # when each was asked last, with nothing on air too
