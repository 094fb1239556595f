"""What was just changed on the picture, for some seconds, with one press that takes it back."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from studio.i18n import _
from studio.shop.products import Product
from studio.ui import theme
from studio.ui.icons import icon
from studio.ui.words import yuan

SHOWN_MS = 20_000


class ChangedBar(QFrame):
    """Hidden but for the seconds after a change."""

    undo_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("line")
        self.words = QLabel(wordWrap=True)
        self.words.setFont(theme.text_font(12, bold=True))
        self.undo = QPushButton(icon("undo"), " " + _("Undo  Ctrl+Z"))
        self.undo.clicked.connect(self.undo_asked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 4, 6, 4)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.undo)
        self._timer = QTimer(self, interval=SHOWN_MS, singleShot=True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def tell(self, product: Product) -> None:
        """What viewers see of the product from now on."""
        parts = [product.name, yuan(product.price_fen)]
        if product.stock is not None:
            parts.append(_("{count} left").format(count=product.stock) if product.stock else _("Sold out"))
        self.words.setText(" · ".join(parts))
        self.show()
        self._timer.start()
