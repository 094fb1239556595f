"""What a person at the command line is told of destinations that are lost."""

from dataclasses import replace
from pathlib import Path

from studio.config import DestinationConfig, Secret, ShowConfig, SoundConfig
from studio.console.telling import NS, Teller
from studio.errors import Problem, explain
from studio.events import Noticed, SoundChanged
from studio.i18n import use
from studio.output_states import OutputChanged, OutputState
from tests.media.told import Hand
from tests.store.samples import START, health

PLACES = tuple(DestinationConfig(name, Secret(f"rtmp://{name}.example/live/key")) for name in ("a", "b"))
TWO = ShowConfig(destinations=PLACES)
REFUSED = Problem.of("output.refused", name="a", reason="expired")


def told(teller: Teller, state: OutputState, problem: Problem | None = None, closes_s: float | None = None) -> str:
    closes_ns = None if closes_s is None else round(closes_s * NS)
    return "\n".join(teller.lines(OutputChanged("a", "rtmp://a.example/•••", state, START, problem, closes_ns)))


def test_every_problem_is_told_with_its_cure() -> None:
    use("en")
    said = told(Teller(TWO, Hand()), OutputState.FAILED, REFUSED)
    assert "Its words: expired." in said
    assert "Get a new one from the platform." in said
    assert "address a" in told(Teller(TWO, Hand(), listens=True), OutputState.FAILED, REFUSED)


def test_what_is_wrong_is_told_in_all_four_lines() -> None:
    use("en")
    muted = Problem.of("watch.muted")
    said = Teller(TWO, Hand()).lines(Noticed(muted, True, START))
    told_whole = explain(muted)
    assert said == [told_whole.what, *(f"  {line}" for line in (told_whole.viewers, told_whole.fix, told_whole.who))]


def test_who_mutes_beside_a_virtual_camera_is_told_that_it_is_here_only() -> None:
    use("en")
    camera = DestinationConfig("c", Secret("virtualcam"))
    muted, heard = (SoundChanged(muted, SoundConfig(), START) for muted in (True, False))
    teller = Teller(ShowConfig(destinations=(*PLACES, camera)), Hand())
    assert teller.lines(muted) == ["Muted here only: mute in the platform's own program, too"]
    assert teller.lines(heard) == Teller(TWO, Hand()).lines(muted) == []


def test_the_only_destination_that_never_worked_is_told_at_the_end() -> None:
    alone = Teller(replace(TWO, destinations=PLACES[:1]), Hand())
    assert "expired" not in told(alone, OutputState.FAILED, REFUSED)
    told(alone, OutputState.LIVE)
    assert "expired" in told(alone, OutputState.FAILED, REFUSED)


def test_who_is_seen_by_nobody_any_more_is_told_that_the_show_goes_on(tmp_path: Path) -> None:
    use("en")
    goes_on = "Nobody sees the show now. It goes on"
    teller = Teller(TWO, Hand())
    told(teller, OutputState.LIVE)
    assert goes_on not in told(teller, OutputState.FAILED, REFUSED), "the other one may see it"
    refused = OutputChanged(
        "b", "rtmp://b.example/•••", OutputState.FAILED, START, Problem.of("output.hung_up", name="b")
    )
    assert goes_on in "\n".join(teller.lines(refused))
    alone = replace(TWO, destinations=PLACES[:1])
    for one in (Teller(replace(alone, record_dir=tmp_path), Hand()), Teller(alone, Hand(), resumed=True)):
        said = told(one, OutputState.FAILED, REFUSED)
        assert "expired" in said
        assert goes_on in said


def test_the_seconds_a_room_has_left_are_told_every_ten_even_where_a_beat_is_late() -> None:
    use("en")
    hand = Hand()
    teller = Teller(TWO, hand)
    closing = Problem.of("output.closing", name="a", reason="?", seconds=60)
    assert "In 60 s" in told(teller, OutputState.RECONNECTING, closing, 60)
    said = []
    for second in (*range(1, 10), 11, *range(12, 70)):  # ten seconds are passed over
        hand.at_ns = second * NS
        said += [line for line in teller.lines(health(1)) if "may close the room" in line]
    assert [line.split(" in ")[1].split(" ")[0] for line in said] == ["49", "40", "30", "20", "10"]
    told(teller, OutputState.LIVE)
    assert teller.rooms == {}


def test_at_zero_nobody_is_sent_to_a_button_that_is_not_there() -> None:
    use("en")
    for listens, words in ((True, "Type here: address a."), (False, "start it again with the new address")):
        for code in ("output.room_closed", "output.turned_away"):
            closed = Problem.of(code, name="a", reason="it hung up")
            said = told(Teller(TWO, Hand(), listens), OutputState.RECONNECTING, closed, 0)
            assert words in said
            assert "ress “New" not in said
    away = Problem.of("output.not_taken_back", name="a", reason="expired")
    said = told(Teller(TWO, Hand(), listens=True), OutputState.RECONNECTING, away)
    assert "does not take the show back: expired." in said
    assert "Type: address a" in said
    assert "ress “New" not in said


def test_no_room_is_promised_to_a_recording_that_has_stopped(tmp_path: Path) -> None:
    use("en")
    teller = Teller(replace(TWO, record_dir=tmp_path), Hand())

    def said() -> str:
        return "\n".join(teller.lines(health(300)))

    assert "The disk has room for" in said()
    failed = Problem.of("recording.failed", path=tmp_path, reason="the disk is full")
    teller.lines(Noticed(failed, True, START))
    assert "The disk has room for" not in said()
    teller.lines(Noticed(failed, False, START))
    assert "The disk has room for" in said()
