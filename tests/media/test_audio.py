"""The sound track: placed by time, silence in gaps, a foreign clock stretched, a jump placed anew."""

import itertools

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from studio.clock import Clock, SystemClock
from studio.media.audio import (
    CAPACITY,
    MIX_SAMPLES,
    READ_BEHIND_NS,
    SILENT_DBFS,
    AudioMixer,
    AudioTrack,
    PeakMeter,
    peak_dbfs,
)
from studio.media.frames import NS, SAMPLE_RATE, Samples, Timeline
from tests.media.films import tone
from tests.media.told import Hand, Told

START_NS = 5 * NS
LINE = Timeline(START_NS, 25)
MS = SAMPLE_RATE // 1000


def constant(samples: int, level: float = 0.5) -> Samples:
    return np.full((2, samples), level, np.float32)


def test_sound_lies_where_it_was_heard_and_gaps_are_silent() -> None:
    track = AudioTrack(LINE)
    track.write(constant(10 * MS, 0.25), LINE.sample_ns(20 * MS))
    track.write(constant(10 * MS, 0.75), LINE.sample_ns(200 * MS))  # too far away to be the same run
    out = track.read(300 * MS)[0]
    assert (out[: 20 * MS] == 0).all()
    assert (out[20 * MS : 30 * MS] == 0.25).all()
    assert (out[30 * MS : 200 * MS] == 0).all()
    assert (out[200 * MS : 210 * MS] == 0.75).all()
    assert (out[210 * MS :] == 0).all()


def test_what_was_read_is_gone_and_the_ring_begins_clean() -> None:
    track = AudioTrack(LINE)
    track.write(constant(100 * MS), START_NS)
    track.read(CAPACITY)
    assert not track.read(CAPACITY).any(), "no echo of four seconds ago"


def test_sound_that_is_too_late_or_too_early_is_lost_without_harm() -> None:
    track = AudioTrack(LINE)
    track.read(SAMPLE_RATE)
    track.write(constant(10 * MS), START_NS)  # a second late
    track.restart()
    track.write(constant(10 * MS), START_NS + 60 * NS)  # a minute early
    assert not track.read(CAPACITY).any()
    track.restart()
    at = SAMPLE_RATE + CAPACITY
    track.write(constant(20 * MS), LINE.sample_ns(at - 10 * MS))  # half of it late
    out = track.read(20 * MS)[0]
    assert (out[: 10 * MS] == 0.5).all()


def test_small_jitter_of_a_source_does_not_tear_its_sound() -> None:
    """The times of a microphone's blocks tremble; the samples still follow one another."""
    track = AudioTrack(LINE)
    rng = np.random.default_rng(3)
    wave = tone(SAMPLE_RATE * 2)
    for first in range(0, wave.shape[1], 480):
        jitter_ns = int(rng.integers(-4_000_000, 4_000_000))
        track.write(wave[:, first : first + 480], LINE.sample_ns(first) + jitter_ns)
    out = track.read(SAMPLE_RATE * 2)[0][SAMPLE_RATE // 2 : -SAMPLE_RATE // 10]
    steepest = 0.5 * 2 * np.pi * 440 / SAMPLE_RATE
    assert np.abs(np.diff(out)).max() < steepest * 1.6
    assert abs(track.drift_ms) < 4


def heard_at(late_ms: list[int]) -> NDArray[np.float32]:
    """A second of 440 Hz in blocks of 10 ms, each heard so much late, with the mixer behind it."""
    track = AudioTrack(LINE)
    wave = tone(SAMPLE_RATE)
    heard: list[NDArray[np.float32]] = []
    for number, late in enumerate(late_ms):
        now = number * 10 + late
        while (len(heard) + 1) * 85 + READ_BEHIND_NS // 1_000_000 < now:
            heard.append(track.read(85 * MS)[0])
        track.write(wave[:, number * 480 : number * 480 + 480], LINE.sample_ns(now * MS))
    return np.concatenate([*heard, track.read(SAMPLE_RATE - len(heard) * 85 * MS)[0]])


def longest_silence_ms(sound: NDArray[np.float32]) -> float:
    runs = [len(list(run)) for quiet, run in itertools.groupby(np.abs(sound) < 1e-6) if quiet]
    return max(runs, default=0) / MS


def test_a_computer_that_was_busy_for_a_moment_tears_no_hole_into_the_sound() -> None:
    """For a tenth of a second nobody asked the driver; then all it has kept comes at once."""
    late_ms = [100 - 10 * (number - 40) if 40 <= number < 50 else 0 for number in range(100)]
    assert longest_silence_ms(heard_at(late_ms)) < 1


def test_a_source_that_lost_a_tenth_of_a_second_is_back_in_time_soon() -> None:
    late_ms = [0 if number < 40 else 100 for number in range(90)]
    sound = heard_at(late_ms)
    assert 90 < longest_silence_ms(sound) < 110


@pytest.mark.parametrize("rate_hz", [48_010, 47_990, 48_100])
def test_a_source_with_a_clock_of_its_own_stays_in_time_for_a_minute(rate_hz: int) -> None:
    """A tick each second in the source's sound is heard within 40 ms of its second, and nothing is torn."""
    track = AudioTrack(LINE)
    block = 480
    late: list[float] = []
    heard: list[Samples] = []
    for number in range(60 * rate_hz // block):
        first = number * block
        heard_ns = START_NS + first * NS // rate_hz
        index = first + np.arange(block)
        wave = (0.25 * np.sin(2 * np.pi * 100 * index / rate_hz)).astype(np.float32)
        track.write(np.stack([wave, wave]), heard_ns)
        late.append(track.drift_ms)
        if number % 100 == 99:  # as the mixer does: a little behind what was heard
            read = sum(part.shape[1] for part in heard)
            heard.append(track.read(LINE.sample_at(heard_ns) - SAMPLE_RATE // 10 - read))
    out = np.concatenate(heard, axis=1)[0]
    assert max(map(abs, late)) < 40
    steepest = 0.25 * 2 * np.pi * 100 / SAMPLE_RATE
    assert np.abs(np.diff(out)).max() < steepest * 2, "no click"
    crossings = np.flatnonzero((out[:-1] <= 0) & (out[1:] > 0))
    periods = np.diff(crossings)
    assert abs(periods - 480).max() <= 6, "no piece is missing and none comes twice"
    last = crossings[-1]
    phase = (last / SAMPLE_RATE * 100) % 1.0  # the source's sine crosses at whole hundredths of a second
    assert min(phase, 1 - phase) / 100 < 0.04


def test_a_source_that_jumps_is_placed_anew() -> None:
    track = AudioTrack(LINE)
    track.write(constant(100 * MS, 0.25), START_NS)
    track.write(constant(100 * MS, 0.75), START_NS + NS // 2)
    out = track.read(SAMPLE_RATE)[0]
    assert not out[110 * MS : 490 * MS].any()
    assert (out[500 * MS : 600 * MS] == 0.75).all()
    assert track.drift_ms == 0


@settings(deadline=None, max_examples=60)
@given(
    steps=st.lists(
        st.tuples(st.integers(-NS, 10 * NS), st.integers(1, 3000), st.integers(0, 3000)), min_size=1, max_size=30
    )
)
def test_no_times_of_a_source_break_the_track(steps: list[tuple[int, int, int]]) -> None:
    """Whatever times a device gives, reading goes on at its pace and gives only samples that were written."""
    track = AudioTrack(LINE)
    for offset_ns, count, read in steps:
        track.write(constant(count), START_NS + offset_ns)
        out = track.read(read)
        assert out.shape == (2, read)
        assert set(np.unique(np.round(out, 3))) <= {0.0, 0.5}


def test_the_loudest_sample_is_told_below_full_scale() -> None:
    assert peak_dbfs(constant(10, 1.0)) == pytest.approx(0.0)
    assert peak_dbfs(np.array([[0.1, -0.5], [0.0, 0.2]], np.float32)) == pytest.approx(-6.02, abs=0.01)
    assert peak_dbfs(constant(10, 0.0)) == SILENT_DBFS
    assert peak_dbfs(np.zeros((2, 0), np.float32)) == SILENT_DBFS
    assert peak_dbfs(constant(10, 1e-9)) == SILENT_DBFS


class Sink(Told):
    """Takes blocks, and the time each one came."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def take(self, block: Samples, first: int) -> None:
        self((first, block, self._clock.now_ns()))


def test_the_mixer_gives_block_after_block_and_none_before_its_time() -> None:
    clock = SystemClock()
    line = Timeline(clock.now_ns(), 25)
    track, sink, errors = AudioTrack(line), Sink(clock), Told()
    track.write(tone(4 * SAMPLE_RATE), line.start_ns)
    mixer = AudioMixer(track, line, clock, sink.take, errors)
    mixer.start()
    try:
        sink.wait_for(lambda: len(sink.all) >= 8)
    finally:
        mixer.stop()
    assert [first for first, _, _ in sink.all] == [number * MIX_SAMPLES for number in range(len(sink.all))]
    for first, _, came_ns in sink.all:
        assert came_ns >= line.sample_ns(first + MIX_SAMPLES) + READ_BEHIND_NS
    assert mixer.samples == len(sink.all) * MIX_SAMPLES
    assert mixer.peak_dbfs == pytest.approx(-6.02, abs=0.1)
    out = np.concatenate([block for _, block, _ in sink.all], axis=1)
    assert np.array_equal(out, tone(out.shape[1]))
    assert not errors.all


def test_a_muted_mixer_sends_silence_without_a_click_and_still_hears_the_voice() -> None:
    hand = Hand(START_NS + NS)
    track, sink = AudioTrack(LINE), Sink(hand)
    track.write(constant(4 * SAMPLE_RATE), START_NS)
    mixer = AudioMixer(track, LINE, hand, sink.take, Told())
    mixer.start()
    try:
        sink.wait_for(lambda: len(sink.all) >= 10)
        mixer.muted = True
        hand.at_ns += NS
        sink.wait_for(lambda: len(sink.all) >= 22)
        assert mixer.peak_dbfs == SILENT_DBFS
        assert mixer.voice_peak_dbfs == pytest.approx(-6.02, abs=0.01)
        mixer.muted = False
        hand.at_ns += NS
        sink.wait_for(lambda: len(sink.all) >= 34)
    finally:
        mixer.stop()
    out = np.concatenate([block for _, block, _ in sink.all], axis=1)
    silent = np.flatnonzero(out[0] == 0)
    assert len(silent) > SAMPLE_RATE // 2
    assert (out[:, silent[0] : silent[-1]] == 0).all()
    assert np.abs(np.diff(out)).max() < 0.5 / 512, "faded, not cut"
    assert out[0, -1] == 0.5


def test_a_mixer_that_was_held_up_makes_up_for_every_sample() -> None:
    """A computer that stood still for two seconds: the sound's count is the clock, so none may be left out."""
    hand = Hand(START_NS + 2 * NS)
    track, sink = AudioTrack(LINE), Sink(hand)
    mixer = AudioMixer(track, LINE, hand, sink.take, Told())
    mixer.start()
    due = (2 * NS - READ_BEHIND_NS) * SAMPLE_RATE // NS // MIX_SAMPLES
    try:
        sink.wait_for(lambda: len(sink.all) >= due)
    finally:
        mixer.stop()
    firsts = [first for first, _, _ in sink.all]
    assert all(later - earlier == MIX_SAMPLES for earlier, later in itertools.pairwise(firsts))


def test_a_computer_that_slept_sends_nobody_an_hour_of_silence() -> None:
    """Some systems' clocks go on meanwhile; the pictures of that time are not made up for either."""
    hand = Hand(START_NS + NS)
    track, sink = AudioTrack(LINE), Sink(hand)
    mixer = AudioMixer(track, LINE, hand, sink.take, Told())
    mixer.start()
    try:
        sink.wait_for(lambda: len(sink.all) >= 10)
        hand.at_ns += 3600 * NS
        sink.wait_for(lambda: len(sink.all) >= 11)
        track.write(constant(SAMPLE_RATE), hand.at_ns)
        hand.at_ns += NS
        sink.wait_for(lambda: len(sink.all) >= 21)
    finally:
        mixer.stop()
    after = [(first, block) for first, block, _ in sink.all][11:]
    assert 3599 * SAMPLE_RATE < after[0][0] < 3602 * SAMPLE_RATE
    assert float(after[-1][1].max()) == 0.5, "and what is heard from then on is where it belongs"


@pytest.mark.expects_errors
def test_a_mixer_outlives_an_encoder_that_refuses_a_block() -> None:
    hand = Hand(START_NS + 2 * NS)
    sink, errors = Sink(hand), Told()

    def refusing(block: Samples, first: int) -> None:
        if first == MIX_SAMPLES:
            raise ValueError("not this one")
        sink.take(block, first)

    mixer = AudioMixer(AudioTrack(LINE), LINE, hand, refusing, errors)
    mixer.start()
    try:
        sink.wait_for(lambda: len(sink.all) >= 4)
    finally:
        mixer.stop()
    assert [first // MIX_SAMPLES for first, _, _ in sink.all][:4] == [0, 2, 3, 4]
    assert [str(error) for error in errors.all] == ["not this one"]


@pytest.mark.parametrize("damage", [np.nan, np.inf, -np.inf])
def test_a_damaged_sample_of_any_source_reaches_no_encoder(damage: float) -> None:
    hand = Hand(START_NS + NS)
    track, sink = AudioTrack(LINE), Sink(hand)
    sound = constant(4 * SAMPLE_RATE)
    sound[:, MIX_SAMPLES + 7] = damage
    track.write(sound, START_NS)
    mixer = AudioMixer(track, LINE, hand, sink.take, Told())
    mixer.start()
    try:
        sink.wait_for(lambda: len(sink.all) >= 3)
    finally:
        mixer.stop()
    assert all(np.isfinite(block).all() for _, block, _ in sink.all)
    assert sink.all[1][1][0, 8] == 0.5, "the others stay"


def test_the_meter_shows_what_lies_between_the_samples_where_it_is_loud() -> None:
    between = np.tile(np.array([0.9, 0.9, -0.9, -0.9], np.float32), MIX_SAMPLES // 4)  # a sine of 12 kHz
    block, silence = np.stack([between, between]), np.zeros((2, MIX_SAMPLES), np.float32)
    meter = PeakMeter()
    for sound in (block, silence):
        meter.add(peak_dbfs(sound), sound)
    assert meter.dbfs == pytest.approx(-0.92, abs=0.01)
    assert meter.dbtp == pytest.approx(2.1, abs=0.2)
    for sound in (np.asarray(block / 2, np.float32), silence):
        meter.add(peak_dbfs(sound), sound)
    assert meter.dbtp == meter.dbfs == pytest.approx(-6.94, abs=0.01), "too quiet to matter"
