"""The metronome: the picture that is due, the last one, or the slate; one canvas a tick."""

import itertools
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest

from overlays.base import Patch
from overlays.mark import VALUES, draw_mark, read_mark
from studio.clock import Clock, SystemClock
from studio.media.compositor import GIVE_UP_TICKS_AFTER_S, SLATE_AFTER_S, Compositor, Watchers
from studio.media.frames import NS, Picture, Planes, Timeline, planes
from studio.media.layers import Layer, LayerStack
from studio.media.queues import Mailbox
from tests.media.films import SMALL, number_of, numbered
from tests.media.told import Hand, Told

LINE = Timeline(0, SMALL.fps)


def nothing(*_given: Any) -> None:
    """A watcher that does not look."""


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a test's computer stands still, no tick is given up for it."""
    monkeypatch.setattr("studio.media.compositor.GIVE_UP_TICKS_AFTER_S", 1e9)


def compositor(
    mailbox: Mailbox, clock: Clock | None = None, watchers: Watchers | None = None, line: Timeline = LINE
) -> Compositor:
    layers = LayerStack(SMALL)
    layers.slate = Layer(Patch(np.full((SMALL.height, SMALL.width, 4), (255, 255, 255, 255), np.uint8), 0, 0))
    return Compositor(SMALL, line, clock or Hand(), mailbox, layers, watchers or Watchers(nothing, nothing))


def test_each_tick_shows_the_picture_that_is_due_at_it() -> None:
    mailbox = Mailbox(8, overwrite=False)
    for number in range(1, 7):
        mailbox.put(Picture(numbered(SMALL, number), LINE.tick_ns(number * 2)))  # a clip of half the rate
    made = compositor(mailbox)
    shown = [number_of(made.compose(tick, LINE.tick_ns(tick))) for tick in range(2, 13)]
    assert shown == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6]
    assert made.captured_frames == 6
    assert made.composed_frames == 11


def test_a_canvas_carries_its_tick_as_its_time() -> None:
    made = compositor(Mailbox())
    frame = made.compose(17, LINE.tick_ns(17))
    assert (frame.pts, frame.time_base) == (17, Fraction(1, 25))


def test_without_pictures_the_last_one_stays_for_two_seconds_and_then_the_slate_comes() -> None:
    mailbox = Mailbox()
    mailbox.put(Picture(numbered(SMALL, 5), 0))
    made = compositor(mailbox)
    made.compose(0, 0)
    last = round(SLATE_AFTER_S * SMALL.fps)
    assert number_of(made.compose(last, LINE.tick_ns(last))) == 5
    assert planes(made.compose(last + 1, LINE.tick_ns(last + 1)))[0].min() == 235, "the slate"
    mailbox.put(Picture(numbered(SMALL, 6), LINE.tick_ns(last + 2)))
    assert number_of(made.compose(last + 2, LINE.tick_ns(last + 2))) == 6, "it is back at once"


def test_composing_never_writes_into_the_captured_picture() -> None:
    mailbox = Mailbox()
    captured = numbered(SMALL, 3)
    mailbox.put(Picture(captured, 0))
    made = compositor(mailbox, watchers=Watchers(nothing, nothing, lambda target, _now: target[0].fill(0)))
    assert planes(made.compose(0, 0))[0].max() == 0
    assert number_of(captured) == 3


def test_the_mark_can_be_read_back_from_the_canvas() -> None:
    def mark(target: Planes, now_ns: int) -> None:
        draw_mark(target[0], now_ns // 1_000_000 % VALUES, target[1], target[2])

    hand = Hand(123_456 * 1_000_000)
    made = compositor(Mailbox(), hand, Watchers(nothing, nothing, mark))
    assert read_mark(planes(made.compose(0, 0))[0]) == 123_456


@pytest.mark.usefixtures("patient")
def test_ticks_come_at_their_time_and_without_a_gap() -> None:
    clock, told, shown = SystemClock(), Told(), Told()
    line = Timeline(clock.now_ns() + NS // 20, SMALL.fps)
    came: list[int] = []

    def take(frame: av.VideoFrame) -> None:
        came.append(clock.now_ns())
        told(frame)

    made = compositor(Mailbox(), clock, Watchers(take, shown), line)
    made.preview_on = True
    made.start(told)
    try:
        told.wait_for(lambda: len(came) >= 20)
    finally:
        made.stop()
        made.stop()
    frames = told.of(av.VideoFrame)
    assert [frame.pts for frame in frames] == list(range(len(frames)))
    assert all(at_ns >= line.tick_ns(tick) for tick, at_ns in enumerate(came))
    assert len(shown.all) == -(-len(frames) // 2), "a preview every second tick at 25 fps"
    assert not told.of(Exception)


@pytest.mark.usefixtures("patient")
def test_of_thinned_ticks_each_second_is_composed_at_its_own_time_and_none_counts_as_late() -> None:
    clock, told = SystemClock(), Told()
    made = compositor(Mailbox(), clock, Watchers(told, nothing), Timeline(clock.now_ns() + NS // 20, SMALL.fps))
    made.frame_divisor = 2
    made.start(told)
    try:
        told.wait_for(lambda: len(told.all) >= 5)
        made.frame_divisor = 1
        whole = len(told.all) + 1  # the next one may be on its way
        told.wait_for(lambda: len(told.all) >= whole + 6)
    finally:
        made.stop()
    ticks = [frame.pts or 0 for frame in told.of(av.VideoFrame)]
    assert ticks[:5] == [0, 2, 4, 6, 8]
    assert {after - before for before, after in itertools.pairwise(ticks[whole:])} == {1}


def test_a_held_picture_stands_still_without_turning_into_the_slate() -> None:
    mailbox = Mailbox()
    mailbox.put(Picture(numbered(SMALL, 3), 0))
    made = compositor(mailbox)
    made.compose(0, 0)
    made.still = True
    for tick in range(1, 4 * SMALL.fps):
        mailbox.put(Picture(numbered(SMALL, 5), LINE.tick_ns(tick)))
        assert number_of(made.compose(tick, LINE.tick_ns(tick))) == 3
    newest = made.camera_picture
    assert newest is not None
    assert number_of(newest) == 5, "whoever watches over the camera sees it move"
    made.still = False
    mailbox.put(Picture(numbered(SMALL, 6), LINE.tick_ns(101)))
    assert number_of(made.compose(101, LINE.tick_ns(101))) == 6


class Waking(Hand):
    """A clock that stands still until it is asked a number of times, then leaps as after a suspend."""

    def __init__(self, leap_at: int, leap_ns: int) -> None:
        super().__init__(0)
        self._asked = 0
        self._leap_at, self._leap_ns = leap_at, leap_ns

    def now_ns(self) -> int:
        self._asked += 1
        return self.at_ns + (self._leap_ns if self._asked > self._leap_at else 0)


def test_ticks_of_a_long_standstill_are_given_up_and_counted_once_each() -> None:
    clock = Waking(leap_at=1, leap_ns=3 * NS)
    told = Told()
    made = compositor(Mailbox(), clock, Watchers(told, nothing))
    made.start(told)
    try:
        told.wait_for(lambda: len(told.all) >= 1)
    finally:
        made.stop()
    assert told.of(av.VideoFrame)[0].pts == 3 * SMALL.fps
    assert made.late_ticks == 3 * SMALL.fps
    assert GIVE_UP_TICKS_AFTER_S < 3


@pytest.mark.expects_errors
def test_a_fault_of_whoever_watches_is_told() -> None:
    def broken(_frame: av.VideoFrame) -> None:
        raise ArithmeticError("a bug")

    told = Told()
    clock = SystemClock()
    made = compositor(Mailbox(), clock, Watchers(broken, nothing), Timeline(clock.now_ns(), 25))
    made.start(told)
    try:
        assert "a bug" in str(told.wait_for_one(ArithmeticError))
    finally:
        made.stop()


class BadLayers(LayerStack):
    """Layers with one that cannot be blended."""

    def draw(self, target: Planes, now_ns: int, with_slate: bool = False) -> None:
        raise ValueError("a layer of the wrong size")


@pytest.mark.expects_errors
@pytest.mark.usefixtures("patient")
def test_a_card_that_cannot_be_blended_takes_no_picture_away_and_is_told_once() -> None:
    clock, frames, errors = SystemClock(), Told(), Told()
    line = Timeline(clock.now_ns(), SMALL.fps)
    made = Compositor(SMALL, line, clock, Mailbox(), BadLayers(SMALL), Watchers(frames, nothing))
    made.start(errors)
    try:
        frames.wait_for(lambda: len(frames.all) >= 5)
    finally:
        made.stop()
    assert [frame.pts for frame in frames.all][:5] == [0, 1, 2, 3, 4]
    assert len(errors.all) == 1


@pytest.mark.expects_errors
@pytest.mark.usefixtures("patient")
def test_a_preview_that_breaks_takes_no_picture_from_the_encoder() -> None:
    def broken(_planes: Planes) -> None:
        raise OSError("the shared memory is gone")

    clock, frames, errors = SystemClock(), Told(), Told()
    line = Timeline(clock.now_ns(), SMALL.fps)
    made = compositor(Mailbox(), clock, Watchers(frames, broken), line)
    made.preview_on = True
    made.start(errors)
    try:
        frames.wait_for(lambda: len(frames.all) >= 8)
    finally:
        made.stop()
    assert [frame.pts for frame in frames.all][:8] == [*range(8)]
    assert len(errors.all) == 1
