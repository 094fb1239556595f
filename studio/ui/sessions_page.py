"""The page of the sessions: all of them on the left, one on a sheet; platforms' files are dropped anywhere on it."""

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio import books as ask
from studio.books import Answer, Question
from studio.errors import explain
from studio.i18n import _, ngettext
from studio.order_words import promised_words
from studio.paths import Home, file_there
from studio.store.rows import SessionRow, UnknownAnchor
from studio.ui.anchors_panel import AnchorsPanel
from studio.ui.comments_dialog import CommentsDialog
from studio.ui.desk import Desk
from studio.ui.icons import icon
from studio.ui.import_panel import ImportPanel
from studio.ui.mapping_panel import MappingPanel
from studio.ui.matching_panel import MatchingPanel
from studio.ui.orders_panel import OrdersPanel
from studio.ui.process_bridge import ProcessBridge
from studio.ui.session_sheet import SessionSheet, local
from studio.ui.unshipped_panel import UnshippedPanel
from studio.ui.words import clock_time, yuan

ROW = QSize(0, 62)
LIST_PX = 340


class SessionsPage(QWidget):
    """Asks the log through its process, and shows what it says."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._home = Home(desk.recordings.parent)
        self.books = ProcessBridge("books", self._home, self)
        self.list = QListWidget()
        self.promised = QLabel(wordWrap=True)
        self.files_button = QPushButton(icon("import"), " " + _("Import files of the platforms…"))
        self.files_button.setObjectName("primary")
        self.named_box = QCheckBox(_("All orders in them are of the chosen session"))
        self.unshipped_button = QPushButton(icon("orders"), " " + _("What is to be sent"))
        self.match_button = QPushButton(icon("products"), "")
        self.anchor_button = QPushButton(icon("viewers"), "")
        self.sheet = SessionSheet()
        self.importing = ImportPanel()
        self.mapping = MappingPanel()
        self.matching, self.anchors = MatchingPanel(), AnchorsPanel()
        self.orders = OrdersPanel()
        self.unshipped = UnshippedPanel(self._home.root / "lists")
        self.stack = QStackedWidget()
        self.comments_dialog: CommentsDialog | None = None
        self._chosen: int | None = None
        self._unnamed: tuple[UnknownAnchor, ...] = ()
        self._lay_out()
        self._connect(desk)

    def _lay_out(self) -> None:
        self.setAcceptDrops(True)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.promised.setVisible(False)
        self.promised.setObjectName("asked")
        self.match_button.setVisible(False)
        self.anchor_button.setVisible(False)
        self.named_box.setVisible(False)
        self.sheet.say(_("A moment, please."))
        hint = QLabel(_("Or drop the files here. Which platform they are from, Nongbo sees by itself."), wordWrap=True)
        hint.setProperty("faint", True)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.promised)
        left.addWidget(self.list, 1)
        for widget in (
            self.anchor_button,
            self.match_button,
            self.unshipped_button,
            self.files_button,
            hint,
            self.named_box,
        ):
            left.addWidget(widget)
        side = QWidget()
        side.setFixedWidth(LIST_PX)
        side.setLayout(left)
        left.setContentsMargins(0, 0, 0, 0)
        for panel in (
            self.sheet,
            self.importing,
            self.mapping,
            self.matching,
            self.anchors,
            self.orders,
            self.unshipped,
        ):
            self.stack.addWidget(panel)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 14)
        layout.setSpacing(20)
        layout.addWidget(side)
        layout.addWidget(self.stack, 1)

    def _connect(self, desk: Desk) -> None:
        self.books.told.connect(self._hear)
        self.books.lost.connect(self._lost)
        self.list.currentItemChanged.connect(self._choose)
        self.list.itemClicked.connect(lambda _item: self._back())
        self.files_button.clicked.connect(self._ask_files)
        self.unshipped_button.clicked.connect(self._open_unshipped)
        self.match_button.clicked.connect(self._open_matching)
        self.anchor_button.clicked.connect(self._open_anchors)
        self.anchors.named.connect(self.books.ask)
        self.anchors.closed.connect(self._back)
        self.sheet.disowned.connect(self._disown)
        self.sheet.comments_asked.connect(self._ask_comments)
        self.sheet.orders_asked.connect(self._open_orders)
        self.sheet.viewers_undone.connect(lambda session_id, at: self.books.ask(ask.UndoViewers(session_id, at)))
        self.orders.closed.connect(self._back)
        self.importing.anchor_named.connect(self.books.ask)
        self.importing.stop_asked.connect(lambda: self.books.ask(ask.StopImport()))
        self.importing.closed.connect(self._back)
        self.importing.mapping_asked.connect(lambda path: self.books.ask(ask.LookAtFile(path)))
        self.mapping.tried.connect(self.books.ask)
        self.mapping.kept.connect(lambda path: self.take_files((path,)))
        self.mapping.closed.connect(lambda: self.stack.setCurrentWidget(self.importing))
        self.matching.named.connect(self.books.ask)
        self.matching.closed.connect(self._back)
        self.unshipped.closed.connect(self._back)
        desk.ended.connect(lambda _report: self._refresh())
        desk.closing.connect(self.books.close)

    def showEvent(self, event: QShowEvent) -> None:
        self._refresh()

    def _refresh(self) -> None:
        if self.isVisible() and not self.importing.running:
            self.books.ask(ask.ListSessions())

    @Slot(object)
    def _hear(self, answer: Answer) -> None:
        match answer:
            case ask.SessionsListed():
                self._show_list(answer)
            case ask.SessionOpened(detail, ways):
                if detail.session.id == self._chosen:
                    self.sheet.show_detail(detail, ways)
            case ask.ImportMoved() | ask.FileImported() | ask.FileRefused() | ask.ImportEnded():
                self.importing.follow(answer)
                if isinstance(answer, ask.ImportEnded):
                    self._refresh()
            case ask.Refused(question, problem):
                self._refused(question, explain(problem).what)
            case _:
                self._hear_more(answer)

    def _hear_more(self, answer: Answer) -> None:
        """What stands on the other panels."""
        match answer:
            case ask.FileSeen():
                self.mapping.show_file(answer)
                self.stack.setCurrentWidget(self.mapping)
            case ask.MappingTried():
                self.mapping.show_result(answer)
            case ask.UnknownListed():
                self.matching.show_unknown(answer)
                self._show_unknown(len(answer.unknown))
            case ask.OrdersListed():
                self.orders.show_orders(answer)
            case ask.AnchorNamed():
                self._refresh()
            case ask.UnshippedListed(lines):
                self.unshipped.show_lines(lines)

    def _refused(self, question: Question, words: str) -> None:
        if isinstance(question, ask.TryMapping):
            self.mapping.show_refusal(words)
        elif isinstance(question, ask.ImportFiles):
            self.importing.lose()
        else:
            self.sheet.say(words)
            self.stack.setCurrentWidget(self.sheet)

    @Slot()
    def _lost(self) -> None:
        self.importing.lose()

    def _show_list(self, event: ask.SessionsListed) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        for session in event.sessions:
            item = QListWidgetItem(row_words(session), self.list)
            item.setData(Qt.ItemDataRole.UserRole, session.id)
            item.setSizeHint(ROW)
            if session.id == self._chosen:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        self.named_box.setVisible(bool(event.sessions))
        self.promised.setVisible(bool(event.promised))
        self.promised.setText("\n".join(promised_words(one) for one in event.promised))
        self._show_unknown(event.unknown)
        self._unnamed = event.anchors
        self.anchor_button.setVisible(bool(event.anchors))
        sellers = ngettext(
            "{count} seller for a commission: you?…", "{count} sellers for a commission: you?…", len(event.anchors)
        )
        self.anchor_button.setText(" " + sellers.format(count=len(event.anchors)))
        if not event.sessions:
            self.sheet.say(_("Nothing was on air yet. Your first show will stand here."))
        elif self.list.currentItem() is None:
            self.list.setCurrentRow(0)
        else:
            self._choose(self.list.currentItem())

    def _show_unknown(self, unknown: int) -> None:
        self.match_button.setVisible(unknown > 0)
        words = ngettext("{count} product name is not known…", "{count} product names are not known…", unknown)
        self.match_button.setText(" " + words.format(count=unknown))

    @Slot(object)
    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._chosen = item.data(Qt.ItemDataRole.UserRole)
            self.books.ask(ask.OpenSession(self._chosen))

    @Slot()
    def _back(self) -> None:
        """The sheet again, unless files are being read."""
        if not self.importing.running:
            self.stack.setCurrentWidget(self.sheet)
            self._refresh()

    @Slot(int)
    def _open_orders(self, session_id: int) -> None:
        if not self.importing.running:
            self.books.ask(ask.ListOrders(session_id))
            self.stack.setCurrentWidget(self.orders)

    @Slot()
    def _open_unshipped(self) -> None:
        if not self.importing.running:
            self.books.ask(ask.ListUnshipped())
            self.stack.setCurrentWidget(self.unshipped)

    @Slot()
    def _open_matching(self) -> None:
        if not self.importing.running:
            self.books.ask(ask.ListUnknown())
            self.stack.setCurrentWidget(self.matching)

    @Slot()
    def _open_anchors(self) -> None:
        if not self.importing.running:
            self.anchors.show_anchors(self._unnamed)
            self.stack.setCurrentWidget(self.anchors)

    @Slot(str, str)
    def _disown(self, platform: str, account: str) -> None:
        if self._chosen is not None:
            self.books.ask(ask.Disown(self._chosen, platform, account))

    @Slot(int)
    def _ask_comments(self, session_id: int) -> None:
        box = self.comments_dialog = CommentsDialog(session_id, self)
        box.accepted.connect(lambda: self.books.ask(box.question))
        box.finished.connect(box.deleteLater)
        box.open()

    @Slot()
    def _ask_files(self) -> None:
        kinds = _("Tables") + " (*.csv *.xlsx *.xls *.txt);;" + _("All files") + " (*)"
        paths, _kind = QFileDialog.getOpenFileNames(self, _("Choose the exported files"), filter=kinds)
        if paths:
            self.take_files(tuple(paths))

    def take_files(self, paths: tuple[str, ...]) -> None:
        """Brings the files into the log; while others are being read they wait for nobody and are left alone."""
        if self.importing.running:
            return
        self.importing.begin(paths)
        self.stack.setCurrentWidget(self.importing)
        self.books.ask(ask.ImportFiles(paths, self._chosen if self.named_box.isChecked() else None))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if not self.importing.running and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self.files_button.setText(" " + _("Let go: they are read"))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._leave()

    def dropEvent(self, event: QDropEvent) -> None:
        self._leave()
        paths = tuple(url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile())
        files = tuple(path for path in paths if file_there(path))
        if files:
            event.acceptProposedAction()
            self.take_files(files)

    def _leave(self) -> None:
        self.files_button.setText(" " + _("Import files of the platforms…"))


def row_words(session: SessionRow) -> str:
    """A session in the list, in two lines."""
    began = local(session.started_at)
    length = "…"
    if session.ended_at is not None:
        length = clock_time((session.ended_at - session.started_at).total_seconds() - session.interrupted_s)
    first = f"{began}  {length}" + ("  " + _("only rehearsed") if session.rehearsal else "")
    orders = ngettext("{count} order", "{count} orders", session.order_count).format(count=session.order_count)
    parts = [orders, yuan(session.paid_fen)]
    if session.peak_viewers is not None:
        parts.append(_("at most {count} viewers").format(count=f"{session.peak_viewers:,}"))
    return f"{first}\n{' · '.join(parts)}"
