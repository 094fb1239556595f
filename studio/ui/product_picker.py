"""Choosing products for the run: a list that is searched, each with a box to tick."""

from collections.abc import Collection

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.i18n import _, ngettext
from studio.shop.products import Product
from studio.shop.search import matching
from studio.ui import theme
from studio.ui.icons import icon
from studio.ui.words import yuan

ROW = QSize(0, 50)
MOST_ROWS = 300  # more than anybody scrolls through; the search finds the others


class TickList(QListWidget):
    """Space does what a click on the row does."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and (item := self.currentItem()) is not None:
            self.itemClicked.emit(item)
        else:
            super().keyPressEvent(event)


class ProductPicker(QDialog):
    """`picked` has the codes in the order in which they were ticked."""

    picked = Signal(list)

    def __init__(self, products: tuple[Product, ...], used: Collection[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Products for the run"))
        self._products = products
        self._used = set(used)
        self._ticked: dict[str, None] = {}
        self.search = QLineEdit(placeholderText=_("Search: name, code or pinyin letters"))
        self.list = TickList()
        self.list.setUniformItemSizes(True)
        self.list.setFont(theme.text_font(13))
        self.count = QLabel()
        self.all_button = QPushButton(_("Tick all"))
        self.take_button = QPushButton(icon("add"), "")
        self.take_button.setObjectName("primary")
        self.take_button.setMinimumHeight(52)
        self.take_button.setDefault(True)
        foot = QHBoxLayout()
        cancel = QPushButton(_("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        foot.addWidget(cancel)
        foot.addWidget(self.all_button)
        foot.addWidget(self.take_button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(10)
        for widget in (self.search, self.list):
            layout.addWidget(widget)
        layout.addLayout(foot)
        self.resize(560, 560)
        self.search.textChanged.connect(self._show)
        self.list.itemChanged.connect(self._ticked_one)
        self.list.itemClicked.connect(self._turn)
        self.all_button.clicked.connect(self.tick_all)
        self.take_button.clicked.connect(self._take)
        self._show()

    @Slot()
    def _show(self) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        for product in matching(self._products, self.search.text())[:MOST_ROWS]:
            there = "   " + _("in the run already") if product.sku in self._used else ""
            item = QListWidgetItem(f"{product.name}   {yuan(product.price_fen)}{there}", self.list)
            item.setData(Qt.ItemDataRole.UserRole, product.sku)
            item.setSizeHint(ROW)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Checked if product.sku in self._ticked else Qt.CheckState.Unchecked)
        self.list.blockSignals(False)
        self._tell()

    @Slot(object)
    def _turn(self, item: QListWidgetItem) -> None:
        """A click anywhere on the row ticks it."""
        checked = item.checkState() is Qt.CheckState.Checked
        item.setCheckState(Qt.CheckState.Unchecked if checked else Qt.CheckState.Checked)

    @Slot(object)
    def _ticked_one(self, item: QListWidgetItem) -> None:
        sku = str(item.data(Qt.ItemDataRole.UserRole))
        if item.checkState() is Qt.CheckState.Checked:
            self._ticked[sku] = None
        else:
            self._ticked.pop(sku, None)
        self._tell()

    @Slot()
    def tick_all(self) -> None:
        """Everything the list shows."""
        for place in range(self.list.count()):
            self.list.item(place).setCheckState(Qt.CheckState.Checked)

    def _tell(self) -> None:
        count = len(self._ticked)
        text = ngettext("Add {count} product", "Add {count} products", count).format(count=count)
        self.take_button.setText(f" {text}")
        self.take_button.setEnabled(count > 0)

    @Slot()
    def _take(self) -> None:
        self.picked.emit(list(self._ticked))
        self.accept()
