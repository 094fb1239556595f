"""The page of the shop's products: a list that is searched, and one product with its picture."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from overlays.photo import PhotoError
from studio.commands import ListProducts, RemoveProduct, SaveProduct, UndoProducts
from studio.errors import Problem, StudioError, explain
from studio.i18n import _, ngettext
from studio.paths import Home
from studio.shop.library import keep_picture, keep_proof, unusable
from studio.shop.products import Product, format_price
from studio.shop.search import matching
from studio.shop.told import ProductsListed
from studio.ui.crop_view import CropView
from studio.ui.desk import Desk
from studio.ui.forms import Form
from studio.ui.icons import icon
from studio.ui.product_form import ProductForm, form_of_product, free_sku, product_of, wrong_in

ROW = QSize(0, 60)


class ProductsPage(QWidget):
    """Edits the shop through the engine, which keeps it; what is typed stays until it is saved or left."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._home = Home(desk.recordings.parent)  # pictures lie beside the recordings
        self._products: tuple[Product, ...] = ()
        self._before: Product | None = None  # the product that is edited; None: a new one
        self._photo: Path | None = None  # chosen, and not kept yet
        self.search = QLineEdit(placeholderText=_("Search: name, code or pinyin letters"))
        self.list = QListWidget()
        self.count = QLabel()
        self.form = Form(ProductForm())
        self.crop = CropView()
        self.told = QLabel(wordWrap=True)
        self.add_button = QPushButton(icon("add"), " " + _("New product"))
        self.undo_button = QPushButton(icon("undo"), " " + _("Undo the last change"))
        self.picture_button = QPushButton(icon("camera"), " " + _("Choose a picture…"))
        self.remove_button = QPushButton(icon("remove"), " " + _("Remove"))
        self.save_button = QPushButton(icon("check"), " " + _("Save"))
        self.list.setUniformItemSizes(True)
        self._lay_out()
        self.search.textChanged.connect(self._show_list)
        self.list.currentItemChanged.connect(self._open_item)
        self.form.edited.connect(self._check)
        self.add_button.clicked.connect(self.begin)
        self.undo_button.clicked.connect(lambda: desk.send(UndoProducts()))
        self.picture_button.clicked.connect(self._ask_picture)
        self.remove_button.clicked.connect(self.remove)
        self.save_button.clicked.connect(self.save)
        desk.products_listed.connect(self.show_products)
        desk.products_refused.connect(self._refused)
        desk.attached.connect(lambda: desk.send(ListProducts()))
        self.begin()

    def _lay_out(self) -> None:
        self.save_button.setObjectName("primary")
        left = QVBoxLayout()
        for widget in (self.search, self.count, self.list, self.add_button, self.undo_button):
            left.addWidget(widget)
        self.count.setProperty("faint", True)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.form)
        hint = QLabel(_("Drag the square over the best part of the picture; the wheel makes it larger."), wordWrap=True)
        hint.setProperty("faint", True)
        right = QVBoxLayout()
        right.addWidget(self.crop, 1)
        right.addWidget(hint)
        right.addWidget(self.picture_button)
        right.addWidget(self.told)
        foot = QHBoxLayout()
        foot.addWidget(self.remove_button)
        foot.addWidget(self.save_button, 1)
        right.addLayout(foot)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 14)
        layout.setSpacing(20)
        layout.addLayout(left, 3)
        layout.addWidget(scroll, 5)
        layout.addLayout(right, 3)

    def showEvent(self, event: QShowEvent) -> None:
        self._desk.send(ListProducts())

    @Slot(object)
    def show_products(self, event: ProductsListed) -> None:
        """The shop as the engine has it; the product that is edited is taken anew where it was changed."""
        self._products = event.products
        self._show_list()
        if event.changed:
            sku = self._before.sku if self._before is not None else ""
            again = next((one for one in self._products if one.sku == sku), None)
            if again is None:
                self.begin()
            else:
                self.edit(again)
            self.told.setText(_("It is saved."))

    @Slot()
    def _show_list(self) -> None:
        found = matching(self._products, self.search.text())
        chosen = self._before.sku if self._before is not None else ""
        self.list.blockSignals(True)
        self.list.clear()
        for product in found:
            price = format_price(product.price_fen)
            item = QListWidgetItem(f"{product.name}\n{product.sku}   {price}", self.list)
            item.setData(Qt.ItemDataRole.UserRole, product)
            item.setSizeHint(ROW)
            if product.sku == chosen:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        self.count.setText(ngettext("{count} product", "{count} products", len(found)).format(count=len(found)))

    @Slot(object)
    def _open_item(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.edit(item.data(Qt.ItemDataRole.UserRole))

    @Slot()
    def begin(self) -> None:
        """An empty form with the next free code."""
        self._become(None, ProductForm(sku=free_sku({one.sku for one in self._products})), "")
        self.list.clearSelection()

    def edit(self, product: Product) -> None:
        self._become(product, form_of_product(product), product.picture)

    def _become(self, product: Product | None, form: ProductForm, picture: str) -> None:
        self._before, self._photo = product, None
        self.form.blockSignals(True)
        self.form.show_value(form)
        self.form.blockSignals(False)
        self.form.editors["sku"].setEnabled(product is None)  # past shows name the product by its code
        self.crop.show_kept(picture)
        self.remove_button.setEnabled(product is not None)
        self.told.clear()

    @Slot()
    def _check(self) -> None:
        """Tells what is wrong while it is typed; nothing is lost."""
        self._tell(wrong_in(self.form.value(), self._before))

    def _tell(self, wrong: str) -> None:
        self.told.setText(f"⚠ {wrong}" if wrong else "")

    @Slot()
    def _ask_picture(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(self, _("Choose a picture"))
        if path:
            self.take_picture(Path(path))

    def take_picture(self, path: Path) -> None:
        """Shows a photograph, of which a square is kept when the product is saved."""
        try:
            self.crop.open(path)
        except (PhotoError, OSError) as error:
            self._tell(str(unusable(path, error)))
        else:
            self._photo = path
            self._tell("")

    @Slot()
    def save(self) -> None:
        """Keeps the files in the library and hands the product to the engine."""
        try:
            product = product_of(self.form.value(), self._before)
            if self._before is None and any(one.sku == product.sku for one in self._products):
                self._tell(_("There is a product with the code {sku} already.").format(sku=product.sku))
                return
            picture, proof = product.picture, product.proof
            if self._photo is not None:
                picture = str(keep_picture(self._photo, self._home.pictures, product.sku, self.crop.crop))
            if proof and Path(proof).parent != self._home.proofs:
                proof = str(keep_proof(Path(proof), self._home.proofs, product.sku))
        except StudioError as error:
            self._tell(str(error))
            return
        self._before = product
        self._desk.send(SaveProduct(replace(product, picture=picture, proof=proof)))

    @Slot()
    def remove(self) -> None:
        """Takes the product off the list at once: undo brings it back."""
        if self._before is not None:
            self._desk.send(RemoveProduct(self._before.sku))

    @Slot(object)
    def _refused(self, problem: Problem) -> None:
        self._tell(explain(problem).what)
