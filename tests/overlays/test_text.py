"""Text that must fit its box, and the application that drawing needs."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QFontMetricsF

from overlays.painting import painter_on, pixels, sheet
from overlays.text import BOLD, fit, plain


def test_a_short_text_gets_the_largest_letters() -> None:
    fitted = fit("苹果", 400, 60, 40, 8)
    assert fitted.lines == ("苹果",)
    assert fitted.font.pixelSize() == 40


def test_a_longer_text_shrinks_before_it_wraps_and_wraps_before_it_is_cut() -> None:
    shrunk = fit("普安乌鸡蛋普安", 240, 90, 40, 16, most_lines=2)
    wrapped = fit("普安乌鸡蛋普安乌鸡蛋", 240, 90, 40, 16, most_lines=2)
    cut = fit("普安乌鸡蛋" * 40, 240, 90, 40, 16, most_lines=2)
    assert shrunk.lines == ("普安乌鸡蛋普安",)
    assert 28 <= shrunk.font.pixelSize() < 40
    assert len(wrapped.lines) == 2
    assert "".join(wrapped.lines) == "普安乌鸡蛋普安乌鸡蛋"
    assert cut.font.pixelSize() == 16
    assert cut.lines[-1].endswith("…")


@pytest.mark.parametrize("words", ["ཀུ་ཤུ་དམར་པོ་", "ที่ปู่ซื้อ", "苹果"])
def test_signs_piled_on_each_other_stay_inside_their_lines(words: str) -> None:
    fitted = fit(words, 400, 60, 40, 8)
    image = sheet(480, 200)
    with painter_on(image) as painter:
        fitted.draw(painter, 40, 60, QColor("#000000"))
    rows = np.nonzero(pixels(image)[:, :, 3] > 60)[0]
    assert rows.min() >= 60
    assert rows.max() < 60 + fitted.height_px
    assert fitted.height_px <= 60


def test_words_are_not_torn_apart() -> None:
    fitted = fit("fresh mountain honey", 150, 80, 30, 18, most_lines=2)
    assert {word for line in fitted.lines for word in line.split()} <= {"fresh", "mountain", "honey"}


def test_control_characters_and_broken_ones_become_spaces() -> None:
    assert plain("a\x00b\n\tc\ud800d") == "a b c d"
    assert plain("  \r\n ") == ""


@settings(max_examples=80, deadline=None)
@given(text=st.text(max_size=600), width=st.integers(20, 600), height=st.integers(10, 200), lines=st.integers(1, 3))
def test_any_text_fits_its_box(text: str, width: int, height: int, lines: int) -> None:
    fitted = fit(text, width, height, 40, 7, weight=BOLD, most_lines=lines)
    metrics = QFontMetricsF(fitted.font)
    assert len(fitted.lines) <= lines
    assert all(metrics.horizontalAdvance(line) <= width + 1 for line in fitted.lines)
    assert fitted.height_px <= max(height, metrics.height())


@pytest.mark.parametrize("platform", [None, "offscreen"])
def test_painting_is_made_ready_without_a_screen(platform: str | None) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    if platform:
        environment["QT_QPA_PLATFORM"] = platform
    check = (
        "from overlays.text import painting_ready; painting_ready(); painting_ready();"
        "from PySide6.QtGui import QGuiApplication; print(QGuiApplication.platformName())"
    )
    done = subprocess.run([sys.executable, "-c", check], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "offscreen"
    assert done.stderr == ""


def test_painting_made_ready_on_a_worker_first_is_our_bug() -> None:
    check = (
        "import threading\nfrom overlays.text import painting_ready\n"
        "def run():\n"
        "    try: painting_ready()\n"
        "    except RuntimeError as error: print(error)\n"
        "t = threading.Thread(target=run); t.start(); t.join()"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert "main thread" in done.stdout


def test_drawing_for_a_whole_day_keeps_pythons_none_alive() -> None:
    """A Qt binding that drops a reference with each call ends the process after some thousand of them."""
    check = (
        "import sys\nfrom overlays.text import painting_ready\npainting_ready()\n"
        "from overlays.card import Card, CardParams\n"
        "draw = lambda: Card().render(CardParams('a', '苹果', 3990, link='https://n.example/p01'), 320, 180)\n"
        "draw()\nbefore = sys.getrefcount(None)\n"
        "for _ in range(20): draw()\n"
        "print(before - sys.getrefcount(None))"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 100
