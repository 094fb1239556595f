"""How much the show may send a second: it bends to a network that is slow, instead of breaking.

A pure function of what it is fed twice a second, one `Flow` per destination that is on the air. What goes out lies a
little behind what is made; where it lies further behind and stays there, the network takes less than the show makes.
Then the rate goes at once to what the network was measured to take, low enough for the backlog to go away and for what
an encoder still makes at the old one, and when that is gone to just below the measured rate. From there it rises,
slowly at first and then ever faster: a network that is still slow is asked a little more now and then, and one that has
recovered has the whole show back in 20 seconds.

Sound is never touched. Below `FLOOR_KBPS` for the picture every second frame is left out; below half of that the
picture stands still, and the voice goes on.

One encoder serves all destinations. The show bends to the slowest of those that can carry sound and the floor. One
that cannot even do that loses pictures of its own (its queue pauses the picture) and does not pull the others down;
only where no destination can, the show follows the best of them below the floor.

Several destinations mostly share one network, and it does not share itself out evenly: one is crowded out by what the
others take. Were the show to follow those, they would take all, and it would stay so. Where one falls below the floor
while another is slow too, the show therefore goes down to the floor for a moment, for all of them. If they share a
network that carries the floor for each, that one recovers, and all rise together from there. If it does not recover,
its network is one of its own, or too slow for all; it is not waited for again before a longer and longer time.

Where no line is left, the picture is whole after a moment: a recording is not spoilt by a network nobody uses. A line
that is back gets at once what its network took when something last moved there.

What lies behind while nothing waits for the network lies behind for another reason, as a computer that has no time
for its relays: a lower rate would not help, and nothing is changed.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

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
FALLING_BEHIND_S, LITTLE = 0.35, 0.85  # sooner where it waits for the network, which takes so little of what is made
MOSTLY_HELD = 0.75  # of the last second: behind a router that hands on in bursts nothing waits for moments
SLIPPING_S, SLIPS_S = 0.2, 0.05  # sooner still where it fell further behind at each look of the last second
BEHIND_S = 0.3  # where it does not get below this in a whole group of pictures, more is made than goes out
NEARLY_BEHIND_S = 0.2  # the least of the last second: more is not asked then
GROUP_S = 2.0  # a group of pictures and a little more
SETTLE_S = 1.0  # until a change of rate has gone through the encoder
CLEARED_IN_S = 2.0
STILL_MADE_S = 1.0  # x264 goes on at the old rate, after it was told another, for about so long
LEAST_SHARE, LATER_SHARE = 0.45, 0.5  # of what is taken: at once, and where a backlog does not go away
STALLED = 0.1  # of the limit: what flows then measures nothing
AFTER_HICCUP = 0.75  # of what was sent before, once it moves again
JUST_BELOW = 0.95  # of what the network was measured to take
PAST = 1.12  # beyond this the network has certainly recovered
SLOW_RISE, GENTLE_RISE, QUICK_RISE = 0.01, 0.04, 0.25  # a second: at first, up to there, beyond
SLOW_DOUBLES_S, QUICK_DOUBLES_S = 2.0, 1.2

UNTRIED = 1.5  # of what is sent: more is not taken for granted of one that the show does not follow
LATELY_S = 3.0
SPELL_S = 60.0  # of a network that is slow, between two times it proves so
CROWDED_S = 15.0  # so long at most the show stays at the floor for one that may only be crowded out
OWN_S = 4.0  # one that is still too slow so long after there was less for all has a slow network of its own
FIRST_REST_S, LONGEST_REST_S = 60.0, 600.0  # after it was waited for in vain


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
    cut_s: float = float("-inf")  # when it was last too slow
    pictures_s: float = float("-inf")  # when pictures were last let through to it
    _seen: deque[tuple[float, Flow]] = field(default_factory=lambda: deque(maxlen=16))  # with the time it was looked at
    _moving_kbps: float = 0.0  # what it took before it stood
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
            self._begin_anew()
        self._seen.append((now_s, flow))
        if not flow.pausing:
            self.pictures_s = now_s
        if flow.live_s < START_S or len(self._seen) < 2:
            return
        held = flow.held >= (1.0 if flow.pausing else HELD)  # the little sound of a pause measures nothing
        far = held and self._is_far(now_s, flow, made_kbps)
        if far or (held and self._whole_group(now_s) and self._least_age_s(now_s, GROUP_S) > BEHIND_S):
            if now_s - self.cut_s >= (SETTLE_S if far else GROUP_S):
                self._cut(now_s, flow.age_s, made_kbps, least_kbps)
        elif flow.pausing or made_kbps > PAST * self.limit_kbps:
            self._prove(now_s, made_kbps)
        elif now_s - self.cut_s >= SETTLE_S and self._least_age_s(now_s, 2 * EVERY_S) <= NEARLY_BEHIND_S:
            self._rise(now_s, made_kbps)
        elif self._rising_since_s is not None:
            self._rising_since_s += EVERY_S  # it may be enough already: wait and see

    def _begin_anew(self) -> None:
        """The line is a new one, and nothing waits for it: what was lowered only because the old one stood is not."""
        self._seen.clear()
        if self.stalled:
            self.stalled = False
            self.limit_kbps = max(self.limit_kbps, self._moving_kbps)

    def _is_far(self, now_s: float, flow: Flow, made_kbps: float) -> bool:
        if flow.age_s > FAR_BEHIND_S:
            return True
        if self._taken_kbps(now_s, 2 * EVERY_S) >= LITTLE * made_kbps:
            return False
        falling = flow.age_s > FALLING_BEHIND_S and flow.held >= MOSTLY_HELD
        return falling or (flow.age_s > SLIPPING_S and self._slips(now_s))

    def _slips(self, now_s: float) -> bool:
        """Whether each look of the last second found it further behind than the one before."""
        ages_s = [flow.age_s for at_s, flow in self._seen if now_s - at_s <= 2 * EVERY_S + EVERY_S / 2]
        return len(ages_s) > 2 and all(after - before > SLIPS_S for before, after in pairwise(ages_s))

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
        """Down to what it takes, less what waits or soon will; by half where nothing moves: that may be a hiccup."""
        first = self._rising_since_s is not None or self.cut_s < 0
        known = self.cut_s > 0 and not self.stalled and made_kbps < UNTRIED * self.measured_kbps
        self.cut_s, self._rising_since_s = now_s, None
        taken_kbps = self._taken_kbps(now_s, EVERY_S)
        self.stalled = taken_kbps < STALLED * made_kbps
        if self.stalled:
            if first:
                self._moving_kbps = min(self.limit_kbps, made_kbps)
                self.measured_kbps = self._moving_kbps * AFTER_HICCUP
            self.limit_kbps = max(least_kbps, min(self.limit_kbps, made_kbps) / 2)
            return
        # A lost packet makes a hole of half a second; what was sent before it came to lie behind tells of a known one.
        self.measured_kbps = self._taken_kbps(now_s, GROUP_S if known else 2 * EVERY_S)
        self._moving_kbps = self._just_below_kbps
        too_much = max(0.0, made_kbps / self.measured_kbps - 1.0)
        waits_s = age_s - BEHIND_S + (STILL_MADE_S * too_much if first else 0.0)
        share = max(LEAST_SHARE if first else LATER_SHARE, 1.0 - max(0.0, waits_s) / CLEARED_IN_S)
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

    def _rise(self, now_s: float, made_kbps: float) -> None:
        """A little further; what no stream of this show has tried is not taken for granted."""
        self.stalled = False
        if self._rising_since_s is None:
            self._rising_since_s = now_s
            self.limit_kbps = max(self.limit_kbps, self._just_below_kbps)
            return
        if self.limit_kbps < self.measured_kbps * PAST:
            self._past_since_s = now_s
        if self.limit_kbps > UNTRIED * made_kbps:
            return
        rise = min(
            SLOW_RISE * 2 ** ((now_s - self._rising_since_s) / SLOW_DOUBLES_S),
            GENTLE_RISE * 2 ** ((now_s - self._past_since_s) / QUICK_DOUBLES_S),
            QUICK_RISE,
        )
        self.limit_kbps = min(self.wanted_kbps, self.limit_kbps * (1 + rise * EVERY_S))


@dataclass(slots=True)
class Crowding:
    """Whether one destination that does not carry the floor may only be crowded out by others on the same network."""

    _begun_s: float = float("-inf")
    _until_s: float = float("-inf")  # it is waited for
    _again_s: float = float("-inf")
    _rest_s: float = FIRST_REST_S

    def is_likely(self, now_s: float, link: Link, others_cut_s: float) -> bool:
        """Asked at each step while it does not carry it; `others_cut_s`: when one that does was last too slow."""
        if now_s < self._until_s:
            if link.cut_s - max(self._begun_s, others_cut_s) > OWN_S:
                self._until_s = now_s
            return now_s < self._until_s
        both = now_s - others_cut_s < SPELL_S and now_s - link.pictures_s < LATELY_S
        if not both or now_s < self._again_s:
            return False
        self._begun_s, self._until_s = now_s, now_s + CROWDED_S
        self._again_s = self._until_s + self._rest_s
        self._rest_s = min(2 * self._rest_s, LONGEST_REST_S)
        return True


class BitrateController:
    """Decides for one show; `wanted_kbps` is the picture's rate as it was chosen."""

    def __init__(self, wanted_kbps: int, audio_kbps: int) -> None:
        self.quality = Quality(wanted_kbps, Motion.WHOLE)
        self._wanted_kbps = wanted_kbps
        self._audio_kbps = audio_kbps
        self._floor_kbps = min(FLOOR_KBPS, wanted_kbps)
        self._least_kbps = audio_kbps + self._floor_kbps  # with the sound
        self._links: dict[str, Link] = {}
        self._unable: set[str] = set()  # of those on the air, to carry the floor
        self._crowding: dict[str, Crowding] = {}
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
        followed = self._followed(now_s, links)
        if followed:
            name = min(followed, key=lambda one: followed[one])
            carries_kbps = max(links[name].carries_kbps, self._least_kbps)
            self.quality = self._quality(name, followed[name], carries_kbps)
        else:
            name = max(links, key=lambda one: links[one].limit_kbps)
            self.quality = self._quality(name, links[name].limit_kbps, links[name].carries_kbps)
        return self.quality

    def _followed(self, now_s: float, links: Mapping[str, Link]) -> dict[str, float]:
        """What each may have that the show bends to, in kb/s: those that carry the floor, and whom it waits for."""
        followed = {name: link.limit_kbps for name, link in links.items() if self._is_able(name, link)}
        for name in followed:
            self._crowding.pop(name, None)
        if followed:
            others_cut_s = max(links[name].cut_s for name in followed)
            followed |= {
                name: max(link.limit_kbps, self._least_kbps)
                for name, link in links.items()
                if name not in followed
                and self._crowding.setdefault(name, Crowding()).is_likely(now_s, link, others_cut_s)
            }
        self._unable = links.keys() - followed.keys()
        return followed

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
        least_kbps = self._least_kbps * (ABLE_AGAIN if name in self._unable else 1.0)
        return not link.stalled and link.carries_kbps >= least_kbps

    def _quality(self, name: str, limit_kbps: float, carries_kbps: float) -> Quality:
        """The nearest quality that is worth a change."""
        kbps = min(max(limit_kbps - self._audio_kbps, STILL_KBPS), self._wanted_kbps)
        motion = self._motion(carries_kbps - self._audio_kbps)
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
