"""Labels and posters: which products, how large, how many; the page as it will be; a PDF to keep or to print."""

from dataclasses import asdict
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from overlays.label import Sheet
from studio.errors import explain, fault
from studio.i18n import N_, _, ngettext
from studio.paths import Home
from studio.presets import preset_of
from studio.shop.labels import MOST_COPIES, label_of
from studio.shop.links import LINK_PLATFORMS
from studio.shop.products import Product
from studio.ui import theme
from studio.ui.drawing import DrawingLine
from studio.ui.icons import icon

SHEET_WORDS = {
    Sheet.SMALL: N_("Small labels\n40 × 30 mm, 45 a page"),
    Sheet.MIDDLE: N_("Labels for boxes\n70 × 37 mm, 24 a page"),
    Sheet.A6: N_("Signs for the stall\nA6, 4 a page"),
    Sheet.POSTER: N_("Poster\na whole page"),
}
ROW = QSize(0, 40)
USUAL_COPIES = {Sheet.SMALL: 45, Sheet.MIDDLE: 24, Sheet.A6: 1, Sheet.POSTER: 1}  # a page of labels, one sign
SETTLED_MS = 250  # after the last change the page is drawn again


class PrintDialog(QDialog):
    """Shows what will come out of the printer before anything does."""

    def __init__(
        self, home: Home, products: tuple[Product, ...], chosen: frozenset[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._home = home
        self._products = products
        self._line = DrawingLine(self)
        self._page, self._pages = 0, 1
        self._seen = QPixmap()
        self._asked: int | None = None  # the preview that is being drawn
        self._stale = False  # something was changed meanwhile
        self._writing: int | None = None
        self._open_it = False
        self.setWindowTitle(_("Print labels and posters"))
        self.sheets = QButtonGroup(self)
        self.products = QListWidget()
        self.copies = QSpinBox(minimum=1, maximum=MOST_COPIES)
        self.platform = QComboBox()
        self.preview = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.page_line = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.told = QLabel(wordWrap=True)
        self.back, self.forth = QPushButton("◀"), QPushButton("▶")
        self.save_button = QPushButton(icon("export"), " " + _("Save as PDF…"))
        self.print_button = QPushButton(icon("print"), " " + _("Open to print"))
        self._settle = QTimer(self, interval=SETTLED_MS, singleShot=True)
        self._fill(chosen)
        self._lay_out()
        self._connect()
        self._draw()

    def _fill(self, chosen: frozenset[str]) -> None:
        for index, (sheet, words) in enumerate(SHEET_WORDS.items()):
            button = QPushButton(_(words))
            button.setCheckable(True)
            button.setProperty("choice", True)
            button.setProperty("live", True)
            button.setChecked(sheet is Sheet.MIDDLE)
            self.sheets.addButton(button, index)
        for product in self._products:
            item = QListWidgetItem(f"{product.name}   {product.sku}", self.products)
            item.setSizeHint(ROW)
            item.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Checked if product.sku in chosen else Qt.CheckState.Unchecked)
            if product.sku in chosen:
                self.products.setCurrentItem(item)
        self.platform.addItem(_("the first link there is"), "")
        for platform in LINK_PLATFORMS:
            self.platform.addItem(_(preset_of(platform).name), platform)
        self.products.setAccessibleName(_("Products"))
        self.copies.setValue(USUAL_COPIES[self.sheet])
        self.copies.lineEdit().setTextMargins(10, 0, 0, 0)
        self.back.setAccessibleName(_("Page before"))
        self.forth.setAccessibleName(_("Next page"))

    def _lay_out(self) -> None:
        sheets = QGridLayout()
        for index, button in enumerate(self.sheets.buttons()):
            sheets.addWidget(button, index // 2, index % 2)
        every, none = QPushButton(_("All")), QPushButton(_("None"))
        every.clicked.connect(lambda: self.check_all(True))
        none.clicked.connect(lambda: self.check_all(False))
        ticks = QHBoxLayout()
        ticks.addWidget(QLabel(_("Which products")), 1)
        ticks.addWidget(every)
        ticks.addWidget(none)
        numbers = QGridLayout()
        for row, (words, box) in enumerate(((_("Of each product"), self.copies), (_("The code opens"), self.platform))):
            label = QLabel(words)
            label.setBuddy(box)
            box.setMinimumHeight(theme.TARGET_PX)
            numbers.addWidget(label, row, 0)
            numbers.addWidget(box, row, 1)
        numbers.setColumnStretch(1, 1)
        left = QVBoxLayout()
        left.addLayout(sheets)
        left.addLayout(ticks)
        left.addWidget(self.products, 1)
        left.addLayout(numbers)
        turn = QHBoxLayout()
        turn.addStretch(1)
        for widget in (self.back, self.page_line, self.forth):
            turn.addWidget(widget)
        turn.addStretch(1)
        close = QPushButton(_("Close"))
        close.clicked.connect(self.reject)
        self.print_button.setObjectName("primary")
        buttons = QHBoxLayout()
        for button, stretch in ((close, 0), (self.save_button, 0), (self.print_button, 1)):
            buttons.addWidget(button, stretch)
        right = QVBoxLayout()
        right.addWidget(self.preview, 1)
        right.addLayout(turn)
        right.addWidget(self.told)
        right.addLayout(buttons)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(20)
        layout.addLayout(left, 1)
        layout.addLayout(right, 1)
        self.preview.setMinimumSize(320, 420)
        self.resize(960, 650)

    def _connect(self) -> None:
        self.sheets.idClicked.connect(lambda _index: self.copies.setValue(USUAL_COPIES[self.sheet]))
        self.sheets.idClicked.connect(self._changed)
        self.products.itemChanged.connect(self._changed)
        self.copies.valueChanged.connect(self._changed)
        self.platform.currentIndexChanged.connect(self._changed)
        self.back.clicked.connect(lambda: self._turn(-1))
        self.forth.clicked.connect(lambda: self._turn(1))
        self.save_button.clicked.connect(self._ask_where)
        self.print_button.clicked.connect(self.open_it)
        self._settle.timeout.connect(self._draw)
        self._line.drawn.connect(self._take)
        self._line.broken.connect(self._broken)
        self.finished.connect(self._line.stop)

    @property
    def preview_ready(self) -> bool:
        return not self._seen.isNull()

    @property
    def sheet(self) -> Sheet:
        return list(SHEET_WORDS)[self.sheets.checkedId()]

    @property
    def chosen(self) -> tuple[Product, ...]:
        """The products that are ticked."""
        ticked = (self.products.item(row).checkState() is Qt.CheckState.Checked for row in range(self.products.count()))
        return tuple(product for product, on in zip(self._products, ticked, strict=True) if on)

    def check_all(self, on: bool) -> None:
        self.products.blockSignals(True)
        for row in range(self.products.count()):
            self.products.item(row).setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self.products.blockSignals(False)
        self._changed()

    def _turn(self, by: int) -> None:
        self._page = min(max(0, self._page + by), self._pages - 1)
        self._draw()

    @Slot()
    def _changed(self) -> None:
        self.told.clear()
        self._page = 0
        self._settle.start()

    def _order(self, do: str, to: Path) -> dict[str, object]:
        platform = self.platform.currentData() or None
        labels = [asdict(label_of(product, platform)) for product in self.chosen]
        return {"do": do, "labels": labels, "copies": self.copies.value(), "sheet": self.sheet.value, "to": str(to)}

    @Slot()
    def _draw(self) -> None:
        """Has the page drawn; while one is drawn already, after that."""
        some = bool(self.chosen)
        for button in (self.save_button, self.print_button):
            button.setEnabled(some and self._writing is None)
        if not some:
            self._seen = QPixmap()
            self.preview.setText(_("Tick the products to print."))
            self.page_line.clear()
        elif self._asked is not None:
            self._stale = True
        else:
            if self._seen.isNull():
                self.preview.setText(_("A moment, please."))
            self._asked = self._line.order(self._order("page", self._folder() / "page.png") | {"page": self._page})

    def _folder(self) -> Path:
        self._home.prints.mkdir(parents=True, exist_ok=True)
        return self._home.prints

    @Slot(int, object)
    def _take(self, number: int, answer: dict[str, object]) -> None:
        if number == self._writing:
            self._writing = None
            self._written(answer)
            self._draw()
        elif number == self._asked:
            self._asked = None
            if self._stale:
                self._stale = False
                self._draw()
            elif "error" in answer:
                self._tell_error(answer)
            else:
                self._pages, self._page = int(str(answer["pages"])), int(str(answer["page"]))
                self._seen = QPixmap(str(answer["to"]))
                self._show_page()

    def _show_page(self) -> None:
        size, ratio = self.preview.size(), self.devicePixelRatio()
        seen = self._seen.scaled(
            size * ratio, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        seen.setDevicePixelRatio(ratio)
        self.preview.setPixmap(seen)
        self.page_line.setText(_("Page {page} of {pages}").format(page=self._page + 1, pages=self._pages))
        self.back.setEnabled(self._page > 0)
        self.forth.setEnabled(self._page < self._pages - 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._seen.isNull():
            self._show_page()

    @Slot()
    def _ask_where(self) -> None:
        path, _kind = QFileDialog.getSaveFileName(self, _("Save as PDF"), _("labels") + ".pdf", "PDF (*.pdf)")
        if path:
            self.write(Path(path if path.lower().endswith(".pdf") else path + ".pdf"))

    @Slot()
    def open_it(self) -> None:
        """The PDF in whatever this computer shows PDFs with: that program prints it."""
        self._open_it = True
        self.write(self._folder() / f"{_('labels')}.pdf")

    def write(self, path: Path) -> None:
        if self._writing is None and self.chosen:
            self.told.setText(_("A moment, please."))
            self._writing = self._line.order(self._order("pdf", path))
            self.save_button.setEnabled(False)
            self.print_button.setEnabled(False)

    def _written(self, answer: dict[str, object]) -> None:
        opening, self._open_it = self._open_it, False
        if "error" in answer:
            self._tell_error(answer)
            return
        pages, path = int(str(answer["pages"])), str(answer["to"])
        told = ngettext("{count} page is in {path}.", "{count} pages are in {path}.", pages)
        if opening and not QDesktopServices.openUrl(QUrl.fromLocalFile(path)):
            told = _("This computer has no program for PDFs. The file is {path}; print it elsewhere.")
        self.told.setText(told.format(count=pages, path=path))

    def _tell_error(self, answer: dict[str, object]) -> None:
        if answer["error"] == "undrawable":
            sku = self.chosen[int(str(answer["index"]))].sku if int(str(answer["index"])) < len(self.chosen) else ""
            error = fault("label.undrawable", sku=sku, sheet=self.sheet.value)
        else:
            error = fault("library.unwritable", path=answer.get("to", ""), reason=answer["reason"])
        lines = explain(error.problem)
        self.told.setText(f"⚠ {lines.what}\n{lines.fix}")
        self._seen = QPixmap()
        self.preview.clear()

    @Slot()
    def _broken(self) -> None:
        self._asked = self._writing = None
        self.told.setText(_("It could not be drawn. Please try again."))
