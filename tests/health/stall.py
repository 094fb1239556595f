"""A stall at which the watchdogs look and listen, with the hands of the clock moved by the test."""

from collections.abc import Callable
from dataclasses import dataclass, field

import av
import numpy as np

from studio.config import AudioKind, WatchConfig
from studio.errors import Problem
from studio.health.outgoing import Outgoing
from studio.health.watchdogs import Heard, Senses, Watchdogs
from studio.media.frames import NS, Plane, blank, planes
from tests.health.scenes import noisy, scene
from tests.media.told import Hand

TENTH_NS = NS // 10


def heard(sent: float, voice: float, muted: bool = False, gain_db: float = 0.0) -> Heard:
    """What is sent and what the microphone gives, in dBFS, and what the treatment does to the latter."""
    return Heard(sent, voice, muted, voice + gain_db)


SPOKEN = heard(-15.0, -15.0)


@dataclass
class Stall:
    """A stall with a camera and a microphone, and what the watchdogs said of it: code, raised, second of the show."""

    config: WatchConfig = field(default_factory=WatchConfig)
    picture: Callable[[int], Plane | None] = lambda number: noisy(scene(), number)
    heard: Heard | None = SPOKEN
    listens_to: AudioKind = AudioKind.MIC
    told_still: bool = False
    encodes: bool = True
    held: bool = False
    told: list[tuple[str, bool, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.hand = Hand()
        senses = Senses(
            self._frame,
            lambda: self.heard,
            lambda: self.listens_to,
            lambda: self.told_still,
            lambda: self.encodes,
            lambda: self.held,
        )
        self.outgoing = Outgoing(lambda: b"", 2500, lambda tick: tick * TENTH_NS)
        self.dogs = Watchdogs(self.config, senses, self.outgoing, self.hand, self._tell)
        self._number = self._turn = 0

    def _frame(self) -> av.VideoFrame | None:
        luma = self.picture(self._number)
        self._number += 1
        if luma is None:
            return None
        frame = blank(luma.shape[1], luma.shape[0])
        np.copyto(planes(frame)[0], luma)
        return frame

    def _tell(self, problem: Problem, raised: bool, since_ns: int) -> None:
        self.told.append((problem.code, raised, round(since_ns / NS, 1)))

    def run(self, seconds: float) -> "Stall":
        """What the thread does, without waiting."""
        for _ in range(round(seconds * 10)):
            self.hand.at_ns += TENTH_NS
            self.dogs.listen()
            if self._turn % 5 == 0:
                self.dogs.look(harder=self._turn % 40 == 0)
                self.dogs.read()
            self._turn += 1
        return self
