"""The plan of the next show, kept between runs; the keys apart and for their owner only."""

import json
from dataclasses import replace
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from studio.config import (
    AudioConfig,
    AudioKind,
    CanvasConfig,
    DestinationConfig,
    EncoderConfig,
    Fit,
    Secret,
    ShowConfig,
    SoundConfig,
    SourceConfig,
    SourceKind,
    WatchConfig,
)
from studio.destinations import keep_destinations, load_destinations
from studio.errors import StudioError
from studio.paths import Home
from studio.plan import KeptPlan, add_destinations, load_plan, save_plan
from tests.key_stores import Drawer

NO_STORE = Drawer(there=False)
KEY = "k3y-of-a-farmer"
SHOW = ShowConfig(
    source=SourceConfig(SourceKind.URL, "rtsp://192.168.1.5/摄像头", Fit.COVER),
    audio=AudioConfig(AudioKind.CLIP, "song.wav"),
    canvas=CanvasConfig(720, 1280, 25),
    encoder=EncoderConfig(1800, "superfast"),
    sound=SoundConfig(offset_ms=-120),
    watch=WatchConfig(black_s=3, blurred_s=None, nobody_s=45.0, tone=True),
    destinations=(
        DestinationConfig("淘宝", Secret(f"rtmp://push.example.com/live/{KEY}")),
        DestinationConfig("快手", Secret("rtmps://live.example.org/app/other?sign=1")),
    ),
    rotate_s=45.0,
    ticker="今天下单，明天发货",
    record_dir=Path("/somewhere/录像"),
    stats_url="http://127.0.0.1:8080/stat",
    station="红旗村电商服务站",
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").ensure()


@pytest.mark.parametrize("show", [SHOW, ShowConfig()])
def test_a_plan_comes_back_as_it_was_kept(home: Home, show: ShowConfig) -> None:
    save_plan(home, show, NO_STORE)
    assert load_plan(home) == show


@pytest.mark.parametrize("part", ["sound", "watch"])
def test_a_plan_from_before_there_were_such_settings_still_loads(home: Home, part: str) -> None:
    save_plan(home, ShowConfig())
    plan = json.loads(home.plan.read_text(encoding="utf-8"))
    del plan[part]
    home.plan.write_text(json.dumps(plan), encoding="utf-8")
    assert load_plan(home) == ShowConfig()


def test_saving_again_replaces_the_plan_whole(home: Home) -> None:
    save_plan(home, SHOW, NO_STORE)
    save_plan(home, ShowConfig(), NO_STORE, removed=frozenset({"淘宝", "快手"}))
    assert load_plan(home) == ShowConfig()
    assert sorted(path.name for path in home.root.glob("*.*")) == ["destinations.json", "show.json"]


def test_two_destinations_of_one_name_are_refused_and_nothing_is_lost(home: Home) -> None:
    save_plan(home, SHOW, NO_STORE)
    twice = (*SHOW.destinations, DestinationConfig("淘宝", Secret("rtmp://elsewhere.example.com/live/2")))
    with pytest.raises(StudioError) as caught:
        save_plan(home, replace(SHOW, destinations=twice), NO_STORE)
    assert caught.value.problem.code == "output.duplicate_name"
    assert load_plan(home) == SHOW


def test_keys_lie_in_a_file_that_only_its_owner_reads(home: Home) -> None:
    save_plan(home, SHOW, NO_STORE)
    for path in (home.destinations, home.plan):
        assert path.stat().st_mode & 0o777 == 0o600
    assert KEY not in home.plan.read_text(encoding="utf-8")
    assert KEY in home.destinations.read_text(encoding="utf-8")


def test_a_home_that_cannot_be_written_is_told(home: Home) -> None:
    home.plan.with_suffix(".tmp").mkdir()
    with pytest.raises(StudioError) as caught:
        save_plan(home, SHOW, NO_STORE)
    assert caught.value.problem.code == "home.unwritable"


def test_a_key_store_that_is_unlocked_later_loses_nothing(home: Home) -> None:
    """What the window could not read when it began it has not taken out; once it had it, it may."""
    keys = Drawer()
    save_plan(home, SHOW, keys)
    keys.open = False
    saved = load_destinations(home, keys)
    assert saved.destinations == ()
    plan, now = KeptPlan(home, saved, keys), replace(SHOW, destinations=())
    assert plan.save(now) is None
    assert plan.come_back() == ()
    keys.open = True
    plan.save(now)
    assert plan.come_back() == SHOW.destinations
    assert plan.come_back() == ()
    plan.save(SHOW)
    assert load_plan(home, load_destinations(home, keys).destinations) == SHOW
    plan.save(replace(SHOW, destinations=SHOW.destinations[1:]))
    assert load_destinations(home, keys).destinations == SHOW.destinations[1:]
    assert len(keys.secrets) == 1


def test_a_destination_a_command_adds_while_the_window_is_open_stays(home: Home) -> None:
    keys = Drawer()
    plan = KeptPlan(home, load_destinations(home, keys), keys)
    added, own = SHOW.destinations
    keep_destinations(home, (added,), keys)
    plan.save(replace(SHOW, destinations=(own,)))
    assert load_destinations(home, keys).destinations == (own, added)
    assert plan.come_back() == (added,)


def test_no_plan_is_none(home: Home) -> None:
    assert load_plan(home) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "7", '{"source": null}', '{"source": {}}', "\x00\xff"])
def test_a_damaged_plan_is_none(home: Home, text: str) -> None:
    home.plan.write_text(text, encoding="latin-1")
    home.destinations.write_text(text, encoding="latin-1")
    assert load_plan(home) is None


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 600))
def test_a_plan_that_was_cut_off_is_none_or_whole(home: Home, cut: int) -> None:
    save_plan(home, SHOW, NO_STORE)
    whole = home.plan.read_bytes()
    home.plan.write_bytes(whole[:cut])
    plan = load_plan(home)
    assert plan == SHOW if cut >= len(whole) else plan is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("canvas", {"width": 3, "height": 720, "fps": 30}),
        ("canvas", {"width": 1280, "height": 720}),
        ("canvas", {"breadth": 1280}),
        ("encoder", {"bitrate_kbps": 1, "preset": "fast"}),
        ("source", {"kind": "telescope", "target": "", "fit": "contain"}),
        ("audio", None),
        ("audio", {"kind": "mic", "target": 5}),
        ("ticker", 5),
        ("ticker", None),
        ("rotate_s", "often"),
        ("rotate_s", True),
        ("record_dir", ["here"]),
        ("stats_url", {}),
        ("station", 7),
        ("canvas", {"width": 1280.0, "height": 720, "fps": 30}),
        ("encoder", {"bitrate_kbps": 2500.5, "preset": "fast"}),
        ("watch", {"black_s": "soon"}),
        ("watch", {"black_s": 0}),
        ("watch", {"black_s": True}),
        ("watch", {"tone": 1}),
    ],
)
def test_a_plan_with_values_that_cannot_be_is_none(home: Home, field: str, value: object) -> None:
    save_plan(home, SHOW, NO_STORE)
    data = json.loads(home.plan.read_text(encoding="utf-8")) | {field: value}
    home.plan.write_text(json.dumps(data), encoding="utf-8")
    loaded = load_plan(home)
    assert loaded is None or (field == "canvas" and loaded.canvas.fps == 30)


def test_a_destination_that_was_added_to_the_demo_is_kept_and_the_demo_is_not(home: Home) -> None:
    """Whoever tries the program out types the key once."""
    save_plan(home, replace(SHOW, ticker="明天开播"), NO_STORE)
    fresh = DestinationConfig("快手", Secret("rtmp://live.example.org/app/new"))
    other = DestinationConfig("抖音", Secret("rtmp://push.example.net/live/1"))
    add_destinations(home, ShowConfig(ticker="demo", destinations=(fresh, other)), NO_STORE)
    add_destinations(home, ShowConfig(ticker="demo"), NO_STORE)
    kept = load_plan(home)
    assert kept is not None
    assert {one.name: one.url for one in kept.destinations} == {
        "淘宝": SHOW.destinations[0].url,
        "快手": fresh.url,
        "抖音": other.url,
    }
    assert kept.ticker == "明天开播"
