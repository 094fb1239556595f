"""What is paid and not sent, the longest waiting first; on the screen and on paper."""

import html
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QMarginsF, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.errors import explain, fault
from studio.i18n import _, ngettext
from studio.order_words import after_sales_words, platform_words
from studio.store.order_rows import OrderRow
from studio.ui import theme
from studio.ui.icons import icon
from studio.ui.plain_table import PlainTable
from studio.ui.session_sheet import heading, local


class UnshippedPanel(QWidget):
    """Shows the list; the paper is a PDF, which the system's own program prints."""

    closed = Signal()

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._lines: tuple[OrderRow, ...] = ()
        self.told = QLabel(wordWrap=True)
        self.table = PlainTable(headings(), numbers=(3,), whole=False)
        self.print_button = QPushButton(icon("print"), " " + _("Print…"))
        self.close_button = QPushButton(icon("check"), " " + _("Done"))
        self.close_button.setObjectName("primary")
        foot = QHBoxLayout()
        foot.addWidget(self.print_button)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(heading(_("To be sent"), large=True))
        layout.addWidget(self.told)
        layout.addWidget(self.table, 1)
        layout.addLayout(foot)
        self.print_button.clicked.connect(self._print)
        self.close_button.clicked.connect(self.closed)

    def show_lines(self, lines: tuple[OrderRow, ...]) -> None:
        """The list as it is now."""
        self._lines = lines
        self.table.show_rows(rows_of(lines))
        self.print_button.setEnabled(bool(lines))
        self.told.setText(sum_words(lines) if lines else "✓ " + _("Everything that is paid has been sent."))

    @Slot()
    def _print(self) -> None:
        path = self._folder / f"unshipped-{datetime.now().astimezone():%Y%m%d-%H%M%S}.pdf"
        try:
            write_pdf(path, self._lines)
        except OSError:
            self.told.setText("⚠ " + explain(fault("home.unwritable", path=self._folder, reason="").problem).what)
            return
        self.told.setText(_("The list is in {path}. Print it from the window that opens.").format(path=path))
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def headings() -> tuple[str, ...]:
    return (_("Product"), _("From"), _("Order"), _("Pieces"), _("Paid at"), _("After-sales"))


def rows_of(lines: Sequence[OrderRow]) -> list[tuple[str, ...]]:
    return [
        (
            f"{line.title}  {line.sku}".strip() or line.product_id,
            platform_words(line.platform),
            line.order_id if len(line.order_id) <= 22 else line.order_id[:8] + "…",
            str(line.quantity),
            local(line.paid_at) if line.paid_at else "—",
            after_sales_words(line),
        )
        for line in lines
    ]


def sum_words(lines: Sequence[OrderRow]) -> str:
    """How much there is to pack: orders, and pieces of each product."""
    orders = len({(line.platform, line.order_id) for line in lines})
    pieces: dict[str, int] = {}
    names: dict[str, str] = {}  # of a product, the shortest: platforms adorn their titles
    for line in lines:
        product = line.sku or line.title
        pieces[product] = pieces.get(product, 0) + line.quantity
        names[product] = min(filter(None, (line.title, names.get(product))), key=len, default=line.sku)
    most = sorted(pieces.items(), key=lambda one: -one[1])
    told = ngettext("{count} order to send, {pieces} pieces.", "{count} orders to send, {pieces} pieces.", orders)
    told = told.format(count=orders, pieces=sum(pieces.values()))
    return told + " " + "  ".join(f"{names[product]} × {count}" for product, count in most[:5])


def write_pdf(path: Path, lines: Sequence[OrderRow]) -> None:
    """The list on A4, with a box to tick beside every line; raises `OSError` where it cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")  # the drawer itself says nothing where it cannot write
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)  # the document has its own
    writer.setTitle(_("To be sent"))
    cells = "".join(
        "<tr><td>☐</td>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows_of(lines)
    )
    titles = "".join(f"<th align='left'>{html.escape(title)}</th>" for title in ("", *headings()))
    document = QTextDocument()
    document.setDefaultFont(theme.text_font(9))
    document.setHtml(
        f"<h2>{html.escape(_('To be sent'))} {datetime.now().astimezone():%Y-%m-%d %H:%M}</h2>"
        f"<p>{html.escape(sum_words(lines))}</p>"
        "<table width='100%' border='1' cellspacing='0' cellpadding='4' style='border-collapse: collapse'>"
        f"<thead><tr>{titles}</tr></thead><tbody>{cells}</tbody></table>"
    )
    document.print_(writer)
