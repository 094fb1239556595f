"""A picture file on the canvas: whole, in its own shape, as large as asked for."""

from PySide6.QtGui import QColor, QPainterPath, QPen

from overlays.base import Covered, Patch
from overlays.fields import Motion, Place
from overlays.overlay_template import OverlayTemplate
from overlays.painting import painter_on, pixels, read_picture, scale_of, sheet
from overlays.places import lay, safe_area


def draw_still(
    picture: str,
    side_percent: int,
    where: tuple[Place, Motion],
    template: OverlayTemplate,
    canvas_width: int,
    canvas_height: int,
    covered: Covered | None = None,
) -> Patch:
    """The picture inside the safe area. Raises `OverlayError` with what is wrong with the file."""
    area = safe_area(canvas_width, canvas_height, covered)
    side = min(canvas_width, canvas_height) * max(1, side_percent) // 100
    image = read_picture(picture, min(side, area.width), min(side, area.height))
    width, height = max(2, image.width() // 2 * 2), max(2, image.height() // 2 * 2)
    canvas = sheet(width, height)
    scale = scale_of(canvas_width, canvas_height)
    rim = max(1.0, template.rim_px * scale) if template.rim else 0.0
    radius = min(template.radius * scale, width / 2, height / 2)
    with painter_on(canvas) as painter:
        shape = QPainterPath()
        shape.addRoundedRect(canvas.rect().toRectF().adjusted(rim / 2, rim / 2, -rim / 2, -rim / 2), radius, radius)
        if radius or rim:
            painter.setClipPath(shape)
        painter.drawImage(canvas.rect(), image)
        painter.setClipping(False)
        if rim:
            painter.strokePath(shape, QPen(QColor(template.rim), rim))
    x, y = lay(width, height, where[0], area)
    return Patch(pixels(canvas), x, y, where[1])
