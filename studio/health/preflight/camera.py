"""The camera: opened as the show would open it, looked at for two seconds, and let go again.

What is black, dark, frozen or blurred is judged as the watchdogs judge it during the show.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import av
from av.error import FFmpegError

from studio.checks import Check, CheckResult, Line, Outcome
from studio.config import CanvasConfig, ShowConfig, SourceConfig, SourceKind
from studio.errors import Problem, StudioError, fault, reason_of
from studio.health.black import Blackness
from studio.health.blur import BLURRED, steepness
from studio.health.darkness import Darkness
from studio.health.stillness import Stillness
from studio.i18n import N_
from studio.media.frames import Fitter, Plane, planes
from studio.media.packets import decoded, demuxed
from studio.media.sources import open_input, shown_name, source_openings, unopened
from studio.media.video_tap import SCREENS

LOOK_S = 2.0
WARM_UP_S = 0.8  # a camera opens its iris and finds its focus in the first pictures
GIVE_UP_S = 8.0
LOOKS_PER_S = 8  # of the pictures, so many are measured; all are counted
SLOW_SHARE = 0.6  # of the rate that was asked for: a webcam halves its rate in the dark
EVERY_PIXEL = 8

THINGS = N_("Whether the right things are in the picture, and in the right colours.")
LEFT_OUT = Line.of(THINGS)
FINE = {  # by whether it was judged that it moves, and that it is sharp: what is said then, and what is left out
    (True, True): (N_("Lit, moving and sharp: {width}×{height}, {fps} pictures a second."), THINGS),
    (True, False): (
        N_("Lit and moving: {width}×{height}, {fps} pictures a second."),
        N_("Whether it is sharp: hold up a label. Whether the right things are in it, in the right colours."),
    ),
    (False, True): (
        N_("Lit and sharp: {width}×{height}, {fps} pictures a second."),
        N_("Whether it moves, for a screen may stand still. Whether the right things are in it, in the right colours."),
    ),
    (False, False): (
        N_("Lit: {width}×{height}, {fps} pictures a second."),
        N_("Whether it moves and is sharp. Whether the right things are in it, in the right colours."),
    ),
}


@dataclass(frozen=True, slots=True)
class Look:
    """What two seconds of pictures were like."""

    width: int
    height: int
    fps: float
    black: bool
    dark: bool
    frozen: bool
    blurred: bool | None  # None: nothing in it to judge the focus by
    screen: bool = False  # which may stand still as it likes


def check_camera(show: ShowConfig, stopping: threading.Event, seconds: float = LOOK_S) -> CheckResult:
    """Opens the chosen source and judges what it gives."""
    source = show.source
    if source.kind is SourceKind.PATTERN:
        return _not_checked(Line.of(N_("The test picture is drawn here: there is no camera to check.")))
    if source.kind is SourceKind.PIPE and Path(source.target).is_fifo():
        return _not_checked(Line.of(N_("What comes through a pipe comes only once: it is left for the show.")))
    name = shown_name(source)
    try:
        look = _look(source, show.canvas, name, stopping, seconds)
    except StudioError as error:
        if not stopping.is_set():
            found = Line.of(N_("The source was to be opened."))
            return CheckResult(Check.CAMERA, Outcome.BAD, found, LEFT_OUT, error.problem)
        look = None  # that was us: not every way to open it was tried
    if look is None:
        return _not_checked(Line.of(N_("It was stopped.")))
    found = Line.of(
        N_("{width}×{height}, {fps} pictures a second."), width=look.width, height=look.height, fps=f"{look.fps:.0f}"
    )
    problem = _judged(look, show.canvas.fps, source.kind is SourceKind.CLIP)
    if problem is not None:
        return CheckResult(Check.CAMERA, Outcome.BAD, found, LEFT_OUT, problem)
    fine, left_out = FINE[not look.screen, look.blurred is not None]
    return CheckResult(Check.CAMERA, Outcome.GOOD, Line(fine, found.values), Line.of(left_out))


def _not_checked(why: Line) -> CheckResult:
    return CheckResult(Check.CAMERA, Outcome.NOT_CHECKED, why, LEFT_OUT)


def _judged(look: Look, wanted_fps: int, clip: bool) -> Problem | None:
    """The fault that hides the others comes first; no camera is to blame for what is in a film."""
    if look.black:
        return Problem.of("check.clip_black" if clip else "check.camera_black")
    if look.frozen:
        return Problem.of("check.clip_frozen" if clip else "check.camera_frozen")
    if look.dark:
        return Problem.of("check.clip_dark" if clip else "check.camera_dark")
    if look.fps < wanted_fps * SLOW_SHARE:
        code = "check.clip_slow" if clip else "check.camera_slow"
        return Problem.of(code, fps=f"{look.fps:.0f}", wanted=wanted_fps)
    if look.blurred:
        return Problem.of("check.clip_blurred" if clip else "check.camera_blurred")
    return None


def _look(
    source: SourceConfig, canvas: CanvasConfig, name: str, stopping: threading.Event, seconds: float
) -> Look | None:
    """Reads and measures; None where it was stopped. Raises `StudioError` where no picture comes."""
    container, opening = open_input(
        source_openings(source, canvas),
        unopened(source),
        fault("source.busy", name=name),
        stopping,
    )
    with closing(container):
        if not container.streams.video:
            raise fault("clip.no_video", path=name)
        video = container.streams.video[0]
        video.codec_context.thread_count = 1
        eyes = _Eyes(Fitter(canvas, source.fitting))
        clip = source.kind is SourceKind.CLIP
        warm_up_s, begin_s = (0.0 if clip else WARM_UP_S), time.monotonic()
        first_s = last_s = 0.0
        count = 0
        try:
            for frame in _frames(container):
                if stopping.is_set():
                    return None
                now_s = (frame.time or 0.0) if clip else time.monotonic() - begin_s
                if now_s < warm_up_s and time.monotonic() - begin_s < GIVE_UP_S:
                    continue
                count += 1
                first_s = first_s if count > 1 else now_s
                last_s = now_s
                eyes.see(frame, now_s)
                if now_s - first_s >= seconds:
                    break
        except (FFmpegError, OSError) as error:
            if count < 2:
                raise unopened(source, reason_of(error)) from error
        if count < 2:
            raise unopened(source, N_("no picture comes from it"))
        fps = (count - 1) / (last_s - first_s) if last_s > first_s else float(video.average_rate or 0)
        look = eyes.judged(video.codec_context.width, video.codec_context.height, fps)
        screen = opening.container_format in SCREENS
        return replace(look, frozen=look.frozen and not screen, screen=screen)


def _frames(container: av.container.InputContainer) -> Iterator[av.VideoFrame]:
    for frame in decoded(demuxed(container, container.streams.video[0])):
        if isinstance(frame, av.VideoFrame):
            yield frame


class _Eyes:
    """Measures pictures as they would be in the show, a few a second."""

    def __init__(self, fitter: Fitter) -> None:
        self._fitter = fitter
        self._next_s = 0.0
        self._black: list[bool] = []
        self._dark: list[bool] = []
        self._steep: list[float] = []
        self._points: list[Plane] = []

    def see(self, frame: av.VideoFrame, now_s: float) -> None:
        if now_s < self._next_s:
            return
        self._next_s = now_s + 1 / LOOKS_PER_S
        luma = planes(self._fitter.fit(frame))[0]
        points = luma[::EVERY_PIXEL, ::EVERY_PIXEL].copy()
        self._black.append(Blackness().take(points))
        self._dark.append(Darkness().take(points))
        self._points.append(points)
        steep = steepness(luma)
        if steep is not None:
            self._steep.append(steep)

    def judged(self, width: int, height: int, fps: float) -> Look:
        """A fault has to be in all pictures; without edges nothing is said of focus."""
        still = Stillness()
        changes = [not still.take(points) for points in self._points][1:]
        return Look(
            width=width,
            height=height,
            fps=fps,
            black=all(self._black),
            dark=all(self._dark),
            frozen=bool(changes) and not any(changes),
            blurred=max(self._steep) <= BLURRED if self._steep else None,
        )
