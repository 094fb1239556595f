"""A picture that one core cannot compress is compressed by all, without the audience losing the stream."""

from fractions import Fraction
from pathlib import Path

import av
import pytest

from studio.config import CanvasConfig, EncoderConfig
from studio.media import encoder as encoder_module
from studio.media.encoder import QUEUE_FRAMES, Encoder
from studio.media.frames import AUDIO_BLOCK, SAMPLE_RATE, EncodedPacket, PacketKind, blank
from studio.media.muxing import Muxer
from tests.media.films import tone

CANVAS = CanvasConfig(320, 180, 25)


def test_going_on_with_all_cores_keeps_the_stream_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Times go on rising, the second encoder begins with a keyframe, and what was muxed plays to its end."""
    monkeypatch.setattr(encoder_module, "BEHIND_FOR_FRAMES", 2)
    packets: list[EncodedPacket] = []
    failures: list[Exception] = []
    encoder = Encoder(CANVAS, EncoderConfig(400, "veryfast"), packets.append, failures.append)
    encoder.open()
    for tick in range(QUEUE_FRAMES):  # nobody encodes yet, so it starts far behind
        frame = blank(CANVAS.width, CANVAS.height, (16 + tick * 10, 128, 128))
        frame.pts, frame.time_base = tick, Fraction(1, CANVAS.fps)
        encoder.put_video(frame)
    for block in range(SAMPLE_RATE // 2 // AUDIO_BLOCK):
        encoder.put_audio(tone(AUDIO_BLOCK), block * AUDIO_BLOCK)
    encoder.start()
    encoder.stop()
    assert not failures

    video = [packet for packet in packets if packet.kind is PacketKind.VIDEO]
    times = [packet.dts for packet in video]
    assert times == sorted(set(times))
    assert [packet.keyframe for packet in video].count(True) == 2
    assert encoder.encoded_frames + encoder.skipped_frames == QUEUE_FRAMES
    assert 0 < encoder.skipped_frames <= 3

    path = tmp_path / "both.mkv"
    muxer = Muxer(str(path), "matroska", {}, encoder)
    for packet in video:
        muxer.write(packet)
    muxer.close()
    with av.open(str(path)) as film:
        assert sum(1 for _frame in film.decode(video=0)) == encoder.encoded_frames
