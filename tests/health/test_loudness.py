"""Silence, a microphone that is too loud, and words spoken into a muted one."""

from hypothesis import given
from hypothesis import strategies as st

from studio.health.loudness import Clipping, MutedVoice, Silence

SPEECH = [-12.0, -18.0, -60.0, -22.0, -15.0, -70.0, -70.0, -20.0]  # with the pauses between words


def test_a_quiet_room_is_silent_and_a_word_is_not() -> None:
    silence = Silence()
    assert silence.take(-58)
    assert silence.take(-47), "not yet loud enough to be heard"
    assert not silence.take(-30)


def test_one_shout_is_not_a_microphone_that_is_too_loud() -> None:
    clipping = Clipping()
    assert not any(clipping.take(peak) for peak in [0.0] * 5 + SPEECH * 20)


def test_sound_that_is_cut_off_again_and_again_is_told_until_it_has_been_clean_for_a_while() -> None:
    clipping = Clipping()
    judged = [clipping.take(peak) for peak in [0.0, -3.0, 0.1, -8.0] * 15]
    assert judged[-1]
    assert judged.index(True) < 30
    after = [clipping.take(peak) for peak in SPEECH * 10]
    assert after[0]
    assert not after[-1]


@given(st.lists(st.floats(-96, -0.3), max_size=100))
def test_what_never_reaches_full_scale_never_clips(peaks: list[float]) -> None:
    clipping = Clipping()
    assert not any(clipping.take(peak) for peak in peaks)


def test_speech_into_a_muted_microphone_is_noticed_and_forgotten_when_it_is_switched_on() -> None:
    voice = MutedVoice()
    judged = [voice.take(peak, muted=True) for peak in SPEECH * 4]
    assert judged[-1]
    assert not voice.take(-12, muted=False)
    assert not voice.take(-12, muted=True), "it begins anew"


def test_a_cough_or_a_quiet_room_while_muted_says_nothing() -> None:
    voice = MutedVoice()
    assert not any(voice.take(peak, muted=True) for peak in [-50.0] * 40 + [-10.0] * 8 + [-50.0] * 40)


@given(st.lists(st.floats(-96, 3), max_size=100))
def test_nothing_is_said_about_speech_that_is_sent(peaks: list[float]) -> None:
    voice = MutedVoice()
    assert not any(voice.take(peak, muted=False) for peak in peaks)
