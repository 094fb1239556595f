"""An output: one destination of a show, from its first attempt to its report, whatever it sends to.

Threads: `output-NAME` makes one attempt after the other, the engine's asks for another try and for the end. A first
attempt that fails waits for the person; what was on the air and is lost is tried again as long as the show runs.
"""

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from studio.clock import Clock
from studio.config import DestinationConfig
from studio.errors import Problem, StudioError, bug_words
from studio.i18n import N_
from studio.media.frames import NS
from studio.output_states import TRANSITIONS, OutputChanged, OutputState
from studio.priority import step_ahead
from studio.reports import OutputReport
from studio.worker import Mishaps, Worker

log = logging.getLogger(__name__)

CUT_OFF = N_("the show was cut off")
RETRY_S = (1.0, 1.6)  # platforms close a room after one or two minutes without a stream: never wait longer
FAREWELL_S = 3.0
END_DEADLINE_S = FAREWELL_S + 1.0  # for the thread's own end: a computer that is busy takes its time for it


@dataclass(slots=True)
class Tally:
    """What an output has done over all its attempts."""

    sent_packets: int = 0
    sent_bytes: int = 0
    reconnects: int = 0
    outage_ns: int = 0
    first_packet_ns: int | None = None
    lost_at_ns: int | None = None

    def come_back(self, now_ns: int) -> bool:
        """Ends an outage; False where there was none."""
        if self.lost_at_ns is None:
            return False
        self.outage_ns += now_ns - self.lost_at_ns
        self.lost_at_ns = None
        self.reconnects += 1
        return True


class Output(ABC):
    """One destination. What an attempt is, and what an outage means, is said by what it sends to."""

    def __init__(
        self,
        destination: DestinationConfig,
        clock: Clock,
        emit: Callable[[OutputChanged], None],
        show_started_ns: int,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        self.name = destination.name
        self.state = OutputState.OFFLINE
        self.problem: Problem | None = None
        self.settled = threading.Event()  # live or failed for the first time
        self._destination = destination
        self._clock = clock
        self._emit = emit
        self._mishaps = Mishaps(f"output {self.name}", failed)
        self._show_started_ns = show_started_ns
        self._tally = Tally()
        self._ended_as: tuple[OutputState, Problem | None] | None = None
        self._retry = threading.Event()
        self._changing = threading.RLock()
        self._worker = Worker(f"output-{self.name}", self._run, failed)

    @property
    def shown_address(self) -> str:
        return self._destination.shown

    @property
    def closes_ns(self) -> int | None:
        """When the platform may close the room, on the monotonic clock; None where it is not lost, or nobody knows."""
        return None

    @property
    def relay_pid(self) -> int | None:
        """Its process, where it has one."""
        return None

    @property
    def sent_bytes(self) -> int:
        """Over the network, until now."""
        return self._tally.sent_bytes

    @property
    @abstractmethod
    def dropped_packets(self) -> int:
        """What it was too slow for."""

    def start(self) -> None:
        self._worker.start()

    def retry(self) -> None:
        """Tries a failed destination again."""
        self._retry.set()

    @abstractmethod
    def watch(self, now_ns: int) -> None:
        """Ends what hangs; called once a second."""

    @abstractmethod
    def _attempt(self, stopping: threading.Event) -> Problem:
        """One attempt with all that comes of it, LIVE meanwhile where it succeeds; says, or raises, why it ended."""

    def _is_elsewhere(self) -> bool:
        """Whether it goes on at another place after this attempt, which then is a first one."""
        return False

    def _give_up(self, problem: Problem, stopping: threading.Event) -> None:
        """It is not tried again by itself: a person is to see to it."""
        self._become(OutputState.FAILED, problem)
        self._wait_for_person(stopping)

    def _is_final(self, _problem: Problem) -> bool:
        """Whether one that was on the air is not to be tried again by itself."""
        return False

    def _lose(self, problem: Problem) -> Problem | None:
        """What was on the air reaches nobody now; gives the problem as it is to be told."""
        if self.state is OutputState.LIVE:
            self._tally.lost_at_ns = self._clock.now_ns()
        return problem

    def _wait_for_person(self, stopping: threading.Event) -> None:
        self._retry.wait()
        if not stopping.is_set():
            self._become(OutputState.CONNECTING)

    def _become(self, state: OutputState, problem: Problem | None = None, say: bool = False) -> None:
        """Enters a state, which is told; so is another reason for being in the one it is in."""
        with self._changing:
            if state is self.state and not say and _as_told(problem) == _as_told(self.problem):
                self.problem = problem
                return
            if state is not self.state and state not in TRANSITIONS[self.state]:
                raise RuntimeError(f"output {self.name}: {self.state} may not become {state}")
            self.state, self.problem = state, problem
            at = self._clock.utc()
            self._emit(OutputChanged(self.name, self.shown_address, state, at, problem, self.closes_ns))
        if state in (OutputState.LIVE, OutputState.FAILED):
            self.settled.set()

    def _begin(self) -> None:
        """Enters its first state."""
        self._become(OutputState.CONNECTING)

    def _run(self, stopping: threading.Event) -> None:
        step_ahead()
        self._begin()
        while not stopping.is_set():
            problem = self._try(stopping)
            self._retry.clear()  # before the look at `stopping`: what is asked from here on is not missed
            if stopping.is_set():
                break
            if self._is_elsewhere():
                continue
            if self.state is OutputState.CONNECTING or self._is_final(problem):
                self._give_up(problem, stopping)
            else:
                with self._changing:  # nobody may find it lost and LIVE
                    self._become(OutputState.RECONNECTING, self._lose(problem))

    def _try(self, stopping: threading.Event) -> Problem:
        """As `_attempt`; what is our own fault ends this attempt only."""
        try:
            return self._attempt(stopping)
        except StudioError as error:
            return error.problem
        except Exception as error:
            self._mishaps.take(error)
            if self.state is OutputState.RECONNECTING:
                self._retry.wait(RETRY_S[0])  # at once it might fail again as fast
            return Problem.of("output.bug", name=self.name, reason=bug_words(error))

    def begin_stop(self) -> None:
        """Asks it to end, so that several outputs say goodbye at the same time."""
        self._worker.stopping.set()
        self._retry.set()

    def stop(self, farewell_s: float = FAREWELL_S + 1.0) -> None:
        """Says goodbye and ends, all within `farewell_s`; may be called twice."""
        self.begin_stop()
        self._worker.join(max(farewell_s, END_DEADLINE_S))
        if self.state not in (OutputState.OFFLINE, OutputState.STOPPING):
            self._ended_as = (self.state, self.problem)
            self._become(OutputState.STOPPING, self.problem)
            self._become(OutputState.OFFLINE)

    def report(self) -> OutputReport:
        """What this output did; after `stop` with the state it was in before."""
        tally, now_ns = self._tally, self._clock.now_ns()
        outage_ns = tally.outage_ns + (now_ns - tally.lost_at_ns if tally.lost_at_ns is not None else 0)
        first_ns = tally.first_packet_ns
        state, problem = self._ended_as or (self.state, self.problem)
        return OutputReport(
            self.name,
            state.value,
            None if first_ns is None else round((first_ns - self._show_started_ns) / NS, 3),
            tally.sent_packets,
            tally.sent_bytes,
            self.dropped_packets,
            tally.reconnects,
            round(outage_ns / NS, 3),
            None if problem is None else reason_in(problem),
            problem,
        )


def reason_in(problem: Problem) -> str:
    """The other side's own words where there are some, else the problem's code."""
    return dict(problem.values).get("reason", problem.code)


def _as_told(problem: Problem | None) -> Problem | None:
    """A problem without the seconds, which pass without anybody's telling."""
    if problem is None:
        return None
    return Problem(problem.code, tuple(value for value in problem.values if value[0] != "seconds"))
