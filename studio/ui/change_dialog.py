"""Changing a product in the middle of a show: P, the price, Enter. S and Enter say that it is sold out."""

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.errors import StudioError, explain
from studio.i18n import _
from studio.run import PriceDifference
from studio.shop.products import Product, parse_price
from studio.ui import theme
from studio.ui.icons import icon
from studio.ui.run_words import difference_words
from studio.ui.words import yuan

MOST_STOCK = 999_999_999
BUTTON_PX = 56


class ChangeDialog(QDialog):
    """Price and stock of one product; `changed` has the new `Product`, `confirmed` the difference that is right."""

    changed = Signal(object)
    confirmed = Signal(object)

    def __init__(
        self, product: Product, doubt: PriceDifference | None, sold_out: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._product = product
        self._doubt = doubt
        self.setWindowTitle(_("Change it on the picture"))
        self.price, self.stock = QLineEdit(), QLineEdit()
        self.stock.setValidator(QIntValidator(0, MOST_STOCK, self))
        self.told = QLabel(wordWrap=True)
        self.told.setStyleSheet(f"color: {theme.AMBER}")
        self.take = QPushButton(icon("check"), " " + _("Show it like this"))
        gone = product.stock == 0
        self.sold_out = QPushButton(icon("sold_out"), " " + (_("On sale again") if gone else _("Sold out")))
        self.right = QPushButton()
        self.other = QPushButton()
        self._lay_out()
        self.price.setText(f"{product.price_fen // 100}.{product.price_fen % 100:02d}")
        self.stock.setText("" if product.stock is None else str(product.stock))
        self.take.clicked.connect(self.take_over)
        self.sold_out.clicked.connect(self.sell_out)
        self.right.clicked.connect(self._confirm)
        self.other.clicked.connect(self._take_other)
        (self.sold_out if sold_out else self.take).setDefault(True)
        if sold_out:
            self.sold_out.setFocus()
        else:
            self.price.setFocus()
            self.price.selectAll()

    def _lay_out(self) -> None:
        name = QLabel(self._product.name, wordWrap=True)
        name.setFont(theme.text_font(16, bold=True))
        form = QFormLayout()
        form.setVerticalSpacing(10)
        self.stock.setPlaceholderText(_("not counted"))
        for words, box in ((_("Price, yuan"), self.price), (_("Stock"), self.stock)):
            box.setFont(theme.text_font(20, bold=True))
            box.setFixedHeight(BUTTON_PX)
            label = QLabel(words)
            label.setFont(theme.text_font(14))
            label.setFixedHeight(BUTTON_PX)
            label.setBuddy(box)
            form.addRow(label, box)
        self.told.hide()
        close = QPushButton(_("Leave it as it is"))
        close.clicked.connect(self.reject)
        close.setAutoDefault(False)
        self.take.setObjectName("primary")
        buttons = QHBoxLayout()
        for button in (close, self.sold_out, self.take):
            button.setMinimumHeight(BUTTON_PX)
            button.setFont(theme.text_font(13, bold=True))
            buttons.addWidget(button, 1 if button is self.take else 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(name)
        if self._doubt is not None:
            layout.addWidget(self._question(self._doubt))
        layout.addLayout(form)
        layout.addWidget(self.told)
        layout.addLayout(buttons)
        self.setMinimumWidth(520)

    def _question(self, doubt: PriceDifference) -> QFrame:
        """The card and the platform do not agree: which of the two is right?"""
        frame = QFrame()
        frame.setObjectName("trouble")
        words = QLabel(difference_words(doubt), wordWrap=True)
        words.setFont(theme.text_font(13))
        self.right.setText(_("{price} is right").format(price=yuan(doubt.price_fen)))
        self.other.setText(_("Take {price}").format(price=yuan(doubt.platform_fen)))
        buttons = QHBoxLayout()
        for button in (self.right, self.other):
            button.setAutoDefault(False)
            button.setMinimumHeight(BUTTON_PX)
            button.setFont(theme.text_font(13, bold=True))
            buttons.addWidget(button)
        layout = QVBoxLayout(frame)
        layout.addWidget(words)
        layout.addLayout(buttons)
        return frame

    @Slot()
    def take_over(self) -> None:
        """What was typed; a price that cannot be is explained and nothing is changed."""
        try:
            price_fen = parse_price(self.price.text())
            stock = int(self.stock.text()) if self.stock.text() else None
            self._change(with_price(self._product, price_fen), stock)
        except StudioError as error:
            self.told.setText(explain(error.problem).what)
            self.told.show()
            self.adjustSize()  # else what is above is squeezed

    @Slot()
    def sell_out(self) -> None:
        """Nothing is left; or, where that was so, nobody counts any more."""
        self._change(self._product, None if self._product.stock == 0 else 0)

    @Slot()
    def _confirm(self) -> None:
        self.confirmed.emit(self._doubt)
        self.accept()

    @Slot()
    def _take_other(self) -> None:
        if self._doubt is not None:
            self._change(with_price(self._product, self._doubt.platform_fen), self._product.stock)

    def _change(self, product: Product, stock: int | None) -> None:
        fresh = replace(product, stock=stock)
        if fresh != self._product:
            self.changed.emit(fresh)
        self.accept()


def with_price(product: Product, price_fen: int) -> Product:
    """The product at another price; a former price that would be lower than it goes."""
    old = product.old_price_fen
    return replace(product, price_fen=price_fen, old_price_fen=None if old is not None and old < price_fen else old)
