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
BEHIND_FOR_FRAMES = 15  # a computer that is busy for a moment, as at the start, is not a slow one
ONE_CORE_PIXELS_PER_S = 1280 * 720 * 30  # measured: one thread takes 7 % less CPU, 33 MB less and 5 frames less delay
ALL_CORES = 0  # FFmpeg's word for as many threads as fit the computer
REORDERED_FRAMES = 3  # more than B-frames put a decoding time before its frame's
BT709 = 1
VIDEO_CODEC = "libx264"
AUDIO_CODEC = "aac"
# Measured on speech and music at 128 kb/s: a quarter of the work of the other search, and nearer to the original.
AUDIO_OPTIONS = {"aac_coder": "fast"}


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
        self._threads = 1 if canvas.width * canvas.height * canvas.fps <= ONE_CORE_PIXELS_PER_S else ALL_CORES
        self._codec: Any = None  # what encodes the picture now
        self._goes_on_at = 0  # the tick
        self._left_out = 0
        self.video: VideoStream
        self.audio: AudioStream

    @property
    def skipped_frames(self) -> int:
        """Frames that were composed and never encoded, because encoding was too slow."""
        return self._queue.dropped + self._left_out

    def open(self) -> None:
        """Makes both encoders, so that outputs can be built from their streams; no frame is taken yet."""
        try:
            container = av.open(os.devnull, "w", format="null")
            self.video = self._open_video(container)
            self.audio = self._open_audio(container)
            container.start_encoding()
            self._codec = self._new_codec()
        except (FFmpegError, ValueError) as error:
            raise fault("encoder.failed", reason=error) from error
        self._container = container

    def start(self) -> None:
        self._worker.start()

    def _open_video(self, container: OutputContainer) -> VideoStream:
        stream: Any = container.add_stream(VIDEO_CODEC, rate=self._canvas.fps, options=self._options())
        self._set_up(stream.codec_context, threads=1)
        return stream  # type: ignore[no-any-return]

    def _new_codec(self) -> Any:
        """An encoder with the headers of the stream, which itself never encodes: so an old one can be let go."""
        codec: Any = av.CodecContext.create(VIDEO_CODEC, "w")
        codec.options = self._options()
        self._set_up(codec, self._threads)
        codec.open()
        return codec

    def _options(self) -> dict[str, str]:
        gop, bit_rate = round(self._settings.keyframe_interval_s * self._canvas.fps), self._settings.bitrate_kbps * 1000
        return {
            "preset": self._settings.preset,
            "g": str(gop),
            "keyint_min": str(gop),
            "sc_threshold": "0",  # keyframes at a fixed distance: the platforms cut their segments there
            "bf": "2",
            "forced-idr": "1",
            "maxrate": str(bit_rate),
            "bufsize": str(bit_rate),
        }

    def _set_up(self, context: Any, threads: int) -> None:
        context.width, context.height = self._canvas.width, self._canvas.height
        context.pix_fmt = PIXEL_FORMAT
        context.bit_rate = self._settings.bitrate_kbps * 1000
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = 1  # limited
        context.framerate = Fraction(self._canvas.fps)
        context.time_base = Fraction(1, self._canvas.fps)
        context.flags |= Flags.global_header
        context.thread_type = "FRAME"
        context.thread_count = threads

    def _open_audio(self, container: OutputContainer) -> AudioStream:
        stream: Any = container.add_stream(AUDIO_CODEC, rate=SAMPLE_RATE, layout="stereo", options=AUDIO_OPTIONS)
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
        behind = 0
        while (frame := self._queue.get()) is not None:
            behind = behind + 1 if len(self._queue) >= QUEUE_FRAMES // 2 else 0
            if self._threads == 1 and behind >= BEHIND_FOR_FRAMES:
                self._use_all_cores(frame)
            if frame.pts is not None and frame.pts < self._goes_on_at:
                self._left_out += 1
            else:
                if self._keyframe_wanted.is_set():
                    self._keyframe_wanted.clear()
                    frame.pict_type = PictureType.I
                self._give(self._codec, frame, PacketKind.VIDEO)
                self.encoded_frames += 1
            self._done(frame)

    def _use_all_cores(self, frame: av.VideoFrame) -> None:
        """Goes on with an encoder of several threads, which has the same headers and begins with a keyframe."""
        log.warning("one core is too slow for this picture: all are used from now on")
        self._threads = ALL_CORES
        self._give(self._codec, None, PacketKind.VIDEO)
        self._codec = self._new_codec()
        self._goes_on_at = (frame.pts or 0) + REORDERED_FRAMES  # so that decoding times go on rising

    def _give(self, codec: Any, frame: Any, kind: PacketKind) -> None:
        for packet in codec.encode(frame):
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
        for codec, kind in ((self._codec, PacketKind.VIDEO), (self.audio, PacketKind.AUDIO)):
            try:
                self._give(codec, None, kind)
            except (FFmpegError, EOFError) as error:
                log.warning("the %s encoder could not be emptied: %s", kind, error)
        self._container = None
