"""The engine: obeys commands one after the other on a thread of its own, tells events, keeps the log.

The same class runs in a process of its own under the window and in-process under `nongbo live`.
"""

import gc
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from studio import commands as ask
from studio.broadcast import Broadcast
from studio.cards import CardDesk
from studio.clock import Clock, SystemClock
from studio.commands import Command
from studio.config import ShowConfig
from studio.errors import Problem, StudioError, bug_of, fault
from studio.events import (
    AudioLevel,
    Event,
    HealthSampled,
    Noticed,
    OrderTyped,
    ShowEnded,
    ShowReport,
    ShowStarted,
    Snapshot,
    StartFailed,
    ViewersSampled,
)
from studio.health.load import LoadMeter, disk_free_mb
from studio.i18n import N_, _
from studio.journal import Journal
from studio.media.allocator import give_back
from studio.media.frames import NS
from studio.paths import Home
from studio.store.store import Store
from studio.worker import Worker

if TYPE_CHECKING:
    from studio.platforms import ViewerPoller

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.1
HEALTH_EVERY_NS = NS
# What lasts until it is taken back or the show ends; the others tell of a moment, and no window need hear them later.
LASTING = frozenset({"source.lost", "audio.lost", "stats.unreadable", "recording.failed"})


@dataclass(slots=True)
class OnAir:
    """All that lives as long as one show."""

    broadcast: Broadcast
    desk: CardDesk
    session_id: int
    started_at: datetime
    poller: "ViewerPoller | None"
    viewers: int | None = None
    orders: dict[str, int] = field(default_factory=dict)
    notices: dict[Problem, datetime] = field(default_factory=dict)
    sampled_ns: int = 0
    sampled_frames: int = 0
    sampled_bytes: int = 0


class Engine:
    """One engine on one home folder. `emit` is called on several threads and must not wait."""

    def __init__(self, home: Home, emit: Callable[[Event], None], clock: Clock | None = None) -> None:
        self._home = home
        self._tell = emit
        self._clock = clock or SystemClock()
        self._lock = FileLock(home.lock, thread_local=False)
        self._store = Store.of(home, self._clock)
        self._journal = Journal(self._store, self._journal_failed, self._journal_mended)
        self._commands: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        self._load = LoadMeter(self._children)
        self._on_air: OnAir | None = None
        self._preview_wanted = False
        self._worker = Worker("engine", self._run)

    def start(self) -> None:
        """Takes the home folder and the log; sessions that a crash left open are closed as interrupted.

        Raises `home.busy`, `home.unwritable` and what the store raises.
        """
        self._home.ensure()
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise fault("home.busy", path=self._home.root) from error
        try:
            self._store.open()
            self._store.close_interrupted()
        except BaseException:
            self._store.close()
            self._lock.release()
            raise
        self._journal.start()
        self._worker.start()

    def execute(self, command: Command) -> None:
        """Puts a command in the row; what comes of it is told by events."""
        self._commands.put(command)

    def stop(self) -> None:
        """Ends a running show and lets everything go; may be called twice."""
        self._commands.put(None)
        self._worker.stopping.set()
        self._worker.join(60.0)
        self._journal.stop()
        self._store.close()
        self._lock.release()

    @property
    def on_air(self) -> bool:
        return self._on_air is not None

    def _emit(self, event: Event) -> None:
        self._journal.record(event)
        on_air = self._on_air
        if isinstance(event, Noticed) and on_air is not None:
            if event.active and event.problem.code in LASTING:
                on_air.notices.setdefault(event.problem, event.at)
            else:
                on_air.notices.pop(event.problem, None)
        if isinstance(event, ViewersSampled) and on_air is not None:
            on_air.viewers = event.count
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
                self._emit(Noticed(error.problem, True, self._clock.utc()))
            except Exception as error:
                log.exception("a command failed")
                self._emit(Noticed(bug_of(error), True, self._clock.utc()))
        if self._on_air is not None:
            self._end_show()

    def _obey(self, command: Command) -> None:  # noqa: C901, PLR0912 - one line per command
        on_air = self._on_air
        match command:
            case ask.StartShow(show):
                self._start_show(show)
            case ask.WatchPreview(on):
                self._preview_wanted = on
                if on_air is not None:
                    on_air.broadcast.watch_preview(on)
            case ask.Ping() | ask.Quit():
                pass  # answered by whoever holds the line
            case _ if on_air is None:
                log.info("nothing is on air: %s passed over", type(command).__name__)
            case ask.StopShow():
                self._end_show()
            case ask.ShowCard(sku):
                on_air.desk.show(sku)
            case ask.NextCard():
                on_air.desk.next()
            case ask.SetRotation(rotate_s):
                on_air.desk.rotate(rotate_s)
            case ask.SetTicker(text):
                on_air.desk.set_ticker(text)
            case ask.AddDestination(destination):
                on_air.broadcast.add_output(destination)
            case ask.RemoveDestination(name):
                on_air.broadcast.remove_output(name)
            case ask.RetryDestination(name):
                on_air.broadcast.retry_output(name)
            case ask.TypeViewers(count):
                if count < 0:
                    reason = N_("a whole number, not below nothing")
                    raise fault("value.bad", field=_("Viewers"), value=count, reason=reason)
                self._emit(ViewersSampled(count, "typed", self._clock.utc()))
            case ask.TypeOrder(sku, quantity):
                if quantity <= 0:
                    raise fault(
                        "value.bad",
                        field=_("quantity"),
                        value=quantity,
                        reason=N_("write a whole number above nothing"),
                    )
                self._type_order(on_air, sku, quantity)
            case ask.UndoOrder(sku):
                if on_air.orders.get(sku, 0) > 0:
                    self._type_order(on_air, sku, -1)

    def _type_order(self, on_air: OnAir, sku: str, quantity: int) -> None:
        card = on_air.desk.card(sku)
        if card is None:
            raise fault("card.unknown", sku=sku)
        on_air.orders[sku] = on_air.orders.get(sku, 0) + quantity
        self._emit(OrderTyped(sku, quantity, card.price_fen, self._clock.utc()))

    def _start_show(self, show: ShowConfig) -> None:
        if self._on_air is not None:
            self._tell(StartFailed(Problem.of("show.running")))
            return
        self._load.start()
        at = self._clock.utc()
        broadcast = Broadcast(show, self._clock, self._emit, _record_path(show, at))
        try:
            broadcast.open()
            session_id = self._journal.begin(show, at, broadcast.record_path)
        except StudioError as error:
            broadcast.stop()
            self._tell(StartFailed(error.problem))
            return
        except Exception as error:
            broadcast.stop()
            self._tell(StartFailed(bug_of(error)))
            raise
        poller = self._poller(show.stats_url)
        desk = CardDesk(broadcast, self._clock, self._emit)
        self._on_air = OnAir(broadcast, desk, session_id, at, poller)
        self._emit(ShowStarted(session_id, at, show.rehearsal))
        try:
            broadcast.call()
            broadcast.watch_preview(self._preview_wanted)
            desk.begin()
            give_back()
            if gc.get_freeze_count() == 0:
                gc.freeze()  # what the program consists of need not be searched for litter during the show
            broadcast.run()
        except BaseException:
            self._end_show()
            raise
        if poller is not None:
            poller.start()

    def _poller(self, stats_url: str) -> "ViewerPoller | None":
        if not stats_url:
            return None
        from studio.platforms import ViewerPoller  # noqa: PLC0415 - 12 MB that most shows never need

        return ViewerPoller(stats_url, self._emit, self._clock)

    def _look(self) -> None:
        """Ten times a second: the meter, the cards' turn, the show's end; once a second the health."""
        on_air = self._on_air
        if on_air is None:
            return
        self._tell(AudioLevel(on_air.broadcast.audio_peak_dbfs))
        on_air.desk.turn()
        now_ns = self._clock.now_ns()
        if now_ns - on_air.sampled_ns >= HEALTH_EVERY_NS:
            on_air.broadcast.watch_outputs()
            self._emit(self._health(on_air, now_ns))
        duration_s = on_air.broadcast.show.duration_s
        if duration_s is not None and on_air.broadcast.on_air_s >= duration_s:
            self._end_show()

    def _health(self, on_air: OnAir, now_ns: int) -> HealthSampled:
        video, audio = on_air.broadcast.video_report(), on_air.broadcast.audio_report()
        sent_bytes = on_air.broadcast.sent_bytes
        seconds = (now_ns - on_air.sampled_ns) / NS if on_air.sampled_ns else 1.0
        load = self._load.read()
        sample = HealthSampled(
            at=self._clock.utc(),
            on_air_s=round(on_air.broadcast.on_air_s, 3),
            composed_fps=round((video.composed_frames - on_air.sampled_frames) / seconds, 2),
            captured_frames=video.captured_frames,
            composed_frames=video.composed_frames,
            encoded_frames=video.encoded_frames,
            late_ticks=video.late_ticks,
            skipped_frames=video.skipped_frames,
            dropped_packets=on_air.broadcast.dropped_packets,
            sent_kbps=round(max(0, sent_bytes - on_air.sampled_bytes) * 8 / 1000 / seconds, 1),
            audio_peak_dbfs=round(on_air.broadcast.audio_peak_dbfs, 1),
            drift_ms=audio.drift_ms,
            cpu_percent=round(load.cpu_percent, 1),
            rss_mb=round(load.rss_mb, 1),
            disk_free_mb=disk_free_mb(_fills(on_air.broadcast, self._home)),
        )
        on_air.sampled_ns, on_air.sampled_frames, on_air.sampled_bytes = now_ns, video.composed_frames, sent_bytes
        return sample

    def _end_show(self) -> None:
        on_air = self._on_air
        assert on_air is not None
        if on_air.poller is not None:
            on_air.poller.stop()
        broadcast = on_air.broadcast
        on_air.desk.show(None)
        self._load.read()
        broadcast.stop()
        recording = broadcast.recording
        report = ShowReport(
            session_id=on_air.session_id,
            duration_s=round(broadcast.on_air_s, 3),
            video=broadcast.video_report(),
            audio=broadcast.audio_report(),
            outputs=tuple(output.report() for output in broadcast.outputs.values()),
            recording=str(recording.path) if recording is not None else None,
            cpu_s=round(self._load.read().cpu_s, 3),
            peak_rss_mb=round(self._load.peak_rss_mb, 1),
            received=broadcast.received_report(),
        )
        self._journal.record(ShowEnded(report))
        self._journal.end(self._clock.utc())
        self._on_air = None
        self._tell(ShowEnded(report))

    def _children(self) -> list[int]:
        on_air = self._on_air
        return on_air.broadcast.children() if on_air is not None else []

    def _journal_failed(self, problem: Problem) -> None:
        self._tell(Noticed(problem, True, self._clock.utc()))

    def _journal_mended(self, problem: Problem) -> None:
        self._tell(Noticed(problem, False, self._clock.utc()))

    def snapshot(self) -> Snapshot:
        """The whole state, for a client that attaches."""
        on_air = self._on_air
        if on_air is None:
            cards = tuple(product.card() for product in self._store.list_products())
            return Snapshot(False, None, None, False, cards, None, None, "", (), None, (), None)
        return Snapshot(
            on_air=True,
            session_id=on_air.session_id,
            started_at=on_air.started_at,
            rehearsal=on_air.broadcast.show.rehearsal,
            cards=on_air.desk.cards,
            card_sku=on_air.desk.current,
            rotate_s=on_air.desk.rotate_s,
            ticker=on_air.desk.ticker,
            outputs=on_air.broadcast.snapshots(),
            viewers=on_air.viewers,
            orders=tuple(on_air.orders.items()),
            preview_path=on_air.broadcast.preview_path,
            notices=tuple(on_air.notices),
        )


def _fills(broadcast: Broadcast, home: Home) -> Path:
    """The folder whose disk a show fills."""
    return broadcast.recording.path.parent if broadcast.recording is not None else home.root


def _record_path(show: ShowConfig, at: datetime) -> Path | None:
    """A file of its own for this show; a second one in the same second gets a number."""
    if show.record_dir is None:
        return None
    name = f"{at.astimezone():%Y%m%d-%H%M%S}"
    path = show.record_dir / f"{name}.mkv"
    number = 2
    while path.exists():
        path = show.record_dir / f"{name}-{number}.mkv"
        number += 1
    return path
