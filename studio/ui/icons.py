"""The program's own pictures, drawn as one-colour SVG and coloured where they are used."""

from functools import cache

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from studio.paths import asset
from studio.ui.theme import DIM, TEXT


@cache
def _drawing(name: str) -> str:
    """Its SVG; a window has some 150 pictures of 30 drawings."""
    return asset("icons", f"{name}.svg").read_text(encoding="utf-8")


def picture(name: str, size_px: int, colour: str = TEXT) -> QPixmap:
    """The drawing `name`, square, sharp on this screen."""
    drawing = _drawing(name).replace("currentColor", colour)
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    pixmap = QPixmap(round(size_px * ratio), round(size_px * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def icon(name: str, colour: str = TEXT, size_px: int = 32) -> QIcon:
    """The drawing `name` for a button."""
    both = QIcon(picture(name, size_px, colour))
    both.addPixmap(picture(name, size_px, DIM), QIcon.Mode.Disabled)
    return both
