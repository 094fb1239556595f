"""What the command line says of a show before it begins."""

import signal
from dataclasses import replace
from pathlib import Path

from studio.config import CanvasConfig, DestinationConfig, EncoderConfig, Secret, ShowConfig
from studio.console.onair import (
    Watch,
    asking_to_end,
    encoder_words,
    has_reached_nobody,
    is_in_vain,
    never_live,
)
from studio.console.telling import outputs_of
from studio.encoder_memory import remember
from studio.errors import Problem
from studio.events import EncodersTried, TriedEncoder
from studio.output_states import OutputState
from studio.paths import Home

BEST = TriedEncoder("libx264", "superfast", 0.2, 4.0, 7.0, 2500.0)
TWO_PLACES = tuple(DestinationConfig(name, Secret(f"rtmp://{name}.example/live/key")) for name in ("a", "b"))


def test_a_show_whose_encoder_was_never_chosen_says_how_in_one_line(own_home: Path) -> None:
    home = Home(own_home).ensure()
    show = ShowConfig(canvas=CanvasConfig(720, 1280, 30))
    words = encoder_words(home, show)
    assert "`nongbo encoders --size 720x1280 --fps 30`" in words
    assert "\n" not in words
    assert encoder_words(home, replace(show, encoder=EncoderConfig(preset="fast"))) == "", "chosen by hand"
    remember(home, EncodersTried(720, 1280, 30, "camera", (BEST,), BEST))
    assert encoder_words(home, show) == ""


def test_a_show_that_was_too_short_blames_nobody() -> None:
    watch = Watch(states={"快手": OutputState.CONNECTING})
    assert never_live(watch) == Problem.of("output.unanswered", name="快手")
    refused = Problem.of("output.refused", name="快手", reason="expired")
    watch.problems["快手"] = refused
    assert never_live(watch) == refused


def test_a_rehearsal_whose_receiver_fails_is_over_wherever_the_show_will_go() -> None:
    """The destinations of the show to come are not among its outputs."""
    show = ShowConfig(destinations=TWO_PLACES, rehearsal=True)
    assert outputs_of(show) == 1
    assert outputs_of(replace(show, rehearsal=False)) == 2


def test_a_closed_terminal_ends_a_show_unless_it_was_told_not_to() -> None:
    assert signal.SIGHUP in asking_to_end()
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as `nohup` does
    try:
        assert asking_to_end() == [signal.SIGINT, signal.SIGTERM]
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_show_that_was_ever_seen_or_is_recorded_goes_on_whoever_refuses_it(tmp_path: Path) -> None:
    """Without a terminal, too: after an hour on the air a platform that says no does not end the recording."""
    show = ShowConfig(destinations=TWO_PLACES)
    watch = Watch(states={"a": OutputState.FAILED, "b": OutputState.CONNECTING})
    assert not is_in_vain(watch, show), "one may still take it"
    watch.states["b"] = OutputState.FAILED
    assert is_in_vain(watch, show)
    assert not is_in_vain(watch, replace(show, record_dir=tmp_path))
    assert not is_in_vain(replace(watch, ever_live=True), show)
    assert not is_in_vain(replace(watch, resumed=True), show), "it was on the air before the studio went down"


def test_what_nobody_saw_is_told_at_the_end_and_what_was_seen_is_as_it_was_asked() -> None:
    show = ShowConfig(destinations=TWO_PLACES)
    refused = Watch(states={"a": OutputState.FAILED, "b": OutputState.FAILED})
    assert has_reached_nobody(refused, show)
    assert has_reached_nobody(replace(refused, asked_to_stop=True), show), "Ctrl-C ends the recording of it"
    assert not has_reached_nobody(replace(refused, ever_live=True), show)
    early = Watch(states={"a": OutputState.CONNECTING})
    assert has_reached_nobody(early, show), "its time was over"
    assert not has_reached_nobody(replace(early, asked_to_stop=True), show)
    assert not has_reached_nobody(early, ShowConfig()), "a recording alone goes nowhere"
