"""Brush strokes the demo's pictures share: shaded shapes, leaves, shadows. All light falls from the upper left."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPen, QRadialGradient

Point = tuple[float, float]


@contextmanager
def placed(
    painter: QPainter, x: float, y: float, *, turn: float = 0.0, size: float = 1.0, mirrored: bool = False
) -> Iterator[None]:
    """Paints with the origin at x, y, turned by degrees and scaled."""
    painter.save()
    painter.translate(x, y)
    painter.rotate(turn)
    painter.scale(-size if mirrored else size, size)
    try:
        yield
    finally:
        painter.restore()


def curve(start: Point, *bends: Sequence[Point], closed: bool = True) -> QPainterPath:
    """A path from `start`; a bend of one point is a straight line, of two a quadratic, of three a cubic curve."""
    path = QPainterPath(QPointF(*start))
    for bend in bends:
        points = [QPointF(*point) for point in bend]
        if len(points) == 1:
            path.lineTo(points[0])
        elif len(points) == 2:
            path.quadTo(points[0], points[1])
        else:
            path.cubicTo(points[0], points[1], points[2])
    if closed:
        path.closeSubpath()
    return path


def oval(x: float, y: float, width: float, height: float) -> QPainterPath:
    """An ellipse around x, y."""
    path = QPainterPath()
    path.addEllipse(QPointF(x, y), width / 2, height / 2)
    return path


def fill(painter: QPainter, path: QPainterPath, color: str | QColor) -> None:
    painter.fillPath(path, QColor(color))


def solid(painter: QPainter, path: QPainterPath, light: str, middle: str, dark: str) -> None:
    """Fills a shape so that it looks round, lit from the upper left."""
    box = path.boundingRect()
    focus = QPointF(box.left() + box.width() * 0.34, box.top() + box.height() * 0.28)
    shade = QRadialGradient(focus, max(box.width(), box.height()) * 0.78)
    shade.setColorAt(0, QColor(light))
    shade.setColorAt(0.45, QColor(middle))
    shade.setColorAt(1, QColor(dark))
    painter.fillPath(path, shade)


def slope(painter: QPainter, path: QPainterPath, upper: str, lower: str, *, sideways: bool = False) -> None:
    """Fills a shape from one colour to another, downwards or from left to right."""
    box = path.boundingRect()
    shade = QLinearGradient(box.topLeft(), box.topRight() if sideways else box.bottomLeft())
    shade.setColorAt(0, QColor(upper))
    shade.setColorAt(1, QColor(lower))
    painter.fillPath(path, shade)


def line(painter: QPainter, path: QPainterPath, color: str | QColor, width: float) -> None:
    pen = QPen(QColor(color), width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(path, pen)


def shadow(painter: QPainter, x: float, y: float, width: float, height: float, strength: int = 90) -> None:
    """What a thing throws on the table under it."""
    with placed(painter, x, y):
        painter.scale(1, height / width)
        shade = QRadialGradient(QPointF(0, 0), width / 2)
        shade.setColorAt(0, QColor(60, 40, 20, strength))
        shade.setColorAt(0.6, QColor(60, 40, 20, strength // 2))
        shade.setColorAt(1, QColor(60, 40, 20, 0))
        painter.fillRect(QRectF(-width / 2, -width / 2, width, width), shade)


def shine(painter: QPainter, x: float, y: float, width: float, height: float, *, turn: float = 0.0) -> None:
    """The light a smooth skin gives back."""
    with placed(painter, x, y, turn=turn):
        painter.scale(1, height / width)
        light = QRadialGradient(QPointF(0, 0), width / 2)
        light.setColorAt(0, QColor(255, 255, 255, 190))
        light.setColorAt(1, QColor(255, 255, 255, 0))
        painter.fillRect(QRectF(-width / 2, -width / 2, width, width), light)


def leaf(painter: QPainter, x: float, y: float, length: float, turn: float, color: str = "#4c9a3a") -> None:
    """A leaf that grows from x, y in the direction `turn`, 0 being up."""
    with placed(painter, x, y, turn=turn, size=length / 100):
        blade = curve((0, 0), ((-34, -26), (-26, -76), (0, -100)), ((26, -76), (34, -26), (0, 0)))
        slope(painter, blade, QColor(color).lighter(125).name(), QColor(color).darker(112).name(), sideways=True)
        line(painter, curve((0, -2), ((2, -50), (0, -92)), closed=False), QColor(255, 255, 255, 90), 2.5)


def bowl(painter: QPainter, x: float, y: float, width: float, light: str, dark: str) -> None:
    """The front of a bowl whose rim lies around x, y; its contents are painted first."""
    half = width / 2
    body = curve(
        (x - half, y),
        ((x - half * 0.9, y + half * 0.75), (x - half * 0.5, y + half * 0.86), (x - half * 0.32, y + half * 0.88)),
        ((x + half * 0.32, y + half * 0.88),),
        ((x + half * 0.5, y + half * 0.86), (x + half * 0.9, y + half * 0.75), (x + half, y)),
        ((x + half * 0.6, y + half * 0.30), (x - half * 0.6, y + half * 0.30), (x - half, y)),
    )
    slope(painter, body, light, dark, sideways=True)
    rim = curve(
        (x - half, y),
        ((x - half * 0.6, y + half * 0.30), (x + half * 0.6, y + half * 0.30), (x + half, y)),
        closed=False,
    )
    line(painter, rim, QColor(255, 255, 255, 90), 3)
