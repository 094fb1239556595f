"""What the network made of a session's picture, in words: from when to when, what was sent, and why."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from studio.console.output import local_time
from studio.i18n import N_, _
from studio.quality import Motion
from studio.store.rows import QualityRow

MOTION_WORDS = {
    Motion.WHOLE: "",
    Motion.HALF: N_("every second frame"),
    Motion.STILL: N_("standing still, the voice goes on"),
}


def quality_lines(changes: Sequence[QualityRow], ended_at: datetime | None) -> Iterator[str]:
    """One line for each spell: changes in one direction, for one destination, belong together."""
    spells = [tuple(spell) for _key, spell in groupby(changes, key=_kind)]
    nexts: list[datetime | None] = [*(spell[0].at for spell in spells[1:]), ended_at]
    before_kbps = changes[0].wanted_kbps if changes else 0
    for spell, until in zip(spells, nexts, strict=False):
        yield _line(spell, before_kbps, until)
        before_kbps = spell[-1].kbps


def _kind(change: QualityRow) -> tuple[bool, str, str | None]:
    return change.better, change.motion, change.slowest


def _line(spell: tuple[QualityRow, ...], before_kbps: int, until: datetime | None) -> str:
    last = spell[-1]
    began = local_time(spell[0].at, "%H:%M:%S")
    if last.slowest is None:
        return f"{began}  " + _("The whole picture again, at {kbps} kb/s").format(kbps=last.kbps)
    times = f"{began} – {'' if until is None else local_time(until, '%H:%M:%S')}"
    what = _("Picture from {before} to {kbps} kb/s").format(before=before_kbps, kbps=last.kbps)
    motion = MOTION_WORDS[Motion(last.motion)]
    if motion:
        what += f" ({_(motion)})"
    return f"{times}  {what}: {_why(spell)}"


def _why(spell: tuple[QualityRow, ...]) -> str:
    """The worst of a spell that went down; where it went up, what the line took at its end."""
    name, taken = spell[-1].slowest, spell[-1].taken_kbps
    behind = [change.behind_s for change in spell if change.behind_s is not None]
    if not behind or taken is None:  # a log from before the causes were kept
        return _("the network of {name}").format(name=name)
    if spell[-1].better:
        return _("the network of {name} takes {taken} kb/s and more is tried").format(name=name, taken=taken)
    words = _("{name} lay {behind} s behind, its network took {taken} kb/s")
    return words.format(name=name, behind=f"{max(behind):.1f}", taken=taken)
