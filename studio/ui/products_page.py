"""The page of the shop's products: a list that is searched, one product with its picture, and files in and out."""

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from studio.commands import Command, ImportProducts, ListProducts, RemoveProduct, SaveProduct, UndoProducts
from studio.errors import Problem, StudioError, explain
from studio.i18n import _, ngettext
from studio.paths import Home
from studio.shop.bundle import Incoming
from studio.shop.products import Product
from studio.shop.told import ProductsListed
from studio.ui.desk import Desk
from studio.ui.icons import icon
from studio.ui.print_dialog import PrintDialog
from studio.ui.product_editor import Draft, ProductEditor
from studio.ui.product_files import TABLES, ImportReport, ShopFiles
from studio.ui.product_form import ProductForm, free_sku
from studio.ui.product_list import ProductList


class ProductsPage(QWidget):
    """Edits the shop through the engine, which keeps it; what is typed stays until it is saved or taken back."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._home = Home(desk.recordings.parent)  # pictures lie beside the recordings
        self._products: tuple[Product, ...] = ()
        self._drafts: dict[str, Draft] = {}  # by code; empty: of the new product
        self._asked: tuple[str, str] | None = None  # the code of the product that is open, and what is told then
        self._importing = ""  # the name of the file that is read
        self._incoming: Incoming | None = None  # read, and not in the shop yet
        self.report: ImportReport | None = None
        self.print_dialog: PrintDialog | None = None
        self.list = ProductList()
        self.editor = ProductEditor(self._home)
        self.files = ShopFiles(self._home)
        self.add_button = QPushButton(icon("add"), " " + _("New product"))
        self.import_button = QPushButton(icon("import"), " " + _("Import…"))
        self.export_button = QPushButton(icon("export"), " " + _("Export…"))
        self.print_button = QPushButton(icon("print"), " " + _("Print labels…"))
        self.undo_button = QPushButton(icon("undo"), " " + _("Undo"))
        self.remove_button = QPushButton(icon("remove"), " " + _("Remove"))
        self.save_button = QPushButton(icon("check"), " " + _("Save"))
        self.setAcceptDrops(True)
        self._lay_out()
        self._connect()
        self.begin()

    def _lay_out(self) -> None:
        self.save_button.setObjectName("primary")
        self.undo_button.setToolTip(_("Takes back the last change of the products  (Ctrl+Z)"))
        self.import_button.setToolTip(
            _("A table (CSV, XLSX), or a zip of a table with pictures. It can be dropped here.")
        )
        self.export_button.setToolTip(_("All products as a table, or as a zip with their pictures"))
        bar = QHBoxLayout()
        bar.addWidget(self.add_button)
        bar.addStretch(1)
        for button in (self.print_button, self.import_button, self.export_button, self.undo_button):
            bar.addWidget(button)
        self.editor.foot.addWidget(self.remove_button)
        self.editor.foot.addWidget(self.save_button, 1)
        both = QHBoxLayout()
        both.setSpacing(20)
        both.addWidget(self.list, 3)
        both.addWidget(self.editor, 8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 14)
        layout.setSpacing(12)
        layout.addLayout(bar)
        layout.addLayout(both, 1)

    def _connect(self) -> None:
        desk = self._desk
        self.list.chosen.connect(self.edit)
        self.editor.edited.connect(self._edited)
        self.add_button.clicked.connect(self.begin)
        self.undo_button.clicked.connect(self.undo)
        self.remove_button.clicked.connect(self.remove)
        self.save_button.clicked.connect(self.save)
        self.print_button.clicked.connect(self.ask_print)
        self.import_button.clicked.connect(self._ask_import)
        self.export_button.clicked.connect(self._ask_export)
        self.files.came.connect(self._take_in)
        self.files.written.connect(self._written)
        self.files.failed.connect(self._refused)
        self.files.moved.connect(self._show_moved)
        self.files.busy_changed.connect(self._show_busy)
        desk.products_listed.connect(self.show_products)
        desk.products_refused.connect(self._refused)
        desk.attached.connect(lambda: desk.send(ListProducts()))
        for keys, act in (
            (QKeySequence.StandardKey.Undo, self.undo),
            (QKeySequence.StandardKey.Save, self.save),
            (QKeySequence.StandardKey.New, self.begin),
            (QKeySequence.StandardKey.Find, self.list.search.setFocus),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    def showEvent(self, event: QShowEvent) -> None:
        self._desk.send(ListProducts())

    @Slot(object)
    def show_products(self, event: ProductsListed) -> None:
        """The shop as the engine has it; what is being typed stays, unless it was just saved."""
        self._products = event.products
        self.print_button.setEnabled(bool(self._products))
        self.export_button.setEnabled(bool(self._products) and not self.files.busy)
        if event.changed and self._asked is not None:
            (sku, told), self._asked = self._asked, None
            again = next((one for one in self._products if one.sku == sku), None)
            if again is None:
                self.begin()
            else:
                self._show(again)
            self.editor.tell(told)
        elif not self.editor.changed:
            self._follow()
        self._show_list()
        if event.changed:
            self._report()

    def _follow(self) -> None:
        """The product that is open may have been changed by somebody else."""
        before = self.editor.before
        now = next((one for one in self._products if before is not None and one.sku == before.sku), None)
        if before is None:
            self.editor.show_product(None, self._fresh())
        elif now is None:
            self.begin()
        elif now != before:
            self._show(now)

    def _show_list(self) -> None:
        before = self.editor.before
        self.list.show_products(self._products, before.sku if before is not None else "", self._drafts)

    @Slot()
    def _edited(self) -> None:
        self.editor.tell(_("Not saved yet.") if self.editor.changed else "")

    def _put_aside(self) -> None:
        """What was filled in and not saved is there again when somebody comes back to the product."""
        draft = self.editor.draft()
        sku = draft.before.sku if draft.before is not None else ""
        if self.editor.changed:
            self._drafts[sku] = draft
        else:
            self._drafts.pop(sku, None)

    def _fresh(self) -> ProductForm:
        return ProductForm(sku=free_sku({one.sku for one in self._products}))

    @Slot()
    def begin(self) -> None:
        """An empty form with the next free code, or what was begun before."""
        self._put_aside()
        draft = self._drafts.get("")
        if draft is not None:
            self.editor.show_draft(draft)
            self.editor.tell(_("Not saved yet."))
        else:
            self.editor.show_product(None, self._fresh())
        self.remove_button.setEnabled(False)
        self.list.choose_none()
        self.editor.form.editors["name"].setFocus()

    @Slot(object)
    def edit(self, product: Product) -> None:
        """The product, with what was typed for it before and not saved."""
        self._put_aside()
        self._show(product)

    def _show(self, product: Product) -> None:
        draft = self._drafts.get(product.sku)
        if draft is None:
            self.editor.show_product(product)
        else:
            self.editor.show_draft(draft)
            self.editor.tell(_("Not saved yet."))
        self.remove_button.setEnabled(True)

    @Slot()
    def save(self) -> None:
        """Keeps the files in the library and hands the product to the engine."""
        if self.editor.lacks(frozenset(one.sku for one in self._products)):
            return
        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            product = self.editor.product()
        except StudioError as error:
            self.editor.tell(str(error), wrong=True)
            return
        finally:
            QGuiApplication.restoreOverrideCursor()
        before = self.editor.before
        self._drafts.pop(before.sku if before is not None else "", None)
        self._ask(SaveProduct(product), product.sku, _("It is saved."))

    @Slot()
    def remove(self) -> None:
        """Takes the product off the list at once: undo brings it back."""
        before = self.editor.before
        if before is not None:
            self._drafts.pop(before.sku, None)
            told = _("{name} is off the list. Undo brings it back; past shows keep it.").format(name=before.name)
            self._ask(RemoveProduct(before.sku), before.sku, told)

    @Slot()
    def undo(self) -> None:
        """Takes the last change back; what was typed and not saved is lost for no product."""
        before = self.editor.before
        if self.editor.changed:
            self._put_aside()
        self._ask(UndoProducts(), before.sku if before is not None else "", _("The last change is taken back."))

    def _ask(self, command: Command, sku: str, told: str) -> None:
        self._asked = (sku, told)
        self._desk.send(command)

    @Slot(object)
    def _refused(self, problem: Problem) -> None:
        lines = explain(problem)
        self._asked = self._incoming = None
        self.editor.tell(f"{lines.what}\n{lines.fix}", wrong=True)

    @Slot(bool)
    def _show_busy(self, busy: bool) -> None:
        for button in (self.import_button, self.export_button):
            button.setEnabled(not busy)
        if busy:
            self.editor.tell(_("A moment, please."))

    @Slot(int)
    def _show_moved(self, done: int) -> None:
        self.editor.tell(ngettext("{count} product is read…", "{count} products are read…", done).format(count=done))

    @Slot()
    def _ask_import(self) -> None:
        kinds = _("Tables and zips") + " (*.csv *.xlsx *.zip);;" + _("All files") + " (*)"
        path, _kind = QFileDialog.getOpenFileName(self, _("Import products"), "", kinds)
        if path:
            self.take_file(Path(path))

    def take_file(self, path: Path) -> None:
        """A file somebody chose or dropped: a table, a zip, a photo, or a certificate."""
        if path.suffix.lower() in TABLES:
            if not self.files.busy:
                self._importing = path.name
                self.files.read(path, self._products)
        elif path.suffix.lower() == ".pdf":
            self.editor.form.fill("proof", str(path))
        else:
            self.editor.take_picture(path)

    @Slot(object)
    def _take_in(self, incoming: Incoming) -> None:
        self.editor.tell("")
        self._incoming = incoming
        self.report = ImportReport(self._importing, incoming, self._products, self)
        if incoming.products:
            before = self.editor.before
            self._put_aside()
            self._ask(ImportProducts(incoming.products), before.sku if before is not None else "", "")
        else:
            self._report()

    def _report(self) -> None:
        """What came in is told once it is in the shop."""
        if self._incoming is None or self.report is None:
            return
        self._incoming = None
        self.report.undo.connect(self.undo)
        self.report.finished.connect(self._report_read)
        self.report.open()

    @Slot()
    def _report_read(self) -> None:
        if self.report is not None:
            self.report.deleteLater()
            self.report = None

    @Slot()
    def ask_print(self) -> None:
        """Labels of the product that is open, else of those that are found."""
        before = self.editor.before
        chosen = (before,) if before is not None else self.list.found
        dialog = self.print_dialog = PrintDialog(self._home, self._products, frozenset(one.sku for one in chosen), self)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot()
    def _ask_export(self) -> None:
        kinds = {
            _("Everything with pictures (zip)"): ".zip",
            _("Table for Excel or WPS (xlsx)"): ".xlsx",
            _("Plain table (csv)"): ".csv",
        }
        filters = ";;".join(f"{words} (*{ending})" for words, ending in kinds.items())
        path, kind = QFileDialog.getSaveFileName(self, _("Export products"), _("products") + ".zip", filters)
        if path:
            ending = next(one for words, one in kinds.items() if kind.startswith(words) or one == ".zip")
            chosen = Path(path)
            self.export(chosen if chosen.suffix.lower() in kinds.values() else chosen.with_name(chosen.name + ending))

    def export(self, path: Path) -> None:
        self.files.write(path, self._products)

    @Slot(object, int)
    def _written(self, path: Path, count: int) -> None:
        told = ngettext("{count} product is in {path}.", "{count} products are in {path}.", count)
        self.editor.tell(told.format(count=count, path=path))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.take_file(Path(url.toLocalFile()))
        event.acceptProposedAction()
