"""The demo shop's product pictures: one drawn picture for each row of products.csv."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QImageWriter, QLinearGradient, QPainter, QRadialGradient

from assets.demo.fruit import paint_apple, paint_goji, paint_pepino, paint_raisins, paint_yacon
from assets.demo.pantry import (
    paint_black_tea,
    paint_eggs,
    paint_green_tea,
    paint_honey,
    paint_red_rice,
    paint_zongzi,
)
from assets.demo.poultry import paint_chicken, paint_duck
from overlays.painting import painter_on, sheet

SIDE_PX = 320
_WEBP_QUALITY = 82

# file -> what paints it, the wall behind, the table under it
GOODS: dict[str, tuple[Callable[[QPainter], None], str, str]] = {
    "apple": (paint_apple, "#fdf1d6", "#e8c48d"),
    "goji": (paint_goji, "#fbe6d4", "#dba676"),
    "yacon": (paint_yacon, "#eef3dc", "#c9b98a"),
    "pepino": (paint_pepino, "#e8efdf", "#bccb9c"),
    "red_rice": (paint_red_rice, "#f7e7d8", "#d6ae86"),
    "raisins": (paint_raisins, "#fdf3d8", "#e6cd96"),
    "eggs": (paint_eggs, "#eaf3e2", "#c3d2a2"),
    "black_tea": (paint_black_tea, "#f4dcc6", "#b9835a"),
    "green_tea": (paint_green_tea, "#e6f3da", "#b2cf93"),
    "honey": (paint_honey, "#fff0c2", "#eebf5c"),
    "zongzi": (paint_zongzi, "#f9ecd2", "#dcb47c"),
    "chicken": (paint_chicken, "#dff0f7", "#a5cf7a"),
    "duck": (paint_duck, "#e3f4f8", "#a9d6b0"),
}


def draw_goods(folder: Path) -> None:
    """Writes every picture into `folder` as WebP, 320×320."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in GOODS:
        writer = QImageWriter(str(folder / f"{name}.webp"))
        writer.setQuality(_WEBP_QUALITY)
        if not writer.write(paint(name)):
            raise OSError(f"the picture {name} could not be written: {writer.errorString()}")


def paint(name: str) -> QImage:
    """One product on its table."""
    paint_product, wall, table = GOODS[name]
    image = sheet(SIDE_PX, SIDE_PX)
    with painter_on(image) as painter:
        _paint_room(painter, wall, table)
        paint_product(painter)
    return image


def _paint_room(painter: QPainter, wall: str, table: str) -> None:
    side = float(SIDE_PX)
    light = QRadialGradient(QPointF(side * 0.35, side * 0.25), side)
    light.setColorAt(0, QColor(wall).lighter(108))
    light.setColorAt(1, QColor(wall).darker(112))
    painter.fillRect(QRectF(0, 0, side, side), light)
    ground = QLinearGradient(0, side * 0.66, 0, side)
    ground.setColorAt(0, QColor(table).lighter(108))
    ground.setColorAt(1, QColor(table).darker(108))
    painter.fillRect(QRectF(0, side * 0.66, side, side * 0.34), ground)
