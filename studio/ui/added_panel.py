"""What lies on the picture beside the card: a button that adds something, and one for each thing that takes it off."""

from collections.abc import Collection
from functools import partial
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from overlays.card import CardParams
from studio.adding import KINDS, AddedConfig, config_of, params_of, speaks_of, usual, with_product
from studio.errors import StudioError, explain
from studio.i18n import _
from studio.paths import Home
from studio.templates import dressed, template_names, template_words
from studio.ui import theme
from studio.ui.forms import Form
from studio.ui.icons import icon

BUTTON_PX = 44
MOST_IN_SIGHT = 3  # the rest is in the dialog


class AddedPanel(QWidget):
    """One row below the products; `shown` has an `AddedConfig`, `hidden` a slot."""

    shown = Signal(object)
    hidden = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.dialog: AddDialog | None = None
        self.home: Home | None = None  # where the seller's own templates are
        self._added: tuple[AddedConfig, ...] = ()
        self._product: CardParams | None = None
        self.add = QPushButton(icon("add"), " " + _("Add to the picture"))
        self.add.setToolTip(_("Coupon, countdown, sold out, code, text, picture…"))
        self.buttons: list[QPushButton] = []
        self.more = QLabel()
        self.more.hide()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self._row.addWidget(self.add, 1)
        self._row.addWidget(self.more)
        self.add.setMinimumHeight(BUTTON_PX)
        self.add.setFont(theme.text_font(12, bold=True))
        self.add.clicked.connect(self.ask)

    def show_added(self, added: tuple[AddedConfig, ...], product: CardParams | None, running: bool) -> None:
        """What is on the picture now, and the product new things are filled in with."""
        self._product = product
        self.add.setEnabled(running)
        if not running and self.dialog is not None:
            self.dialog.reject()
        if added == self._added:
            return
        self._added = added
        for button in self.buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self.buttons = [self._button(one) for one in added[-MOST_IN_SIGHT:]]
        rest = len(added) - len(self.buttons)
        self.more.setText(f"+{rest}" if rest else "")
        self.more.setVisible(rest > 0)
        if self.dialog is not None:
            self.dialog.show_added(added)

    def _button(self, added: AddedConfig) -> QPushButton:
        button = QPushButton(icon("remove"), _(KINDS.get(added.kind, added.kind)))
        button.setToolTip(_("Take it off the picture"))
        button.setMinimumHeight(BUTTON_PX)
        button.clicked.connect(partial(self.hidden.emit, added.slot))
        self._row.insertWidget(self._row.count() - 1, button)
        return button

    @Slot()
    def ask(self) -> None:
        """Opens the dialog; nothing waits for it."""
        dialog = self.dialog = AddDialog(self._added, self._product, self, home=self.home)
        dialog.shown.connect(self.shown)
        dialog.hidden.connect(self.hidden)
        dialog.finished.connect(self._closed)
        dialog.open()

    @Slot()
    def _closed(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None


class AddDialog(QDialog):
    """A kind, its form, and the buttons that show it or take it off; it stays open, so that a number can be changed."""

    shown = Signal(object)
    hidden = Signal(str)

    def __init__(
        self,
        added: tuple[AddedConfig, ...],
        product: CardParams | None,
        parent: QWidget | None = None,
        kinds: Collection[str] = tuple(KINDS),
        home: Home | None = None,
    ) -> None:
        super().__init__(parent)
        self._home = home
        self._added = added
        self._product = product
        self.setWindowTitle(_("Add to the picture"))
        self.kinds = QComboBox()
        self.kinds.setMinimumHeight(BUTTON_PX)
        self.kinds.setFont(theme.text_font(13, bold=True))
        self.kinds.setAccessibleName(_("What is added"))
        for kind in kinds:
            self.kinds.addItem(_(KINDS[kind]), kind)
        self.templates = QComboBox()
        self.templates.setMinimumHeight(BUTTON_PX)
        self.templates.setAccessibleName(_("How it looks"))
        self.form: Form[Any] = Form(usual(next(iter(kinds))))
        self._begun: Any = None  # what the form began with, its place as in the template
        self._body = QScrollArea()
        self._body.setWidgetResizable(True)
        self._body.setFrameShape(QFrame.Shape.NoFrame)
        self.told = QLabel(wordWrap=True)
        self.told.setStyleSheet(f"color: {theme.AMBER}")
        self.show_button, self.hide_button = (
            QPushButton(icon("live"), " " + _("Show it")),
            QPushButton(_("Take it off")),
        )
        self._lay_out()
        self.kinds.currentIndexChanged.connect(self._choose)
        self.templates.activated.connect(self._dress)
        self.show_button.clicked.connect(self._show_it)
        self.hide_button.clicked.connect(lambda: self.hidden.emit(self.kind))
        self._choose()

    def _lay_out(self) -> None:
        close = QPushButton(_("Close"))
        close.clicked.connect(self.reject)
        self.show_button.setDefault(True)
        buttons = QHBoxLayout()
        for button, stretch in ((close, 0), (self.hide_button, 0), (self.show_button, 1)):
            button.setMinimumHeight(52)
            button.setFont(theme.text_font(13, bold=button is self.show_button))
            buttons.addWidget(button, stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(self.kinds)
        look = QHBoxLayout()
        look.setSpacing(16)
        label = QLabel(_("How it looks"))
        label.setBuddy(self.templates)
        look.addWidget(label)
        look.addWidget(self.templates, 1)
        layout.addLayout(look)
        layout.addWidget(self._body, 1)
        layout.addWidget(self.told)
        layout.addLayout(buttons)
        self.resize(600, 640)

    @property
    def kind(self) -> str:
        return str(self.kinds.currentData())

    def show_added(self, added: tuple[AddedConfig, ...]) -> None:
        self._added = added
        self.hide_button.setEnabled(any(one.slot == self.kind for one in added))

    @Slot()
    def _choose(self) -> None:
        """The form of what lies on the picture, or one filled in with the product that is shown."""
        there = next((one for one in self._added if one.slot == self.kind), None)
        params = params_of(there) if there is not None else with_product(usual(self.kind), self._product)
        self.form = Form(params)
        self._body.setWidget(self.form)
        self._show_templates(there.template if there is not None else "")
        self.told.clear()
        self._begun = None
        self._dress()
        for name, text in there.values if there is not None else ():
            if name in ("place", "motion"):
                self.form.fill(name, text)
        self.show_added(self._added)

    def _show_templates(self, chosen: str) -> None:
        """The templates there are for this kind; the usual one has no name."""
        usual_one, *others = template_names(self._home, self.kind) if self._home is not None else (self.kind,)
        self.templates.clear()
        self.templates.addItem(template_words(usual_one, self.kind), "")
        for name in others:
            self.templates.addItem(template_words(name, self.kind), name)
        self.templates.setCurrentIndex(max(0, self.templates.findData(chosen)))

    @Slot()
    def _dress(self) -> None:
        """Where the template has it lie, the form says too; a template that cannot be used is explained."""
        if self._home is None:
            return
        try:
            begun = dressed(AddedConfig(self.kind, self.kind, template=self.template), self._home)
        except StudioError as error:
            self.told.setText(str(error))
            return
        self.told.clear()
        if self._begun is None or (begun.place, begun.motion) != (self._begun.place, self._begun.motion):
            self.form.fill("place", begun.place)
            self.form.fill("motion", begun.motion)
        self._begun = begun

    @property
    def template(self) -> str:
        return str(self.templates.currentData() or "")

    @Slot()
    def _show_it(self) -> None:
        params = self.form.value()
        added = config_of(self.kind, self.kind, params, self._sku_of(params), self.template, self._begun)
        try:
            params_of(added)
        except StudioError as error:
            self.told.setText(explain(error.problem).what)
            return
        self.told.clear()
        self.shown.emit(added)

    def _sku_of(self, params: Any) -> str:
        """The product it speaks of: the one it spoke of before, if it says the same, or the one that is shown."""
        there = next((one for one in self._added if one.slot == self.kind), None)
        if there is not None and there.sku and _names(params_of(there)) == _names(params):
            return there.sku
        return speaks_of(params, self._product)


def _names(params: Any) -> tuple[str, str]:
    return getattr(params, "name", ""), getattr(params, "link", "")
