"""Whether a QR code that is on the picture can still be read in it as it is encoded now.

At a low bit rate fine squares run together. So a keyframe of the show's own stream is decoded again every few
seconds, cut to where the code lies, shrunk to the size at which a platform sends it to viewers with a weak line, and
read as a phone would. What can be read there can be read in the larger picture too.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from studio.media.frames import Plane
from studio.media.proof import NEARER

Box = tuple[int, int, int, int]  # x, y, width, height, in pixels of the canvas

MARGIN_PX = 8
VIEWER_LINES = 480  # of the shorter side: what platforms make for a weak line


@dataclass(frozen=True, slots=True)
class ExpectedCode:
    """A code that is on the picture: where, with its quiet zone, and what must be read in it."""

    box: Box
    link: str


class CodeReader:
    """Reads codes; used on one thread."""

    def __init__(self) -> None:
        self._detector = cv2.QRCodeDetector()
        self._failures = 0

    def readable(self, luma: Plane, code: ExpectedCode) -> bool:
        """Whether viewers with a weak line read in it what it is to say; another code is none.

        OpenCV's reader misses codes at some sizes that any phone reads: after a failure the next look is from nearer,
        or from further away again.
        """
        height, width = luma.shape
        x, y, code_width, code_height = code.box
        part = luma[
            max(0, y - MARGIN_PX) : min(height, y + code_height + MARGIN_PX),
            max(0, x - MARGIN_PX) : min(width, x + code_width + MARGIN_PX),
        ]
        shrink = min(1.0, VIEWER_LINES / min(height, width))
        if not part.size:
            return False
        small = np.asarray(cv2.resize(part, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8)
        nearer = NEARER[self._failures % len(NEARER)]
        if nearer != 1.0:
            small = np.asarray(cv2.resize(small, None, fx=nearer, fy=nearer, interpolation=cv2.INTER_CUBIC), np.uint8)
        try:
            text, _corners, _straight = self._detector.detectAndDecode(small)
        except cv2.error:  # a blot that looks like a code and is none
            text = ""
        self._failures += text != code.link
        return bool(text == code.link)
