"""Kuaishou's push address for one show: a cover, a caption and whether the room sells; the platform gives the rest."""

import base64
import json
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QImageReader, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio import letting_in as ask
from studio.config import Secret
from studio.errors import Problem
from studio.i18n import _
from studio.paths import Home
from studio.ui import theme
from studio.ui.account_steps import heading
from studio.ui.account_words import PUSH
from studio.ui.banner import FourLines
from studio.ui.icons import icon
from studio.ui.process_bridge import AccountsBridge

COVER = QSize(720, 1280)  # what Kuaishou likes best
SHOWN = QSize(180, 320)
JPEG_QUALITY = 88
LONGEST_CAPTION = 13
GIVES_ADDRESSES = "kuaishou"  # the platform whose destinations can be filled in so


class PushForm(QWidget):
    """Asks Kuaishou through the accounts' process; the window never waits for it."""

    given = Signal(object)  # a `Secret`: where the show is sent

    def __init__(self, accounts: AccountsBridge) -> None:
        super().__init__()
        self._accounts = accounts
        self._kept = kept_choice(accounts.home)
        self._cover = b""
        self._waiting: int | None = None
        self.account, self.caption = QComboBox(), QLineEdit()
        self.sells = QCheckBox(_("The room sells (with the yellow cart)"))
        self.picture, self.choose = QLabel(), QPushButton(icon("picture"), " " + _("Choose the cover…"))
        self.told, self.left = QLabel(wordWrap=True), QLabel()
        self.trouble, self.trouble_lines = QFrame(), FourLines(12)
        self.ask_button = QPushButton(icon("next"), " " + _("Have the address given"))
        self._fields = QWidget()
        self._lay_out()
        self.choose.clicked.connect(self._choose)
        self.caption.textChanged.connect(self._follow)
        self.ask_button.clicked.connect(self._ask)
        accounts.told.connect(self._hear)
        accounts.lost.connect(self._lost)

    def _lay_out(self) -> None:
        self.picture.setFixedSize(SHOWN)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setWordWrap(True)
        self.picture.setStyleSheet(f"background: #0e1317; border-radius: 8px; color: {theme.FAINT}")
        self.picture.setText(_("No picture yet"))
        self.caption.setMaxLength(LONGEST_CAPTION)
        self.caption.setPlaceholderText(_("for example: tonight, apples from our own trees"))
        self.left.setProperty("faint", True)
        self.sells.setChecked(True)
        self.ask_button.setObjectName("primary")
        self.ask_button.setProperty("live", True)
        self.trouble.setObjectName("failure")
        QVBoxLayout(self.trouble).addWidget(self.trouble_lines)
        grid = QGridLayout()
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        for row, (words, box) in enumerate(((_("Account"), self.account), (_("Title of the room"), self.caption))):
            label = QLabel(words)
            label.setBuddy(box)
            box.setAccessibleName(words)
            grid.addWidget(label, row, 0)
            grid.addWidget(box, row, 1)
        grid.addWidget(self.left, 2, 1)
        grid.addWidget(self.sells, 3, 1)
        right = QVBoxLayout()
        right.addLayout(grid)
        right.addStretch(1)
        right.addWidget(self.ask_button)
        cover = QVBoxLayout()
        cover.addWidget(self.picture)
        cover.addWidget(self.choose)
        cover.addStretch(1)
        both = QHBoxLayout(self._fields)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(24)
        both.addLayout(cover)
        both.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(heading(_("Kuaishou gives the address of one show")))
        layout.addWidget(self._fields, 1)
        layout.addWidget(self.told)
        layout.addWidget(self.trouble)
        layout.addStretch()

    def begin(self) -> None:
        """Which accounts may ask for an address? The boxes are shown once that is known."""
        self._fields.hide()
        self.trouble.hide()
        self._waiting = self._accounts.number()
        self.told.setText(_("A moment, please."))
        self._recall()
        self._accounts.put(ask.ListAccounts(self._waiting))

    def leave(self) -> None:
        """What is on its way is not waited for any more."""
        self._waiting = None

    def take_cover(self, path: str) -> None:
        """Any picture; it is turned upright, cut to the shape and made small."""
        image = upright_picture(path)
        if image is None:
            self._cover = b""
            self.picture.setText(_("This is no picture that can be read."))
        else:
            self._show_cover(jpeg_of(image))
        self._follow()

    def _show_cover(self, cover: bytes) -> None:
        self._cover = cover
        image = QImage.fromData(cover)
        self.picture.setPixmap(QPixmap.fromImage(image.scaled(SHOWN, mode=Qt.TransformationMode.SmoothTransformation)))

    def _recall(self) -> None:
        """What an address was given for last is there again."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            kept = json.loads(self._kept.read_text(encoding="utf-8"))
            if not self._cover:
                self._show_cover(base64.b64decode(kept["cover"]))
                self.caption.setText(str(kept["caption"]))
                self.sells.setChecked(kept["sells"] is True)

    def _remember(self) -> None:
        cover = base64.b64encode(self._cover).decode()
        told = {"caption": self.caption.text().strip(), "sells": self.sells.isChecked(), "cover": cover}
        with suppress(OSError):  # it is chosen anew the next time
            self._kept.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")

    @Slot()
    def _choose(self) -> None:
        kinds = _("Pictures") + " (*.jpg *.jpeg *.png *.webp *.bmp)"
        path, _kind = QFileDialog.getOpenFileName(self, _("Choose the cover"), filter=kinds)
        if path:
            self.take_cover(path)

    @Slot()
    def _follow(self) -> None:
        caption = self.caption.text().strip()
        self.left.setText(_("{count} of {most} characters").format(count=len(caption), most=LONGEST_CAPTION))
        self.ask_button.setEnabled(bool(self._cover and caption) and self._waiting is None)

    @Slot()
    def _ask(self) -> None:
        self._waiting = self._accounts.number()
        self.trouble.hide()
        self.told.setText(_("Kuaishou is being asked…"))
        self._follow()
        caption = self.caption.text().strip()
        self._accounts.put(
            ask.AskPushAddress(self._waiting, self.account.currentText(), self._cover, caption, self.sells.isChecked())
        )

    @Slot(object)
    def _hear(self, answer: ask.Answer) -> None:
        if answer.to != self._waiting:
            return
        self._waiting = None
        self.told.clear()
        match answer:
            case ask.AccountsListed():
                self._show_accounts([one.name for one in answer.accounts if one.platform == PUSH and one.let_in])
            case ask.PushAddressGiven(_to, url):
                self._remember()
                self.given.emit(url)
            case ask.Refused(_to, problem):
                self._tell(problem)
        self._follow()

    def _show_accounts(self, names: list[str]) -> None:
        self._fields.setVisible(bool(names))
        self.account.clear()
        self.account.addItems(names)
        if not names:
            self.told.setText(
                _(
                    "For this Kuaishou must have admitted you as a company at its open platform. If it has, add"
                    " “Kuaishou push address” on the page “Accounts” first.\n\nEverybody else copies the address from"
                    " Kuaishou's own page: go back, the steps are on the left."
                )
            )

    def _tell(self, problem: Problem) -> None:
        self.trouble_lines.tell(problem)
        self.trouble.show()

    @Slot()
    def _lost(self) -> None:
        if self._waiting is not None:
            self._waiting = None
            self.told.setText(_("That did not work. Please try again."))
            self._follow()


def kept_choice(home: Home) -> Path:
    """Where the cover, the title and whether the room sells lie, once an address was given; nothing of it is secret."""
    return home.root / "push.json"


class PushDialog(QDialog):
    """The form in a window of its own; `given` as there, then it closes."""

    given = Signal(object)

    def __init__(self, accounts: AccountsBridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Push address"))
        self.setModal(True)
        self.resize(860, 560)
        self.form = PushForm(accounts)
        self.form.given.connect(self._give)
        cancel = QPushButton(_("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 18)
        layout.addWidget(self.form, 1)
        layout.addLayout(foot)
        self.finished.connect(self.form.leave)
        self.form.begin()

    @Slot(object)
    def _give(self, url: Secret) -> None:
        self.given.emit(url)
        self.accept()


def upright_picture(path: str) -> QImage | None:
    """The middle of a picture in the cover's shape, as a camera held it; None where it cannot be read."""
    reader = QImageReader(path)
    reader.setAutoTransform(True)
    image = reader.read()
    if image.isNull():
        return None
    grown = image.scaled(
        COVER, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    )
    place = QRect(0, 0, COVER.width(), COVER.height())
    place.moveCenter(grown.rect().center())
    return grown.copy(place)


def jpeg_of(image: QImage) -> bytes:
    """A JPEG of some hundred kilobytes at most."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG", JPEG_QUALITY)  # type: ignore[call-overload]
    return bytes(buffer.data().data())
