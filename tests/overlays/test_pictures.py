"""Every overlay and look, in four languages and both orientations, looks as it did when somebody last looked at it.

What is compared is brightness at half the size, so finely that another digit in the smallest price is seen; edges may
lie a quarter of a pixel elsewhere, as another version of what draws letters puts them. The fonts are always the same.
`tests/overlays/samples.py` draws the kept pictures anew, and large sheets to look at before that is done.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor

from overlays import text
from overlays.painting import painter_on, pixels, sheet
from overlays.text import draw_line, font, shown_text
from tests.overlays.samples import (
    CANVASES,
    FONTS,
    SHRINK,
    WORDS,
    a_picture,
    drawn,
    kept_path,
    on_canvas,
    samples,
    small,
)

MOST_APART = 19.0
EDGE_MOVED = 0.25  # pixels of the compared pictures

# Kind of overlay -> a field of it, and what it must not be mistaken for.
DIGITS = [
    ("card", "price_fen", 3980), ("card", "old_price_fen", 5300), ("card", "unit", "6 斤"),
    ("price", "price_yuan", "39.80"), ("price", "old_price_yuan", "53"),
    ("flash", "price_yuan", "29.80"), ("flash", "old_price_yuan", "39.80"),
    ("group", "price_yuan", "26"), ("preorder", "price_yuan", "46"), ("next", "price_yuan", "46"),
    ("clock", "now", "20:15:08"), ("data", "value", "23.5"), ("coupon", "left_s", 271),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _known_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "FAMILIES", FONTS)


def kept(language: str, shape: str) -> list[NDArray[np.uint8]]:
    """The kept pictures in the order of the samples."""
    stacked = cv2.imread(str(kept_path(language, shape)), cv2.IMREAD_GRAYSCALE)
    assert stacked is not None
    return np.split(np.asarray(stacked, np.uint8), len(stacked) // (CANVASES[shape][1] // SHRINK))


def apart(seen: NDArray[np.uint8], then: NDArray[np.uint8]) -> float:
    """How different two pictures are where they differ most: brightness, as the mean of 3 × 3 pixels.

    At an edge as much is forgiven as it makes when it moves by `EDGE_MOVED`.
    """
    before, around = then.astype(np.float32), np.ones((3, 3), np.uint8)
    steep = cv2.dilate(before, around) - cv2.erode(before, around)
    off = np.clip(np.abs(seen.astype(np.float32) - before) - EDGE_MOVED * steep, 0, None)
    return float(np.max(cv2.blur(off, (3, 3))))


@pytest.mark.parametrize("shape", CANVASES)
@pytest.mark.parametrize("language", WORDS)
def test_every_overlay_looks_as_it_was_last_seen(language: str, shape: str, tmp_path: Path) -> None:
    away: list[str] = []
    before = kept(language, shape)
    now = list(samples(language, a_picture(tmp_path)))
    assert len(before) == len(now), "draw the pictures anew: python -m tests.overlays.samples FOLDER --keep"
    for (name, kind, params), then in zip(now, before, strict=True):
        patch = drawn(kind, params, shape)
        assert patch.missing == "", f"the fonts that make test installs lack letters of the {name}"
        far = apart(small(on_canvas(patch, shape)), then)
        if far > MOST_APART:
            away.append(f"{name}: {far:.0f}")
    assert not away


@pytest.mark.parametrize("shape", CANVASES)
@pytest.mark.parametrize(("kind", "field", "other"), DIGITS)
def test_another_digit_is_seen(kind: str, field: str, other: object, shape: str, tmp_path: Path) -> None:
    for (name, one, params), then in zip(samples("zh", a_picture(tmp_path)), kept("zh", shape), strict=True):
        if one == kind and not name.endswith((" long link", " over")):
            seen = small(on_canvas(drawn(kind, replace(params, **{field: other}), shape), shape))
            assert apart(seen, then) > MOST_APART, name


@pytest.mark.parametrize("shape", CANVASES)
def test_letters_a_little_softer_and_a_quarter_of_a_pixel_away_are_the_same(shape: str, tmp_path: Path) -> None:
    """What another version of Qt or FreeType may make of them."""
    for (name, kind, params), then in zip(samples("zh", a_picture(tmp_path)), kept("zh", shape), strict=True):
        canvas = cv2.cvtColor(on_canvas(drawn(kind, params, shape), shape), cv2.COLOR_BGR2GRAY)
        for right, down, soft in ((0.25, 0.0, 0.4), (0.0, 0.25, 0.4), (0.2, 0.2, 0.5)):
            move = np.array([[1, 0, right], [0, 1, down]], np.float32)
            moved = cv2.warpAffine(
                canvas, move, canvas.shape[1::-1], flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
            )
            softer = np.asarray(cv2.GaussianBlur(moved, (0, 0), soft), np.uint8)
            assert apart(small(softer), then) <= MOST_APART, name


@pytest.mark.parametrize("language", WORDS)
def test_the_fonts_that_make_test_installs_have_all_letters_of_these_languages(language: str) -> None:
    assert shown_text(" ".join(WORDS[language].values()), longest=4000)[1] == ""


def test_a_wrong_colour_a_shift_and_another_size_are_noticed(tmp_path: Path) -> None:
    """The comparison itself: two pixels to the side, a darker ground and something a little smaller are seen."""
    kind, params = next((kind, params) for name, kind, params in samples("zh", a_picture(tmp_path)) if name == "coupon")
    canvas = on_canvas(drawn(kind, params, "wide"), "wide")
    seen = small(canvas)
    smaller = cv2.resize(canvas, None, fx=0.98, fy=0.98)
    shrunk = cv2.copyMakeBorder(smaller, 0, 14, 0, 26, cv2.BORDER_REPLICATE)[:720, :1280]
    assert apart(seen, seen) == 0
    for other in (
        small(np.roll(canvas, 2, axis=1)),
        (seen * 0.8).astype(np.uint8),
        small(np.asarray(shrunk, np.uint8)),
    ):
        assert apart(other, seen) > MOST_APART


UNKNOWN = "\U0010fffd"  # a private sign that no font has
SCRIPTS = {
    "Uyghur": "قىزىل ئالما",
    "Tibetan": "ཀུ་ཤུ་དམར་པོ་",
    "Thai": "แอปเปิล",
    "emoji": "🍎👩‍🌾",
    "Yi": "ꆈꌠꁱꂷ",
    "Mongolian": "ᠠᠯᠢᠮ᠎ᠠ",
    "Hindi": "सेब",
    "Burmese": "ပန်းသီး",
}
INSTALLED = ("Uyghur", "Tibetan", "Thai")  # by make test


def ink(char: str) -> NDArray[np.uint8]:
    """One character as it is painted, its darkness alone."""
    image = sheet(80, 80)
    with painter_on(image) as painter:
        draw_line(painter, QPointF(16, 56), char, font(40), QColor("#000000"))
    return np.asarray(pixels(image)[:, :, 3], np.uint8)


def letters_of(script: str) -> Iterator[str]:
    yield from (char for char in dict.fromkeys(SCRIPTS[script]) if char.isalpha())


@pytest.mark.parametrize("script", INSTALLED)
def test_scripts_with_a_font_are_drawn_whole(script: str) -> None:
    assert shown_text(SCRIPTS[script]) == (SCRIPTS[script], "")


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_letter_that_is_shown_is_never_the_box_that_stands_for_a_missing_one(script: str) -> None:
    """All boxes look alike, letters do not."""
    shown = [ink(char) for char in letters_of(script) if shown_text(char)[0]]
    assert all(one.any() for one in shown)
    assert len({one.tobytes() for one in shown}) == len(shown)
    assert shown or script not in INSTALLED


@pytest.mark.parametrize(
    ("given", "shown", "lost"),
    [
        ("苹果\u0e34", "苹果\u0e34", ""),  # a mark some font has, on a letter
        ("\u0e34 苹果", "苹果", "\u0e34"),  # on nothing
        ("苹果 \u0e34\u0e48x", "苹果 x", "\u0e34"),
        ("a\u20e3b", "ab", "\u20e3"),  # a mark no font here has: the letter stays
        ("\u0915\u093f果", "果", "\u0915"),  # a letter goes with its marks
        ("苹\ufe00果\u200d", "苹\ufe00果\u200d", ""),  # never seen by themselves
    ],
)
def test_marks_go_with_their_letters(given: str, shown: str, lost: str, monkeypatch: pytest.MonkeyPatch) -> None:
    drawable = text._drawable
    monkeypatch.setattr(text, "_drawable", lambda char: char not in "\u20e3\u0915" and drawable(char))
    assert shown_text(given) == (shown, lost)


def test_letters_no_font_has_are_left_out_of_every_overlay_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = a_picture(tmp_path)
    usual = {name: drawn(kind, params, "upright") for name, kind, params in samples("zh", picture)}
    monkeypatch.setitem(WORDS, "zh", {key: words + UNKNOWN for key, words in WORDS["zh"].items()})
    for name, kind, params in samples("zh", picture):
        patch = drawn(kind, params, "upright")
        assert patch.missing == ("" if kind in ("picture", "logo") else UNKNOWN), name
        assert patch.rgba.shape == usual[name].rgba.shape, name
        assert np.abs(patch.rgba.astype(int) - usual[name].rgba).mean() < 0.5, name


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_is_drawn_or_its_letters_are_named(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = SCRIPTS[script]
    shown, missing = shown_text(text)
    assert set(missing) <= set(text)
    assert bool(shown) or bool(missing)
    monkeypatch.setitem(WORDS, "zh", {**WORDS["zh"], "name": f"苹果{text}"})
    for name, kind, params in samples("zh", a_picture(tmp_path)):
        if getattr(params, "name", "") == f"苹果{text}":
            assert drawn(kind, params, "wide").missing == missing, name
