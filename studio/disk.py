"""How long the disk will last for a recording, reckoned from the show's rates, and how that is said."""

import shutil
from pathlib import Path

from studio.config import ShowConfig
from studio.i18n import _, ngettext

SPARE_BYTES = 50 * 1024 * 1024  # the recording stops there: the log must still find room
FILE_OVERHEAD = 1.01  # of the container
LOW_S = 600.0  # from here on the person is warned
HOUR_S = 3600


def recording_kbps(show: ShowConfig) -> float:
    """What a second of recording takes."""
    return (show.encoder.bitrate_kbps + show.encoder.audio_bitrate_kbps) * FILE_OVERHEAD


def gigabytes_per_hour(show: ShowConfig) -> float:
    """What an hour of recording takes."""
    return recording_kbps(show) * HOUR_S / 8 / 1e6


def lasts_s(free_bytes: float, show: ShowConfig) -> float:
    """How much recording fits on a disk with so much free."""
    return max(0.0, free_bytes - SPARE_BYTES) * 8 / 1000 / recording_kbps(show)


def free_bytes(folder: Path) -> int | None:
    """What is free where the folder is or will be; None where the disk cannot be asked."""
    try:
        existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        return shutil.disk_usage(existing).free
    except OSError:
        return None


def span_words(seconds: float) -> str:
    """A span as people say it; never more than there is."""
    if seconds >= HOUR_S:
        hours = int(seconds // HOUR_S)
        return ngettext("{count} hour", "{count} hours", hours).format(count=hours)
    minutes = int(seconds // 60)
    return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)


def room_words(show: ShowConfig) -> str:
    """How long the show can be recorded; empty where nothing is recorded or the disk cannot be asked."""
    free = free_bytes(show.record_dir) if show.record_dir is not None else None
    if free is None:
        return ""
    return _("The disk has room for {span} of recording ({gigabytes} GB an hour).").format(
        span=span_words(lasts_s(free, show)), gigabytes=f"{gigabytes_per_hour(show):.1f}"
    )
