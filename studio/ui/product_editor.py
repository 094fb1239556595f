"""One product: the boxes of its form, and its picture with the part of it that is kept."""

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from overlays.photo import Crop, PhotoError, crop_in_whole, moves, photo_size
from studio.i18n import _
from studio.paths import Home
from studio.shop.library import keep_picture, keep_proof, unusable, whole_of
from studio.shop.products import Product
from studio.ui.crop_view import CropView
from studio.ui.forms import Form
from studio.ui.icons import icon
from studio.ui.product_form import ProductForm, form_of_product, lacking_in, product_of, wrong_in

PHOTOS = "*.jpg *.jpeg *.png *.webp *.gif *.bmp *.tif *.tiff *.JPG *.JPEG *.PNG"


@dataclass(frozen=True, slots=True)
class Draft:
    """What was filled in for a product (None: a new one) and not saved."""

    before: Product | None
    form: ProductForm
    photo: Path | None  # chosen, and not kept yet
    picture: str  # the kept one; empty where it was taken away
    crop: Crop | None


class ProductEditor(QWidget):
    """Shows one product and reads it back; what is wrong stands below the box it is about."""

    edited = Signal()

    def __init__(self, home: Home) -> None:
        super().__init__()
        self._home = home
        self._before: Product | None = None
        self._photo: Path | None = None
        self._picture = ""
        self._crop_before: Crop | None = None
        self.form = Form(ProductForm())
        self.crop = CropView()
        self.told = QLabel(wordWrap=True)
        self.hint = QLabel(wordWrap=True)
        self.hint.setProperty("faint", True)
        self.picture_button = QPushButton(icon("picture"), " " + _("Choose a picture…"))
        self.no_picture_button = QPushButton(icon("remove"), "")
        self.no_picture_button.setToolTip(_("No picture"))
        self.no_picture_button.setAccessibleName(_("No picture"))
        self.foot = QHBoxLayout()
        self._lay_out()
        self.form.edited.connect(self._changed)
        self.crop.chosen.connect(self._changed)
        self.picture_button.clicked.connect(self._ask_picture)
        self.no_picture_button.clicked.connect(self.drop_picture)
        for kind in (QLineEdit, QPlainTextEdit):
            for box in self.form.findChildren(kind):
                box.setAcceptDrops(False)  # a file that is dropped here is meant for the page
                box.installEventFilter(self)

    def _lay_out(self) -> None:
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        holder = QWidget()
        inside = QVBoxLayout(holder)
        inside.setContentsMargins(0, 0, 10, 0)
        inside.addWidget(self.form)
        scroll.setWidget(holder)
        pictures = QHBoxLayout()
        pictures.addWidget(self.picture_button, 1)
        pictures.addWidget(self.no_picture_button)
        right = QVBoxLayout()
        right.addWidget(self.crop, 1)
        right.addWidget(self.hint)
        right.addLayout(pictures)
        right.addWidget(self.told)
        right.addLayout(self.foot)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(20)
        layout.addWidget(scroll, 5)
        layout.addLayout(right, 3)

    def show_product(self, product: Product | None, form: ProductForm | None = None) -> None:
        """The product as the shop has it, or a new one with `form`."""
        first = form if product is None else form_of_product(product)
        picture = product.picture if product is not None else ""
        self.show_draft(Draft(product, first or ProductForm(), None, picture, None))

    def show_draft(self, draft: Draft) -> None:
        self._before, self._photo, self._picture = draft.before, None, draft.picture
        self.form.blockSignals(True)
        self.form.show_value(draft.form)
        self.form.blockSignals(False)
        self.form.editors["sku"].setEnabled(draft.before is None)  # past shows name the product by its code
        self.told.clear()
        self._show_picture()
        if draft.photo is not None:
            self.take_picture(draft.photo)
        if draft.crop is not None and self.crop.crop is not None:
            self.crop.resize_to(draft.crop)
        self._check()

    def draft(self) -> Draft:
        return Draft(self._before, self.form.value(), self._photo, self._picture, self.crop.crop)

    @property
    def before(self) -> Product | None:
        """The product as the shop has it; None while it is a new one."""
        return self._before

    @property
    def changed(self) -> bool:
        """Whether there is something to save."""
        form = self.form.value()
        if self._before is None:
            return form != ProductForm(sku=form.sku) or self._photo is not None
        moved = self._photo is not None or self.crop.crop != self._crop_before
        return form != form_of_product(self._before) or self._picture != self._before.picture or moved

    def _show_picture(self) -> None:
        """The photograph with the part that is kept; the part alone where the photograph is not there any more."""
        whole = whole_of(self._picture)
        self._crop_before = None
        try:
            if whole is not None:
                crop = crop_in_whole(Path(self._picture), *photo_size(whole))
                self.crop.open(whole, crop)
                self._crop_before = self.crop.crop
            else:
                self.crop.show_kept(self._picture)
        except (PhotoError, OSError):
            self.crop.show_kept(self._picture)
        self._explain_picture()

    def _explain_picture(self) -> None:
        if self.crop.crop is not None:
            text = _("Drag the square over the best part. The wheel, or + and −, makes it larger or smaller.")
        elif self._picture:
            text = _("To change the part that is seen, choose the photo again.")
        else:
            text = _("A photo from the phone will do. It can also be dropped here.")
        self.hint.setText(text)
        self.no_picture_button.setEnabled(bool(self._picture) or self._photo is not None)

    @Slot()
    def _changed(self) -> None:
        self._check()
        self.edited.emit()

    def _check(self) -> None:
        self.form.tell_wrong(wrong_in(self.form.value()))

    def tell(self, text: str, *, wrong: bool = False) -> None:
        self.told.setText(f"⚠ {text}" if wrong and text else text)

    @Slot()
    def _ask_picture(self) -> None:
        kinds = _("Pictures") + f" ({PHOTOS});;" + _("All files") + " (*)"
        path, _kind = QFileDialog.getOpenFileName(self, _("Choose a picture"), "", kinds)
        if path:
            self.take_picture(Path(path))

    def take_picture(self, path: Path) -> None:
        """Shows a photograph, of which a square is kept when the product is saved."""
        try:
            self.crop.open(path)
            moving = moves(path)
        except (PhotoError, OSError) as error:
            self.tell(str(unusable(path, error)), wrong=True)
            return
        self._photo = path
        self.tell(_("It is a moving picture; the card shows its first image.") if moving else "")
        self._explain_picture()
        self.edited.emit()

    @Slot()
    def drop_picture(self) -> None:
        """The product goes without a picture; it is as it was until somebody saves."""
        self._photo, self._picture = None, ""
        self._show_picture()
        self.edited.emit()

    def lacks(self, taken: frozenset[str]) -> bool:
        """Whether a box has to be filled in before there is a product: told below it. `taken` are codes in use."""
        form = self.form.value()
        lacking = lacking_in(form)
        if self._before is None and form.sku.strip() in taken:
            lacking["sku"] = _("There is a product with the code {sku} already.").format(sku=form.sku.strip())
        if lacking:
            self.form.tell_wrong(wrong_in(form) | lacking)
            self.form.editors[next(iter(lacking))].setFocus()
            self.tell(_("Not saved: look at the yellow lines."), wrong=True)
        return bool(lacking)

    def product(self) -> Product:
        """The product as it is filled in, its files kept in the library.

        Raises `value.bad`, `library.*` and `home.unwritable`.
        """
        product = product_of(self.form.value(), self._before)
        picture, proof = self._picture, product.proof
        if self._photo is not None:
            picture = str(keep_picture(self._photo, self._home.pictures, product.sku, self.crop.crop))
        elif picture and self.crop.crop != self._crop_before and (whole := whole_of(picture)):
            picture = str(keep_picture(whole, self._home.pictures, product.sku, self.crop.crop))
        if proof and Path(proof).parent != self._home.proofs:
            proof = str(keep_proof(Path(proof), self._home.proofs, product.sku))
        return replace(product, picture=picture, proof=proof)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+Z in a box in which nothing was typed takes back the last change of the shop."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            undoing = event.matches(QKeySequence.StandardKey.Undo)
            if undoing and isinstance(watched, QLineEdit) and not watched.isUndoAvailable():
                event.ignore()
                return True
        return super().eventFilter(watched, event)
