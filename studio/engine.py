"""The engine: obeys commands one after the other on a thread of its own, tells events, keeps the log.

The same class runs in a process of its own under the window and in-process under `nongbo live`.
"""

import gc
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from studio import commands as ask
from studio.account_desk import AccountDesk
from studio.backstage import Backstage, BackstageCommand
from studio.broadcast import Broadcast
from studio.cards import CardDesk
from studio.clock import Clock, SystemClock
from studio.commands import Command
from studio.config import ShowConfig
from studio.encoder_memory import chosen_encoder
from studio.errors import Problem, StudioError, bug_of, bug_words, fault
from studio.events import Event, HealthSampled, Noticed, OrderTyped, ShowEnded, ShowStarted, StartFailed
from studio.health.load import LoadMeter
from studio.journal import Journal
from studio.media.allocator import give_back
from studio.media.devices import DeviceWatch
from studio.media.finishing import recording_path
from studio.media.frames import NS
from studio.media.prover import CodeProver
from studio.on_air import OnAir
from studio.paths import Home
from studio.recovery import ShowKeeper, as_it_was, cut_off, cut_off_ns, open_log, to_go_on_with, typed_so_far
from studio.safe_areas import read_safe_areas
from studio.shop_desk import ShopDesk
from studio.snapshot import CutOff, Snapshot
from studio.sold import ViewersSampled, ViewersUndone
from studio.store.rows import SessionDetail, SessionEnd
from studio.store.store import Store
from studio.templates import in_template, own_template
from studio.worker import Mishaps, Worker

if TYPE_CHECKING:
    from studio.platforms import ViewerPoller

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.1
HEALTH_EVERY_NS = NS
COUNTED = (OrderTyped, ViewersSampled, ViewersUndone, HealthSampled)  # none is told that a kill would take along
WRITTEN_WITHIN_S = 0.2  # where the disk takes longer, people are told all the same
LOCKED_WITHIN_S = 0.5  # somebody who looks whether an engine is there holds the folder for a moment


class Engine:
    """One engine on one home folder. `emit` is called on several threads and must not wait."""

    def __init__(self, home: Home, emit: Callable[[Event], None], clock: Clock | None = None) -> None:
        self._home = home
        self._tell = emit
        self._clock = clock or SystemClock()
        self._lock = FileLock(home.lock, thread_local=False)
        self._store = Store.of(home, self._clock)
        self._journal = Journal(
            self._store,
            lambda problem: self._tell_of_journal(problem, True),
            lambda problem: self._tell_of_journal(problem, False),
        )
        self._accounts = AccountDesk(home, self._store, self._emit, self._clock)
        self._commands: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        self._load = LoadMeter(self._children)
        self._prover = CodeProver()
        self._backstage = Backstage(home, self._store, self._clock, self._emit, self._tell, self._prover)
        self._keeper = ShowKeeper(home)
        self._shop = ShopDesk(self._store, self._tell)
        self._cut_off: CutOff | None = None
        self._on_air: OnAir | None = None
        self._preview_wanted = False
        self._sampled_ns = 0
        self._devices = DeviceWatch(self._emit)
        self._mishaps = Mishaps("the engine", self._told_of)  # of one show
        self._worker = Worker("engine", self._run)

    def start(self) -> None:
        """Takes the home folder and the log; sessions that a crash left open are closed as interrupted.

        Raises `home.busy`, `home.unwritable` and what the store raises.
        """
        self._home.ensure()
        try:
            self._lock.acquire(timeout=LOCKED_WITHIN_S)
        except Timeout as error:
            raise fault("home.busy", path=self._home.root) from error
        try:
            self._cut_off = open_log(self._home, self._store)
        except BaseException:
            self._store.close()
            self._lock.release()
            raise
        self._journal.start()
        self._backstage.start()
        self._devices.start()
        self._accounts.look()
        self._worker.start()

    def execute(self, command: Command) -> None:
        """Puts a command in the row; what comes of it is told by events."""
        self._commands.put(command)

    def stop(self) -> None:
        """Ends a running show and lets everything go; may be called twice."""
        self._worker.stopping.set()
        self._commands.put(None)  # after the event: the thread that takes it looks at the event next
        self._worker.join(60.0)
        self._backstage.stop()
        self._prover.stop()
        self._devices.stop()
        self._accounts.stop()
        self._journal.stop()
        self._store.close()
        self._lock.release()

    @property
    def on_air(self) -> bool:
        return self._on_air is not None

    @property
    def cut_off(self) -> CutOff | None:
        """The show that a crash cut off, as long as it can be gone on with."""
        return self._cut_off

    @property
    def finishing(self) -> bool:
        """Whether a recording is being made into an MP4."""
        return self._backstage.finishing

    def _emit(self, event: Event) -> None:
        self._journal.record(event)
        if isinstance(event, COUNTED):
            self._journal.settle(WRITTEN_WITHIN_S)
        if isinstance(event, ShowStarted):
            self._accounts.begin(event)
        on_air = self._on_air
        if on_air is not None:
            on_air.follow(event)
        self._tell(event)

    def _run(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            try:
                command = self._commands.get(timeout=LOOK_EVERY_S if self._on_air else None)
            except queue.Empty:
                command = None
            try:
                if command is not None:
                    self._obey(command)
                self._look()
            except StudioError as error:
                self._told_of(error)
            except Exception as error:
                log.exception("a command failed")
                self._told_of(error)
        if self._on_air is not None:
            self._end_show()

    def _told_of(self, error: Exception) -> None:
        problem = error.problem if isinstance(error, StudioError) else bug_of(error)
        self._emit(Noticed(problem, True, self._clock.utc()))

    def _obey(self, command: Command) -> None:
        on_air = self._on_air
        match command:
            case ask.StartShow(show):
                self._start_show(show)
                self._shop.tell_prices()
            case ask.ResumeShow(session_id, show):
                self._resume_show(session_id, show)
            case ask.LeaveCutOff() if on_air is None:
                self._cut_off = None
                self._keeper.forget()
            case ask.WatchPreview(on):
                self._watch_preview(on)
            case ask.ListDevices():
                self._devices.ask()
            case ask.AskAccounts(name):
                self._accounts.ask(name)
            case _ if isinstance(command, ask.ShopCommand):
                self._shop.obey(command, *((on_air.change, on_air.desk.add) if on_air is not None else ()))
            case _ if isinstance(command, BackstageCommand):
                self._backstage.obey(command, on_air is not None)
            case ask.Ping() | ask.Quit():
                pass  # answered by whoever holds the line
            case _ if on_air is None:
                log.info("nothing is on air: %s passed over", type(command).__name__)
            case ask.StopShow():
                self._end_show()
            case _:
                on_air.obey(command)

    def _watch_preview(self, on: bool) -> None:
        self._preview_wanted = on
        if self._on_air is not None:
            self._on_air.broadcast.watch_preview(on)

    def _resume_show(self, session_id: int, show: ShowConfig | None) -> None:
        """Goes on with a session that was cut off: the same number, the card that was on, the counts so far."""
        if self._on_air is None:
            lacking: tuple[Problem, ...] = ()
            try:
                if show is None:
                    _same, show, lacking = to_go_on_with(self._home, session_id)
                detail = self._store.session_detail(session_id)
            except StudioError as error:
                self._tell(StartFailed(error.problem))
                return
            self._start_show(as_it_was(show, detail), detail, lacking)
        else:
            self._tell(StartFailed(Problem.of("show.running")))

    def _keep_show(self, on_air: OnAir) -> None:
        """So that the show can be gone on with; what nobody saw need not be."""
        if not on_air.broadcast.show.rehearsal:
            self._keeper.keep(on_air.session_id, on_air.show, tuple(on_air.broadcast.fanout.outputs))

    def _broadcast_of(self, show: ShowConfig, at: datetime) -> Broadcast:
        areas = read_safe_areas(self._home, self._told_of)
        return Broadcast(show, self._clock, self._emit, recording_path(show.record_dir, at), self._devices, areas)

    def _start_show(
        self, show: ShowConfig, resumed: SessionDetail | None = None, lacking: tuple[Problem, ...] = ()
    ) -> None:
        """Begins, or goes on where it is `resumed`; `lacking` tells why it does not go wherever it went before."""
        if self._on_air is not None:
            self._tell(StartFailed(Problem.of("show.running")))
            return
        self._backstage.make_way()
        self._clock.go_on_from(resumed.session.ended_at if resumed is not None else None)
        at = self._clock.utc()
        self._mishaps = Mishaps("the engine", self._told_of)
        opened = self._open_show(show, at, resumed)
        if opened is None:
            return
        broadcast, desk, session_id = opened
        poller = self._poller(show.stats_url)
        on_air = self._on_air = OnAir(broadcast, desk, session_id, at, poller, self._clock, self._emit, self._home)
        self._cut_off = self._cut_off if show.rehearsal else None
        self._emit(ShowStarted(session_id, at, show.rehearsal))
        if (failing := self._journal.problem) is not None:  # told before this show was there
            on_air.follow(Noticed(failing, True, at))
        if resumed is not None:
            on_air.orders, on_air.viewers.count = typed_so_far(resumed)
            self._tell(self.snapshot())
        for problem in lacking:
            self._emit(Noticed(problem, True, at))
        try:
            broadcast.call(cut_off_ns(resumed, self._clock))
            self._keep_show(on_air)
            broadcast.watch_preview(self._preview_wanted)
            on_air.begin()
            give_back()
            if gc.get_freeze_count() == 0:
                gc.freeze()  # what the program consists of need not be searched for litter during the show
            broadcast.run()
        except Exception as error:
            self._end_show(cut=resumed is not None)
            self._told_of(_not_begun(error))
            return
        if poller is not None:
            poller.start()

    def _open_show(
        self, show: ShowConfig, at: datetime, resumed: SessionDetail | None
    ) -> tuple[Broadcast, CardDesk, int] | None:
        """All that may refuse, and the session's number; where something does it is told, and nothing stays behind."""
        broadcast: Broadcast | None = None
        try:
            show = in_template(replace(show, encoder=chosen_encoder(self._home, show)), self._home, self._told_of)
            self._load.start()
            broadcast = self._broadcast_of(show, at)
            desk = self._card_desk(broadcast)
            desk.prepare()
            broadcast.open(resumed=resumed is not None)
            recording = next(iter(broadcast.recorded), None)
            if resumed is None:
                return broadcast, desk, self._journal.begin(show, at, recording)
            self._journal.go_on(resumed.session.id, at, recording)
            return broadcast, desk, resumed.session.id
        except Exception as error:
            if broadcast is not None:
                broadcast.stop()
            self._backstage.go_on()
            self._tell(StartFailed(_not_begun(error).problem))
            return None

    def _card_desk(self, broadcast: Broadcast) -> CardDesk:
        template = partial(own_template, self._home, self._told_of)
        return CardDesk(broadcast, self._clock, self._emit, self._prover, template)

    def _poller(self, stats_url: str) -> "ViewerPoller | None":
        if not stats_url:
            return None
        from studio.platforms import ViewerPoller  # noqa: PLC0415 - 12 MB that most shows never need

        return ViewerPoller(stats_url, self._emit, self._clock)

    def _look(self) -> None:
        """Ten times a second the meter, the cards' turn, the show's end; once a second the health; each by itself."""
        on_air = self._on_air
        if on_air is None:
            return
        steps = [
            lambda: self._tell(on_air.level()),
            on_air.desk.turn,
            on_air.run.turn,
            on_air.added.turn,
            on_air.explain_slate,
            on_air.bending.look,
        ]
        if self._clock.now_ns() - self._sampled_ns >= HEALTH_EVERY_NS:
            self._sampled_ns = self._clock.now_ns()
            steps += [
                on_air.broadcast.fanout.watch,
                lambda: self._keep_show(on_air),
                lambda: self._emit(on_air.health(self._load.read())),
                on_air.govern,
            ]
        for step in steps:
            with self._mishaps:
                step()
        duration_s = on_air.broadcast.show.duration_s
        if duration_s is not None and on_air.broadcast.on_air_s >= duration_s:
            self._end_show()

    def _end_show(self, cut: bool = False) -> None:
        """`cut`: it was to go on and could not, so that it is offered again."""
        on_air = self._on_air
        assert on_air is not None
        with self._mishaps:
            if cut:
                on_air.desk.codes.end()  # what is on stays on, for when it goes on
            else:
                on_air.run.end()
                on_air.added.end()
                on_air.desk.end()
            self._load.read()
        on_air.broadcast.stop()
        if on_air.poller is not None:
            on_air.poller.stop()  # it may wait for an answer, and the viewers must not
        self._accounts.end()
        report = on_air.report(self._load)
        self._journal.record(ShowEnded(report))
        with self._mishaps:
            self._journal.end(self._clock.utc(), SessionEnd.INTERRUPTED if cut else SessionEnd.ENDED)
        if not (on_air.broadcast.show.rehearsal or cut):
            self._keeper.forget()
        self._on_air = None
        self._tell(ShowEnded(report))
        if cut:
            with self._mishaps:
                self._cut_off = cut_off(self._home, self._store)
                self._tell(self.snapshot())
        self._backstage.go_on(report)

    def _children(self) -> list[int]:
        return self._on_air.broadcast.children() if self._on_air is not None else []

    def _tell_of_journal(self, problem: Problem, active: bool) -> None:
        """As `_emit`, but for the log itself."""
        notice = Noticed(problem, active, self._clock.utc())
        if (on_air := self._on_air) is not None:  # which may end meanwhile: this is the journal's thread
            on_air.follow(notice)
        self._tell(notice)

    def snapshot(self) -> Snapshot:
        """The whole state, for a client that attaches."""
        on_air = self._on_air
        if on_air is None:
            cards = tuple(product.card() for product in self._store.list_products())
            idle = Snapshot(False, None, None, False, cards, None, None, "", (), None, (), None, cut_off=self._cut_off)
            return replace(idle, accounts=self._accounts.asked, notices=self._backstage.unfinished)
        return replace(on_air.snapshot(), accounts=self._accounts.asked)


def _not_begun(error: Exception) -> StudioError:
    """Why no show is on the air; what nobody expected is logged whole."""
    if isinstance(error, StudioError):
        return error
    log.error("a show did not begin", exc_info=error)
    return fault("show.not_begun", reason=bug_words(error))
