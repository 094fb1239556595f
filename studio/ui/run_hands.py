"""What a person does in the middle of a show: on, back, hide, the prompter, another price, sold out. Keys for all."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from studio.commands import Command, ConfirmPrice, NextCard, PreviousCard, SaveProduct, ShowCard, UndoProducts
from studio.run import PriceDifference
from studio.shop.products import Product
from studio.ui.change_dialog import ChangeDialog
from studio.ui.changed_bar import ChangedBar
from studio.ui.desk import Desk
from studio.ui.prompter import Prompter
from studio.ui.run_strip import RunButtons, RunStrip
from studio.ui.run_words import now_of


class RunHands(QObject):
    """The same on every page that a show is led from; nothing here can end the show."""

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk = desk
        self._page = page
        self.strip, self.buttons, self.changed_bar = RunStrip(), RunButtons(), ChangedBar()
        self.prompter: Prompter | None = None
        self.change_dialog: ChangeDialog | None = None
        self.buttons.prompter.clicked.connect(self.open_prompter)
        self.buttons.price.clicked.connect(self.ask_change)
        self.buttons.sold_out.clicked.connect(self.ask_sold_out)
        self.changed_bar.undo_asked.connect(self.undo_change)

    def bind_keys(self) -> None:
        """Keys act only while the page is shown, and never while something is typed."""
        for key, act in (
            ("N", self.next),
            ("PgDown", self.next),
            ("B", self.back),
            ("PgUp", self.back),
            ("H", self.hide),
            ("P", self.ask_change),
            ("S", self.ask_sold_out),
            ("F2", self.open_prompter),
        ):
            shortcut = QShortcut(QKeySequence(key), self._page)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(act)

    def send(self, command: Command) -> None:
        """To the engine, where a show runs."""
        if self._desk.state.running:
            self._desk.send(command)

    @Slot()
    def next(self) -> None:
        self.send(NextCard())

    @Slot()
    def back(self) -> None:
        self.send(PreviousCard())

    @Slot()
    def hide(self) -> None:
        """Takes the card off; once more, and the step's card is back."""
        state = self._desk.state
        self.send(ShowCard(None if state.card_sku is not None else state.step_sku))

    @Slot()
    def open_prompter(self) -> None:
        if self.prompter is None:  # one of the window is enough, whichever page asked for it
            there = self._page.window().findChild(Prompter)
            self.prompter = there if isinstance(there, Prompter) else Prompter(self._desk, self._page)
        self.prompter.open()

    def show_time(self) -> None:
        """The strip at this moment."""
        state = self._desk.state
        now = now_of(state, self._desk.clock.now_ns(), self._desk.selling_points)
        self.strip.show_now(now, state.running)
        self.buttons.show_usable(state.running and self._desk.product(state.card_sku or state.step_sku) is not None)

    @Slot()
    def ask_change(self) -> None:
        """Price and stock of the product that is on, or whose step it is; nothing waits for the answer."""
        self._ask(sold_out=False)

    @Slot()
    def ask_sold_out(self) -> None:
        """The same, with the answer that it is sold out."""
        self._ask(sold_out=True)

    def _ask(self, *, sold_out: bool) -> None:
        state = self._desk.state
        product = self._desk.product(state.card_sku or state.step_sku)
        if product is None or not state.running or self.change_dialog is not None:
            return
        doubt = next((one for one in state.differences if one.sku == product.sku), None)
        dialog = self.change_dialog = ChangeDialog(product, doubt, sold_out, self._page)
        dialog.changed.connect(self._change)
        dialog.confirmed.connect(self._confirm)
        dialog.finished.connect(self._change_closed)
        dialog.open()

    @Slot()
    def undo_change(self) -> bool:
        """Only what was changed here a moment ago: an older change of the shop is undone on its own page."""
        if not self.changed_bar.isVisible():
            return False
        self.changed_bar.hide()
        self._desk.send(UndoProducts())
        return True

    @Slot()
    def _change_closed(self) -> None:
        if self.change_dialog is not None:
            self.change_dialog.deleteLater()
            self.change_dialog = None

    def _change(self, product: Product) -> None:
        self._desk.send(SaveProduct(product))
        self.changed_bar.tell(product)

    def _confirm(self, one: PriceDifference) -> None:
        self._desk.send(ConfirmPrice(one.sku, one.price_fen, one.platform_fen))
