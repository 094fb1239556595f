"""The desk all pages sit at: the state of the show, the show that is planned, and the commands that go out."""

import logging
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from overlays.card import CardParams, Look
from studio.checks import ChecksEnded
from studio.clock import Clock
from studio.commands import (
    Command,
    LeaveCutOff,
    Ping,
    ReplaceAddress,
    ResumeShow,
    SetAudio,
    SetLook,
    SetMuted,
    SetRun,
    SetSource,
    StartShow,
    StopShow,
    WatchPreview,
)
from studio.config import (
    AUTO,
    AudioConfig,
    AudioKind,
    CanvasConfig,
    DestinationConfig,
    Secret,
    ShowConfig,
    SourceConfig,
)
from studio.equipment import AudioChanged, SourceChanged
from studio.errors import Problem, StudioError
from studio.events import AudioLevel, EncodersTried, Event, Pong, ShowEnded, ShowStarted, StartFailed
from studio.output_states import OutputChanged
from studio.run import RunChanged, RunOfShow
from studio.shop.demo import demo_clip, demo_show
from studio.shop.products import Product
from studio.shop.told import ProductsListed, ProductsRefused
from studio.snapshot import Snapshot
from studio.ui import show_state
from studio.ui.bridge import EngineBridge
from studio.ui.checklist import CheckDesk
from studio.ui.given_addresses import GivenAddresses
from studio.ui.show_state import Phase, ShowState
from studio.ui.trial_desk import TrialDesk

log = logging.getLogger(__name__)

HEARTBEAT_MS = 1000
SILENT_AFTER_S = 2.5
GO_ON_TIMES, GO_ON_WITHIN_S = 3, 600  # an engine that dies more often than that needs a person


class Desk(QObject):
    """Follows the engine and speaks to it for the pages; lives on the window's thread."""

    changed = Signal(object)  # a `ShowState`
    plan_changed = Signal(object)  # a `ShowConfig`
    level = Signal(object)  # an `AudioLevel`
    attached = Signal()
    ended = Signal(object)  # a `ShowReport`
    start_failed = Signal(object)  # a `Problem`
    going_on_asked = Signal()  # with the show that was cut off, as long as nobody said that it is over
    products_listed = Signal(object)  # a `ProductsListed`
    products_refused = Signal(object)  # a `Problem`
    closing = Signal()  # the window ends
    products_wanted = Signal()  # the page of the products
    destination_wanted = Signal()  # the box in which one is added

    def __init__(
        self,
        bridge: EngineBridge,
        show: ShowConfig,
        clock: Clock,
        recordings: Path,
        save: Callable[[ShowConfig], Problem | None],
        encoders: Callable[[CanvasConfig], EncodersTried | None] = lambda _canvas: None,
        save_run: Callable[[RunOfShow], None] = lambda _run: None,
    ) -> None:
        super().__init__()
        self.show = show
        self.clock = clock
        self.recordings = recordings
        self.state = show_state.planned(ShowState(), show)
        self._save = save
        self._save_run = save_run
        self._runs_sent = 0  # that were not answered yet
        self.products: tuple[Product, ...] = ()
        self.selling_points: dict[str, str] = {}  # by code, where there are any
        self._bridge = bridge
        self._ping = 0
        self._asked_ns: int | None = None
        self._watching = True
        self._addresses = GivenAddresses()
        self._cut_off_id: int | None = None  # the session that was on air when the engine went away
        self._went_on_ns: deque[int] = deque(maxlen=GO_ON_TIMES)
        self.checks = CheckDesk(self.send)
        self.trials = TrialDesk(
            encoders, lambda: self.show, lambda: self.state.phase is Phase.OFF_AIR, self.checks, self.send
        )
        self._heartbeat = QTimer(self, interval=HEARTBEAT_MS)
        self._heartbeat.timeout.connect(self._beat)
        bridge.told.connect(self._on_event)
        bridge.lost.connect(self._on_lost)

    def send(self, command: Command) -> None:
        if not self._bridge.send(command):
            log.warning("the engine takes no commands: %s is not sent", type(command).__name__)

    def start(self, rehearsal: bool) -> None:
        """Asks for the planned show; a rehearsal reaches no platform."""
        if self.state.phase is not Phase.OFF_AIR:
            return
        show = replace(self.show, rehearsal=rehearsal or self.show.rehearsal)
        planned = show_state.planned(self.state, self.show)
        self._become(show_state.starting(planned, show.rehearsal))
        self.send(StartShow(show))

    def try_out(self) -> None:
        """A rehearsal with the shop and the clip the program brings along; the plan stays as it is."""
        if self.state.phase is Phase.OFF_AIR:
            show = demo_show(self.recordings)
            self._become(show_state.starting(show_state.planned(self.state, show), rehearsal=True))
            self.send(StartShow(show))

    def go_on(self) -> None:
        """Asks for the rest of the show that was cut off, as it was."""
        cut_off = self.state.cut_off
        if self.state.phase is Phase.OFF_AIR and cut_off is not None:
            self._become(show_state.starting(self.state, rehearsal=False, going_on=True))
            self.send(ResumeShow(cut_off.session_id))

    def leave_cut_off(self) -> None:
        """The show that was cut off is over for good."""
        if self.state.phase is Phase.OFF_AIR and self.state.cut_off is not None:
            alarms = tuple(one for one in self.state.alarms if one.code != "engine.gone_on_air")
            self._become(replace(self.state, cut_off=None, alarms=alarms))
            self.send(LeaveCutOff())

    def stop(self) -> None:
        """Asks for the end of the show; whoever calls has asked the person."""
        if self.state.phase is Phase.ON_AIR:
            self._become(replace(self.state, phase=Phase.GOING_OFF_AIR))
            self.send(StopShow())

    def plan(self, show: ShowConfig) -> None:
        """Another plan for the next show; the pages are told."""
        now = self.show
        if now != replace(show, cards=now.cards, first_card=now.first_card, ticker=now.ticker, card_look=now.card_look):
            self.checks.forget()
        self.show = show
        problem = self._save(show)
        self.plan_changed.emit(show)
        self._become(show_state.planned(self.state, show))
        if problem is not None:
            self.alarm(problem)

    @property
    def run(self) -> RunOfShow:
        """The run of the running show, else that of the next one."""
        return self.state.run if self.state.running else self.show.run

    def plan_run(self, run: RunOfShow) -> None:
        """Another run, for the running show and for the next one; it is kept at once."""
        self.show = replace(self.show, run=run)
        if self.state.running:
            self._runs_sent += 1
            self.send(SetRun(run))
        self._become(replace(self.state, run=run))
        try:
            self._save_run(run)
        except StudioError as error:
            self.alarm(error.problem)

    def product(self, sku: str | None) -> Product | None:
        """The shop's product, as the engine told it last."""
        return next((product for product in self.products if product.sku == sku), None)

    def alarm(self, problem: Problem) -> None:
        """Tells the person of something that concerns no show; it stays until it is read."""
        if problem not in self.state.alarms:
            self._become(replace(self.state, alarms=(*self.state.alarms, problem)))

    def _follow_shop(self, event: ProductsListed | ProductsRefused) -> None:
        """What was changed in the shop is on the cards of the next show."""
        if isinstance(event, ProductsRefused):
            self.products_refused.emit(event.problem)
            return
        self.products = event.products
        self.selling_points = {one.sku: one.selling_points for one in event.products if one.selling_points}
        if event.changed:
            self._stock(tuple(product.card() for product in event.products))
        self.products_listed.emit(event)

    def _stock(self, cards: tuple[CardParams, ...]) -> None:
        """The shop's products go on the cards of a plan that has none."""
        self.show = replace(self.show, cards=cards, first_card=cards[0].sku if cards else None)
        self.plan_changed.emit(self.show)
        self._become(show_state.planned(self.state, self.show))

    def choose_look(self, look: Look) -> None:
        """Another place for the cards: of the show that runs, and of the next ones."""
        if self.state.running:
            self.send(SetLook(look))
        self.plan(replace(self.show, card_look=look))

    def take_picture_from(self, source: SourceConfig) -> None:
        """Another picture source: for the show that runs, and for the next one once it delivers; else planned."""
        if self.state.running:
            self.send(SetSource(source))
        else:
            self.plan(replace(self.show, source=source))

    def take_sound_from(self, audio: AudioConfig) -> None:
        """Another sound source, in the same way."""
        if self.state.running:
            self.send(SetAudio(audio))
        else:
            self.plan(replace(self.show, audio=audio))

    def send_to(self, name: str, url: Secret) -> None:
        """Another address for a destination of the running show; the next show's, too, once it is on the air there."""
        if (planned := self._planned(name)) is not None:
            self._addresses.give(planned, url)
        self.send(ReplaceAddress(name, url))

    def send_changes(self, commands: Iterable[Command]) -> None:
        """What was filled in anew while the show runs, before it is planned."""
        for command in commands:
            if isinstance(command, ReplaceAddress) and (planned := self._planned(command.name)) is not None:
                self._addresses.replace(planned)
            self.send(command)

    def _planned(self, name: str) -> DestinationConfig | None:
        return next((destination for destination in self.show.destinations if destination.name == name), None)

    def _keep_address(self, event: OutputChanged) -> None:
        planned = self._planned(event.name)
        better = self._addresses.follow(event, planned) if planned is not None else None
        if better is not None:
            places = tuple(better if one is planned else one for one in self.show.destinations)
            self._plan_as_it_runs(replace(self.show, destinations=places))

    def _keep_source(self, event: Event) -> None:
        """What was chosen during a show and works is the next show's, too; what it was tried out with is not."""
        if isinstance(event, SourceChanged) and event.source.target == str(demo_clip()):
            return
        if isinstance(event, AudioChanged) and event.audio == AudioConfig(AudioKind.CLIP):
            return
        if isinstance(event, SourceChanged) and event.source != self.show.source:
            self._plan_as_it_runs(replace(self.show, source=event.source))
        elif isinstance(event, AudioChanged) and event.audio != self.show.audio:
            self._plan_as_it_runs(replace(self.show, audio=event.audio))

    def _plan_as_it_runs(self, show: ShowConfig) -> None:
        """The plan follows the running show; where it cannot be written the person is told, and the show goes on."""
        try:
            self.plan(show)
        except StudioError as error:
            self.alarm(error.problem)

    @Slot()
    def try_encoders(self) -> None:
        """Lets each encoder compress the planned show's picture; the next shows use the best."""
        if self.show.encoder.preset != AUTO:
            self.plan(replace(self.show, encoder=replace(self.show.encoder, preset=AUTO)))
        self.trials.try_now(self.show)

    @Slot()
    def turn_voice(self) -> None:
        """Mutes it, or lets it be heard again."""
        if self.state.running:
            self.send(SetMuted(not self.state.muted))

    def dismiss(self, problem: Problem) -> None:
        self._become(show_state.dismissed(self.state, problem))

    def close(self) -> None:
        """Asks nothing more; the line itself is the bridge's."""
        self._heartbeat.stop()
        self.trials.first.stop()
        self.closing.emit()

    def watch_preview(self, on: bool) -> None:
        """Pictures nobody looks at need not be made."""
        self._watching = on
        if self.state.phase is not Phase.NO_ENGINE:
            self.send(WatchPreview(on))

    @Slot(object)
    def _on_event(self, event: Event) -> None:
        if self._is_aside(event):
            return
        self.checks.follow(event)
        self._become(show_state.after(self.state, event))
        if isinstance(event, Snapshot):
            self._asked_ns = None
            if not event.on_air and not self.show.cards:
                self._stock(event.cards)
            self._heartbeat.start()
            self.send(WatchPreview(self._watching))
            self._go_on_by_itself()
            self.attached.emit()
        elif isinstance(event, ShowStarted):
            self.checks.forget()
        elif isinstance(event, ChecksEnded):
            self.trials.check_ended()
        elif isinstance(event, SourceChanged | AudioChanged):
            self._keep_source(event)
        elif isinstance(event, OutputChanged):
            self._keep_address(event)
        elif isinstance(event, ShowEnded):
            self._addresses.forget()
            if self.state.rehearsal:
                self._become(show_state.planned(self.state, self.show))
            self.ended.emit(event.report)
        elif isinstance(event, StartFailed):
            self.start_failed.emit(event.problem)

    def _is_aside(self, event: Event) -> bool:
        """Whether it is no part of the state of the show; then it has been passed on."""
        if isinstance(event, AudioLevel):
            self.level.emit(event)
        elif isinstance(event, Pong):
            self._answered()
        elif isinstance(event, EncodersTried):
            self.trials.ended()
        elif isinstance(event, ProductsListed | ProductsRefused):
            self._follow_shop(event)
        elif isinstance(event, RunChanged) and self._runs_sent:
            self._runs_sent -= 1
            return self._runs_sent > 0  # it answers a change that has been changed again since
        else:
            return False
        return True

    @Slot(object)
    def _on_lost(self, problem: Problem) -> None:
        self._heartbeat.stop()
        self._runs_sent = 0
        self.checks.forget()
        self.trials.ended()
        if self.state.phase is Phase.ON_AIR and not self.state.rehearsal:
            self._cut_off_id = self.state.session_id
        elif self.state.phase is Phase.GOING_ON_AIR and self.state.going_on and self.state.cut_off is not None:
            self._cut_off_id = self.state.cut_off.session_id
        self._become(show_state.lost(self.state, problem))

    def _go_on_by_itself(self) -> None:
        """The engine died under a show that nobody ended: it goes on at once, unless it dies again and again."""
        session_id, self._cut_off_id = self._cut_off_id, None
        cut_off, now_ns = self.state.cut_off, self.clock.now_ns()
        if cut_off is None or cut_off.session_id != session_id:
            return
        if len(self._went_on_ns) == GO_ON_TIMES and now_ns - self._went_on_ns[0] < GO_ON_WITHIN_S * 1e9:
            return
        self._went_on_ns.append(now_ns)
        self.go_on()

    @Slot()
    def _beat(self) -> None:
        """One question at a time: an engine that hangs must not find a heap of them."""
        now_ns = self.clock.now_ns()
        if self._asked_ns is None:
            self._asked_ns = now_ns
            self._ping += 1
            self.send(Ping(self._ping))
        elif (silent_s := (now_ns - self._asked_ns) / 1e9) >= SILENT_AFTER_S:
            self._become(replace(self.state, silent_s=silent_s))

    def _answered(self) -> None:
        self._asked_ns = None
        if self.state.silent_s:
            self._become(replace(self.state, silent_s=0.0))

    def _become(self, state: ShowState) -> None:
        if state != self.state:
            off_air = state.phase is Phase.OFF_AIR
            if off_air is not (self.state.phase is Phase.OFF_AIR):
                self.trials.follow_air(off_air)
            self.state = state
            self.changed.emit(state)
