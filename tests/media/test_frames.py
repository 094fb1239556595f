"""How any picture meets the canvas, and the timeline."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume, given
from numpy.typing import NDArray

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


def test_a_phones_wide_gamut_keeps_its_hues() -> None:
    """Ten bits and the matrix of BT.2020, as phones film; read as BT.709 its reds would be orange."""
    phone = coloured(640, 360, RGB).reformat(format="yuv420p10le", dst_colorspace="BT2020")
    phone.colorspace = 9
    assert centre(Fitter(CANVAS, Fit.CONTAIN).fit(phone)) == pytest.approx(YUV, abs=3)


def test_nobody_draws_on_a_frame_that_somebody_has() -> None:
    pool = FramePool(CANVAS)
    frame = pool.take()
    pool.give(frame)
    assert pool.take() is frame
    assert pool.take() is not frame


RED, GREEN, BLUE = (200, 30, 30), (30, 200, 30), (30, 30, 200)


def film(path: Path, lies: Callable[[Any], None], pixels: NDArray[np.uint8] | None = None) -> av.VideoFrame:
    """The first frame of a film 320 × 180: red left, green in the middle, blue right; `lies` says how it is meant."""
    if pixels is None:
        pixels = np.full((180, 320, 3), GREEN, np.uint8)
        pixels[:, :80], pixels[:, -80:] = RED, BLUE
    with av.open(str(path), "w") as container:
        video: Any = container.add_stream("libx264", rate=25, options={"preset": "ultrafast", "qp": "10"})
        video.width, video.height, video.pix_fmt = pixels.shape[1], pixels.shape[0], "yuv420p"
        lies(video)
        frame = av.VideoFrame.from_ndarray(pixels, "rgb24")
        frame.pts, frame.time_base = 0, Fraction(1, 25)
        container.mux(video.encode(frame))
        container.mux(video.encode(None))
    with av.open(str(path)) as container:
        return next(container.decode(video=0))


def colour_at(frame: av.VideoFrame, x: int, y: int) -> str:
    """Which of the three it is around that place; black where it is none."""
    luma, u, v = (int(plane[row, column]) for plane, row, column in zip(planes(frame), *spots(x, y), strict=True))
    if luma < 24:
        return "black"
    return "red" if v > 160 else "blue" if u > 160 else "green"


def spots(x: int, y: int) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    return (y, y // 2, y // 2), (x, x // 2, x // 2)


@pytest.mark.parametrize(
    ("degrees", "top", "bottom"),
    [(-90, "red", "blue"), (90, "blue", "red")],
)
def test_a_film_of_a_phone_that_was_held_upright_stands_upright(
    tmp_path: Path, degrees: int, top: str, bottom: str
) -> None:
    """A phone films lying and writes beside it how it was held."""
    frame = film(tmp_path / "phone.mp4", lambda video: video.set_display_rotation(degrees))
    upright = Fitter(CanvasConfig(360, 640, 25), Fit.CONTAIN).fit(frame)
    assert [colour_at(upright, 180, y) for y in (20, 320, 620)] == [top, "green", bottom]
    wide = Fitter(CanvasConfig(640, 360, 25), Fit.CONTAIN).fit(frame)
    assert [colour_at(wide, 320, y) for y in (12, 180, 348)] == [top, "green", bottom]
    assert [colour_at(wide, x, 180) for x in (20, 620)] == ["black", "black"]
    filled = Fitter(CanvasConfig(640, 360, 25), Fit.COVER).fit(frame)
    assert {colour_at(filled, x, y) for x in (4, 320, 636) for y in (4, 180, 356)} == {"green"}
    unasked = Fitter(CanvasConfig(360, 640, 25), Fit.AUTO).fit(frame)
    assert colour_at(unasked, 180, 20) == top, "what stands upright is not cut as if it were wide"


def test_a_film_of_a_phone_that_was_upside_down_is_turned_over(tmp_path: Path) -> None:
    frame = film(tmp_path / "phone.mp4", lambda video: video.set_display_rotation(180))
    assert [colour_at(Fitter(CANVAS, Fit.CONTAIN).fit(frame), x, 180) for x in (20, 320, 620)] == [
        "blue",
        "green",
        "red",
    ]


def test_a_mirrored_film_is_not_stood_on_its_head(tmp_path: Path) -> None:
    """FFmpeg calls a picture whose left and right are exchanged one that is turned by half."""
    pixels = np.full((180, 320, 3), GREEN, np.uint8)
    pixels[:60], pixels[-60:] = RED, BLUE
    frame = film(tmp_path / "phone.mp4", lambda video: video.set_display_rotation(0, hflip=True), pixels)
    assert abs(frame.rotation) == 180
    assert [colour_at(Fitter(CANVAS, Fit.CONTAIN).fit(frame), 320, y) for y in (20, 180, 340)] == [
        "red",
        "green",
        "blue",
    ]


def test_a_film_that_says_nothing_sensible_of_how_it_lies_is_shown_as_it_is(tmp_path: Path) -> None:
    frame = film(tmp_path / "phone.mp4", lambda video: video.set_display_matrix([0] * 9))
    assert colour_at(Fitter(CANVAS, Fit.CONTAIN).fit(frame), 20, 180) == "red"


@pytest.mark.parametrize(
    ("size", "shape", "fit", "bars"),
    [
        ((480, 360), Fraction(4, 3), Fit.CONTAIN, False),
        ((480, 360), Fraction(1), Fit.CONTAIN, True),
        ((480, 360), None, Fit.CONTAIN, True),
        ((480, 360), Fraction(1, 255), Fit.CONTAIN, True),
        ((640, 360), Fraction(3, 4), Fit.CONTAIN, True),
        ((640, 360), Fraction(3, 4), Fit.COVER, False),
    ],
)
def test_pixels_that_are_not_square_are_shown_as_wide_as_they_are(
    size: tuple[int, int], shape: Fraction | None, fit: Fit, bars: bool
) -> None:
    """An old camcorder's 1440 × 1080, a network camera's 704 × 576: both mean 16:9."""
    fitter = Fitter(CANVAS, fit)
    fitter.stretch(shape)
    frame = fitter.fit(coloured(*size, RGB))
    assert corner(frame) == pytest.approx(BLACK_YUV if bars else YUV, abs=3)
    assert centre(frame) == pytest.approx(YUV, abs=3)
