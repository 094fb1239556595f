"""What an outage means for a destination: when its room closes, how long it was turned away, and how that is told."""

import errno
import logging
import math
import re

from studio.clock import Clock, Sleeps
from studio.errors import REASONS, Problem
from studio.media.frames import NS
from studio.media.knocking import GATE
from studio.media.output import reason_in
from studio.presets import preset_of

log = logging.getLogger(__name__)

NEW_TRIED_FOR_S = 10.0  # a new address that nobody answers at: a weak network, or a mistake in it
SPURNED_TOLD_FOR_S = 30.0  # then what keeps the old one away is the news
REFUSED_FOR_S = 90.0  # that is no passing fault any more: the person is to read what there is to do
# A server that was not told that a line broke may hold it, and refuse the next one, for as long as its system sends
# again what is not confirmed: on Linux a quarter of an hour (ip-sysctl: tcp_retries2). Measured: the pings of
# nginx-rtmp 1.2.2 end no line, for each one that is sent counts as a sign of life; `drop_idle_publisher` would.
HELD = re.compile(r"\b(already|busy|in use)\b", re.IGNORECASE)  # as servers say it that hold the line that broke
REFUSALS = ("output.refused", "output.hung_up")
OURS = ("output.lost", "output.relay_broke")  # no word of the server's
MAYBE_OURS = ("output.hung_up", "output.silent")
TOLD_AS_THEY_ARE = (*OURS, "output.untrusted", "output.bug")
ROOM_TOLD_EVERY_S = 10
WAKING_S = 15.0  # so long after the computer woke, a line that breaks was dead before


class Outage:
    """Of one destination, which may have one after the other; a first attempt is none.

    `closes_ns`: when the platform may close the room, on the monotonic clock; None where nobody knows.
    """

    def __init__(self, name: str, clock: Clock) -> None:
        self.closes_ns: int | None = None
        self._name = name
        self._clock = clock
        self._refused_since_ns: int | None = None  # since when there was nothing but refusals
        self.spurned = ""  # why a new address that was given meanwhile was not taken
        self._spurned_ns = 0  # since when that is told
        self._line: Problem | None = None  # what the address that is tried was told of last
        self._new_until_ns = 0  # so long a new one is tried, whatever may keep it away
        self.held = False  # as the last one said that refused it: its server holds the line that broke
        self._room_told_at_s = 0  # the next number of seconds it has left that is worth a line
        self._sleeps = Sleeps(clock)
        self._woke_ns = self._slept_ns = 0  # when the computer woke last, and after how long

    def count_down(self, platform: str, lost_ns: int) -> None:
        """The room's time runs from `lost_ns` on, where the platform is known."""
        if lost_ns - self._woke_ns < WAKING_S * NS:  # nothing has come since it fell asleep
            lost_ns -= self._slept_ns
        closes_after_s = preset_of(platform).closes_after_s
        if closes_after_s is not None:
            self.closes_ns = lost_ns + round(closes_after_s * NS)
            self._room_told_at_s = round(closes_after_s)

    def forget(self) -> None:
        """What was refused, and what is left of the room's time, says nothing of the next attempt."""
        self.closes_ns = self._refused_since_ns = None
        self._slept_ns = 0
        self.spurned = ""
        self.try_new()

    def try_new(self) -> None:
        """From here on a new address is tried for a while, whatever may keep it away."""
        self._new_until_ns = self._clock.now_ns() + round(NEW_TRIED_FOR_S * NS)

    @property
    def tries_new(self) -> bool:
        """Whether that while is not over."""
        return self._clock.now_ns() < self._new_until_ns

    def spares_new(self, problem: Problem) -> bool:
        """Whether a new address is tried on after this; only its server's own word is against it at once."""
        return problem.code != "output.refused" and self.tries_new

    def go_back(self, closes_ns: int | None, reason: str) -> None:
        """To an outage that was thought to end with a new address, which was not taken for this reason."""
        self.closes_ns, self.spurned, self._spurned_ns = closes_ns, reason, self._clock.now_ns()
        self._line = None  # what was told of the new one says nothing of the old one

    def wake(self, now_ns: int) -> bool:
        """Whether the computer has slept since the last look: the room's time went on meanwhile."""
        slept_ns = self._sleeps.look()
        if slept_ns and self.closes_ns is not None:
            self.closes_ns -= slept_ns
        elif slept_ns:
            self._woke_ns, self._slept_ns = now_ns, slept_ns
        return slept_ns > 0

    def log_room(self, now_ns: int) -> bool:
        """Logs every ten seconds how long the room stays open; gives whether it may be closed."""
        if self.closes_ns is None:
            return False
        left_s = -((now_ns - self.closes_ns) // NS)
        if 0 < left_s <= self._room_told_at_s:
            log.warning("output %s: %d s until the platform may close the room", self._name, left_s)
            self._room_told_at_s = (left_s - 1) // ROOM_TOLD_EVERY_S * ROOM_TOLD_EVERY_S
        return left_s <= 0

    def count(self, problem: Problem) -> None:
        """One more attempt ended so; a gate with nobody behind it is as good as a refusal."""
        reason = reason_in(problem)
        if problem.code not in REFUSALS and reason != GATE:
            self._refused_since_ns = None
        elif self._refused_since_ns is None:
            self._refused_since_ns = self._clock.now_ns()
        self.held = problem.code == "output.refused" and HELD.search(reason) is not None

    @property
    def refused_long(self) -> bool:
        """Whether there was nothing but refusals for so long that a person should look."""
        since_ns = self._refused_since_ns
        return since_ns is not None and self._clock.now_ns() - since_ns >= REFUSED_FOR_S * NS

    def told(self, problem: Problem | None = None) -> Problem:
        """The problem as it is told of a line that broke: with the time the room has left, if that is known.

        Without a new `problem` it is the last one that is told, as things stand now.
        """
        self._line = problem or self._line or Problem.of("output.lost", name=self._name, reason=REASONS[errno.EPIPE])
        if self.spurned and self._clock.now_ns() - self._spurned_ns < SPURNED_TOLD_FOR_S * NS:
            return Problem.of("output.new_refused", name=self._name, reason=self.spurned)
        return self._told_of_line(self._line)

    def _told_of_line(self, problem: Problem) -> Problem:
        reason = reason_in(problem)
        left_s = math.inf if self.closes_ns is None else (self.closes_ns - self._clock.now_ns()) / NS
        if left_s <= 0:
            return Problem.of("output.room_closed", name=self._name, reason=reason)
        if self.refused_long:
            return Problem.of("output.turned_away", name=self._name, reason=reason)
        if problem.code in REFUSALS:
            code = "output.held" if self.held else "output.not_taken_back"
            return Problem.of(code, name=self._name, reason=reason)
        if self.closes_ns is not None:
            return Problem.of("output.closing", name=self._name, reason=reason, seconds=math.ceil(left_s))
        if problem.code not in TOLD_AS_THEY_ARE:
            return Problem.of("output.still_away", name=self._name, reason=reason)
        return problem
