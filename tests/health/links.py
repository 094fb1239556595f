"""A show over a simulated network, fast: the real queue and the real controller, everything else reckoned."""

import itertools
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random

from studio.health.bitrate import EVERY_S, BitrateController, Quality
from studio.media.flow import Flow
from studio.media.frames import EncodedPacket, PacketKind
from studio.media.queues import PacketQueue
from studio.quality import Motion

FPS = 30
GROUP_FRAMES = 60
KEYFRAME_SHARE = 0.25  # of a group's bytes
ENCODER_FRAMES = 14  # what an encoder holds back, at the old rate
LOWERED = 0.06  # of the difference to a lower rate an encoder makes good with each frame
HIDDEN_BYTES = 40_000  # pipe, read-ahead and socket: what is past the queue can no longer be left out
REPORT_FRAMES = 8  # a relay tells four times a second
AUDIO_KBPS = 128
MILLISECOND = Fraction(1, 1000)

Rate = Callable[[float], float]  # kb/s at a second


def waiting_s(queue: PacketQueue) -> float:
    """Seconds of show that wait in a queue."""
    waiting = queue._packets
    return waiting[-1].time_s - waiting[0].time_s if waiting else 0.0


@dataclass(slots=True)
class Arrival:
    """A packet at the far side."""

    at_s: float
    packet: EncodedPacket


@dataclass(slots=True)
class Path:
    """One destination: its queue, what has left the queue, and the network.

    A modem holds `modem_bytes`, which count as sent and are not delivered.
    """

    name: str
    rate_kbps: Rate
    modem_bytes: int = 0
    queue: PacketQueue = field(default_factory=PacketQueue)
    arrived: list[Arrival] = field(default_factory=list)
    reported: tuple[int, float, float] = (0, 0.0, 0.0)  # bytes, time of the newest, when that was
    held: deque[bool] = field(default_factory=lambda: deque(maxlen=4))
    _hidden: deque[tuple[EncodedPacket, int]] = field(default_factory=deque)
    _hidden_bytes: int = 0
    _credit: float = 0.0
    _sent_bytes: int = 0
    _sent_s: float = 0.0

    def offer(self, packets: Sequence[EncodedPacket]) -> float:
        """Takes what was made; gives what wants to go out now, in kb/s."""
        for packet in packets:
            self.queue.put(packet)
        self._fill()
        return self._hidden_bytes * FPS / 125

    def tick(self, frame: int) -> None:
        now_s = frame / FPS
        self._credit = min(self._credit + self.rate_kbps(now_s) * 125 / FPS, 100_000)
        while self._hidden and self._credit > 0:
            packet, left = self._hidden.popleft()
            part = min(left, max(1, int(self._credit)))
            self._credit -= part
            self._hidden_bytes -= part
            self._sent_bytes += part
            if part < left:
                self._hidden.appendleft((packet, left - part))
                break
            self._sent_s = max(self._sent_s, packet.time_s)
            self.arrived.append(Arrival(now_s, packet))
            self._fill()
        if not self._hidden:
            self._credit = min(self._credit, 0.0)
        if frame % REPORT_FRAMES == 0:
            ahead, sent_s = self.modem_bytes, self._sent_s
            for packet, left in self._hidden:
                ahead -= left
                if ahead < 0:
                    break
                sent_s = max(sent_s, packet.time_s)
            self.reported = (self._sent_bytes, sent_s, now_s)
            self.held.append(self._hidden_bytes > self.modem_bytes)

    def _fill(self) -> None:
        while self._hidden_bytes < HIDDEN_BYTES + self.modem_bytes and self.queue._packets:
            packet = self.queue.get()
            assert packet is not None
            self._hidden.append((packet, len(packet.data)))
            self._hidden_bytes += len(packet.data)

    def flow(self, now_s: float) -> Flow:
        age_s = max(0.0, self.queue.newest_s[PacketKind.AUDIO] - self.reported[1])
        held = sum(self.held) / max(1, len(self.held))
        return Flow(self.name, self.reported[0], self.reported[2], age_s, now_s, self.queue.pausing, held)

    def kbps(self, from_s: float, to_s: float) -> float:
        """What arrived in a span, per second."""
        sizes = [len(one.packet.data) for one in self.arrived if from_s <= one.at_s < to_s]
        return sum(sizes) * 8 / 1000 / (to_s - from_s)

    def of(self, kind: PacketKind) -> list[Arrival]:
        return [one for one in self.arrived if one.packet.kind is kind]

    def latest_s(self) -> float:
        """How far what arrived came to lie behind."""
        return max(one.at_s - one.packet.time_s for one in self.arrived)

    def longest_stand_s(self, kind: PacketKind, from_s: float = 0.0, to_s: float = float("inf")) -> float:
        """The longest time nothing new came."""
        times = [one.at_s for one in self.of(kind) if from_s <= one.at_s <= to_s]
        return max((after - before for before, after in itertools.pairwise(times)), default=0.0)


@dataclass(slots=True)
class Uplink:
    """One network that two destinations share, as a phone that lends its own; what one does not take is the other's.

    `first_part`: what the first gets of it at a second, where both want more than there is. Chance deals it out.
    """

    rate_kbps: Rate
    first_part: Callable[[float], float]
    granted_kbps: list[float] = field(default_factory=lambda: [0.0, 0.0])

    def paths(self, *names: str) -> list[Path]:
        first, second = names
        return [Path(first, lambda _at_s: self.granted_kbps[0]), Path(second, lambda _at_s: self.granted_kbps[1])]

    def share(self, now_s: float, wanted_kbps: Sequence[float]) -> None:
        """Gives each its part of the next moment."""
        rate_kbps, (first, second) = self.rate_kbps(now_s), wanted_kbps
        first = min(first, max(rate_kbps * self.first_part(now_s), rate_kbps - second))
        self.granted_kbps = [first, min(second, rate_kbps - first)]


@dataclass(slots=True)
class Run:
    """A simulated show, and what was decided when."""

    paths: Sequence[Path]
    decided: list[tuple[float, Quality]]

    def quality(self, at_s: float) -> Quality:
        return [quality for when_s, quality in self.decided if when_s <= at_s][-1]

    def back_s(self, since_s: float, kbps: int) -> float:
        """Seconds from `since_s` until the whole show was sent again."""
        if self.quality(since_s).kbps >= kbps:
            return 0.0
        return next(at_s for at_s, quality in self.decided if at_s >= since_s and quality.kbps >= kbps) - since_s


def simulate(seconds: float, wanted_kbps: int, *paths: Path, seed: int = 1, uplink: Uplink | None = None) -> Run:
    """The show runs frame by frame; each frame's size is what an encoder of that rate would make of it."""
    random, controller = Random(seed), BitrateController(wanted_kbps, AUDIO_KBPS)
    decided = [(0.0, controller.quality)]
    asked: deque[Quality] = deque([controller.quality] * ENCODER_FRAMES)
    audio_s, kbps = 0.0, float(wanted_kbps)
    for frame in range(round(seconds * FPS)):
        now_s = frame / FPS
        quality = asked.popleft()
        kbps = max(quality.kbps, kbps + (quality.kbps - kbps) * LOWERED)
        packets: list[EncodedPacket] = []
        if made := _size(frame, quality.motion, kbps, random):
            packets.append(_packet(PacketKind.VIDEO, now_s, made, frame % GROUP_FRAMES == 0))
        while audio_s <= now_s:
            packets.append(_packet(PacketKind.AUDIO, audio_s, round(AUDIO_KBPS * 125 * 1024 / 48_000), True))
            audio_s += 1024 / 48_000
        offered_kbps = [path.offer(packets) for path in paths]
        if uplink is not None:
            uplink.share(now_s, offered_kbps)
        for path in paths:
            path.tick(frame)
        if frame % round(EVERY_S * FPS) == 0:
            decision = controller.step(now_s, [path.flow(now_s) for path in paths])
            if decision != decided[-1][1]:
                decided.append((now_s, decision))
        asked.append(decided[-1][1])
    return Run(paths, decided)


def _size(frame: int, motion: Motion, kbps: float, random: Random) -> int:
    every = {Motion.WHOLE: 1, Motion.HALF: 2, Motion.STILL: 2}[motion]
    if frame % every:
        return 0
    group_bytes = kbps * 125 * GROUP_FRAMES / FPS
    if frame % GROUP_FRAMES == 0:
        return round(group_bytes * KEYFRAME_SHARE)
    others = GROUP_FRAMES / every - 1
    return max(20, round(group_bytes * (1 - KEYFRAME_SHARE) / others * random.uniform(0.6, 1.4)))


def _packet(kind: PacketKind, at_s: float, size: int, keyframe: bool) -> EncodedPacket:
    at_ms = round(at_s * 1000)
    return EncodedPacket(kind, bytes(size), at_ms, at_ms, 1, keyframe, MILLISECOND)
