"""A clip on a computer that is too slow for it waits, and its sound is heard; sound of any kind is."""

from fractions import Fraction
from typing import Any

import av
import numpy as np

from studio.clock import SystemClock
from studio.media.frames import NS, SAMPLE_RATE, Samples, blank
from studio.media.readers import TOO_LATE_NS, ClipReader, LiveReader


class Heard:
    """Where each piece of sound is laid."""

    def __init__(self) -> None:
        self.at_ns: list[int] = []
        self.counts: list[int] = []
        self.restarts = 0

    def write(self, samples: Samples, heard_ns: int) -> None:
        self.at_ns.append(heard_ns)
        self.counts.append(samples.shape[1])

    def restart(self) -> None:
        self.restarts += 1


def picture(number: int) -> av.VideoFrame:
    frame = blank(16, 16)
    frame.pts, frame.time_base = number, Fraction(1, 25)
    return frame


def sound(second: int, block: int = 0) -> av.AudioFrame:
    frame: Any = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), "fltp", "stereo")
    frame.sample_rate, frame.time_base = SAMPLE_RATE, Fraction(1, SAMPLE_RATE)
    frame.pts = second * SAMPLE_RATE + block * 1024
    return frame  # type: ignore[no-any-return]


def test_a_clip_that_is_a_little_late_keeps_its_time() -> None:
    heard = Heard()
    reader = ClipReader((0, 0), heard, 0)
    reader.wait_up(reader.see(picture(25)), NS + TOO_LATE_NS)
    assert reader.see(picture(26)) == 26 * NS // 25
    assert heard.restarts == 0


def test_a_clip_that_is_far_too_late_goes_on_from_now_with_its_sound() -> None:
    heard = Heard()
    reader = ClipReader((0, 0), heard, 0)
    reader.wait_up(reader.see(picture(25)), 4 * NS)
    assert reader.see(picture(26)) == 4 * NS + NS // 25
    reader.hear(sound(1))
    reader.loop()
    assert heard.at_ns == [4 * NS]
    assert heard.restarts == 2, "once for the delay, once for the new round"
    assert reader.see(picture(25)) == 4 * NS + NS // 25 + NS // 30, "and begins again where it ends now"


def test_sound_is_laid_in_long_pieces_where_one_follows_the_other() -> None:
    heard = Heard()
    reader = ClipReader((0, 0), heard, 0)
    for block in (0, 1, 2, 3, 4, 5, 48, 49):  # a hole of a second after the sixth
        reader.hear(sound(0, block))
    reader.see(picture(50))
    assert heard.at_ns == [0, 4 * 1024 * NS // SAMPLE_RATE, 48 * 1024 * NS // SAMPLE_RATE]
    assert heard.counts == [4 * 1024, 2 * 1024, 2 * 1024]


def test_sound_that_changes_its_kind_in_the_middle_is_still_heard() -> None:
    """As broadcasts and network cameras do between one channel and two."""
    heard = Heard()
    reader = LiveReader(SystemClock(), heard)
    for layout, rate in (("mono", 16_000), ("stereo", 44_100), ("stereo", SAMPLE_RATE), ("mono", 16_000)):
        before = sum(heard.counts)
        for _block in range(10):
            channels = 2 if layout == "stereo" else 1
            frame: Any = av.AudioFrame.from_ndarray(np.zeros((1, rate // 10 * channels), np.int16), "s16", layout)
            frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
            reader.hear(frame)
        assert SAMPLE_RATE * 0.9 < sum(heard.counts) - before <= SAMPLE_RATE, f"a second of {layout} at {rate}"
