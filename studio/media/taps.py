"""One opening of a source: opened, read and closed on a thread of its own.

A driver may hang in any of these and cannot be interrupted, so nobody ever waits for such a thread: what hangs is
left, another tap is opened beside it, and the thread ends by itself when its driver answers after all.

`TrackInput` is the door to the sound track. Any number of taps may stand before it; the one it was handed to is heard.
"""

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable

from av.container import InputContainer
from av.error import FFmpegError

from studio.clock import Clock
from studio.errors import StudioError
from studio.media.audio import AudioTrack
from studio.media.frames import Samples, Timeline
from studio.media.sources import Opening
from studio.worker import Worker

log = logging.getLogger(__name__)


class TrackInput:
    """Who may write onto the track: one tap at a time, so that two never mix and none is cut off too early."""

    def __init__(self) -> None:
        self._track: AudioTrack | None = None
        self._holder: TrackPort | None = None
        self._changing = threading.Lock()

    def lay(self, track: AudioTrack) -> None:
        """The track of the show that begins."""
        self._track = track

    def hand_to(self, port: "TrackPort | None") -> None:
        """From now on `port` alone is heard; None: nobody."""
        with self._changing:
            if port is not self._holder:
                self._holder = port
                if self._track is not None:
                    self._track.restart()

    def is_held_by(self, port: "TrackPort") -> bool:
        return self._holder is port

    def write(self, port: "TrackPort", samples: Samples, heard_ns: int) -> None:
        with self._changing:
            if self._holder is port and self._track is not None:
                self._track.write(samples, heard_ns)

    def restart(self, port: "TrackPort") -> None:
        with self._changing:
            if self._holder is port and self._track is not None:
                self._track.restart()


class TrackPort:
    """One tap's way onto the track; what it writes while it does not hold the track is not heard."""

    def __init__(self, track_input: TrackInput) -> None:
        self._input = track_input

    def heard(self) -> bool:
        return self._input.is_held_by(self)

    def write(self, samples: Samples, heard_ns: int) -> None:
        self._input.write(self, samples, heard_ns)

    def restart(self) -> None:
        self._input.restart(self)


class Tap(ABC):
    """A source that is being opened, is open, or has ended. All attributes may be read from any thread."""

    def __init__(self, thread: str, clock: Clock, track_input: TrackInput, failed: Callable[[Exception], None]) -> None:
        self.port = TrackPort(track_input)
        self.device = ""  # what was opened, in a person's words, where it is a device of this computer
        self.device_name = ""
        self.with_sound = False  # a picture whose source gives sound, too
        self.fault: StudioError | None = None  # why it did not open
        self.broken = False  # by a fault of ours, which a further try may only repeat
        self.delivered_ns: int | None = None  # when the newest picture or sound came
        self.began_ns = clock.now_ns()  # to be opened, and then to be read
        self.ended = False
        self._clock = clock
        self._news = threading.Event()  # replaced by whoever watches
        self._opened = threading.Event()
        self._going = threading.Event()
        self._timeline: Timeline | None = None
        self._container: InputContainer | None = None  # touched by its own thread alone
        self._worker = Worker(thread, self._run, failed, abandonable=True)

    def start(self, news: threading.Event) -> None:
        """Begins to open; `news` is set when it is open, when the first picture or sound is there, and at the end."""
        self._news = news
        self._worker.start()

    def opened_within(self, deadline_s: float) -> bool:
        """Waits until it is open or has failed; False where it hangs."""
        return self._opened.wait(deadline_s)

    def go(self, timeline: Timeline) -> None:
        """Reads as soon as it is open."""
        self._timeline = timeline
        self.began_ns = self._clock.now_ns()
        self._going.set()

    @property
    def held_up(self) -> bool:
        """Whether it waits for others and not for its source."""
        return False

    def leave(self) -> None:
        """Asks it to end, and does not wait."""
        self._worker.stopping.set()
        self._going.set()

    def stop(self, deadline_s: float) -> bool:
        """Asks it to end and waits; False where the driver hangs."""
        self.leave()
        return self._worker.join(deadline_s)

    def _run(self, stopping: threading.Event) -> None:
        try:
            self._container = self._open(stopping)
            self._opened.set()
            self._news.set()
            self._going.wait()
            if not stopping.is_set():
                self._read(stopping)
        except StudioError as error:
            self.fault = error.with_traceback(None)  # which would keep alive what it tried
        except (FFmpegError, OSError) as error:
            log.info("%s ended: %s", self._worker.name, getattr(error, "strerror", None) or type(error).__name__)
        except BaseException:
            self.broken = True
            raise
        finally:
            if self._container is not None:
                self._container.close()
                self._container = None  # with it goes what it read from
            self.ended = True
            self._opened.set()
            self._news.set()

    def _delivered(self) -> None:
        first = self.delivered_ns is None
        self.delivered_ns = self._clock.now_ns()
        if first:
            self._news.set()

    def _remember(self, opening: Opening) -> None:
        if opening.device is not None:
            self.device, self.device_name = opening.device.description, opening.device.name

    @abstractmethod
    def _open(self, stopping: threading.Event) -> InputContainer | None:
        """The open source; None where nothing has to be opened."""

    @abstractmethod
    def _read(self, stopping: threading.Event) -> None:
        """Reads until the source ends or breaks."""
