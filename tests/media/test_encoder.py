"""Encode once: what comes out can be decoded, with keyframes where the platforms cut."""

from fractions import Fraction

import av
import numpy as np
import pytest
from av.video.frame import PictureType

from studio.config import CanvasConfig, EncoderConfig
from studio.errors import StudioError
from studio.media import encoder as encoder_module
from studio.media.encoder import QUEUE_FRAMES, Encoder, missing_codecs
from studio.media.frames import AUDIO_BLOCK, EncodedPacket, PacketKind, blank, planes
from tests.media.films import QUICK, SMALL, encoded, number_of, numbered, of_kind, tone
from tests.media.told import Told


def decoded_video(packets: list[EncodedPacket], encoder: Encoder) -> list[av.VideoFrame]:
    decoder = av.CodecContext.create("h264", "r")
    decoder.extradata = encoder.video.codec_context.extradata
    frames: list[av.VideoFrame] = []
    for packet in [*of_kind(packets, PacketKind.VIDEO), None]:
        piece = None if packet is None else av.Packet(packet.data)
        if piece is not None and packet is not None:
            piece.pts, piece.dts, piece.time_base = packet.pts, packet.dts, packet.time_base
        frames += decoder.decode(piece)
    return frames


def test_every_frame_comes_back_with_its_time_and_its_picture() -> None:
    kept: list[Encoder] = []
    packets = encoded(2.0, keep=kept)
    frames = decoded_video(packets, kept[0])
    assert [frame.pts for frame in frames] == list(range(50))
    assert [number_of(frame) for frame in frames] == [tick % 20 for tick in range(50)]


def test_sound_comes_back_whole_and_in_time() -> None:
    kept: list[Encoder] = []
    packets = of_kind(encoded(2.0, keep=kept), PacketKind.AUDIO)
    decoder = av.CodecContext.create("aac", "r")
    decoder.extradata = kept[0].audio.codec_context.extradata
    pieces = [frame for packet in packets for frame in decoder.decode(av.Packet(packet.data))]
    out = np.concatenate([piece.to_ndarray() for piece in pieces], axis=1)
    start = -packets[0].pts
    wanted = tone(48_000)
    assert np.abs(out[:, start + 4096 : start + 40_000] - wanted[:, 4096:40_000]).max() < 0.05
    assert [packet.pts - packets[0].pts for packet in packets] == [n * AUDIO_BLOCK for n in range(len(packets))]


def test_keyframes_come_every_two_seconds_to_the_frame() -> None:
    packets = of_kind(encoded(7.0, settings=EncoderConfig(400, "ultrafast")), PacketKind.VIDEO)
    keyframes = [packet.pts for packet in packets if packet.keyframe]
    assert keyframes == [0, 50, 100, 150]


def test_decoding_times_rise_and_never_pass_the_showing_times() -> None:
    packets = of_kind(encoded(2.0, settings=EncoderConfig(400, "veryfast")), PacketKind.VIDEO)
    times = [packet.dts for packet in packets]
    assert times == sorted(set(times))
    assert all(packet.dts <= packet.pts for packet in packets)


def test_a_keyframe_comes_when_it_is_wanted() -> None:
    told = Told()
    used: list[av.VideoFrame] = []
    encoder = Encoder(SMALL, EncoderConfig(400, "ultrafast"), told, told, used.append)
    encoder.open()
    encoder.start()
    for tick in range(40):
        if tick == 17:
            encoder.want_keyframe()
        frame = numbered(SMALL, tick)
        frame.pts, frame.time_base = tick, Fraction(1, SMALL.fps)
        encoder.put_video(frame)
        told.wait_for(lambda wanted=tick: encoder.encoded_frames > wanted)  # type: ignore[misc]
    encoder.stop()
    assert [packet.pts for packet in told.of(EncodedPacket) if packet.keyframe] == [0, 17]
    assert {frame.pict_type for frame in used} == {PictureType.NONE}, "they are used again"


def noisy_show(encoder: Encoder, told: Told, ticks: range) -> list[EncodedPacket]:
    """The packets of pictures that nobody can foretell, one each tick."""
    random = np.random.default_rng(1)
    for tick in ticks:
        frame = blank(SMALL.width, SMALL.height)
        planes(frame)[0][:] = random.integers(16, 235, planes(frame)[0].shape)
        frame.pts, frame.time_base = tick, Fraction(1, SMALL.fps)
        wanted = encoder.encoded_frames + 1
        encoder.put_video(frame)
        told.wait_for(lambda wanted=wanted: encoder.encoded_frames >= wanted)  # type: ignore[misc]
    return of_kind(told.of(EncodedPacket), PacketKind.VIDEO)


def kbps(packets: list[EncodedPacket], start_s: int, end_s: int) -> float:
    """The rate of the pictures that are due in a span."""
    ticks = range(start_s * SMALL.fps, end_s * SMALL.fps)
    return sum(len(packet.data) for packet in packets if packet.pts in ticks) * 8 / 1000 / (end_s - start_s)


def test_the_rate_follows_the_network_down_and_up_within_two_seconds() -> None:
    told = Told()
    encoder = Encoder(SMALL, EncoderConfig(2000, "ultrafast"), told, told)
    encoder.open()
    encoder.start()
    for kbps_asked, end_s in ((2000, 4), (500, 8), (9000, 12)):
        encoder.set_bitrate_kbps(kbps_asked)
        packets = noisy_show(encoder, told, range((end_s - 4) * SMALL.fps, end_s * SMALL.fps))
    encoder.stop()
    assert kbps(packets, 2, 4) == pytest.approx(2000, rel=0.2)
    assert kbps(packets, 6, 8) == pytest.approx(500, rel=0.25)
    assert kbps(packets, 10, 12) == pytest.approx(2000, rel=0.2), "never above what was chosen"


def test_thinned_out_frames_keep_rate_and_distance_of_keyframes() -> None:
    told = Told()
    encoder = Encoder(SMALL, EncoderConfig(1000, "ultrafast"), told, told)
    encoder.open()
    encoder.start()
    packets = noisy_show(encoder, told, range(0, 10 * SMALL.fps, 2))
    encoder.stop()
    assert [packet.pts for packet in packets if packet.keyframe] == [0, 50, 100, 150, 200]
    assert kbps(packets, 4, 10) == pytest.approx(1000, rel=0.2)


@pytest.mark.parametrize("bitrate_kbps", [600, 1500])
def test_the_bit_rate_is_kept_even_for_noise(bitrate_kbps: int) -> None:
    """Rain on a tin roof of pixels: what was promised to the network is not passed by more than 15 %."""
    canvas, told = CanvasConfig(320, 180, 25), Told()
    encoder = Encoder(canvas, EncoderConfig(bitrate_kbps, "ultrafast"), told, told)
    encoder.open()
    encoder.start()
    rng = np.random.default_rng(7)
    seconds = 8
    for tick in range(canvas.fps * seconds):
        frame = blank(canvas.width, canvas.height)
        for plane in planes(frame):
            plane[:] = rng.integers(90, 160, plane.shape, np.uint8)
        frame.pts, frame.time_base = tick, Fraction(1, canvas.fps)
        encoder.put_video(frame)
        told.wait_for(lambda wanted=tick: encoder.encoded_frames > wanted)  # type: ignore[misc]
    encoder.stop()
    sizes = [len(packet.data) for packet in told.of(EncodedPacket)]
    later = sizes[canvas.fps * 2 :]
    kbps = sum(later) * 8 / 1000 / (len(later) / canvas.fps)
    assert kbps == pytest.approx(bitrate_kbps, rel=0.15)


def test_an_encoder_that_is_too_slow_skips_the_oldest_frames_and_counts_them() -> None:
    told = Told()
    encoder = Encoder(SMALL, QUICK, told, told)
    encoder.open()
    for tick in range(QUEUE_FRAMES + 5):  # nobody encodes yet
        frame = numbered(SMALL, tick)
        frame.pts, frame.time_base = tick, Fraction(1, SMALL.fps)
        encoder.put_video(frame)
    assert encoder.skipped_frames == 5
    encoder.start()
    encoder.stop()
    assert encoder.encoded_frames == QUEUE_FRAMES
    assert sorted(packet.pts for packet in told.of(EncodedPacket)) == list(range(5, QUEUE_FRAMES + 5))


def test_stopping_gives_out_the_last_packets_and_may_be_done_twice() -> None:
    told = Told()
    encoder = Encoder(SMALL, EncoderConfig(400, "veryfast"), told, told)  # holds frames back to look ahead
    encoder.open()
    encoder.start()
    for tick in range(5):
        frame = numbered(SMALL, tick)
        frame.pts, frame.time_base = tick, Fraction(1, SMALL.fps)
        encoder.put_video(frame)
    encoder.put_audio(tone(AUDIO_BLOCK), 0)
    encoder.stop()
    count = len(told.all)
    assert len(of_kind(told.of(EncodedPacket), PacketKind.VIDEO)) == 5
    assert of_kind(told.of(EncodedPacket), PacketKind.AUDIO)
    encoder.stop()
    assert len(told.all) == count


def test_sound_comes_as_blocks_however_much_is_given_at_once() -> None:
    told = Told()
    encoder = Encoder(SMALL, EncoderConfig(400, "ultrafast"), told, told)
    encoder.open()
    encoder.put_audio(tone(4 * AUDIO_BLOCK), 0)
    encoder.put_audio(tone(4 * AUDIO_BLOCK, 4 * AUDIO_BLOCK), 4 * AUDIO_BLOCK)
    encoder.stop()
    times = [packet.pts for packet in told.of(EncodedPacket)]
    assert times == [times[0] + number * AUDIO_BLOCK for number in range(len(times))]
    assert len(times) >= 8


def test_this_build_has_the_encoders_a_show_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing_codecs() == []
    monkeypatch.setattr(encoder_module, "AUDIO_CODEC", "libnothing")
    assert missing_codecs() == ["libnothing"]


def test_an_encoder_that_is_not_there_is_told_before_the_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder_module, "AUDIO_CODEC", "libnothing")
    with pytest.raises(StudioError) as caught:
        Encoder(SMALL, QUICK, Told(), Told()).open()
    assert caught.value.problem.code == "encoder.failed"


def test_an_encoder_that_was_only_opened_can_be_stopped() -> None:
    told = Told()
    encoder = Encoder(SMALL, QUICK, told, told)
    encoder.open()
    encoder.stop()
    assert not told.all
