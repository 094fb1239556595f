"""The finished recording: an ordinary MP4 that opens anywhere and can be wound, made from a show's Matroska.

`python -m studio.media.film SHOW.mkv` copies the packets without encoding anything, proves that the new file holds
all of them and plays, and only then takes the Matroska away. It is the least urgent work on this computer. It says
on stdout how far it is and what came of it, in lines of JSON; when nobody listens any more it ends.
"""

import errno
import json
import math
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from io import RawIOBase
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.error import FFmpegError

from studio.disk import film_needs_bytes
from studio.errors import DAMAGED, reason_of
from studio.media.finishing import DRAFT_SUFFIX, FILM_SUFFIX
from studio.priority import go_last

TELL_EVERY = 1000  # packets
LENGTH_MAY_DIFFER_S = 0.1
ROUNDED_S = Fraction(2, 1000)  # Matroska keeps whole milliseconds
READ_BYTES = 1 << 18
TAIL_BYTES = 4 << 20  # what the last seconds of a recording hold at most, which a power cut may spoil


class NoRoomError(OSError):
    """The MP4 does not fit on the disk beside its recording; `lacking_bytes` more must be free."""

    def __init__(self, lacking_bytes: int) -> None:
        super().__init__(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.lacking_bytes = lacking_bytes


@dataclass(slots=True)
class Track:
    """One stream on its way into the film: puts Matroska's whole milliseconds right again, and counts."""

    target: Any
    time_base: Fraction  # a frame, or a sample
    step: int  # what one packet lasts in it
    packets: int = 0
    begin_s: float = math.inf
    end_s: float = 0.0
    _early: list[Any] = field(default_factory=list)  # the first pictures: Matroska has no decoding times for them
    _last: int | None = None  # decoding time

    def ready(self, packet: Any) -> list[Any]:
        """The packets that can be written now, each in its exact place."""
        if packet.dts is None:
            self._early.append(packet)
            return []
        early, self._early = self._early, []
        first = self._exact(packet.dts * packet.time_base)
        placed = [(before, first - (len(early) - number) * self.step) for number, before in enumerate(early)]
        return [one for one, dts in (*placed, (packet, first)) if self._place(one, dts)]

    def _place(self, packet: Any, dts: int) -> bool:
        """False where the packet does not lead onward in time, which no MP4 can hold."""
        pts = self._exact(packet.pts * packet.time_base) if packet.pts != packet.dts else dts
        if self._last is not None:
            dts = max(dts, self._last + 1)  # two that fell on one place of the grid
        if pts < dts:
            return False
        packet.time_base, packet.pts, packet.dts, packet.duration = self.time_base, pts, dts, self.step
        packet.stream = self.target
        self._last = dts
        self.packets += 1
        self.begin_s = min(self.begin_s, float(pts * self.time_base))
        self.end_s = max(self.end_s, float((pts + self.step) * self.time_base))
        return True

    def _exact(self, time_s: Fraction) -> int:
        """Pictures lie on the grid of frames; blocks of sound follow each other without a crack."""
        place = time_s / self.time_base
        if self.step > 1 and self._last is not None:
            following = self._last + self.step
            if abs(place - following) * self.time_base <= ROUNDED_S:
                return following
        return round(place)


def film_of(recording: Path) -> Path:
    """Where the finished film of a recording lies."""
    return recording.with_suffix(FILM_SUFFIX)


def make_film(recording: Path) -> Path:
    """Makes the MP4 beside the recording and takes the recording away; gives the MP4's path.

    Raises `NoRoomError` where the disk is too full to begin, `OSError` where it becomes so or the files cannot be
    written, `FFmpegError` or `ValueError` where the recording cannot be read; then it stays as it was.
    """
    film, draft = film_of(recording), recording.with_suffix(DRAFT_SUFFIX)
    if film.exists() and not recording.exists():  # it was stopped with its very last step done
        return film
    size = recording.stat().st_size
    lacking = film_needs_bytes(size) - shutil.disk_usage(recording.parent).free
    if lacking > 0:
        raise NoRoomError(lacking)
    try:
        tracks = copy(recording, draft, size)
        check(draft, tracks)
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        tell(done=1.0)
        draft.replace(film)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    recording.unlink()
    return film


def copy(recording: Path, draft: Path, size: int) -> list[Track]:
    """Writes every packet of the recording into the draft, and the index in front where players look for it.

    Raises `OSError` or `ValueError` where more of the recording stays unread than a cut in its last second explains.
    """
    with (
        recording.open("rb", buffering=0) as file,
        av.open(reader := Reader(file), "r", buffer_size=READ_BYTES) as source,
        av.open(str(draft), "w", format="mp4", options={"movflags": "faststart"}) as target,
    ):
        tracks = tracks_of(source, target)
        for number, packet in enumerate(packets_of(source)):
            for placed in tracks[packet.stream_index].ready(packet):
                target.mux_one(placed)
            if number % TELL_EVERY == 0:
                tell(done=round((packet.pos or 0) / size, 3))
        reader.look_for_more(size)
        if not all(track.packets for track in tracks.values()):
            raise ValueError("a stream without a packet")
    return list(tracks.values())


class Reader:
    """A recording as FFmpeg reads it, which takes any end of its reading for that of the file: this knows better."""

    def __init__(self, file: RawIOBase) -> None:
        self._file = file
        self._fault: OSError | None = None

    def read(self, count: int) -> bytes:
        try:
            return self._file.read(count) or b""
        except OSError as error:
            self._fault = error
            raise

    def seek(self, place: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(place, whence)

    def tell(self) -> int:
        return self._file.tell()

    def look_for_more(self, size: int) -> None:
        """Raises what kept the rest of a file of `size` bytes from being read, but for what a cut may have spoilt."""
        if self._fault is not None:
            raise self._fault
        if size - self.tell() > TAIL_BYTES:
            raise ValueError(f"{size - self.tell()} bytes were not read")


def tracks_of(source: InputContainer, target: Any) -> dict[int, Track]:
    video, audio = source.streams.video[0], source.streams.audio[0]
    rate = Fraction(video.average_rate or video.guessed_rate or 30)
    block = audio.codec_context.frame_size or 1024
    return {
        video.index: Track(target.add_stream_from_template(video), 1 / rate, 1),
        audio.index: Track(target.add_stream_from_template(audio), Fraction(1, audio.rate), block),
    }


def packets_of(source: InputContainer) -> Iterator[Any]:
    """The packets up to the end, or to where a killed process or a full disk cut the file off."""
    with suppress(FFmpegError):
        for packet in source.demux(video=0, audio=0):
            if packet.size and packet.pts is not None and not packet.is_corrupt:
                yield packet


def check(draft: Path, tracks: list[Track]) -> None:
    """Reads the MP4 as a player does: every packet in the index, the same length, and its first and last pictures."""
    with av.open(str(draft)) as film:
        streams = (film.streams.video[0], film.streams.audio[0])
        for stream, track in zip(streams, tracks, strict=True):
            if stream.frames != track.packets:
                raise ValueError(f"{stream.frames} of {track.packets} packets")
        length_s = float(film.duration or 0) / av.time_base
        begin_s, end_s = min(track.begin_s for track in tracks), max(track.end_s for track in tracks)
        wanted_s = end_s - begin_s
        if abs(length_s - wanted_s) > LENGTH_MAY_DIFFER_S:
            raise ValueError(f"{length_s} s instead of {wanted_s} s")
        for place_s in (begin_s, end_s):
            film.seek(int(place_s * av.time_base))
            next(film.decode(video=0))


def tell(**words: object) -> None:
    """One line to whoever started us; raises `BrokenPipeError` where he has gone."""
    print(json.dumps(words), flush=True)  # noqa: T201 - the pipe to the engine


def main() -> int:
    recording = Path(sys.argv[1])
    go_last()
    try:
        tell(film=str(make_film(recording)))
    except BrokenPipeError:
        return 1
    except NoRoomError as error:
        tell(lacking_bytes=error.lacking_bytes)
    except (OSError, FFmpegError) as error:
        tell(reason=reason_of(error))
    except (ValueError, IndexError):
        tell(reason=DAMAGED)
    return 0


if __name__ == "__main__":
    sys.exit(main())
