"""Text on pictures: the fonts, and fitting a text of any length and script into a box."""

import math
import os
import sys
import threading
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from PySide6.QtCore import QCoreApplication, QLoggingCategory, QPointF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontInfo,
    QFontMetricsF,
    QGuiApplication,
    QPainter,
    QPainterPath,
    QPen,
    QTextLayout,
    QTextOption,
)

FAMILIES: tuple[str, ...] = (
    "Microsoft YaHei",
    "PingFang SC",
    "Noto Sans CJK SC",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
)
BOLD = QFont.Weight.Bold
NORMAL = QFont.Weight.Normal

_LONGEST = 400  # characters; more never fits a card, and laying them out costs time
_ONE_LINE_SHRINK = 0.7  # a text may shrink to this before it takes a second line
_OUTLINED_PX = 64  # letters from this size on Qt paints as outlines

_application: QGuiApplication | None = None  # Qt ends when the last reference goes


def painting_ready() -> None:
    """Makes the Qt application that fonts need, unless one exists; call it once on the main thread.

    Afterwards any thread may draw. Where there is no screen, Qt's `offscreen` platform is used.
    Raises `RuntimeError` when the first call comes from another thread: Qt would be bound to it.
    """
    global _application  # noqa: PLW0603 - Qt knows exactly one application in a process
    _quieten()
    if QCoreApplication.instance() is not None:
        return
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("painting_ready() comes first on the main thread")
    arguments = ["nongbo"]
    screenless = not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    if sys.platform.startswith("linux") and screenless and "QT_QPA_PLATFORM" not in os.environ:
        arguments += ["-platform", "offscreen"]
    _application = QGuiApplication(arguments)


@cache
def _quieten() -> None:
    """A script no installed font can shape is drawn as boxes; a line on the console for each font helps nobody."""
    QLoggingCategory.setFilterRules("qt.text.font.db=false")


def font(size_px: float, weight: QFont.Weight = NORMAL) -> QFont:
    """The studio's typeface in pixels: the first of `FAMILIES` that is installed and has the character."""
    made = QFont()
    made.setFamilies(list(FAMILIES))
    made.setPixelSize(max(1, round(size_px)))
    made.setWeight(weight)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


def plain(text: str, longest: int = _LONGEST) -> str:
    """`text` on one line, without control characters and halves of characters, at most `longest` long."""
    kept = "".join(char if unicodedata.category(char) not in ("Cc", "Cs") else " " for char in text[: longest * 2])
    return " ".join(kept.split())[:longest]


def shown_text(text: str, longest: int = _LONGEST) -> tuple[str, str]:
    """`text` as `plain` makes it, without what no installed font can draw, and the characters that were left out.

    So an overlay never shows the boxes that stand for missing letters; who shows it can tell of them. Marks go with the
    letter they stand on; one that stands on nothing is left out too.
    """
    wanted = plain(text, longest)
    if wanted.isascii():
        return wanted, ""
    kept: list[str] = []
    lost: dict[str, None] = {}
    dropped = False
    for char in wanted:
        joins = _joins(char)
        if joins and dropped:
            continue
        alone = joins and _is_mark(char) and (not kept or kept[-1] == " ")
        if _drawable(char) and not alone:
            kept.append(char)
            dropped = False
        else:
            lost[char] = None
            dropped = alone or not joins
    return " ".join("".join(kept).split()), "".join(lost)


def _joins(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Mc", "Me", "Cf")


def _is_mark(char: str) -> bool:
    """Whether it is seen on its letter: not a joiner, nor a sign that chooses among the shapes of a letter."""
    return unicodedata.category(char) != "Cf" and "VARIATION SELECTOR" not in unicodedata.name(char, "")


@lru_cache(maxsize=8192)
def _drawable(char: str) -> bool:
    """Whether some installed font has the character; what is never seen by itself needs none."""
    if char.isascii() or unicodedata.category(char) in ("Zs", "Zl", "Zp"):
        return True
    return (_joins(char) and not _is_mark(char)) or QFontMetricsF(font(20)).inFontUcs4(ord(char))


@dataclass(frozen=True, slots=True)
class FittedText:
    """Lines of text that fit their box, with their font; `width_px` of the widest, `ascent_px` above a baseline."""

    lines: tuple[str, ...]
    font: QFont
    line_height_px: float
    width_px: float
    ascent_px: float

    @property
    def height_px(self) -> float:
        return self.line_height_px * len(self.lines)

    def draw(self, painter: QPainter, x: float, y: float, color: QColor, *, centred: bool = False) -> None:
        """Draws the lines below y, each beginning at x, or with its middle there where `centred`.

        Lines that run from right to left end where the widest one does.
        """
        metrics = QFontMetricsF(self.font)
        for number, line in enumerate(self.lines):
            advance = metrics.horizontalAdvance(line)
            left = x - advance / 2 if centred else x + (self.width_px - advance if runs_backwards(line) else 0.0)
            draw_line(painter, QPointF(left, y + number * self.line_height_px + self.ascent_px), line, self.font, color)


def draw_line(painter: QPainter, start: QPointF, text: str, face: QFont, color: QColor) -> None:
    """One line of text, its baseline beginning at `start`.

    Qt thickens letters itself where a font has no bold ones, but not those it paints as outlines: they get an edge.
    """
    painter.setFont(face)
    painter.setPen(color)
    painter.drawText(start, text)
    if face.weight() >= BOLD and face.pixelSize() >= _OUTLINED_PX and not _has_bold(QFontInfo(face).family()):
        outline = QPainterPath()
        outline.addText(start, face, text)
        painter.strokePath(outline, QPen(color, face.pixelSize() / 24))  # as thick as FreeType's FT_GlyphSlot_Embolden


@cache
def _has_bold(family: str) -> bool:
    return any(QFontDatabase.bold(family, style) for style in QFontDatabase.styles(family))


def fit(
    text: str,
    width_px: float,
    height_px: float,
    largest_px: float,
    smallest_px: float,
    *,
    weight: QFont.Weight = NORMAL,
    most_lines: int = 1,
    shrink: float = _ONE_LINE_SHRINK,
) -> FittedText:
    """`text` in the largest letters that fit the box: it shrinks (to `shrink`), wraps, then ends in an ellipsis."""
    wanted, _missing = shown_text(text)
    if not wanted:
        return FittedText((), font(smallest_px, weight), 0.0, 0.0, 0.0)
    attempts = [(size, 1) for size in _sizes(largest_px, max(smallest_px, largest_px * shrink))]
    if most_lines > 1:
        attempts += [(size, most_lines) for size in _sizes(largest_px, smallest_px)]
    attempts += [(size, 1) for size in _sizes(largest_px * shrink, smallest_px)]
    for size, line_count in attempts:
        fitted = _set(wanted, font(size, weight), width_px, height_px, line_count)
        if fitted is not None:
            return fitted
    return _cut(wanted, font(smallest_px, weight), width_px, height_px, most_lines)


def _sizes(largest_px: float, smallest_px: float) -> list[int]:
    """Letter sizes to try, each about a twelfth smaller than the one before."""
    sizes = [max(1, round(largest_px))]
    while sizes[-1] > max(1, round(smallest_px)):
        sizes.append(min(sizes[-1] - 1, math.floor(sizes[-1] * 0.92)))
    return [size for size in sizes if size >= max(1, round(smallest_px))]


def _wrapped(text: str, face: QFont, width_px: float, most_lines: int) -> list[str]:
    """`text` broken at words or, in scripts without them, anywhere; at most one line more than asked for."""
    layout = QTextLayout(text, face)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    units = text.encode("utf-16-le")  # Qt counts in these
    lines: list[str] = []
    layout.beginLayout()
    while len(lines) < most_lines:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(max(1.0, width_px))
        start, length = line.textStart(), line.textLength()
        lines.append(units[start * 2 : (start + length) * 2].decode("utf-16-le", "ignore").strip())
    else:
        start = line.textStart() + line.textLength()
        if units[start * 2 :]:
            lines.append(units[start * 2 :].decode("utf-16-le", "ignore").strip())
    layout.endLayout()
    return [line for line in lines if line]


def _heights(text: str, face: QFont) -> tuple[float, float]:
    """Above the baseline, and of a line. Scripts that pile up their signs may come from a font of another height."""
    metrics = QFontMetricsF(face)
    above, below = metrics.ascent(), metrics.descent()
    if any("\u0e00" <= char <= "\u18ff" for char in text):  # Thai to Mongolian, with Tibetan, Burmese and Khmer
        seen = metrics.boundingRect(text)
        above, below = max(above, -seen.top()), max(below, seen.bottom())
    return above, above + below


def _set(text: str, face: QFont, width_px: float, height_px: float, most_lines: int) -> FittedText | None:
    metrics = QFontMetricsF(face)
    above, height = _heights(text, face)
    if most_lines * height > height_px:
        most_lines = int(height_px // height)
    if most_lines < 1:
        return None
    if most_lines == 1:
        advance = metrics.horizontalAdvance(text)
        return FittedText((text,), face, height, advance, above) if advance <= width_px else None
    lines = _wrapped(text, face, width_px, most_lines)
    widest = max((metrics.horizontalAdvance(line) for line in lines), default=0.0)
    if len(lines) > most_lines or widest > width_px:
        return None
    return FittedText(tuple(lines), face, height, widest, above)


def _cut(text: str, face: QFont, width_px: float, height_px: float, most_lines: int) -> FittedText:
    metrics = QFontMetricsF(face)
    above, height = _heights(text, face)
    line_count = max(1, min(most_lines, int(height_px // height)))
    lines = _wrapped(text, face, width_px, line_count) if line_count > 1 else [text]
    if len(lines) > line_count:
        lines[line_count - 1 :] = [" ".join(lines[line_count - 1 :])]
    shown = tuple(metrics.elidedText(line, Qt.TextElideMode.ElideRight, max(0.0, width_px)) for line in lines)
    widest = max((metrics.horizontalAdvance(line) for line in shown), default=0.0)
    return FittedText(shown, face, height, widest, above)


def runs_backwards(text: str) -> bool:
    """Whether a text is of a script written from right to left: Arabic, Uyghur, Hebrew."""
    return any("\u0590" <= char <= "\u08ff" or "\ufb1d" <= char <= "\ufefc" for char in text)


def chinese_font() -> str | None:
    """The family Chinese text is set in here; None where no installed font has it."""
    painting_ready()
    installed = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
    return next((family for family in FAMILIES if family in installed), next(iter(installed), None))
