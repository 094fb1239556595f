"""A file nobody knows: its first rows, and above each column a box that says what it means; guessed, checked, kept."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.books import FileSeen, MappingTried, TryMapping
from studio.i18n import N_, _, ngettext
from studio.order_words import STATUS_WORDS
from studio.store.order_rows import OrderStatus
from studio.ui import theme
from studio.ui.icons import icon
from studio.ui.plain_table import PlainTable
from studio.ui.session_sheet import heading
from studio.ui.words import yuan

# in the order in which people look for them
FIELD_WORDS = {
    "order_id": N_("Order number"),
    "title": N_("Product's name"),
    "quantity": N_("Pieces"),
    "paid_fen": N_("Amount paid"),
    "unit_price": N_("Price of a piece"),
    "paid_at": N_("Time of payment"),
    "created_at": N_("Time of the order"),
    "status": N_("Status"),
    "refunded_fen": N_("Amount given back"),
    "refund_status": N_("After-sales"),
    "refund_reason": N_("Why it was given back"),
    "refunded_at": N_("When it was given back"),
    "shipped_at": N_("Time of sending"),
    "delivered_by": N_("Carrier"),
    "waybill": N_("Waybill number"),
    "sku": N_("Your code for the product"),
    "product_id": N_("Platform's product number"),
    "line_id": N_("Number of the line"),
    "buyer": N_("Buyer (only counted, never kept)"),
}
NEEDED = (
    (("order_id",), N_("the order number")),
    (("title", "sku", "product_id"), N_("the product's name")),
    (("paid_fen", "unit_price"), N_("the amount paid")),
)
TRY_AFTER_MS = 400  # once the boxes rest
COLUMN_PX = 168
CELL = 22  # letters of a cell that are shown


class MappingPanel(QWidget):
    """Edits a mapping; `tried` asks for a reading of the file, `closed` leaves, `kept` says that it is remembered."""

    tried = Signal(object)  # a `TryMapping`
    kept = Signal(str)  # the file, which can be read now
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = ""
        self._headings: tuple[str, ...] = ()
        self.boxes: list[QComboBox] = []
        self.title = heading("", large=True)
        self.name = QLineEdit(placeholderText=_("Whose table is it? For example: 832"), maxLength=40)
        self.repeat = QCheckBox(_("Every row shows the amount of its whole order"))
        self.verdict = QLabel(wordWrap=True)
        self.verdict.setFont(theme.text_font(12.5, bold=True))
        headings = (_("Product"), _("Order"), _("Paid at"), _("Pieces"), _("Paid"), _("Status"))
        self.result = PlainTable(headings, numbers=(3, 4))
        self.save_button = QPushButton(icon("check"), " " + _("Remember this and read the file"))
        self.save_button.setObjectName("primary")
        self.back_button = QPushButton(_("Back"))
        self._columns = QScrollArea(widgetResizable=True)
        self._rest = QTimer(self, interval=TRY_AFTER_MS, singleShot=True)
        self._lay_out()
        self._rest.timeout.connect(lambda: self._try(keep=False))
        self.name.textEdited.connect(self._changed)
        self.repeat.toggled.connect(self._changed)
        self.save_button.clicked.connect(lambda: self._try(keep=True))
        self.back_button.clicked.connect(self.closed)

    def _lay_out(self) -> None:
        words = QLabel(
            _("Say above each column what it holds. What Nongbo recognised is chosen already; leave the rest."),
            wordWrap=True,
        )
        words.setProperty("faint", True)
        self._columns.setFrameShape(QFrame.Shape.NoFrame)
        self._columns.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        above = QHBoxLayout()
        above.addWidget(self.name, 1)
        above.addWidget(self.repeat)
        foot = QHBoxLayout()
        foot.addWidget(self.back_button)
        foot.addStretch(1)
        foot.addWidget(self.save_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.title, words, self._columns):
            layout.addWidget(widget)
        layout.addLayout(above)
        layout.addWidget(self.verdict)
        layout.addWidget(self.result)
        layout.addStretch(1)
        layout.addLayout(foot)

    def show_file(self, seen: FileSeen) -> None:
        """Another file, with what its columns probably mean."""
        self._path, self._headings = seen.path, seen.headings
        self.title.setText(_("What do the columns of {file} mean?").format(file=Path(seen.path).name))
        self.name.setText("")
        self.repeat.setChecked(False)
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        meant = {heading: field for field, heading in seen.guessed.items()}
        self.boxes = []
        for column, title in enumerate(seen.headings):
            box = self._box(meant.get(title, ""))
            self.boxes.append(box)
            grid.addWidget(box, 0, column)
            grid.addWidget(_cell(title if title.strip("#0123456789") else _("no heading"), bold=True), 1, column)
            for place, row in enumerate(seen.rows):
                grid.addWidget(_cell(row[column] if column < len(row) else ""), 2 + place, column)
        grid.setColumnStretch(len(seen.headings), 1)
        self._columns.setWidget(body)
        self._columns.setFixedHeight(body.sizeHint().height() + 20)
        self.result.show_rows([])
        self._changed()

    def _box(self, field: str) -> QComboBox:
        box = QComboBox()
        box.setFixedWidth(COLUMN_PX)
        box.addItem(_("Not needed"), "")
        for name, words in FIELD_WORDS.items():
            box.addItem(_(words), name)
        box.setCurrentIndex(max(0, box.findData(field)))
        box.currentIndexChanged.connect(lambda _index: self._taken(box))
        return box

    def _taken(self, box: QComboBox) -> None:
        """A meaning that was chosen is taken off the column that had it."""
        field = box.currentData()
        for other in self.boxes:
            if other is not box and field and other.currentData() == field:
                other.setCurrentIndex(0)
        self._changed()

    @property
    def columns(self) -> dict[str, str]:
        """Field → heading, as the boxes say."""
        return {
            box.currentData(): title for box, title in zip(self.boxes, self._headings, strict=True) if box.currentData()
        }

    @Slot()
    def _changed(self) -> None:
        missing = missing_words(self.columns)
        self.save_button.setEnabled(False)
        if missing:
            self._rest.stop()
            self.verdict.setText("⚠ " + _("Still to be said: {fields}").format(fields="、".join(missing)))
            self.result.show_rows([])
        else:
            self._rest.start()

    def _try(self, keep: bool) -> None:
        name = self.name.text().strip() or _("Table")
        self.tried.emit(TryMapping(self._path, name, self.columns, self.repeat.isChecked(), keep))

    def show_result(self, tried: MappingTried) -> None:
        """What the file says with these columns."""
        if tried.path != self._path:
            return
        if tried.kept:
            self.kept.emit(tried.path)
            return
        rows = [
            (product, order, at or "—", pieces, yuan(int(fen)), _(STATUS_WORDS[OrderStatus(status)]))
            for order, at, product, pieces, fen, status in tried.lines
        ]
        self.result.show_rows(rows)
        bad = len(tried.rejected)
        good = ngettext("{count} row can be read.", "{count} rows can be read.", tried.good).format(count=tried.good)
        if bad:
            first = tried.rejected[0]
            good += " " + _("Line {line} was left out: {reason}").format(line=first.line, reason=first.reason)
        fits = tried.good > bad
        named = bool(self.name.text().strip())
        if fits and not named:
            good += " " + _("Now say whose table it is.")
        self.verdict.setText(("✓ " if fits else "⚠ ") + good)
        self.save_button.setEnabled(fits and named)

    def show_refusal(self, words: str) -> None:
        """Why it will not do."""
        self.verdict.setText(f"⚠ {words}")
        self.save_button.setEnabled(False)


def missing_words(columns: Mapping[str, str]) -> list[str]:
    """What cannot be done without and no column is said to hold."""
    return [_(words) for fields, words in NEEDED if not any(field in columns for field in fields)]


def _cell(text: str, bold: bool = False) -> QLabel:
    short = text if len(text) <= CELL else text[:CELL] + "…"
    label = QLabel(short)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setFixedWidth(COLUMN_PX)
    label.setFont(theme.text_font(11, bold=bold))
    label.setProperty("faint", not bold)
    return label
