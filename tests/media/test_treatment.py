"""The treatment as a whole: what a clip, a live voice and a fault become."""

import numpy as np
import pytest

from studio.config import SoundConfig
from studio.media.audio import MIX_SAMPLES, AudioMixer, AudioTrack
from studio.media.frames import NS, SAMPLE_RATE, Samples, Timeline
from studio.media.limiter import CEILING_DBTP, true_peak
from studio.media.treatment import Treatment
from tests.media.speech import rms_db, speech, stereo
from tests.media.told import Hand, Told


def through(treatment: Treatment, sound: Samples) -> Samples:
    blocks = range(0, sound.shape[1] - MIX_SAMPLES + 1, MIX_SAMPLES)
    return np.concatenate(
        [treatment.finish(treatment.voice(sound[:, at : at + MIX_SAMPLES]), muted=False) for at in blocks], axis=1
    )


def tone(peak: float) -> Samples:
    return stereo(peak * np.sin(2 * np.pi * 440 * np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE))


def test_the_sound_of_a_clip_is_handed_on_bit_for_bit() -> None:
    treatment = Treatment(Told().notice)
    treatment.set(SoundConfig(), live=False)
    clip = tone(0.85)
    out, late = through(treatment, clip), treatment.latency_samples
    assert np.array_equal(out[:, late:], clip[:, : out.shape[1] - late])


def test_no_peak_of_a_clip_is_above_minus_one() -> None:
    """However loud it was mixed: platforms and phones cut off what is louder."""
    treatment = Treatment(Told().notice)
    treatment.set(SoundConfig(), live=False)
    out = through(treatment, tone(1.5))
    assert 20 * np.log10(true_peak(out)) <= CEILING_DBTP
    assert 20 * np.log10(true_peak(out[:, SAMPLE_RATE:])) > CEILING_DBTP - 0.6


def test_a_live_voice_is_louder_and_comes_later_by_what_is_said() -> None:
    treatment = Treatment(Told().notice)
    treatment.set(SoundConfig(), live=True)
    voice, _ = speech(12, 0.15)
    out = through(treatment, stereo(voice))[0]
    assert rms_db(out[-3 * SAMPLE_RATE :]) > rms_db(voice[-3 * SAMPLE_RATE :]) + 5
    late = treatment.latency_samples
    settled = slice(-4 * SAMPLE_RATE, None)  # the gain rises slowly
    assert np.corrcoef(out[late:][settled], voice[: len(out) - late][settled])[0, 1] > 0.9


def test_a_muted_voice_is_metered_as_loud_as_it_would_be_sent() -> None:
    """A quiet microphone that the gain lifts: whoever speaks into it while it is muted is noticed."""
    treatment = Treatment(Told().notice)
    treatment.set(SoundConfig(noise_suppression=False), live=True)
    line, hand, out = Timeline(0, 25), Hand(36 * NS // 10), Told()
    track = AudioTrack(line)
    voice, _ = speech(3.5, 0.02)
    track.write(stereo(voice), 0)
    mixer = AudioMixer(
        track,
        line,
        hand,
        lambda block, _first: out((mixer.voice_peak_dbfs, mixer.treated_peak_dbfs, float(np.abs(block).max()))),
        Told(),
        treatment,
    )
    mixer.muted = True
    mixer.start()
    try:
        out.wait_for(lambda: len(out.all) >= 40)
    finally:
        mixer.stop()
    voices, treated, sent = zip(*out.all, strict=True)
    assert max(voices) == pytest.approx(20 * np.log10(np.abs(voice).max()), abs=0.1)
    lifted = [after - before for before, after in zip(voices, treated, strict=True)]
    assert min(lifted) >= 0
    assert 1 < max(lifted) < 18, "it has spoken for a second or two"
    assert max(sent[1:]) == 0


@pytest.mark.expects_errors
def test_a_treatment_that_fails_leaves_the_voice_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_self: Treatment, _block: Samples) -> Samples:
        raise ZeroDivisionError

    monkeypatch.setattr(Treatment, "voice", broken)
    line, hand, out, failed = Timeline(0, 25), Hand(2 * NS), Told(), Told()
    track = AudioTrack(line)
    track.write(np.full((2, 2 * SAMPLE_RATE), 0.5, np.float32), 0)
    mixer = AudioMixer(track, line, hand, lambda block, _first: out(block), failed, Treatment(Told().notice))
    mixer.start()
    try:
        out.wait_for(lambda: len(out.all) >= 20)
    finally:
        mixer.stop()
    assert all((block == 0.5).all() for block in out.all)
    assert [type(error) for error in failed.all] == [ZeroDivisionError]
