"""Forms made from dataclasses give back what they were given, and addresses are joined as platforms mean them."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLineEdit, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from studio.commands import (
    AddDestination,
    AllowCodes,
    ListDevices,
    RemoveDestination,
    ReplaceAddress,
    SetRotation,
    SetTicker,
)
from studio.config import CanvasConfig, DestinationConfig, EncoderConfig, Secret, ShowConfig, SourceConfig, SourceKind
from studio.equipment import Device, DevicesFound
from studio.errors import StudioError
from studio.ui.forms import Form
from studio.ui.show_form import Size, commands_between, form_of, show_of
from tests.ui.conftest import Stage
from tests.ui.samples import SHOW


class Taste(StrEnum):
    SWEET = "sweet"
    SOUR = "sour"


@dataclass(frozen=True, slots=True)
class Basket:
    """One field of every kind."""

    pieces: int = field(default=3, metadata={"label": "Pieces", "low": 1, "high": 9})
    weight_kg: float = field(default=2.5, metadata={"label": "Weight", "low": 0, "high": 50})
    name: str = field(default="apples", metadata={"label": "Name"})
    fresh: bool = field(default=True, metadata={"label": "Fresh"})
    taste: Taste = field(default=Taste.SOUR, metadata={"label": "Taste"})
    discount: int | None = field(default=None, metadata={"label": "Discount", "low": 0, "high": 90})
    rest_s: float | None = field(default=4.0, metadata={"label": "Rest", "low": 0, "high": 10})
    note: str | None = field(default=None, metadata={"label": "Note", "when": ("fresh", (True,))})
    hidden: str = "not in the form"


@pytest.mark.parametrize(
    "value",
    [
        Basket(),
        Basket(9, 0.0, "", False, Taste.SWEET, 0, None, "ripe", "kept"),
        CanvasConfig(720, 1280, 25),
        EncoderConfig(800, "fast"),
        form_of(SHOW),
        form_of(replace(SHOW, ticker="今晚", rotate_s=12.5, record_dir=Path("/records"))),
    ],
)
def test_a_form_gives_back_what_it_shows(qtbot: QtBot, value: Basket) -> None:
    form = Form(value)
    qtbot.addWidget(form)
    assert form.value() == value
    assert form.value() is not value


def test_what_is_typed_is_read_back_and_limits_hold(qtbot: QtBot) -> None:
    form = Form(Basket())
    qtbot.addWidget(form)
    form.editors["pieces"].findChildren(QSpinBox)[0].setValue(500)
    form.editors["weight_kg"].findChildren(QDoubleSpinBox)[0].setValue(7.5)
    form.editors["name"].findChildren(QLineEdit)[0].setText("pears")
    form.editors["discount"].show_value(15)
    assert form.value() == replace(Basket(), pieces=9, weight_kg=7.5, name="pears", discount=15)


def test_a_row_that_does_not_matter_is_hidden(qtbot: QtBot) -> None:
    form = Form(Basket())
    qtbot.addWidget(form)
    form.show()
    assert form.editors["note"].isVisible()
    form.editors["fresh"].show_value(False)
    assert not form.editors["note"].isVisible()


def test_a_show_survives_its_form() -> None:
    source = SourceConfig(SourceKind.URL, "rtsp://phone/1")
    show = replace(SHOW, source=source, rotate_s=8.0, stats_url="http://192.168.1.5/stat", station="红旗村")
    assert show_of(form_of(show), show, Path("/records")) == show


def test_a_size_the_form_does_not_offer_is_kept() -> None:
    show = ShowConfig(canvas=CanvasConfig(640, 360, 30))
    form = form_of(show)
    assert form.size is Size.OTHER
    assert show_of(form, show, Path("/records")).canvas == show.canvas


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"source": SourceKind.CLIP, "clip": "/not/there.mp4"}, "clip.missing"),
        ({"source": SourceKind.URL, "address": " "}, "value.bad"),
        ({"stats_url": "rtmp://192.168.1.5/live"}, "value.bad"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, object], code: str) -> None:
    with pytest.raises(StudioError) as caught:
        show_of(replace(form_of(SHOW), **changes), SHOW, Path("/records"))  # type: ignore[arg-type]
    assert caught.value.problem.code == code


def test_a_running_show_takes_over_text_rotation_and_destinations() -> None:
    fresh = DestinationConfig("抖店", Secret("rtmp://c.example/live/key"))
    changed = replace(SHOW, ticker="new", rotate_s=5.0, destinations=(SHOW.destinations[0], fresh))
    assert commands_between(SHOW, changed) == (
        SetTicker("new"),
        SetRotation(5.0),
        RemoveDestination("快手"),
        AddDestination(fresh),
    )
    assert commands_between(SHOW, SHOW) == ()


def test_a_new_address_or_a_switch_for_codes_takes_no_destination_off_the_air() -> None:
    taobao, kuaishou = SHOW.destinations
    url = Secret("rtmp://push.example.com/live/fresh")
    changed = replace(SHOW, destinations=(replace(taobao, url=url), replace(kuaishou, codes=False)))
    assert commands_between(SHOW, changed) == (ReplaceAddress("淘宝", url), AllowCodes("快手", False))
    camera = replace(SHOW, destinations=(replace(taobao, url=Secret("virtualcam")), kuaishou))
    assert commands_between(SHOW, camera) == (RemoveDestination("淘宝"), AddDestination(camera.destinations[0]))


def test_a_saved_plan_is_kept_and_used_by_the_next_start(stage: Stage) -> None:
    stage.open()
    stage.setup.form.editors["size"].show_value(Size.PORTRAIT)
    stage.setup.save_button.click()
    assert stage.saved[-1].canvas == CanvasConfig(720, 1280, 30)
    assert stage.desk.show == stage.saved[-1]
    assert stage.setup.saved.text() == "Saved."


def test_found_cameras_are_offered(stage: Stage) -> None:
    stage.open()
    stage.window.stack.setCurrentIndex(1)
    stage.engine.wait_for(ListDevices)
    stage.engine.tell(DevicesFound((Device("Front camera", "Front camera"),), ()))
    box = stage.setup.form.editors["camera"].findChildren(QComboBox)[0]
    stage.until(lambda: box.findText("Front camera") >= 0)
    assert stage.setup.form.value().camera == ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that can be looked at."""

    proof: str = field(default="", metadata={"label": "Proof", "file": True, "opens": True})


def test_a_file_is_opened_in_its_own_program(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    form = Form(Paper())
    qtbot.addWidget(form)
    _choose, look = form.editors["proof"].findChildren(QPushButton)
    assert not look.isEnabled()
    form.fill("proof", str(tmp_path / "gone.pdf"))
    assert not look.isEnabled()
    paper = tmp_path / "测试报告.pdf"
    paper.write_bytes(b"%PDF-1.4")
    form.fill("proof", str(paper))
    look.click()
    assert opened == [str(paper)]
