"""Another encoder in the middle of a show, of more cores or a quicker one, without the audience losing the stream."""

import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from studio.config import PRESETS, CanvasConfig, EncoderConfig
from studio.media import encoder as encoder_module
from studio.media.codecs import QUICK_HEADERS, X264, can_be_quicker, look_ahead, set_up, video_options
from studio.media.encoder import QUEUE_FRAMES, Encoder, most_threads
from studio.media.frames import AUDIO_BLOCK, SAMPLE_RATE, EncodedPacket, PacketKind, blank, planes
from studio.media.muxing import Muxer
from tests.media.films import tone
from tests.media.told import Told

CANVAS = CanvasConfig(320, 180, 25)


def behind(
    settings: EncoderConfig,
    packets: list[EncodedPacket],
    quick_from: int | None = None,
    thin_from: int | None = None,
) -> Encoder:
    """An encoder that is far behind when it starts.

    It is told to be quick, or that only every second frame comes, once it has encoded so many frames.
    """

    def fail(error: Exception) -> None:
        raise error

    def done(_frame: av.VideoFrame) -> None:
        if encoder.encoded_frames == quick_from:
            encoder.use_quick(True)
        if encoder.encoded_frames == thin_from:
            encoder.thin(2)

    encoder = Encoder(CANVAS, settings, packets.append, fail, done)
    encoder.open()
    for tick in range(QUEUE_FRAMES):
        frame = blank(CANVAS.width, CANVAS.height, (16 + tick * 10, 128, 128))
        frame.pts, frame.time_base = tick, Fraction(1, CANVAS.fps)
        encoder.put_video(frame)
    for block in range(SAMPLE_RATE // 2 // AUDIO_BLOCK):
        encoder.put_audio(tone(AUDIO_BLOCK), block * AUDIO_BLOCK)
    return encoder


def is_whole(packets: list[EncodedPacket], encoder: Encoder, path: Path) -> None:
    """Times rise, the second encoder begins with a keyframe, no frame is lost, and what is muxed plays to its end."""
    video = [packet for packet in packets if packet.kind is PacketKind.VIDEO]
    times = [packet.dts for packet in video]
    assert times == sorted(set(times))
    assert all(packet.dts <= packet.pts for packet in video)
    assert sorted(packet.pts for packet in video) == list(range(QUEUE_FRAMES))
    assert [packet.keyframe for packet in video].count(True) == 2
    muxer = Muxer(str(path), "matroska", {}, encoder)
    for packet in video:
        muxer.write(packet)
    muxer.close()
    with av.open(str(path)) as film:
        shown = [int(np.mean(planes(frame)[0])) for frame in film.decode(video=0)]
    assert shown == pytest.approx([16 + tick * 10 for tick in range(QUEUE_FRAMES)], abs=6)


def test_going_on_with_all_cores_keeps_the_stream_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder_module, "BEHIND_FOR_FRAMES", 2)
    monkeypatch.setattr(encoder_module, "OWN_CORE", 0.0)
    monkeypatch.setattr(encoder_module, "usable_cores", lambda: 2)
    packets: list[EncodedPacket] = []
    encoder = behind(EncoderConfig(400, "veryfast"), packets)
    encoder.start()
    encoder.stop()
    is_whole(packets, encoder, tmp_path / "both.mkv")


def test_one_core_alone_is_not_shared_by_more_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder_module, "BEHIND_FOR_FRAMES", 2)
    monkeypatch.setattr(encoder_module, "usable_cores", lambda: 1)
    packets: list[EncodedPacket] = []
    encoder = behind(EncoderConfig(400, "veryfast"), packets)
    encoder.start()
    encoder.stop()
    assert [packet.keyframe for packet in packets if packet.kind is PacketKind.VIDEO].count(True) == 1


def test_an_encoder_that_waits_for_its_own_core_is_not_given_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other programs have all of them: an exchange would only take more time."""
    monkeypatch.setattr(encoder_module, "BEHIND_FOR_FRAMES", 2)
    monkeypatch.setattr(encoder_module, "usable_cores", lambda: 2)
    monkeypatch.setattr(time, "thread_time_ns", lambda: 0)
    packets: list[EncodedPacket] = []
    encoder = behind(EncoderConfig(400, "veryfast"), packets)
    encoder.start()
    encoder.stop()
    assert [packet.keyframe for packet in packets if packet.kind is PacketKind.VIDEO].count(True) == 1


def held_back(canvas: CanvasConfig, settings: EncoderConfig, quick: bool, threads: int) -> int:
    """How many frames x264 is given before the first one comes out."""
    codec: Any = av.CodecContext.create(X264, "w")
    codec.options = video_options(settings, canvas, quick)
    set_up(codec, canvas, settings, threads)
    codec.open()
    count = 0
    while not codec.encode(blank(canvas.width, canvas.height)):
        count += 1
    return count


@pytest.mark.parametrize("size", [(320, 180, 25), (1280, 720, 30), (320, 180, 60)])
@pytest.mark.parametrize("preset", PRESETS)
def test_no_picture_is_held_back_for_a_second(
    preset: str, size: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither where a slow network gets half the frames, nor where a slow computer makes a quarter of them."""
    monkeypatch.setattr(encoder_module, "usable_cores", lambda: 16)
    canvas, settings = CanvasConfig(*size), EncoderConfig(400, preset)
    for quick, divisor in ((False, 1), (False, 2), (True, 4)):
        if quick and not can_be_quicker(settings):
            continue
        fps = canvas.fps / divisor
        for threads in (1, most_threads(fps, look_ahead(settings, canvas, quick))):
            assert held_back(canvas, settings, quick, threads) / fps <= 1.0, (quick, divisor, threads)


def test_of_fewer_frames_fewer_threads_work_and_the_stream_stays_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder_module, "ONE_CORE_PIXELS_PER_S", 0)
    monkeypatch.setattr(encoder_module, "usable_cores", lambda: 4)
    packets: list[EncodedPacket] = []
    encoder = behind(EncoderConfig(400, "veryfast"), packets, thin_from=5)
    assert encoder._threads == 6
    encoder.start()
    encoder.stop()
    assert encoder._threads == 2
    is_whole(packets, encoder, tmp_path / "both.mkv")


@pytest.mark.parametrize("preset", sorted(QUICK_HEADERS))
def test_going_on_quicker_keeps_the_stream_whole(preset: str, tmp_path: Path) -> None:
    """The quick encoder has the very headers of the dear one: nobody who watches has to begin again."""
    packets: list[EncodedPacket] = []
    encoder = behind(EncoderConfig(400, preset), packets, quick_from=5)
    encoder.start()
    encoder.stop()
    assert encoder._codec.extradata == encoder.video.codec_context.extradata
    is_whole(packets, encoder, tmp_path / "both.mkv")


def test_what_is_quickest_already_cannot_be_quicker() -> None:
    told = Told()
    assert not Encoder(CANVAS, EncoderConfig(400, "ultrafast"), told, told).can_be_quick
    assert not Encoder(CANVAS, EncoderConfig(codec="h264_nvenc"), told, told).can_be_quick


class BrokenChip:
    """What is left of a chip whose driver has crashed; a real one cannot be had here."""

    bit_rate = 0

    def encode(self, _frame: object) -> list[object]:
        raise av.ExternalError(-542398533, "the driver is gone")


@pytest.mark.expects_errors
@pytest.mark.parametrize("container", ["flv", "matroska"])
def test_a_chip_that_fails_in_a_show_gives_way_to_x264_in_the_same_stream(container: str, tmp_path: Path) -> None:
    """The stream began with other headers, and whoever watches still sees every picture that came after."""
    packets: list[EncodedPacket] = []

    def done(_frame: av.VideoFrame) -> None:
        if encoder.encoded_frames == 8:  # what waits in the chip is lost with it
            encoder._codec.encode(None)
            encoder._codec, encoder._settings = BrokenChip(), EncoderConfig(400, codec="h264_nvenc")

    failures: list[Exception] = []
    encoder = Encoder(CANVAS, EncoderConfig(400, "ultrafast"), packets.append, failures.append, done)
    encoder.open()
    encoder.start()
    for tick in range(QUEUE_FRAMES):
        frame = blank(CANVAS.width, CANVAS.height, (16 + tick * 10, 128, 128))
        frame.pts, frame.time_base = tick, Fraction(1, CANVAS.fps)
        encoder.put_video(frame)
    encoder.stop()
    assert not failures
    video = [packet for packet in packets if packet.kind is PacketKind.VIDEO]
    assert {8, 9, 10, 11} <= {packet.pts for packet in video}
    assert encoder._codec.extradata != encoder.video.codec_context.extradata
    path = tmp_path / f"film.{container}"
    muxer = Muxer(str(path), container, {}, encoder)
    for packet in video:
        muxer.write(packet)
    muxer.close()
    with av.open(str(path)) as film:
        shown = [int(np.mean(planes(frame)[0])) for frame in film.decode(video=0)]
    assert shown[-4:] == pytest.approx([16 + tick * 10 for tick in range(8, QUEUE_FRAMES)], abs=6)


@pytest.mark.expects_errors
def test_an_x264_that_fails_once_begins_anew_with_a_keyframe_and_is_told() -> None:
    """A picture that is gone for good would be the end of the show."""
    packets: list[EncodedPacket] = []
    failures: list[Exception] = []

    def done(_frame: av.VideoFrame) -> None:
        if encoder.encoded_frames == 5 and not failures:
            encoder._codec.encode(None)
            encoder._codec = BrokenChip()

    encoder = Encoder(CANVAS, EncoderConfig(400, "ultrafast"), packets.append, failures.append, done)
    encoder.open()
    encoder.start()
    for tick in range(QUEUE_FRAMES):
        frame = blank(CANVAS.width, CANVAS.height, (100, 128, 128))
        frame.pts, frame.time_base = tick, Fraction(1, CANVAS.fps)
        encoder.put_video(frame)
    encoder.stop()
    assert len(failures) == 1
    video = {packet.pts: packet.keyframe for packet in packets if packet.kind is PacketKind.VIDEO}
    assert set(range(6, QUEUE_FRAMES)) <= set(video)
    assert video[6]
