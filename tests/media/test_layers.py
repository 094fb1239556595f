"""Overlays on the canvas: the colours of the formula, cut at the edges, moved and scrolled."""

from collections.abc import Callable

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from overlays.base import Patch
from overlays.fields import Motion
from studio.config import CanvasConfig
from studio.media.frames import NS, Planes, blank, planes
from studio.media.layers import CALM_STEP_S, MOVE_S, Layer, LayerStack

CANVAS = CanvasConfig(320, 180, 25)
BENEATH = (90, 110, 140)
AFTER_NS = round(MOVE_S * NS) + 1


def canvas_planes(colour: tuple[int, int, int] = BENEATH) -> Planes:
    return tuple(plane.copy() for plane in planes(blank(320, 180, colour)))  # type: ignore[return-value]


def flat(width: int, height: int, rgba: tuple[int, int, int, int]) -> NDArray[np.uint8]:
    return np.full((height, width, 4), rgba, np.uint8)


def stripes(width: int, height: int, period: int) -> NDArray[np.uint8]:
    """Vertical stripes of `period` columns, opaque black and white."""
    rgba = flat(width, height, (0, 0, 0, 255))
    rgba[:, np.arange(width) // period % 2 == 1, :3] = 255
    return rgba


def blended(rgba: tuple[int, int, int, int], beneath: tuple[int, int, int], strength: float) -> tuple[float, ...]:
    """The straight computation in floats: BT.709, limited range, over what lies beneath."""
    red, green, blue = (value / 255 for value in rgba[:3])
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    colour = (16 + 219 * luma, 128 + 224 * (blue - luma) / 1.8556, 128 + 224 * (red - luma) / 1.5748)
    alpha = rgba[3] / 255 * strength
    return tuple(alpha * over + (1 - alpha) * under for over, under in zip(colour, beneath, strict=True))


BYTE = st.integers(0, 255)


@settings(deadline=None)
@given(rgba=st.tuples(BYTE, BYTE, BYTE, BYTE), strength=st.sampled_from([1.0, 0.75, 0.5, 0.1]))
def test_a_blended_colour_is_that_of_the_formula(rgba: tuple[int, int, int, int], strength: float) -> None:
    target = canvas_planes()
    Layer(Patch(flat(16, 16, rgba), 32, 32)).draw(target, strength, 0, 0, 0)
    got = (target[0][40, 40], target[1][20, 20], target[2][20, 20])
    assert tuple(map(float, got)) == pytest.approx(blended(rgba, BENEATH, strength), abs=2)


@settings(deadline=None)
@given(
    x=st.integers(-80, 340),
    y=st.integers(-80, 200),
    width=st.integers(1, 40).map(lambda half: half * 2),
    height=st.integers(1, 40).map(lambda half: half * 2),
    strength=st.sampled_from([1.0, 0.4]),
    alpha=st.sampled_from([255, 200]),
)
def test_nothing_is_written_outside_the_patch(
    x: int, y: int, width: int, height: int, strength: float, alpha: int
) -> None:
    target = canvas_planes()
    Layer(Patch(flat(width, height, (255, 255, 255, alpha)), 0, 0)).draw(target, strength, x, y, 0)
    x, y = x // 2 * 2, y // 2 * 2
    inside = np.zeros((180, 320), bool)
    inside[max(0, y) : max(0, y + height), max(0, x) : max(0, x + width)] = True
    assert (target[0][~inside] == BENEATH[0]).all()
    assert (target[0][inside] > BENEATH[0]).all()
    halved = inside[::2, ::2]
    assert (target[1][~halved] == BENEATH[1]).all()
    assert (target[2][~halved] == BENEATH[2]).all()


def test_an_opaque_patch_covers_whatever_is_beneath() -> None:
    first, second = canvas_planes((16, 128, 128)), canvas_planes((235, 60, 200))
    rgba = np.random.default_rng(1).integers(0, 256, (40, 60, 4), np.uint8)
    rgba[:, :, 3] = 255
    for target in (first, second):
        Layer(Patch(rgba, 10, 10)).draw(target, 1.0, 0, 0, 0)
    assert np.array_equal(first[0][10:50, 10:70], second[0][10:50, 10:70])
    assert np.array_equal(first[2][5:25, 5:35], second[2][5:25, 5:35])


def test_a_running_text_wraps_without_a_seam() -> None:
    """Wherever the strip stands, the window shows the stripes going on as if it had no end."""
    period = 10
    layer = Layer(Patch(stripes(400, 20, period), 0, 0, width=320))
    endless = stripes(4000, 20, period)
    reference = Layer(Patch(endless, 0, 0, width=320))
    for scroll in (0, 90, 250, 398, 400, 1234, 3600):
        target, wanted = canvas_planes(), canvas_planes()
        layer.draw(target, 1.0, 0, 0, scroll)
        reference.draw(wanted, 1.0, 0, 0, scroll)
        for plane, expected in zip(target, wanted, strict=True):
            assert np.array_equal(plane, expected), f"scrolled by {scroll}"


def test_a_strip_narrower_than_its_window_repeats() -> None:
    target = canvas_planes()
    Layer(Patch(stripes(40, 20, 10), 0, 0, width=200)).draw(target, 1.0, 0, 0, 7)
    row = target[0][10, :200]
    assert np.array_equal(row[:40], row[40:80])
    assert np.array_equal(row[:40], row[120:160])
    assert (target[0][10, 200:] == BENEATH[0]).all()


@pytest.mark.parametrize("size", [(17, 16), (16, 17)])
def test_a_patch_with_odd_sides_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="even"):
        Layer(Patch(flat(*size, (1, 2, 3, 255)), 0, 0))


def luma_at(stack: LayerStack, now_ns: int) -> NDArray[np.uint8]:
    target = canvas_planes()
    stack.draw(target, now_ns)
    return target[0]


def white(motion: Motion, x: int = 100, y: int = 60) -> Layer:
    return Layer(Patch(flat(120, 60, (255, 255, 255, 255)), x, y, motion))


def test_in_a_calm_stack_cards_stand_and_running_text_moves_on_in_steps() -> None:
    stack = LayerStack(CANVAS)
    stack.calm = True
    stack.show("card", white(Motion.FROM_LEFT))
    assert (luma_at(stack, NS) > 200).sum() == 120 * 60, "there at once"
    stack.show("card", None)
    assert (luma_at(stack, NS + NS // 25) == BENEATH[0]).all(), "gone at once"

    stack.show("ticker", Layer(Patch(stripes(60, 20, 10), 0, 0, scroll_px_per_s=7.0, width=200)))
    lines = [luma_at(stack, 5 * NS + tick * NS // 25)[10, :200].tobytes() for tick in range(round(CALM_STEP_S * 50))]
    assert len(set(lines)) == 2
    assert lines == sorted(lines, key=lines.index), "one step in twice the time"


EDGES: dict[Motion, Callable[[NDArray[np.bool_]], bool]] = {
    Motion.FROM_LEFT: lambda covered: bool(covered[:, 0].any()),
    Motion.FROM_RIGHT: lambda covered: bool(covered[:, -1].any()),
    Motion.FROM_TOP: lambda covered: bool(covered[0].any()),
    Motion.FROM_BOTTOM: lambda covered: bool(covered[-1].any()),
}


@pytest.mark.parametrize("motion", list(EDGES))
def test_a_card_slides_in_from_its_edge_and_out_again(motion: Motion) -> None:
    stack = LayerStack(CANVAS)
    stack.show("card", white(motion))
    assert (luma_at(stack, NS) == BENEATH[0]).all(), "at its first tick it is just outside"
    coming = luma_at(stack, NS + NS // 50) > 200
    assert coming.any()
    assert EDGES[motion](coming), "it comes over that edge"
    there = luma_at(stack, NS + AFTER_NS) > 200
    assert there[60:120, 100:220].all()
    assert there.sum() == 120 * 60
    stack.show("card", None)
    luma_at(stack, 3 * NS)
    going = luma_at(stack, 3 * NS + NS // 10) > 200
    assert 0 < going.sum() < 120 * 60
    assert (luma_at(stack, 3 * NS + AFTER_NS) == BENEATH[0]).all()


def test_a_fading_layer_grows_stronger_from_tick_to_tick() -> None:
    stack = LayerStack(CANVAS)
    stack.show("mark", white(Motion.FADE))
    seen = [int(luma_at(stack, NS + step * NS // 25)[90, 150]) for step in range(10)]
    assert seen == sorted(seen)
    assert seen[0] == BENEATH[0]
    assert seen[-1] == 235


def test_the_next_card_comes_while_the_old_one_leaves() -> None:
    stack = LayerStack(CANVAS)
    stack.show("card", white(Motion.FADE, x=0))
    luma_at(stack, NS)
    luma_at(stack, NS + AFTER_NS)
    stack.show("card", white(Motion.FADE, x=200))
    luma_at(stack, 3 * NS)
    between = luma_at(stack, 3 * NS + NS // 10)
    assert BENEATH[0] < between[90, 50] < 235
    assert BENEATH[0] < between[90, 250] < 235
    after = luma_at(stack, 3 * NS + AFTER_NS)
    assert (after[90, 50], after[90, 250]) == (BENEATH[0], 235)


def test_a_card_that_was_never_drawn_does_not_leave() -> None:
    """Two changes between two ticks: only the last one is seen."""
    stack = LayerStack(CANVAS)
    stack.show("card", white(Motion.NONE, x=0))
    stack.show("card", white(Motion.NONE, x=200))
    assert luma_at(stack, NS)[90, 50] == BENEATH[0]


def test_the_slate_lies_under_the_card() -> None:
    stack = LayerStack(CANVAS)
    stack.slate = Layer(Patch(flat(320, 180, (0, 0, 0, 255)), 0, 0))
    stack.show("card", white(Motion.NONE))
    target = canvas_planes()
    stack.draw(target, NS, with_slate=True)
    assert (target[0][0, 0], target[0][90, 150]) == (16, 235)
    target = canvas_planes()
    stack.draw(target, NS, with_slate=False)
    assert target[0][0, 0] == BENEATH[0]


def test_a_layer_that_pops_up_grows_past_its_size_and_stands_at_it() -> None:
    stack = LayerStack(CANVAS)
    stack.show("code", Layer(Patch(flat(80, 60, (255, 255, 255, 255)), 100, 60, Motion.POP)))
    covered = []
    for part in (0.0, 0.2, 0.45, 1.1):
        target = canvas_planes()
        stack.draw(target, NS + round(part * AFTER_NS))
        covered.append(int((target[0] != BENEATH[0]).sum()))
    assert covered[0] < 80 * 60 < max(covered)
    assert covered[-1] == 80 * 60


def test_a_changed_layer_takes_its_place_without_moving() -> None:
    stack = LayerStack(CANVAS)
    stack.show("coupon", Layer(Patch(flat(40, 40, (255, 255, 255, 255)), 0, 0, Motion.FROM_LEFT)))
    stack.draw(canvas_planes(), NS)
    stack.draw(canvas_planes(), NS + AFTER_NS)
    stack.change("coupon", Layer(Patch(flat(40, 40, (0, 0, 0, 255)), 0, 0, Motion.FROM_LEFT)))
    target = canvas_planes()
    stack.draw(target, NS + AFTER_NS + 1)
    assert (target[0][:40, :40] == 16).all()
    stack.change("nobody", Layer(Patch(flat(40, 40, (0, 0, 0, 255)), 0, 0)))
