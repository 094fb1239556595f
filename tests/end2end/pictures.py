"""What there is to see in a received picture: QR codes, and how much two pictures differ."""

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.end2end.player import Seen

Picture = NDArray[np.uint8]


def code_in(picture: Picture) -> str:
    """The text of the QR code in the picture; empty where none can be read."""
    luma = np.ascontiguousarray(picture.mean(axis=2).astype(np.uint8))
    text, _corners, _code = cv2.QRCodeDetector().detectAndDecode(luma)
    return text


def codes_in(seen: Iterable[Seen]) -> list[str]:
    """The texts of all codes that can be read, in the order of the frames."""
    return [text for text in (code_in(one.picture()) for one in seen) if text]


def difference(one: Picture, other: Picture) -> float:
    """Mean difference of two pictures, in steps of 0…255."""
    return float(np.abs(one.astype(np.int16) - other.astype(np.int16)).mean())


def tone_hz(samples: NDArray[np.float32], sample_rate: int = 48_000) -> float:
    """The strongest frequency of a sound; 0 where there is silence."""
    if len(samples) < sample_rate // 2 or float(np.abs(samples).max()) < 0.01:
        return 0.0
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * sample_rate / len(samples)
