"""The face of the product card: where its parts lie on a canvas of any size, and how they are painted."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPainterPath, QPen

from overlays.base import NO_ROOM, Covered, OverlayError, Patch
from overlays.card import CardParams, Look
from overlays.code import Code, fit_code, whole_px
from overlays.fields import Motion
from overlays.painting import even, paint_picture, painter_on, pixels, scale_of, sheet
from overlays.places import Box, safe_area
from overlays.template import CardTemplate
from overlays.text import BOLD, FittedText, draw_line, fit, font, runs_backwards, shown_text

# All in pixels of a canvas whose shorter side is 720.
_CODE = 400  # the largest code a card grows for: 50 squares of 8 pixels, a link of 106 to 134 letters
_BESIDE = 0.5  # of the card's width, what picture and words keep beside a larger code
_SHORT_LINK_MODULES = 33  # with the quiet zone
_SHADOW = 8
_STACKED = 1.45  # words go under the picture where their room is this much higher than the picture
_PRICE_ROW, _SECOND_ROW = 68, 30  # heights of the price, and of the old price under it
_LEAST_UNIT = 15  # letters of what the price buys
_ABOVE_TICKER = 6  # more than other overlays keep
_LEAST_GOODS = 100  # height of picture and words above a code
_WHITE = QColor("#ffffff")
_GONE, _LEFT_OVER = QColor("#d5210f"), QColor(20, 24, 20, 190)  # behind white words on the picture


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the card lies; `shadow` is the rim around it, inside the patch. In pixels of the canvas."""

    scale: float
    x: int
    y: int
    width: int
    height: int
    shadow: int
    code: Code | None
    motion: Motion = Motion.FROM_LEFT
    strip: bool = False  # picture, words and price side by side
    below: int = 0  # the height of the code where it lies under the goods

    @property
    def column(self) -> int:
        """The width that picture and text have."""
        return self.width - (self.code.side_px if self.code and not self.below else 0)

    @property
    def goods_height(self) -> int:
        return self.height - self.below

    @property
    def code_at(self) -> tuple[int, int]:
        """Left and top of the code's dark part, from the card's corner."""
        assert self.code is not None
        side, quiet = self.code.side_px, self.code.quiet_px
        if self.below:
            return (self.width - side) // 2 + quiet, self.goods_height + quiet
        return self.column + quiet, (self.height - side) // 2 + quiet

    @property
    def text_scale(self) -> float:
        """Letters grow with the room they have, up to a third."""
        return min(self.scale * 1.33, max(self.scale, self.column / 281))


def draw_card(params: CardParams, canvas_width: int, canvas_height: int, covered: Covered | None = None) -> Patch:
    """The card on a canvas of that size; raises `OverlayError` for a link too long to be read."""
    area = safe_area(canvas_width, canvas_height, covered)
    layout = _lay_out(params, scale_of(canvas_width, canvas_height), canvas_height >= canvas_width, area)
    rim = layout.shadow
    image = sheet(layout.width + 2 * rim, layout.height + 2 * rim)
    with painter_on(image) as painter:
        painter.translate(rim, rim)
        _paint_body(painter, layout, params.template)
        flaw = _paint_goods(painter, layout, params)
    rgba = pixels(image)
    code = None
    if layout.code:
        left, top = (rim + value for value in layout.code_at)
        code = layout.code.area(left, top)
        luma = layout.code.luma()
        rgba[top : top + len(luma), left : left + len(luma), :3] = luma[:, :, np.newaxis]
    _text, missing = shown_text(f"{params.name} {params.origin} {params.unit} {params.stock_words}", longest=2000)
    return Patch(rgba, layout.x - rim, layout.y - rim, layout.motion, missing=missing, flaw=flaw, code=code)


def _lay_out(params: CardParams, scale: float, upright: bool, area: Box) -> _Layout:
    """In its look; where an upright picture leaves too little room for that, with the code on the goods' other side."""
    narrow = upright and params.look in (Look.LEFT, Look.RIGHT)
    try:
        return _laid(params, scale, upright, narrow, area)
    except OverlayError as error:
        if not upright:
            raise
        try:
            return _laid(params, scale, upright, not narrow, area)
        except OverlayError:
            raise error from None  # that of its own look


def _laid(params: CardParams, scale: float, upright: bool, narrow: bool, area: Box) -> _Layout:
    strip = not upright and params.look is Look.BOTTOM
    shapes = params.template
    wide, high, module = (
        shapes.column if narrow else shapes.strip if strip else shapes.upright if upright else shapes.wide
    )
    width = min(even(wide * scale), area.width)
    height = min(even(high * scale), area.height)
    code, below = None, 0
    if params.link.strip():
        grow = max(1.0, params.code_growth)
        least = whole_px(module * scale) * _SHORT_LINK_MODULES
        least += least % 2
        height = min(height, max(even(_LEAST_GOODS * scale), area.height - least)) if narrow else height
        width = min(even(width * (1 + (grow - 1) / 2)), area.width)
        room = min(round(_CODE * scale * grow), area.height - height if narrow else area.height)
        beside = 0 if narrow or strip else even(width * (0.4 if upright else _BESIDE))
        widest = area.width - beside
        # The code of a short link keeps its squares on any canvas, even where the goods have little room beside it.
        most = max(min(room, widest), least)
        code = fit_code(params.link.strip(), most, module * scale, grow)
        side = code.side_px + code.side_px % 2
        below = side if narrow else 0
        width = max(width, side) if narrow else min(max(width, side + beside), area.width)
        height = height + side if narrow else max(height, side)
        if height > area.height or side > area.width:
            raise OverlayError(NO_ROOM)
    bottom = area.bottom if upright else area.bottom - max(0, even(_ABOVE_TICKER * scale))
    shadow = min(even(_SHADOW * scale), area.left)
    right = params.look is Look.RIGHT and not (upright and not narrow)
    x = area.right - width if right else area.left
    motion = Motion.FROM_RIGHT if right else Motion.FROM_BOTTOM if strip else Motion.FROM_LEFT
    return _Layout(scale, x, max(area.top, even(bottom - height)), width, height, shadow, code, motion, strip, below)


def _paint_body(painter: QPainter, layout: _Layout, template: CardTemplate) -> None:
    """The card with its soft shadow and its rim; white around the code, whatever colour the rest has."""
    radius = template.radius * layout.scale
    card = QRectF(0, 0, layout.width, layout.height)
    painter.setPen(Qt.PenStyle.NoPen)
    for step in range(layout.shadow if template.shadow else 0, 0, -1):
        rim = card.adjusted(-step, -step, step, step).translated(0, min(layout.scale * 2, layout.shadow - step))
        painter.setBrush(QColor(0, 0, 0, round(6 + 34 * (1 - step / layout.shadow) ** 2)))
        painter.drawRoundedRect(rim, radius + step, radius + step)
    body = QPainterPath()
    body.addRoundedRect(card, radius, radius)
    ground = QLinearGradient(card.topLeft(), card.bottomLeft())
    ground.setColorAt(0, QColor(template.ground))
    ground.setColorAt(1, QColor(template.ground_end or template.ground))
    painter.fillPath(body, ground)
    if layout.code and (template.ground, template.ground_end) != (_WHITE.name(), ""):
        left, top, width, height = layout.code.area(*layout.code_at)
        quiet = QPainterPath()
        quiet.addRoundedRect(QRectF(left, top, width, height), layout.code.quiet_px / 2, layout.code.quiet_px / 2)
        painter.fillPath(quiet.intersected(body), _WHITE)
    if template.rim:
        line = max(1.0, template.rim_px * layout.scale)
        painter.setPen(QPen(QColor(template.rim), line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        half = line / 2
        painter.drawRoundedRect(card.adjusted(half, half, -half, -half), radius - half, radius - half)
        painter.setPen(Qt.PenStyle.NoPen)


def _paint_goods(painter: QPainter, layout: _Layout, params: CardParams) -> str:
    """Picture with name and origin, and the price beneath; gives back what is wrong with the picture.

    The words stand beside the picture, or under it where the card is high and narrow; on a strip all is side by side.
    """
    scale, column, height = layout.text_scale, float(layout.column), float(layout.goods_height)
    pad, gap = 14 * layout.scale, 11 * scale
    # The code's quiet zone keeps text away by itself; without a code the edge needs a margin.
    right = column - (2 * scale if layout.code and not layout.below else pad)
    if layout.strip:
        side = min(height - 2 * pad, 0.42 * (column - pad))
        picture = QRectF(pad, (height - side) / 2, side, side)
        middle = picture.right() + gap + (right - picture.right() - gap) * 0.55
        words = QRectF(picture.right() + gap, pad, middle - picture.right() - gap - pad, height - 2 * pad)
        price_height = _price_height(params, right - middle, scale) * scale
        price = QRectF(
            middle, max(pad, (height - price_height) / 2), right - middle, min(height - 2 * pad, price_height)
        )
    else:
        price_height = max(_price_height(params, right - pad, scale) * layout.scale, 0.27 * height)
        high = height - 2 * pad - price_height
        side = min(high, 0.42 * (column - pad))
        if high > _STACKED * side:
            picture = QRectF(pad, pad, right - pad, 0.5 * high)
            words = QRectF(pad, picture.bottom() + gap / 2, right - pad, high - picture.height() - gap)
        else:
            picture = QRectF(pad, pad, side, side)
            words = QRectF(picture.right() + gap, pad, right - picture.right() - gap, high - gap / 2)
        price = QRectF(pad, pad + high, right - pad, price_height)
    flaw = paint_picture(painter, params.picture, picture, params.template.picture_radius * scale)
    _paint_saving(painter, params, picture, scale)
    _paint_stock(painter, params, picture, scale)
    _paint_words(painter, params, words, scale)
    _paint_price(painter, params, price, scale)
    return flaw


def _paint_words(painter: QPainter, params: CardParams, box: QRectF, scale: float) -> None:
    origin_height = 26 * scale if params.origin.strip() else 0.0
    room, least = box.height() - origin_height, max(6, 17 * scale)
    name = fit(params.name, box.width(), room, 32 * scale, least, weight=BOLD, most_lines=3)
    origin = fit(params.origin, box.width() - 18 * scale, 26 * scale, 19 * scale, max(6, 14 * scale))
    y = box.top() + max(0.0, (box.height() - origin_height - name.height_px) * 0.35)
    name.draw(painter, _beginning(params.name, name, box), y, QColor(params.template.ink))
    if origin.lines:
        y = box.bottom() - origin.height_px
        green = QColor(params.template.origin_ink)
        _paint_pin(painter, QPointF(box.left() + 7 * scale, y + origin.height_px / 2), 7 * scale, green)
        origin.draw(painter, box.left() + 18 * scale, y, green)


def _beginning(text: str, fitted: FittedText, box: QRectF) -> float:
    """Where the lines of a text begin: a script that runs from right to left keeps to the right."""
    return box.right() - fitted.width_px if runs_backwards(text) else box.left()


def _paint_pin(painter: QPainter, middle: QPointF, radius: float, colour: QColor) -> None:
    """A map pin before the place the goods come from."""
    painter.save()
    painter.translate(middle)
    painter.scale(radius, radius)
    pin = QPainterPath(QPointF(0, 1.15))
    pin.cubicTo(-0.5, 0.5, -0.85, 0.1, -0.85, -0.3)
    pin.arcTo(QRectF(-0.85, -1.15, 1.7, 1.7), 180, -180)
    pin.cubicTo(0.85, 0.1, 0.5, 0.5, 0, 1.15)
    pin.addEllipse(QPointF(0, -0.3), 0.34, 0.34)
    painter.fillPath(pin, colour)
    painter.restore()


def _paint_saving(painter: QPainter, params: CardParams, picture: QRectF, scale: float) -> None:
    """How much cheaper it is now, on a corner of the picture, as a number that needs no language."""
    percent = _saving_percent(params)
    if not percent:
        return
    text = fit(f"-{percent}%", picture.width() * 0.6, 24 * scale, 18 * scale, 5, weight=BOLD)
    width, height = text.width_px + 12 * scale, text.height_px + 2 * scale
    tag = QPainterPath()
    tag.addRoundedRect(QRectF(picture.left(), picture.top(), width, height), 9 * scale, 9 * scale)
    painter.fillPath(tag, QColor(params.template.tag))
    text.draw(painter, picture.left() + 6 * scale, picture.top() + 1 * scale, QColor(params.template.tag_ink))


def _paint_stock(painter: QPainter, params: CardParams, picture: QRectF, scale: float) -> None:
    """How many are left, as a band along the lower edge of the picture; sold out, it lies across a veiled picture."""
    if not params.stock_words.strip():
        return
    gone = params.stock == 0
    largest = (30 if gone else 20) * scale
    words = fit(params.stock_words, picture.width() - 8 * scale, largest * 1.4, largest, 5, weight=BOLD, most_lines=1)
    height = words.height_px + 4 * scale
    top = picture.center().y() - height / 2 if gone else picture.bottom() - height
    corners = QPainterPath()
    radius = params.template.picture_radius * scale
    corners.addRoundedRect(picture, radius, radius)
    painter.save()
    painter.setClipPath(corners)
    if gone:
        painter.fillRect(picture, QColor(255, 255, 255, 150))
    painter.fillRect(QRectF(picture.left(), top, picture.width(), height), _GONE if gone else _LEFT_OVER)
    painter.restore()
    left = picture.center().x() - words.width_px / 2
    words.draw(painter, left, top + 2 * scale, QColor("#ffffff"))


def _saving_percent(params: CardParams) -> int:
    """How many per cent the price lies under the old one, rounded down; 0 where there is no saving."""
    old = params.old_price_fen
    if old is None or not 0 <= params.price_fen < old:
        return 0
    return (old - params.price_fen) * 100 // old


def _price_height(params: CardParams, width: float, scale: float) -> float:
    """The height the price takes, in pixels of a canvas whose shorter side is 720."""
    return _PRICE_ROW + (_SECOND_ROW if _saves(params) or _unit_below(params, width, scale) else 0)


def _saves(params: CardParams) -> bool:
    return params.old_price_fen is not None and params.old_price_fen > params.price_fen


def _unit_below(params: CardParams, width: float, scale: float) -> bool:
    """Whether what the price buys is too long to stand beside it in letters that are read."""
    if not params.unit.strip():
        return False
    unit = QFontMetricsF(font(_LEAST_UNIT * scale)).horizontalAdvance(_unit_text(params))
    return unit > max(0.28 * width, width - _price_width(*_price_parts(params.price_fen), 50 * scale) - 6 * scale)


def _unit_text(params: CardParams) -> str:
    return f"\u200e/ {shown_text(params.unit)[0]}"


def _paint_price(painter: QPainter, params: CardParams, box: QRectF, scale: float) -> None:
    """The price in large figures with what it buys; in a second row the old price struck through."""
    below = _unit_below(params, box.width(), scale)
    second = _saves(params) or below
    row = box.height() * (_PRICE_ROW / (_PRICE_ROW + _SECOND_ROW) if second else 1.0)
    yuan, fen = _price_parts(params.price_fen)
    unit_room = 0.28 * box.width() if params.unit.strip() and not below else 0.0
    size = min(row * 0.86, 62 * scale)
    while size > 4 and _price_width(yuan, fen, size) > box.width() - unit_room:
        size *= 0.94
    baseline = box.top() + row / 2 + size * 0.37
    x = box.left()
    for text, part in (("¥", 0.6), (yuan, 1.0), (fen, 0.6)):
        face = font(size * part, BOLD)
        draw_line(painter, QPointF(x, baseline), text, face, QColor(params.template.price_ink))
        x += QFontMetricsF(face).horizontalAdvance(text) + size * 0.04
    if params.unit.strip() and not below:
        unit = fit(_unit_text(params), box.right() - x - 6 * scale, 30 * scale, 21 * scale, _LEAST_UNIT * scale)
        unit.draw(painter, x + 6 * scale, baseline - unit.ascent_px, QColor(params.template.quiet_ink))
    if second:
        rest = QRectF(box.left(), box.top() + row, box.width(), box.height() - row)
        _paint_second_row(painter, params, rest, scale, unit_too=below)


def _paint_second_row(painter: QPainter, params: CardParams, box: QRectF, scale: float, *, unit_too: bool) -> None:
    grey, x = QColor(params.template.quiet_ink), box.left()
    room, largest = box.height() + 4 * scale, min(22 * scale, box.height() * 0.8)
    if _saves(params):
        yuan, fen = _price_parts(params.old_price_fen or 0)
        old = fit(f"¥{yuan}{fen}", box.width() * (0.5 if unit_too else 1.0), room, largest, 6)
        y = box.top() + (box.height() - old.height_px) / 2
        old.draw(painter, x, y, grey)
        painter.setPen(QPen(grey, max(1.0, 2 * scale)))
        middle = y + old.height_px * 0.53
        painter.drawLine(QLineF(x - 2 * scale, middle, x + old.width_px + 2 * scale, middle))
        x += old.width_px + 10 * scale
    if unit_too:
        unit = fit(_unit_text(params), box.right() - x, room, largest, _LEAST_UNIT * scale)
        unit.draw(painter, x, box.top() + (box.height() - unit.height_px) / 2, grey)


def _price_parts(price_fen: int) -> tuple[str, str]:
    """Whole yuan, and the rest with its point; round prices have no rest."""
    yuan, fen = divmod(abs(price_fen), 100)
    return f"{'-' if price_fen < 0 else ''}{yuan}", f".{fen:02d}" if fen else ""


def _price_width(yuan: str, fen: str, size: float) -> float:
    widths = ((text, QFontMetricsF(font(size * part, BOLD))) for text, part in (("¥", 0.6), (yuan, 1.0), (fen, 0.6)))
    return sum(metrics.horizontalAdvance(text) + size * 0.04 for text, metrics in widths)
