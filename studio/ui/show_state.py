"""What the window knows of the show: one frozen value, and the plain function that follows the engine's events."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from overlays.card import CardParams
from studio.adding import AddedConfig, OverlayChanged
from studio.addresses import virtual_camera_of
from studio.config import ShowConfig, SoundConfig
from studio.disk import UNRECORDED
from studio.equipment import AudioChanged, DevicesFound, SourceChanged
from studio.errors import Problem
from studio.events import (
    CardChanged,
    Event,
    HealthSampled,
    Noticed,
    OrderTyped,
    PreviewReady,
    RecordingFinished,
    ShowEnded,
    ShowStarted,
    SoundChanged,
    StartFailed,
)
from studio.output_states import OutputChanged, OutputState
from studio.reports import ShowReport, with_film
from studio.run import (
    NO_RUN,
    PriceDifference,
    PricesDiffer,
    ProductChanged,
    RunChanged,
    RunOfShow,
    RunTold,
    StepChanged,
)
from studio.sentences.slowness import STEPS
from studio.snapshot import CutOff, OutputSnapshot, Snapshot
from studio.sold import (
    AccountAsked,
    OrdersArrived,
    ViewersSampled,
    ViewersUndone,
    shown_count,
    with_asked,
    with_count,
)
from studio.ui.words import gravity


class Phase(StrEnum):
    """Where the show is on its way."""

    NO_ENGINE = "no_engine"
    OFF_AIR = "off_air"
    GOING_ON_AIR = "going_on_air"
    ON_AIR = "on_air"
    GOING_OFF_AIR = "going_off_air"


RUNNING = frozenset({Phase.ON_AIR, Phase.GOING_OFF_AIR})
LOST = frozenset({OutputState.RECONNECTING, OutputState.FAILED})
UNSEEN = Problem.of("show.unseen")


@dataclass(frozen=True, slots=True)
class ShowState:
    """The show as the window shows it."""

    phase: Phase = Phase.NO_ENGINE
    session_id: int | None = None
    started_at: datetime | None = None
    rehearsal: bool = False
    rehearsed: bool = False  # the show that is over was a rehearsal
    cards: tuple[CardParams, ...] = ()
    card_sku: str | None = None
    outputs: tuple[OutputSnapshot, ...] = ()
    viewers: int | None = None
    viewers_about: bool = False
    counted: tuple[ViewersSampled, ...] = ()  # the last of each source, which are never mixed
    orders: tuple[tuple[str, int], ...] = ()
    preview_path: str | None = None
    picture_from: SourceChanged | None = None
    sound_from: AudioChanged | None = None
    devices: DevicesFound = field(default_factory=lambda: DevicesFound((), ()))
    notices: tuple[Problem, ...] = ()  # told by the engine, which also takes them back
    alarms: tuple[Problem, ...] = ()  # raised here; they stay until they are read
    health: HealthSampled | None = None
    report: ShowReport | None = None
    cut_off: CutOff | None = None  # a show that can be gone on with
    going_on: bool = False  # that is what is, or was last, to go on the air
    muted: bool = False
    sound: SoundConfig = field(default_factory=SoundConfig)
    added: tuple[AddedConfig, ...] = ()  # overlays beside the card
    arrived: tuple[OrdersArrived, ...] = ()  # what platforms told of, one for each account
    accounts: tuple[AccountAsked, ...] = ()  # how the last question to each went
    silent_s: float = 0.0  # how long the engine has not answered
    unseen_read: bool = False  # the person has read that nobody sees the show now
    run: RunOfShow = NO_RUN
    step: StepChanged | None = None  # that is on
    differences: tuple[PriceDifference, ...] = ()  # prices to be confirmed
    unrecorded: bool = False  # though it should be: the disk is full, or away

    @property
    def running(self) -> bool:
        return self.phase in RUNNING

    @property
    def step_sku(self) -> str | None:
        """The product of the step that is on."""
        return self.step.step.sku if self.step is not None and self.step.step is not None else None

    @property
    def eased(self) -> tuple[Problem, ...]:
        """What is left away because the computer is too slow; the dearest step last."""
        steps = [notice for notice in self.notices if notice.code in STEPS]
        return tuple(sorted(steps, key=lambda step: STEPS.index(step.code)))

    @property
    def sound_elsewhere(self) -> tuple[bool, bool]:
        """Whether some viewers, and whether all, hear what the platform's own program sends, as by a virtual camera."""
        there = [output for output in self.outputs if output.state is not OutputState.OFFLINE]
        cameras = [virtual_camera_of(output.address) is not None for output in there]
        return any(cameras), bool(cameras) and all(cameras)

    @property
    def unseen(self) -> bool:
        """Every destination is lost, so that nobody gets anything of the show."""
        lost = bool(self.outputs) and all(output.state in LOST for output in self.outputs)
        return lost and self.running and not self.rehearsal

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What the person has to read, the gravest first; a slow computer is told in the line on how the show goes."""
        unseen = (UNSEEN,) if self.unseen and not self.unseen_read else ()
        told = (*unseen, *self.alarms, *(notice for notice in self.notices if notice.code not in STEPS))
        return tuple(sorted(told, key=gravity))

    def pieces(self, sku: str) -> int:
        """Pieces of `sku` ordered so far."""
        return dict(self.orders).get(sku, 0)


def planned(state: ShowState, show: ShowConfig) -> ShowState:
    """The state with the next show's cards and destinations; a running show keeps its own."""
    if state.running:
        return state
    outputs = tuple(OutputSnapshot(to.name, to.shown, OutputState.OFFLINE, None) for to in show.destinations)
    return replace(state, cards=show.cards, outputs=outputs, rehearsal=show.rehearsal, run=show.run)


def starting(state: ShowState, rehearsal: bool, going_on: bool = False) -> ShowState:
    """The start button was pressed, or the show that was cut off is to go on."""
    fresh = ShowState(phase=Phase.GOING_ON_AIR, cards=state.cards, preview_path=state.preview_path)
    fresh = replace(fresh, devices=state.devices, run=state.run, differences=state.differences, accounts=state.accounts)
    return replace(
        fresh, rehearsal=rehearsal, outputs=_offline(state.outputs), cut_off=state.cut_off, going_on=going_on
    )


def lost(state: ShowState, problem: Problem) -> ShowState:
    """The engine went away; under a show that viewers see it is told as what it is for them."""
    on_air = (state.phase is Phase.ON_AIR and not state.rehearsal) or state.going_on
    if problem.code == "engine.gone" and (on_air or any(one.code == "engine.gone_on_air" for one in state.alarms)):
        problem = Problem.of("engine.gone_on_air")
    alarms = state.alarms if problem in state.alarms else (*state.alarms, problem)
    idle = replace(state, phase=Phase.NO_ENGINE, alarms=alarms, health=None, preview_path=None, silent_s=0.0)
    return replace(idle, card_sku=None, step=None, added=(), notices=(), outputs=_offline(state.outputs))


def dismissed(state: ShowState, problem: Problem) -> ShowState:
    """The person has read it."""
    return replace(
        state,
        notices=tuple(known for known in state.notices if known != problem),
        alarms=tuple(known for known in state.alarms if known != problem),
        unseen_read=state.unseen_read or problem == UNSEEN,
    )


def after(state: ShowState, event: Event) -> ShowState:
    """The state once `event` has happened."""
    match event:
        case Snapshot():
            return _after_snapshot(state, event)
        case ShowStarted():
            return replace(
                state,
                phase=Phase.ON_AIR,
                session_id=event.session_id,
                started_at=event.at,
                rehearsal=event.rehearsal,
                report=None,
                alarms=(),
                arrived=(),
                counted=(),
                cut_off=state.cut_off if event.rehearsal else None,
                going_on=False,
                unrecorded=False,
            )
        case StartFailed():
            return replace(state, phase=Phase.OFF_AIR, alarms=(event.problem,))
        case ShowEnded():
            return _after_end(state, event)
        case RecordingFinished():
            return _after_recording(state, event)
        case _:
            return _after_detail(state, event)


def _after_snapshot(state: ShowState, event: Snapshot) -> ShowState:
    over = {"home.busy", "engine.gone", *(("engine.gone_on_air",) if event.on_air else ())}
    state = replace(state, alarms=tuple(one for one in state.alarms if one.code not in over))
    if not event.on_air:
        notices = tuple(one for one in event.notices if one not in state.alarms)
        idle = replace(state, phase=Phase.OFF_AIR, started_at=None, card_sku=None, notices=notices)
        idle = replace(idle, accounts=event.accounts)
        return replace(idle, preview_path=event.preview_path, cards=state.cards or event.cards, cut_off=event.cut_off)
    return ShowState(
        phase=Phase.ON_AIR,
        session_id=event.session_id,
        started_at=event.started_at,
        rehearsal=event.rehearsal,
        cards=event.cards,
        card_sku=event.card_sku,
        outputs=event.outputs,
        viewers=event.viewers,
        viewers_about=event.viewers_about,
        counted=event.counted,
        orders=event.orders,
        preview_path=event.preview_path,
        picture_from=event.picture_from,
        sound_from=event.sound_from,
        devices=state.devices,
        notices=event.notices,
        muted=event.muted,
        sound=event.sound,
        added=event.added,
        run=event.run,
        step=event.step,
        differences=state.differences,
        arrived=event.arrived,
        accounts=event.accounts,
        alarms=state.alarms,
        unrecorded=any(one.code in UNRECORDED for one in event.notices),
    )


def _after_end(state: ShowState, event: ShowEnded) -> ShowState:
    outputs = tuple(
        output
        if output.state is OutputState.FAILED
        else replace(output, state=OutputState.OFFLINE, problem=None, closes_ns=None)
        for output in state.outputs
    )
    return replace(
        state,
        phase=Phase.OFF_AIR,
        outputs=outputs,
        report=event.report,
        rehearsed=state.rehearsal,
        card_sku=None,
        step=None,
        added=(),
        muted=False,
        health=None,
        preview_path=None,
        notices=(),
    )


def _after_recording(state: ShowState, event: RecordingFinished) -> ShowState:
    """The report names the file as it is called now; one that could not be made is told, whichever show it is of."""
    report = with_film(state.report, event.began_as, event.path) if state.report is not None else None
    alarms = state.alarms
    if event.problem is not None and event.problem not in state.problems:
        alarms = (*alarms, event.problem)
    return replace(state, report=report, alarms=alarms)


def _after_run(state: ShowState, event: RunTold) -> ShowState:
    match event:
        case RunChanged(run):
            return replace(state, run=run)
        case StepChanged(step):
            return replace(state, step=event if step is not None else None)
        case ProductChanged(card):
            known = any(one.sku == card.sku for one in state.cards)
            changed = tuple(card if one.sku == card.sku else one for one in state.cards)
            return replace(state, cards=changed if known else (*changed, card))
        case PricesDiffer(differences):
            return replace(state, differences=differences)


def _after_detail(state: ShowState, event: Event) -> ShowState:
    if isinstance(event, CardChanged):
        state = replace(state, card_sku=event.sku)
    elif isinstance(event, OutputChanged):
        state = replace(state, outputs=_with_output(state.outputs, event))
        state = replace(state, unseen_read=state.unseen_read and state.unseen)
    elif isinstance(event, ViewersSampled | ViewersUndone):
        counted = with_count(state.counted, event)
        count, about = (shown.count, shown.about) if counted and (shown := shown_count(counted)) else (None, False)
        state = replace(state, counted=counted, viewers=count, viewers_about=about)
    elif isinstance(event, OrderTyped):
        pieces = dict(state.orders)
        pieces[event.sku] = max(0, pieces.get(event.sku, 0) + event.quantity)
        state = replace(state, orders=tuple(pieces.items()))
    elif isinstance(event, HealthSampled):
        state = replace(state, health=event)
    elif isinstance(event, Noticed):
        unrecorded = event.active if event.problem.code in UNRECORDED else state.unrecorded
        state = replace(state, notices=_with_notice(state.notices, event), unrecorded=unrecorded)
    elif isinstance(event, SoundChanged):
        state = replace(state, muted=event.muted, sound=event.sound)
    elif isinstance(event, PreviewReady):
        state = replace(state, preview_path=event.path)
    else:
        state = _after_devices(state, event)
    return state


def _after_devices(state: ShowState, event: Event) -> ShowState:
    if isinstance(event, SourceChanged):
        state = replace(state, picture_from=event)
    elif isinstance(event, AudioChanged):
        state = replace(state, sound_from=event)
    elif isinstance(event, DevicesFound):
        state = replace(state, devices=event)
    elif isinstance(event, OrdersArrived):
        accounts = tuple(one for one in state.arrived if one.account != event.account)
        state = replace(state, arrived=(*accounts, event))
    elif isinstance(event, AccountAsked):
        state = replace(state, accounts=with_asked(state.accounts, event))
    elif isinstance(event, OverlayChanged):
        others = tuple(one for one in state.added if one.slot != event.slot)
        state = replace(state, added=others if event.added is None else (*others, event.added))
    elif isinstance(event, RunTold):
        state = _after_run(state, event)
    return state


def _offline(outputs: tuple[OutputSnapshot, ...]) -> tuple[OutputSnapshot, ...]:
    return tuple(_off(output) for output in outputs)


def _off(output: OutputSnapshot) -> OutputSnapshot:
    return replace(output, state=OutputState.OFFLINE, problem=None, closes_ns=None)


def _with_output(outputs: tuple[OutputSnapshot, ...], event: OutputChanged) -> tuple[OutputSnapshot, ...]:
    new = OutputSnapshot(event.name, event.address, event.state, event.problem, event.closes_ns)
    if all(output.name != event.name for output in outputs):
        return (*outputs, new)
    return tuple(new if output.name == event.name else output for output in outputs)


def _with_notice(notices: tuple[Problem, ...], event: Noticed) -> tuple[Problem, ...]:
    """One line per fault of one thing: its reason may change while it lasts."""
    others = tuple(known for known in notices if _about(known) != _about(event.problem))
    return (event.problem, *others) if event.active else others


def _about(problem: Problem) -> tuple[str, str | None]:
    return problem.code, dict(problem.values).get("name")
