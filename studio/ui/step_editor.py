"""One step of the run: its minutes, its look, what is offered with it, and what is said."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from overlays.card import CardParams, Look
from studio.adding import KINDS, AddedConfig, filled_in, left_open
from studio.i18n import _
from studio.paths import Home
from studio.run import (
    LONGEST_MINUTES,
    LONGEST_PROMPTER,
    LOOK_WORDS,
    OFFERS,
    SHORTEST_MINUTES,
    Step,
    product_of,
    with_offer,
    without_offer,
)
from studio.ui import theme
from studio.ui.added_panel import AddDialog
from studio.ui.cards_panel import Elided
from studio.ui.icons import icon

USUAL_MINUTES = (1, 3, 5, 10)
TYPED_MS = 500  # after the last letter what was typed is taken over


class StepEditor(QWidget):
    """Every change is told at once as a new `Step`; there is nothing to save."""

    changed = Signal(object)  # a `Step`

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step: Step | None = None
        self._card: CardParams | None = None
        self._told: tuple[Step | None, CardParams | None, str] | None = None
        self.dialog: AddDialog | None = None
        self.home: Home | None = None  # where the seller's own templates are
        self.name = Elided("")
        self.name.setFont(theme.text_font(17, bold=True))
        self.minutes = QDoubleSpinBox()
        self.minutes.setDecimals(1)
        self.minutes.setKeyboardTracking(False)  # 12 is not 1 on its way
        self.minutes.setRange(SHORTEST_MINUTES, LONGEST_MINUTES)
        self.minutes.setSuffix(" " + _("min"))
        self.minutes.setAccessibleName(_("Minutes"))
        self.minutes.setFixedWidth(120)
        self.minutes.lineEdit().setTextMargins(10, 0, 0, 0)  # the style sheet does not reach it
        self.quick = [QPushButton(f"{count}") for count in USUAL_MINUTES]
        self.look = QComboBox()
        self.look.setAccessibleName(_("Look"))
        for look in Look:
            self.look.addItem(_(LOOK_WORDS.get(look, look.value)), look)
        self.offer = QPushButton(icon("add"), " " + _("Offer"))
        self.offer.setToolTip(_("Flash sale, coupon, group buy, pre-order… they come and go with this product"))
        self.chips: list[QPushButton] = []
        self._chips = QHBoxLayout()
        self.words = QPlainTextEdit()
        self.words.setPlaceholderText(_("Empty: the selling points of the product"))
        self.words.setFont(theme.text_font(15))
        self.words.setTabChangesFocus(True)
        self._lay_out()
        self._typed = QTimer(self, interval=TYPED_MS, singleShot=True)
        self._typed.timeout.connect(self.take_words)
        self.minutes.valueChanged.connect(lambda value: self._change(minutes=round(value, 1)))
        for count, button in zip(USUAL_MINUTES, self.quick, strict=True):
            button.clicked.connect(partial(self.minutes.setValue, float(count)))
        self.look.currentIndexChanged.connect(lambda _index: self._change(look=Look(self.look.currentData())))
        self.offer.clicked.connect(self.ask_offer)
        self.words.textChanged.connect(self._typed.start)
        self.show_step(None, None, "")

    def _lay_out(self) -> None:
        minutes = QHBoxLayout()
        minutes.setSpacing(6)
        minutes.addWidget(self.minutes)
        for button in self.quick:
            button.setProperty("tight", True)
            button.setFixedWidth(46)
            minutes.addWidget(button)
        minutes.addSpacing(10)
        minutes.addWidget(_label(_("Look")))
        minutes.addWidget(self.look, 1)
        self._chips.setSpacing(6)
        self._chips.addWidget(self.offer)
        self._chips.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.name)
        layout.addLayout(minutes)
        layout.addLayout(self._chips)
        layout.addWidget(_label(_("What to say")))
        layout.addWidget(self.words, 1)

    def show_step(self, step: Step | None, card: CardParams | None, selling_points: str) -> None:
        """Another step, or the same after it was changed elsewhere; what is being typed stays."""
        if (step, card, selling_points) == self._told:
            return  # what is being typed is not disturbed
        if self._step is not None and (step is None or step.id != self._step.id):
            self.take_words()
        self._told = step, card, selling_points
        typing = self._typed.isActive()
        self._step, self._card = step, card
        self.setEnabled(step is not None)
        if self.dialog is not None and step is not None:
            self.dialog.show_added(self._offer_of(step))
        for widget in (self.minutes, self.look, self.words):
            widget.blockSignals(True)
        self.name.tell(card.name if card is not None else step.sku if step is not None else "")
        if step is not None:
            self.minutes.setValue(step.minutes)
            self.look.setCurrentIndex(max(0, self.look.findData(step.look)))
        words = step.prompter if step is not None else ""
        if not typing and self.words.toPlainText() != words:
            self.words.setPlainText(words)
        self.words.setPlaceholderText(selling_points or _("Empty: the selling points of the product"))
        for widget in (self.minutes, self.look, self.words):
            widget.blockSignals(False)
        self._show_chips(step.offer if step is not None else ())

    def _show_chips(self, offer: tuple[AddedConfig, ...]) -> None:
        for chip in self.chips:
            self._chips.removeWidget(chip)
            chip.deleteLater()
        self.chips = []
        for place, one in enumerate(offer):
            chip = QPushButton(icon("remove"), _(KINDS.get(one.kind, one.kind)))
            chip.setToolTip(_("It does not come with this product any more"))
            chip.clicked.connect(partial(self._drop_offer, one.slot))
            self._chips.insertWidget(place, chip)
            self.chips.append(chip)

    @Slot()
    def take_words(self) -> None:
        """What was typed is the step's from now on."""
        self._typed.stop()
        words = self.words.toPlainText()[:LONGEST_PROMPTER]
        if self._step is not None and words != self._step.prompter:
            self._change(prompter=words)

    @Slot()
    def ask_offer(self) -> None:
        """Opens the form of what may come with the step; nothing waits for it."""
        if self._step is None:
            return
        offer = self._offer_of(self._step)
        dialog = self.dialog = AddDialog(offer, self._card, self, kinds=OFFERS, home=self.home)
        dialog.setWindowTitle(_("What comes with this product"))
        dialog.show_button.setText(" " + _("It comes with it"))
        dialog.hide_button.setText(_("It does not"))
        dialog.shown.connect(self._add_offer)
        dialog.hidden.connect(self._drop_offer)
        dialog.finished.connect(self._closed)
        dialog.open()

    @Slot()
    def _closed(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None

    def _add_offer(self, added: AddedConfig) -> None:
        """What it says as its product's card does is left open: the card may say something else on the day."""
        if self._step is not None:
            speaks_of_it = self._card is not None and product_of(added, self._step) == self._card.sku
            planned = left_open(added, self._card) if speaks_of_it and self._card is not None else added
            self._tell(with_offer(self._step, planned))

    def _offer_of(self, step: Step) -> tuple[AddedConfig, ...]:
        """The step's offer with what is left open filled in."""
        card = self._card
        return tuple(
            filled_in(one, card)
            if card is not None and one.kind in KINDS and product_of(one, step) == card.sku
            else one
            for one in step.offer
        )

    def _drop_offer(self, slot: str) -> None:
        if self._step is not None:
            self._tell(without_offer(self._step, slot))

    def _change(self, **what: object) -> None:
        if self._step is not None:
            self._tell(replace(self._step, **what))  # type: ignore[arg-type]

    def _tell(self, step: Step) -> None:
        if step != self._step:
            self._step, self._told = step, None
            self._show_chips(step.offer)
            self.changed.emit(step)


def _label(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("faint", True)
    return label
