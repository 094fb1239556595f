"""The demo clip's market stall before an orchard: what stands still, and what drifts, sways and rolls.

All times are seconds into the clip; everything that moves is where it was again after `PERIOD_S`.
"""

import math
import random
from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPainterPath, QRadialGradient

from assets.demo.brush import curve, fill, leaf, line, oval, placed, shadow, shine, slope, solid
from assets.demo.fruit import apple
from overlays.painting import painter_on, sheet
from overlays.text import BOLD, font

WIDTH, HEIGHT = 1280, 720
PERIOD_S = 20.0
COUNTER_Y = 520.0

_CLOUD_EVERY_PX = 640.0
_STRIPES = 16
_SIGN = "乡里果园"


def wave(time_s: float, times: int, phase: float = 0.0) -> float:
    """A swing between -1 and 1, so many times in the clip."""
    return math.sin(math.tau * (times * time_s / PERIOD_S + phase))


def sky() -> QImage:
    """The sky and its sun, without the clouds."""
    image = sheet(WIDTH, HEIGHT)
    with painter_on(image) as painter:
        _paint_sky(painter)
    return image


def land() -> QImage:
    """Hills, orchard and the stall's poles; the sky is left transparent."""
    image = sheet(WIDTH, HEIGHT)
    with painter_on(image) as painter:
        _paint_hills(painter)
        for x, y, size in ((96, 470, 1.15), (1196, 474, 1.25), (300, 448, 0.7), (1010, 446, 0.74), (214, 442, 0.5)):
            _paint_tree(painter, x, y, size)
        fill(painter, curve((0, 462), ((400, 440), (900, 440), (WIDTH, 466)), ((WIDTH, 720),), ((0, 720),)), "#86b557")
        for x in (200, 1080):
            pole = curve((x - 9, 120), ((x + 9, 120),), ((x + 9, 560),), ((x - 9, 560),))
            slope(painter, pole, "#b98350", "#6e431f", sideways=True)
    return image


def counter() -> QImage:
    """The table with its crates, before the host; the rest of the image is transparent."""
    image = sheet(WIDTH, HEIGHT)
    with painter_on(image) as painter:
        top = curve((120, COUNTER_Y), ((1160, COUNTER_Y),), ((1200, 566),), ((80, 566),))
        slope(painter, top, "#e2ae6d", "#c98d4b")
        slope(painter, curve((80, 566), ((1200, 566),), ((1200, 720),), ((80, 720),)), "#a2672f", "#74441b")
        for y in (604, 646, 688):
            line(painter, curve((80, y), ((1200, y),), closed=False), QColor(70, 36, 10, 110), 3)
        _paint_cloth(painter)
        _paint_crate(painter, 228, 552, 0.9, pears=True)
        _paint_crate(painter, 450, 556, 0.9, pears=False)
        _paint_crate(painter, 1072, 552, 1.0, pears=False)
    return image


def paint_clouds(painter: QPainter, time_s: float) -> None:
    """Clouds that drift one of their distances in the whole clip."""
    shift = time_s / PERIOD_S
    for y, size, offset in ((176.0, 1.0, 0.0), (236.0, 0.62, 330.0)):
        for number in range(-1, 3):
            _paint_cloud(painter, number * _CLOUD_EVERY_PX + offset + shift * _CLOUD_EVERY_PX, y, size)
    for number in range(3):
        x = (shift * 1500 + number * 46) % 1500 - 100
        beat = wave(time_s, 46, number * 0.3)
        wing = curve(
            (x - 13, 190 - number * 14 - beat * 6), ((x - 5, 186 - number * 14), (x, 190 - number * 14)), closed=False
        )
        wing.quadTo(QPointF(x + 5, 186 - number * 14), QPointF(x + 13, 190 - number * 14 - beat * 6))
        line(painter, wing, "#4b5b66", 3)


def paint_awning(painter: QPainter, time_s: float) -> None:
    """The striped roof; its fringe and its lanterns move in a light wind."""
    left, right, top, bottom = 130.0, 1150.0, 22.0, 116.0
    stripe = (right - left) / _STRIPES
    for number in range(_STRIPES):
        x = left + number * stripe
        light = number % 2 == 0
        lean = 0.93
        upper = WIDTH / 2 + (x - WIDTH / 2) * lean
        cloth = curve((upper, top), ((upper + stripe * lean, top),), ((x + stripe, bottom),), ((x, bottom),))
        slope(painter, cloth, "#fffaf0" if light else "#e2483d", "#f3e6d2" if light else "#c22c2a")
        drop = 34 + 4 * wave(time_s, 10, number / _STRIPES * 2)
        fringe = curve(
            (x, bottom),
            ((x + stripe, bottom),),
            ((x + stripe, bottom + drop * 1.25), (x, bottom + drop * 1.25), (x, bottom)),
        )
        slope(painter, fringe, "#efe0ca" if light else "#b52524", "#fff7ea" if light else "#dd463c")
    for x, phase in ((266.0, 0.0), (1014.0, 0.35)):
        with placed(painter, x, bottom + 10, turn=4 * wave(time_s, 6, phase)):
            _paint_lantern(painter)


def paint_rolling(painter: QPainter, time_s: float) -> None:
    """Two apples that roll to and fro on the counter."""
    for middle, reach, times, phase, size in ((826.0, 26.0, 2, 0.0, 0.36), (902.0, 26.0, 2, 0.08, 0.32)):
        x = middle + reach * wave(time_s, times, phase)
        radius = 75 * size
        shadow(painter, x, COUNTER_Y + 32, radius * 2.3, 14, 110)
        with placed(painter, x, COUNTER_Y + 30 - radius * 0.96, turn=math.degrees((x - middle) / radius)):
            apple(painter, 0, 0, size)


def _paint_sky(painter: QPainter) -> None:
    air = QLinearGradient(0, 0, 0, 430)
    air.setColorAt(0, QColor("#5fb0e6"))
    air.setColorAt(0.7, QColor("#bfe3f4"))
    air.setColorAt(1, QColor("#fff3d6"))
    painter.fillRect(0, 0, WIDTH, HEIGHT, air)
    sun = QRadialGradient(QPointF(1030, 190), 300)
    sun.setColorAt(0, QColor(255, 250, 220, 255))
    sun.setColorAt(0.16, QColor(255, 244, 196, 220))
    sun.setColorAt(1, QColor(255, 240, 190, 0))
    painter.fillRect(QRectF(700, 0, 580, 500), sun)


def _paint_hills(painter: QPainter) -> None:
    far = curve(
        (0, 356),
        ((160, 270), (330, 288), (470, 340)),
        ((640, 400), (800, 250), (980, 296)),
        ((1120, 330), (1220, 310), (1280, 290)),
        ((1280, 720),),
        ((0, 720),),
    )
    slope(painter, far, "#8fb9c4", "#a9c9b4")
    middle = curve(
        (0, 400),
        ((240, 330), (420, 400), (640, 392)),
        ((900, 380), (1060, 340), (1280, 384)),
        ((1280, 720),),
        ((0, 720),),
    )
    slope(painter, middle, "#7fb277", "#5f9a4c")
    painter.save()
    painter.setClipPath(middle)
    chance = random.Random(2)  # noqa: S311 - the same orchard every time
    for row in range(6):
        y = 388 + row * 15
        for column in range(44):
            x = column * 31 + row % 2 * 15 + chance.uniform(-3, 3)
            lift = 22 * math.sin(x / 190) - 6
            size = 15 + row * 1.6
            solid(painter, oval(x, y + lift, size * 1.5, size * 1.2), "#8cc26a", "#5b9a45", "#3e7836")
            fill(painter, oval(x + 3, y + lift + 1, 3.4, 3.4), "#d8402f")
    painter.restore()


def _paint_tree(painter: QPainter, x: float, y: float, size: float) -> None:
    with placed(painter, x, y, size=size):
        trunk = curve((-14, 60), ((-6, 0), (-12, -50)), ((12, -50),), ((8, 0), (18, 60)))
        slope(painter, trunk, "#8a5a33", "#5d3a1e", sideways=True)
        for dx, dy, width in ((-52, -70, 120), (50, -66, 124), (0, -118, 140), (-8, -60, 120)):
            solid(painter, oval(dx, dy, width, width * 0.84), "#8fcb62", "#4f9a3e", "#2f6b2c")
        chance = random.Random(int(x))  # noqa: S311 - the same apples every time
        for _ in range(12):
            angle, far = chance.uniform(0, math.tau), chance.uniform(0.2, 0.78)
            fruit_x, fruit_y = math.cos(angle) * 88 * far, -84 + math.sin(angle) * 62 * far
            solid(painter, oval(fruit_x, fruit_y, 21, 20), "#ff9a70", "#e0392c", "#98161a")


def _paint_cloud(painter: QPainter, x: float, y: float, size: float) -> None:
    with placed(painter, x, y, size=size):
        slope(painter, _cloud(), "#ffffff", "#e4f1f8")


@cache
def _cloud() -> QPainterPath:
    cloud = QPainterPath()
    for x, y, width, height in ((0, 0, 150, 56), (-46, -16, 84, 62), (10, -34, 104, 86), (58, -12, 80, 54)):
        cloud = cloud.united(oval(x, y, width, height))
    return cloud


def _paint_lantern(painter: QPainter) -> None:
    line(painter, curve((0, 0), ((0, 34),), closed=False), "#6b3f1c", 3)
    fill(painter, curve((-13, 32), ((13, 32),), ((13, 40),), ((-13, 40),)), "#e8b23a")
    solid(painter, oval(0, 66, 74, 58), "#ff7a5a", "#d92b22", "#9d1414")
    for bend in (-20, 0, 20):
        rib = curve((0, 38), ((bend * 1.9, 66), (0, 94)), closed=False)
        line(painter, rib, QColor(255, 210, 140, 90), 2)
    fill(painter, curve((-13, 92), ((13, 92),), ((13, 100),), ((-13, 100),)), "#e8b23a")
    for x in (-6, 0, 6):
        line(painter, curve((x, 100), ((x, 124),), closed=False), "#e8b23a", 2.5)


def _paint_cloth(painter: QPainter) -> None:
    """A cloth over the middle of the counter with the stall's name."""
    cloth = curve((580, 566), ((820, 566),), ((820, 640),), ((700, 690), (580, 640)))
    slope(painter, cloth, "#2f7f6b", "#1f5d50")
    line(painter, curve((580, 634), ((700, 682), (820, 634)), closed=False), "#ffd98a", 4)
    painter.setFont(font(48, BOLD))
    painter.setPen(QColor("#fff3d2"))
    painter.drawText(QRectF(580, 572, 240, 72), Qt.AlignmentFlag.AlignCenter, _SIGN)


def _paint_crate(painter: QPainter, x: float, y: float, size: float, *, pears: bool) -> None:
    with placed(painter, x, y, size=size):
        shadow(painter, 0, 62, 260, 30, 120)
        for row, count in ((-58, 4), (-28, 5)):
            for column in range(count):
                at = (column - (count - 1) / 2) * 44
                if pears:
                    _paint_pear(painter, at, row + 6)
                else:
                    apple(painter, at, row + 8, 0.34)
        for plank in range(3):
            board = curve(
                (-118, -6 + plank * 24),
                ((118, -6 + plank * 24),),
                ((116, 14 + plank * 24),),
                ((-116, 14 + plank * 24),),
            )
            slope(painter, board, "#deb077", "#b77f43")
        for at in (-100, 100):
            slope(
                painter, curve((at - 9, -10), ((at + 9, -10),), ((at + 9, 66),), ((at - 9, 66),)), "#c98f51", "#8f5c2a"
            )


def _paint_pear(painter: QPainter, x: float, y: float) -> None:
    with placed(painter, x, y):
        pear = curve(
            (0, -34), ((16, -34), (12, -8), (22, 6)), ((30, 32), (-30, 32), (-22, 6)), ((-12, -8), (-16, -34), (0, -34))
        )
        solid(painter, pear, "#fbf3a6", "#d9c84c", "#9b8a22")
        line(painter, curve((0, -33), ((1, -42), (5, -46)), closed=False), "#5b3a1a", 3.5)
        leaf(painter, 2, -38, 18, 60)
        shine(painter, -8, 2, 12, 18)
