"""A panel: lines of text with a picture on their left and a code on their right, as small as they allow.

Nearly every overlay is one. It names what it shows; here it is measured, shrunk until it fits, placed and painted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Protocol

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPen

from overlays.base import NO_ROOM, Covered, OverlayError, Patch
from overlays.code import Code, fit_code, whole_px
from overlays.contrast import least_contrast, readable
from overlays.fields import Motion, Place
from overlays.overlay_template import OverlayTemplate, usual_template
from overlays.painting import paint_picture, painter_on, pixels, scale_of, sheet
from overlays.places import Box, lay, safe_area
from overlays.text import BOLD, NORMAL, FittedText, fit, painting_ready, runs_backwards, shown_text

WHITE = "#ffffff"

_BAR = 12  # pixels at 720p, as all that follow
_CODE_RADIUS, _CODE_RIM = 14, 4  # the most where a code lies: they reach into the outermost of its white squares
_MODULE = 8
_SMALLEST = 5.0  # letters, in pixels of the canvas
_LEAST_TEXT = 60  # width that lines of text need beside picture and code
_SHORT_CODE_MODULES = 33
_LINE_SHRINK, _STORY_SHRINK = 0.7, 0.95  # before a second line is taken: a story has room for one


@dataclass(frozen=True, slots=True)
class Line:
    """One text of a panel; its colour and that of a tag behind it are fields of the template."""

    text: str
    ink: str = "ink"
    bold: bool = False
    most_lines: int = 1
    struck: bool = False
    tag: str = ""
    size: float = 0.0  # the height of its letters at 720p; 0: as the template has it


@dataclass(frozen=True, slots=True)
class Panel:
    """What a panel shows, and how; `part` (0…1) draws a bar of what is left."""

    template: OverlayTemplate
    lines: tuple[Line, ...]
    place: Place
    motion: Motion
    picture: str | None = None
    link: str = ""
    code_part: float = 0.62  # of the shorter side of the canvas, for the code
    code_growth: float = 1.0  # how much larger than usual the code is
    part: float | None = None


class Dressed(Protocol):
    """The parameters of an overlay that is a panel."""

    @property
    def place(self) -> Place: ...

    @property
    def motion(self) -> Motion: ...

    @property
    def template(self) -> OverlayTemplate | None: ...


def panel_of(overlay: str, params: Dressed, *lines: Line) -> Panel:
    """The panel of an overlay in the template it is given, or in its usual one."""
    return Panel(params.template or usual_template(overlay), lines, params.place, params.motion)


@dataclass(frozen=True, slots=True)
class _Measured:
    """The panel in pixels of its canvas."""

    scale: float
    pad: float
    texts: tuple[tuple[Line, FittedText], ...]
    text_width: float
    text_height: float
    picture_side: float
    code: Code | None

    @property
    def gap(self) -> float:
        return self.pad * 0.7

    @property
    def left(self) -> float:
        return self.pad + (self.picture_side + self.gap if self.picture_side else 0.0)

    @property
    def width(self) -> int:
        """The code brings its own margin."""
        right = self.code.side_px if self.code else self.pad
        if not self.texts and not self.picture_side:
            return up_to_even(right)
        return up_to_even(self.left + (self.text_width if self.texts else -self.gap) + right)

    @property
    def height(self) -> int:
        content = max(self.text_height, self.picture_side)
        return up_to_even(max(content + 2 * self.pad if content else 0.0, self.code.side_px if self.code else 0))


def up_to_even(value: float) -> int:
    return -(-round(value + 0.499) // 2) * 2


def draw_panel(panel: Panel, canvas_width: int, canvas_height: int, covered: Covered | None = None) -> Patch:
    """The panel on a canvas of that size, inside its safe area.

    Raises `OverlayError` where there is nothing to show, or a code is too fine to be read.
    """
    painting_ready()
    scale = scale_of(canvas_width, canvas_height)
    area = safe_area(canvas_width, canvas_height, covered)
    shown = [(line, *shown_text(line.text)) for line in _sized(panel)]
    missing = "".join(dict.fromkeys("".join(lost for _line, _text, lost in shown)))
    lines = tuple(replace(line, text=text) for line, text, _lost in shown if text)
    if not lines and panel.picture is None and not panel.link.strip():
        raise OverlayError("There is nothing to show" if not missing else "No font here has these letters")
    measured = _measure(replace(panel, lines=lines), scale, area)
    width, height = min(measured.width, area.width), min(measured.height, area.height)
    image = sheet(width, height)
    with painter_on(image) as painter:
        flaw = _paint(painter, panel, measured, width, height)
    rgba = pixels(image)
    code, area_of_code = measured.code, None
    if code is not None:
        luma = code.luma()
        top, left = (height - code.side_px) // 2 + code.quiet_px, width - code.side_px + code.quiet_px
        rgba[top : top + len(luma), left : left + len(luma), :3] = luma[:, :, np.newaxis]
        area_of_code = code.area(left, top)
    x, y = lay(width, height, panel.place, area)
    return Patch(rgba, x, y, panel.motion, missing=missing, flaw=flaw, code=area_of_code)


def _sized(panel: Panel) -> Iterator[Line]:
    """The lines with the heights of their letters."""
    letters = panel.template.letters
    for line, size in zip_longest(panel.lines, letters[: len(panel.lines)], fillvalue=0):
        assert isinstance(line, Line)
        yield replace(line, size=line.size or float(size))


def _measure(panel: Panel, scale: float, area: Box) -> _Measured:
    """The largest letters and picture with which all of it fits; lines that never fit are left out from the last."""
    code = None
    if panel.link.strip():
        side = min(area.width, area.height)
        grown = round(panel.code_part * panel.code_growth * side)
        least = whole_px(_MODULE * scale) * _SHORT_CODE_MODULES
        if side < least:
            raise OverlayError(NO_ROOM)
        most = max(min(grown, side), least)
        code = fit_code(panel.link.strip(), most, _MODULE * scale, panel.code_growth)
    lines, shrink = panel.lines, 1.0
    while True:
        measured = _measured(panel, lines, scale * shrink, scale, area, code)
        if measured.height <= area.height and measured.width <= area.width:
            return measured
        if shrink > 0.4:
            shrink *= 0.85
        elif len(lines) > 1:
            lines = lines[:-1]
        elif lines and (code is not None or panel.picture is not None):
            lines = ()
        else:
            return measured


def _measured(
    panel: Panel, lines: tuple[Line, ...], scale: float, canvas_scale: float, area: Box, code: Code | None
) -> _Measured:
    pad = panel.template.padding * scale
    side = panel.template.picture_side * scale if panel.picture is not None else 0.0
    taken = pad + (side + pad * 0.7 if side else 0.0) + (code.side_px if code else pad)
    room = min(panel.template.width * canvas_scale, area.width) - taken
    if lines and room < _LEAST_TEXT * scale:
        room = min(_LEAST_TEXT * scale, area.width - taken)
    texts, width, height = [], 0.0, 0.0
    for line in lines if room > _SMALLEST else ():
        inner = room - (line.size * scale * 0.7 if line.tag else 0.0)
        size = max(_SMALLEST, line.size * scale)
        box_height = size * 1.5 * line.most_lines
        weight = BOLD if line.bold else NORMAL
        fitted = fit(
            line.text,
            inner,
            box_height,
            size,
            max(_SMALLEST, size * 0.6),
            weight=weight,
            most_lines=line.most_lines,
            shrink=_STORY_SHRINK if line.most_lines > 2 else _LINE_SHRINK,
        )
        texts.append((line, fitted))
        widest = _widest(fitted) + (line.size * scale * 0.7 if line.tag else 0.0)
        width, height = max(width, min(widest, room)), height + fitted.height_px + _gap(line, scale)
    if panel.part is not None and texts:
        width, height = max(width, room * 0.8), height + _BAR * 1.6 * scale
    return _Measured(scale, pad, tuple(texts), width, height, side, code)


def _gap(line: Line, scale: float) -> float:
    return line.size * scale * (0.28 if line.tag else 0.06)


def _widest(fitted: FittedText) -> float:
    """The width with the widest figures, so that a panel does not breathe while it counts down."""
    metrics = QFontMetricsF(fitted.font)
    return max((metrics.horizontalAdvance(re.sub(r"\d", "8", line)) for line in fitted.lines), default=0.0) + 1


def _paint(painter: QPainter, panel: Panel, measured: _Measured, width: int, height: int) -> str:
    """Paints all of it; gives back what is wrong with its picture file."""
    flaw = ""
    template = panel.template
    if measured.code:  # its quiet zone is the panel's ground
        radius, rim_px = min(template.radius, _CODE_RADIUS), min(template.rim_px, _CODE_RIM)
        template = replace(template, ground=WHITE, ground_end="", opacity=100, radius=radius, rim_px=rim_px)
    _paint_ground(painter, template, measured.scale, width, height)
    side = measured.picture_side
    if side:
        box = QRectF(measured.pad, (height - side) / 2, side, side)
        flaw = paint_picture(painter, panel.picture or "", box, min(template.picture_radius * measured.scale, side / 3))
    y = (height - measured.text_height) / 2
    for line, fitted in measured.texts:
        tag = getattr(template, line.tag) if line.tag else ""
        ink = getattr(template, line.ink)
        ink = readable(ink, tag) if tag else _readable_on(ink, template)
        _paint_line(painter, replace(line, ink=ink, tag=tag), fitted, measured, y, template.middled)
        y += fitted.height_px + _gap(line, measured.scale)
    if panel.part is not None and measured.texts:
        _paint_bar(painter, panel, measured, y + _BAR * 0.3 * measured.scale)
    return flaw


def _paint_ground(painter: QPainter, template: OverlayTemplate, scale: float, width: int, height: int) -> None:
    ground = QLinearGradient(0, 0, 0, height)
    for at, name in ((0.0, template.ground), (1.0, template.ground_end or template.ground)):
        colour = QColor(name)
        colour.setAlphaF(template.opacity / 100)
        ground.setColorAt(at, colour)
    radius = min(template.radius * scale, width / 4, height / 4)
    rim = max(1.0, template.rim_px * scale) if template.rim else 0.0
    painter.setPen(QPen(QColor(template.rim), rim) if rim else QPen(Qt.PenStyle.NoPen))
    painter.setBrush(ground if template.ground_end else QColor(ground.stops()[0][1]))
    inside = QRectF(rim / 2, rim / 2, width - rim, height - rim)
    painter.drawRoundedRect(inside, max(0.0, radius - rim / 2), max(0.0, radius - rim / 2))


def _readable_on(ink: str, template: OverlayTemplate) -> str:
    """The ink where it is read on all of the ground."""
    opacity = template.opacity / 100
    grounds = (template.ground, template.ground_end or template.ground)
    return readable(ink, min(grounds, key=lambda ground: least_contrast(ink, ground, opacity)), opacity)


def _paint_line(
    painter: QPainter, line: Line, fitted: FittedText, measured: _Measured, y: float, middled: bool
) -> None:
    """A line in its colour on that of its tag; one of a script that runs from right to left begins on the right."""
    inset = line.size * measured.scale * 0.35 if line.tag else 0.0
    spare = max(0.0, measured.text_width - fitted.width_px - 2 * inset)
    backwards = bool(fitted.lines) and runs_backwards(fitted.lines[0])
    left = measured.left + (spare / 2 if middled else spare if backwards else 0.0)
    if line.tag:
        tag = QRectF(left, y, fitted.width_px + 2 * inset, fitted.height_px)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(line.tag))
        painter.drawRoundedRect(tag, fitted.height_px * 0.25, fitted.height_px * 0.25)
    for number, text in enumerate(fitted.lines):
        top = y + number * fitted.line_height_px
        advance = QFontMetricsF(fitted.font).horizontalAdvance(text)
        one = replace(fitted, lines=(text,), width_px=advance)
        rest = fitted.width_px - advance
        one.draw(painter, left + inset + (rest / 2 if middled else rest if backwards else 0.0), top, QColor(line.ink))
    if line.struck:
        painter.setPen(QPen(QColor(line.ink), max(1.0, line.size * measured.scale / 12)))
        middle = y + fitted.line_height_px * 0.53
        painter.drawLine(QLineF(left, middle, left + fitted.width_px, middle))


def _paint_bar(painter: QPainter, panel: Panel, measured: _Measured, y: float) -> None:
    height = _BAR * measured.scale
    part = min(1.0, max(0.0, panel.part or 0.0))
    whole = QRectF(measured.left, y, measured.text_width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 40))
    painter.drawRoundedRect(whole, height / 2, height / 2)
    if part:
        painter.setBrush(QColor(panel.template.bar))
        filled = QRectF(whole.left(), y, max(height, whole.width() * part), height)
        painter.drawRoundedRect(filled, height / 2, height / 2)
