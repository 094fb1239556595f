"""QR codes in whole pixels: the largest that fits, at the highest error correction that stays readable.

Sizes follow measurements: a code survives a platform's second compression at 8 px a module in a frame
720 px wide; below about 4 px it does not.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import qrcode
from numpy.typing import NDArray
from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError

from overlays.base import OverlayError

QUIET_MODULES = 4  # ISO/IEC 18004 asks for four on each side
_LONGEST_LINK = 1024  # bytes; far more than any code on a card could hold, and quick to refuse


@dataclass(frozen=True, slots=True, eq=False)
class Code:
    """A QR code: `modules` is square, True where dark, without the quiet zone."""

    modules: NDArray[np.bool_]
    module_px: int

    @property
    def side_px(self) -> int:
        """The side with its quiet zone."""
        return (len(self.modules) + 2 * QUIET_MODULES) * self.module_px

    @property
    def quiet_px(self) -> int:
        return QUIET_MODULES * self.module_px

    def area(self, left: int, top: int) -> tuple[int, int, int, int]:
        """Left, top, width and height with the quiet zone, where the dark part begins at (left, top)."""
        return left - self.quiet_px, top - self.quiet_px, self.side_px, self.side_px

    def luma(self) -> NDArray[np.uint8]:
        """The dark and light squares without the quiet zone, 0 or 255, in whole pixels."""
        light = np.where(self.modules, np.uint8(0), np.uint8(255))
        return light.repeat(self.module_px, axis=0).repeat(self.module_px, axis=1)


def fit_code(link: str, most_side_px: int, target_module_px: float, growth: float = 1.0) -> Code:
    """The code for `link` whose side with quiet zone is at most `most_side_px`.

    Modules are `growth` times `target_module_px` large where they fit, else smaller, never below that target. Level M
    is kept unless level L has larger modules. Raises `OverlayError` where the target does not fit: phones would not
    read it.
    """
    usual = whole_px(target_module_px)
    target = whole_px(target_module_px * growth)
    codes = []
    for level in (ERROR_CORRECT_M, ERROR_CORRECT_L):
        modules = _modules(link, level)
        side = 0 if modules is None else len(modules) + 2 * QUIET_MODULES
        size = min(target, most_side_px // side) if side else 0
        if modules is not None and size == target:
            return Code(modules, size)
        codes.append((size, modules))
    size, modules = max(codes, key=lambda code: code[0])  # the first of equals: level M
    if modules is None or size < usual:
        raise OverlayError("The link is too long for a code that phones can read. Use a short link")
    return Code(modules, size)


def whole_px(module_px: float) -> int:
    """The side of a square in whole pixels; on the smallest canvases two."""
    return max(2, math.floor(module_px + 0.01))


@lru_cache(maxsize=64)
def _modules(link: str, level: int) -> NDArray[np.bool_] | None:
    """The dark modules of the code for `link`; None where no code holds that much."""
    data = link.encode("utf-8", "replace")
    if len(data) > _LONGEST_LINK:
        return None
    code = qrcode.QRCode(error_correction=level, border=0)
    try:
        code.add_data(data)
        code.make(fit=True)
    except DataOverflowError:
        return None
    modules = np.array(code.get_matrix(), dtype=np.bool_)
    modules.flags.writeable = False
    return modules
