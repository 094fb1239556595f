"""The governor: eases this computer's work step by step where it cannot keep up, and takes that back when it can.

Plain logic, asked once a second. In order: the preview is hidden, overlays stand still, x264 compresses in its quickest
way, the frame rate is halved. Each step is dearer to the viewers than the one before, so each is taken alone and
given time to show what it brings; a picture of half the rate is evenly spaced, one that loses frames at random is not.
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


# How much more time the encoder needs once a step is taken back, measured with x264 on a noisy 720p clip.
COST_OF_RETURN = {Ease.PREVIEW: 1.05, Ease.MOTION: 1.1, Ease.CARE: 2.2, Ease.RATE: 2.0}

WARM_UP_S = 3.0  # a computer that has just begun is late once or twice
# How long a step needs to show what it brings: frames that wait have to be worked off.
SETTLE_S = {Ease.PREVIEW: 0.9, Ease.MOTION: 0.9, Ease.CARE: 1.9, Ease.RATE: 1.9}
LATE_TICKS_FELT = 3  # in a second
QUEUE_FELT = 0.5  # share of the queue before the encoder that is full
HEAVY_SKIPS = 3  # in a second: nothing is waited for
TROUBLE_OF_LAST_S = (2, 3)  # two of the last three seconds
BUSY_AT_MOST = 0.8  # share of its time the encoder may be busy after a step was taken back
CALM_OF_LAST_S = 10  # of so many seconds one may be bad: every computer does something else now and then
PATIENCE_S = 15.0  # without trouble that lasts, before a step is taken back
LONGEST_PATIENCE_S = 600.0
RELAPSE_S = 60.0  # trouble so soon after a step was taken back: that step was too early, and waits longer


@dataclass(frozen=True, slots=True)
class Signs:
    """What tells whether the computer keeps up; the first three count from the start of the show."""

    late_ticks: int
    skipped_frames: int
    encoder_busy_s: float
    queue_filled: float  # 0…1


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
        self._busy: deque[float] = deque(maxlen=CALM_OF_LAST_S)
        self._settled_s = self._calm_since_s = 0.0
        self._returned_s = float("-inf")
        self._patience_s = dict.fromkeys(Ease, PATIENCE_S)

    def look(self, now_s: float, signs: Signs, brings: Callable[[Ease], bool]) -> Change | None:
        """The step to take or to take back now; `brings` says whether taking one would ease anything at all."""
        last, self._last = self._last, (now_s, signs)
        if last is None or self._begun_s is None or now_s <= last[0]:
            self._begun_s = self._calm_since_s = now_s
            return None
        if now_s - self._begun_s < WARM_UP_S:
            self._calm_since_s = now_s
            return None
        heavy, reason = _trouble(last[1], signs)
        self._troubled.append(bool(reason))
        self._busy.append((signs.encoder_busy_s - last[1].encoder_busy_s) / (now_s - last[0]))
        lasts = bool(reason) and (heavy or self._troubled_of(TROUBLE_OF_LAST_S[1]) >= TROUBLE_OF_LAST_S[0])
        if lasts:
            self._calm_since_s = now_s
        if now_s < self._settled_s:
            return None
        if lasts:
            return self._take(now_s, reason, brings)
        return None if reason else self._give_back(now_s)

    def _troubled_of(self, last_s: int) -> int:
        return list(self._troubled)[-last_s:].count(True)

    def _take(self, now_s: float, reason: str, brings: Callable[[Ease], bool]) -> Change | None:
        step = next((ease for ease in Ease if ease not in self.eased and brings(ease)), None)
        if step is None:
            return None
        relapsed = now_s - self._returned_s < RELAPSE_S
        self._patience_s[step] = min(LONGEST_PATIENCE_S, self._patience_s[step] * 2) if relapsed else PATIENCE_S
        self.eased.append(step)
        self._calm_since_s = now_s
        self._settled_s = now_s + SETTLE_S[step]
        self._troubled.clear()
        return Change(step, True, reason)

    def _give_back(self, now_s: float) -> Change | None:
        if not self.eased:
            return None
        step = max(self.eased, key=list(Ease).index)
        if now_s - self._calm_since_s < self._patience_s[step]:
            return None
        busy = sorted(self._busy)[:-1]  # one of them may have been a bad second
        if self._troubled_of(CALM_OF_LAST_S) > 1 or max(busy, default=1.0) * COST_OF_RETURN[step] > BUSY_AT_MOST:
            return None
        self.eased.remove(step)
        self._calm_since_s = self._returned_s = now_s
        self._settled_s = now_s + SETTLE_S[step]
        return Change(step, False, "")


def _trouble(before: Signs, now: Signs) -> tuple[bool, str]:
    """Whether the last second was bad at once, and in what way it was bad; empty where it was not."""
    skipped = now.skipped_frames - before.skipped_frames
    if skipped or now.queue_filled >= QUEUE_FELT:
        return skipped >= HEAVY_SKIPS, N_("compressing the picture takes too long")
    if now.late_ticks - before.late_ticks >= LATE_TICKS_FELT:
        return False, N_("pictures come too late")
    return False, ""


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
