"""Whether the QR code on the card can still be read in the picture as it is encoded now.

At a low bit rate fine squares run together. So a keyframe of the show's own stream is decoded again every few
seconds, cut to the card, and read as a phone would; then once more at the size to which a platform shrinks it for
viewers with a weak line. What is read in neither is lost to everybody.
"""

import av
import cv2
import numpy as np
from av.error import FFmpegError

from studio.media.frames import EncodedPacket, Plane, planes

Box = tuple[int, int, int, int]  # x, y, width, height, in pixels of the canvas

MARGIN_PX = 8
VIEWER_LINES = 480  # of the shorter side: what platforms make for a weak line


def decoded(keyframe: EncodedPacket, header: bytes) -> Plane | None:
    """The luma of an H.264 keyframe; `header` are the encoder's parameter sets. None where it cannot be decoded."""
    codec = av.CodecContext.create("h264", "r")
    codec.extradata = header
    codec.thread_count = 1
    try:
        frames = [*codec.decode(av.Packet(keyframe.data)), *codec.decode(None)]
    except FFmpegError:
        return None
    return planes(frames[0])[0] if frames else None


class CodeReader:
    """Reads codes; used on one thread."""

    def __init__(self) -> None:
        self._detector = cv2.QRCodeDetector()

    def readable(self, luma: Plane, card: Box) -> bool:
        """Whether the code on the card can be read, in the picture itself and as viewers with a weak line get it."""
        height, width = luma.shape
        x, y, card_width, card_height = card
        part = luma[
            max(0, y - MARGIN_PX) : min(height, y + card_height + MARGIN_PX),
            max(0, x - MARGIN_PX) : min(width, x + card_width + MARGIN_PX),
        ]
        if not self._reads(part):
            return False
        shrink = VIEWER_LINES / min(height, width)
        if shrink >= 1:
            return True
        small = cv2.resize(part, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        return self._reads(np.asarray(small, np.uint8))

    def _reads(self, part: Plane) -> bool:
        try:
            text, _corners, _straight = self._detector.detectAndDecode(np.ascontiguousarray(part))
        except cv2.error:  # a blot that looks like a code and is none
            return False
        return bool(text)
