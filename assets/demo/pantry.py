"""The demo shop's rice, eggs, teas, honey and rice dumplings, each on a table 320 units wide and high."""

import math
import random

from PySide6.QtGui import QColor, QPainter, QPainterPath

from assets.demo.brush import bowl, curve, fill, leaf, line, oval, placed, shadow, shine, slope, solid


def paint_red_rice(painter: QPainter) -> None:
    """A blue bowl of red rice and two ears of it."""
    shadow(painter, 160, 268, 270, 46)
    for turn, x in ((24, 196), (46, 216)):
        _ear(painter, x, 190, turn)
    heap = curve(
        (64, 180), ((90, 104), (130, 92), (158, 92)), ((192, 92), (230, 108), (256, 180)), ((160, 214), (64, 180))
    )
    solid(painter, heap, "#c9715a", "#97402f", "#5c1d17")
    chance = random.Random(11)  # noqa: S311 - the same grains every time
    painter.save()
    painter.setClipPath(heap)
    for _ in range(330):
        with placed(painter, chance.uniform(60, 260), chance.uniform(90, 206), turn=chance.uniform(0, 180)):
            fill(painter, oval(0, 0, 15, 6), chance.choice(("#d98a70", "#b3523e", "#8a2f24", "#e7a78c")))
    painter.restore()
    bowl(painter, 160, 176, 208, "#f4f7fb", "#8fa9c8")
    for at in range(-3, 4):
        with placed(painter, 160 + at * 25, 222 - abs(at) * 5):
            fill(painter, oval(0, 0, 13, 13), "#2c5f9e")
            fill(painter, oval(0, 0, 5, 5), "#f4f7fb")
    for x, y, turn in ((52, 272, 10), (70, 284, 70), (262, 282, 30), (284, 268, 110), (244, 292, 0)):
        with placed(painter, x, y, turn=turn):
            fill(painter, oval(0, 0, 16, 7), "#a8483a")


def _ear(painter: QPainter, x: float, y: float, turn: float) -> None:
    with placed(painter, x, y, turn=turn):
        line(painter, curve((0, 0), ((4, -90), (26, -168)), closed=False), "#b58a3c", 4)
        for step in range(11):
            along = 66 + step * 10
            with placed(painter, 2 + step * 2.2, -along, turn=-32 if step % 2 else 44):
                solid(painter, oval(0, -9, 11, 24), "#f3cf77", "#cf9a3a", "#9a6420")


def paint_eggs(painter: QPainter) -> None:
    """A straw basket full of pale green and brown eggs."""
    shadow(painter, 160, 270, 280, 46)
    tones = (("#f4fbef", "#cfe3cd", "#8fb096"), ("#fff1dc", "#ecc79b", "#b98656"), ("#f0f8f4", "#bfdcd3", "#7fa79d"))
    for row, (y, xs) in enumerate(((118, (112, 160, 208)), (150, (86, 134, 184, 232)), (180, (110, 160, 210)))):
        for number, x in enumerate(xs):
            with placed(painter, x, y, turn=(number - 1.3) * 12):
                egg = curve((0, -38), ((26, -36), (38, 34), (0, 34)), ((-38, 34), (-26, -36), (0, -38)))
                solid(painter, egg, *tones[(row + number) % 3])
                shine(painter, -8, -14, 16, 24, turn=12)
    basket = curve(
        (44, 176),
        ((62, 262), (84, 274), (104, 276)),
        ((216, 276),),
        ((236, 274), (258, 262), (276, 176)),
        ((160, 226), (44, 176)),
    )
    slope(painter, basket, "#d6a45a", "#8a5a25")
    painter.save()
    painter.setClipPath(basket)
    for row in range(9):
        for column in range(15):
            x, y = 36 + column * 18 + row % 2 * 9, 182 + row * 12
            strand = curve((x, y), ((x + 8, y + 7), (x + 17, y)), closed=False)
            line(painter, strand, QColor(255, 226, 160, 150) if (row + column) % 2 else QColor(90, 50, 14, 130), 4)
    painter.restore()
    rim = curve((44, 176), ((160, 226), (276, 176)), closed=False)
    line(painter, rim, "#9c6a2e", 13)
    line(painter, rim, "#e0b46c", 6)
    for x, turn in ((52, -60), (268, 62), (40, -30), (282, 36)):
        straw = curve((x, 178), ((x + turn * 0.2, 160), (x + turn * 0.5, 158)), closed=False)
        line(painter, straw, "#e8c987", 4)


def paint_black_tea(painter: QPainter) -> None:
    """A white cup of red-brown tea, steaming."""
    shadow(painter, 156, 274, 280, 44)
    solid(painter, oval(156, 258, 250, 48), "#ffffff", "#efe9df", "#bfb5a5")
    fill(painter, oval(156, 254, 180, 28), QColor(120, 100, 80, 50))
    handle = QPainterPath()
    handle.addEllipse(222, 158, 62, 62)
    line(painter, handle, "#d9d0c2", 14)
    cup = curve(
        (70, 140),
        ((76, 212), (104, 254), (128, 256)),
        ((186, 256),),
        ((210, 254), (238, 212), (244, 140)),
        ((156, 176), (70, 140)),
    )
    slope(painter, cup, "#ffffff", "#cfc5b6", sideways=True)
    for at in (-1, 0, 1):
        leaf(painter, 128 + at * 12, 236, 46, at * 34 + 6, "#a33a2a")
    solid(painter, oval(157, 140, 174, 50), "#ffffff", "#f6f1e8", "#d5ccbd")
    solid(painter, oval(157, 143, 154, 38), "#e77b32", "#b03e14", "#6f1d0a")
    shine(painter, 128, 136, 56, 14)
    for x, bend in ((128, 16), (160, -16), (190, 14)):
        steam = curve((x, 106), ((x + bend, 84), (x - bend, 62), (x + bend * 0.4, 34)), closed=False)
        line(painter, steam, QColor(255, 255, 255, 150), 9)
    _dry_leaves(painter, ("#2b1711", "#4b2818", "#6b3a20"), 21)


def paint_green_tea(painter: QPainter) -> None:
    """A glass of green tea with buds dancing in it, and a fresh twig."""
    shadow(painter, 150, 278, 240, 40)
    glass = curve((84, 56), ((98, 268),), ((150, 284), (202, 268)), ((216, 56),))
    slope(painter, glass, "#f4fbef", "#dcefd2", sideways=True)
    tea = curve((88, 104), ((98, 264),), ((150, 280), (202, 264)), ((212, 104),), ((150, 124), (88, 104)))
    slope(painter, tea, "#e3ee9b", "#a9c64a")
    for x, y, turn, length in (
        (116, 252, -8, 58),
        (134, 262, 6, 70),
        (152, 264, -4, 62),
        (172, 260, 10, 66),
        (188, 250, 4, 50),
        (126, 164, 24, 40),
        (176, 176, -30, 42),
        (150, 148, 8, 34),
    ):
        leaf(painter, x, y, length, turn, "#6fa52f")
        leaf(painter, x, y, length * 0.7, turn + 24, "#88b83d")
    solid(painter, oval(150, 104, 124, 26), "#f0f6b8", "#d2e07c", "#a8bf4c")
    line(painter, oval(150, 56, 132, 28), QColor(255, 255, 255, 230), 4)
    line(
        painter,
        curve((84, 58), ((98, 268),), ((150, 284), (202, 268)), ((216, 58),), closed=False),
        QColor(255, 255, 255, 200),
        5,
    )
    line(painter, curve((104, 84), ((112, 236),), closed=False), QColor(255, 255, 255, 150), 9)
    line(painter, curve((226, 286), ((258, 226), (272, 176)), closed=False), "#5d7f35", 6)
    for x, y, turn, length in (
        (240, 262, 74, 66),
        (252, 240, -30, 52),
        (264, 206, 62, 60),
        (270, 182, -14, 66),
        (272, 182, 22, 62),
    ):
        leaf(painter, x, y, length, turn, "#5aa03a")


def _dry_leaves(painter: QPainter, colors: tuple[str, ...], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same leaves every time
    for _ in range(34):
        x, y = chance.gauss(60, 22), chance.gauss(284, 8)
        bend, turn = chance.uniform(-8, 8), chance.uniform(-50, 50)
        with placed(painter, x, y, turn=turn):
            line(painter, curve((-15, 0), ((0, bend), (15, 0)), closed=False), chance.choice(colors), 4.5)


def paint_honey(painter: QPainter) -> None:
    """A jar of honey with a dipper, before honeycomb."""
    for row in range(4):
        for column in range(4):
            x, y = 24 + column * 52 + row % 2 * 26, 26 + row * 45
            if x + y > 250:
                continue
            cell = curve(*_hexagon(x, y, 27))
            fill(painter, cell, "#f2b632")
            line(painter, cell, "#d98f17", 5)
    shadow(painter, 178, 284, 260, 40)
    jar = curve(
        (98, 108),
        ((72, 122), (70, 140), (72, 166)),
        ((74, 262),),
        ((76, 286), (92, 290), (110, 290)),
        ((246, 290),),
        ((264, 290), (280, 286), (282, 262)),
        ((284, 166),),
        ((286, 140), (284, 122), (258, 108)),
    )
    slope(painter, jar, "#ffd45c", "#c8740c")
    painter.save()
    painter.setClipPath(jar)
    slope(painter, curve((70, 108), ((118, 108),), ((112, 292),), ((70, 292),)), "#fff0b4", "#e59a1c", sideways=True)
    slope(painter, curve((240, 108), ((290, 108),), ((290, 292),), ((246, 292),)), "#e59a1c", "#9a5206", sideways=True)
    painter.restore()
    label = QPainterPath()
    label.addRoundedRect(104, 168, 148, 82, 10, 10)
    fill(painter, label, "#fff8e3")
    line(painter, label, "#c98a22", 3)
    _bee(painter, 178, 210)
    lid = QPainterPath()
    lid.addRoundedRect(92, 66, 172, 46, 10, 10)
    slope(painter, lid, "#e9c088", "#8d5a28", sideways=True)
    for x in range(106, 260, 14):
        line(painter, curve((x, 74), ((x, 104),), closed=False), QColor(90, 50, 16, 70), 3)
    shine(painter, 94, 190, 26, 120)


def _hexagon(x: float, y: float, radius: float) -> tuple[tuple[float, float], *tuple[tuple[tuple[float, float]], ...]]:
    corners = [
        (x + radius * math.cos(math.tau * (corner + 0.5) / 6), y + radius * math.sin(math.tau * (corner + 0.5) / 6))
        for corner in range(6)
    ]
    return corners[0], *((corner,) for corner in corners[1:])


def _bee(painter: QPainter, x: float, y: float) -> None:
    with placed(painter, x, y, turn=-10):
        for turn in (-30, 24):
            with placed(painter, -4, -12, turn=turn):
                fill(painter, oval(0, -16, 24, 40), QColor(170, 205, 230, 190))
        body = oval(0, 4, 66, 40)
        solid(painter, body, "#ffe07a", "#f3b421", "#b8770a")
        painter.save()
        painter.setClipPath(body)
        for at in (-14, 2, 18):
            line(painter, curve((at, -18), ((at + 5, 4), (at, 28)), closed=False), "#3a2410", 7)
        painter.restore()
        fill(painter, oval(34, 2, 24, 24), "#3a2410")
        fill(painter, oval(38, -1, 6, 6), "#ffffff")


def paint_zongzi(painter: QPainter) -> None:
    """Rice dumplings in leaves, tied with red string; one is open."""
    shadow(painter, 160, 268, 290, 50)
    _zongzi(painter, 206, 150, 0.84, 8)
    _zongzi(painter, 112, 178, 1.0, -6)
    with placed(painter, 226, 236):
        for turn in (-100, -62, 66, 104):
            leaf(painter, 0, 26, 92, turn, "#6d9a3c")
        rice = curve(
            (-6, -52),
            ((26, -30), (52, 14), (48, 26)),
            ((10, 44), (-30, 42), (-52, 26)),
            ((-46, 0), (-26, -36), (-6, -52)),
        )
        solid(painter, rice, "#fffdf0", "#f2e3b8", "#cfae6c")
        chance = random.Random(4)  # noqa: S311 - the same grains every time
        painter.save()
        painter.setClipPath(rice)
        for _ in range(90):
            with placed(painter, chance.uniform(-50, 50), chance.uniform(-50, 40), turn=chance.uniform(0, 180)):
                fill(painter, oval(0, 0, 12, 5), QColor(255, 255, 255, 150))
        painter.restore()
        solid(painter, oval(4, 4, 34, 24), "#c46a4a", "#8d2f20", "#571510")


def _zongzi(painter: QPainter, x: float, y: float, size: float, turn: float) -> None:
    with placed(painter, x, y, turn=turn, size=size):
        whole = curve(
            (0, -96),
            ((14, -96), (92, 50), (88, 66)),
            ((40, 92), (-40, 92), (-88, 66)),
            ((-92, 50), (-14, -96), (0, -96)),
        )
        solid(painter, whole, "#a9cc6b", "#5f9138", "#2f5a20")
        slope(
            painter,
            curve((0, -96), ((30, -10), (26, 84)), ((60, 82), (80, 74), (88, 66)), ((92, 50), (14, -96), (0, -96))),
            "#4f8330",
            "#2b5520",
        )
        for at in (-64, -44, -24):
            vein = curve((at * 0.1, -84), ((at * 0.8, -10), (at, 74)), closed=False)
            line(painter, vein, QColor(225, 245, 180, 110), 2.5)
        for y_string in (-26, 10, 40):
            half = 46 + y_string * 0.62
            string = curve((-half, y_string - 4), ((0, y_string + 24), (half, y_string - 8)), closed=False)
            line(painter, string, "#c8261c", 5)
        for sway in (-24, 26):
            line(painter, curve((2, 24), ((sway, 34), (sway * 1.3, 62)), closed=False), "#c8261c", 5)
        fill(painter, oval(2, 22, 16, 13), "#a5170f")
