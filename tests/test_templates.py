"""Card templates: files anybody can write, of which none may make a card that cannot be read."""

import tomllib
from dataclasses import fields, replace
from pathlib import Path

import cv2
import pytest
from PySide6.QtCore import QCoreApplication

from overlays import OVERLAYS
from overlays.card import Card, Look
from overlays.template import PLAIN, CardTemplate
from studio import i18n
from studio.config import ShowConfig
from studio.errors import StudioError, explain
from studio.paths import Home, asset
from studio.templates import (
    NAMES,
    in_template,
    read_template,
    template_from,
    template_named,
    template_names,
    template_words,
)
from tests.overlays.test_card import APPLES, assert_inside, on_grey


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    made.templates.mkdir()
    return made


def written(home: Home, text: str, name: str = "mine") -> Path:
    path = home.templates / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_plain_template_stands_in_its_file_with_every_field() -> None:
    path = asset("templates", "plain.toml")
    assert replace(template_from(path), name="") == PLAIN
    assert set(tomllib.loads(path.read_text(encoding="utf-8"))) == {part.name for part in fields(CardTemplate)} - {
        "name"
    }
    told = asset("templates", "README.md").read_text(encoding="utf-8")
    assert all(f"`{part.name}`" in told for part in fields(CardTemplate) if part.name != "name")


def test_every_file_has_a_name_for_people() -> None:
    assert {path.stem for path in asset("templates").glob("*.toml")} == {*NAMES, *OVERLAYS} - {"card"}


@pytest.mark.parametrize("look", list(Look))
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (720, 1280)])
@pytest.mark.parametrize("name", NAMES)
def test_the_code_is_read_in_every_template(
    name: str, look: Look, width: int, height: int, home: Home, qapp: QCoreApplication
) -> None:
    patch = Card().render(replace(APPLES, template=read_template(home, name), look=look), width, height)
    assert_inside(patch, width, height)
    assert cv2.QRCodeDetector().detectAndDecode(on_grey(patch))[0] == APPLES.link
    assert patch.code is not None
    left, top, side, _high = patch.code
    module = side // 33
    quiet = patch.rgba[top : top + side, left : left + side, :3].copy()
    quiet[4 * module : -4 * module, 4 * module : -4 * module] = 255
    assert quiet[module:-module, module:-module].min() >= 250, "of four modules, the last meets the rounded corners"


def test_a_template_of_ones_own_is_found_and_may_take_the_place_of_ours(home: Home) -> None:
    written(home, 'ground = "#fff4d0"\n')
    assert template_names(home) == (*NAMES, "mine")
    assert read_template(home, "mine") == replace(PLAIN, name="mine", ground="#fff4d0")
    written(home, "radius = 0\n", "plain")
    assert read_template(home, "").radius == 0


BROKEN = {
    "no TOML": "ground = #ffffff",
    "an unknown field": 'font = "Comic Sans"',
    "a number for a text": "ground = 5",
    "a text for a switch": 'shadow = "yes"',
    "a switch for a number": "radius = true",
    "no colour": 'ink = "reddish"',
    "a name too faint": 'ink = "#eeeeee"',
    "a price too faint at the end of the ground": 'ground_end = "#ff0000"',
    "a saving nobody reads": 'tag_ink = "#d5210f"',
    "squares too small": "wide = [512, 232, 2]",
    "a card larger than the picture": "upright = [4000, 264, 8]",
    "corners that cut into the code": "radius = 40",
    "two sizes": "strip = [1000, 150]",
    "parts of pixels": "column = [320.5, 232, 8]",
    "too large": "#" * 30_000,
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_template_is_told_in_words_and_the_cards_are_plain(text: str, home: Home) -> None:
    path = written(home, text)
    told: list[StudioError] = []
    i18n.use("zh")
    show = in_template(ShowConfig(cards=(APPLES,), template="mine"), home, told.append)
    assert show.cards == (APPLES,)
    problem = told[0].problem
    assert problem.code == "template.broken"
    assert str(path) in explain(problem).what


@pytest.mark.parametrize("name", ["apples", "../plain", "..", "a/b", "a\\b"])
def test_a_template_there_is_not_is_told_with_those_there_are(name: str, home: Home) -> None:
    with pytest.raises(StudioError) as raised:
        read_template(home, name)
    assert raised.value.problem.code == "template.unknown"
    assert "night" in explain(raised.value.problem).fix


def test_a_template_is_chosen_by_its_words(home: Home) -> None:
    i18n.use("zh")
    for name in (*NAMES, "mine"):
        assert template_named(template_words(name)) == ("" if name == "plain" else name)
    assert template_words("") == template_words("plain")
