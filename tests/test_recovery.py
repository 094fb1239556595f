"""What is kept of a running show, and what comes back of it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from overlays.card import CardParams
from studio.config import (
    AudioConfig,
    AudioKind,
    CanvasConfig,
    DestinationConfig,
    EncoderConfig,
    Fit,
    Secret,
    ShowConfig,
    SourceConfig,
    SourceKind,
)
from studio.destinations import keep_destinations
from studio.disk import put_aside
from studio.errors import Problem, StudioError, fault
from studio.events import CardChanged, OrderTyped, SoundChanged
from studio.paths import Home
from studio.recovery import (
    KeptShow,
    ShowKeeper,
    as_it_was,
    cut_off,
    kept_show,
    open_log,
    recordings_left,
    to_go_on_with,
    typed_so_far,
)
from studio.snapshot import CutOff
from studio.sold import ViewersSampled
from studio.store.rows import Recorded
from studio.store.sessions import NewSession
from studio.store.store import Store
from tests import key_stores
from tests.store.samples import APPLES, START, TEA, after, health

CARDS = (APPLES.card(), TEA.card(), CardParams("P9", "蜂蜜", 4500, old_price_fen=5000, picture="a/b.png"))
PLATFORM = DestinationConfig("平台", Secret("rtmp://live.example/app/planted-key"))
SHOW = ShowConfig(
    SourceConfig(SourceKind.CAMERA, "USB 摄像头", Fit.COVER),
    AudioConfig(AudioKind.MIC),
    CanvasConfig(720, 1280, 25),
    EncoderConfig(1500, "superfast"),
    (PLATFORM,),
    CARDS,
    first_card="P01",
    rotate_s=20,
    ticker="今天包邮",
    record_dir=Path("/shows/录像"),
    duration_s=7200.0,
)
WITHOUT_ADDRESSES = replace(SHOW, destinations=())


@pytest.fixture
def home(own_home: Path) -> Home:
    return Home(own_home).ensure()


@pytest.fixture
def store(home: Home) -> Store:
    return Store.of(home)


def keep(home: Home, session_id: int = 7) -> ShowKeeper:
    keeper = ShowKeeper(home)
    keeper.keep(session_id, SHOW, ("平台",))
    return keeper


def test_the_running_show_is_kept_whole_and_without_any_key(home: Home) -> None:
    keeper = keep(home)
    assert kept_show(home) == KeptShow(7, WITHOUT_ADDRESSES, ("平台",))
    assert "planted-key" not in home.running_show.read_text()
    assert home.running_show.stat().st_mode & 0o077 == 0, "a camera's address may hold a password"
    keeper.forget()
    keeper.forget()
    assert kept_show(home) is None


def test_what_changes_on_the_air_is_kept_too(home: Home) -> None:
    keeper = keep(home)
    before = home.running_show.stat().st_mtime_ns
    keeper.keep(7, SHOW, ("平台",))
    assert home.running_show.stat().st_mtime_ns == before, "nothing changed, nothing is written"
    keeper.keep(7, replace(SHOW, ticker="最后十分钟", rotate_s=None), ("平台", "d2"))
    kept = kept_show(home)
    assert kept is not None
    assert (kept.show.ticker, kept.show.rotate_s, kept.destinations) == ("最后十分钟", None, ("平台", "d2"))


@pytest.mark.parametrize("change", [{"session_id": "7"}, {"show": {"canvas": {"width": 3}}}, {"show": 1}, {"x": 1}])
def test_a_damaged_file_is_as_good_as_none(home: Home, change: dict[str, object]) -> None:
    keep(home)
    data = json.loads(home.running_show.read_text())
    home.running_show.write_text(json.dumps(data | change))
    assert kept_show(home) is None
    home.running_show.write_text('{"session_id": 7, "sh')
    assert kept_show(home) is None


def test_cards_that_an_older_program_drew_are_no_reason_to_lose_the_show(home: Home) -> None:
    keep(home)
    data = json.loads(home.running_show.read_text())
    assert data["show"]["cards"]
    for card in data["show"]["cards"]:
        card["template"] = {"wide": [512, 232, 7]}  # its codes had smaller squares
    home.running_show.write_text(json.dumps(data))
    assert kept_show(home) == KeptShow(7, WITHOUT_ADDRESSES, ("平台",))


def test_a_folder_that_cannot_be_written_does_not_stop_the_show(tmp_path: Path) -> None:
    in_the_way = tmp_path / "home"
    in_the_way.write_text("a file")
    keeper = keep(Home(tmp_path / "home"))
    keeper.forget()
    in_the_way.unlink()
    in_the_way.mkdir()
    keeper.keep(7, SHOW, ("平台",))
    assert kept_show(Home(tmp_path / "home")) is not None, "it is tried again"


def test_the_show_goes_on_to_its_saved_destinations_until_somebody_ends_it(home: Home) -> None:
    keep(home)
    with pytest.raises(StudioError) as never_saved:
        to_go_on_with(home, None)
    assert never_saved.value.problem.code == "session.address_lost"
    keep_destinations(home, (PLATFORM, DestinationConfig("d2", Secret("rtmp://other.example/app/k"))))
    assert to_go_on_with(home, None) == (7, replace(SHOW, duration_s=None), ())
    fresh = DestinationConfig("平台", Secret("rtmp://live.example/app/new-key"))
    assert to_go_on_with(home, 7, (fresh,))[1].destinations == (fresh,)
    with pytest.raises(StudioError) as another:
        to_go_on_with(home, 8)
    home.running_show.unlink()
    with pytest.raises(StudioError) as nothing:
        to_go_on_with(home, None)
    codes = [caught.value.problem.code for caught in (another, nothing)]
    assert codes == ["session.plan_lost", "session.none_cut_off"]


def test_only_the_show_whose_plan_is_kept_is_offered(home: Home, store: Store) -> None:
    with store:
        assert cut_off(home, store) is None
        session_id = store.begin_session(NewSession(START))
        store.write_events(session_id, [health(1), health(2)])
        store.close_interrupted()
        assert cut_off(home, store) is None
        keep(home, session_id + 1)
        assert cut_off(home, store) is None
        keep(home, session_id)
        assert cut_off(home, store) == CutOff(session_id, START, after(2), ("平台",))


def test_the_card_and_the_counts_are_as_they_were(home: Home, store: Store) -> None:
    with store:
        session_id = store.begin_session(NewSession(START, cards=CARDS))
        assert typed_so_far(store.session_detail(session_id)) == ({}, None)
        assert as_it_was(SHOW, store.session_detail(session_id)) == SHOW
        typed = [OrderTyped("P01", 2, 3990, after(2)), OrderTyped("P01", -1, 3990, after(3))]
        seen = [ViewersSampled(40, "typed", after(4)), ViewersSampled(35, "typed", after(5))]
        store.write_events(session_id, [CardChanged("P01", after(1)), *typed, CardChanged("P9", after(4)), *seen])
        detail = store.session_detail(session_id)
    assert typed_so_far(detail) == ({"P01": 1}, 35)
    assert as_it_was(SHOW, detail).first_card == "P9"
    assert as_it_was(replace(SHOW, cards=()), detail).first_card == "P01"


def test_recordings_are_left_where_no_film_was_made_of_them(home: Home, store: Store, tmp_path: Path) -> None:
    made, left, gone = (tmp_path / f"{name}.mkv" for name in ("made", "left", "gone"))
    made.with_suffix(".mp4").touch()
    left.touch()
    with store:
        for recording in (made, left, gone):
            session_id = store.begin_session(NewSession(datetime.now(UTC), recording=str(recording)))
            store.end_session(session_id, datetime.now(UTC))
        assert recordings_left(store) == (Recorded(2, str(left)),)
        assert store.session_detail(1).recordings == (str(made.with_suffix(".mp4")),)


def test_the_show_goes_on_without_a_destination_whose_address_is_not_there(home: Home) -> None:
    ShowKeeper(home).keep(7, SHOW, ("平台", "d2"))
    keep_destinations(home, (PLATFORM,))
    _same, show, lacking = to_go_on_with(home, None)
    assert show.destinations == (PLATFORM,)
    assert lacking == (Problem.of("session.address_lost", name="d2"),)


def test_a_locked_key_store_is_named_and_no_address_is_called_lost(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(home)
    key_stores.use(monkeypatch, tmp_path / "keys.json")
    keep_destinations(home, (PLATFORM,))
    key_stores.use(monkeypatch, tmp_path / "keys.json", "locked")
    with pytest.raises(StudioError) as caught:
        to_go_on_with(home, None)
    problem = caught.value.problem
    assert (problem.code, dict(problem.values)["reason"]) == ("keys.unreadable", "it is locked")
    key_stores.use(monkeypatch, tmp_path / "keys.json")
    assert to_go_on_with(home, None)[1].destinations == (PLATFORM,)


def test_what_was_off_when_the_show_was_cut_off_stays_off(home: Home, store: Store) -> None:
    """A card that was taken off a moment before the cut, and one that was on at a cut before."""

    def now() -> ShowConfig:
        return as_it_was(SHOW, store.session_detail(session_id))

    with store:
        session_id = store.begin_session(NewSession(START, cards=CARDS))
        muted, heard = (SoundChanged(on, SHOW.sound, after(1)) for on in (True, False))
        store.write_events(session_id, [health(1), CardChanged("P9", after(1)), heard, health(2)])
        store.close_interrupted()
        assert (now().first_card, now().run_from.card_off, now().muted) == ("P9", False, False)
        store.go_on_with(session_id, after(10), None)
        store.write_events(session_id, [health(11)])
        store.close_interrupted()
        assert now().first_card == "P9", "it died again before the card was there"
        store.go_on_with(session_id, after(20), None)
        store.write_events(session_id, [CardChanged("P9", after(20)), muted, health(21), CardChanged(None, after(22))])
        store.close_interrupted()
        assert (now().first_card, now().run_from.card_off, now().muted) == (None, True, True)
        store.go_on_with(session_id, after(30), None)
        store.write_events(session_id, [health(31), heard])
        store.close_interrupted()
        assert (now().first_card, now().muted) == (None, False)


def test_on_a_disk_that_others_have_filled_the_log_opens_with_what_was_put_aside(
    home: Home, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(home, 1)
    with store:
        store.write_events(store.begin_session(NewSession(START)), [health(1)])
    whole = Store.close_interrupted

    def lacking_room(log: Store) -> tuple[int, ...]:
        if home.aside.exists() or full_for_good:
            raise fault("home.unwritable", path=home.root, reason="the disk is full")
        return whole(log)

    monkeypatch.setattr(Store, "close_interrupted", lacking_room)
    put_aside(home.aside)
    full_for_good = True
    for _ in range(2):
        with pytest.raises(StudioError):
            open_log(home, store)
    put_aside(home.aside)
    full_for_good = False
    with store:
        assert open_log(home, store) == CutOff(1, START, after(1), ("平台",))
    assert home.aside.exists(), "for the next time"
