"""The steps of a run as rows that are dragged into their order; keys do the same."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from studio.run import Step
from studio.ui import theme

ROW_PX = 62
PICTURE_PX = 48
SCROLL_ZONE_PX, SCROLL_STEP_PX = 24, 12
STEP_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Row:
    """What a row shows of its step."""

    step: Step
    name: str
    below: str
    money: str
    doubtful: bool  # the price is to be confirmed
    gone: bool  # there is no such product any more


class StepPainter(QStyledItemDelegate):
    """Paints rows: number, picture, name with what goes with it, price, a grip for the hand."""

    def __init__(self, rows: "StepList") -> None:
        super().__init__(rows)
        self._rows = rows

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, ROW_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: Row = index.data(STEP_ROLE)
        box: QRect = option.rect.adjusted(2, 2, -2, -2)
        state: QStyle.StateFlag = option.state
        on = row.step.id == self._rows.on_id
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = "#17352a" if on else theme.RAISED if chosen else theme.SURFACE
        edge = theme.GREEN if on else theme.BLUE if chosen else theme.SURFACE
        painter.setPen(QPen(QColor(edge), 2))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(box, 9, 9)
        self._paint_words(painter, row, box, index.row(), on)
        painter.restore()

    def _paint_words(self, painter: QPainter, row: Row, box: QRect, place: int, on: bool) -> None:
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(theme.text_font(12, bold=True))
        painter.setPen(QColor(theme.GREEN if on else theme.FAINT))
        painter.drawText(QRect(box.left() + 8, box.top(), 30, box.height()), middle, "▶" if on else str(place + 1))
        picture = self._rows.picture(row.step.sku)
        left = box.left() + 42
        if picture is not None:
            painter.drawPixmap(QPoint(left, box.center().y() - PICTURE_PX // 2), picture)
        left += PICTURE_PX + 10
        self._paint_grip(painter, box)
        right = box.right() - 34
        painter.setFont(theme.text_font(12.5, bold=True))
        painter.setPen(QColor(theme.AMBER if row.doubtful else theme.TEXT))
        money = f"{row.money} ?" if row.doubtful else row.money
        width = painter.fontMetrics().horizontalAdvance(money) + 10
        end = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        painter.drawText(QRect(right - width, box.top(), width, box.height()), end, money)
        room = right - width - left - 6
        painter.setPen(QColor(theme.AMBER if row.gone else theme.TEXT))
        elided = painter.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(left, box.top() + 6, room, 24), middle, elided)
        painter.setFont(theme.text_font(10.5))
        painter.setPen(QColor(theme.FAINT))
        elided = painter.fontMetrics().elidedText(row.below, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(left, box.top() + 30, room, 20), middle, elided)

    def _paint_grip(self, painter: QPainter, box: QRect) -> None:
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.DIM))
        for across in (0, 7):
            for down in (-8, 0, 8):
                painter.drawEllipse(QPoint(box.right() - 20 + across, box.center().y() + down), 2, 2)
        painter.restore()


class StepList(QListWidget):
    """Rows under the hand follow it; where it lets go, `dropped` tells the step and its place."""

    dropped = Signal(int, int)
    removed = Signal(int)
    asked = Signal(int)  # double click or Enter: to go there now
    picked = Signal(int)  # the row that is looked at

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.on_id: int | None = None
        self._pictures: dict[str, QPixmap] = {}
        self._pressed: QPoint | None = None
        self._dragging = False
        self.setItemDelegate(StepPainter(self))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setStyleSheet("QListWidget { border: none; background: transparent; }")
        self.currentItemChanged.connect(self._picked)
        self.itemDoubleClicked.connect(lambda item: self.asked.emit(item.data(STEP_ROLE).step.id))

    def picture(self, sku: str) -> QPixmap | None:
        return self._pictures.get(sku)

    def show_rows(self, rows: list[Row], pictures: dict[str, QPixmap], on_id: int | None) -> None:
        """The rows in their order; the chosen step stays chosen. Nothing changes under a hand that drags."""
        if self._dragging:
            return
        chosen, self._pictures, self.on_id = self.chosen, pictures, on_id
        if [self._row(place) for place in range(self.count())] != rows:
            self.blockSignals(True)
            top = self.verticalScrollBar().value()
            self.clear()
            for row in rows:
                item = QListWidgetItem(self)
                item.setData(STEP_ROLE, row)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{row.name} {row.below} {row.money}")
            self.verticalScrollBar().setValue(top)
            self.blockSignals(False)
            self.choose(chosen)
        self.viewport().update()

    @property
    def chosen(self) -> int | None:
        return self._row(self.currentRow()).step.id if self.currentItem() is not None else None

    def choose(self, step_id: int | None) -> None:
        """Chooses a step, else the first."""
        ids = [self._row(place).step.id for place in range(self.count())]
        if ids:
            self.setCurrentRow(ids.index(step_id) if step_id in ids else 0)

    def _row(self, place: int) -> Row:
        row: Row = self.item(place).data(STEP_ROLE)
        return row

    def _picked(self, item: QListWidgetItem | None) -> None:
        if item is not None and not self._dragging:
            self.picked.emit(item.data(STEP_ROLE).step.id)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        at = event.position().toPoint()
        held = event.button() is Qt.MouseButton.LeftButton and self.itemAt(at) is not None
        self._pressed = at if held else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The row goes where the hand is; near an edge the list scrolls."""
        if self._pressed is None:
            return
        at = event.position().toPoint()
        if not self._dragging and (at - self._pressed).manhattanLength() < QApplication.startDragDistance():
            return
        if not self._dragging:
            self._dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        bar, height = self.verticalScrollBar(), self.viewport().height()
        if at.y() < SCROLL_ZONE_PX or at.y() > height - SCROLL_ZONE_PX:
            bar.setValue(bar.value() + (SCROLL_STEP_PX if at.y() > height // 2 else -SCROLL_STEP_PX))
        wanted = min(max(0, (at.y() + bar.value()) // ROW_PX), self.count() - 1)
        if wanted != self.currentRow():
            self.insertItem(wanted, self.takeItem(self.currentRow()))
            self.setCurrentRow(wanted)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._pressed = None
        if self._dragging:
            self._dragging = False
            self.unsetCursor()
            chosen = self.chosen
            if chosen is not None:
                self.dropped.emit(chosen, self.currentRow())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, chosen = event.key(), self.chosen
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if chosen is not None and alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            place = self.currentRow() + (1 if key == Qt.Key.Key_Down else -1)
            if 0 <= place < self.count():
                self.dropped.emit(chosen, place)
        elif chosen is not None and key == Qt.Key.Key_Delete:
            self.removed.emit(chosen)
        elif chosen is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.asked.emit(chosen)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            event.ignore()  # they go through the run
        else:
            super().keyPressEvent(event)
