"""Every overlay and look, in four languages and both orientations, looks as it did when somebody last looked at it.

What is compared is brightness at a sixteenth of the size, so that another version of a font changes next to nothing.
`tests/overlays/samples.py` draws the kept pictures anew, and large sheets to look at before that is done.
"""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from overlays.base import OverlayError
from overlays.text import shown_text
from tests.overlays.samples import CANVASES, GREY, SHRINK, WORDS, a_picture, drawn, kept_path, on_canvas, samples, small

MOST_PIXELS_AWAY = 0.06  # of what is covered, more than `FAR` in brightness: a line that broke elsewhere is less
FAR = 48
MEAN_AWAY = 12.0


def kept(language: str, shape: str) -> list[NDArray[np.uint8]]:
    """The kept pictures in the order of the samples."""
    stacked = cv2.imread(str(kept_path(language, shape)), cv2.IMREAD_GRAYSCALE)
    assert stacked is not None
    return np.split(np.asarray(stacked, np.uint8), len(stacked) // (CANVASES[shape][1] // SHRINK))


@pytest.mark.parametrize("shape", CANVASES)
@pytest.mark.parametrize("language", WORDS)
def test_every_overlay_looks_as_it_was_last_seen(language: str, shape: str, tmp_path: Path) -> None:
    away: list[str] = []
    before = kept(language, shape)
    now = list(samples(language, a_picture(tmp_path)))
    assert len(before) == len(now), "draw the pictures anew: python -m tests.overlays.samples FOLDER --keep"
    for (name, kind, params), then in zip(now, before, strict=True):
        try:
            patch = drawn(kind, params, shape)
        except OverlayError as error:
            assert str(error) == "No font here has these letters"  # noqa: PT017 - only where there is none
            assert shown_text("".join(WORDS[language].values()), longest=4000)[1]
            continue
        if patch.missing:  # no font here: what is left can only be another picture, and that is told
            assert set(patch.missing) <= set("".join(WORDS[language].values()))
            continue
        seen = small(on_canvas(patch, shape))
        covered = (np.abs(seen.astype(int) - GREY) > 4) | (np.abs(then.astype(int) - GREY) > 4)
        off = np.abs(seen.astype(int) - then)[covered]
        assert off.size
        if (off > FAR).mean() > MOST_PIXELS_AWAY or off.mean() > MEAN_AWAY:
            away.append(f"{name}: mean {off.mean():.1f}, {(off > FAR).mean():.3f} far")
    assert not away


@pytest.mark.parametrize("language", ["zh", "en", "ar"])
def test_the_fonts_that_make_test_installs_have_all_letters_of_these_languages(language: str) -> None:
    assert shown_text(" ".join(WORDS[language].values()), longest=4000)[1] == ""


def test_a_wrong_colour_a_shift_and_another_size_are_noticed(tmp_path: Path) -> None:
    """The comparison itself: a tenth of the width to the side, or a darker ground, is seen."""
    kind, params = next((kind, params) for name, kind, params in samples("zh", a_picture(tmp_path)) if name == "coupon")
    seen = small(on_canvas(drawn(kind, params, "wide"), "wide")).astype(int)
    covered = np.abs(seen - GREY) > 4
    for other in (np.roll(seen, 2, axis=1), np.where(covered, seen // 2, seen)):
        off = np.abs(seen - other)[covered]
        assert (off > FAR).mean() > MOST_PIXELS_AWAY or off.mean() > MEAN_AWAY


UNKNOWN = "\U0010fffd"  # a private sign that no font has
SCRIPTS = {
    "Uyghur": "قىزىل ئالما",
    "Tibetan": "ཀུ་ཤུ་དམར་པོ་",
    "Thai": "แอปเปิล",
    "emoji": "🍎👩‍🌾",
    "Yi": "ꆈꌠꁱꂷ",
    "Mongolian": "ᠠᠯᠢᠮ᠎ᠠ",
}


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
