"""H.264 and AAC: encode once, hand each packet to everyone who sends.

Both encoders live in a container of the format `null`, whose streams are the templates for the outputs.
Video is encoded on a thread of its own, sound on the thread that mixes it.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import av
from av.audio.stream import AudioStream
from av.codec.context import Flags
from av.container import OutputContainer
from av.error import FFmpegError
from av.video.frame import PictureType
from av.video.stream import VideoStream

from studio.config import AUTO, CanvasConfig, EncoderConfig
from studio.errors import fault
from studio.media.codecs import X264, Compression, can_be_quicker, look_ahead, pixel_format, set_up, video_options
from studio.media.frames import (
    AUDIO_BLOCK,
    PIXEL_FORMAT,
    SAMPLE_RATE,
    EncodedPacket,
    PacketKind,
    Samples,
)
from studio.media.queues import DropOldest
from studio.priority import step_behind
from studio.worker import Mishaps, Worker

log = logging.getLogger(__name__)

QUEUE_FRAMES = 12  # 0.4 s at 30 fps: a laptop that does something else for a moment
BEHIND_FOR_FRAMES = 15  # a computer that is busy for a moment, as at the start, is not a slow one
OWN_CORE = 0.7  # of its time the encoder ran: less, and others have the cores it could spread to
ONE_CORE_PIXELS_PER_S = 1280 * 720 * 30  # measured: one thread takes 7 % less CPU, 33 MB less and 5 frames less delay
HELD_FRAMES = 4  # more than B-frames hold back: so many make the decoding times of two encoders meet without a gap
HELD_AT_MOST_S = 1.0  # what the encoder holds back: a picture that comes later comes after its sound
AUDIO_CODEC = "aac"
SAMPLE_TIME = Fraction(1, SAMPLE_RATE)
# Measured on speech and music at 128 kb/s: a quarter of the work of the other search, and nearer to the original.
AUDIO_OPTIONS = {"aac_coder": "fast"}


def usable_cores() -> int:
    """The cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def threads_for(canvas: CanvasConfig, settings: EncoderConfig) -> int:
    """How many threads of x264 a show begins with."""
    alone = canvas.width * canvas.height * canvas.fps <= ONE_CORE_PIXELS_PER_S
    return 1 if alone else most_threads(canvas.fps, look_ahead(settings, canvas))


def most_threads(fps: float, ahead: int) -> int:
    """As many threads of x264 as keep all cores busy, where that holds no picture back for too long.

    Each holds back a frame beside the `ahead` ones; of fewer frames a second it takes fewer threads anyway.
    """
    return max(1, min(usable_cores() * 3 // 2, int(fps * HELD_AT_MOST_S) - ahead))


def missing_codecs() -> list[str]:
    """The encoders a show needs that this build of FFmpeg lacks."""
    missing = []
    for codec in (X264, AUDIO_CODEC):
        try:
            av.Codec(codec, "w")
        except (FFmpegError, ValueError):
            missing.append(codec)
    return missing


@dataclass(slots=True)
class Lag:
    """Frames in a row with a half full queue: what they took, and how much of that the encoder really ran."""

    frames: int = 0
    busy_ns: int = 0
    ran_ns: int = 0

    @property
    def lasts_on_own_core(self) -> bool:
        return self.frames >= BEHIND_FOR_FRAMES and self.ran_ns >= OWN_CORE * self.busy_ns


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
        self.busy_ns = 0  # time spent on compressing the picture
        self._done = done
        self._canvas = canvas
        self._settings = settings
        self._sink = sink
        self._queue: DropOldest[av.VideoFrame] = DropOldest(QUEUE_FRAMES)
        self._mishaps = Mishaps("the encoder", failed)
        self._worker = Worker("encoder", self._run, failed)
        self._keyframe_wanted = threading.Event()
        self._container: OutputContainer | None = None
        self._threads = threads_for(canvas, settings)
        self._alone = self._threads == 1  # one core is enough until it proves too slow
        self._divisor = 1
        self._codec: Any = None  # what encodes the picture now
        self._pixels = pixel_format(settings.codec)
        self._own_headers = False  # whether x264 has other headers than those the stream began with
        self._quick = self._quick_wanted = False
        self._lag = Lag()
        self._may_change_at = HELD_FRAMES  # encoded frames
        self._last_dts: int | None = None
        self._gop_ticks = round(settings.keyframe_interval_s * canvas.fps)
        self._keyframe_tick: int | None = None  # the last keyframe's
        self._bitrate_kbps = settings.bitrate_kbps
        self._set_kbps = settings.bitrate_kbps  # what the codec knows of
        self.video: VideoStream
        self.audio: AudioStream

    @property
    def skipped_frames(self) -> int:
        """Frames that were composed and never encoded, because encoding was too slow."""
        return self._queue.dropped

    @property
    def can_be_quick(self) -> bool:
        """Whether `use_quick` would bring anything."""
        return can_be_quicker(self._settings)

    @property
    def compression(self) -> Compression:
        """How the picture is compressed now; for any thread."""
        return Compression(self._bitrate_kbps, self._settings, self._quick)

    @property
    def waiting_frames(self) -> int:
        """Composed frames that wait to be encoded, of at most `QUEUE_FRAMES`."""
        return len(self._queue)

    def open(self) -> None:
        """Makes both encoders, so that outputs can be built from their streams; no frame is taken yet.

        A chip that was chosen and does not open any more is replaced by x264.
        """
        try:
            self._open()
        except (FFmpegError, ValueError) as error:
            if self._settings.codec == X264:
                raise fault("encoder.failed", reason=error) from error
            log.warning("%s does not open, x264 takes its place: %s", self._settings.codec, error)
            self._settings = replace(self._settings, codec=X264, preset=AUTO)
            self._pixels = pixel_format(X264)
            self.open()

    def _open(self) -> None:
        container = av.open(os.devnull, "w", format="null")
        self.video = self._open_video(container)
        self.audio = self._open_audio(container)
        container.start_encoding()
        self._codec = self._new_codec()
        self._container = container

    def start(self) -> None:
        self._worker.start()

    def _open_video(self, container: OutputContainer) -> VideoStream:
        options = video_options(self._settings, self._canvas)
        stream: Any = container.add_stream(self._settings.codec, rate=self._canvas.fps, options=options)
        set_up(stream.codec_context, self._canvas, self._settings, threads=1)
        return stream  # type: ignore[no-any-return]

    def _new_codec(self) -> Any:
        """An encoder with the headers of the stream, which itself never encodes: so an old one can be let go.

        A chip is opened once only: many give just a few programs a turn.
        """
        if self._settings.codec != X264:
            return self.video.codec_context
        codec: Any = av.CodecContext.create(X264, "w")
        codec.options = video_options(self._settings, self._canvas, self._quick)
        set_up(codec, self._canvas, self._settings, self._threads)
        if self._own_headers:
            codec.flags &= ~Flags.global_header
        codec.open()
        return codec

    def _open_audio(self, container: OutputContainer) -> AudioStream:
        stream: Any = container.add_stream(AUDIO_CODEC, rate=SAMPLE_RATE, layout="stereo", options=AUDIO_OPTIONS)
        stream.bit_rate = self._settings.audio_bitrate_kbps * 1000
        stream.codec_context.time_base = SAMPLE_TIME
        stream.codec_context.flags |= Flags.global_header
        return stream  # type: ignore[no-any-return]

    def put_video(self, frame: av.VideoFrame) -> None:
        """Takes a canvas frame whose pts is its tick; forgets the oldest one where encoding is behind."""
        self._queue.put(frame)

    def want_keyframe(self) -> None:
        """The next frame becomes a keyframe: somebody has just joined."""
        self._keyframe_wanted.set()

    def set_bitrate_kbps(self, kbps: int) -> None:
        """Another rate for the picture, at most the one the show began with; reached within a second."""
        self._bitrate_kbps = min(kbps, self._settings.bitrate_kbps)

    def put_audio(self, block: Samples, first_sample: int) -> None:
        """Encodes samples, 2 × a multiple of 1024, that start at `first_sample`."""
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = first_sample
        frame.time_base = SAMPLE_TIME
        self._give(self.audio, frame, PacketKind.AUDIO)

    def use_quick(self, quick: bool) -> None:
        """Goes on with x264 at its quickest, or as chosen again; nothing where this encoder knows no quicker way."""
        self._quick_wanted = quick and self.can_be_quick

    def thin(self, divisor: int) -> None:
        """Only one of so many frames comes from now on."""
        self._divisor = divisor

    def _run(self, _stopping: threading.Event) -> None:
        step_behind()  # it holds Python's lock for moments only, so that whoever needs that does not wait for its turns
        while (frame := self._queue.get()) is not None:
            begun_ns, ran_before_ns = time.perf_counter_ns(), time.thread_time_ns()
            with self._mishaps:
                self._choose_codec()
                self._encode(frame)
            self._done(frame)
            busy_ns = time.perf_counter_ns() - begun_ns
            self.busy_ns += busy_ns
            if self._lag.frames:
                self._lag.busy_ns += busy_ns
                self._lag.ran_ns += time.thread_time_ns() - ran_before_ns

    def _encode(self, frame: av.VideoFrame) -> None:
        forced = self._prepare(frame)
        try:
            self._give(self._codec, frame if self._pixels == PIXEL_FORMAT else self._converted(frame), PacketKind.VIDEO)
        except FFmpegError as error:
            if self._settings.codec == X264:
                self._begin_anew()
                raise
            self._leave_chip(error)
            forced = self._prepare(frame)
            self._give(self._codec, frame, PacketKind.VIDEO)
        if forced:
            frame.pict_type = PictureType.NONE  # the frame is used again
        self.encoded_frames += 1

    def _leave_chip(self, error: FFmpegError) -> None:
        """Goes on with x264 where a chip fails in the middle of a show, as after a crash of its driver.

        Its headers are others than those the receivers know, so they stand before each of its keyframes.
        """
        log.error("%s failed, x264 goes on: %s", self._settings.codec, error)
        self._settings = replace(self._settings, codec=X264, preset=AUTO)
        self._pixels, self._own_headers = PIXEL_FORMAT, True
        self._begin_anew()

    def _begin_anew(self) -> None:
        """With a fresh encoder, which begins with a keyframe."""
        self._codec = self._new_codec()
        self._set_kbps, self._keyframe_tick = self._settings.bitrate_kbps, None

    def _choose_codec(self) -> None:
        """Goes on with another encoder where one core is too slow, or where it was told to be quick or careful.

        More cores are no help to one that waits for its own: then other programs have them all. And of fewer frames
        fewer may be held back.
        """
        if len(self._queue) < QUEUE_FRAMES // 2:
            self._lag = Lag()
        else:
            self._lag.frames += 1
        if self.encoded_frames < self._may_change_at:
            return
        if self._alone and self._settings.codec == X264 and self._lag.lasts_on_own_core and usable_cores() > 1:
            log.warning("one core is too slow for this picture: all are used from now on")
            self._alone = False
        quick, threads = self._quick_wanted, self._threads_for(self._quick_wanted)
        if (quick, threads) == (self._quick, self._threads):
            return
        self._quick, self._threads = quick, threads
        self._give(self._codec, None, PacketKind.VIDEO)
        self._begin_anew()
        self._may_change_at = self.encoded_frames + HELD_FRAMES

    def _threads_for(self, quick: bool) -> int:
        """How many threads it may have now."""
        if self._alone or self._settings.codec != X264:
            return self._threads
        return most_threads(self._canvas.fps / self._divisor, look_ahead(self._settings, self._canvas, quick))

    def _prepare(self, frame: av.VideoFrame) -> bool:
        """Sets the rate, and makes a keyframe where one is wanted or due; True where it did.

        Due by time: an encoder counts frames, of which there are fewer where the show is thinned out.
        """
        if self._set_kbps != self._bitrate_kbps:
            self._set_kbps = self._bitrate_kbps
            self._codec.bit_rate = self._set_kbps * 1000
        tick = frame.pts or 0
        due = self._keyframe_tick is None or tick - self._keyframe_tick >= self._gop_ticks
        if not due and not self._keyframe_wanted.is_set():
            return False
        self._keyframe_wanted.clear()
        self._keyframe_tick = tick
        frame.pict_type = PictureType.I
        return True

    def _converted(self, frame: av.VideoFrame) -> av.VideoFrame:
        """The frame as a chip takes it; where it was asked for, a keyframe still."""
        converted = frame.reformat(format=self._pixels)
        converted.pict_type = frame.pict_type
        return converted

    def _give(self, codec: Any, frame: Any, kind: PacketKind) -> None:
        """Hands out what comes of a frame; with None all that is held back, each picture as soon as it is made."""
        last = frame is None and kind is PacketKind.VIDEO
        for packet in codec.encode_lazy(None) if last else codec.encode(frame):
            if packet.pts is None or packet.dts is None or packet.time_base is None:
                continue
            dts = packet.dts
            if kind is PacketKind.VIDEO:  # a new encoder may begin before the last one's end
                dts = self._last_dts = dts if self._last_dts is None else max(dts, self._last_dts + 1)
            duration = packet.duration or (AUDIO_BLOCK if kind is PacketKind.AUDIO else 1)
            self._sink(
                EncodedPacket(kind, bytes(packet), packet.pts, dts, duration, packet.is_keyframe, packet.time_base)
            )

    def stop(self) -> None:
        """Encodes what waits, hands out the last packets and closes; may be called twice."""
        self._queue.close()
        ended = self._worker.stop()
        if self._container is None:
            return
        for codec, kind in ((self._codec, PacketKind.VIDEO), (self.audio, PacketKind.AUDIO)):
            if kind is PacketKind.VIDEO and not ended:
                continue  # two threads must not meet in one encoder
            try:
                self._give(codec, None, kind)
            except (FFmpegError, EOFError) as error:
                log.warning("the %s encoder could not be emptied: %s", kind, error)
        self._container = None
