"""The two boxes of a push address: what is pasted with its key in it goes into both, so that nobody reads the key."""

import re
from itertools import takewhile

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit

from studio.addresses import holds_key, join_address, split_address

PASTED_LETTERS = 5  # more at once than anybody types
SCHEME = re.compile(r"(?:rtmp[a-z]?|srt|https?)://", re.IGNORECASE)


class AddressBoxes(QObject):
    """`server` and `key`, which shows dots. A whole address takes the place of what stood in either."""

    pasted = Signal(str)  # by hand or not: more than a letter or two
    taken_apart = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.server, self.key = QLineEdit(), QLineEdit()
        self.server.setPlaceholderText("rtmp://")
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
        self._before = {self.server: "", self.key: ""}
        for box in (self.server, self.key):
            box.textChanged.connect(self._follow)

    def fill(self, address: str) -> None:
        """A whole address, as a platform gave it; it may be empty."""
        server, key = split_address(address)
        self.server.setText(server)
        self.key.setText(key)

    @property
    def address(self) -> str:
        return join_address(self.server.text(), self.key.text())

    @Slot(str)
    def _follow(self, text: str) -> None:
        box = self.key if self.sender() is self.key else self.server
        before, self._before[box] = self._before[box], text
        if new_letters(before, text) < PASTED_LETTERS:
            return
        starts = beginnings(text)
        whole = text[starts[-1] :].strip() if starts else ""  # the last one: pasted behind what was there
        # A server alone may have a long path; where the key was given first, it is not to be lost for that.
        keyed = holds_key(whole) and ("?" in whole or "://" in before or not self.key.text())
        if whole and (box is self.key or keyed):
            self.fill(whole)
            self.taken_apart.emit()
        self.pasted.emit(whole or text.strip())


def beginnings(text: str) -> list[int]:
    """Where addresses begin. One behind a = is a value in the key, where a ? says that one goes on."""
    starts: list[int] = []
    for found in SCHEME.finditer(text):
        at = found.start()
        if not (text[at - 1 : at] == "=" and "?" in text[starts[-1] if starts else 0 : at]):
            starts.append(at)
    return starts


def new_letters(before: str, after: str) -> int:
    """How many letters of `after` were put in at once, over what stood there or between it."""
    begin = _shared(before, after)
    return len(after) - begin - _shared(before[begin:][::-1], after[begin:][::-1])


def _shared(one: str, other: str) -> int:
    """So many letters both begin with."""
    return sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
