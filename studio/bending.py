"""Fits a running show to its network: asks the controller twice a second, and has the encoder follow.

Called on the engine's thread. Every change goes into the log with who asked for it; what it means for the viewers is
told as a notice, which lasts as long as it does. So is every pause of the picture for one destination alone. Where a
relay waits for a processor, what comes of it is told as the computer's fault: better network would not help.
"""

import logging
from collections.abc import Callable, Iterable

from studio.broadcast import Broadcast
from studio.clock import Clock
from studio.errors import Problem
from studio.events import Event, Noticed
from studio.health.bitrate import EVERY_S, BitrateController, Quality
from studio.media.flow import FIRST_S, Flow
from studio.media.frames import NS
from studio.quality import Motion, QualityChanged

log = logging.getLogger(__name__)

WHOSE = "network"
SILENT_S = 8.0  # so far behind, the voice reaches nobody any more
STARVED = 0.25  # of the last second its relay waited for a processor
CALM_S = 5.0  # without a pause, until the pauses are over: they come one after the other


class Bending:
    """One show's."""

    def __init__(self, broadcast: Broadcast, clock: Clock, emit: Callable[[Event], None]) -> None:
        self._told: Problem | None = None
        self._pauses: dict[str, tuple[Problem, float]] = {}  # what was told of whom, and when the picture last paused
        self._broadcast = broadcast
        self._clock = clock
        self._emit = emit
        self._encoder = broadcast.show.encoder
        self._controller = BitrateController(self._encoder.bitrate_kbps, self._encoder.audio_bitrate_kbps)
        self._looked_ns = 0

    def look(self) -> None:
        """To be called often; acts every `EVERY_S`."""
        now_ns = self._clock.now_ns()
        if now_ns - self._looked_ns < EVERY_S * NS:
            return
        self._looked_ns = now_ns
        flows = self._broadcast.fanout.flows()
        self._tell_pauses(now_ns / NS, flows)
        before = self._controller.quality
        now = self._controller.step(now_ns / NS, flows)
        if (now.kbps, now.motion) == (before.kbps, before.motion):
            return
        self._follow(now.kbps, now.motion)
        wanted_kbps, better = self._encoder.bitrate_kbps, now.kbps > before.kbps
        seen = self._controller.seen(now_ns / NS, now.slowest) if now.slowest is not None else None
        behind_s, taken_kbps = (round(seen[0], 2), seen[1]) if seen is not None else (None, None)
        log.info("picture: %d kb/s, %s, for %s: %s", now.kbps, now.motion, now.slowest or "everybody", seen)
        at = self._clock.utc()
        changed = QualityChanged(now.kbps, wanted_kbps, now.motion, now.slowest, better, at, behind_s, taken_kbps)
        self._emit(changed)
        self._tell(problem_of(now, self._is_starved(now.slowest, flows)))

    def _tell_pauses(self, now_s: float, flows: Iterable[Flow]) -> None:
        """Pictures that one destination alone loses; a line that broke tells of itself."""
        flowing = {flow.name: flow for flow in flows}
        for name, flow in flowing.items():
            if flow.pausing and flow.live_s >= FIRST_S:
                before = self._pauses[name][0] if name in self._pauses else None
                problem = _pause_of(flow, before)
                self._pauses[name] = problem, now_s
                self._replace(before, problem)
        for name, (problem, paused_s) in tuple(self._pauses.items()):
            if name not in flowing or now_s - paused_s >= CALM_S:
                del self._pauses[name]
                self._replace(problem, None)

    def _is_starved(self, name: str | None, flows: Iterable[Flow]) -> bool:
        """Whose fault it is stays as it was first seen."""
        if self._told is not None:
            return self._told.code == "slow.coarse"
        return any(flow.name == name and flow.queued >= STARVED for flow in flows)

    def _tell(self, problem: Problem | None) -> None:
        before, self._told = self._told, problem
        self._replace(before, problem)

    def _replace(self, before: Problem | None, problem: Problem | None) -> None:
        """Takes back what was told before, and tells what is so now."""
        if problem == before:
            return
        if before is not None:
            self._emit(Noticed(before, False, self._clock.utc()))
        if problem is not None:
            self._emit(Noticed(problem, True, self._clock.utc()))

    def _follow(self, kbps: int, motion: Motion) -> None:
        """A picture that stands still goes on at half the rate: an encoder counts what it holds back in frames."""
        self._broadcast.set_bitrate_kbps(kbps)
        self._broadcast.thin_frames(WHOSE, 1 if motion is Motion.WHOLE else 2)
        self._broadcast.hold_picture(motion is Motion.STILL)


def problem_of(quality: Quality, starved: bool = False) -> Problem | None:
    """What is to be told of it; nothing where the whole picture is sent. `starved`: it is the computer's fault."""
    if quality.slowest is None:
        return None
    if starved:
        return Problem.of("slow.coarse", name=quality.slowest)
    code = {Motion.WHOLE: "network.slow", Motion.HALF: "network.slower", Motion.STILL: "network.slowest"}[
        quality.motion
    ]
    return Problem.of(code, name=quality.slowest)


def _pause_of(flow: Flow, before: Problem | None) -> Problem:
    """What a pause is told as: whose fault it is stays as it was first seen, and it may only become worse."""
    if flow.age_s > SILENT_S or (before is not None and before.code == "network.silent"):
        return Problem.of("network.silent", name=flow.name)
    if before is not None:
        return before
    by_network = flow.by_network and flow.queued < STARVED
    return Problem.of("network.pausing" if by_network else "slow.pausing", name=flow.name)
