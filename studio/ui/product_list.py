"""The shop's products as a list that is searched while somebody types; five thousand are no different from five."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from studio.i18n import _, ngettext
from studio.shop.products import Product, format_price
from studio.shop.search import matching
from studio.ui.cards_panel import thumbnail

ROW = QSize(0, 64)
PICTURE_PX = 48
MOST_PICTURES = 400  # thumbnails that are remembered
Index = QModelIndex | QPersistentModelIndex


class ProductRows(QAbstractListModel):
    """The products that were found; what a row shows is made when it comes into sight."""

    def __init__(self) -> None:
        super().__init__()
        self.products: tuple[Product, ...] = ()
        self._drafts: frozenset[str] = frozenset()
        self._pictures: dict[tuple[str, str], QPixmap] = {}

    def show_products(self, products: tuple[Product, ...], drafts: Collection[str]) -> None:
        self.beginResetModel()
        self.products, self._drafts = products, frozenset(drafts)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - the signature is Qt's
        return 0 if parent.isValid() else len(self.products)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        product = self.products[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            mark = "✎ " if product.sku in self._drafts else ""
            unit = f" / {product.unit}" if product.unit else ""
            return f"{mark}{product.name}\n{product.sku}   {format_price(product.price_fen)}{unit}"
        if role == Qt.ItemDataRole.DecorationRole:
            return self._picture(product)
        if role == Qt.ItemDataRole.SizeHintRole:
            return ROW
        if role == Qt.ItemDataRole.ToolTipRole and product.sku in self._drafts:
            return _("Not saved yet.")
        return None

    def _picture(self, product: Product) -> QPixmap:
        key = (product.picture, product.name[:1])
        if key not in self._pictures:
            if len(self._pictures) >= MOST_PICTURES:
                self._pictures.clear()
            self._pictures[key] = thumbnail(replace(product.card(), name=product.name), PICTURE_PX)
        return self._pictures[key]


class ProductList(QWidget):
    """A search box and what it finds; `chosen` has the product a person turned to."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._products: tuple[Product, ...] = ()
        self._drafts: frozenset[str] = frozenset()
        self._chosen = ""
        self._typed = ""  # what the rows were found by
        self.search = QLineEdit(placeholderText=_("Search: name, code or pinyin letters"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(_("Search"))
        self.count = QLabel()
        self.count.setProperty("faint", True)
        self.rows = ProductRows()
        self.view = QListView()
        self.view.setModel(self.rows)
        self.view.setUniformItemSizes(True)
        self.view.setIconSize(QSize(PICTURE_PX, PICTURE_PX))
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.view.setAccessibleName(_("Products"))
        self.none = QLabel(wordWrap=True)
        self.none.setProperty("faint", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.search, self.count, self.none):
            layout.addWidget(widget)
        layout.addWidget(self.view, 1)
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(lambda: self.choose_row(0))
        self.view.selectionModel().currentChanged.connect(self._turn_to)
        self._find()

    def show_products(self, products: Sequence[Product], chosen: str, drafts: Collection[str]) -> None:
        """The shop, the code of the product that is open, and those of products with unsaved changes."""
        self._products, self._chosen, self._drafts = tuple(products), chosen, frozenset(drafts)
        self._typed = ""
        self._find()

    @property
    def found(self) -> tuple[Product, ...]:
        """What the search finds now."""
        return self.rows.products

    def choose_row(self, row: int) -> None:
        if row < len(self.found):
            self.view.setCurrentIndex(self.rows.index(row))

    def choose_none(self) -> None:
        self._chosen = ""
        self.view.selectionModel().clear()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down leads from the search to what was found."""
        if event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            self.view.setFocus()
            self.choose_row(0)
        else:
            super().keyPressEvent(event)

    @Slot()
    def _find(self) -> None:
        top = self.view.verticalScrollBar().value()
        typed = self.search.text()
        narrower = bool(self._typed) and typed.startswith(self._typed)  # a letter more finds nothing new
        found = matching(self.found if narrower else self._products, typed)
        self._typed = typed
        selection = self.view.selectionModel()
        selection.blockSignals(True)
        self.rows.show_products(found, self._drafts)
        row = next((row for row, one in enumerate(found) if one.sku == self._chosen), None)
        if row is not None:
            self.view.setCurrentIndex(self.rows.index(row))
        selection.blockSignals(False)
        if not self.search.text():
            self.view.verticalScrollBar().setValue(top)
        self.count.setText(ngettext("{count} product", "{count} products", len(found)).format(count=len(found)))
        self.count.setVisible(bool(self._products))
        empty = _("There is no product yet. Fill in the form and save, or import a table.")
        self.none.setText(_("Nothing is found.") if self._products else empty)
        self.none.setVisible(not found)

    @Slot(QModelIndex)
    def _turn_to(self, index: QModelIndex) -> None:
        if index.isValid():
            product = self.found[index.row()]
            self._chosen = product.sku
            self.chosen.emit(product)
