"""The main window: a list of pages on the left, the page, and one line on the state of the program."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMessageBox,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.config import ShowConfig
from studio.disk import film_lasts_s, lasts_s, recorded_bytes, span_words
from studio.errors import Problem
from studio.i18n import N_, _
from studio.ui import theme
from studio.ui.accounts_page import AccountsPage
from studio.ui.check_page import CheckPage
from studio.ui.desk import Desk
from studio.ui.go_on_dialog import GoOnDialog
from studio.ui.icons import icon
from studio.ui.live_page import LivePage
from studio.ui.page import PageEntry
from studio.ui.products_page import ProductsPage
from studio.ui.question import make_large
from studio.ui.run_page import RunPage
from studio.ui.sessions_page import SessionsPage
from studio.ui.setup_page import SetupPage
from studio.ui.show_state import Phase, ShowState
from studio.ui.show_strip import ShowStrip
from studio.ui.words import silence_words

ROOMY = QSize(1480, 880)

PAGES: tuple[PageEntry, ...] = (
    PageEntry(N_("Broadcast"), "live", LivePage),
    PageEntry(N_("Set up"), "setup", SetupPage),
    PageEntry(N_("Check"), "checklist", CheckPage),
    PageEntry(N_("Products"), "products", ProductsPage),
    PageEntry(N_("Run"), "run", RunPage),
    PageEntry(N_("Results"), "sessions", SessionsPage),
    PageEntry(N_("Accounts"), "key", AccountsPage),
)


class MainWindow(QMainWindow):
    """Frame, pages and the question before it closes."""

    closing = Signal()  # the person wants to leave and nothing keeps the window

    def __init__(self, desk: Desk, pages: tuple[PageEntry, ...] = PAGES) -> None:
        super().__init__()
        self._desk = desk
        self._leaving = False  # closes as soon as the show has ended
        self._closed = False
        self.close_dialog: QMessageBox | None = None
        self.go_on_dialog: GoOnDialog | None = None
        self.setWindowTitle(_("Nongbo live studio"))
        self.setWindowIcon(icon("nongbo", size_px=64))
        self.setMinimumSize(1180, 640)
        self._fit_screen()
        self.stack = QStackedWidget()
        self.ground = QFrame()
        self.ground.setObjectName("ground")
        layout = QHBoxLayout(self.ground)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._rail(pages))
        self.strip = ShowStrip(desk)
        pages_below = QVBoxLayout()
        pages_below.setSpacing(0)
        pages_below.addWidget(self.strip)
        pages_below.addWidget(self.stack, 1)
        layout.addLayout(pages_below, 1)
        self.setCentralWidget(self.ground)
        self.engine_line, self.session_line = QLabel(), QLabel()
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addWidget(self.engine_line, 1)
        self.statusBar().addPermanentWidget(self.session_line)
        for line in (self.engine_line, self.session_line):
            line.setFont(theme.text_font(10.5))
        desk.changed.connect(self.show_state)
        desk.changed.connect(self.strip.show_state)
        self.strip.back_asked.connect(lambda: self._open_page(LivePage))
        self.stack.currentChanged.connect(self._follow_page)
        desk.checks.wanted.connect(self.show_checks)
        desk.products_wanted.connect(lambda: self._open_page(ProductsPage))
        desk.destination_wanted.connect(self.add_destination)
        desk.going_on_asked.connect(self.ask_to_go_on)
        desk.start_failed.connect(self._ask_again)
        self.show_state(desk.state)

    @Slot()
    def show_checks(self) -> None:
        self._open_page(CheckPage)

    @Slot()
    def add_destination(self) -> None:
        """The box of a new destination, on the page where they are kept."""
        for index in range(self.stack.count()):
            page = self.stack.widget(index)
            if isinstance(page, SetupPage):
                self.stack.setCurrentIndex(index)
                page.destinations.add_button.click()

    @Slot()
    def _follow_page(self) -> None:
        self.strip.show_elsewhere(not isinstance(self.stack.currentWidget(), LivePage))

    def _open_page(self, kind: type[QWidget]) -> None:
        for index in range(self.stack.count()):
            if isinstance(self.stack.widget(index), kind):
                self.stack.setCurrentIndex(index)

    def _fit_screen(self) -> None:
        """The whole of a small screen; on a large one room for other windows."""
        free = self.screen().availableSize()
        self.resize(free.boundedTo(ROOMY))
        if free.width() <= ROOMY.width() or free.height() <= ROOMY.height():
            self.setWindowState(Qt.WindowState.WindowMaximized)

    def _rail(self, pages: tuple[PageEntry, ...]) -> QFrame:
        rail = QFrame()
        rail.setObjectName("rail")
        rail.setFixedWidth(84)
        layout = QVBoxLayout(rail)
        layout.setContentsMargins(0, 8, 0, 8)
        layout.setSpacing(4)
        group = QButtonGroup(self)
        for index, entry in enumerate(pages):
            self.stack.addWidget(entry.make(self._desk))
            button = QToolButton()
            button.setObjectName("page")
            button.setText(_(entry.title))
            button.setIcon(icon(entry.drawing, size_px=30))
            button.setIconSize(QSize(30, 30))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setCheckable(True)
            button.setFixedSize(84, 80)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            group.addButton(button, index)
            layout.addWidget(button)
        layout.addStretch(1)
        group.idClicked.connect(self.stack.setCurrentIndex)
        self.stack.currentChanged.connect(lambda index: group.button(index).setChecked(True))
        group.button(0).setChecked(True)
        return rail

    @Slot(object)
    def show_state(self, state: ShowState) -> None:
        frame = state.rehearsal and state.phase in (Phase.GOING_ON_AIR, Phase.ON_AIR, Phase.GOING_OFF_AIR)
        if self.ground.property("rehearsal") != frame:
            self.ground.setProperty("rehearsal", frame)
            self.ground.style().unpolish(self.ground)
            self.ground.style().polish(self.ground)
        text, colour = engine_words(state)
        self.engine_line.setText(text)
        self.engine_line.setStyleSheet(f"color: {colour}")
        self.session_line.setText(session_words(state, self._desk.show))
        if state.phase is Phase.GOING_ON_AIR:
            self._open_page(LivePage)
        if self._leaving and not state.running:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._desk.state.running and not self._leaving:
            event.ignore()
            self.ask_to_close()
        else:
            event.accept()
            if not self._closed:
                self._closed = True
                self.closing.emit()

    @Slot()
    def ask_to_go_on(self, problem: Problem | None = None) -> None:
        """A show was cut off: the person says whether it is over. `problem`: why it could not go on just now."""
        cut_off = self._desk.state.cut_off
        if self.go_on_dialog is not None or cut_off is None:
            return
        box = self.go_on_dialog = GoOnDialog(cut_off, problem, self)

        def answered() -> None:
            self.go_on_dialog = None
            pressed = box.clickedButton()
            box.deleteLater()
            if pressed is box.go_on:
                self._desk.go_on()
            elif pressed is box.over:
                self._desk.leave_cut_off()

        box.finished.connect(answered)
        box.open()

    @Slot(object)
    def _ask_again(self, problem: Problem) -> None:
        if self._desk.state.going_on:
            self.ask_to_go_on(problem)

    def ask_to_close(self) -> None:
        """A show does not need the window, a rehearsal is nothing without it. Staying is what a stray key chooses."""
        if self.close_dialog is not None:
            return
        box = QMessageBox(self)
        box.setWindowTitle(_("Close the window?"))
        keep = None
        if self._desk.state.rehearsal:
            box.setText(_("The rehearsal is running."))
            box.setInformativeText(_("Nobody sees it, and it ends with this window."))
            words = _("End the rehearsal and close")
        else:
            box.setText(_("The show is on air."))
            box.setInformativeText(_("It can go on without this window. Open Nongbo again to come back to it."))
            keep = box.addButton(_("Close the window, the show goes on"), QMessageBox.ButtonRole.AcceptRole)
            words = _("End the show and close")
        end = box.addButton(words, QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(_("Stay here"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        make_large(box)
        self.close_dialog = box

        def answered() -> None:
            self.close_dialog = None
            pressed = box.clickedButton()
            box.deleteLater()
            if pressed is not None and pressed is keep:
                self._leaving = True
                self.close()
            elif pressed is end:
                self._leaving = True
                self._desk.stop()

        box.finished.connect(answered)
        box.open()


def engine_words(state: ShowState) -> tuple[str, str]:
    """One line on the part of the program that sends, and its colour."""
    if state.phase is Phase.NO_ENGINE:
        return _("Starting the part of the program that sends the show…"), theme.BLUE
    if state.silent_s:
        return f"⚠ {silence_words(state.silent_s)}", theme.AMBER
    return _("The program is ready."), theme.FAINT


def session_words(state: ShowState, show: ShowConfig) -> str:
    """What is written down, and how much room is left for it."""
    parts = []
    if state.running and state.session_id is not None:
        parts.append(_("Show no. {number}").format(number=state.session_id))
    if state.health is not None:
        free = state.health.disk_free_mb * 1e6
        gigabytes, span = f"{free / 1e9:.0f}", span_words(lasts_s(free, show))
        film = span_words(film_lasts_s(free, show, recorded_bytes(show, state.health.on_air_s)))
        words = _("{gigabytes} GB free, room for {span} of recording, or {film} as MP4")
        if state.unrecorded:
            words = _("⚠ This show is not being recorded: {gigabytes} GB free")
        elif show.record_dir is None:
            words = _("{gigabytes} GB free")
        parts.append(words.format(gigabytes=gigabytes, span=span, film=film))
    return "   ".join(parts)
