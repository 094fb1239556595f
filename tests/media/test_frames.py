"""How any picture meets the canvas, and the timeline."""

from pathlib import Path

import av
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume, given

from studio.config import CanvasConfig, Fit, SourceConfig, SourceKind
from studio.media.frames import BLACK_YUV, NS, Fitter, FramePool, Timeline, blank, planes
from tests.media.films import coloured

CANVAS = CanvasConfig(640, 360, 25)
RGB = (200, 60, 40)
# BT.709, limited range, of the colour above, worked out by hand from the recommendation's formulas
YUV = (16 + 219 * (0.2126 * 200 + 0.7152 * 60 + 0.0722 * 40) / 255, 105.1, 190.3)


def centre(frame: av.VideoFrame) -> tuple[float, float, float]:
    y, u, v = (
        float(plane[plane.shape[0] // 2 - 4 : plane.shape[0] // 2 + 4, plane.shape[1] // 2 - 4 :][:, :8].mean())
        for plane in planes(frame)
    )
    return y, u, v


def corner(frame: av.VideoFrame) -> tuple[float, float, float]:
    y, u, v = (float(plane[:4, :4].mean()) for plane in planes(frame))
    return y, u, v


@pytest.mark.parametrize("pixel_format", ["rgb24", "bgr0", "yuv420p", "yuv422p", "yuv444p", "nv12", "yuyv422", "gbrp"])
@pytest.mark.parametrize("size", [(641, 479), (320, 180), (1280, 720), (360, 640), (640, 360)])
@pytest.mark.parametrize("fit", list(Fit))
def test_any_size_and_format_meets_the_canvas_in_its_own_colours(
    pixel_format: str, size: tuple[int, int], fit: Fit
) -> None:
    source = coloured(size[0] // 2 * 2 if pixel_format == "yuyv422" else size[0], size[1], RGB, pixel_format)
    frame = Fitter(CANVAS, fit).fit(source)
    assert (frame.width, frame.height, frame.format.name) == (640, 360, "yuv420p")
    assert centre(frame) == pytest.approx(YUV, abs=3)
    bars = fit is not Fit.COVER and size in ((641, 479), (360, 640))
    assert corner(frame) == pytest.approx(BLACK_YUV if bars else YUV, abs=3)


def test_a_full_range_picture_becomes_limited() -> None:
    """A webcam's MJPEG uses 0…255: black must not turn grey, nor white glow."""
    for luma, wanted in ((0, 16), (255, 235), (128, 126)):
        source = av.VideoFrame(1280, 720, "yuvj420p")
        for plane, value in zip(planes(source), (luma, 128, 128), strict=True):
            plane.fill(value)
        assert centre(Fitter(CANVAS, Fit.CONTAIN).fit(source)) == pytest.approx((wanted, 128, 128), abs=2)


def test_a_grey_picture_keeps_its_brightness() -> None:
    for level, wanted in ((0, 16), (255, 235)):
        source = av.VideoFrame.from_ndarray(np.full((480, 640), level, np.uint8), "gray")
        assert centre(Fitter(CANVAS, Fit.COVER).fit(source)) == pytest.approx((wanted, 128, 128), abs=2)


def test_a_picture_that_fits_already_passes_untouched() -> None:
    frame = blank(640, 360, (90, 100, 110))
    assert Fitter(CANVAS, Fit.CONTAIN).fit(frame) is frame


def test_a_filled_canvas_shows_the_middle_of_the_picture() -> None:
    picture = np.zeros((720, 360, 3), np.uint8)
    picture[315:405] = 255  # a white band in the middle of an upright picture
    frame = Fitter(CANVAS, Fit.COVER).fit(av.VideoFrame.from_ndarray(picture, "rgb24"))
    luma = planes(frame)[0]
    assert luma[180].min() > 200
    assert luma[10].max() < 30
    assert luma[-10].max() < 30


@pytest.mark.parametrize(
    ("canvas", "camera", "filled"),
    [
        ((360, 640), (1280, 720), True),
        ((360, 640), (640, 480), True),
        ((360, 640), (480, 640), False),
        ((640, 360), (640, 480), False),
        ((640, 360), (360, 640), False),
    ],
)
def test_unless_it_is_asked_for_only_a_wide_camera_in_an_upright_show_is_cut(
    canvas: tuple[int, int], camera: tuple[int, int], filled: bool
) -> None:
    frame = Fitter(CanvasConfig(*canvas, 25), Fit.AUTO).fit(coloured(*camera, RGB))
    assert corner(frame) == pytest.approx(YUV if filled else BLACK_YUV, abs=3)
    assert centre(frame) == pytest.approx(YUV, abs=3)


def test_nothing_is_cut_off_a_finished_film_unasked() -> None:
    assert SourceConfig(SourceKind.CLIP, "film.mp4").fitting is Fit.CONTAIN
    assert SourceConfig(SourceKind.CLIP, "film.mp4", Fit.COVER).fitting is Fit.COVER
    assert SourceConfig(SourceKind.URL, "rtsp://phone/1").fitting is Fit.AUTO


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuvj422p", "yuyv422", "nv12", "gray", "bgr24"])
def test_the_middle_is_cut_out_of_every_kind_of_picture_and_none_is_mixed_up(pixel_format: str) -> None:
    """Left red, middle as given, right blue; and the next picture is another one."""
    fitter = Fitter(CanvasConfig(360, 640, 25), Fit.COVER)
    for level in (60, 180):
        picture = np.full((720, 1280, 3), level, np.uint8)
        picture[:, :420] = (255, 0, 0)
        picture[:, -420:] = (0, 0, 255)
        wide = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format=pixel_format, dst_colorspace="ITU709")
        if pixel_format.startswith("yuvj"):
            wide = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(
                format=pixel_format, dst_colorspace="ITU709", dst_color_range="JPEG"
            )
        luma, u, v = planes(fitter.fit(wide))
        wanted = 16 + 219 * level / 255
        assert (int(luma.min()), int(luma.max())) == pytest.approx((wanted, wanted), abs=4)
        for colour in (u, v):
            assert (int(colour.min()), int(colour.max())) == pytest.approx((128, 128), abs=4)


def test_bars_are_even_on_both_sides() -> None:
    picture = np.full((480, 480, 3), 255, np.uint8)
    frame = Fitter(CANVAS, Fit.CONTAIN).fit(av.VideoFrame.from_ndarray(picture, "rgb24"))
    bright = np.flatnonzero(planes(frame)[0][180] > 128)
    assert (bright[0], bright[-1]) == (140, 499)


@given(
    width=st.integers(2, 1000),
    height=st.integers(2, 1000),
    fit=st.sampled_from(list(Fit)),
    upright=st.booleans(),
)
def test_no_shape_of_picture_breaks_the_canvas(width: int, height: int, fit: Fit, upright: bool) -> None:
    canvas = CanvasConfig(180, 320, 25) if upright else CanvasConfig(320, 180, 25)
    assume(max(width, height) <= 8 * min(width, height))
    frame = Fitter(canvas, fit).fit(coloured(width, height, RGB))
    assert (frame.width, frame.height) == (canvas.width, canvas.height)
    assert centre(frame)[0] == pytest.approx(YUV[0], abs=4)
    if fit is Fit.COVER:
        assert corner(frame) == pytest.approx(YUV, abs=4)


@given(start_ns=st.integers(0, 10**15), fps=st.integers(5, 60), tick=st.integers(0, 60 * 3600 * 12))
def test_ticks_and_samples_never_drift_apart(start_ns: int, fps: int, tick: int) -> None:
    """After twelve hours a tick is still where its number says, and the sample of its time is of the same moment."""
    timeline = Timeline(start_ns, fps)
    at_ns = timeline.tick_ns(tick)
    assert abs((at_ns - start_ns) * fps - tick * NS) < fps
    assert abs(timeline.sample_ns(timeline.sample_at(at_ns)) - at_ns) <= NS // 48_000 + 1


def test_a_frame_of_a_file_is_never_written_to(tmp_path: Path) -> None:
    """Two canvases made from one picture are the same: the first fitting leaves it as it was."""
    source = coloured(641, 479, RGB)
    before = source.to_ndarray().copy()
    fitter = Fitter(CANVAS, Fit.CONTAIN)
    first, second = fitter.fit(source), fitter.fit(source)
    assert np.array_equal(source.to_ndarray(), before)
    assert np.array_equal(planes(first)[0], planes(second)[0])


@pytest.mark.parametrize("pixel_format", ["yuvj420p", "yuvj422p", "yuv420p", "yuyv422"])
def test_a_webcams_colours_are_those_the_audience_decodes(pixel_format: str) -> None:
    """MJPEG is BT.601; decoded as BT.709 its greens would be a sixth too dark."""
    full_range = "JPEG" if pixel_format.startswith("yuvj") else "MPEG"
    webcam = coloured(640, 360, RGB).reformat(format=pixel_format, dst_colorspace="ITU601", dst_color_range=full_range)
    webcam.colorspace = 5
    assert centre(Fitter(CANVAS, Fit.CONTAIN).fit(webcam)) == pytest.approx(YUV, abs=3)
    upright = Fitter(CanvasConfig(360, 640, 25), Fit.COVER).fit(webcam)
    assert centre(upright) == pytest.approx(YUV, abs=3)
    assert corner(upright) == pytest.approx(YUV, abs=3)


def test_nobody_draws_on_a_frame_that_somebody_has() -> None:
    pool = FramePool(CANVAS)
    frame = pool.take()
    pool.give(frame)
    assert pool.take() is frame
    assert pool.take() is not frame
