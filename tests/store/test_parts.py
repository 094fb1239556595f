"""A session of several parts: cut off, gone on with, and told as one."""

from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.events import CardChanged, Event, RecordingFinished
from studio.store.detail import total, viewers_by_source
from studio.store.rows import Gap, Recorded, SessionEnd, ViewerRow
from studio.store.sessions import NewSession
from studio.store.store import Store
from tests.store.samples import APPLES, START, after, health


def cut_off(store: Store, *, rehearsal: bool = False) -> int:
    """A session of ten seconds that nobody ended."""
    session_id = store.begin_session(NewSession(START, rehearsal, recording="shows/1.mkv", cards=(APPLES.card(),)))
    events: list[Event] = [CardChanged("P01", after(1)), *(health(second) for second in range(1, 11))]
    store.write_events(session_id, events)
    assert store.close_interrupted() == (session_id,)
    return session_id


def test_a_session_that_is_gone_on_with_keeps_its_number_and_shows_the_gap(store: Store) -> None:
    session_id = cut_off(store)
    store.go_on_with(session_id, after(70), "shows/2.mkv")
    running = store.session_detail(session_id)
    assert (running.session.end, running.session.ended_at) == (None, None)
    store.write_events(session_id, [CardChanged("P01", after(71)), *(health(second) for second in range(71, 81))])
    store.end_session(session_id, after(81))
    detail = store.session_detail(session_id)
    assert detail.session.end is SessionEnd.ENDED
    assert detail.interruptions == (Gap(after(10), 60.0),)
    assert detail.on_air_s == pytest.approx(21.0)
    assert (detail.session.interrupted_s, detail.session.recording) == (60.0, "shows/2.mkv")
    assert detail.recordings == ("shows/1.mkv", "shows/2.mkv")
    assert detail.health is not None
    assert detail.health.gaps == (), "the gap is told once"
    assert [window.hidden_at for window in detail.windows] == [after(10), after(81)]
    assert store.list_sessions() == (detail.session,)


def test_only_what_was_cut_off_can_be_gone_on_with(store: Store) -> None:
    session_id = cut_off(store)
    store.go_on_with(session_id, after(70), None)
    with pytest.raises(StudioError) as running:
        store.go_on_with(session_id, after(71), None)
    store.end_session(session_id, after(80))
    with pytest.raises(StudioError) as ended:
        store.go_on_with(session_id, after(81), None)
    with pytest.raises(StudioError) as unknown:
        store.go_on_with(99, after(81), None)
    codes = [caught.value.problem.code for caught in (running, ended, unknown)]
    assert codes == ["session.not_cut_off", "session.not_cut_off", "session.unknown"]


def test_the_last_session_is_offered_where_it_was_cut_off(store: Store) -> None:
    assert store.last_cut_off() is None
    session_id = cut_off(store)
    assert store.last_cut_off() == session_id
    other = store.begin_session(NewSession(after(20)))
    assert store.last_cut_off() is None, "another show came since"
    store.end_session(other, after(21))
    assert store.last_cut_off() is None


def test_a_rehearsal_is_not_offered(store: Store) -> None:
    cut_off(store, rehearsal=True)
    assert store.last_cut_off() is None
    show = cut_off(store)
    cut_off(store, rehearsal=True)
    assert store.last_cut_off() == show, "and takes no show's place"


def test_recordings_that_are_no_film_yet_are_found_once_their_session_is_over(store: Store) -> None:
    session_id = cut_off(store)
    assert store.recordings_ending_in(".mkv") == (Recorded(session_id, "shows/1.mkv"),)
    store.write_events(session_id, [RecordingFinished(session_id, "shows/1.mkv", str(Path("shows/1.mp4")))])
    assert store.recordings_ending_in(".mkv") == ()
    assert store.session_detail(session_id).recordings == ("shows/1.mp4",)
    store.begin_session(NewSession(after(20), recording="shows/3.mkv"))
    assert store.recordings_ending_in(".mkv") == ()


def test_nobody_watches_while_nothing_is_on_air() -> None:
    samples = [ViewerRow(after(0), 10, "typed"), ViewerRow(after(100), 40, "typed")]
    (with_gap,) = viewers_by_source(samples, after(110), [Gap(after(10), 90.0)])
    assert with_gap.mean == pytest.approx(25.0)
    (across_the_end,) = viewers_by_source(samples, after(110), [Gap(after(90), 15.0)])
    assert across_the_end.mean == pytest.approx((10 * 90 + 40 * 5) / 95)


@pytest.mark.parametrize(
    ("counts", "lost"), [([], 0), ([0, 0, 0], 0), ([1, 4, 4], 4), ([1, 4, 0, 2], 6), ([5, 0, 0, 1, 0], 6)]
)
def test_a_counter_that_begins_anew_is_added_up(counts: list[int], lost: int) -> None:
    assert total(counts) == lost
