"""The time mark survives what a platform does to a picture."""

import io
import time
from fractions import Fraction

import av
import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from overlays.mark import VALUES, block_px, draw_mark, read_mark

SIZES = [(1280, 720), (720, 1280), (320, 180), (1920, 1080), (854, 480), (160, 160)]


def noise(width: int, height: int) -> NDArray[np.uint8]:
    rough = np.random.default_rng(1).integers(16, 235, (height // 8 + 1, width // 8 + 1), dtype=np.uint8)
    return cv2.resize(rough, (width, height)).astype(np.uint8)


@pytest.mark.parametrize(("width", "height"), SIZES)
@settings(max_examples=30, deadline=None)
@given(value=st.integers(0, VALUES - 1))
def test_a_number_is_read_back(width: int, height: int, value: int) -> None:
    luma = np.full((height, width), 90, np.uint8)
    draw_mark(luma, value)
    assert read_mark(luma) == value


def test_a_number_past_the_end_starts_again() -> None:
    luma = np.zeros((720, 1280), np.uint8)
    draw_mark(luma, VALUES + 5)
    assert read_mark(luma) == 5


def test_the_mark_has_no_colour_and_stays_in_its_corner() -> None:
    luma = np.full((720, 1280), 77, np.uint8)
    u, v = np.full((360, 640), 40, np.uint8), np.full((360, 640), 200, np.uint8)
    draw_mark(luma, 0xABCDEF, u, v)
    side = block_px(1280, 720)
    assert side == 8
    assert (luma[side:] == 77).all()
    assert (luma[:, 34 * side :] == 77).all()
    for plane, before in ((u, 40), (v, 200)):
        assert (plane[: side // 2, : 17 * side] == 128).all()
        assert (plane[side // 2 :] == before).all()


@pytest.mark.parametrize("shade", [0, 16, 128, 235, 255])
def test_a_frame_without_a_mark_gives_nothing(shade: int) -> None:
    assert read_mark(np.full((720, 1280), shade, np.uint8)) is None


def test_noise_is_not_taken_for_a_mark() -> None:
    chance = np.random.default_rng(3)
    frames = (chance.integers(0, 256, (360, 640), dtype=np.uint8) for _ in range(300))
    assert sum(read_mark(frame) is not None for frame in frames) == 0


@pytest.mark.parametrize(
    ("width", "height", "shown"),
    [
        (1280, 720, (1280, 720)),
        (1280, 720, (854, 480)),
        (1280, 720, (960, 540)),
        (1280, 720, (1920, 1080)),
        (720, 1280, (720, 1280)),
        (720, 1280, (480, 854)),
        (720, 1280, (540, 960)),
    ],
)
def test_every_mark_survives_h264_and_another_size(width: int, height: int, shown: tuple[int, int]) -> None:
    """At 1,500 kb/s, over a picture that moves, then scaled as platforms do."""
    values = [0, 1, VALUES - 1, 0x555555, 0xAAAAAA, *range(1000, 1025)]
    read = [
        read_mark(cv2.resize(luma, shown, interpolation=cv2.INTER_AREA).astype(np.uint8))
        for luma in sent_and_received(values, width, height)
    ]
    assert read == values


def sent_and_received(values: list[int], width: int, height: int) -> list[NDArray[np.uint8]]:
    """The luma planes of marked frames after an H.264 encode and decode."""
    background = noise(width, height)
    file = io.BytesIO()
    with av.open(file, "w", format="flv") as container:
        stream = container.add_stream("libx264", rate=30, options={"preset": "veryfast", "tune": "zerolatency"})
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = width, height, "yuv420p", 1_500_000
        for number, value in enumerate(values):
            planes = np.full((height * 3 // 2, width), 128, np.uint8)
            planes[:height] = np.roll(background, number * 6, axis=1)
            draw_mark(planes[:height], value)
            frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 30)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    file.seek(0)
    with av.open(file, "r") as received:
        return [np.asarray(frame.to_ndarray(format="yuv420p")[:height], np.uint8) for frame in received.decode(video=0)]


def test_drawing_costs_next_to_nothing_of_a_frames_time() -> None:
    luma, u, v = np.zeros((720, 1280), np.uint8), np.zeros((360, 640), np.uint8), np.zeros((360, 640), np.uint8)
    took = []
    for value in range(300):
        start = time.thread_time()
        draw_mark(luma, value, u, v)
        took.append(time.thread_time() - start)
    assert float(np.median(took)) < 0.0005, "ten times what it takes; a frame has 33 ms"
    print(f"{np.median(took) * 1e6:.0f} µs")
