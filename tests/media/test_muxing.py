"""Containers fed with packets: times from zero, picture and sound kept together."""

import itertools
import os
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from studio.media.encoder import Encoder
from studio.media.frames import EncodedPacket, PacketKind
from studio.media.muxing import FlvPipe, Muxer
from studio.media.queues import PacketQueue
from tests.media.films import decode_file, number_of, of_kind

Show = tuple[Encoder, list[EncodedPacket]]


def queued(packets: list[EncodedPacket]) -> list[EncodedPacket]:
    """As an output gets them: from a keyframe on, with its sound."""
    queue = PacketQueue(limit_s=1000)
    for packet in packets:
        queue.put(packet)
    queue.close()
    return list(iter(queue.get, None))


def written(path: Path, show: Show, packets: list[EncodedPacket]) -> Path:
    muxer = Muxer(str(path), "flv" if path.suffix == ".flv" else "matroska", {}, show[0])
    for packet in queued(packets):
        muxer.write(packet)
    muxer.close()
    return path


def moved(packets: list[EncodedPacket], seconds: int) -> list[EncodedPacket]:
    """The same show, later."""
    later = []
    for packet in packets:
        shift = round(seconds / packet.time_base)
        later.append(replace(packet, pts=packet.pts + shift, dts=packet.dts + shift))
    return later


@pytest.mark.parametrize("name", ["show.flv", "show.mkv"])
@pytest.mark.parametrize("hours", [0, 7])
def test_times_begin_at_zero_however_late_somebody_joins(
    tmp_path: Path, encoded_show: Show, name: str, hours: int
) -> None:
    path = written(tmp_path / name, encoded_show, moved(encoded_show[1], hours * 3600))
    firsts: dict[str, float] = {}
    with av.open(str(path)) as container:
        for packet in container.demux():
            if packet.dts is not None and packet.time_base is not None:
                firsts.setdefault(packet.stream.type, float(packet.dts * packet.time_base))
    assert 0 <= firsts["video"] <= 0.081, "Matroska keeps showing times only, and they begin two frames later"
    assert 0 <= firsts["audio"] < 0.15
    video, _ = decode_file(path)
    assert [number_of(frame) for frame in video] == [number % 20 for number in range(100)]


@pytest.mark.parametrize("name", ["show.flv", "show.mkv"])
@pytest.mark.parametrize("begins_at", range(0, 40, 13))
def test_picture_and_sound_stay_together_for_a_late_comer(
    tmp_path: Path, encoded_show: Show, begins_at: int, name: str
) -> None:
    """Whoever joins in the middle hears each sample with the picture it belongs to, to a few milliseconds."""
    taken = queued([one for one in encoded_show[1] if one.kind is PacketKind.AUDIO or one.pts >= begins_at])
    shown_s: dict[str, float] = {}
    with av.open(str(written(tmp_path / name, encoded_show, taken))) as container:
        for packet in container.demux():
            if packet.pts is not None and packet.time_base is not None:
                shown_s.setdefault(packet.stream.type, float(packet.pts * packet.time_base))
    moved_s = {
        kind: float(of_kind(taken, kind)[0].pts * of_kind(taken, kind)[0].time_base) - shown_s[kind.value]
        for kind in PacketKind
    }
    assert moved_s[PacketKind.AUDIO] == pytest.approx(moved_s[PacketKind.VIDEO], abs=0.004)


def test_the_packets_of_an_encoder_are_left_as_they_were(tmp_path: Path, encoded_show: Show) -> None:
    """One encode serves many: writing it to one place must not change it for the next."""
    before = [replace(packet) for packet in encoded_show[1]]
    first = written(tmp_path / "one.flv", encoded_show, encoded_show[1]).read_bytes()
    assert encoded_show[1] == before
    assert written(tmp_path / "two.flv", encoded_show, encoded_show[1]).read_bytes() == first


def test_the_order_goes_before_the_stream(encoded_show: Show, tmp_path: Path) -> None:
    with (tmp_path / "pipe").open("w+b") as file:
        pipe = FlvPipe(file.fileno())
        muxer = Muxer(pipe, "flv", {"flvflags": "no_duration_filesize", "flush_packets": "1"}, encoded_show[0])
        assert file.seek(0, 2) == 0, "nothing is sent before the order"
        pipe.send_order(b'{"url": "rtmp://example"}')
        for packet in queued(encoded_show[1]):
            muxer.write(packet)
            pipe.flush()
        muxer.close()
        pipe.flush()
        file.seek(0)
        order, _, rest = file.read().partition(b"\n")
    assert order == b'{"url": "rtmp://example"}'
    assert rest.startswith(b"FLV")
    (tmp_path / "stream.flv").write_bytes(rest)
    video, audio = decode_file(tmp_path / "stream.flv")
    assert len(video) == 100
    times = [frame.time for frame in audio]
    assert all(
        after > before for before, after in itertools.pairwise(times) if before is not None and after is not None
    )


def test_a_pipe_whose_reader_has_gone_breaks_instead_of_waiting(encoded_show: Show) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        pipe = FlvPipe(writer)
        muxer = Muxer(pipe, "flv", {}, encoded_show[0])
        with pytest.raises(BrokenPipeError):
            pipe.send_order(b"{}")
        muxer.write(encoded_show[1][0])
        with pytest.raises(BrokenPipeError):
            pipe.flush()
        muxer.close()
    finally:
        os.close(writer)


def test_levels_of_the_tone_survive_the_container(tmp_path: Path, encoded_show: Show) -> None:
    _, audio = decode_file(written(tmp_path / "show.mkv", encoded_show, encoded_show[1]))
    samples = np.concatenate([frame.to_ndarray() for frame in audio[5:-5]], axis=1)
    assert float(np.abs(samples).max()) == pytest.approx(0.5, abs=0.05)
