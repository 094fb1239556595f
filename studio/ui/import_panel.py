"""Files on their way into the log: how far they are, a button that stops them, and what became of each."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QScrollArea, QVBoxLayout, QWidget

from studio.books import FileImported, FileRefused, ImportEnded, ImportMoved
from studio.errors import explain
from studio.i18n import _, ngettext
from studio.order_words import kind_words, unread_words
from studio.store.changes import FileReport
from studio.ui import theme
from studio.ui.anchors_panel import AnchorQuestion
from studio.ui.icons import icon, picture
from studio.ui.session_sheet import heading

SHOWN_REJECTED = 8


class ImportPanel(QWidget):
    """Follows one import; `stop_asked` while it runs, then `closed`."""

    stop_asked = Signal()
    closed = Signal()
    mapping_asked = Signal(str)  # a file whose columns nobody knows
    anchor_named = Signal(object)  # a `NameAnchor`

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.running = False
        self.title = heading("", large=True)
        self.where = QLabel()
        self.bar = QProgressBar(textVisible=False)
        self.stop_button = QPushButton(icon("stop"), " " + _("Stop"))
        self.close_button = QPushButton(icon("check"), " " + _("Done"))
        self.close_button.setObjectName("primary")
        self._reports = QVBoxLayout()
        self._unread: list[str] = []
        self._refused = False
        self._lay_out()
        self.stop_button.clicked.connect(self._stop)
        self.close_button.clicked.connect(self.closed)

    def _lay_out(self) -> None:
        body = QWidget()
        self._reports = QVBoxLayout(body)
        self._reports.setContentsMargins(0, 0, 12, 0)
        self._reports.setSpacing(8)
        self._reports.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(body)
        foot = QHBoxLayout()
        foot.addWidget(self.stop_button)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.title, self.where, self.bar):
            layout.addWidget(widget)
        layout.addWidget(scroll, 1)
        layout.addLayout(foot)

    def begin(self, paths: tuple[str, ...]) -> None:
        """An import of these files begins; what the last one brought makes room."""
        self.running = True
        self._unread = list(paths)
        self._refused = False
        while self._reports.count() > 1:
            item = self._reports.takeAt(0)
            if item is not None and (widget := item.widget()) is not None:
                widget.deleteLater()
        self.title.setText(_("Reading the files…"))
        self.where.setText(_("You can go on working meanwhile."))
        self.bar.setRange(0, 0)
        self._show_buttons()

    def follow(self, event: ImportMoved | FileImported | FileRefused | ImportEnded) -> None:
        """What the process tells of the import."""
        match event:
            case ImportMoved():
                self._move(event)
            case FileImported():
                self._add_report(event)
            case FileRefused():
                self._add_refusal(event)
            case ImportEnded():
                self._end(event)

    def _move(self, event: ImportMoved) -> None:
        name = Path(event.path).name
        words = _("{file}: {rows} rows taken over") if event.taking_over else _("{file}: {rows} rows read")
        text = words.format(file=name, rows=f"{event.rows:,}")
        if event.files > 1:
            text = _("File {number} of {files}.").format(number=event.number, files=event.files) + " " + text
        self.where.setText(text)

    def _add_report(self, event: FileImported) -> None:
        report = event.report
        self._done(report.path)
        lines = [report_words(report), *map(unread_words, report.unread)]
        if report.tomorrow:
            lines.append(tomorrow_words(report.tomorrow))
        fine = not report.rejected or len(report.rejected) < report.rows
        card = _card("ok" if fine else "failed", Path(report.path).name, lines, rejected_lines(report))
        layout = card.layout()
        assert layout is not None
        for anchor, count in report.anchors:
            asked = AnchorQuestion(report.platform, anchor, count)
            asked.answered.connect(self.anchor_named)
            layout.addWidget(asked)
        self._add(card)

    def _add_refusal(self, event: FileRefused) -> None:
        self._refused = True
        self._done(event.path)
        told = explain(event.problem)
        name = Path(event.path).name
        what = _("Nobody knows yet what its columns mean.") if event.mappable else told.what
        card = _card("unknown" if event.mappable else "failed", name, [what], [] if event.mappable else [told.fix])
        if event.mappable:
            button = QPushButton(icon("setup"), " " + _("Say what the columns mean…"))
            button.clicked.connect(lambda: self.mapping_asked.emit(event.path))
            layout = card.layout()
            assert layout is not None
            layout.addWidget(button)
        self._add(card)

    def _end(self, event: ImportEnded) -> None:
        self.running = False
        self.bar.setRange(0, 1)
        self.bar.setValue(1)
        read = _("Not everything is in yet") if self._refused else _("The files are read")
        self.title.setText(_("Stopped") if event.stopped else read)
        if event.stopped and self._unread:
            names = "、".join(Path(path).name for path in self._unread)
            self.where.setText(_("Nothing was taken over of: {files}").format(files=names))
        else:
            self.where.setText(_("Reading the same file again does no harm: nothing is counted twice."))
        self._show_buttons()

    def lose(self) -> None:
        """The process that read the files went away."""
        if self.running:
            self._end(ImportEnded(stopped=True))

    def _stop(self) -> None:
        self.stop_button.setEnabled(False)
        self.where.setText(_("Stopping…"))
        self.stop_asked.emit()

    def _done(self, path: str) -> None:
        if path in self._unread:
            self._unread.remove(path)

    def _show_buttons(self) -> None:
        self.stop_button.setEnabled(True)
        self.stop_button.setVisible(self.running)
        self.close_button.setVisible(not self.running)
        self.bar.setVisible(self.running)

    def _add(self, card: QFrame) -> None:
        self._reports.insertWidget(self._reports.count() - 1, card)


def report_words(report: FileReport) -> str:
    """What became of the rows of a file, in the words of whoever keeps a shop."""
    count = report.count
    parts = [ngettext("{count} row", "{count} rows", report.rows).format(count=f"{report.rows:,}")]
    for number, words in (
        (count.new, _("{count} new")),
        (count.updated, _("{count} changed")),
        (count.unchanged, _("{count} as they were")),
        (len(report.rejected), _("{count} not read")),
    ):
        if number:
            parts.append(words.format(count=f"{number:,}"))
    return _("{kind}: {sums}").format(kind=kind_words(report.kind), sums=" · ".join(parts))


def tomorrow_words(lines: int) -> str:
    """That the platform says the next day only what a live room sold."""
    return ngettext(
        "Of {count} order the platform says tomorrow whether your live room sold it. Nongbo will ask you then.",
        "Of {count} orders the platform says tomorrow whether your live room sold them. Nongbo will ask you then.",
        lines,
    ).format(count=lines)


def rejected_lines(report: FileReport) -> list[str]:
    """The first rows that were not read, with their lines in the file, and how many more there are."""
    lines = [
        _("Line {line} was left out: {reason}").format(line=row.line, reason=row.reason)
        for row in report.rejected[:SHOWN_REJECTED]
    ]
    more = len(report.rejected) - len(lines)
    if more > 0:
        lines.append(ngettext("and {count} more row", "and {count} more rows", more).format(count=f"{more:,}"))
    return lines


def _card(drawing: str, name: str, lines: list[str], faint: list[str]) -> QFrame:
    colour = {"ok": theme.GREEN, "failed": theme.RED}.get(drawing, theme.AMBER)
    card = QFrame()
    card.setObjectName("panel")
    layout = QVBoxLayout(card)
    layout.setContentsMargins(16, 10, 16, 10)
    head = QHBoxLayout()
    mark = QLabel()
    mark.setPixmap(picture(drawing, 24, colour))
    title = QLabel(name)
    title.setTextFormat(Qt.TextFormat.PlainText)
    title.setFont(theme.text_font(12.5, bold=True))
    head.addWidget(mark)
    head.addWidget(title, 1)
    layout.addLayout(head)
    for line, is_faint in [*((line, False) for line in lines), *((line, True) for line in faint)]:
        label = QLabel(line, wordWrap=True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("faint", is_faint)
        layout.addWidget(label)
    return card
