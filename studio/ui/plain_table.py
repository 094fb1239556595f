"""A table that is only read: as high as its rows, no lines to click, numbers to the right."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

ROW_PX = 38


class PlainTable(QTableWidget):
    """Rows of words under headings; the first column takes the room that is left."""

    def __init__(
        self, headings: Sequence[str], numbers: Sequence[int] = (), whole: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(0, len(headings), parent)
        self._numbers = frozenset(numbers)
        self._whole = whole  # as high as all of its rows; else it scrolls
        for column, words in enumerate(headings):
            item = QTableWidgetItem(words)
            item.setTextAlignment(self._side(column))
            self.setHorizontalHeaderItem(column, item)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        if whole:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Puts these rows in place of those that are there."""
        self.setRowCount(len(rows))
        for place, row in enumerate(rows):
            for column, text in enumerate(row):
                item = QTableWidgetItem(text)
                item.setTextAlignment(self._side(column))
                item.setToolTip(text if len(text) > 12 else "")
                self.setItem(place, column, item)
        if self._whole:
            self.setFixedHeight(self.horizontalHeader().sizeHint().height() + ROW_PX * len(rows) + 2)

    def _side(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if column in self._numbers else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter
