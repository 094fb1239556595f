"""Where overlays may lie: within the part of the canvas that nobody covers, and not upon each other."""

from dataclasses import dataclass

from overlays.base import Covered, usually_covered
from overlays.fields import Place
from overlays.painting import even, scale_of
from overlays.ticker import HEIGHT_PX as TICKER_PX

EDGE = 24  # pixels at 720p, as everywhere
GAP = 12


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the canvas, in pixels; right and bottom are the first ones outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def at(self, left: int, top: int) -> "Box":
        return Box(left, top, left + self.width, top + self.height)

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def free_part(canvas_width: int, canvas_height: int, covered: Covered | None = None) -> Box:
    """The part of a canvas that nobody covers; where nothing is told, that is what is usual for its shape."""
    covered = covered or usually_covered(canvas_width, canvas_height)
    return Box(
        even(canvas_width * covered.left),
        even(canvas_height * covered.top),
        even(canvas_width * (1 - covered.right)),
        even(canvas_height * (1 - covered.bottom)),
    )


def safe_area(canvas_width: int, canvas_height: int, covered: Covered | None = None) -> Box:
    """The part of a canvas that nobody covers, above the ticker and off the edges; its sides are even."""
    scale = scale_of(canvas_width, canvas_height)
    edge = max(2, even(EDGE * scale))
    free = free_part(canvas_width, canvas_height, covered)
    ticker = max(12, even(TICKER_PX * scale)) + max(2, even(GAP * scale))
    return Box(
        max(edge, free.left),
        max(edge, free.top),
        min(canvas_width - edge, free.right),
        free.bottom - ticker,
    )


def lay(width: int, height: int, place: Place, area: Box) -> tuple[int, int]:
    """Left and top of something of that size at its place in `area`; even."""
    name = place.value
    left = (
        area.left
        if "left" in name
        else area.right - width
        if "right" in name
        else (area.left + (area.width - width) // 2)
    )
    top = (
        area.top
        if "top" in name
        else area.bottom - height
        if "bottom" in name
        else (area.top + (area.height - height) // 2)
    )
    return max(area.left, left // 2 * 2), max(area.top, top // 2 * 2)


def free_place(box: Box, taken: list[Box], area: Box) -> tuple[int, int] | None:
    """The nearest left and top at which `box` meets none of `taken`; None where there is no room."""
    if not any(box.meets(other) for other in taken):
        return box.left, box.top
    gap = 2 * max(1, round(area.height / 120))
    lefts = {box.left, area.left, area.right - box.width}
    tops = {box.top, area.top, area.bottom - box.height}
    for other in taken:
        lefts |= {other.right + gap, other.left - gap - box.width}
        tops |= {other.bottom + gap, other.top - gap - box.height}
    spots = []
    for left in sorted({one // 2 * 2 for one in lefts}):
        for top in sorted({one // 2 * 2 for one in tops}):
            spot = Box(left, top, left + box.width, top + box.height)
            inside = left >= area.left and top >= area.top and spot.right <= area.right and spot.bottom <= area.bottom
            if inside and not any(spot.meets(other) for other in taken):
                spots.append((abs(left - box.left) + abs(top - box.top), left, top))
    return min(spots)[1:] if spots else None
