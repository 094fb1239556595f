"""Saved destinations: their addresses lie in the key store, else in a file for its owner only, and none gets lost."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from studio.config import DestinationConfig, Secret
from studio.destinations import destination, keep_destinations, keys_in_file, load_destinations, move_keys
from studio.errors import StudioError
from studio.paths import Home
from tests.key_stores import Drawer
from tests.media.told import Hand

KEY = "k3y-of-a-farmer"
TAOBAO = DestinationConfig("淘宝", Secret(f"rtmp://a.alivecdn.com/live/{KEY}?t=1&s=2"), "taobao", False)
KUAISHOU = DestinationConfig("快手", Secret("rtmps://live.example.org/app/other?sign=1"), "kuaishou", True)
CAMERA = DestinationConfig("直播伴侣", Secret("virtualcam:OBS Virtual Camera"), "douyin")
ALL = (TAOBAO, KUAISHOU, CAMERA)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").ensure()


@pytest.mark.parametrize("there", [True, False])
def test_destinations_come_back_as_they_were_kept(home: Home, there: bool) -> None:
    keys = Drawer(there)
    keep_destinations(home, ALL, keys)
    assert load_destinations(home, keys).destinations == ALL
    keep_destinations(home, ALL[1:], keys, removed=frozenset({TAOBAO.name}))
    assert load_destinations(home, keys).destinations == ALL[1:]
    assert home.destinations.stat().st_mode & 0o777 == 0o600


def test_keys_are_in_the_store_and_nowhere_else(home: Home) -> None:
    keys = Drawer()
    assert keep_destinations(home, ALL, keys) is None
    assert sorted(keys.secrets.values()) == sorted([TAOBAO.url.reveal(), KUAISHOU.url.reveal()])
    text = home.destinations.read_text(encoding="utf-8")
    assert KEY not in text
    assert "alivecdn" not in text
    assert not keys_in_file(home)
    keep_destinations(home, (), keys, removed=frozenset(one.name for one in ALL))
    assert keys.secrets == {}


def test_without_a_store_that_is_told_once(home: Home) -> None:
    keys = Drawer(there=False)
    assert keep_destinations(home, (CAMERA,), keys) is None
    told = keep_destinations(home, ALL, keys)
    assert told is not None
    assert told.code == "keys.in_file"
    assert keep_destinations(home, ALL, keys) is None
    assert keys_in_file(home)
    assert KEY in home.destinations.read_text(encoding="utf-8")


def test_a_store_that_comes_later_takes_the_keys_in(home: Home) -> None:
    keep_destinations(home, ALL, Drawer(there=False))
    keys = Drawer()
    keep_destinations(home, ALL, keys)
    assert not keys_in_file(home)
    assert load_destinations(home, keys).destinations == ALL


def test_a_changed_address_replaces_the_old_one_in_the_store(home: Home) -> None:
    keys = Drawer()
    keep_destinations(home, ALL, keys)
    fresh = replace(TAOBAO, url=Secret("rtmp://a.alivecdn.com/live/fresh"))
    keep_destinations(home, (fresh, KUAISHOU), keys)
    assert sorted(keys.secrets.values()) == [fresh.url.reveal(), KUAISHOU.url.reveal()]


def test_a_locked_store_loses_nothing(home: Home) -> None:
    keys = Drawer()
    keep_destinations(home, ALL, keys)
    keys.open = False
    saved = load_destinations(home, keys)
    assert saved.destinations == (CAMERA,)
    assert [(one.code, dict(one.values)["name"]) for one in saved.problems] == [
        ("keys.unreadable", "淘宝"),
        ("keys.unreadable", "快手"),
    ]
    with pytest.raises(StudioError) as caught:
        destination(home, "快手", 1, keys)
    assert caught.value.problem.code == "keys.unreadable"
    anew = replace(KUAISHOU, url=Secret("rtmp://b.example/live/fresh"))
    keep_destinations(home, (CAMERA, anew), keys)
    keys.open = True
    assert load_destinations(home, keys).destinations == (CAMERA, anew, TAOBAO)
    keys.open = False
    keep_destinations(home, (CAMERA, anew), keys, removed=frozenset({"淘宝"}))
    keys.open = True
    assert load_destinations(home, keys).destinations == (CAMERA, anew)


@pytest.mark.parametrize("there", [True, False])
def test_what_whoever_saves_never_had_stays_as_it_was(home: Home, there: bool) -> None:
    keys = Drawer(there)
    keep_destinations(home, (TAOBAO, KUAISHOU), keys)
    before = json.loads(home.destinations.read_text(encoding="utf-8"))
    keep_destinations(home, (CAMERA,), keys)
    assert load_destinations(home, keys).destinations == (CAMERA, TAOBAO, KUAISHOU)
    after = json.loads(home.destinations.read_text(encoding="utf-8"))
    assert after["destinations"][1:] == before["destinations"]


@pytest.mark.parametrize("there", [True, False])
def test_the_first_kind_of_file_is_taken_over(home: Home, there: bool) -> None:
    first = {"version": TAOBAO.url.reveal(), "快手": KUAISHOU.url.reveal(), "旧平台": "http://old.example/live"}
    home.destinations.write_text(json.dumps(first), encoding="utf-8")
    keys = Drawer(there)
    before = load_destinations(home, keys).destinations
    assert [one.name for one in before] == ["version", "快手"]
    told = move_keys(home, keys)
    assert (told is None) is there
    assert move_keys(home, keys) is None
    assert load_destinations(home, keys).destinations == before
    assert keys_in_file(home) is not there


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"version": 2}',
        '{"version": 2, "destinations": 5}',
        '{"version": 2, "destinations": [5, {}, {"name": 3, "address": "x"}, {"name": "a", "address": []}]}',
        '{"version": 2, "destinations": [{"name": "a", "address": "http://x/y", "codes": "yes"}]}',
    ],
)
def test_a_damaged_file_is_an_empty_one(home: Home, text: str) -> None:
    home.destinations.write_text(text, encoding="utf-8")
    assert load_destinations(home, Drawer()).destinations == ()
    assert keep_destinations(home, (KUAISHOU,), Drawer()) is None


def test_a_destination_is_an_address_a_camera_or_a_saved_name(home: Home) -> None:
    keys = Drawer()
    keep_destinations(home, ALL, keys)
    assert destination(home, "淘宝", 1, keys) == TAOBAO
    assert destination(home, "virtualcam", 1).camera == ""
    second = destination(home, "virtualcam:/dev/video9", 2)
    assert (second.camera, second.shown) == ("/dev/video9", "virtualcam:/dev/video9")
    first = destination(home, f"rtmp://push.example.com/live/{KEY}", 1)
    other = destination(home, "rtmp://push.example.com/live/other", 2)
    assert (first.name, other.name) == ("push.example.com", "push.example.com (2)")
    assert first.shown == "rtmp://push.example.com/live/•••"
    assert destination(home, f"rtmp://farmer:{KEY}@push.example.com:1936/live/{KEY}", 1).name == "push.example.com:1936"


def test_an_address_of_a_platform_is_under_its_rules_though_nobody_named_it(home: Home) -> None:
    kuaishou = f"rtmp://open-push.voip.yximgs.com/gifshow/{KEY}"
    given = destination(home, kuaishou, 2)
    assert (given.name, given.platform) == ("open-push.voip.yximgs.com (2)", "kuaishou")
    assert (given.takes_codes, given.preset.closes_after_s) == (False, 60)
    home.destinations.write_text(json.dumps({"老地址": kuaishou}), encoding="utf-8")
    keys = Drawer()
    for _time in ("as the first kind of file", "taken over"):
        (old,) = load_destinations(home, keys).destinations
        assert (old.platform, old.takes_codes) == ("kuaishou", False)
        move_keys(home, keys)
    wanted = DestinationConfig("我的", Secret(kuaishou), codes=True)
    keep_destinations(home, (wanted,), keys, removed=frozenset({old.name}))
    assert load_destinations(home, keys).destinations == (wanted,), "what a person has chosen stays"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("京东", "destination.unknown"),
        ("", "output.not_rtmp"),
        (" ", "output.not_rtmp"),
        (f"{KEY}?sign=1", "destination.unknown"),
        (f"http://push.example.com/live/{KEY}", "output.not_rtmp"),
        (f"push.example.com/live/{KEY}", "output.not_rtmp"),
        ("push.example.com:1935", "output.not_rtmp"),
        ("rtmp://", "output.not_rtmp"),
    ],
)
def test_what_is_none_of_them_is_told(home: Home, given: str, code: str) -> None:
    with pytest.raises(StudioError) as caught:
        destination(home, given, 1, Drawer())
    assert caught.value.problem.code == code
    assert KEY not in repr(caught.value.problem)


def test_when_an_address_was_given_is_kept_until_there_is_another(home: Home) -> None:
    keys, clock = Drawer(), Hand()
    keep_destinations(home, ALL, keys, clock=clock)
    given = clock.utc()
    clock.at_ns += 3600 * 10**9
    renamed = replace(TAOBAO, name="店里的淘宝")
    fresh = replace(KUAISHOU, url=Secret("rtmp://live.example.org/app/fresh"))
    keep_destinations(home, (renamed, fresh), keys, removed=frozenset({TAOBAO.name, CAMERA.name}), clock=clock)
    found = load_destinations(home, keys).destinations
    assert [one.given_at for one in found] == [given, clock.utc()]
    data = json.loads(home.destinations.read_text(encoding="utf-8"))
    for entry, of_old_versions in zip(data["destinations"], (None, "yesterday"), strict=True):
        entry["given_at"] = of_old_versions
    home.destinations.write_text(json.dumps(data), encoding="utf-8")
    assert [one.given_at for one in load_destinations(home, keys).destinations] == [None, None]


def test_codes_are_allowed_as_the_platform_or_the_person_says() -> None:
    assert [one.takes_codes for one in ALL] == [False, True, False]
    assert DestinationConfig("own", Secret("rtmp://own.example/live/1")).takes_codes
