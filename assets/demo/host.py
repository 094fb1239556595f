"""The demo clip's host behind the counter: speaks, blinks, lifts an apple and waves."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from assets.demo.brush import Point, curve, fill, line, oval, placed, slope, solid
from assets.demo.fruit import apple
from assets.demo.stall import wave

# Where the host stands; positions below are from the base of the neck.
X, Y = 700.0, 350.0

_SKIN, _SKIN_LIGHT, _SKIN_DARK = "#f0bd92", "#ffdcb8", "#cf8f63"
_SHIRT, _SHIRT_DARK = "#f4f1e6", "#cfc7ae"
_LEFT_SHOULDER, _RIGHT_SHOULDER = (-84.0, 34.0), (84.0, 34.0)
_UPPER_ARM, _FOREARM = 112.0, 108.0


@dataclass(frozen=True, slots=True)
class Pose:
    """One moment of the host: hands from the base of the neck, turns in degrees, openings from 0 to 1."""

    hand: Point  # the one on the left of the picture
    waving: Point
    tilt: float
    sway: float
    mouth: float
    eyes: float
    lifted: float  # how far the apple has left the counter


def pose_at(time_s: float) -> Pose:
    """The host at a moment of the clip: lifts an apple from second 3 to 9, waves from 12 to 16."""
    lifted = _between(time_s, 3.0, 4.4) * (1 - _between(time_s, 8.2, 9.4))
    waved = _between(time_s, 11.6, 12.6) * (1 - _between(time_s, 15.4, 16.4))
    swing = math.sin(math.tau * (time_s - 12) * 1.4) * waved
    speech = abs(wave(time_s, 64) * wave(time_s, 38, 0.2)) * (0.35 + 0.65 * abs(wave(time_s, 7, 0.1)))
    blink = max(0.0, 1 - abs((time_s % 4.0) - 2.4) / 0.11)
    rest = 4 * wave(time_s, 5)
    return Pose(
        hand=(
            -128 - 34 * lifted - 70 * math.sin(math.pi * lifted) + rest + 8 * lifted * wave(time_s, 12),
            180 - 208 * lifted,
        ),
        waving=(132 + 58 * waved + 60 * math.sin(math.pi * waved) + 30 * swing, 180 - 300 * waved + rest),
        tilt=3.0 * wave(time_s, 3) - 5 * lifted + 4 * waved,
        sway=5.0 * wave(time_s, 4),
        mouth=speech,
        eyes=1 - blink,
        lifted=lifted,
    )


def paint_host(painter: QPainter, pose: Pose) -> None:
    """The host down to the waist; the counter covers the rest."""
    with placed(painter, X + pose.sway, Y):
        _paint_body(painter)
        with placed(painter, 0, -10, turn=pose.tilt):
            _paint_head(painter, pose)
        _paint_arm(painter, _RIGHT_SHOULDER, pose.waving, 1, open_hand=True)
        if pose.lifted > 0.02:
            elbow = _elbow(_LEFT_SHOULDER, pose.hand, -1)
            reach = math.dist(elbow, pose.hand)
            ahead = [32 * (pose.hand[axis] - elbow[axis]) / reach for axis in (0, 1)]
            apple(painter, pose.hand[0] + ahead[0], pose.hand[1] + ahead[1], 0.42)
        _paint_arm(painter, _LEFT_SHOULDER, pose.hand, -1, open_hand=False)


def _between(time_s: float, start: float, end: float) -> float:
    """0 before, 1 after, and softly from one to the other."""
    part = min(1.0, max(0.0, (time_s - start) / (end - start)))
    return part * part * (3 - 2 * part)


def _paint_body(painter: QPainter) -> None:
    slope(painter, curve((-24, -40), ((24, -40),), ((28, 20),), ((-28, 20),)), _SKIN, _SKIN_DARK)
    torso = curve(
        (-34, 0),
        ((-70, 8), (-108, 14), (-112, 62)),
        ((-104, 150), (-100, 200), (-104, 260)),
        ((104, 260),),
        ((100, 200), (104, 150), (112, 62)),
        ((108, 14), (70, 8), (34, 0)),
        ((20, 26), (-20, 26), (-34, 0)),
    )
    slope(painter, torso, _SHIRT, _SHIRT_DARK)
    apron = curve(
        (-50, 66),
        ((0, 78), (50, 66)),
        ((62, 130), (86, 170), (92, 260)),
        ((-92, 260),),
        ((-86, 170), (-62, 130), (-50, 66)),
    )
    slope(painter, apron, "#3d7fb5", "#245a8a")
    for side in (-1, 1):
        line(painter, curve((side * 48, 68), ((side * 46, 30), (side * 32, 4)), closed=False), "#2f6da3", 12)
    for x, y in ((-34, 108), (14, 96), (44, 132), (-8, 146), (-54, 160), (28, 176), (62, 196), (-26, 200)):
        for petal in range(5):
            angle = petal * math.tau / 5
            fill(painter, oval(x + 6 * math.cos(angle), y + 6 * math.sin(angle), 8, 8), "#ffffff")
        fill(painter, oval(x, y, 6, 6), "#ffd166")


def _paint_head(painter: QPainter, pose: Pose) -> None:
    for side in (-1, 1):
        braid = curve((side * 44, -66), ((side * 74, -30), (side * 62, 12), (side * 66, 66)), closed=False)
        line(painter, braid, "#2b1a12", 20)
        fill(painter, oval(side * 66, 66, 24, 14), "#d8342b")
    solid(painter, oval(0, -88, 124, 130), "#4a3024", "#2b1a12", "#1a0f0a")
    for side in (-1, 1):
        solid(painter, oval(side * 52, -64, 18, 26), _SKIN_LIGHT, _SKIN, _SKIN_DARK)
    face = curve(
        (-52, -96),
        ((-54, -30), (-30, -8), (0, -6)),
        ((30, -8), (54, -30), (52, -96)),
        ((40, -132), (-40, -132), (-52, -96)),
    )
    solid(painter, face, _SKIN_LIGHT, _SKIN, "#dea377")
    fringe = curve(
        (-54, -84),
        ((-44, -104), (-20, -112), (0, -112)),
        ((20, -112), (44, -104), (54, -84)),
        ((58, -150), (-58, -150), (-54, -84)),
    )
    fill(painter, fringe, "#2b1a12")
    for side in (-1, 1):
        fill(painter, oval(side * 32, -46, 24, 15), QColor(240, 110, 90, 90))
        brow = curve((side * 12, -84), ((side * 22, -91), (side * 34, -84)), closed=False)
        line(painter, brow, "#3b241a", 3.5)
        fill(painter, oval(side * 22, -68, 15, max(2.0, 17 * pose.eyes)), "#2a1a14")
        if pose.eyes > 0.6:
            fill(painter, oval(side * 22 - 3, -72, 5, 5), "#ffffff")
    line(painter, curve((-2, -60), ((-7, -50), (1, -47)), closed=False), QColor(190, 120, 80), 3)
    _paint_mouth(painter, pose.mouth)
    _paint_hat(painter)


def _paint_mouth(painter: QPainter, opening: float) -> None:
    drop = 4 + 20 * opening
    mouth = curve((-17, -34), ((0, -30), (17, -34)), ((12, -34 + drop), (-12, -34 + drop), (-17, -34)))
    fill(painter, mouth, "#8d2b25")
    if opening > 0.2:
        painter.save()
        painter.setClipPath(mouth)
        painter.fillRect(QRectF(-14, -36, 28, 8), QColor("#ffffff"))
        fill(painter, oval(0, -34 + drop, 20, 12), "#e2665c")
        painter.restore()
    line(painter, curve((-19, -36), ((0, -29), (19, -36)), closed=False), "#a63d33", 3)


def _paint_hat(painter: QPainter) -> None:
    crown = curve((-58, -116), ((-56, -186), (-26, -196), (0, -196)), ((26, -196), (56, -186), (58, -116)))
    solid(painter, crown, "#fbe7ab", "#e8c572", "#b98b3c")
    band = curve((-58, -124), ((0, -108), (58, -124)), ((57, -142),), ((0, -126), (-57, -142)))
    fill(painter, band, "#c8362c")
    brim = curve((-108, -104), ((-70, -134), (70, -134), (108, -104)), ((70, -92), (-70, -92), (-108, -104)))
    solid(painter, brim, "#fdeebb", "#ecca7a", "#c1933f")
    for bend in (-104, -112, -120):
        weave = curve((-96, -106), ((0, bend - 10), (96, -106)), closed=False)
        line(painter, weave, QColor(150, 105, 40, 60), 2)


def _paint_arm(painter: QPainter, shoulder: Point, hand: Point, side: int, *, open_hand: bool) -> None:
    """An arm from the shoulder to where the hand is, bent outwards at the elbow."""
    elbow = _elbow(shoulder, hand, side)
    line(painter, curve(elbow, (hand,), closed=False), _SKIN, 30)
    middle = ((shoulder[0] + elbow[0]) / 2, (shoulder[1] + elbow[1]) / 2)
    sleeve_end = (elbow[0] + (hand[0] - elbow[0]) * 0.25, elbow[1] + (hand[1] - elbow[1]) * 0.25)
    line(painter, curve(shoulder, (middle,), (elbow,), (sleeve_end,), closed=False), _SHIRT_DARK, 50)
    line(painter, curve(shoulder, (middle,), (elbow,), (sleeve_end,), closed=False), _SHIRT, 44)
    turn = math.degrees(math.atan2(hand[0] - elbow[0], elbow[1] - hand[1]))
    with placed(painter, hand[0], hand[1], turn=turn):
        if open_hand:
            for finger, length in ((-24, 30), (-8, 38), (8, 38), (22, 32)):
                tip = (math.sin(math.radians(finger)) * length * 1.25, -math.cos(math.radians(finger)) * length - 6)
                line(painter, curve((finger * 0.5, -8), (tip,), closed=False), _SKIN, 11)
            line(painter, curve((-side * 10, 2), ((-side * 30, -14),), closed=False), _SKIN, 11)
        else:
            for finger in (-16, -5, 6, 16):
                line(painter, curve((finger, -6), ((finger * 1.2, -24),), closed=False), _SKIN, 11)
        solid(painter, oval(0, -2, 42, 42), _SKIN_LIGHT, _SKIN, "#e2a97c")


def _elbow(shoulder: Point, hand: Point, side: int) -> Point:
    """Where the elbow is, from the lengths of both parts of the arm."""
    across, down = hand[0] - shoulder[0], hand[1] - shoulder[1]
    reach = min(math.hypot(across, down), _UPPER_ARM + _FOREARM - 1)
    along = (reach**2 + _UPPER_ARM**2 - _FOREARM**2) / (2 * reach)
    out = math.sqrt(max(0.0, _UPPER_ARM**2 - along**2))
    angle = math.atan2(down, across)
    # Elbows point outwards and down: past the height of the shoulder they turn over, through the depth.
    bend = -side * out * max(-1.0, min(1.0, 1.6 * down / reach))
    return (
        shoulder[0] + math.cos(angle) * along - math.sin(angle) * bend,
        shoulder[1] + math.sin(angle) * along + math.cos(angle) * bend,
    )
