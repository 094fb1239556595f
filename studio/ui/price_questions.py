"""Prices that differ from a platform's last order: one line each, with the two answers there are."""

from functools import partial

from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.commands import ConfirmPrice, SaveProduct
from studio.i18n import _, ngettext
from studio.run import PriceDifference
from studio.ui import theme
from studio.ui.change_dialog import with_price
from studio.ui.desk import Desk
from studio.ui.run_words import difference_words
from studio.ui.show_state import ShowState
from studio.ui.words import yuan

MOST_IN_SIGHT = 2
MOST_BEFORE_START = 6


class PriceQuestions(QFrame):
    """Hidden where all prices agree or were confirmed."""

    def __init__(self, desk: Desk, most: int = MOST_IN_SIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._most = most
        self._told: tuple[PriceDifference, ...] | None = None
        self.setObjectName("trouble")
        self.rows: list[QWidget] = []
        self.more = QLabel()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(10, 6, 10, 6)
        self._layout.setSpacing(4)
        self._layout.addWidget(self.more)
        desk.changed.connect(self.show_state)
        self.show_state(desk.state)

    def show_state(self, state: ShowState) -> None:
        """The products of the run come first; others only where there is no run."""
        asked = questions_of(state, self._desk)
        if asked == self._told:
            return
        self._told = asked
        for row in self.rows:
            self._layout.removeWidget(row)
            row.deleteLater()
        self.rows = [self._row(one) for one in asked[: self._most]]
        for place, row in enumerate(self.rows):
            self._layout.insertWidget(place, row)
        rest = len(asked) - len(self.rows)
        self.more.setText(ngettext("and {count} more price", "and {count} more prices", rest).format(count=rest))
        self.more.setVisible(rest > 0)
        self.setVisible(bool(asked))

    def _row(self, one: PriceDifference) -> QWidget:
        row = QWidget()
        words = QLabel(f"⚠ {difference_words(one)}", wordWrap=True)
        words.setFont(theme.text_font(11.5))
        right = QPushButton(_("{price} is right").format(price=yuan(one.price_fen)))
        other = QPushButton(_("Take {price}").format(price=yuan(one.platform_fen)))
        right.clicked.connect(partial(self.confirm, one))
        other.clicked.connect(partial(self.take, one))
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(words, 1)
        for button in (right, other):
            button.setProperty("tight", True)
            button.setMinimumWidth(118)
            layout.addWidget(button)
        return row

    def confirm(self, one: PriceDifference) -> None:
        """The card is right; it is not asked about again until one of the two prices changes."""
        self._desk.send(ConfirmPrice(one.sku, one.price_fen, one.platform_fen))

    def take(self, one: PriceDifference) -> None:
        """The platform is right: the product is changed, also on a running show's picture."""
        product = self._desk.product(one.sku)
        if product is not None:
            self._desk.send(SaveProduct(with_price(product, one.platform_fen)))


def questions_of(state: ShowState, desk: Desk) -> tuple[PriceDifference, ...]:
    """The prices that concern the show: those of its run, or of all its cards where it has none."""
    run = desk.run
    skus = {step.sku for step in run.steps} or {card.sku for card in state.cards}
    return tuple(one for one in state.differences if one.sku in skus)


class PriceDialog(QDialog):
    """The same before going on air: whoever has answered all goes on by that; a stray key does not."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle(_("Are these prices right?"))
        heading = QLabel(_("Viewers would see another price than the platform's last orders had:"), wordWrap=True)
        heading.setFont(theme.text_font(15, bold=True))
        self.questions = PriceQuestions(desk, MOST_BEFORE_START)
        self.later, self.go = QPushButton(_("Not yet")), QPushButton(_("Start all the same"))
        buttons = QHBoxLayout()
        for button in (self.later, self.go):
            button.setMinimumHeight(52)
            button.setFont(theme.text_font(13, bold=True))
            buttons.addWidget(button, 1)
        self.later.setDefault(True)
        self.go.setAutoDefault(False)
        self.later.clicked.connect(self.reject)
        self.go.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(14)
        layout.addWidget(heading)
        layout.addWidget(self.questions)
        layout.addLayout(buttons)
        self.setMinimumWidth(720)
        desk.changed.connect(self._follow)

    def _follow(self, state: ShowState) -> None:
        if self.isVisible() and not questions_of(state, self._desk):
            self.accept()
