"""One session on a sheet: what it brought, what each product did, how many watched and who says so, how it was sent."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QScrollArea, QVBoxLayout, QWidget

from studio.errors import explain
from studio.i18n import N_, _, ngettext
from studio.order_words import (
    FIGURE_WORDS,
    as_of_words,
    counter_words,
    figure_text,
    kind_words,
    sales_notes,
    source_words,
    topic_words,
)
from studio.output_states import OutputState, output_name
from studio.store.order_rows import Way
from studio.store.rows import CLOCK_WAS_SET, OutputRow, ProductResult, SessionDetail, SessionEnd, SessionRow
from studio.ui import theme
from studio.ui.icons import icon
from studio.ui.plain_table import PlainTable
from studio.ui.words import OUTPUT_WORDS, clock_time, yuan
from studio.viewers import viewers_text

END_WORDS = {
    SessionEnd.ENDED: N_("ended in order"),
    SessionEnd.INTERRUPTED: N_("cut off"),
    None: N_("on air"),
}


class SessionSheet(QScrollArea):
    """Shows a `SessionDetail`; nothing here asks the log."""

    disowned = Signal(str, str)  # a platform and an account that is not ours
    orders_asked = Signal(int)  # a session whose single orders somebody wants to see
    comments_asked = Signal(int)  # a session whose comments somebody wants to paste
    viewers_undone = Signal(int, object)  # a session, and when the count of viewers was typed that was a mistake

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.session_id: int | None = None
        self.say(_("Choose a session on the left."))

    def say(self, words: str) -> None:
        """One sentence in place of a session."""
        self.session_id = None
        label = QLabel(words, wordWrap=True)
        label.setProperty("faint", True)
        self._fill([label])

    def show_detail(self, detail: SessionDetail, ways: str = "") -> None:
        """Lays the session out, as far down as it was scrolled before; `ways` says how its orders came to it."""
        again = self.session_id == detail.session.id
        place = self.verticalScrollBar().value() if again else 0
        self.session_id = detail.session.id
        parts: list[QWidget] = [heading(session_title(detail.session), large=True), self._sums(detail)]
        parts += self._orders_part(detail, [*sales_notes(detail.session.sales), *filter(None, [ways])])
        parts += products_part(detail.products)
        parts += viewers_part(detail)
        parts += self._undo_part(detail)
        parts += self._platforms_part(detail)
        parts += self._topics_part(detail)
        parts += sending_part(detail.outputs)
        parts += notes_part(detail)
        self._fill(parts)
        self.verticalScrollBar().setValue(place)

    def _fill(self, parts: Sequence[QWidget]) -> None:
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 12, 0)
        layout.setSpacing(10)
        for part in parts:
            layout.addWidget(part)
        layout.addStretch(1)
        self.setWidget(body)

    def _sums(self, detail: SessionDetail) -> QFrame:
        session = detail.session
        pieces = sum(product.pieces for product in detail.products)
        panel = QFrame()
        panel.setObjectName("panel")
        layout = QHBoxLayout(panel)
        layout.setContentsMargins(18, 10, 18, 10)
        layout.setSpacing(20)
        for words, value in (
            (_("Length"), clock_time(detail.on_air_s)),
            (peak_label(session), "—" if session.peak_viewers is None else f"{session.peak_viewers:,}"),
            (_("Paid orders"), f"{session.order_count:,}"),
            (_("Pieces"), f"{pieces:,}"),
            (_("Paid"), yuan(session.paid_fen)),
            (_("Given back"), yuan(session.refunded_fen) if session.refunded_fen else "—"),
        ):
            layout.addLayout(_figure(words, value))
        return panel

    def _orders_part(self, detail: SessionDetail, notes: Sequence[str]) -> list[QWidget]:
        """What is to be said of the orders, and the way to each single one."""
        if not detail.session.sales:
            return [_lines(notes)] if notes else []
        button = QPushButton(icon("orders"), " " + _("Each order…"))
        button.clicked.connect(partial(self.orders_asked.emit, detail.session.id))
        line, row = QWidget(), QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(_lines(notes), 1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        line.setLayout(row)
        return [line]

    def _undo_part(self, detail: SessionDetail) -> list[QWidget]:
        """The way to take a count back that was mistyped, the newest first."""
        typed = [one for one in detail.viewers if one.source == Way.TYPED]
        if not typed:
            return []
        button = QPushButton(icon("undo"), " " + _("A typed number was wrong…"))
        menu = QMenu(button)
        for one in reversed(typed):
            words = _("Take back {count}, typed at {time}")
            count = viewers_text(one.count, one.about)
            told = words.format(count=count, time=local(one.at, "%H:%M:%S"))
            menu.addAction(told, partial(self.viewers_undone.emit, detail.session.id, one.at))
        button.setMenu(menu)
        line, row = QWidget(), QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(button)
        row.addStretch(1)
        line.setLayout(row)
        return [line]

    def _platforms_part(self, detail: SessionDetail) -> list[QWidget]:
        """Our figures, and beside them what each platform says; side by side, never added."""
        found = detail.platform_sessions
        if not found:
            return []
        titles = [_("Figure"), _("Counted here"), *(kind_words(one.kind) for one in found)]
        table = PlainTable(titles, numbers=range(1, len(titles)))
        table.show_rows(figure_rows(detail))
        parts: list[QWidget] = [heading(_("What the platforms say")), table]
        for one in found:
            told = _("{kind}: account {account}, from {time}").format(
                kind=kind_words(one.kind), account=one.account or one.title or "—", time=local(one.started_at)
            )
            words = QLabel(" · ".join(filter(None, (told, as_of_words(one)))), wordWrap=True)
            words.setProperty("faint", True)
            line, row = QWidget(), QHBoxLayout()
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(words, 1)
            if one.account:
                button = QPushButton(_("Not my account"))
                button.clicked.connect(partial(self.disowned.emit, one.platform, one.account))
                row.addWidget(button)
            line.setLayout(row)
            parts.append(line)
        return parts

    def _topics_part(self, detail: SessionDetail) -> list[QWidget]:
        """What was asked for in the comments, as far as they were pasted or came by themselves."""
        button = QPushButton(icon("add"), " " + _("Paste comments…"))
        button.clicked.connect(partial(self.comments_asked.emit, detail.session.id))
        line, row = QWidget(), QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        title = heading(_("What people asked"))
        row.addWidget(title, 1)
        row.addWidget(button)
        line.setLayout(row)
        if not detail.topics:
            return [line]
        names = {product.sku: product.name for product in detail.products}
        table = PlainTable((_("About"), _("Comments"), _("Most of them at")), numbers=(1, 2))
        table.show_rows(
            [
                (
                    topic_words(one.topic, names),
                    f"{one.comments:,}",
                    local(one.busiest_at, "%H:%M") if one.busiest_at else "—",
                )
                for one in detail.topics
            ]
        )
        return [line, table]


def peak_label(session: SessionRow) -> str:
    """What the highest count is, and who says so."""
    words = _("Most viewers")
    return f"{words} · {counter_words(session.peak_source)}" if session.peak_source else words


def figure_rows(detail: SessionDetail) -> list[tuple[str, ...]]:
    """Figure, our own, each platform's; a dash where somebody does not say."""
    session = detail.session
    ours: dict[str, int | None] = {
        "peak_viewers": session.peak_viewers,
        "mean_viewers": round(detail.viewers_by_source[0].mean) if len(detail.viewers_by_source) == 1 else None,
        "orders": session.order_count,
        "pieces": sum(product.pieces for product in detail.products),
        "paid_fen": session.paid_fen,
        "refunded_fen": session.refunded_fen,
    }
    theirs = [dict(one.figures) for one in detail.platform_sessions]
    rows = []
    for name, words in FIGURE_WORDS.items():
        said = [own.get(name) for own in theirs]
        if any(value is not None for value in said):
            cells = (ours.get(name), *said)
            rows.append((_(words), *("—" if value is None else figure_text(name, value) for value in cells)))
    return rows


def heading(words: str, large: bool = False) -> QLabel:
    """A heading on the sheet."""
    label = QLabel(words, wordWrap=True)
    label.setFont(theme.text_font(17 if large else 13.5, bold=True))
    label.setContentsMargins(0, 0 if large else 8, 0, 0)
    return label


def _figure(words: str, value: str) -> QVBoxLayout:
    above, below = QLabel(value), QLabel(words)
    above.setFont(theme.text_font(17, bold=True))
    below.setProperty("faint", True)
    column = QVBoxLayout()
    column.setSpacing(0)
    column.addWidget(above)
    column.addWidget(below)
    return column


def session_title(session: SessionRow) -> str:
    """When it was, what it was called, and how it ended where that was not as meant."""
    until = "…" if session.ended_at is None else local(session.ended_at, "%H:%M")
    parts = [f"{local(session.started_at, '%Y-%m-%d %H:%M')} – {until}", session.title, session.station]
    if session.rehearsal:
        parts.append(_("only rehearsed"))
    if session.end is not SessionEnd.ENDED:
        parts.append(_(END_WORDS[session.end]))
    return " · ".join(part for part in parts if part)


def local(at: datetime, pattern: str = "%m-%d %H:%M") -> str:
    """A time on this computer's clock."""
    return at.astimezone().strftime(pattern)


def products_part(products: Sequence[ProductResult]) -> list[QWidget]:
    """What each product did."""
    if not products:
        return []
    headings = (
        _("Product"),
        _("Times shown"),
        _("On the picture"),
        _("Orders"),
        _("Pieces"),
        _("Paid"),
        _("Given back"),
    )
    table = PlainTable(headings, numbers=(1, 2, 3, 4, 5, 6))
    rows = []
    for product in products:
        times = ngettext("{count} time", "{count} times", product.windows).format(count=product.windows)
        rows.append(
            (
                f"{product.name}  {product.sku}".strip() or _("Product without a name"),
                times if product.windows else "—",
                clock_time(product.on_air_s) if product.on_air_s else "—",
                str(product.orders),
                str(product.pieces),
                yuan(product.paid_fen),
                yuan(product.refunded_fen) if product.refunded_fen else "—",
            )
        )
    table.show_rows(rows)
    return [heading(_("Products")), table]


def viewers_part(detail: SessionDetail) -> list[QWidget]:
    """Every source for itself; they are never added."""
    if not detail.viewers_by_source:
        none = QLabel(_("Nobody counted the viewers. While on air press V and type the number."), wordWrap=True)
        none.setProperty("faint", True)
        return [heading(_("Viewers")), none]
    titles = (_("Who says so"), _("Counts"), _("Known for"), _("At most"), _("On average"))
    table = PlainTable(titles, numbers=(1, 2, 3, 4))
    table.show_rows(
        [
            (
                source_words(one.source),
                str(one.samples),
                clock_time(one.known_s),
                viewers_text(one.peak, one.about),
                viewers_text(round(one.mean), one.about),
            )
            for one in detail.viewers_by_source
        ]
    )
    return [heading(_("Viewers")), table]


def sending_part(outputs: Sequence[OutputRow]) -> list[QWidget]:
    """The way of each destination, and what was wrong."""
    if not outputs:
        return []
    lines = []
    for output in outputs:
        word = _(OUTPUT_WORDS[OutputState(output.state)][2])
        wrong = f"  {explain(output.problem).what}" if output.problem is not None else ""
        lines.append(f"{local(output.at, '%H:%M:%S')}  {output_name(output.name)}  {word}{wrong}")
    return [heading(_("How it was sent")), _lines(lines)]


def notes_part(detail: SessionDetail) -> list[QWidget]:
    """Gaps, faults and recordings."""
    lines = [
        (_("{time}: cut off, gone on with {seconds} s later") if gap.known else _(CLOCK_WAS_SET)).format(
            time=local(gap.started_at, "%H:%M:%S"), seconds=f"{gap.seconds:.0f}"
        )
        for gap in detail.interruptions
    ]
    lines += [f"{local(one.started_at, '%H:%M:%S')}  {explain(one.problem).what}" for one in detail.notices]
    parts: list[QWidget] = [heading(_("What was wrong")), _lines(lines)] if lines else []
    if detail.recordings:
        parts += [heading(_("Recording")), _lines(detail.recordings)]
    return parts


def _lines(lines: Sequence[str]) -> QLabel:
    label = QLabel("\n".join(lines), wordWrap=True)
    label.setTextInteractionFlags(label.textInteractionFlags().TextSelectableByMouse)
    return label
