"""The steps on the way to an account: the platforms, the boxes of one platform's settings, and how we are let in."""

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qs, urlsplit

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio.addresses import LONGEST_NAME
from studio.i18n import _
from studio.letting_in import MASK, AskedSetting, OfferedPlatform
from studio.ui import theme
from studio.ui.account_words import gives_words
from studio.ui.icons import icon

COLUMNS = 2


class PlatformChoice(QWidget):
    """The platforms that can be asked, each with what it brings."""

    chosen = Signal(object)  # an `OfferedPlatform`

    def __init__(self) -> None:
        super().__init__()
        self.tiles: dict[str, QPushButton] = {}
        self._grid = QGridLayout()
        self._grid.setSpacing(10)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(heading(_("Where is the account?")))
        layout.addLayout(self._grid)
        layout.addStretch(1)

    def show_platforms(self, platforms: Iterable[OfferedPlatform]) -> None:
        for index, one in enumerate(platforms):
            if one.platform in self.tiles:
                continue
            tile = self.tiles[one.platform] = QPushButton()
            words = QLabel(
                f"<b style='font-size:14pt'>{_(one.title)}</b><br>{gives_words(one.platform)}", wordWrap=True
            )
            words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            inside = QVBoxLayout(tile)
            inside.setContentsMargins(14, 8, 14, 8)
            inside.addWidget(words)
            tile.setStyleSheet("min-height: 66px")
            tile.setAccessibleName(f"{_(one.title)}: {gives_words(one.platform)}")
            tile.clicked.connect(lambda _on=False, one=one: self.chosen.emit(one))
            self._grid.addWidget(tile, index // COLUMNS, index % COLUMNS)


class SettingsBoxes(QWidget):
    """The boxes of one platform's settings, each with where its value is found; secrets are not shown."""

    def __init__(self, platform: OfferedPlatform, kept: Mapping[str, str], name: str, fixed: bool) -> None:
        super().__init__()
        self.name = QLineEdit(name)
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setEnabled(not fixed)
        self.boxes: dict[str, QLineEdit] = {}
        self._wrong: dict[str, QLabel] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 10, 0)
        self._grid.setVerticalSpacing(4)
        self._grid.setHorizontalSpacing(16)
        self._grid.setColumnStretch(1, 1)
        self._add("", _("Name"), self.name, _("What you call it here, for example the shop's name."))
        self.more = QPushButton(icon("down"), " " + _("More…"))
        self._seldom: list[QWidget] = []
        for asked in platform.settings:
            if not (asked.usual and not asked.needed):
                self._setting(asked, kept.get(asked.name, asked.usual))
        self._grid.addWidget(self.more, self._grid.rowCount(), 0)
        for asked in platform.settings:
            if asked.usual and not asked.needed:
                self._seldom += self._setting(asked, kept.get(asked.name, asked.usual))
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        self.more.clicked.connect(self._show_more)
        for widget in self._seldom:
            widget.hide()
        self.more.setVisible(bool(self._seldom))

    def _setting(self, asked: AskedSetting, value: str) -> list[QWidget]:
        box = self.boxes[asked.name] = QLineEdit()
        words = _(asked.help)
        if asked.secret:
            box.setEchoMode(QLineEdit.EchoMode.Password)
            box.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
            if value:
                box.setPlaceholderText(MASK)
                words = _("It is kept already. Leave the box empty to keep it.")
        else:
            box.setText(value)
            if not asked.needed and not asked.usual:
                box.setPlaceholderText(_("may stay empty"))
        return self._add(asked.name, _(asked.label), box, words)

    def _add(self, name: str, label: str, box: QLineEdit, words: str) -> list[QWidget]:
        row = self._grid.rowCount()
        title, told, wrong = QLabel(label), QLabel(words, wordWrap=True), QLabel(wordWrap=True)
        title.setBuddy(box)
        box.setAccessibleName(label)
        box.setAccessibleDescription(words)
        told.setProperty("faint", True)
        told.setContentsMargins(2, 0, 0, 8)
        wrong.setObjectName("wrong")
        wrong.hide()
        self._wrong[name] = wrong
        self._grid.addWidget(title, row, 0)
        self._grid.addWidget(box, row, 1)
        self._grid.addWidget(wrong, row + 1, 1)
        self._grid.addWidget(told, row + 2, 1)
        return [title, box, told]

    @Slot()
    def _show_more(self) -> None:
        self.more.hide()
        for widget in self._seldom:
            widget.show()

    def values(self) -> dict[str, str]:
        return {name: box.text() for name, box in self.boxes.items()}

    def tell_lacking(self, lacking: Iterable[str]) -> None:
        """Says below each of these boxes that it must be filled in; the first one is gone to."""
        missing = set(lacking)
        for name, label in self._wrong.items():
            label.setText(_("⚠ This must be filled in.") if name in missing else "")
            label.setVisible(name in missing)
        for name in ["", *self.boxes]:
            if name in missing:
                (self.boxes[name] if name else self.name).setFocus()
                return


class LettingIn(QWidget):
    """How the seller lets us in: the platform's page and the code from it, or a token."""

    def __init__(self) -> None:
        super().__init__()
        self.page = ""
        self.open_button = QPushButton(icon("next"), " " + _("Open the platform's page"))
        self.open_button.setProperty("live", True)
        self.address = QLineEdit(readOnly=True)
        self.address.setAccessibleName(_("Address of the platform's page"))
        self.code, self.token = QLineEdit(), QLineEdit()
        for box, words in ((self.code, _("Code from the page")), (self.token, _("Token"))):
            box.setEchoMode(QLineEdit.EchoMode.Password)
            box.setAccessibleName(words)
        self.already = QLabel(_("It is let in already. To keep it so, leave the boxes empty."), wordWrap=True)
        self.already.setObjectName("asked")
        self._token_words = QLabel(wordWrap=True)
        self._paged: list[QWidget] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(heading(_("Let Nongbo in")))
        layout.addWidget(self.already)
        for words, *widgets in (
            (
                _("1. Open the platform's page and log in with the shop's account. Press “allow” there."),
                self.open_button,
            ),
            (_("If it does not open, copy this address into the browser:"), self.address),
            (
                _("2. The browser then shows an address with a code in it. Copy the whole address, or the code:"),
                self.code,
            ),
        ):
            self._paged += [QLabel(words, wordWrap=True), *widgets]
        for widget in (*self._paged, self._token_words, self.token):
            layout.addWidget(widget)
        layout.addStretch(1)
        self.open_button.clicked.connect(self._open)

    def show_page(self, page: str, let_in: bool) -> None:
        """The platform's page, or none; the boxes are empty."""
        self.page = page
        self.address.setText(page)
        self.address.setCursorPosition(0)
        self.already.setVisible(let_in)
        self.code.clear()
        self.token.clear()
        for widget in self._paged:
            widget.setVisible(bool(page))
        with_page = _("Or, where the platform's console shows a token (access_token), paste that:")
        alone = _("The platform's console shows a token (access_token). Paste it here:")
        self._token_words.setText(with_page if page else alone)

    @Slot()
    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl(self.page))


def code_in(text: str) -> str:
    """The code, from the address the browser was sent to or as it is."""
    text = text.strip()
    if "://" not in text:
        return text
    try:
        query = parse_qs(urlsplit(text).query)
    except ValueError:
        return ""
    return next((query[name][0] for name in ("code", "auth_code") if query.get(name)), "")


def heading(words: str) -> QLabel:
    """A heading of one step."""
    label = QLabel(words, wordWrap=True)
    label.setFont(theme.text_font(16, bold=True))
    return label
