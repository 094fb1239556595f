"""What is to be seen on a screen, taken through the same grabber that can stand in for a camera."""

import time
from collections.abc import Iterator

import av
import cv2
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from tests.end2end.xvfb import VirtualScreen

Picture = NDArray[np.uint8]


def pictures(screen: VirtualScreen, deadline_s: float) -> Iterator[Picture]:
    """The screen as height × width × 3, BGR, five times a second until the deadline."""
    options = {"framerate": "5", "video_size": f"{screen.width}x{screen.height}", "draw_mouse": "0"}
    until = time.monotonic() + deadline_s
    with av.open(screen.display, "r", format="x11grab", options=options) as grabber:
        for frame in grabber.decode(video=0):
            if isinstance(frame, VideoFrame):
                yield np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
            if time.monotonic() > until:
                return


def code_on_screen(screen: VirtualScreen, deadline_s: float = 100.0) -> str:
    """The first QR code that can be read off the screen, as a phone in front of it would."""
    detector = cv2.QRCodeDetector()
    for picture in pictures(screen, deadline_s):
        text, _, _ = detector.detectAndDecode(picture)
        if text:
            return str(text)
    raise AssertionError("no QR code was seen on the screen")
