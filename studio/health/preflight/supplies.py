"""What a show uses up: room on the disk, the battery, the data plan. Nothing is tried here, only reckoned."""

import errno
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import psutil

from studio.checks import Check, CheckPlan, CheckResult, Line, Outcome, hours_text
from studio.config import ShowConfig
from studio.disk import FILM_SHARE
from studio.errors import Problem, reason_of
from studio.i18n import N_
from studio.paths import there

WIRE_OVERHEAD = 1.04  # headers: 52 bytes of TCP and IP in 1,500 are 3.6 %, those of RTMP's chunks less than a half
FILE_OVERHEAD = 1.01  # Matroska
SPARE_BYTES = 500_000_000  # for the log, and for a system that does not like a full disk
LOG_BYTES = 200_000_000
BATTERY_MARGIN = 1.2  # a show draws more than what the battery was used for until now

NO_WASTE = Line.of(N_("Other programs may use some of it meanwhile."))


class Battery(Protocol):
    """What `psutil.sensors_battery` gives."""

    percent: float
    secsleft: int
    power_plugged: bool | None


def stream_kbps(show: ShowConfig) -> int:
    """Picture and sound of one stream."""
    return show.encoder.bitrate_kbps + show.encoder.audio_bitrate_kbps


def gigabytes_per_hour(show: ShowConfig) -> float:
    """What an hour takes of a data plan, over all destinations."""
    return stream_kbps(show) * len(show.servers) * WIRE_OVERHEAD * 3600 / 8 / 1e6


def check_disk(show: ShowConfig, plan: CheckPlan, home: Path) -> CheckResult:
    """Whether the recording of the planned length fits, and the MP4 that is made from it beside it."""
    folder = show.record_dir or home
    try:
        existing = _existing(folder)
        _try_writing(existing, inside=existing == folder)
    except OSError as error:
        found = Line.of(N_("A file was to be written there."))
        return CheckResult(Check.DISK, Outcome.BAD, found, NO_WASTE, _closed(show, folder, error))
    try:
        free = shutil.disk_usage(existing).free
    except OSError as error:
        found = Line.of(N_("The disk cannot be asked: {reason}."), reason=reason_of(error))
        return CheckResult(Check.DISK, Outcome.NOT_CHECKED, found, NO_WASTE)
    gigabytes = f"{free / 1e9:.1f}"
    if show.record_dir is None:
        needed = with_film = LOG_BYTES
        found = Line.of(N_("{gigabytes} GB free. Nothing is recorded."), gigabytes=gigabytes)
    else:
        bytes_per_hour = stream_kbps(show) * FILE_OVERHEAD * 1000 / 8 * 3600
        needed = round(bytes_per_hour * plan.duration_min / 60) + SPARE_BYTES
        with_film = needed + round((needed - SPARE_BYTES) * FILM_SHARE)
        hours = max(0.0, free - SPARE_BYTES) / bytes_per_hour
        found = Line.of(
            N_("{gigabytes} GB free: enough for {hours} hours of recording, or {film_hours} that can become an MP4."),
            gigabytes=gigabytes,
            hours=hours_text(hours),
            film_hours=hours_text(hours / (1 + FILM_SHARE)),
        )
    if free >= with_film:
        return CheckResult(Check.DISK, Outcome.GOOD, found, NO_WASTE)
    if show.record_dir is None:
        problem = Problem.of("check.log_short", free_gb=gigabytes)
        return CheckResult(Check.DISK, Outcome.BAD, found, NO_WASTE, problem)
    code = "check.film_short" if free >= needed else "check.disk_short"
    needed_gb = f"{(with_film if free >= needed else needed) / 1e9:.1f}"
    problem = Problem.of(code, path=folder, free_gb=gigabytes, needed_gb=needed_gb)
    return CheckResult(Check.DISK, Outcome.BAD, found, NO_WASTE, problem)


def _closed(show: ShowConfig, folder: Path, error: OSError) -> Problem:
    """The folder of the recordings; where there are none, that of the log."""
    recorded = show.record_dir is not None
    return Problem.of("check.folder_closed" if recorded else "check.home_closed", path=folder, reason=reason_of(error))


def _try_writing(folder: Path, inside: bool) -> None:
    """What the show will do there: files of its own `inside`, else a folder. Nothing is left. Raises OSError."""
    trial = folder / f".nongbo-{uuid.uuid4().hex}"
    if inside:
        trial.open("xb").close()
        trial.unlink()
    else:  # where no file may lie, as beside Windows, a folder may
        trial.mkdir()
        trial.rmdir()


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it: the recording's own is made when the show starts. Raises OSError."""
    existing = next((path for path in (folder, *folder.absolute().parents) if there(path)), None)
    if existing is None:  # a drive with a letter of its own that was pulled out
        raise FileNotFoundError(errno.ENOENT, "no such disk")
    return existing


def check_power(plan: CheckPlan, battery: Callable[[], Battery | None] | None = None) -> CheckResult:
    """Whether the battery lasts for the planned length."""
    ask: Callable[[], Battery | None] | None = battery or getattr(psutil, "sensors_battery", None)
    cut = Line.of(N_("A power cut."))
    if ask is None:
        return CheckResult(Check.POWER, Outcome.NOT_CHECKED, Line.of(N_("This system does not tell.")), cut)
    state = ask()
    if state is None:
        found = Line.of(N_("This computer has no battery: it lives on the mains."))
        return CheckResult(Check.POWER, Outcome.GOOD, found, cut)
    percent = f"{state.percent:.0f}%"
    if state.power_plugged is None:
        found = Line.of(
            N_("Battery at {percent}. This system does not tell whether it is plugged in."), percent=percent
        )
        return CheckResult(Check.POWER, Outcome.NOT_CHECKED, found, cut)
    if state.power_plugged:
        found = Line.of(N_("Plugged in, battery at {percent}."), percent=percent)
        return CheckResult(Check.POWER, Outcome.GOOD, found, Line.of(N_("How long the battery lasts in a power cut.")))
    return _on_battery(state, percent, plan)


def _on_battery(state: Battery, percent: str, plan: CheckPlan) -> CheckResult:
    more = Line.of(N_("That a show draws more than what ran until now."))
    if state.secsleft <= 0:  # psutil's POWER_TIME_UNKNOWN and POWER_TIME_UNLIMITED are below nothing
        found = Line.of(N_("On battery, {percent} left. How long that lasts is not known."), percent=percent)
        return CheckResult(Check.POWER, Outcome.NOT_CHECKED, found, more)
    hours = hours_text(state.secsleft / 3600)
    found = Line.of(N_("On battery: {hours} hours left ({percent})."), hours=hours, percent=percent)
    if state.secsleft >= plan.duration_min * 60 * BATTERY_MARGIN:
        return CheckResult(Check.POWER, Outcome.GOOD, found, more)
    planned = hours_text(plan.duration_min / 60)
    problem = Problem.of("check.battery_short", hours=hours, planned=planned)
    return CheckResult(Check.POWER, Outcome.BAD, found, more, problem)


def check_data(show: ShowConfig, plan: CheckPlan) -> CheckResult:
    """What the show takes of the data plan, and whether that is left."""
    others = Line.of(N_("What phones and other programs use of the same plan."))
    if show.rehearsal or not show.destinations:
        found = Line.of(N_("Nothing goes over the network: no platform is chosen."))
        if show.rehearsal:
            found = Line.of(N_("A rehearsal sends nothing over the network."))
        return CheckResult(Check.DATA, Outcome.GOOD, found, others)
    if not show.servers:
        found = Line.of(N_("The platform's own program sends it: how much it takes is not known here."))
        return CheckResult(Check.DATA, Outcome.NOT_CHECKED, found, others)
    per_hour = gigabytes_per_hour(show)
    if plan.data_left_gb is None:
        found = Line.of(N_("At this quality an hour takes {gigabytes} GB. How much is left?"), gigabytes=_gb(per_hour))
        return CheckResult(Check.DATA, Outcome.NOT_CHECKED, found, others)
    hours = hours_text(plan.data_left_gb / per_hour)
    found = Line.of(
        N_("At this quality an hour takes {gigabytes} GB: {left} GB last for {hours} hours."),
        gigabytes=_gb(per_hour),
        left=f"{plan.data_left_gb:g}",
        hours=hours,
    )
    if plan.data_left_gb >= per_hour * plan.duration_min / 60:
        return CheckResult(Check.DATA, Outcome.GOOD, found, others)
    planned = hours_text(plan.duration_min / 60)
    problem = Problem.of("check.data_short", left_gb=f"{plan.data_left_gb:g}", hours=hours, planned=planned)
    return CheckResult(Check.DATA, Outcome.BAD, found, others, problem)


def _gb(gigabytes: float) -> str:
    return f"{gigabytes:.1f}" if gigabytes >= 0.1 else f"{gigabytes:.2f}"
