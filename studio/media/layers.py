"""Overlays on the canvas: patches turned once into planes, then placed, slid, faded and scrolled every tick."""

import threading
from copy import copy
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from overlays.base import Patch
from overlays.fields import Motion
from studio.config import CanvasConfig
from studio.media.frames import NS, Plane, Planes

MOVE_S = 0.35
POP_FROM = 0.6  # the size a layer that pops up begins with; it grows a little past its own size and comes back
POP_PAST = 1.7
CALM_STEP_S = 4.0  # as long as it takes to read what a running text moves by in that time

# BT.709, limited range: Y = 16 + 219·(Kr·R + Kg·G + Kb·B), colour differences about 128 (ITU-R BT.709-6, 3.2 and 3.4)
_KR, _KB = 0.2126, 0.0722
_KG = 1.0 - _KR - _KB
# One row for each plane, one column for each of red, green, blue and alpha, all 0…255 and multiplied by alpha.
_RGBA_TO_YUV = np.array(
    [
        [219 / 255 * _KR, 219 / 255 * _KG, 219 / 255 * _KB, 16 / 255],
        [112 / 255 * -_KR / (1 - _KB), 112 / 255 * -_KG / (1 - _KB), 112 / 255, 128 / 255],
        [112 / 255, 112 / 255 * -_KG / (1 - _KR), 112 / 255 * -_KB / (1 - _KR), 128 / 255],
    ],
    np.float32,
)


@dataclass(frozen=True, slots=True)
class BlendPlane:
    """One plane of a patch: colour multiplied by alpha, and how much of the picture beneath is left (255 − alpha)."""

    colour: Plane
    beneath: Plane
    opaque: bool

    def blend(self, target: Plane, x: int, y: int, strength: float, scroll: int, width: int) -> None:
        """Puts `width` columns from `scroll` on at (x, y) of `target`, cut at its edges."""
        left, top = max(0, -x), max(0, -y)
        right = min(width, target.shape[1] - x)
        bottom = min(self.colour.shape[0], target.shape[0] - y)
        if right <= left or bottom <= top:
            return
        room = target[y + top : y + bottom, x + left : x + right]
        for begin, end, offset in _runs(scroll + left, scroll + right, self.colour.shape[1]):
            self._blend_run(room[:, offset : offset + end - begin], slice(top, bottom), slice(begin, end), strength)

    def _blend_run(self, room: Plane, rows: slice, columns: slice, strength: float) -> None:
        colour = self.colour[rows, columns]
        if strength >= 1.0:
            if self.opaque:
                np.copyto(room, colour)
                return
            cv2.multiply(room, self.beneath[rows, columns], dst=room, scale=1 / 255)
            cv2.add(room, colour, dst=room)
            return
        alpha = 255 - self.beneath[rows, columns]
        cv2.multiply(room, 255 - cv2.convertScaleAbs(alpha, alpha=strength), dst=room, scale=1 / 255)
        cv2.add(room, cv2.convertScaleAbs(colour, alpha=strength), dst=room)

    def sized(self, part: float) -> "BlendPlane":
        """The plane at another size; even sides stay even in the plane of the brightness."""
        height, width = (max(2, round(side * part / 2) * 2) for side in self.colour.shape[:2])
        colour, beneath = (
            cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR) for plane in (self.colour, self.beneath)
        )
        return BlendPlane(np.asarray(colour, np.uint8), np.asarray(beneath, np.uint8), self.opaque)


def _runs(begin: int, end: int, period: int) -> list[tuple[int, int, int]]:
    """The run `begin`…`end` of an endless strip as pieces (from, to, offset) of one period."""
    runs = []
    offset = 0
    while begin < end:
        start = begin % period
        length = min(period - start, end - begin)
        runs.append((start, start + length, offset))
        begin, offset = begin + length, offset + length
    return runs


class Layer:
    """A patch in yuv420p, ready to be blended."""

    def __init__(self, patch: Patch) -> None:
        self.x, self.y, self.motion = patch.x, patch.y, patch.motion
        self.scroll_px_per_s = patch.scroll_px_per_s
        self.height, full_width = patch.rgba.shape[:2]
        self.width = patch.width or full_width
        self.code: tuple[int, int, int, int] | None = None  # where its code lies on the canvas: x, y, width, height
        if patch.code is not None:
            left, top, wide, high = patch.code
            self.code = (patch.x + left, patch.y + top, wide, high)
        self._planes = _blend_planes(patch.rgba)

    def at(self, x: int, y: int) -> "Layer":
        """The same layer at another place, without turning its patch into planes again."""
        moved = copy(self)
        moved.x, moved.y = x, y
        if self.code is not None:
            left, top, wide, high = self.code
            moved.code = (left - self.x + x, top - self.y + y, wide, high)
        return moved

    def draw(self, target: Planes, strength: float, dx: int, dy: int, scroll: int) -> None:
        """Blends the layer, moved by (dx, dy) pixels; all three numbers are made even."""
        x, y = (self.x + dx) // 2 * 2, (self.y + dy) // 2 * 2
        scroll = scroll // 2 * 2
        for index, plane in enumerate(target):
            half = 1 if index == 0 else 2
            self._planes[index].blend(plane, x // half, y // half, strength, scroll // half, self.width // half)

    def draw_sized(self, target: Planes, part: float, strength: float) -> None:
        """Blends the layer at another size about its middle; costs one resizing of its planes."""
        for index, plane in enumerate(target):
            half = 1 if index == 0 else 2
            small = self._planes[index].sized(part)
            height, width = small.colour.shape[:2]
            x = self.x // half + (self.width // half - width) // 2
            y = self.y // half + (self.height // half - height) // 2
            small.blend(plane, x, y, strength, 0, width)


def _blend_planes(rgba: NDArray[np.uint8]) -> tuple[BlendPlane, BlendPlane, BlendPlane]:
    """The patch as planes; all in bytes, for floats of a whole canvas would cost a hundred megabytes."""
    height, width = rgba.shape[:2]
    if height % 2 or width % 2:
        raise ValueError(f"a patch has even sides, not {width}×{height}")
    alpha = np.ascontiguousarray(rgba[:, :, 3])
    multiplied = cv2.multiply(rgba, cv2.merge([alpha, alpha, alpha, np.full_like(alpha, 255)]), scale=1 / 255)
    y, u, v = cv2.split(cv2.transform(multiplied, _RGBA_TO_YUV))
    small = (width // 2, height // 2)
    u, v, small_alpha = (cv2.resize(plane, small, interpolation=cv2.INTER_AREA) for plane in (u, v, alpha))
    return _plane(y, alpha), _plane(u, small_alpha), _plane(v, small_alpha)


def _plane(colour: NDArray[Any], alpha: NDArray[Any]) -> BlendPlane:
    return BlendPlane(np.asarray(colour, np.uint8), np.asarray(255 - alpha, np.uint8), bool(alpha.min() == 255))


@dataclass(slots=True)
class _Shown:
    layer: Layer
    since_ns: int | None = None  # the first tick it was drawn at
    leaving: bool = False
    leaves_ns: int | None = None


class LayerStack:
    """The overlays that are on the picture, by slot; a new patch in a slot replaces the old one, which moves out."""

    def __init__(self, canvas: CanvasConfig) -> None:
        self._canvas = canvas
        self.slate: Layer | None = None  # covers the picture where there is none, under all other layers
        self.calm = False  # nothing slides or fades, and running text moves on in steps: less to compress
        self._slots: dict[str, list[_Shown]] = {}
        self._changing = threading.Lock()

    def show(self, slot: str, layer: Layer | None) -> None:
        """Puts a layer into a slot (None empties it) from the next tick on."""
        with self._changing:
            stack = [shown for shown in self._slots.get(slot, []) if shown.since_ns is not None]
            for shown in stack:
                shown.leaving = True
            if layer is not None:
                stack.append(_Shown(layer))
            self._slots[slot] = stack

    def change(self, slot: str, layer: Layer) -> None:
        """Another layer in place of the one that is shown, without moving: a countdown goes on."""
        with self._changing:
            for shown in self._slots.get(slot, []):
                if not shown.leaving:
                    shown.layer = layer

    def resting(self, without: str) -> tuple[Layer, ...]:
        """The layers that stay on the picture, but for those of one slot."""
        with self._changing:
            slots = (stack for slot, stack in self._slots.items() if slot != without)
            return tuple(shown.layer for stack in slots for shown in stack if not shown.leaving)

    def draw(self, target: Planes, now_ns: int, with_slate: bool = False) -> None:
        """Blends all layers as they stand at `now_ns`."""
        if with_slate and self.slate is not None:
            self.slate.draw(target, 1.0, 0, 0, 0)
        with self._changing:
            for stack in self._slots.values():
                stack[:] = [shown for shown in stack if not (_gone(shown, now_ns) or (self.calm and shown.leaving))]
                for shown in stack:
                    self._draw_one(target, shown, now_ns)

    def _draw_one(self, target: Planes, shown: _Shown, now_ns: int) -> None:
        if shown.since_ns is None:
            shown.since_ns = now_ns
        if shown.leaving and shown.leaves_ns is None:
            shown.leaves_ns = now_ns
        away = 1.0 - _eased((now_ns - shown.since_ns) / NS / MOVE_S)
        if shown.leaves_ns is not None:
            away = max(away, _eased((now_ns - shown.leaves_ns) / NS / MOVE_S))
        layer = shown.layer
        scrolled_s = (now_ns - shown.since_ns) / NS
        if self.calm:
            scrolled_s = scrolled_s // CALM_STEP_S * CALM_STEP_S
        scroll = round(layer.scroll_px_per_s * scrolled_s)
        if self.calm or layer.motion is Motion.NONE or away == 0.0:
            layer.draw(target, 1.0, 0, 0, scroll)
        elif layer.motion is Motion.FADE:
            layer.draw(target, 1.0 - away, 0, 0, scroll)
        elif layer.motion is Motion.POP:
            layer.draw_sized(target, _popped(1.0 - away), 1.0 - away)
        else:
            dx, dy = self._offset(layer, away)
            layer.draw(target, 1.0, dx, dy, scroll)

    def _offset(self, layer: Layer, away: float) -> tuple[int, int]:
        """How far a sliding layer is from its place, when it is `away` (0 in place, 1 just outside)."""
        distances = {
            Motion.FROM_LEFT: (-(layer.x + layer.width), 0),
            Motion.FROM_RIGHT: (self._canvas.width - layer.x, 0),
            Motion.FROM_TOP: (0, -(layer.y + layer.height)),
            Motion.FROM_BOTTOM: (0, self._canvas.height - layer.y),
        }
        dx, dy = distances[layer.motion]
        return round(dx * away), round(dy * away)


def _gone(shown: _Shown, now_ns: int) -> bool:
    if shown.leaves_ns is None:
        return False
    return shown.layer.motion is Motion.NONE or now_ns - shown.leaves_ns >= MOVE_S * NS


def _eased(part: float) -> float:
    """0…1 to 0…1, fast at first and gentle at the end."""
    part = min(1.0, max(0.0, part))
    return 1.0 - (1.0 - part) ** 3


def _popped(part: float) -> float:
    """0…1 to the size of a layer that pops up: past its own size, and back to it."""
    back = 1.0 + (POP_PAST + 1.0) * (part - 1.0) ** 3 + POP_PAST * (part - 1.0) ** 2
    return POP_FROM + (1.0 - POP_FROM) * back
