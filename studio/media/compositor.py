"""The metronome: one canvas a tick, from the newest picture that is due, the last one, or the slate.

Runs on a thread of its own. Overlays come as patches from elsewhere and are turned into planes before they
get here; a tick only copies and blends.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import av
import cv2
import numpy as np

from studio.clock import Clock
from studio.config import CanvasConfig
from studio.media.frames import NS, FramePool, Picture, Planes, Timeline, blank, planes
from studio.media.layers import LayerStack
from studio.media.queues import Pictures
from studio.worker import Mishaps, Worker

PREVIEW_EVERY_S = 1 / 12
GIVE_UP_TICKS_AFTER_S = 0.5  # a computer that slept does not have to make up for the frames of that time
SLATE_AFTER_S = 2.0


@dataclass(frozen=True, slots=True)
class Watchers:
    """Who gets what leaves the compositor: each is called on its thread and must not wait."""

    encode: Callable[[av.VideoFrame], None]
    preview: Callable[[Planes], None]
    mark: Callable[[Planes, int], None] | None = None  # draws the time into the picture, in rehearsals


class Compositor:
    """Composes the show. Its layers may be changed from any thread; a change is seen at the next tick."""

    def __init__(
        self,
        canvas: CanvasConfig,
        timeline: Timeline,
        clock: Clock,
        pictures: Pictures,
        layers: LayerStack,
        watchers: Watchers,
        frames: FramePool | None = None,
    ) -> None:
        self.composed_frames = 0
        self.captured_frames = 0
        self.late_ticks = 0
        self.preview_on = False
        self.frame_divisor = 1  # of so many ticks one is composed: for a slow computer or a slow network
        self.still = False  # the camera's picture stands still; cards and ticker go on
        self._canvas = canvas
        self._timeline = timeline
        self._clock = clock
        self._pictures = pictures
        self._layers = layers
        self._watchers = watchers
        self._frames = frames or FramePool(canvas)
        self._background = blank(canvas.width, canvas.height)
        self._newest = self._background  # of the camera, also while the one that is sent stands still
        self._time_base = Fraction(1, timeline.fps)
        self._pictured_ns = timeline.start_ns
        self._mishaps = Mishaps("the compositor")
        self._worker: Worker | None = None

    def start(self, failed: Callable[[Exception], None]) -> None:
        cv2.setNumThreads(1)  # OpenCV's own threads cost more than they bring on planes this small
        self._mishaps = Mishaps("the compositor", failed)
        self._worker = Worker("compositor", self._run, failed)
        self._worker.start()

    def _run(self, stopping: threading.Event) -> None:
        fps = self._timeline.fps
        preview_ticks = max(1, round(PREVIEW_EVERY_S * fps))
        tick, previewed = 0, -preview_ticks
        while True:
            tick += -tick % self.frame_divisor
            due_ns = self._timeline.tick_ns(tick)
            if stopping.wait(max(0.0, (due_ns - self._clock.now_ns()) / NS)):
                return
            behind_ns = self._clock.now_ns() - due_ns
            if behind_ns > self._timeline.frame_ns * self.frame_divisor:
                self.late_ticks += 1
            if behind_ns > GIVE_UP_TICKS_AFTER_S * NS:
                missed = behind_ns * fps // NS
                self.late_ticks += missed - 1  # this one is counted already
                tick += missed
                due_ns = self._timeline.tick_ns(tick)
            with self._mishaps:
                frame = self.compose(tick, due_ns)
                if self.preview_on and tick >= previewed + preview_ticks:
                    previewed = tick
                    with self._mishaps:
                        self._watchers.preview(planes(frame))
                self._watchers.encode(frame)
            tick += 1

    def compose(self, tick: int, due_ns: int) -> av.VideoFrame:
        """The canvas of one tick, its pts the tick's number."""
        picture = self._pictures.take(due_ns)
        if picture is not None:
            self._take(picture)
        frame = self._frames.take()
        target = planes(frame)
        for plane, source in zip(target, planes(self._background), strict=True):
            np.copyto(plane, source)
        with self._mishaps:  # a card that cannot be blended takes no picture away
            self._layers.draw(target, due_ns, with_slate=due_ns - self._pictured_ns > SLATE_AFTER_S * NS)
        if self._watchers.mark is not None:
            self._watchers.mark(target, self._clock.now_ns())
        frame.pts = tick
        frame.time_base = self._time_base
        self.composed_frames += 1
        return frame

    @property
    def camera_picture(self) -> av.VideoFrame | None:
        """The camera's newest picture, without overlays, for any thread; None where the camera gives none."""
        away = self.captured_frames == 0 or self._clock.now_ns() - self._pictured_ns > SLATE_AFTER_S * NS
        return None if away else self._newest

    def _take(self, picture: Picture) -> None:
        self._newest = picture.frame
        if not self.still:
            self._background = picture.frame
        self._pictured_ns = picture.due_ns
        self.captured_frames += 1

    def stop(self) -> None:
        if self._worker is not None:
            self._worker.stop()
