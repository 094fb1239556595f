"""Packets on their way to frames: sound before its pictures, short sounds put together, damage passed over."""

import itertools
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import pytest

from studio.media.frames import NS, SAMPLE_RATE
from studio.media.packets import (
    FEW,
    MOST_PICTURES_HELD,
    SOUND_AHEAD_S,
    decoded,
    demuxed,
    gathered,
    sound_ahead,
    thinned,
)
from studio.paths import asset
from tests.media.films import number_of, write_clip, write_sound
from tests.media.told import Hand

if TYPE_CHECKING:
    Packet = av.Packet[Any]


def of_kind(packets: list["Packet"], kind: str) -> list["Packet"]:
    return [packet for packet in packets if packet.stream.type == kind]


def time_s(packet: "Packet") -> float:
    assert packet.dts is not None
    return float(packet.dts * packet.time_base)


@pytest.fixture
def clip(tmp_path: Path) -> Iterator[list["Packet"]]:
    """Two seconds of pictures and sound; packets know their stream as long as the file is open."""
    with av.open(str(write_clip(tmp_path / "clip.mkv", frames=50, sound=True))) as container:
        yield [packet for packet in container.demux() if packet.dts is not None]


def test_sound_comes_well_before_its_pictures_even_where_the_file_has_it_a_second_later(clip: list["Packet"]) -> None:
    pictures, sounds = of_kind(clip, "video"), of_kind(clip, "audio")
    late: list[Packet] = []
    for second in range(2):
        for kind in (pictures, sounds):
            late += [packet for packet in kind if second <= time_s(packet) < second + 1]
    heard_s = -1.0
    ordered = list(sound_ahead(late))
    end_s = max(time_s(packet) for packet in sounds)
    for packet in ordered:
        if packet.stream.type == "audio":
            heard_s = time_s(packet)
        elif time_s(packet) + SOUND_AHEAD_S <= end_s:
            assert heard_s >= time_s(packet) + SOUND_AHEAD_S
    assert of_kind(ordered, "video") == [packet for packet in late if packet.stream.type == "video"]
    assert of_kind(ordered, "audio") == [packet for packet in late if packet.stream.type == "audio"]


def test_pictures_whose_sound_has_ended_do_not_wait_for_more(clip: list["Packet"]) -> None:
    taken = 0

    def endless() -> Iterator["Packet"]:
        nonlocal taken
        yield from of_kind(clip, "audio")[:1]
        while True:
            taken += 1
            yield of_kind(clip, "video")[-1]

    assert next(iter_pictures(endless())).stream.type == "video"
    assert taken == MOST_PICTURES_HELD + 1


def iter_pictures(packets: Iterator["Packet"]) -> Iterator["Packet"]:
    return (packet for packet in sound_ahead(packets) if packet.stream.type == "video")


def test_short_sounds_are_put_together_and_none_is_lost(tmp_path: Path) -> None:
    with av.open(str(write_sound(tmp_path / "song.wav", 0.5))) as container:
        whole = b"".join(bytes(packet) for packet in container.demux() if packet.dts is not None)
        stream = container.streams.audio[0]
        frame_bytes = 4  # two channels of 16 bit
        short = []
        for first in range(0, len(whole), 48 * frame_bytes):
            packet: Packet = av.Packet(whole[first : first + 48 * frame_bytes])
            packet.stream, packet.time_base = stream, Fraction(1, SAMPLE_RATE)
            packet.pts = packet.dts = first // frame_bytes
            short.append(packet)
        long = list(gathered(short))
        assert len(short) == 500
        assert len(long) == 50, "a hundredth of a second each"
        assert b"".join(bytes(packet) for packet in long) == whole
        assert all(packet.stream is stream for packet in long)


def test_compressed_sound_is_left_as_it_is(clip: list["Packet"]) -> None:
    sounds = of_kind(clip, "audio")
    assert list(gathered(sounds)) == sounds


def test_a_damaged_packet_is_passed_over_and_the_pictures_around_it_are_there(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.avi", frames=12, codec="mpeg4")
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux([stream]) if packet.dts is not None]
        broken: Packet = av.Packet(b"\x00" * 40)
        broken.stream = stream
        frames = list(decoded([*packets[:5], broken, *packets[5:]]))
    assert [number_of(frame) for frame in frames if isinstance(frame, av.VideoFrame)][:5] == [0, 1, 2, 3, 4]
    assert len(frames) >= 10


@pytest.fixture
def camera(tmp_path: Path) -> Iterator[list["Packet"]]:
    """Two seconds of JPEG pictures, thirty a second."""
    path = tmp_path / "camera.avi"
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("mjpeg", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuvj420p"
        for number in range(60):
            frame = av.VideoFrame(64, 48, "yuvj420p")
            frame.pts, frame.time_base = number, Fraction(1, 30)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with av.open(str(path)) as container:
        yield [packet for packet in container.demux() if packet.dts is not None]


def as_they_come(packets: list["Packet"], hand: Hand) -> Iterator["Packet"]:
    """Thirty a second, each up to eight milliseconds late."""
    for number, packet in enumerate(packets):
        hand.at_ns = number * NS // 30 + number * 7919 % 8 * 1_000_000
        yield packet


@pytest.mark.parametrize("divisor", [1, 2, 4])
def test_of_a_camera_as_many_pictures_are_decoded_as_the_show_has_evenly(divisor: int, camera: list["Packet"]) -> None:
    hand = Hand()
    left = list(thinned(as_they_come(camera, hand), True, lambda: divisor, NS // 30, hand))
    assert [packet.pts for packet in left] == [packet.pts for packet in camera[::divisor]]


def test_of_a_clip_only_pictures_that_no_other_needs_are_passed_over_and_only_where_few_are_shown() -> None:
    counts = {}
    for divisor in (1, 2, FEW):
        with av.open(str(asset("demo", "clip.mp4"))) as container:
            packets = list(itertools.islice(container.demux(video=0), 60))
            frames = list(decoded(thinned(packets, False, lambda: divisor, NS // 30, Hand())))  # noqa: B023
        counts[divisor] = len(frames)
    assert counts[1] == counts[2]
    assert 10 < counts[FEW] < 0.7 * counts[1]


def test_a_stream_that_begins_in_the_midst_of_a_film_is_passed_over(tmp_path: Path) -> None:
    """Damage may look like one; PyAV then asks at the end for a stream that it does not know."""
    silent = write_clip(tmp_path / "silent.ts", frames=30).read_bytes()
    heard = write_clip(tmp_path / "heard.ts", frames=5, sound=True).read_bytes()
    gap = (b"\x47\x1f\xff\x10" + bytes(184)) * 6000  # FFmpeg looks for streams at both ends, not behind a megabyte
    (tmp_path / "joined.ts").write_bytes(silent + heard + gap + silent)
    with av.open(str(tmp_path / "joined.ts")) as joined:
        assert [stream.type for stream in joined.streams] == ["video"]
        for _lap in range(2):
            assert len(list(decoded(demuxed(joined, joined.streams.video[0])))) == 30 + 5 + 30
            joined.seek(0)
            joined.streams.video[0].codec_context.flush_buffers()
