"""Whether the QR code on the card can still be read in the picture as it is encoded now.

At a low bit rate fine squares run together. So a keyframe of the show's own stream is decoded again every few
seconds, cut to the card, shrunk to the size at which a platform sends it to viewers with a weak line, and read as a
phone would. What can be read there can be read in the larger picture too.
"""

import av
import cv2
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
        """Whether viewers with a weak line can read the code on the card."""
        height, width = luma.shape
        x, y, card_width, card_height = card
        part = luma[
            max(0, y - MARGIN_PX) : min(height, y + card_height + MARGIN_PX),
            max(0, x - MARGIN_PX) : min(width, x + card_width + MARGIN_PX),
        ]
        shrink = min(1.0, VIEWER_LINES / min(height, width))
        if not part.size:
            return False
        small = cv2.resize(part, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        try:
            text, _corners, _straight = self._detector.detectAndDecode(small)
        except cv2.error:  # a blot that looks like a code and is none
            return False
        return bool(text)
