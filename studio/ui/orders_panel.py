"""The orders of one session, the newest first, each with how it came to this session."""

from collections.abc import Sequence

from studio.books import OrdersListed
from studio.i18n import _, ngettext
from studio.order_words import STATUS_WORDS, after_sales_words, platform_words, way_words
from studio.store.order_rows import OrderRow, OrderStatus
from studio.ui.done_panel import DonePanel
from studio.ui.plain_table import PlainTable
from studio.ui.session_sheet import local
from studio.ui.words import yuan


class OrdersPanel(DonePanel):
    """Shows what the log gives; nothing is changed here."""

    def __init__(self) -> None:
        titles = (_("Product"), _("Paid at"), _("From"), _("Pieces"), _("Paid"), _("State"), _("Why it is here"))
        table = PlainTable(titles, numbers=(3, 4), whole=False)
        super().__init__(_("Orders of this session"), table)
        self.table = table

    def show_orders(self, listed: OrdersListed) -> None:
        """The lines as they are now; of very many only the newest."""
        self.table.show_rows(rows_of(listed.lines))
        words = ngettext("{count} order line.", "{count} order lines.", listed.count)
        if listed.count > len(listed.lines):
            words = _("{count} order lines; the newest {shown} are shown.")
        told = words.format(count=f"{listed.count:,}", shown=f"{len(listed.lines):,}")
        self.told.setText(told if listed.count else _("No order came to this session yet."))


def rows_of(lines: Sequence[OrderRow]) -> list[tuple[str, ...]]:
    return [
        (
            f"{line.title}  {line.sku}".strip() or line.product_id or line.order_id,
            local(line.paid_at, "%m-%d %H:%M") if line.paid_at else "—",
            platform_words(line.platform),
            str(line.quantity),
            yuan(line.paid_fen),
            state_words(line),
            way_words(line.attributed_by),
        )
        for line in lines
    ]


def state_words(line: OrderRow) -> str:
    """What became of it; why, when and how much went back where that is known."""
    return " · ".join(filter(None, (_(STATUS_WORDS[OrderStatus(line.status)]), after_sales_words(line))))
