"""The demo shop's hen and duck, each in a meadow 320 units wide and high."""

from PySide6.QtGui import QColor, QPainter

from assets.demo.brush import curve, fill, leaf, line, oval, placed, shadow, slope, solid


def paint_chicken(painter: QPainter) -> None:
    """A free-range cock on grass."""
    shadow(painter, 160, 284, 210, 36)
    for at, length in ((-26, 0), (14, 4)):
        leg = curve((160 + at, 226), ((156 + at, 262), (162 + at, 284 + length)), closed=False)
        line(painter, leg, "#e0a030", 8)
        for toe in (-16, 2, 18):
            foot = curve((162 + at, 282 + length), ((162 + at + toe, 290 + length),), closed=False)
            line(painter, foot, "#e0a030", 6)
    for turn, color in ((-70, "#17453b"), (-50, "#1f5d4b"), (-30, "#123a35"), (-88, "#2a7358"), (-106, "#0f302c")):
        with placed(painter, 96, 176, turn=turn):
            feather = curve((0, 0), ((-26, -40), (-34, -92), (-62, -112)), ((-6, -108), (24, -50), (16, 0)))
            fill(painter, feather, color)
    body = curve(
        (74, 168),
        ((84, 236), (150, 250), (190, 236)),
        ((232, 222), (240, 170), (226, 120)),
        ((214, 100), (196, 104), (188, 124)),
        ((168, 158), (110, 168), (74, 168)),
    )
    solid(painter, body, "#e0803a", "#b1491c", "#6b220d")
    neck = curve(
        (178, 166),
        ((176, 120), (184, 82), (206, 70)),
        ((236, 66), (246, 100), (238, 168)),
        ((220, 188), (196, 186), (178, 166)),
    )
    slope(painter, neck, "#f6c04a", "#c4571d")
    for at in (190, 204, 218, 230):
        line(painter, curve((at + 6, 104), ((at, 140), (at - 4, 172)), closed=False), QColor(140, 60, 16, 110), 3)
    wing = curve((96, 172), ((120, 150), (172, 148), (194, 166)), ((182, 208), (132, 220), (96, 172)))
    solid(painter, wing, "#c65f28", "#8d3412", "#4e180a")
    for at in (0, 12, 24):
        feather = curve((112 + at, 178 + at * 0.6), ((140 + at, 194), (172, 178 + at)), closed=False)
        line(painter, feather, QColor(255, 190, 120, 120), 3)
    solid(painter, oval(218, 78, 54, 52), "#f9cf62", "#e39a2c", "#b96518")
    comb = curve(
        (198, 60),
        ((190, 36), (204, 32), (208, 46)),
        ((208, 24), (224, 22), (222, 44)),
        ((230, 26), (244, 34), (234, 58)),
        ((222, 50), (208, 52), (198, 60)),
    )
    solid(painter, comb, "#ff6a52", "#d81f1f", "#960f14")
    solid(
        painter,
        curve((240, 90), ((252, 100), (250, 122), (240, 122)), ((230, 118), (232, 98), (240, 90))),
        "#ff6a52",
        "#d81f1f",
        "#960f14",
    )
    slope(painter, curve((242, 74), ((272, 84),), ((242, 94),)), "#ffd764", "#e08e1c")
    fill(painter, oval(226, 74, 12, 12), "#231a12")
    fill(painter, oval(224, 72, 4, 4), "#ffffff")
    _grass(painter)


def paint_duck(painter: QPainter) -> None:
    """A white duck on a pond."""
    fill(painter, curve((0, 214), ((160, 196), (320, 214)), ((320, 320),), ((0, 320),)), "#7fc3cf")
    for y, width in ((236, 250), (262, 290), (290, 220)):
        ripple = curve((160 - width / 2, y), ((160, y + 14), (160 + width / 2, y)), closed=False)
        line(painter, ripple, QColor(255, 255, 255, 130), 4)
    tail = curve((62, 152), ((44, 132), (40, 122), (46, 116)), ((70, 128), (88, 144), (100, 164)))
    solid(painter, tail, "#ffffff", "#f2efe4", "#cfc9b6")
    body = curve(
        (56, 150),
        ((66, 236), (140, 250), (188, 242)),
        ((250, 232), (262, 178), (232, 152)),
        ((196, 134), (120, 176), (56, 150)),
    )
    solid(painter, body, "#ffffff", "#f6f2e6", "#bdb7a2")
    neck = curve(
        (182, 184),
        ((196, 150), (178, 118), (186, 92)),
        ((216, 84), (238, 96), (236, 120)),
        ((238, 150), (246, 170), (236, 196)),
    )
    solid(painter, neck, "#ffffff", "#f8f5ea", "#d3cdb9")
    solid(painter, oval(210, 86, 70, 62), "#ffffff", "#f8f5ea", "#cfc8b2")
    wing = curve((92, 176), ((120, 154), (182, 160), (206, 182)), ((184, 226), (120, 232), (92, 176)))
    solid(painter, wing, "#ffffff", "#ece6d4", "#b3ab92")
    for at in (0, 13, 26):
        feather = curve((110 + at, 186 + at * 0.5), ((146 + at, 206), (186, 186 + at)), closed=False)
        line(painter, feather, QColor(150, 140, 110, 110), 3)
    bill = curve((238, 80), ((258, 82), (276, 90), (284, 98)), ((274, 108), (254, 106), (238, 104)))
    solid(painter, bill, "#ffc861", "#f29a1f", "#c56a0c")
    line(painter, curve((244, 95), ((262, 97), (278, 98)), closed=False), "#b5600c", 2.5)
    fill(painter, oval(222, 78, 12, 13), "#20180f")
    fill(painter, oval(220, 75, 4, 4), "#ffffff")
    fill(
        painter,
        curve((60, 222), ((150, 246), (250, 218)), ((200, 262), (110, 262), (60, 222))),
        QColor(127, 195, 207, 170),
    )
    for x, turn in ((26, -14), (40, 10), (292, 16), (304, -8)):
        leaf(painter, x, 320, 116, turn, "#5d9a45")


def _grass(painter: QPainter) -> None:
    for x in range(8, 320, 24):
        leaf(painter, x, 322, 40 + x * 7 % 22, (x * 13 % 40) - 20, "#6aa54a")
