"""How long the disk will last for a recording, reckoned from the show's rates, and how that is said."""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

from studio.clock import Clock
from studio.config import ShowConfig
from studio.errors import Problem
from studio.events import Event, Noticed
from studio.i18n import _, ngettext
from studio.paths import there

log = logging.getLogger(__name__)

SPARE_BYTES = 50 * 1024 * 1024  # the recording stops there: the log must still find room
ASIDE_BYTES = 1024 * 1024  # so much an engine needs to begin with the log it has, and a show to go on
FILE_OVERHEAD = 1.01  # of the container
FILM_SHARE = 1.02  # of a recording: the MP4 made from it, with its index, generously
LOW_S = 600.0  # from here on the person is warned
LOW_AGAIN_S = 60.0  # so much more takes a warning back
DISK_LOW = Problem.of("recording.disk_low", minutes=round(LOW_S / 60))
FILM_LOW = Problem.of("recording.film_low", minutes=round(LOW_S / 60))
HOUR_S = 3600
UNRECORDED = frozenset({"recording.failed", "recording.waits", "recording.broken"})  # while one of them lasts


def recording_kbps(show: ShowConfig) -> float:
    """What a second of recording takes."""
    return (show.encoder.bitrate_kbps + show.encoder.audio_bitrate_kbps) * FILE_OVERHEAD


def gigabytes_per_hour(show: ShowConfig) -> float:
    """What an hour of recording takes."""
    return recording_kbps(show) * HOUR_S / 8 / 1e6


def lasts_s(free_bytes: float, show: ShowConfig) -> float:
    """How much recording fits on a disk with so much free."""
    return max(0.0, free_bytes - SPARE_BYTES) * 8 / 1000 / recording_kbps(show)


def film_lasts_s(free_bytes: float, show: ShowConfig, recorded_bytes: float = 0.0) -> float:
    """How much longer can be recorded so that there is room for the MP4 as well.

    It is made beside the recording, which goes only when it is whole: what is recorded must fit once more, also what
    lies there already (`recorded_bytes`).
    """
    spare = free_bytes - SPARE_BYTES - FILM_SHARE * recorded_bytes
    return max(0.0, spare) * 8 / 1000 / (recording_kbps(show) * (1 + FILM_SHARE))


def recorded_bytes(show: ShowConfig, on_air_s: float) -> float:
    """What a show has recorded by now, at most."""
    return recording_kbps(show) * 1000 / 8 * on_air_s


def film_needs_bytes(recording_bytes: int) -> int:
    """What must be free so that a recording can become an MP4."""
    return round(recording_bytes * FILM_SHARE) + SPARE_BYTES


def free_bytes(folder: Path) -> int | None:
    """What is free where the folder is or will be; None where the disk cannot be asked."""
    try:
        existing = next(path for path in (folder, *folder.absolute().parents) if there(path))
        return shutil.disk_usage(existing).free
    except OSError:
        return None


def put_aside(path: Path) -> None:
    """Keeps a little of the disk in a file, for the day on which others have filled it; not where it is nearly full."""
    try:
        if there(path) or shutil.disk_usage(path.parent).free < 2 * SPARE_BYTES:
            return
        with path.open("wb") as file:
            file.write(bytes(ASIDE_BYTES))
    except OSError as error:
        log.info("nothing is put aside: %s", error)
        give_back_aside(path)


def give_back_aside(path: Path) -> bool:
    """Gives the disk back what was put aside; False where nothing was."""
    try:
        path.unlink()
    except OSError:
        return False
    return True


def span_words(seconds: float) -> str:
    """A span as people say it; never more than there is."""
    if seconds >= HOUR_S:
        hours = int(seconds // HOUR_S)
        return ngettext("{count} hour", "{count} hours", hours).format(count=hours)
    minutes = int(seconds // 60)
    return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)


def room_words(show: ShowConfig, on_air_s: float = 0.0) -> str:
    """How much longer the show can be recorded, `on_air_s` after it began.

    Empty where nothing is recorded or the disk cannot be asked.
    """
    free = free_bytes(show.record_dir) if show.record_dir is not None else None
    if free is None:
        return ""
    film_s = film_lasts_s(free, show, recorded_bytes(show, on_air_s))
    return _(
        "The disk has room for {span} of recording, or for {film} that can become an MP4 ({gigabytes} GB an hour)."
    ).format(span=span_words(lasts_s(free, show)), film=span_words(film_s), gigabytes=f"{gigabytes_per_hour(show):.1f}")


class RecordingRoom:
    """Watches one show's disk: warns while there is time to make room, and once where the planned length lacks it."""

    def __init__(self, show: ShowConfig, clock: Clock, emit: Callable[[Event], None]) -> None:
        self._show = show
        self._clock = clock
        self._emit = emit
        self._reckoned = False
        self._told: Problem | None = None

    def look(self, free_bytes: float, written_bytes: float, failed: bool) -> None:
        """To be called once a second; `written_bytes` is the recording's size, `failed` that it has stopped."""
        left_s = lasts_s(free_bytes, self._show)
        film_s = film_lasts_s(free_bytes, self._show, written_bytes)
        if not self._reckoned:
            self._reckoned = True
            self._compare(left_s, film_s)
        low: Problem | None = None
        if not failed and self._is_low(DISK_LOW, left_s):
            low = DISK_LOW
        elif not failed and self._is_low(FILM_LOW, film_s):
            low = FILM_LOW
        before, self._told = self._told, low
        if before is not low and before is not None:
            self._tell(before, False)
        if before is not low and low is not None:
            self._tell(low, True)

    def _compare(self, left_s: float, film_s: float) -> None:
        """Whether the planned length fits, also as an MP4; a disk that is nearly full is told of anyhow."""
        wanted_s = self._show.duration_s
        if wanted_s is not None and left_s > LOW_S and film_s < wanted_s:
            span, film, wanted = span_words(left_s), span_words(film_s), span_words(wanted_s)
            self._tell(Problem.of("recording.disk_short", span=span, film=film, wanted=wanted), True)

    def _is_low(self, problem: Problem, left_s: float) -> bool:
        return left_s < (LOW_S + LOW_AGAIN_S if problem is self._told else LOW_S)

    def _tell(self, problem: Problem, active: bool) -> None:
        self._emit(Noticed(problem, active, self._clock.utc()))
