"""Asks a streaming server every few seconds how many people watch, on a thread of its own.

The show never waits for it: a server that is silent costs a notice, and is asked less and less often
until it works again.
"""

import logging
import threading
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

from integrations.base import IntegrationError, ViewerSource
from integrations.servers import server_of
from studio.clock import Clock
from studio.errors import Problem
from studio.events import Event, Noticed
from studio.i18n import _
from studio.sold import ViewersSampled
from studio.worker import Mishaps, Worker

log = logging.getLogger(__name__)

ASK_EVERY_S = 5.0
LONGEST_PAUSE_S = 60.0


class ViewerPoller:
    """Turns the statistics page at `stats_url` into `ViewersSampled` events.

    The page of an nginx-rtmp, or the API of an SRS or a MediaMTX, told by its path; `#application/stream` at the end
    of the address picks one stream, else all streams of the server count. Faults come as one `Noticed`
    (`stats.unreadable`), and one more when it works again. `emit` is called on the poller's thread.
    """

    def __init__(
        self, stats_url: str, emit: Callable[[Event], None], clock: Clock, ask_every_s: float = ASK_EVERY_S
    ) -> None:
        self._stats_url = stats_url
        self._emit = emit
        self._clock = clock
        self._ask_every_s = ask_every_s
        self._problem: Problem | None = None
        self._failures = 0
        self._worker: Worker | None = None

    def start(self) -> None:
        """Asks for the first time at once, on its own thread."""
        self._worker = Worker("viewers", self._run)
        self._worker.start()

    def stop(self) -> None:
        """Ends the thread: at once, or when a question that is under way has its answer or its time-out."""
        if self._worker is not None:
            self._worker.stop()

    def _run(self, stopping: threading.Event) -> None:
        source = viewer_source(self._stats_url, self._clock)
        mishaps = Mishaps("the count of viewers")
        try:
            while not stopping.is_set():
                with mishaps:
                    self._ask(source, stopping)
                stopping.wait(min(self._ask_every_s * 2**self._failures, max(LONGEST_PAUSE_S, self._ask_every_s)))
        finally:
            source.close()

    def _ask(self, source: ViewerSource, stopping: threading.Event) -> None:
        try:
            found = source.viewers()
        except IntegrationError as error:
            if not stopping.is_set():
                self._report(error)
            return
        self._failures = 0
        if self._problem is not None:
            self._emit(Noticed(self._problem, active=False, at=self._clock.utc()))
            self._problem = None
        self._emit(ViewersSampled(found.count, found.source, found.at))

    def _report(self, error: IntegrationError) -> None:
        self._failures += 1
        reason = _(error.message).format(**error.values)
        log.info("viewer counts: %s", error)
        if self._problem is None:
            self._problem = Problem.of("stats.unreadable", address=shown_address(self._stats_url), reason=reason)
            self._emit(Noticed(self._problem, active=True, at=self._clock.utc()))


def viewer_source(stats_url: str, clock: Clock) -> ViewerSource:
    """Who is asked for the viewers at `stats_url`."""
    url, _mark, wanted = stats_url.partition("#")
    application, _slash, stream = wanted.partition("/")
    return server_of(url)(url, clock.utc, application, stream)


def shown_address(url: str) -> str:
    """The address without a password, a query or the stream it picks: those can be secret."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "…"
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
