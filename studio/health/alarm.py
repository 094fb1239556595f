"""When something measured becomes a warning: a limit with a way back, and patience in both directions."""

from dataclasses import dataclass

from studio.media.frames import NS


class Limit:
    """Whether a value is bad: beyond `bad`, and from then on until it has come back as far as `good`.

    Where `bad` is below `good`, small values are the bad ones.
    """

    def __init__(self, bad: float, good: float) -> None:
        self.exceeded = False
        self._bad = bad
        self._good = good

    def take(self, value: float) -> bool:
        sign = -1.0 if self._bad < self._good else 1.0
        limit = self._good if self.exceeded else self._bad
        self.exceeded = sign * value > sign * limit if self.exceeded else sign * value >= sign * limit
        return self.exceeded


@dataclass(frozen=True, slots=True)
class Turn:
    """A warning was raised, or taken back; what is behind it is so since `since_ns`."""

    raised: bool
    since_ns: int


class Alarm:
    """Raised once something has been bad for `raise_after_s` without a break, cleared after `clear_after_s` of good."""

    def __init__(self, raise_after_s: float, clear_after_s: float) -> None:
        self.raised = False
        self._raise_after_ns = round(raise_after_s * NS)
        self._clear_after_ns = round(clear_after_s * NS)
        self._since_ns: int | None = None  # since when all speaks against the present state

    def take(self, bad: bool, now_ns: int) -> Turn | None:
        """What changes by this; None where nothing does."""
        if bad is self.raised:
            self._since_ns = None
            return None
        if self._since_ns is None:
            self._since_ns = now_ns
        since_ns = self._since_ns
        if now_ns - since_ns < (self._clear_after_ns if self.raised else self._raise_after_ns):
            return None
        self.raised, self._since_ns = bad, None
        return Turn(bad, since_ns)
