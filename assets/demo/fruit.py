"""The demo shop's fruit, each on a table 320 units wide and high."""

import math
import random

from PySide6.QtGui import QColor, QPainter

from assets.demo.brush import bowl, curve, fill, leaf, line, oval, placed, shadow, shine, solid


def paint_apple(painter: QPainter) -> None:
    """Two Fuji apples, red with fine yellow streaks."""
    shadow(painter, 150, 262, 270, 50)
    apple(painter, 212, 176, 0.86)
    apple(painter, 122, 186, 1.06)


def apple(painter: QPainter, x: float, y: float, size: float) -> None:
    """One apple around x, y; about 150 units wide at size 1."""
    with placed(painter, x, y, size=size):
        body = curve(
            (0, -54),
            ((-22, -74), (-78, -66), (-76, -4)),
            ((-74, 46), (-40, 76), (-16, 72)),
            ((-6, 69), (6, 69), (16, 72)),
            ((40, 76), (74, 46), (76, -4)),
            ((78, -66), (22, -74), (0, -54)),
        )
        solid(painter, body, "#ff8a5c", "#e0332b", "#8f1018")
        painter.save()
        painter.setClipPath(body)
        chance = random.Random(3)  # noqa: S311 - the same streaks every time
        for _ in range(46):
            at = chance.uniform(-70, 70)
            top = chance.uniform(-60, 10)
            streak = curve((at * 0.35, top), ((at * 1.1, top + 20), (at, top + 60)), closed=False)
            line(painter, streak, QColor(255, 214, 130, 60), chance.uniform(1.5, 3.5))
        painter.restore()
        fill(painter, oval(0, -50, 40, 14), QColor(110, 30, 10, 120))
        line(painter, curve((0, -50), ((2, -70), (10, -86)), closed=False), "#5b3a1a", 6)
        leaf(painter, 6, -66, 52, 64)
        shine(painter, -34, -24, 46, 60, turn=24)


def paint_goji(painter: QPainter) -> None:
    """A wooden bowl heaped with goji berries."""
    shadow(painter, 160, 262, 270, 50)
    chance = random.Random(5)  # noqa: S311 - the same heap every time
    fill(painter, oval(160, 166, 196, 70), "#8f1d12")
    heap = []
    for _ in range(150):
        across = chance.uniform(-1, 1)
        up = chance.uniform(0, 1) ** 0.8
        heap.append((160 + across * 92 * math.sqrt(1 - up * 0.75), 186 - up * 82 * (1 - across * across * 0.7)))
    for x, y in sorted(heap, key=lambda berry: berry[1], reverse=False):
        _goji(painter, x, y, chance.uniform(0, 180))
    bowl(painter, 160, 180, 208, "#c98f55", "#7d4a22")
    for x, y, turn in ((46, 254, 20), (76, 276, 80), (268, 268, 140), (240, 284, 60), (292, 244, 100)):
        _goji(painter, x, y, turn)
    leaf(painter, 262, 160, 74, 40)
    leaf(painter, 254, 166, 62, 84, "#3f8a35")


def _goji(painter: QPainter, x: float, y: float, turn: float) -> None:
    with placed(painter, x, y, turn=turn):
        solid(painter, oval(0, 0, 30, 16), "#ff8d62", "#df3420", "#9c170f")
        line(painter, curve((-10, -1), ((0, -5), (10, -1)), closed=False), QColor(255, 210, 180, 120), 1.6)


def paint_yacon(painter: QPainter) -> None:
    """Yacon tubers with earth-brown skin, one cut open."""
    shadow(painter, 160, 256, 290, 60)
    for x, y, turn, size in ((178, 128, -14, 1.0), (150, 182, 8, 1.12)):
        with placed(painter, x, y, turn=turn, size=size):
            tuber = curve(
                (-122, 4),
                ((-96, -36), (-50, -44), (0, -38)),
                ((50, -34), (96, -30), (124, 0)),
                ((92, 34), (40, 40), (-4, 40)),
                ((-54, 42), (-98, 36), (-122, 4)),
            )
            solid(painter, tuber, "#c99a6e", "#96643f", "#5b3520")
            for ring_x in (-84, -52, -18, 22, 58, 90):
                ring = curve((ring_x, -26), ((ring_x + 10, 0), (ring_x, 26)), closed=False)
                line(painter, ring, QColor(70, 38, 20, 90), 2.5)
            shine(painter, -30, -18, 90, 22, turn=-4)
    for x, y, size in ((112, 246, 1.0), (196, 250, 0.9)):
        with placed(painter, x, y, size=size):
            solid(painter, oval(0, 8, 92, 60), "#8c5c3a", "#7c4d2f", "#4d2c1a")
            solid(painter, oval(0, 0, 90, 58), "#fff7d8", "#f6df9d", "#e3bd6a")
            for ray in range(12):
                angle = ray * math.tau / 12
                tip = (math.cos(angle) * 36, math.sin(angle) * 22)
                root = (math.cos(angle) * 14, math.sin(angle) * 8)
                line(painter, curve(root, (tip,), closed=False), QColor(214, 160, 70, 110), 2)
    leaf(painter, 292, 120, 70, -20)


def paint_pepino(painter: QPainter) -> None:
    """Two pepino melons: cream skin with purple brush strokes."""
    shadow(painter, 160, 262, 270, 54)
    for x, y, turn, size in ((204, 150, 16, 0.92), (124, 182, -12, 1.0)):
        with placed(painter, x, y, turn=turn, size=size):
            body = curve((0, -88), ((50, -86), (102, 76), (0, 84)), ((-102, 76), (-50, -86), (0, -88)))
            solid(painter, body, "#fffbe0", "#f3df92", "#c79c45")
            painter.save()
            painter.setClipPath(body)
            for at, width in ((-46.0, 9.0), (-26.0, 5.0), (-8.0, 8.0), (14.0, 5.0), (32.0, 9.0), (52.0, 6.0)):
                stripe = curve((at * 0.25, -84), ((at * 1.35, -20), (at * 0.3, 78)), closed=False)
                line(painter, stripe, QColor(122, 60, 130, 150), width)
            painter.restore()
            for turn_leaf in (-64, -24, 24, 64):
                leaf(painter, 0, -82, 34, turn_leaf, "#5f9c3f")
            line(painter, curve((0, -84), ((2, -98), (10, -108)), closed=False), "#58813a", 6)
            shine(painter, -28, -34, 34, 60, turn=14)


def paint_raisins(painter: QPainter) -> None:
    """Green raisins heaped on a blue plate, with the grapes they were."""
    shadow(painter, 160, 264, 280, 50)
    for row, count in enumerate((5, 4, 3, 2)):
        for column in range(count):
            with placed(painter, 216 + (column - (count - 1) / 2) * 34, 62 + row * 30):
                solid(painter, oval(0, 0, 40, 44), "#f1f8b4", "#a9c94b", "#5e8426")
                shine(painter, -7, -9, 13, 15)
    line(painter, curve((216, 46), ((214, 30), (226, 16)), closed=False), "#6a5127", 6)
    leaf(painter, 222, 36, 76, -78, "#5a9a3c")
    fill(painter, oval(150, 234, 264, 78), "#2f6f9f")
    fill(painter, oval(150, 228, 264, 76), "#5ba3cf")
    fill(painter, oval(150, 226, 220, 58), "#dceef8")
    chance = random.Random(8)  # noqa: S311 - the same heap every time
    heap = []
    for _ in range(120):
        across = chance.uniform(-1, 1)
        up = chance.uniform(0, 1)
        heap.append((150 + across * 96 * (1 - up * 0.55), 240 - up * 88 * (1 - abs(across) * 0.6)))
    for x, y in sorted(heap, key=lambda raisin: raisin[1]):
        with placed(painter, x, y, turn=chance.uniform(0, 180)):
            tone = chance.choice((("#eef0a6", "#b7b443", "#6f6c1c"), ("#e3d98a", "#a58f35", "#63501a")))
            solid(painter, oval(0, 0, 28, 17), *tone)
            wrinkle = curve((-9, 1), ((0, 4), (9, 0)), closed=False)
            line(painter, wrinkle, QColor(80, 70, 20, 110), 1.6)
