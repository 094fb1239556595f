"""Counting down: how long something still lasts, and how that is written."""

from overlays.base import Moment


def seconds_left(minutes: float, moment: Moment) -> int:
    """Whole seconds until `minutes` after the beginning, never below nothing."""
    return max(0, int(minutes * 60 - moment.since_s + 0.999))


def clock_text(seconds: int) -> str:
    """05:09, or 1:05:09 from an hour on."""
    minutes, second = divmod(max(0, seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute:02d}:{second:02d}"
