"""What arrived at the server, seen from its own recording: when the first frame came, and how many there are."""

import threading
import time
from dataclasses import dataclass
from pathlib import Path

FLV_HEADER_BYTES = 9 + 4
TAG_HEADER_BYTES = 11
VIDEO_TAG, AUDIO_TAG = 9, 8
CODED_FRAMES = 1  # AVCPacketType; 0 is the decoder's configuration
LOOK_EVERY_S = 0.005


def video_frames(flv: Path, at_most: int | None = None) -> int:
    """Counts the coded video frames in an FLV file that may still be growing (FLV 10.1, annex E.4)."""
    found = 0
    try:
        data = flv.read_bytes() if at_most is None else read_head(flv)
    except FileNotFoundError:
        return 0
    place = FLV_HEADER_BYTES
    while place + TAG_HEADER_BYTES + 2 <= len(data):
        size = int.from_bytes(data[place + 1 : place + 4], "big")
        body = place + TAG_HEADER_BYTES
        if data[place] & 0x1F == VIDEO_TAG and data[body + 1] == CODED_FRAMES:
            found += 1
            if at_most is not None and found >= at_most:
                break
        place = body + size + 4
    return found


@dataclass(frozen=True, slots=True)
class Arrived:
    """Coded frames and blocks of sound in a file."""

    video: int
    audio: int


def arrived(flv: Path) -> Arrived:
    """Counts all of an FLV file; a tag that was cut off ends it."""
    counts = {VIDEO_TAG: 0, AUDIO_TAG: 0}
    data = flv.read_bytes()
    place = FLV_HEADER_BYTES
    while place + TAG_HEADER_BYTES + 2 <= len(data):
        kind = data[place] & 0x1F
        size = int.from_bytes(data[place + 1 : place + 4], "big")
        counts[kind] = counts.get(kind, 0) + (data[place + TAG_HEADER_BYTES + 1] == CODED_FRAMES)
        place += TAG_HEADER_BYTES + size + 4
    return Arrived(counts[VIDEO_TAG], counts[AUDIO_TAG])


class Standing:
    """How long the picture and the sound stood still at the receiver: nothing new of them came, however late.

    Reads a file that a server is writing into, from `begin` to `stop`; seconds, without a player's own buffer. Late is
    how far it came to lie behind while the line held: a player that keeps less ahead stops for the difference.
    """

    def __init__(self, flv: Path) -> None:
        self.video_s = self.audio_s = 0.0
        self.late_s = {VIDEO_TAG: 0.0, AUDIO_TAG: 0.0}
        self._flv = flv
        self._place = 0
        self._newest: dict[int, float] = {}
        self._soonest_s: dict[int, float] = {}  # when what is due at zero came, reckoned by what came soonest
        self._ended, self._forgets = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._look_on, name="standing")

    def begin(self) -> None:
        self._place = self._flv.stat().st_size
        self._newest = dict.fromkeys((VIDEO_TAG, AUDIO_TAG), time.monotonic())
        self._thread.start()

    def _look_on(self) -> None:
        with self._flv.open("rb") as file:
            file.seek(0)
            self._place = _next_tag(file.read(self._place), FLV_HEADER_BYTES)
            while not self._ended.wait(LOOK_EVERY_S * 4):
                file.seek(self._place)
                self._take(file.read(), time.monotonic())
            self._take(b"", time.monotonic())

    def _take(self, data: bytes, now_s: float) -> None:
        end = _next_tag(data, 0)
        place = 0
        if self._forgets.is_set():
            self._forgets.clear()
            self.video_s = self.audio_s = 0.0
            self._newest = dict.fromkeys(self._newest, now_s)
        while place < end:
            kind = data[place] & 0x1F
            if kind in self._newest:
                self._count(kind, now_s)
                self._newest[kind] = now_s
                self._count_late(kind, data[place + 4 : place + 8], now_s)
            place += TAG_HEADER_BYTES + int.from_bytes(data[place + 1 : place + 4], "big") + 4
        self._place += end
        for kind in self._newest:
            self._count(kind, now_s)

    def _count(self, kind: int, now_s: float) -> None:
        stood_s = now_s - self._newest[kind]
        if kind == VIDEO_TAG:
            self.video_s = max(self.video_s, stood_s)
        else:
            self.audio_s = max(self.audio_s, stood_s)

    def _count_late(self, kind: int, time: bytes, now_s: float) -> None:
        due_ms = int.from_bytes(time[:3], "big") | time[3] << 24  # its highest byte comes last
        soonest_s = self._soonest_s[kind] = min(self._soonest_s.get(kind, now_s), now_s - due_ms / 1000)
        self.late_s[kind] = max(self.late_s[kind], now_s - due_ms / 1000 - soonest_s)

    def forget(self) -> None:
        """Counts from here on: what stood before may."""
        self._forgets.set()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()


def _next_tag(data: bytes, place: int) -> int:
    """Where the first tag begins that is not there as a whole."""
    while place + TAG_HEADER_BYTES <= len(data):
        end = place + TAG_HEADER_BYTES + int.from_bytes(data[place + 1 : place + 4], "big") + 4
        if end > len(data):
            break
        place = end
    return place


def read_head(flv: Path) -> bytes:
    with flv.open("rb") as file:
        return file.read(1 << 18)


class FirstFrame:
    """Notes when the first coded frame lies at the server, on the monotonic clock."""

    def __init__(self, flv: Path) -> None:
        self.at_s: float | None = None
        self._flv = flv
        self._ended = threading.Event()
        self._seen = threading.Event()
        self._thread = threading.Thread(target=self._look, name="first-frame")

    def start(self) -> None:
        self._thread.start()

    def _look(self) -> None:
        while not self._ended.wait(LOOK_EVERY_S):
            if video_frames(self._flv, at_most=1):
                self.at_s = time.monotonic()
                self._seen.set()
                return

    def wait(self, deadline_s: float) -> bool:
        """Whether the frame came within `deadline_s`."""
        return self._seen.wait(deadline_s)

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()
