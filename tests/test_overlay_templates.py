"""Templates of the overlays beside the card: what each looks like stands in a file, and anybody may write another."""

import tomllib
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication

from overlays import ADDED, OVERLAYS
from overlays.coupon import Coupon, CouponParams
from overlays.fields import Motion, Place
from overlays.overlay_template import OverlayTemplate, check_template, usual_template
from overlays.slate import Slate, SlateParams
from overlays.ticker import Ticker, TickerParams
from studio import i18n
from studio.adding import AddedConfig, added_from, added_text, params_of
from studio.errors import StudioError, explain
from studio.paths import Home, asset
from studio.templates import (
    NAMES,
    dressed,
    own_template,
    read_overlay_template,
    read_template,
    template_names,
    template_words,
)
from tests.overlays.test_added import FILLED
from tests.overlays.test_card import assert_inside

SHARED = [name for name in NAMES if name != "plain"]
DRESSED = [kind for kind in ADDED if kind not in ("code", "picture", "logo")]  # these have hardly any colours


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    made.templates.mkdir()
    return made


def written(home: Home, text: str, name: str = "mine") -> Path:
    path = home.templates / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(home: Home, overlay: str, name: str = "mine") -> str:
    """What people are told of a template that will not do."""
    with pytest.raises(StudioError) as raised:
        read_overlay_template(home, overlay, name)
    assert raised.value.problem.code == "template.broken"
    return explain(raised.value.problem).what


def test_every_overlay_has_a_file_with_all_its_fields_and_they_are_explained() -> None:
    told = asset("templates", "README.md").read_text(encoding="utf-8")
    known = {part.name for part in fields(OverlayTemplate)}
    for overlay in OVERLAYS:
        if overlay == "card":
            continue
        values = tomllib.loads(asset("templates", f"{overlay}.toml").read_text(encoding="utf-8"))
        assert values.pop("overlay") == overlay
        assert set(values) <= known
        assert all(f"`{field}`" in told for field in (overlay, *values))
        check_template(overlay, usual_template(overlay))


@pytest.mark.parametrize("name", SHARED)
def test_one_file_dresses_the_card_and_what_lies_beside_it(name: str, home: Home, qapp: QCoreApplication) -> None:
    assert read_template(home, name).name == name
    for kind in DRESSED:
        assert template_names(home, kind) == (kind, *SHARED)
        template = read_overlay_template(home, kind, name)
        params = replace(FILLED.get(kind) or params_of(AddedConfig("a", kind)), template=template)
        if kind in ("next", "soldout"):
            params = replace(params, name="苹果")
        for width, height in ((1280, 720), (720, 1280)):
            patch = OVERLAYS[kind]().render(params, width, height)
            assert_inside(patch, width, height)
            plain = OVERLAYS[kind]().render(replace(params, template=None), width, height)
            assert patch.rgba.shape != plain.rgba.shape or not np.array_equal(patch.rgba, plain.rgba)
    assert read_overlay_template(home, "text", name).ink == read_template(home, name).ink


def test_a_template_of_ones_own_is_for_the_overlays_it_names(home: Home) -> None:
    written(home, 'overlay = ["coupon", "flash"]\nground = "#fff8e1"\nletters = [64, 24, 26]\n')
    assert template_names(home, "coupon") == ("coupon", *SHARED, "mine")
    assert "mine" not in template_names(home, "clock")
    assert "mine" not in template_names(home)
    assert read_overlay_template(home, "coupon", "mine").letters == (64, 24, 26)
    assert "#fff8e1" in read_overlay_template(home, "coupon", "mine").ground
    assert "clock" not in refused(home, "clock")
    assert "coupon, flash" in refused(home, "clock")
    assert "26, 30, 48, 22, 22" in refused(home, "flash"), "a flash sale has five texts"


def test_one_with_the_name_of_an_overlay_takes_the_place_of_ours(home: Home) -> None:
    written(home, 'overlay = "ticker"\nspeed = 40\nground = "#204020"\n', "ticker")
    assert read_overlay_template(home, "ticker").speed == 40
    written(home, "radius = 0\n", "coupon")  # a card's, whatever it is called
    assert read_overlay_template(home, "coupon") == usual_template("coupon")
    assert "coupon" in template_names(home)
    told: list[StudioError] = []
    written(home, 'overlay = "slate"\nletters = [9, 9, 9]\n', "slate")
    assert own_template(home, told.append, "slate") == usual_template("slate")
    assert [error.problem.code for error in told] == ["template.broken"]


def test_ticker_and_slate_are_drawn_as_their_templates_say(qapp: QCoreApplication) -> None:
    usual = Ticker().render(TickerParams("苹果"), 640, 360)
    slow = replace(usual_template("ticker"), ground="#204020", speed=40)
    other = Ticker().render(TickerParams("苹果", slow), 640, 360)
    assert other.scroll_px_per_s * 90 == pytest.approx(usual.scroll_px_per_s * 40)
    assert tuple(other.rgba[-4, 2, :3]) == (0x20, 0x40, 0x20)
    plain = replace(usual_template("slate"), ground="#102030")
    slate = Slate().render(SlateParams("马上回来", template=plain), 640, 360)
    assert tuple(slate.rgba[350, 4]) == (0x10, 0x20, 0x30, 255)


def test_the_place_somebody_chose_comes_before_that_of_the_template(home: Home) -> None:
    written(home, 'overlay = "coupon"\nplace = "bottom_right"\nmotion = "fade"\n')
    added = added_from("coupon:template=mine,worth=20", 1)
    assert added.template == "mine"
    assert added_from(added_text(added), 1) == added
    params = dressed(added, home)
    assert (params.place, params.motion, params.worth) == (Place.BOTTOM_RIGHT, Motion.FADE, "20")
    chosen = dressed(added_from("coupon:template=mine,place=left", 1), home)
    assert (chosen.place, chosen.motion) == (Place.LEFT, Motion.FADE)
    assert dressed(added_from("coupon", 1), home).place is CouponParams().place


BROKEN = {
    "an overlay there is not": ('overlay = "hologram"', "hologram"),
    "no overlay at all": ("overlay = []", "coupon"),
    "a field of another overlay": ("speed = 9", "padding"),
    "a place outside": ('place = "outside"', "bottom_right"),
    "letters nobody reads": ("letters = [58, 9, 26]", "12"),
    "faint where a white picture shines through": ('ground = "#404040"\nink = "#8a8a8a"\nopacity = 60', "3.0"),
    "faint on the end of the ground": ('ground_end = "#7a3b12"', "3.0"),
    "a time left nobody reads": ('tag_ink = "#d5210f"', "3.0"),
    "wider than the picture": ("width = 4000", "1232"),
    "through and through": ("opacity = 5", "100"),
    "no colour": ('rim = "red"', "#2c7a34"),
    "a number for a switch": ("middled = 1", "true"),
}


@pytest.mark.parametrize(("text", "hint"), BROKEN.values(), ids=BROKEN)
def test_what_nobody_could_read_is_refused_with_what_would_do(text: str, hint: str, home: Home) -> None:
    i18n.use("zh")
    path = written(home, text if "overlay" in text else f'overlay = "coupon"\n{text}')
    said = refused(home, "coupon")
    assert str(path) in said
    assert hint in said or hint == "hologram"


def test_a_template_is_called_by_its_words() -> None:
    i18n.use("zh")
    assert template_words("", "coupon") == template_words("coupon", "coupon") == template_words("plain")
    assert template_words("night", "coupon") == template_words("night")
    assert template_words("mine", "coupon") == "mine"


SIZES: dict[str, Any] = {
    "opacity": st.integers(90, 100),
    "rim": st.sampled_from(["", "#204020"]),
    "rim_px": st.integers(1, 8),
    "radius": st.integers(0, 40),
    "padding": st.integers(4, 40),
    "width": st.integers(160, 1232),
    "letters": st.tuples(*[st.integers(12, 120)] * 3),
    "middled": st.booleans(),
}


@given(values=st.fixed_dictionaries(SIZES), upright=st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_template_says_within_its_bounds_stays_inside(
    values: dict[str, Any], upright: bool, qapp: QCoreApplication
) -> None:
    template = replace(usual_template("coupon"), **values)
    check_template("coupon", template)
    width, height = (720, 1280) if upright else (1280, 720)
    params = CouponParams("20", "满 99 元可用，每人一张，今晚十二点以前", template=template)
    assert_inside(Coupon().render(params, width, height), width, height)
