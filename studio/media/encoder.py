"""H.264 and AAC: encode once, hand each packet to everyone who sends.

Both encoders live in a container of the format `null`, whose streams are the templates for the outputs.
Video is encoded on a thread of its own, sound on the thread that mixes it.
"""

import logging
import os
import threading
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import av
from av.audio.stream import AudioStream
from av.codec.context import Flags
from av.container import OutputContainer
from av.error import FFmpegError
from av.video.frame import PictureType
from av.video.stream import VideoStream

from studio.config import CanvasConfig, EncoderConfig
from studio.errors import fault
from studio.media.frames import (
    AUDIO_BLOCK,
    PIXEL_FORMAT,
    SAMPLE_RATE,
    EncodedPacket,
    PacketKind,
    Samples,
)
from studio.media.queues import DropOldest
from studio.worker import Worker

log = logging.getLogger(__name__)

QUEUE_FRAMES = 12  # 0.4 s at 30 fps: a laptop that does something else for a moment
BT709 = 1
VIDEO_CODEC = "libx264"
AUDIO_CODEC = "aac"


def missing_codecs() -> list[str]:
    """The encoders a show needs that this build of FFmpeg lacks."""
    missing = []
    for codec in (VIDEO_CODEC, AUDIO_CODEC):
        try:
            av.Codec(codec, "w")
        except (FFmpegError, ValueError):
            missing.append(codec)
    return missing


class Encoder:
    """Takes canvas frames and blocks of sound, gives `EncodedPacket`s to `sink` (called on two threads).

    x264 copies what it is given, so every frame goes to `done` when its call returns, to be drawn on again.
    """

    def __init__(
        self,
        canvas: CanvasConfig,
        settings: EncoderConfig,
        sink: Callable[[EncodedPacket], None],
        failed: Callable[[Exception], None],
        done: Callable[[av.VideoFrame], None] = lambda _frame: None,
    ) -> None:
        self.encoded_frames = 0
        self._done = done
        self._canvas = canvas
        self._settings = settings
        self._sink = sink
        self._queue: DropOldest[av.VideoFrame] = DropOldest(QUEUE_FRAMES)
        self._worker = Worker("encoder", self._run, failed)
        self._keyframe_wanted = threading.Event()
        self._container: OutputContainer | None = None
        self.video: VideoStream
        self.audio: AudioStream

    @property
    def skipped_frames(self) -> int:
        """Frames that were composed and never encoded, because encoding was too slow."""
        return self._queue.dropped

    def open(self) -> None:
        """Makes both encoders, so that outputs can be built from their streams; no frame is taken yet."""
        try:
            container = av.open(os.devnull, "w", format="null")
            self.video = self._open_video(container)
            self.audio = self._open_audio(container)
            container.start_encoding()
        except (FFmpegError, ValueError) as error:
            raise fault("encoder.failed", reason=error) from error
        self._container = container

    def start(self) -> None:
        self._worker.start()

    def _open_video(self, container: OutputContainer) -> VideoStream:
        settings, fps = self._settings, self._canvas.fps
        gop = round(settings.keyframe_interval_s * fps)
        bit_rate = settings.bitrate_kbps * 1000
        options = {
            "preset": settings.preset,
            "g": str(gop),
            "keyint_min": str(gop),
            "sc_threshold": "0",  # keyframes at a fixed distance: the platforms cut their segments there
            "bf": "2",
            "forced-idr": "1",
            "maxrate": str(bit_rate),
            "bufsize": str(bit_rate),
        }
        stream: Any = container.add_stream(VIDEO_CODEC, rate=fps, options=options)
        stream.width, stream.height = self._canvas.width, self._canvas.height
        stream.pix_fmt = PIXEL_FORMAT
        stream.bit_rate = bit_rate
        context = stream.codec_context
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = 1  # limited
        context.time_base = Fraction(1, fps)
        context.flags |= Flags.global_header
        return stream  # type: ignore[no-any-return]

    def _open_audio(self, container: OutputContainer) -> AudioStream:
        stream: Any = container.add_stream(AUDIO_CODEC, rate=SAMPLE_RATE, layout="stereo")
        stream.bit_rate = self._settings.audio_bitrate_kbps * 1000
        stream.codec_context.time_base = Fraction(1, SAMPLE_RATE)
        stream.codec_context.flags |= Flags.global_header
        return stream  # type: ignore[no-any-return]

    def put_video(self, frame: av.VideoFrame) -> None:
        """Takes a canvas frame whose pts is its tick; forgets the oldest one where encoding is behind."""
        self._queue.put(frame)

    def want_keyframe(self) -> None:
        """The next frame becomes a keyframe: somebody has just joined."""
        self._keyframe_wanted.set()

    def put_audio(self, block: Samples, first_sample: int) -> None:
        """Encodes 2 × 1024 samples that start at `first_sample`."""
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = first_sample
        frame.time_base = Fraction(1, SAMPLE_RATE)
        self._give(self.audio, frame, PacketKind.AUDIO)

    def _run(self, _stopping: threading.Event) -> None:
        while (frame := self._queue.get()) is not None:
            if self._keyframe_wanted.is_set():
                self._keyframe_wanted.clear()
                frame.pict_type = PictureType.I
            self._give(self.video, frame, PacketKind.VIDEO)
            self.encoded_frames += 1
            self._done(frame)

    def _give(self, stream: VideoStream | AudioStream, frame: Any, kind: PacketKind) -> None:
        for packet in stream.encode(frame):
            if packet.pts is None or packet.dts is None or packet.time_base is None:
                continue
            duration = packet.duration or (AUDIO_BLOCK if kind is PacketKind.AUDIO else 1)
            self._sink(
                EncodedPacket(
                    kind, bytes(packet), packet.pts, packet.dts, duration, packet.is_keyframe, packet.time_base
                )
            )

    def stop(self) -> None:
        """Encodes what waits, hands out the last packets and closes; may be called twice."""
        self._queue.close()
        self._worker.stop()
        if self._container is None:
            return
        for stream, kind in ((self.video, PacketKind.VIDEO), (self.audio, PacketKind.AUDIO)):
            try:
                self._give(stream, None, kind)
            except (FFmpegError, EOFError) as error:
                log.warning("the %s encoder could not be emptied: %s", kind, error)
        self._container = None
