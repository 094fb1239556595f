"""Sound and picture stay together: foreign clocks for hours, and an offset that is chosen during the show."""

from collections.abc import Iterator

import numpy as np
import pytest

from studio.config import SoundConfig
from studio.media.audio import READ_BEHIND_NS, AudioTrack
from studio.media.frames import NS, SAMPLE_RATE, Samples, Timeline
from studio.media.sound_desk import SoundDesk
from tests.media.told import Hand, Told

LINE = Timeline(0, 30)
JITTER_NS = 3_000_000


def errors_ms(track: AudioTrack, ppm: float, block: int, seconds: float) -> Iterator[float]:
    """How far off each block of a microphone lies whose clock is `ppm` too fast, read as capture reads it.

    A thread wakes late now and then, never early; a block counts as heard when it came, less its nominal length.
    """
    rng = np.random.default_rng(1)
    silence = np.zeros((2, block), np.float32)
    rate = SAMPLE_RATE * (1 + ppm * 1e-6)
    for number, late_ns in enumerate(rng.exponential(JITTER_NS, int(seconds * rate / block)), 1):
        ended_ns = int(number * block / rate * NS)
        track.write(silence, ended_ns + int(late_ns) - block * NS // SAMPLE_RATE)
        assert track._next is not None
        yield (track._next - LINE.sample_at(ended_ns)) * 1000 / SAMPLE_RATE


@pytest.mark.parametrize(("ppm", "hours"), [(200, 2.0), (-200, 0.5)])
def test_after_two_hours_a_foreign_clock_is_within_a_few_milliseconds(ppm: float, hours: float) -> None:
    """Uncorrected it would be 1.4 s off; 40 ms are allowed, and most of what is left is the thread's waking."""
    settled = list(errors_ms(AudioTrack(LINE), ppm, 9600, hours * 3600))[100:]
    assert max(map(abs, settled)) < 10


def test_a_source_of_very_short_blocks_is_kept_in_time_too() -> None:
    """Two milliseconds each: rounded one by one, none of them would ever be stretched."""
    errors = list(errors_ms(AudioTrack(LINE), 1000, 96, 40))
    assert max(map(abs, errors[len(errors) // 2 :])) < 10


class Desk:
    """A sound desk on a clock that is moved by hand; a click is heard at one moment."""

    def __init__(self, sound: SoundConfig) -> None:
        self.hand = Hand()
        self.out = Told()
        self.desk = SoundDesk(sound, self.hand, self._take, Told().notice, Told())
        self.track = self.desk.prepare(LINE, live=False)
        self.desk.start()

    def _take(self, block: Samples, first: int) -> None:
        self.out((first, block))

    def run(self, seconds: float, clicks_s: tuple[float, ...]) -> list[float]:
        """Where the clicks are in what is sent, after a quiet source was laid in pieces of 40 ms."""
        sound = np.zeros((2, int(seconds * SAMPLE_RATE)), np.float32)
        for at_s in clicks_s:
            sound[:, int(at_s * SAMPLE_RATE)] = 0.5
        piece = SAMPLE_RATE // 25
        for at in range(0, sound.shape[1], piece):
            self.track.write(sound[:, at : at + piece], LINE.sample_ns(at))
            self.hand.at_ns = LINE.sample_ns(at + piece)
            self.out.wait_for(lambda at=at: self.sent >= self.due(at + piece))  # type: ignore[misc]
        return self.heard_s()

    @property
    def sent(self) -> int:
        return sum(block.shape[1] for _, block in self.out.all)

    def due(self, samples: int) -> int:
        early = max(0, -self.desk.sound.offset_ms) * SAMPLE_RATE // 1000
        return samples - READ_BEHIND_NS * SAMPLE_RATE // NS - early - 4200

    def heard_s(self) -> list[float]:
        sent = np.concatenate([block for _, block in self.out.all], axis=1)[0]
        return [float(at) / SAMPLE_RATE for at in np.flatnonzero(sent > 0.2)]


@pytest.mark.parametrize("offset_ms", [-500, -120, 500])
def test_sound_is_heard_as_much_later_or_earlier_as_was_chosen(offset_ms: int) -> None:
    desk = Desk(SoundConfig(offset_ms=offset_ms))
    try:
        heard = desk.run(2.4, (0.6, 1.2))
    finally:
        desk.desk.stop()
    assert heard == pytest.approx([0.6 + offset_ms / 1000, 1.2 + offset_ms / 1000], abs=0.001)


def test_the_offset_can_be_changed_while_the_show_runs() -> None:
    desk = Desk(SoundConfig())
    try:
        assert desk.run(2, (1.0,)) == pytest.approx([1.0], abs=0.001)
        desk.desk.set(SoundConfig(offset_ms=-200))
        sound = np.zeros((2, SAMPLE_RATE // 50), np.float32)
        for number in range(100, 200):
            sound[:] = 0.0
            sound[:, 0] = 0.5 if number == 150 else 0.0
            desk.track.write(sound, LINE.sample_ns(number * SAMPLE_RATE // 50))
            desk.hand.at_ns = LINE.sample_ns((number + 1) * SAMPLE_RATE // 50)
        desk.out.wait_for(lambda: desk.sent >= desk.due(4 * SAMPLE_RATE))
    finally:
        desk.desk.stop()
    assert desk.heard_s()[-1] == pytest.approx(2.8, abs=0.001)


def test_what_the_treatment_takes_is_made_up_for() -> None:
    desk = SoundDesk(SoundConfig(), Hand(), lambda _block, _first: None, Told().notice, Told())
    track = desk.prepare(LINE, live=True)
    assert track.shift_samples == -desk._treatment.latency_samples < 0
    desk.listen(live=False)
    assert -300 < track.shift_samples < 0, "the limiter stays, so that nothing clicks"
