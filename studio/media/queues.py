"""The queues between the stages: each is bounded, and its class says what happens when it is full."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from studio.media.frames import EncodedPacket, PacketKind, Picture

Item = TypeVar("Item")

EARLY_PACKETS = 128  # 2.7 s of sound: more than an encoder holds video back
LIMIT_S = 2.0  # of waiting, before the picture pauses
PATIENT_TIMES = 3  # of the limit, where it is no network that is waited for
DEAD_TIMES = 10  # of the limit: where even sound waits so long, the link is dead
ROOM_S = 0.5  # where no more than this waits, there is room for a picture again
RELAPSE_S = 6.0  # a picture that pauses again so soon after it went on went on too early
FIRST_REST_S, LONGEST_REST_S = 2.0, 8.0
TRIED_SHARE = 0.4  # of the limit, for a picture that is only tried again


class Pictures(Protocol):
    """Where the compositor takes its pictures from."""

    def take(self, now_ns: int) -> Picture | None: ...


class Bell:
    """Wakes the one thread that waits for it. A condition would make a lock of its own for every single wait."""

    def __init__(self) -> None:
        self._silence = threading.Lock()
        self._silence.acquire()
        self._ringing = threading.Lock()

    def ring(self) -> None:
        """Ends the present wait, else the next one."""
        with self._ringing:
            if self._silence.locked():
                self._silence.release()

    def wait(self) -> None:
        self._silence.acquire()


class Mailbox:
    """Pictures on their way to the compositor, taken by the time they are due.

    A camera fills one slot over and over: the newest wins. A clip is read ahead into several slots and waits
    while they are full, then until half of them are free: decoding several pictures at a stretch costs less
    than one at a time. The reader of pictures never waits.
    """

    def __init__(self, slots: int = 1, overwrite: bool = True) -> None:
        self._pictures: deque[Picture] = deque()
        self._slots = slots
        self._overwrite = overwrite
        self._lock = threading.Lock()
        self._has_room = Bell()
        self._waits = False  # whoever puts pictures in
        self._closed = False

    def put(self, picture: Picture) -> bool:
        """Puts a picture in; where the box may not be overwritten, waits for a slot. False once closed."""
        while True:
            with self._lock:
                if self._closed:
                    return False
                full = len(self._pictures) >= self._slots
                if not full or self._overwrite:
                    if full:
                        self._pictures.popleft()
                    self._pictures.append(picture)
                    return True
                self._waits = True
            self._has_room.wait()

    def take(self, now_ns: int) -> Picture | None:
        """The newest picture that is due; older ones are thrown away. None where nothing new is due."""
        newest = None
        with self._lock:
            while self._pictures and self._pictures[0].due_ns <= now_ns:
                newest = self._pictures.popleft()
            if self._waits and len(self._pictures) <= self._slots // 2:
                self._waits = False
                self._has_room.ring()
        return newest

    @property
    def waiting(self) -> int:
        """Pictures that wait to become due."""
        return len(self._pictures)

    def close(self) -> None:
        """Wakes whoever waits for a slot; nothing can be put in any more."""
        with self._lock:
            self._closed = True
        self._has_room.ring()


class DropOldest(Generic[Item]):
    """A short queue that forgets its oldest item when full, and counts how often; one thread reads it."""

    def __init__(self, size: int) -> None:
        self.dropped = 0
        self._items: deque[Item] = deque()
        self._size = size
        self._lock = threading.Lock()
        self._news = Bell()
        self._closed = False

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: Item) -> None:
        with self._lock:
            if len(self._items) >= self._size:
                self._items.popleft()
                self.dropped += 1
            self._items.append(item)
        self._news.ring()

    def get(self) -> Item | None:
        """The oldest item, waited for; None once the queue is closed and empty."""
        while True:
            with self._lock:
                if self._items:
                    return self._items.popleft()
                if self._closed:
                    return None
            self._news.wait()

    def close(self) -> None:
        with self._lock:
            self._closed = True
        self._news.ring()


class PacketQueue:
    """Encoded packets on their way to one output.

    It lets packets in from a keyframe on, with the sound that belongs to that keyframe's time or later. What was let
    in of sound and keyframes is not thrown away while the link lives. When more than `limit_s` seconds wait (by then a
    lower rate has come through where that is the cure: an encoder takes up to three seconds for it), the picture
    pauses: what waits between keyframes is thrown away and no picture is let in, keyframes that come meanwhile neither,
    while the sound goes on, until there is room for a keyframe again. Where the network then proves too slow once more,
    the next try comes after a rest, which grows: each try costs the viewers a moment in which the voice lags behind.
    When even sound fills ten times the limit, the link is dead: all is thrown away, the queue waits for a keyframe as
    at its start, and `on_starved` is called. A link that is merely slow waits for the next keyframe that comes anyway:
    one encoder serves all, and keyframes on request would spoil everybody's picture.

    Where it is no network that all this waits for (`by_network`), it is a computer without time for its relay. That
    passes: less is made soon (`studio.health.governor`), and what waits then goes out in one go. So there is more
    patience with it: a picture that is left out costs the viewers more than one that comes late.

    `dropped` counts what viewers lack because all this is too slow. What waited for a line that was not there is none
    of it (`counts`), nor what lay here when a line broke: an outage is told in seconds.
    """

    def __init__(self, limit_s: float = LIMIT_S, on_starved: Callable[[], None] | None = None) -> None:
        self.dropped = 0
        self.counts = True  # whether there is a line, and what waited for it is through; whoever sends knows
        self.by_network = True  # whether it is the network that is waited for; whoever sends knows
        self.newest_s = dict.fromkeys(PacketKind, 0.0)  # the times of the latest packets that were let in
        self._packets: deque[EncodedPacket] = deque()
        self._early: deque[EncodedPacket] = deque(maxlen=EARLY_PACKETS)  # sound that came before its keyframe
        self._limit_s = limit_s
        self._started = False
        self._need_keyframe = True
        self._resumed_s = float("-inf")  # the keyframe with which the picture last went on after a pause
        self._rest_s = 0.0  # between the moment there is room again and the next try
        self._try_from_s: float | None = None  # None while there is no room
        self._open = True
        self._on_starved = on_starved
        self._lock = threading.Lock()
        self._news = Bell()

    def put(self, packet: EncodedPacket) -> None:
        starved, now_s = False, packet.time_s
        with self._lock:
            if not self._open:
                return
            if self.pausing:
                self._look_for_room(now_s)
            if packet.kind is PacketKind.VIDEO and self._need_keyframe and not self._begins(packet):
                return
            if packet.kind is PacketKind.AUDIO and not self._started:
                self._early.append(packet)
                return
            self._packets.append(packet)
            self.newest_s[packet.kind] = now_s
            if packet.kind is PacketKind.VIDEO and not self._started:
                self._start(packet)
            if (lag_s := self._lag_s()) > self._limit_of(now_s):
                starved = self._pause(now_s, lag_s)
        self._news.ring()
        if starved and self._on_starved is not None:
            self._on_starved()

    def _count(self, left_out: int) -> None:
        if self.counts:
            self.dropped += left_out

    def _lag_s(self) -> float:
        """How much waits; reckoned for each kind alone, for an encoder gives a picture later than its sound."""
        oldest_s: dict[PacketKind, float] = {}
        for packet in self._packets:
            oldest_s.setdefault(packet.kind, packet.time_s)
            if len(oldest_s) == len(PacketKind):
                break
        return max((self.newest_s[kind] - at_s for kind, at_s in oldest_s.items()), default=0.0)

    def _limit_of(self, now_s: float) -> float:
        """How much may wait: less where the picture is only tried again, so that a vain try costs little."""
        if not self.by_network:
            return self._limit_s * PATIENT_TIMES
        trying = self._rest_s > 0 and now_s - self._resumed_s < RELAPSE_S
        return self._limit_s * TRIED_SHARE if trying else self._limit_s

    def _begins(self, packet: EncodedPacket) -> bool:
        """Whether video can go on with this packet."""
        has_room = not self._started or (self._try_from_s is not None and packet.time_s >= self._try_from_s)
        if not packet.keyframe or not has_room:
            self._count(self._started)
            return False
        self._need_keyframe = False
        self._resumed_s = packet.time_s if self._started else float("-inf")
        return True

    def _look_for_room(self, now_s: float) -> None:
        """Room is where hardly any sound waits and no picture does; it is given time to last."""
        if self._lag_s() > ROOM_S or any(packet.kind is PacketKind.VIDEO for packet in self._packets):
            self._try_from_s = None
        elif self._try_from_s is None:
            self._try_from_s = now_s + self._rest_s

    def _start(self, keyframe: EncodedPacket) -> None:
        """The very first picture leads, for containers count their times from it; its sound follows."""
        self._started = True
        start_s = float(keyframe.pts * keyframe.time_base)
        self._packets.extend(early for early in self._early if early.time_s >= start_s)
        self._early.clear()
        self.newest_s |= {waiting.kind: waiting.time_s for waiting in self._packets}

    def _pause(self, now_s: float, lag_s: float) -> bool:
        """Throws the movement away that waits; True where the link is dead and all begins anew with a keyframe."""
        if lag_s > DEAD_TIMES * self._limit_s:
            self._count(len(self._packets))
            self._packets.clear()
            self._need_keyframe, self._started = True, False
            return True
        if self._need_keyframe:
            return False
        kept = deque(packet for packet in self._packets if packet.keyframe or packet.kind is PacketKind.AUDIO)
        self._count(len(self._packets) - len(kept))
        self._packets = kept
        self._need_keyframe, self._try_from_s = True, None
        relapsed = now_s - self._resumed_s < RELAPSE_S
        self._rest_s = min(LONGEST_REST_S, max(FIRST_REST_S, 2 * self._rest_s)) if relapsed else 0.0
        return False

    def get(self) -> EncodedPacket | None:
        """The oldest packet, waited for; None once the queue is closed and empty."""
        together = self.get_together(0)
        return together[0] if together else None

    def get_together(self, enough_bytes: int) -> list[EncodedPacket]:
        """The oldest packets, as many as are there and make `enough_bytes`, at least one, waited for.

        An empty list once the queue is closed and empty. What was fetched can no longer be left out.
        """
        while True:
            together, size = list[EncodedPacket](), 0
            with self._lock:
                while self._packets and (size < enough_bytes or not together):
                    together.append(self._packets.popleft())
                    size += len(together[-1].data)
                if together or not self._open:
                    return together
            self._news.wait()

    def restart(self) -> None:
        """Forgets what waits, and lets packets in again from the next keyframe on."""
        with self._lock:
            self._packets.clear()
            self._early.clear()
            self._need_keyframe, self._started = True, False
            self._open = True

    def close(self) -> None:
        """Lets nothing more in; what waits can still be fetched."""
        with self._lock:
            self._open = False
        self._news.ring()

    @property
    def pausing(self) -> bool:
        """Whether pictures are left out just now."""
        return self._started and self._need_keyframe
