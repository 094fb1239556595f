"""The slate: a whole still picture for when there is no camera, so that viewers stay."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from overlays.overlay_template import OverlayTemplate, usual_template

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from overlays.base import Covered, Patch


@dataclass(frozen=True, slots=True)
class SlateParams:
    """What the slate says: a few large words and two smaller lines."""

    title: str
    line: str = ""
    last_line: str = ""
    template: OverlayTemplate | None = None


class Slate:
    """Draws slates: opaque and as large as the canvas."""

    def render(
        self, params: SlateParams, canvas_width: int, canvas_height: int, covered: "Covered | None" = None
    ) -> "Patch":
        """The slate for a canvas of that size."""
        from PySide6.QtGui import QColor, QLinearGradient  # noqa: PLC0415 - Qt only where something is drawn

        from overlays.base import Patch  # noqa: PLC0415
        from overlays.painting import painter_on, pixels, scale_of, sheet  # noqa: PLC0415
        from overlays.places import free_part  # noqa: PLC0415
        from overlays.text import BOLD, fit, shown_text  # noqa: PLC0415

        scale = scale_of(canvas_width, canvas_height)
        image = sheet(canvas_width, canvas_height)
        template = params.template or usual_template("slate")
        large, *small = (size * scale for size in template.letters)
        free = free_part(canvas_width, canvas_height, covered)
        room = free.width * 0.84
        title = fit(params.title, room, canvas_height * 0.24, large, 8, weight=BOLD, most_lines=2)
        lines = [
            fit(text, room, canvas_height * 0.1, size, 7, most_lines=2)
            for text, size in zip((params.line, params.last_line), small, strict=True)
            if text
        ]
        with painter_on(image) as painter:
            if template.ground:
                ground = QLinearGradient(0, 0, 0, canvas_height)
                ground.setColorAt(0, QColor(template.ground))
                ground.setColorAt(1, QColor(template.ground_end or template.ground))
                painter.fillRect(image.rect(), ground)
            else:
                _paint_evening(painter, canvas_width, canvas_height)
            gap = 18 * scale
            y = canvas_height * 0.40 - (title.height_px + sum(line.height_px + gap for line in lines)) / 2
            for fitted, color in ((title, template.ink), *((line, template.quiet_ink) for line in lines)):
                fitted.draw(painter, (free.left + free.right) / 2, y, QColor(color), centred=True)
                y += fitted.height_px + gap
        missing = shown_text(f"{params.title} {params.line} {params.last_line}", longest=2000)[1]
        return Patch(pixels(image), x=0, y=0, missing=missing)


def _paint_evening(painter: "QPainter", width: int, height: int) -> None:
    """Terraced hills under a low sun."""
    from PySide6.QtCore import QPointF, Qt  # noqa: PLC0415 - Qt only where something is drawn
    from PySide6.QtGui import QColor, QLinearGradient, QPainterPath, QRadialGradient  # noqa: PLC0415

    sky = QLinearGradient(0, 0, 0, height)
    for at, color in ((0.0, "#0f3d3e"), (0.45, "#2c6e5b"), (0.72, "#d98e4a"), (1.0, "#f2c14e")):
        sky.setColorAt(at, QColor(color))
    painter.fillRect(0, 0, width, height, sky)
    sun = QPointF(width * 0.5, height * 0.74)
    glow = QRadialGradient(sun, height * 0.42)
    glow.setColorAt(0, QColor(255, 236, 179, 230))
    glow.setColorAt(0.22, QColor(255, 224, 150, 150))
    glow.setColorAt(1, QColor(255, 214, 120, 0))
    painter.fillRect(0, 0, width, height, glow)
    painter.setPen(Qt.PenStyle.NoPen)
    for base, rise, shift, color in (
        (0.78, 0.10, 0.1, "#3b6b4f"),
        (0.85, 0.08, 0.55, "#28543f"),
        (0.92, 0.06, 0.3, "#173b30"),
    ):
        hill = QPainterPath(QPointF(0, height))
        hill.lineTo(0, height * (base - rise * shift))
        hill.cubicTo(
            QPointF(width * (0.2 + shift * 0.2), height * (base - rise * 1.6)),
            QPointF(width * (0.35 + shift * 0.3), height * (base + rise * 0.8)),
            QPointF(width * 0.72, height * (base - rise * 0.4)),
        )
        hill.cubicTo(
            QPointF(width * 0.84, height * (base - rise)),
            QPointF(width * 0.94, height * base),
            QPointF(width, height * (base - rise * (1 - shift))),
        )
        hill.lineTo(width, height)
        painter.fillPath(hill, QColor(color))
