"""What each platform's own interface covers of the picture, so that overlays keep off it.

The program's own table is `assets/safe_areas.toml`, which says what stands in a line; a file of the same name in the
home folder replaces single lines. Reads files, knows no threads.
"""

import functools
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from overlays.base import Covered, usually_covered
from studio.config import CanvasConfig
from studio.errors import StudioError, fault, reason_of
from studio.i18n import _
from studio.paths import Home, asset
from studio.presets import PLATFORMS

FILE = "safe_areas.toml"
LARGEST_BYTES = 50_000
NAMES = frozenset(preset.platform for preset in PLATFORMS)
# The most that may be covered at the top, the right, the bottom and the left: a card still finds room beside it.
MOST_UPRIGHT = (0.2, 0.25, 0.4, 0.15)
MOST_WIDE = (0.2, 0.25, 0.25, 0.15)


@dataclass(frozen=True, slots=True)
class SafeArea:
    """One platform's line."""

    upright: Covered
    wide: Covered
    measured: bool = False  # by somebody with a phone; else it is assumed
    source: str = ""


@dataclass(frozen=True, slots=True)
class SafeAreas:
    """The lines by platform; without any, overlays keep to what is usual."""

    by_platform: Mapping[str, SafeArea] = field(default_factory=dict)

    def covered(self, platforms: Iterable[str], canvas: CanvasConfig) -> Covered:
        """What is covered on any of those platforms; what is usual where nothing is known of any."""
        lines = [self.by_platform[platform] for platform in platforms if platform in self.by_platform]
        all_covered = [line.upright if canvas.height > canvas.width else line.wide for line in lines]
        if not all_covered:
            return usually_covered(canvas.width, canvas.height)
        return functools.reduce(Covered.joined, all_covered)


NOTHING_KNOWN = SafeAreas()


def read_safe_areas(home: Home, tell: Callable[[StudioError], None]) -> SafeAreas:
    """The program's table with the lines of the home folder's; one that cannot be read is told and left out."""
    lines = _lines(asset(FILE), {})
    own = home.root / FILE
    if own.is_file():
        try:
            lines = _lines(own, lines)
        except StudioError as error:
            tell(error)
    return SafeAreas(lines)


def _lines(path: Path, before: Mapping[str, SafeArea]) -> Mapping[str, SafeArea]:
    """The lines of a file over those from before; raises `areas.broken` with what is wrong in it."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise fault("areas.broken", path=path, reason=_("it is too large for a table of platforms"))
        told = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        return {**before, **{name: _line(name, line, before.get(name)) for name, line in told.items()}}
    except OSError as error:
        raise fault("areas.broken", path=path, reason=reason_of(error)) from error
    except ValueError as error:  # tomllib's own, or that a line is not as it should be
        raise fault("areas.broken", path=path, reason=error) from error


def _line(name: str, line: Any, before: SafeArea | None) -> SafeArea:
    """One platform's line; what it leaves out is as before. Raises `ValueError` that says what is wrong."""
    if name not in NAMES:
        raise ValueError(_("{name}: there is no such platform, only {names}").format(name=name, names=_listed(NAMES)))
    if not isinstance(line, dict) or not line.keys() <= {"upright", "wide", "measured", "source"}:
        raise ValueError(_("{name}: it has upright, wide, measured and source").format(name=name))
    usual = before or SafeArea(Covered(), Covered())
    return SafeArea(
        _covered(f"{name}.upright", line["upright"], MOST_UPRIGHT) if "upright" in line else usual.upright,
        _covered(f"{name}.wide", line["wide"], MOST_WIDE) if "wide" in line else usual.wide,
        line.get("measured", usual.measured) is True,
        str(line.get("source", usual.source)),
    )


def _covered(name: str, given: Any, most: tuple[float, float, float, float]) -> Covered:
    parts = given if isinstance(given, list) else []
    numbers = all(isinstance(part, int | float) and not isinstance(part, bool) for part in parts)
    if (
        len(parts) != len(most)
        or not numbers
        or not all(0 <= part <= high for part, high in zip(parts, most, strict=True))
    ):
        told = _("{name}: four numbers from 0 for top, right, bottom and left, at most {most}")
        raise ValueError(told.format(name=name, most=", ".join(map(str, most))))
    return Covered(*(float(part) for part in parts))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
