"""The governor: eases this computer's work step by step where it cannot keep up, and takes that back when it can.

Plain logic, asked once a second. In order: the preview is hidden, overlays stand still, x264 compresses in its quickest
way, the frame rate is halved, and halved again. Each step is dearer to the viewers than the one before, so no more of
them are taken at a time than what is missing asks for, and each time they are given time to show what they bring. A
picture of half the rate is evenly spaced, one that loses frames at random is not. Where less than half gets done the
frames are halved at once: exchanging the encoder first would cost time that there is none of.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from studio.errors import Problem
from studio.i18n import N_


class Ease(StrEnum):
    """What can be left away, the cheapest first."""

    PREVIEW = "preview"
    MOTION = "motion"
    CARE = "care"
    RATE = "rate"
    LEAST = "least"


# How much more time the encoder needs once a step is taken back, measured with x264 on a noisy 720p clip.
COST_OF_RETURN = {Ease.PREVIEW: 1.05, Ease.MOTION: 1.1, Ease.CARE: 2.2, Ease.RATE: 2.0, Ease.LEAST: 2.0}
# How many times as many frames the whole show gets done with a step: the encoder is a little more than half of it.
BRINGS = {Ease.PREVIEW: 1.05, Ease.MOTION: 1.05, Ease.CARE: 1.4, Ease.RATE: 2.0, Ease.LEAST: 2.0}

WARM_UP_S = 3.0  # a computer that has just begun is late once or twice
# How long a step needs to show what it brings: frames that wait have to be worked off.
SETTLE_S = {Ease.PREVIEW: 0.9, Ease.MOTION: 0.9, Ease.CARE: 2.9, Ease.RATE: 2.9, Ease.LEAST: 2.9}
RETURN_SETTLES_S = {Ease.CARE: 1.9}  # the encoder is exchanged
LATE_TICKS_FELT = 3  # in a second
WAITS_FELT_S = 1.0  # what is made waits for a line that takes it, because nobody has the time to carry it there
QUEUE_FELT = 0.5  # share of the queue before the encoder that is full
HEAVY_SKIPS = 3  # in a second: nothing is waited for
TROUBLE_OF_LAST_S = (2, 3)  # two of the last three seconds
BUSY_AT_MOST = 0.8  # share of its time the encoder may be busy after a step was taken back
CALM_OF_LAST_S = 10  # of so many seconds one may be bad: every computer does something else now and then
PATIENCE_S = 15.0  # without trouble that lasts, before a step is taken back
BUSY_OF_LAST_S = 15  # as long: a computer that others keep busy may leave enough time for ten seconds
LONGEST_PATIENCE_S = 600.0
RELAPSE_AT_ONCE_S = 6.0  # after a step was taken back one bad second is enough: it is known what it comes of
RELAPSE_S = 60.0  # trouble so soon after a step was taken back: that step was too early, and waits longer

ENCODING = N_("compressing the picture takes too long")


@dataclass(frozen=True, slots=True)
class Signs:
    """What tells whether the computer keeps up; the first four count from the start of the show."""

    late_ticks: int
    skipped_frames: int
    encoder_busy_s: float
    made_frames: int
    wanted_fps: float  # of `made_frames`
    queue_filled: float  # 0…1
    waits_s: float = 0.0  # how long what is made waits for this computer on its way to a network that would take it


@dataclass(frozen=True, slots=True)
class Change:
    """A step to take (`on`), or to take back; `reason` in the source language."""

    ease: Ease
    on: bool
    reason: str


class Governor:
    """Remembers what was eased and when; `look` says what to do now."""

    def __init__(self) -> None:
        self.eased: list[Ease] = []
        self._begun_s: float | None = None
        self._last: tuple[float, Signs] | None = None
        self._troubled: deque[bool] = deque(maxlen=CALM_OF_LAST_S)
        self._busy: deque[float] = deque(maxlen=BUSY_OF_LAST_S)
        self._settled_s = self._calm_since_s = 0.0
        self._returned_s = float("-inf")
        self._patience_s = dict.fromkeys(Ease, PATIENCE_S)

    def look(self, now_s: float, signs: Signs, brings: Callable[[Ease], bool]) -> list[Change]:
        """The steps to take or to take back now; `brings` says whether taking one would ease anything at all."""
        last, self._last = self._last, (now_s, signs)
        if last is None or self._begun_s is None or now_s <= last[0]:
            self._begun_s = self._calm_since_s = now_s
            return []
        if now_s - self._begun_s < WARM_UP_S:
            self._calm_since_s = now_s
            return []
        heavy, reason = _trouble(last[1], signs)
        self._troubled.append(bool(reason))
        self._busy.append((signs.encoder_busy_s - last[1].encoder_busy_s) / (now_s - last[0]))
        heavy = heavy or (reason == ENCODING and now_s - self._returned_s < RELAPSE_AT_ONCE_S)
        known = self._troubled_of(TROUBLE_OF_LAST_S[1]) >= TROUBLE_OF_LAST_S[0]
        lasts = bool(reason) and (heavy or known)
        if lasts:
            self._calm_since_s = now_s
        if now_s < self._settled_s:
            return []
        if lasts:  # a single second does not tell how much is missing
            missing = _missing(now_s - last[0], last[1], signs) if known else 1.0
            taken = self._take(now_s, reason, missing, brings)
            if taken and known:
                self._troubled.clear()
            return taken
        return [] if reason else self._give_back(now_s)

    def _troubled_of(self, last_s: int) -> int:
        return list(self._troubled)[-last_s:].count(True)

    def _take(self, now_s: float, reason: str, missing: float, brings: Callable[[Ease], bool]) -> list[Change]:
        steps: list[Ease] = []
        for ease in Ease:
            if missing <= 1.0 and steps:
                break
            if ease is Ease.LEAST and Ease.RATE in steps:
                break  # first to be seen whether half of them is enough
            if ease is Ease.CARE and missing >= BRINGS[Ease.RATE] and Ease.LEAST not in self.eased:
                continue  # half the frames have to go anyway, and another encoder costs as much as several of them
            if ease not in self.eased and brings(ease):
                steps.append(ease)
                missing /= BRINGS[ease]
        if not steps:
            return []
        relapsed = now_s - self._returned_s < RELAPSE_S
        for step in steps:
            self._patience_s[step] = min(LONGEST_PATIENCE_S, self._patience_s[step] * 2) if relapsed else PATIENCE_S
        self.eased += steps
        self._calm_since_s = now_s
        self._settled_s = now_s + max(SETTLE_S[step] for step in steps)
        return [Change(step, True, reason) for step in steps]

    def _give_back(self, now_s: float) -> list[Change]:
        if not self.eased:
            return []
        step = max(self.eased, key=list(Ease).index)
        if now_s - self._calm_since_s < self._patience_s[step]:
            return []
        busy = sorted(self._busy)[:-1]  # one of them may have been a bad second
        if self._troubled_of(CALM_OF_LAST_S) > 1 or max(busy, default=1.0) * COST_OF_RETURN[step] > BUSY_AT_MOST:
            return []
        self.eased.remove(step)
        self._calm_since_s = self._returned_s = now_s
        self._settled_s = now_s + RETURN_SETTLES_S.get(step, 0.0)
        return [Change(step, False, "")]


def _trouble(before: Signs, now: Signs) -> tuple[bool, str]:
    """Whether the last second was bad at once, and in what way it was bad; empty where it was not."""
    skipped = now.skipped_frames - before.skipped_frames
    if skipped or now.queue_filled >= QUEUE_FELT:
        return skipped >= HEAVY_SKIPS, ENCODING
    if now.late_ticks - before.late_ticks >= LATE_TICKS_FELT:
        return False, N_("pictures come too late")
    if now.waits_s >= WAITS_FELT_S:
        return False, N_("sending takes too long")
    return False, ""


def _missing(seconds: float, before: Signs, now: Signs) -> float:
    """How many times as many frames there should have been in the last second."""
    made = now.made_frames - before.made_frames
    return now.wanted_fps * seconds / max(1, made)


def told(change: Change) -> Problem:
    """The step as people are told it."""
    match change.ease:
        case Ease.PREVIEW:
            return Problem.of("slow.preview", reason=change.reason)
        case Ease.MOTION:
            return Problem.of("slow.motion", reason=change.reason)
        case Ease.CARE:
            return Problem.of("slow.care", reason=change.reason)
        case Ease.RATE:
            return Problem.of("slow.rate", reason=change.reason)
        case Ease.LEAST:
            return Problem.of("slow.least", reason=change.reason)
