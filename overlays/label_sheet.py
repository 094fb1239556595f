"""Labels and posters on A4: product, price, where it comes from, and a QR code whose squares are vectors.

Lengths are in tenths of a millimetre. Squares of a code are at least half a millimetre wide: three dots at 150 dots an
inch, from which OpenCV still reads every one.
"""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF
from PySide6.QtGui import QColor, QImage, QPageSize, QPainter, QPainterPath, QPdfWriter, QPen

from overlays.code import QUIET_MODULES, fit_code
from overlays.label import Label, Sheet
from overlays.painting import paint_picture, painter_on
from overlays.text import BOLD, fit, painting_ready

UNITS_PER_INCH = 254
PAGE_WIDTH, PAGE_HEIGHT = 2100, 2970
SMALLEST_MODULE = 5.0
INK, FAINT, RED = QColor("#000000"), QColor("#444444"), QColor("#b3261e")


# columns, rows, width and height of a label; the block stands in the middle of the page
_GRIDS = {
    Sheet.SMALL: (5, 9, 400, 300),
    Sheet.MIDDLE: (3, 8, 700, 370),
    Sheet.A6: (2, 2, 1050, 1480),
    Sheet.POSTER: (1, 1, 2100, 2970),
}


def pages_of(labels: Sequence[Label], sheet: Sheet) -> list[list[tuple[Label, QRectF]]]:
    """The labels of each page with their places."""
    columns, rows, width, height = _GRIDS[sheet]
    left, top = (PAGE_WIDTH - columns * width) / 2, (PAGE_HEIGHT - rows * height) / 2
    pages: list[list[tuple[Label, QRectF]]] = []
    for index, label in enumerate(labels):
        page, place = divmod(index, columns * rows)
        row, column = divmod(place, columns)
        if page == len(pages):
            pages.append([])
        pages[page].append((label, QRectF(left + column * width, top + row * height, width, height)))
    return pages


def labels_pdf(labels: Sequence[Label], sheet: Sheet) -> bytes:
    """The labels as an A4 PDF; raises `OverlayError` for a link too long for its label."""
    painting_ready()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(UNITS_PER_INCH)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    painter = QPainter(writer)
    try:
        for number, page in enumerate(pages_of(labels, sheet)):
            if number:
                writer.newPage()
            _draw_page(painter, page, sheet)
    finally:
        painter.end()
    return bytes(buffer.data().data())


def check_link(label: Label, sheet: Sheet) -> None:
    """Draws the label and forgets it; raises `OverlayError` for a link too long for it."""
    labels_pdf([replace(label, picture="")], sheet)


def page_image(labels: Sequence[Label], sheet: Sheet, dots_per_inch: int, number: int = 0) -> QImage:
    """The page of that number as a printer of that resolution puts it on white paper."""
    painting_ready()
    scale = dots_per_inch / UNITS_PER_INCH
    image = QImage(round(PAGE_WIDTH * scale), round(PAGE_HEIGHT * scale), QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    with painter_on(image) as painter:
        painter.scale(scale, scale)
        _draw_page(painter, pages_of(labels, sheet)[number], sheet)
    return image


def _draw_page(painter: QPainter, page: Sequence[tuple[Label, QRectF]], sheet: Sheet) -> None:
    for label, box in page:
        if sheet in (Sheet.SMALL, Sheet.A6):  # plain paper that is cut
            painter.setPen(QPen(QColor("#bbbbbb"), 1))
            painter.drawRect(box)
        margin = 14 if sheet is Sheet.SMALL else min(box.width(), box.height()) * 0.07
        inside = box.adjusted(margin, margin, -margin, -margin)
        if box.width() > box.height():
            _draw_wide(painter, label, inside)
        else:
            _draw_tall(painter, label, inside)


def _draw_wide(painter: QPainter, label: Label, box: QRectF) -> None:
    """The name above, the code to the left, price and lines beside it."""
    name_height = box.height() * 0.18
    _write(painter, label.name, QRectF(box.left(), box.top(), box.width(), name_height), bold=True)
    below = QRectF(box.left(), box.top() + name_height, box.width(), box.height() - name_height)
    side = min(below.height(), below.width() * 0.58) if label.link else 0.0
    if label.link:
        _draw_code(painter, label.link, QRectF(below.left(), below.bottom() - side, side, side))
    beside = below.adjusted(side + box.width() * 0.03, box.height() * 0.03, 0, 0)
    price = QRectF(beside.left(), beside.top(), beside.width(), beside.height() * 0.34)
    _write(painter, label.price, price, bold=True, color=RED)
    _write_lines(painter, (label.unit, *label.lines), beside.adjusted(0, price.height(), 0, 0))


def _draw_tall(painter: QPainter, label: Label, box: QRectF) -> None:
    """The picture above, the name and the price below it, the code at the bottom beside the lines."""
    height = box.height()
    paint_picture(painter, label.picture, QRectF(box.left(), box.top(), box.width(), height * 0.4), height * 0.02)
    _write(painter, label.name, QRectF(box.left(), box.top() + height * 0.42, box.width(), height * 0.12), bold=True)
    price = QRectF(box.left(), box.top() + height * 0.55, box.width(), height * 0.13)
    _write(painter, f"{label.price}  {label.unit}".strip(), price, bold=True, color=RED)
    foot = QRectF(box.left(), box.top() + height * 0.69, box.width(), height * 0.31)
    side = min(foot.height(), foot.width() * 0.5) if label.link else 0.0
    if label.link:
        _draw_code(painter, label.link, QRectF(foot.right() - side, foot.bottom() - side, side, side))
    _write_lines(painter, label.lines, foot.adjusted(0, 0, -side - box.width() * 0.04, 0))


def _write(painter: QPainter, text: str, box: QRectF, *, bold: bool = False, color: QColor = INK) -> None:
    weight = {"weight": BOLD} if bold else {}
    fitted = fit(text, box.width(), box.height(), box.height() * 0.8, box.height() * 0.28, most_lines=2, **weight)
    fitted.draw(painter, box.left(), box.top() + (box.height() - fitted.height_px) / 2, color)


def _write_lines(painter: QPainter, lines: Sequence[str], box: QRectF) -> None:
    shown = [line for line in lines if line]
    each = min(box.height() / max(1, len(shown)), box.width() * 0.2)
    for number, line in enumerate(shown):
        _write(painter, line, QRectF(box.left(), box.top() + number * each, box.width(), each), color=FAINT)


def _draw_code(painter: QPainter, link: str, box: QRectF) -> None:
    """The code fills `box`, its quiet zone inside; one path, so that no hairlines show between the squares."""
    modules = fit_code(link, int(box.width() / SMALLEST_MODULE * 2), 2).modules
    module = box.width() / (len(modules) + 2 * QUIET_MODULES)
    path = QPainterPath()
    for row, cells in enumerate(modules.tolist()):
        start = None
        for column, dark in enumerate([*cells, False]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                left, top = box.left() + (QUIET_MODULES + start) * module, box.top() + (QUIET_MODULES + row) * module
                path.addRect(QRectF(left, top, (column - start) * module, module))
                start = None
    painter.fillRect(box, QColor("#ffffff"))
    painter.fillPath(path, INK)
