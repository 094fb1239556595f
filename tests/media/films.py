"""Pictures, sounds and clips made for the tests; nothing here is a fixture file."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from studio.config import CanvasConfig, EncoderConfig
from studio.media.encoder import Encoder
from studio.media.frames import AUDIO_BLOCK, SAMPLE_RATE, EncodedPacket, PacketKind, blank, planes
from tests.media.told import Told

SMALL = CanvasConfig(320, 180, 25)
QUICK = EncoderConfig(bitrate_kbps=300, preset="ultrafast", keyframe_interval_s=0.4)


def coloured(width: int, height: int, rgb: tuple[int, int, int], pixel_format: str = "rgb24") -> av.VideoFrame:
    """A frame of one colour in any pixel format; YUV formats are BT.709."""
    picture = np.full((height, width, 3), rgb, np.uint8)
    frame = av.VideoFrame.from_ndarray(picture, "rgb24")
    if pixel_format == "rgb24":
        return frame
    return frame.reformat(format=pixel_format, dst_colorspace="ITU709")


def numbered(canvas: CanvasConfig, number: int) -> av.VideoFrame:
    """A grey canvas whose brightness tells its number: 40 + 10 × (number mod 20)."""
    return blank(canvas.width, canvas.height, (40 + number % 20 * 10, 128, 128))


def number_of(frame: av.VideoFrame) -> int:
    """The number (mod 20) of a `numbered` frame, also after compression."""
    return round((float(planes(frame)[0].mean()) - 40) / 10) % 20


def tone(samples: int, start: int = 0, frequency_hz: float = 440.0) -> NDArray[np.float32]:
    """A stereo sine, 2 × n, at 48 kHz."""
    wave = 0.5 * np.sin(2 * np.pi * frequency_hz * (start + np.arange(samples)) / SAMPLE_RATE)
    return np.stack([wave, wave]).astype(np.float32)


def write_clip(
    path: Path,
    frames: int = 25,
    fps: int = 25,
    size: tuple[int, int] = (320, 180),
    sound: bool = False,
    container_format: str | None = None,
    codec: str = "libx264",
    index_in_front: bool = False,
) -> Path:
    """A clip of `numbered` frames, with a tone where there is to be sound; an MP4's index usually lies at its end."""
    canvas = CanvasConfig(*size, fps)
    options = {"preset": "ultrafast", "bf": "0", "g": "10"} if codec == "libx264" else {}
    layout = {"movflags": "faststart"} if index_in_front else {}
    with av.open(str(path), "w", format=container_format, options=layout) as container:
        video: Any = container.add_stream(codec, rate=fps, options=options)
        video.width, video.height, video.pix_fmt = *size, "yuv420p"
        audio: Any = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo") if sound else None
        for number in range(frames):
            frame = numbered(canvas, number)
            frame.pts, frame.time_base = number, Fraction(1, fps)
            container.mux(video.encode(frame))
        if audio is not None:
            for block in blocks(tone(frames * SAMPLE_RATE // fps)):
                container.mux(audio.encode(block))
            container.mux(audio.encode(None))
        container.mux(video.encode(None))
    return path


def blocks(samples: NDArray[np.float32]) -> Iterator[av.AudioFrame]:
    """Sound as frames of 1024 samples."""
    for first in range(0, samples.shape[1] - AUDIO_BLOCK + 1, AUDIO_BLOCK):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[:, first : first + AUDIO_BLOCK]), "fltp")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, first, Fraction(1, SAMPLE_RATE)
        yield frame


def write_sound(path: Path, seconds: float, frequency_hz: float = 440.0) -> Path:
    """A sound file with a tone."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=SAMPLE_RATE, layout="stereo")
        wave = (tone(round(seconds * SAMPLE_RATE), frequency_hz=frequency_hz)[:1] * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(np.repeat(wave, 2, axis=1).reshape(1, -1), "s16", "stereo")
        frame.sample_rate = SAMPLE_RATE
        container.mux(stream.encode(frame))
    return path


def encoded(
    seconds: float, canvas: CanvasConfig = SMALL, settings: EncoderConfig = QUICK, keep: list[Encoder] | None = None
) -> list[EncodedPacket]:
    """The packets of a show of numbered frames and a tone, in the order an encoder gives them."""
    told = Told()
    encoder = Encoder(canvas, settings, told, told)
    encoder.open()
    encoder.start()
    try:
        sample = 0
        for tick in range(round(seconds * canvas.fps)):
            frame = numbered(canvas, tick)
            frame.pts, frame.time_base = tick, Fraction(1, canvas.fps)
            encoder.put_video(frame)
            told.wait_for(lambda wanted=tick: encoder.encoded_frames > wanted)  # type: ignore[misc]
            while sample + AUDIO_BLOCK <= (tick + 1) * SAMPLE_RATE // canvas.fps:
                encoder.put_audio(tone(AUDIO_BLOCK, sample), sample)
                sample += AUDIO_BLOCK
    finally:
        encoder.stop()
    if keep is not None:
        keep.append(encoder)
    assert not told.of(Exception)
    return told.of(EncodedPacket)


def of_kind(packets: list[EncodedPacket], kind: PacketKind) -> list[EncodedPacket]:
    return [packet for packet in packets if packet.kind is kind]


def decode_file(path: Path) -> tuple[list[av.VideoFrame], list[av.AudioFrame]]:
    """All frames of a file; a torn end is passed over."""
    video: list[av.VideoFrame] = []
    audio: list[av.AudioFrame] = []
    with av.open(str(path)) as container:
        for packet in container.demux():
            try:
                for frame in packet.decode():
                    (video if isinstance(frame, av.VideoFrame) else audio).append(frame)  # type: ignore[arg-type]
            except av.error.InvalidDataError:
                continue
    return video, audio
