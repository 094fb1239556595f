"""A picture file on the canvas: whole, in its own shape, as large as asked for."""

from overlays.base import Patch
from overlays.fields import Motion, Place
from overlays.painting import painter_on, pixels, read_picture, sheet
from overlays.places import lay, safe_area


def draw_still(
    picture: str, side_percent: int, where: tuple[Place, Motion], canvas_width: int, canvas_height: int
) -> Patch:
    """The picture inside the safe area. Raises `OverlayError` with what is wrong with the file."""
    area = safe_area(canvas_width, canvas_height)
    side = min(canvas_width, canvas_height) * max(1, side_percent) // 100
    image = read_picture(picture, min(side, area.width), min(side, area.height))
    width, height = max(2, image.width() // 2 * 2), max(2, image.height() // 2 * 2)
    canvas = sheet(width, height)
    with painter_on(canvas) as painter:
        painter.drawImage(canvas.rect(), image)
    x, y = lay(width, height, where[0], area)
    return Patch(pixels(canvas), x, y, where[1])
