"""The products of the show: a click or a digit puts a card on the picture, a letter counts an order."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QImageReader, QKeyEvent, QMouseEvent, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from overlays.card import CardParams
from studio.i18n import _, ngettext
from studio.ui import theme
from studio.ui.icons import icon
from studio.ui.words import price_line, yuan

CARD_KEYS = "123456789"
ORDER_KEYS = "QWERTYUIO"  # the row below the digits; with Shift an order is taken back
THUMBNAIL_PX = 56
COMPACT_PX = 46  # many cards: all of them in sight are worth more than large ones
ROOMY_CARDS = 7


def thumbnail(card: CardParams, side_px: int = THUMBNAIL_PX) -> QPixmap:
    """The card's picture, filled into a square; the first letter of its name where there is none."""
    square = QPixmap(side_px, side_px)
    square.fill(QColor(theme.RAISED))
    painter = QPainter(square)
    reader = QImageReader(card.picture)
    size = reader.size() if card.picture else QSize()
    if size.isValid():
        reader.setScaledSize(size.scaled(square.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    image = reader.read() if card.picture else None
    if image is not None and not image.isNull():
        painter.drawImage((square.width() - image.width()) // 2, (square.height() - image.height()) // 2, image)
    else:
        painter.setPen(QColor(theme.TEXT))
        painter.setFont(theme.text_font(20, bold=True))
        painter.drawText(square.rect(), int(Qt.AlignmentFlag.AlignCenter), card.name[:1])
    painter.end()
    return square


class Elided(QLabel):
    """A label that ends in … where it does not fit, and tells the whole on hover."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = text
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setText(text)

    def tell(self, text: str) -> None:
        """Another text."""
        if text != self._whole:
            self._whole = text
            self._shorten()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._shorten()
        super().resizeEvent(event)

    def _shorten(self) -> None:
        short = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        self.setText(short)
        self.setToolTip(self._whole if short != self._whole else "")


class CardRow(QFrame):
    """One product: its key, picture, name and price, whether it is on the picture, its orders."""

    chosen = Signal(str)
    ordered = Signal(str)
    undone = Signal(str)

    def __init__(self, index: int, card: CardParams, compact: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = card
        self.setObjectName("card")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{card.name} {price_line(card)}")
        self.mark = QLabel()
        self.mark.setFixedWidth(74)
        self.mark.setFont(theme.text_font(12, bold=True))
        self.pieces = QLabel()
        self.pieces.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.pieces.setFixedWidth(62)
        self.pieces.setFont(theme.text_font(13, bold=True))
        self.plus, self.undo = self._order_buttons(index, compact)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0 if compact else 2, 6, 0 if compact else 2)
        layout.setSpacing(8)
        layout.addWidget(_key_label(CARD_KEYS[index : index + 1]))
        image = QLabel()
        image.setPixmap(thumbnail(card, COMPACT_PX if compact else THUMBNAIL_PX))
        layout.addWidget(image)
        layout.addLayout(self._words(), 1)
        for widget in (self.mark, self.pieces, self.plus, self.undo):
            layout.addWidget(widget)
        self.show_shown(False)
        self.show_pieces(0, running=False)

    def _words(self) -> QVBoxLayout:
        name, price = Elided(self.card.name), QLabel(price_line(self.card))
        name.setFont(theme.text_font(12.5, bold=True))
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(price)
        if self.card.old_price_fen is not None:
            old = QLabel(yuan(self.card.old_price_fen))
            font = theme.text_font(11)
            font.setStrikeOut(True)
            old.setFont(font)
            old.setProperty("faint", True)
            line.addWidget(old)
        line.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(name)
        words.addLayout(line)
        words.addStretch(1)
        return words

    def _order_buttons(self, index: int, compact: bool) -> tuple[QPushButton, QPushButton]:
        key = ORDER_KEYS[index : index + 1]
        plus, undo = QPushButton(f"+1  {key}".strip()), QPushButton(icon("undo"), "")
        plus.setFont(theme.text_font(13, bold=True))
        plus.setToolTip(_("One more order of {name}").format(name=self.card.name))
        undo.setToolTip(_("Take the last order back (Shift+{key})").format(key=key))
        undo.setAccessibleName(_("Take the last order back"))
        undo.setIconSize(QSize(24, 24))
        for button, width in ((plus, 84), (undo, 52)):
            button.setProperty("compact" if compact else "live", True)
            button.setProperty("tight", True)
            button.setFixedWidth(width)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plus.clicked.connect(lambda: self.ordered.emit(self.card.sku))
        undo.clicked.connect(lambda: self.undone.emit(self.card.sku))
        return plus, undo

    def show_shown(self, shown: bool) -> None:
        """Marks the card that is on the picture."""
        self.setProperty("shown", shown)
        self.style().unpolish(self)
        self.style().polish(self)
        word = _("Shown") if shown else ""
        self.mark.setText(f'<span style="color:{theme.GREEN}">▶ {word}</span>' if shown else "")
        self.setAccessibleDescription(word)

    def show_pieces(self, pieces: int, running: bool) -> None:
        text = ngettext("{count} sold", "{count} sold", pieces).format(count=pieces)
        self.pieces.setText(text if pieces else "")
        self.plus.setEnabled(running)
        self.undo.setEnabled(running and pieces > 0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit(self.card.sku)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.card.sku)
        else:
            super().keyPressEvent(event)


def _key_label(key: str) -> QLabel:
    label = QLabel(key)
    label.setObjectName("key" if key else "")
    label.setFixedSize(26, 28)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label


class CardsPanel(QWidget):
    """The list of products with "next" and "hide" below it, which never scroll away."""

    chosen = Signal(str)
    ordered = Signal(str)
    undone = Signal(str)
    next_asked = Signal()
    hide_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[CardRow] = []
        self._cards: tuple[CardParams, ...] | None = None
        self.roomy_cards = ROOMY_CARDS  # of more the rows are drawn smaller
        self._list = QScrollArea()
        self._list.setWidgetResizable(True)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.next_button = _live_button("next", _("Next card  N"))
        self.hide_button = _live_button("hide", _("Hide card  H"))
        self.next_button.clicked.connect(self.next_asked)
        self.hide_button.clicked.connect(self.hide_asked)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._list, 0, 0, 1, 2)
        layout.addWidget(self.next_button, 1, 0)
        layout.addWidget(self.hide_button, 1, 1)
        layout.setRowStretch(0, 1)

    def show_cards(
        self, cards: tuple[CardParams, ...], shown: str | None, orders: Mapping[str, int], running: bool
    ) -> None:
        if cards != self._cards:
            self._cards = cards
            self._build(cards)
        for row in self.rows:
            row.show_shown(row.card.sku == shown)
            row.show_pieces(orders.get(row.card.sku, 0), running)
            if row.card.sku == shown:
                self._list.ensureWidgetVisible(row, 0, 8)
        self.next_button.setEnabled(running and bool(cards))
        self.hide_button.setEnabled(running and shown is not None)

    def _build(self, cards: tuple[CardParams, ...]) -> None:
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        compact = len(cards) > self.roomy_cards
        layout.setSpacing(4 if compact else 5)
        self.rows = [CardRow(index, card, compact) for index, card in enumerate(cards)]
        for row in self.rows:
            row.chosen.connect(self.chosen)
            row.ordered.connect(self.ordered)
            row.undone.connect(self.undone)
            layout.addWidget(row)
        if not cards:
            none = QLabel(_("No product yet: add it under “Products”."))
            none.setProperty("faint", True)
            layout.addWidget(none)
        layout.addStretch(1)
        self._list.setWidget(body)

    def sku_at(self, index: int) -> str | None:
        """The product of the digit or letter number `index`."""
        return self.rows[index].card.sku if index < len(self.rows) else None


def _live_button(drawing: str, text: str) -> QPushButton:
    button = QPushButton(icon(drawing), f" {text}")
    button.setProperty("live", True)
    button.setFont(theme.text_font(14, bold=True))
    button.setIconSize(QSize(26, 26))
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button
