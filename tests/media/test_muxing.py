"""Containers fed with packets: times from zero, picture and sound kept together."""

import itertools
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from studio.media.encoder import Encoder
from studio.media.flv import Tag
from studio.media.frames import EncodedPacket, PacketKind
from studio.media.muxing import SOUND_WAITS_US, TAG_KINDS, FlvTags, Muxer
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


def test_tags_come_in_the_order_of_decoding_however_late_the_pictures_are(encoded_show: Show) -> None:
    """An encoder holds pictures back and sound not: what comes out waits for its turn, and all comes out."""
    flv = FlvTags(encoded_show[0])
    packets = encoded_show[1]
    first_s = min(packet.time_s for packet in packets)
    late = sorted(packets, key=lambda packet: packet.time_s + (packet.kind is PacketKind.VIDEO) * 0.4)
    come = [tagged for packet in late for tagged in flv.tagged(packet)]
    assert all(packet.time_s < first_s + 4.0 for packet in come)
    come += flv.finish()
    assert flv.finish() == []
    times_s = [packet.time_s for packet in come]
    assert times_s == sorted(times_s)
    for kind in PacketKind:
        assert [packet.pts for packet in of_kind(come, kind)] == [packet.pts for packet in of_kind(packets, kind)]


def test_sound_does_not_wait_for_pictures_that_never_come(encoded_show: Show) -> None:
    flv = FlvTags(encoded_show[0])
    come = [tagged for packet in encoded_show[1] if packet.time_s < 0.5 for tagged in flv.tagged(packet)]
    sound = [packet for packet in of_kind(encoded_show[1], PacketKind.AUDIO) if packet.time_s >= 0.5]
    come += [tagged for packet in sound for tagged in flv.tagged(packet)]
    newest_s = max(packet.time_s for packet in come)
    assert newest_s > sound[-1].time_s - SOUND_WAITS_US / 1e6 - 0.1


def test_sound_from_before_the_first_picture_spoils_nothing(encoded_show: Show) -> None:
    """A muxer takes nothing from before what it was given first, and an encoder gives pictures late."""
    flv = FlvTags(encoded_show[0])
    pictures, sound = (of_kind(encoded_show[1], kind) for kind in (PacketKind.VIDEO, PacketKind.AUDIO))
    row = [*sound[:100], *pictures, *sound[100:]]
    come = [tagged for packet in row for tagged in flv.tagged(packet)] + flv.finish()
    assert [packet.pts for packet in of_kind(come, PacketKind.VIDEO)] == [packet.pts for packet in pictures]
    later = [packet for packet in row if packet.time_s >= pictures[50].time_s]
    sound_first = sorted(later, key=lambda packet: packet.kind is PacketKind.VIDEO)
    come = [tagged for packet in sound_first for tagged in flv.tagged(packet)] + flv.finish()
    assert come[0].pts == pictures[50].pts
    assert len(of_kind(come, PacketKind.AUDIO)) == len(of_kind(later, PacketKind.AUDIO))


def test_header_and_tags_are_a_whole_stream(encoded_show: Show, tmp_path: Path) -> None:
    flv = FlvTags(encoded_show[0])
    come = [tagged for packet in encoded_show[1] for tagged in flv.tagged(packet)] + flv.finish()
    base_s = come[0].time_s
    row = [Tag(TAG_KINDS[packet.kind], max(0, round(1000 * (packet.time_s - base_s))), packet.data) for packet in come]
    (tmp_path / "stream.flv").write_bytes(flv.header + b"".join(tag.packed() for tag in row))
    video, audio = decode_file(tmp_path / "stream.flv")
    assert [number_of(frame) for frame in video] == [number % 20 for number in range(100)]
    times = [frame.time for frame in audio]
    assert all(
        after > before for before, after in itertools.pairwise(times) if before is not None and after is not None
    )


@pytest.mark.expects_errors
def test_a_packet_that_no_stream_can_hold_is_left_out_alone(encoded_show: Show) -> None:
    """One whose time goes back, as after a fault of an encoder's driver."""
    flv = FlvTags(encoded_show[0])
    pictures = of_kind(encoded_show[1], PacketKind.VIDEO)
    row = [*pictures[:10], pictures[3], *pictures[10:20]]
    come = [tagged for packet in row for tagged in flv.tagged(packet)] + flv.finish()
    assert [packet.pts for packet in come] == [packet.pts for packet in pictures[:20]]


def test_levels_of_the_tone_survive_the_container(tmp_path: Path, encoded_show: Show) -> None:
    _, audio = decode_file(written(tmp_path / "show.mkv", encoded_show, encoded_show[1]))
    samples = np.concatenate([frame.to_ndarray() for frame in audio[5:-5]], axis=1)
    assert float(np.abs(samples).max()) == pytest.approx(0.5, abs=0.05)
