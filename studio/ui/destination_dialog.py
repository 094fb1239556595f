"""The way to a destination in three steps: which platform, where its address is found, and the boxes it goes into."""

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.config import DestinationConfig, Secret
from studio.errors import StudioError, fault
from studio.guide import ADD_CAMERA, CHOOSE_CAMERA, INSTALL, Ending, Way
from studio.i18n import _
from studio.presets import CUSTOM, PLATFORMS, Preset
from studio.ui import theme
from studio.ui.banner import FourLines
from studio.ui.destination_editor import DestinationEditor
from studio.ui.guide_view import GuideView
from studio.ui.icons import icon, picture
from studio.ui.process_bridge import AccountsBridge
from studio.ui.push_form import GIVES_ADDRESSES, PushForm

SIZE = QSize(1060, 600)
COLUMNS = 2


class PlatformTiles(QWidget):
    """All platforms, large enough to hit, and the guide for whoever does not know."""

    chosen = Signal(object)  # a `Preset`
    guide_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles: dict[str, QPushButton] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(14)
        layout.addWidget(heading(_("Where do you want to sell?")))
        grid = QGridLayout()
        grid.setSpacing(12)
        for index, preset in enumerate(PLATFORMS):
            tile = self.tiles[preset.platform] = QPushButton(_(preset.name))
            tile.setProperty("live", True)
            tile.setFont(theme.text_font(15, bold=True))
            tile.clicked.connect(lambda _on=False, preset=preset: self.chosen.emit(preset))
            grid.addWidget(tile, index // COLUMNS, index % COLUMNS)
        layout.addLayout(grid)
        layout.addStretch(1)
        self.guide_button = QPushButton(icon("next"), " " + _("I do not know what my account may do: ask me"))
        self.guide_button.clicked.connect(self.guide_asked)
        layout.addWidget(self.guide_button)


class PlatformFacts(QFrame):
    """Where the address is found in a few steps, how long it lives, and what is not known for sure."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.words: list[str] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(18, 14, 18, 14)
        self._body: QWidget | None = None

    def tell(self, title: str, steps: Iterable[str], notes: Iterable[tuple[str, str]]) -> None:
        """Shows the steps with their numbers, then the notes, each with its drawing."""
        if self._body is not None:
            self._layout.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
        self._body, self.words = QWidget(), []
        grid = QGridLayout(self._body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(10)
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(1, 1)
        grid.addWidget(heading(title), 0, 0, 1, 2)
        for number, step in enumerate(steps, 1):
            mark = QLabel(str(number))
            mark.setObjectName("key")
            self._add(grid, mark, step, 13.0)
        for drawing, note in notes:
            mark = QLabel()
            mark.setPixmap(picture(drawing, 22, theme.FAINT))
            self._add(grid, mark, note, 11.5)
        grid.setRowStretch(grid.rowCount(), 1)
        self._layout.addWidget(self._body)

    def _add(self, grid: QGridLayout, mark: QLabel, text: str, points: float) -> None:
        row = grid.rowCount()
        words = QLabel(text, wordWrap=True)
        words.setFont(theme.text_font(points))
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(mark, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(words, row, 1)
        self.words.append(text)


class DestinationDialog(QDialog):
    """Adds or changes one destination; `done_with` gives it once everything in it will do."""

    done_with = Signal(object)  # a `DestinationConfig`

    def __init__(
        self, taken_names: Iterable[str], accounts: AccountsBridge | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._taken = set(taken_names)
        self.push = PushForm(accounts) if accounts is not None else None
        self.setWindowTitle(_("Destination"))
        self.setModal(True)
        self.resize(SIZE)
        self.stack = QStackedWidget()
        self.tiles, self.guide = PlatformTiles(), GuideView()
        self.editor, self.facts = DestinationEditor(CUSTOM), PlatformFacts()
        self.trouble, self.trouble_lines = QFrame(), FourLines(12)
        self._ending: Ending | None = None
        self._edited = False  # one that is there already: there is nothing to go back to
        self.back_button, self.take_button = QPushButton(_("Back")), QPushButton(icon("check"), " " + _("Take it"))
        self.push_button = QPushButton(icon("key"), " " + _("Have Kuaishou give the address…"))
        self._lay_out()
        self._connect()
        self._show(self.tiles)

    def _connect(self) -> None:
        self.tiles.chosen.connect(self.choose)
        self.tiles.guide_asked.connect(self._ask)
        self.guide.ended.connect(self._end_guide)
        self.editor.way_changed.connect(lambda _way: self._tell())
        self.editor.belongs_to.connect(self._recognise)
        self.editor.edited.connect(self.trouble.hide)
        self.back_button.clicked.connect(self._back)
        self.take_button.clicked.connect(self._take)
        self.push_button.clicked.connect(self._ask_push)
        if self.push is not None:
            self.push.given.connect(self._fill_in)

    def _lay_out(self) -> None:
        self.trouble.setObjectName("failure")
        QVBoxLayout(self.trouble).addWidget(self.trouble_lines)
        self.trouble.hide()
        self._form = QWidget()
        right = QVBoxLayout()
        right.addWidget(self.editor, 1)
        right.addWidget(self.push_button)
        right.addWidget(self.trouble)
        both = QHBoxLayout(self._form)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(20)
        both.addWidget(self.facts, 1)
        both.addLayout(right, 1)
        for page in filter(None, (self.tiles, self.guide, self._form, self.push)):
            self.stack.addWidget(page)
        self.push_button.setAutoDefault(False)
        self.take_button.setObjectName("primary")
        self.back_button.setAutoDefault(False)
        cancel = QPushButton(_("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self.back_button)
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.take_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 18)
        layout.setSpacing(14)
        layout.addWidget(self.stack, 1)
        layout.addLayout(foot)

    def edit(self, destination: DestinationConfig) -> None:
        """Begins with a destination that is there already."""
        self._taken.discard(destination.name)
        self.editor.show_value(destination)
        self._tell()
        self._edited = True
        self._show(self._form)

    @Slot(object)
    def choose(self, preset: Preset) -> None:
        """A platform was chosen: its steps, and a name that is still free."""
        self._ending = None
        self.editor.show_preset(preset)
        self.editor.name.setText(self._free_name(preset))
        self.trouble.hide()
        self.editor.take_way(Way.ADDRESS if preset.gives_addresses else Way.CAMERA)
        self._tell()
        self._show(self._form)
        (self.editor.server if self.editor.way is Way.ADDRESS else self.editor.device).setFocus()

    @Slot(object)
    def _end_guide(self, ending: Ending) -> None:
        self.choose(ending.platform)
        self._ending = ending
        self.editor.take_way(ending.way)
        self._tell()

    @Slot(object)
    def _recognise(self, owner: Preset) -> None:
        """The pasted address says by its host whose it is: that platform's rules hold."""
        self._ending = None
        if self.editor.name.text() == self._free_name(self.editor.preset):
            self.editor.name.setText(self._free_name(owner))
        self.editor.show_preset(owner)
        self.editor.hint.setText(_("This is an address of {platform}.").format(platform=_(owner.name)))
        self._tell()

    def _free_name(self, preset: Preset) -> str:
        name = _(preset.name) if preset is not CUSTOM else _("My server")
        names = [name, *(f"{name} {number}" for number in range(2, len(self._taken) + 3))]
        return next(one for one in names if one not in self._taken)

    def _tell(self) -> None:
        """The steps for the platform and the way that are chosen now."""
        preset, way = self.editor.preset, self.editor.way
        asks = self.push is not None and preset.platform == GIVES_ADDRESSES and way is Way.ADDRESS
        self.push_button.setVisible(asks)
        if self._ending is not None and self._ending.way is way:
            ending = self._ending
        elif way is Way.CAMERA:
            first = (INSTALL,) if preset.companion else ()
            ending = Ending(way, preset, (*first, ADD_CAMERA, CHOOSE_CAMERA))
        else:
            ending = Ending(way, preset, preset.steps)
        notes = []
        if way is Way.ADDRESS:
            notes.append(("wait", _(preset.key_life)))
            if preset.closes_after_s is not None:
                seconds = round(preset.closes_after_s)
                closes = _("Without a stream the platform may close the room after {seconds} s.").format(
                    seconds=seconds
                )
                notes.append(("warn", closes))
            if preset.asked is not None:
                notes.append(("live", asked_words(preset)))
        else:
            notes.append(("mic", _("The sound does not go through the camera: choose your microphone there.")))
        if preset.doubt:
            notes.append(("warn", _(preset.doubt)))
        title = _("Where to find the address") if way is Way.ADDRESS else _("How it goes with the virtual camera")
        self.facts.tell(title, ending.lines(), notes)

    def _ask(self) -> None:
        self._show(self.guide)
        self.guide.begin()

    @Slot()
    def _ask_push(self) -> None:
        assert self.push is not None
        self._show(self.push)
        self.push.begin()

    @Slot(object)
    def _fill_in(self, url: Secret) -> None:
        """What the platform gave goes into the two boxes, as if it had been pasted."""
        self.editor.take_address(url)
        self._show(self._form)
        self.editor.hint.setText(_("Kuaishou gave this address. It is good for one show, within two days."))

    def _back(self) -> None:
        if self.push is not None and self.stack.currentWidget() is self.push:
            self.push.leave()
            self._show(self._form)
            return
        if self.stack.currentWidget() is self.guide and self.guide.back():
            return
        self._show(self.tiles)

    def _show(self, page: QWidget) -> None:
        self.stack.setCurrentWidget(page)
        self.back_button.setVisible(page is not self.tiles and not (page is self._form and self._edited))
        self.take_button.setVisible(page is self._form)

    def _take(self) -> None:
        try:
            made = self.editor.value()
            if made.name in self._taken:
                raise fault("output.duplicate_name", name=made.name)
        except StudioError as error:
            self.trouble_lines.tell(error.problem)
            self.trouble.show()
            return
        self.done_with.emit(made)
        self.accept()


def asked_words(preset: Preset) -> str:
    """The picture the platform asks for, in one line."""
    asked = preset.asked
    assert asked is not None
    return _("It takes up to {side} lines, {fps} frames a second, {low}-{high} kb/s.").format(
        side=asked.short_side, fps=asked.fps, low=asked.low_kbps, high=asked.high_kbps
    )


def heading(text: str) -> QLabel:
    label = QLabel(text, wordWrap=True)
    label.setFont(theme.text_font(16, bold=True))
    return label
