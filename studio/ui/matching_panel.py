"""What platforms call the shop's products: each unknown name with the product most like it, to be confirmed once."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from studio.books import NameProduct, UnknownListed
from studio.i18n import _, ngettext
from studio.order_words import platform_words
from studio.store.order_rows import UnknownProduct
from studio.ui import theme
from studio.ui.done_panel import DonePanel, QuestionColumn
from studio.ui.icons import icon


class MatchingPanel(DonePanel):
    """Asks of each name which product it is; nothing is taken for granted that only looks alike."""

    named = Signal(object)  # a `NameProduct`

    def __init__(self) -> None:
        column = QuestionColumn()
        super().__init__(_("Which of your products is it?"), column)
        self._column = column
        self.rows: list[MatchRow] = []

    def show_unknown(self, event: UnknownListed) -> None:
        """The names nobody knows yet; one that was just said is gone."""
        self.rows = [MatchRow(one, event.products) for one in event.unknown]
        for row in self.rows:
            row.named.connect(self.named)
        self._column.show_questions(self.rows)
        self.told.setText(
            _("Say it once: Nongbo remembers it for every later file.")
            if event.unknown
            else "✓ " + _("All that was sold is known.")
        )


class MatchRow(QFrame):
    """One name of a platform, and the product it may be."""

    named = Signal(object)

    def __init__(self, unknown: UnknownProduct, products: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._unknown = unknown
        title = QLabel(unknown.title or unknown.name, wordWrap=True)
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setFont(theme.text_font(12.5, bold=True))
        lines = ngettext("{count} order line", "{count} order lines", unknown.lines).format(count=unknown.lines)
        source = QLabel(f"{platform_words(unknown.platform)} · {lines}")
        source.setProperty("faint", True)
        self.box = QComboBox()
        self.box.setFixedWidth(330)
        self.box.addItem(_("Choose a product…"), "")
        for sku, name in products:
            self.box.addItem(f"{name}  {sku}", sku)
        self.box.setCurrentIndex(max(0, self.box.findData(unknown.suggestion or "")))
        self.button = QPushButton(icon("check"), " " + _("It is this one"))
        self.button.clicked.connect(self._say)
        self.box.currentIndexChanged.connect(self._follow)
        words = QVBoxLayout()
        words.addWidget(title)
        words.addWidget(source)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.addLayout(words, 1)
        if unknown.suggestion:
            perhaps = QLabel(_("Perhaps"))
            perhaps.setProperty("faint", True)
            layout.addWidget(perhaps)
        layout.addWidget(self.box)
        layout.addWidget(self.button)
        self._follow()

    def _follow(self) -> None:
        self.button.setEnabled(bool(self.box.currentData()))

    def _say(self) -> None:
        self.setEnabled(False)
        self.named.emit(NameProduct(self._unknown.name, self.box.currentData()))
