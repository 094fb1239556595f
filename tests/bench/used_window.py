"""The studio's window with somebody who never leaves it alone.

    python -m tests.bench.used_window HOME SHOW ON_AIR_SECONDS

It goes on air by itself with the show that is pickled in the file SHOW. For the first seconds its person does what a
seller does during a show: the next card, an order, viewers typed in, the microphone off and on. Then all pages are
leafed through, over and over.
"""

import itertools
import pickle
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from studio import i18n
from studio.app import run_window
from studio.paths import home as home_of
from studio.ui.live_page import LivePage
from studio.ui.products_page import ProductsPage
from studio.ui.window import MainWindow

ACT_EVERY_MS = 700
KEYS = ("N", "Q", "M", "M", "V", "2", "6", "Return", "1", "Shift+Q", "B", "2")

Act = Callable[[MainWindow], None]


def press(key: str, window: MainWindow) -> None:
    """A key as from the keyboard, for whatever has the focus."""
    window.activateWindow()  # there is no window manager who would
    QTest.keySequence(QApplication.focusWidget() or window, QKeySequence(key))


def open_page(number: int, window: MainWindow) -> None:
    buttons = [button for button in window.findChildren(QToolButton) if button.objectName() == "page"]
    QTest.mouseClick(buttons[number], Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint())


def look_for_product(window: MainWindow) -> None:
    """Types into the search of the products."""
    for page in window.findChildren(ProductsPage):
        QTest.keyClicks(page.list.search, "ping")
        page.list.search.clear()


def other_size(window: MainWindow) -> None:
    """The window smaller, and as large as the screen again: everything in it is laid out anew."""
    window.setWindowState(window.windowState() ^ Qt.WindowState.WindowMaximized)


def acts(pages_at_s: float) -> Iterator[Act]:
    """What the person does next, without an end."""
    leafing: list[Act] = [partial(open_page, number) for number in (3, 4, 5, 6, 1, 2, 0)]
    leafing.insert(1, look_for_product)
    leafing.append(other_size)
    keys, leaves = itertools.cycle(KEYS), itertools.cycle(leafing)
    while True:
        yield partial(press, next(keys)) if time.monotonic() < pages_at_s else next(leaves)


class Person:
    """Acts on the window as soon as it is on the air."""

    def __init__(self, on_air_s: float) -> None:
        self._on_air_s = on_air_s
        self._acts: Iterator[Act] | None = None

    def act(self) -> None:
        window = next((one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow)), None)
        if window is None or not window.findChildren(LivePage)[0].mute.isEnabled():
            return
        if self._acts is None:
            self._acts = acts(time.monotonic() + self._on_air_s)
        next(self._acts)(window)


def main() -> int:
    home, show, on_air_seconds = sys.argv[1:]
    i18n.use("zh")
    QApplication([sys.argv[0]])
    person = Person(float(on_air_seconds))
    timer = QTimer(interval=ACT_EVERY_MS)
    timer.timeout.connect(person.act)
    timer.start()
    plan = pickle.loads(Path(show).read_bytes())
    return run_window(home_of(Path(home)), plan, auto_start=True)


if __name__ == "__main__":
    sys.exit(main())
