"""How much the show may send a second: it bends to a network that is slow, instead of breaking.

A pure function of what it is fed twice a second, one `Flow` per destination that is on the air. What goes out lies a
little behind what is made; where it lies further behind and stays there, the network takes less than the show makes.
Then the rate goes at once to what the network was measured to take, low enough for the backlog to go away, and when
that is gone to just below the measured rate. From there it rises, slowly at first and then ever faster: a network that
is still slow is asked a little more now and then, and one that has recovered has the whole show back in 20 seconds.

Sound is never touched. Below `FLOOR_KBPS` for the picture every second frame is left out; below half of that the
picture stands still, and the voice goes on.

One encoder serves all destinations. The show bends to the slowest of those that can carry sound and the floor. One
that cannot even do that loses pictures of its own (its queue pauses the picture) and does not pull the others down;
only where no destination can, the show follows the best of them below the floor.

Where no line is left, the picture is whole after a moment: a recording is not spoilt by a network nobody uses. A line
that is back gets at once what its network took before.

What lies behind while nothing waits for the network lies behind for another reason, as a computer that has no time
for its relays: a lower rate would not help, and nothing is changed.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from studio.media.carrier import HELD
from studio.media.flow import Flow
from studio.quality import Motion

FLOOR_KBPS = 300.0  # of the picture
HALF_KBPS = 150.0  # where half the frames do not help any more
STILL_KBPS = 50.0  # a picture that stands still
REGAIN = 1.3  # so much more than a limit takes a step back, so that it does not go to and fro
ABLE_AGAIN = 1.15  # of the floor: where a destination could not carry it
STEP = 0.05  # smaller changes are not worth a word
EVERY_S = 0.5
ALONE_S = 2.5  # without any line: longer than one takes to come back where nothing else is wrong
START_S = 2.0  # a new line first sends what waited for it

FAR_BEHIND_S = 0.8  # even a keyframe on a network that is just fast enough is through before that
FALLING_BEHIND_S, LITTLE = 0.35, 0.85  # sooner where all waits for the network, and it takes so little of what is made
BEHIND_S = 0.3  # where it does not get below this in a whole group of pictures, more is made than goes out
NEARLY_BEHIND_S = 0.2  # the least of the last second: more is not asked then
GROUP_S = 2.0  # a group of pictures and a little more
SETTLE_S = 1.0  # until a change of rate has gone through the encoder
CLEARED_IN_S = 3.0
STALLED = 0.1  # of the limit: what flows then measures nothing
AFTER_HICCUP = 0.75  # of what was sent before, once it moves again
JUST_BELOW = 0.95  # of what the network was measured to take
PAST = 1.12  # beyond this the network has certainly recovered
SLOW_RISE, GENTLE_RISE, QUICK_RISE = 0.01, 0.04, 0.25  # a second: at first, up to there, beyond
SLOW_DOUBLES_S, QUICK_DOUBLES_S = 2.0, 1.2


@dataclass(frozen=True, slots=True)
class Quality:
    """What the encoder is to do: the picture's rate and its movement; `slowest` names who asks for that."""

    kbps: int
    motion: Motion
    slowest: str | None = None


@dataclass(slots=True)
class Link:
    """What one destination's network takes, in kb/s of sound and picture together."""

    wanted_kbps: float
    limit_kbps: float
    measured_kbps: float  # when it was last too slow
    stalled: bool = False  # nothing moves at all
    _seen: deque[tuple[float, Flow]] = field(default_factory=lambda: deque(maxlen=16))  # with the time it was looked at
    _cut_s: float = float("-inf")
    _rising_since_s: float | None = None
    _past_since_s: float = 0.0  # since when more is asked than it was measured to take

    @property
    def carries_kbps(self) -> float:
        """What it carries in the long run; the limit is lower while a backlog goes away."""
        return self.limit_kbps if self._rising_since_s is not None else max(self.limit_kbps, self._just_below_kbps)

    @property
    def _just_below_kbps(self) -> float:
        return min(self.measured_kbps * JUST_BELOW, self.wanted_kbps)

    def follow(self, now_s: float, flow: Flow, made_kbps: float, least_kbps: float) -> None:
        """Looks at how it flows now; `made_kbps` is what the show sends."""
        if self._seen and flow.delivered_bytes < self._seen[-1][1].delivered_bytes:
            self._seen.clear()  # the line was made anew
        self._seen.append((now_s, flow))
        if flow.live_s < START_S or len(self._seen) < 2:
            return
        held = flow.held >= (1.0 if flow.pausing else HELD)  # the little sound of a pause measures nothing
        far = held and self._is_far(now_s, flow, made_kbps)
        if far or (held and self._whole_group(now_s) and self._least_age_s(now_s, GROUP_S) > BEHIND_S):
            if now_s - self._cut_s >= (SETTLE_S if far else GROUP_S):
                self._cut(now_s, flow.age_s, made_kbps, least_kbps)
        elif flow.pausing or made_kbps > PAST * self.limit_kbps:
            self._prove(now_s, made_kbps)
        elif self._least_age_s(now_s, 2 * EVERY_S) <= NEARLY_BEHIND_S:
            self._rise(now_s)
        elif self._rising_since_s is not None:
            self._rising_since_s += EVERY_S  # it may be enough already: wait and see

    def _is_far(self, now_s: float, flow: Flow, made_kbps: float) -> bool:
        little = flow.held >= 1.0 and self._taken_kbps(now_s, 2 * EVERY_S) < LITTLE * made_kbps
        return flow.age_s > FAR_BEHIND_S or (flow.age_s > FALLING_BEHIND_S and little)

    def _whole_group(self, now_s: float) -> bool:
        return sum(now_s - at_s <= GROUP_S for at_s, _flow in self._seen) * EVERY_S >= GROUP_S

    def _prove(self, now_s: float, made_kbps: float) -> None:
        """The show does not follow this one; what flows for a whole group without a lag is carried."""
        recent = [flow for at_s, flow in self._seen if now_s - at_s <= GROUP_S]
        if self._whole_group(now_s) and all(not flow.pausing and flow.age_s <= BEHIND_S for flow in recent):
            self.stalled = False
            self.limit_kbps = self.measured_kbps = made_kbps

    def _least_age_s(self, now_s: float, span_s: float) -> float:
        return min(flow.age_s for at_s, flow in self._seen if now_s - at_s <= span_s + EVERY_S / 4)

    def _cut(self, now_s: float, age_s: float, made_kbps: float, least_kbps: float) -> None:
        """Down to what it takes, less what waits; by half where nothing moves, for that may be a hiccup."""
        first = self._rising_since_s is not None or self._cut_s < 0
        self._cut_s, self._rising_since_s = now_s, None
        taken_kbps = self._taken_kbps(now_s, EVERY_S)
        self.stalled = taken_kbps < STALLED * made_kbps
        if self.stalled:
            if first:
                self.measured_kbps = min(self.limit_kbps, made_kbps) * AFTER_HICCUP
            self.limit_kbps = max(least_kbps, min(self.limit_kbps, made_kbps) / 2)
            return
        self.measured_kbps = self._taken_kbps(now_s, 2 * EVERY_S)
        share = max(0.5, 1.0 - (age_s - BEHIND_S) / CLEARED_IN_S)
        limit_kbps = max(least_kbps, self.measured_kbps * share)
        followed = made_kbps <= PAST * self.limit_kbps
        self.limit_kbps = min(self.limit_kbps, limit_kbps) if followed else limit_kbps

    def _taken_kbps(self, now_s: float, span_s: float) -> float:
        """What went out in the last moment; since the look before, where that was longer ago."""
        before = list(self._seen)[:-1]
        since = next((flow for at_s, flow in before if now_s - at_s <= span_s + EVERY_S / 4), before[-1][1])
        now = self._seen[-1][1]
        return (now.delivered_bytes - since.delivered_bytes) * 8 / 1000 / max(now.told_s - since.told_s, EVERY_S / 2)

    def seen(self, now_s: float) -> tuple[float, int] | None:
        """How far it lies behind, in seconds, and what it took in the last second, in kb/s; None before that."""
        if len(self._seen) < 2:
            return None
        return self._seen[-1][1].age_s, round(self._taken_kbps(now_s, 2 * EVERY_S))

    def _rise(self, now_s: float) -> None:
        self.stalled = False
        if self._rising_since_s is None:
            self._rising_since_s = now_s
            self.limit_kbps = max(self.limit_kbps, self._just_below_kbps)
            return
        if self.limit_kbps < self.measured_kbps * PAST:
            self._past_since_s = now_s
        rise = min(
            SLOW_RISE * 2 ** ((now_s - self._rising_since_s) / SLOW_DOUBLES_S),
            GENTLE_RISE * 2 ** ((now_s - self._past_since_s) / QUICK_DOUBLES_S),
            QUICK_RISE,
        )
        self.limit_kbps = min(self.wanted_kbps, self.limit_kbps * (1 + rise * EVERY_S))


class BitrateController:
    """Decides for one show; `wanted_kbps` is the picture's rate as it was chosen."""

    def __init__(self, wanted_kbps: int, audio_kbps: int) -> None:
        self.quality = Quality(wanted_kbps, Motion.WHOLE)
        self._wanted_kbps = wanted_kbps
        self._audio_kbps = audio_kbps
        self._floor_kbps = min(FLOOR_KBPS, wanted_kbps)
        self._links: dict[str, Link] = {}
        self._unable: set[str] = set()  # of those on the air
        self._alone_since_s: float | None = None  # since when nobody is on the air

    def step(self, now_s: float, flows: Iterable[Flow]) -> Quality:
        """What the encoder is to do from now on; to be asked every `EVERY_S`."""
        flowing = {flow.name: flow for flow in flows}
        if not flowing:
            return self._alone(now_s)
        self._alone_since_s = None
        whole_kbps = float(self._wanted_kbps + self._audio_kbps)
        made_kbps = float(self.quality.kbps + self._audio_kbps)
        for name, flow in flowing.items():
            link = self._links.setdefault(name, Link(whole_kbps, whole_kbps, whole_kbps))
            link.follow(now_s, flow, made_kbps, self._audio_kbps + STILL_KBPS)
        links = {name: link for name, link in self._links.items() if name in flowing}
        able = {name: link for name, link in links.items() if self._is_able(name, link)}
        self._unable = links.keys() - able.keys()
        if able:
            name = min(able, key=lambda one: able[one].limit_kbps)
        else:
            name = max(links, key=lambda one: links[one].limit_kbps)
        self.quality = self._quality(links[name], name)
        return self.quality

    def seen(self, now_s: float, name: str) -> tuple[float, int] | None:
        """What one destination's network was seen to do last, as `Link.seen`."""
        link = self._links.get(name)
        return link.seen(now_s) if link is not None else None

    def _alone(self, now_s: float) -> Quality:
        """A picture that is made for a recording or a virtual camera only is whole; a line that is back finds what
        its network took before."""
        if self._alone_since_s is None:
            self._alone_since_s = now_s
        if now_s - self._alone_since_s >= ALONE_S:
            self.quality = Quality(self._wanted_kbps, Motion.WHOLE)
        return self.quality

    def _is_able(self, name: str, link: Link) -> bool:
        """Whether it carries sound and the floor; one that could not has to show that it has something to spare."""
        floor_kbps = self._audio_kbps + self._floor_kbps
        return not link.stalled and link.carries_kbps >= floor_kbps * (ABLE_AGAIN if name in self._unable else 1.0)

    def _quality(self, link: Link, name: str) -> Quality:
        """The nearest quality that is worth a change."""
        kbps = min(max(link.limit_kbps - self._audio_kbps, STILL_KBPS), self._wanted_kbps)
        motion = self._motion(link.carries_kbps - self._audio_kbps)
        if kbps == self._wanted_kbps:
            return Quality(self._wanted_kbps, motion)
        if motion is self.quality.motion and abs(kbps - self.quality.kbps) < STEP * self.quality.kbps:
            return self.quality
        return Quality(round(kbps), motion, name)

    def _motion(self, kbps: float) -> Motion:
        """The steps below the floor; one that was taken is taken back only with something to spare."""
        half, still = self._floor_kbps, HALF_KBPS
        if self.quality.motion is not Motion.WHOLE:
            half = min(half * REGAIN, self._wanted_kbps)
        if self.quality.motion is Motion.STILL:
            still *= REGAIN
        if kbps >= half:
            return Motion.WHOLE
        return Motion.HALF if kbps >= still else Motion.STILL
