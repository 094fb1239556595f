"""The shop in and out of files: tables and zips are read and written on a thread, and what came of it is told."""

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from studio.errors import StudioError, bug_of
from studio.i18n import _, ngettext
from studio.paths import Home
from studio.shop.bundle import Incoming, read_shop, write_shop
from studio.shop.products import Product
from studio.ui import theme
from studio.ui.icons import icon
from studio.worker import Worker

MOVED_EVERY = 25
TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".zip")


class ShopFiles(QObject):
    """Reads and writes one file at a time, while the window goes on."""

    came = Signal(object)  # an `Incoming`
    written = Signal(object, int)  # the path, and how many products are in it
    failed = Signal(object)  # a `Problem`
    busy_changed = Signal(bool)
    moved = Signal(int)  # products that are read
    _ended = Signal(object)  # what is to be told; from the thread

    def __init__(self, home: Home) -> None:
        super().__init__()
        self._home = home
        self._worker: Worker | None = None
        self._ended.connect(self._end)

    @property
    def busy(self) -> bool:
        return self._worker is not None

    def read(self, path: Path, known: tuple[Product, ...]) -> None:
        def body() -> Callable[[], None]:
            return partial(self.came.emit, read_shop(path, self._home, known, self._tell_moved))

        self._run("shop-import", body)

    def _tell_moved(self, done: int) -> None:
        """On the thread: pictures of thousands of products take minutes."""
        if done % MOVED_EVERY == 0:
            self.moved.emit(done)

    def write(self, path: Path, products: tuple[Product, ...]) -> None:
        def body() -> Callable[[], None]:
            write_shop(path, products)
            return partial(self.written.emit, path, len(products))

        self._run("shop-export", body)

    def _run(self, name: str, body: Callable[[], Callable[[], None]]) -> None:
        if self.busy:
            return

        def obey(_stopping: threading.Event) -> None:
            try:
                self._ended.emit(body())
            except StudioError as error:
                self._ended.emit(partial(self.failed.emit, error.problem))

        def failed(error: Exception) -> None:
            self._ended.emit(partial(self.failed.emit, bug_of(error)))

        self._worker = Worker(name, obey, failed, abandonable=True)  # nothing of the shop has been changed yet
        self._worker.start()
        self.busy_changed.emit(True)

    @Slot(object)
    def _end(self, tell: Callable[[], None]) -> None:
        if self._worker is not None:
            self._worker.join()
            self._worker = None
        self.busy_changed.emit(False)
        tell()


class ImportReport(QDialog):
    """What came in, and line by line what did not and why; `undo` takes the whole of it back."""

    undo = Signal()

    def __init__(self, name: str, incoming: Incoming, known: tuple[Product, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Imported: {name}").format(name=name))
        self.headline = QLabel(counted(incoming, known), wordWrap=True)
        self.headline.setFont(theme.text_font(15, bold=True))
        self.lines = QTextBrowser()
        self.lines.setPlainText("\n".join(told(incoming)))
        self.lines.setAccessibleName(_("What did not come in"))
        self.undo_button = QPushButton(icon("undo"), " " + _("Take the import back"))
        self.close_button = QPushButton(icon("check"), " " + _("Done"))
        self.close_button.setObjectName("primary")
        self.close_button.setDefault(True)
        self.undo_button.setEnabled(bool(incoming.products))
        buttons = QHBoxLayout()
        for button, stretch in ((self.undo_button, 0), (self.close_button, 1)):
            button.setMinimumHeight(theme.TARGET_PX)
            buttons.addWidget(button, stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(self.headline)
        if told(incoming):
            layout.addWidget(QLabel(_("Mend these in the table and import it again:"), wordWrap=True))
            layout.addWidget(self.lines, 1)
        layout.addLayout(buttons)
        self.resize(720, 420 if told(incoming) else 160)
        self.close_button.clicked.connect(self.accept)
        self.undo_button.clicked.connect(self._take_back)

    def _take_back(self) -> None:
        self.undo.emit()
        self.accept()


def counted(incoming: Incoming, known: tuple[Product, ...]) -> str:
    """One sentence of numbers."""
    before = {product.sku: product for product in known}
    new = sum(product.sku not in before for product in incoming.products)
    same = sum(before.get(product.sku) == product for product in incoming.products)
    parts = [
        ngettext("{count} new product", "{count} new products", new).format(count=new),
        _("{count} changed").format(count=len(incoming.products) - new - same),
        _("{count} as before").format(count=same),
    ]
    left = len(incoming.rejected)
    if left:
        parts.append(ngettext("{count} row left out", "{count} rows left out", left).format(count=left))
    return " · ".join(parts)


def told(incoming: Incoming) -> list[str]:
    """A line for each row that was left out, and for each picture or proof that is missing."""
    rows = [_("Row {line}: {reason}").format(line=row.line, reason=row.reason) for row in incoming.rejected]
    files = [
        _("{sku} came in without its file: {reason}").format(sku=one.sku, reason=one.reason) for one in incoming.missed
    ]
    return rows + files
