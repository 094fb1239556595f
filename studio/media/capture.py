"""Capture: reads a camera, clip, pipe, address or pattern into the mailbox, and its sound into the track.

One thread per source. A clip is read ahead and every frame is given the time it is due; whatever is live is
due the moment it comes. A live source that breaks is tried again every second until it is back.
"""

import logging
import threading
from collections.abc import Callable, Iterator

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.error import FFmpegError

from studio.clock import Clock
from studio.config import AudioConfig, AudioKind, CanvasConfig, SourceConfig, SourceKind, mask_address
from studio.errors import Problem, StudioError, bug_of, fault
from studio.i18n import N_
from studio.media.audio import AudioTrack
from studio.media.frames import NS, SAMPLE_RATE, Fitter, Picture, Samples, Timeline, blank, planes
from studio.media.packets import decoded, gathered, sound_ahead
from studio.media.queues import Mailbox
from studio.media.sources import Opening, audio_openings, open_input, source_openings
from studio.worker import Worker

log = logging.getLogger(__name__)

RETRY_S = 1.0
ONE_CORE_PIXELS = 1920 * 1088
READ_AHEAD_FRAMES = 8
Notice = Callable[[Problem, bool], None]


def mailbox_for(source: SourceConfig) -> Mailbox:
    """The mailbox a source needs: a clip is read ahead, everything else is as new as can be."""
    if source.kind in (SourceKind.CLIP, SourceKind.PATTERN):
        return Mailbox(READ_AHEAD_FRAMES, overwrite=False)
    return Mailbox()


class VideoCapture:
    """One picture source. `open` may raise `StudioError`; after `start` a loss is told to `notice`."""

    def __init__(
        self,
        source: SourceConfig,
        canvas: CanvasConfig,
        clock: Clock,
        mailbox: Mailbox,
        notice: Notice,
    ) -> None:
        self._source = source
        self._canvas = canvas
        self._clock = clock
        self._mailbox = mailbox
        self._notice = notice
        self._fitter = Fitter(canvas, source.fit)
        self._container: av.container.InputContainer | None = None
        self._track: AudioTrack | None = None
        self._timeline: Timeline | None = None
        self._lost = False
        self._worker = Worker("capture", self._run, lambda error: notice(bug_of(error), True))

    @property
    def name(self) -> str:
        if self._source.kind is SourceKind.URL:
            return mask_address(self._source.target)  # a network camera's address may hold a password
        return self._source.target or self._source.kind.value

    def open(self) -> None:
        """Opens the source, so that a missing camera is known before anything goes on air."""
        if self._source.kind is not SourceKind.PATTERN:
            self._container = self._opened()

    def start(self, timeline: Timeline, track: AudioTrack | None) -> None:
        """Begins to read; sound of the source goes into `track` where there is one."""
        self._timeline, self._track = timeline, track
        self._worker.start()

    def _opened(self) -> av.container.InputContainer:
        code = "clip.unreadable" if self._source.kind is SourceKind.CLIP else "source.unreadable"
        openings = source_openings(self._source, self._canvas)
        path = self.name if self._source.kind is SourceKind.URL else self._source.target
        container = open_input(openings, fault(code, path=path, name=self.name), self._worker.stopping)
        if not container.streams.video:
            container.close()
            raise fault("clip.no_video", path=path)
        video = container.streams.video[0].codec_context
        if video.width * video.height > ONE_CORE_PIXELS and self._source.kind is SourceKind.CLIP:
            video.thread_type = "AUTO"  # frame threads hold frames back, which only a clip may do
        else:
            video.thread_count = 1  # takes 8 MB less
        return container

    def _run(self, stopping: threading.Event) -> None:
        if self._source.kind is SourceKind.PATTERN:
            self._draw_pattern(stopping)
            return
        while not stopping.is_set():
            try:
                if self._container is None:
                    self._container = self._opened()
                self._read(self._container, stopping)
            except (StudioError, FFmpegError, OSError) as error:
                log.info("source %s: %s", self.name, getattr(error, "strerror", None) or error)  # not its address
            self._close()
            if not stopping.is_set():
                self._is_lost(True)
                stopping.wait(RETRY_S)

    def _read(self, container: av.container.InputContainer, stopping: threading.Event) -> None:
        """Reads until the source ends or breaks; a clip begins again for ever."""
        live = self._source.kind is not SourceKind.CLIP
        reader: LiveReader | ClipReader = LiveReader(self._clock, self._track)
        if not live:
            reader = ClipReader(self._timeline_now(), self._track, (container.start_time or 0) * 1000)
        while not stopping.is_set():
            streams = [container.streams.video[0], *(container.streams.audio[:1] if self._track else ())]
            begin = reader.frames
            packets = container.demux(streams)
            for frame in decoded(packets if live or len(streams) == 1 else sound_ahead(packets)):
                if stopping.is_set() or not self._take(reader, frame):
                    return
            if live or reader.frames == begin:
                return
            reader.loop()
            container = self._container = self._rewound(container)

    def _rewound(self, container: av.container.InputContainer) -> av.container.InputContainer:
        """The clip at its beginning; a raw stream of pictures knows no way back and is opened again."""
        try:
            container.seek(0)
        except FFmpegError:
            container.close()
            self._container = None
            return self._opened()
        for stream in (*container.streams.video, *container.streams.audio):
            stream.codec_context.flush_buffers()
        return container

    def _is_lost(self, lost: bool) -> None:
        """Tells that the pictures have stopped or are back, each once."""
        if lost is not self._lost:
            self._lost = lost
            self._notice(Problem.of("source.lost", name=self.name), lost)

    def _take(self, reader: "LiveReader | ClipReader", frame: av.VideoFrame | av.AudioFrame) -> bool:
        if isinstance(frame, av.AudioFrame):
            reader.hear(frame)
            return True
        self._is_lost(False)
        return self._mailbox.put(Picture(self._fitter.fit(frame), reader.see(frame)))

    def _timeline_now(self) -> tuple[int, int]:
        """Where a clip's time begins: half a frame before the next tick, so that no rounding skips a frame."""
        assert self._timeline is not None
        frame_ns = self._timeline.frame_ns
        tick = max(0, -((self._timeline.start_ns - self._clock.now_ns()) // frame_ns))
        return self._timeline.tick_ns(tick) - frame_ns // 2, frame_ns // 2

    def _draw_pattern(self, stopping: threading.Event) -> None:
        start_ns, _ = self._timeline_now()
        for number, frame in enumerate(pattern(self._canvas)):
            due_ns = start_ns + number * NS // self._canvas.fps
            if stopping.is_set() or not self._mailbox.put(Picture(frame, due_ns)):
                return

    def _close(self) -> None:
        if self._container is not None:
            self._container.close()
            self._container = None
        if self._track is not None:
            self._track.restart()

    def stop(self) -> None:
        self._mailbox.close()
        if self._worker.stop():  # what a thread still reads from must not be taken from under it
            self._close()


class LiveReader:
    """Times of a live source: everything is due when it comes."""

    def __init__(self, clock: Clock, track: AudioTrack | None) -> None:
        self.frames = 0
        self._clock = clock
        self._track = track
        self._resampler = sound_resampler()

    def see(self, _frame: av.VideoFrame) -> int:
        self.frames += 1
        return self._clock.now_ns()

    def hear(self, frame: av.AudioFrame) -> None:
        if self._track is None:
            return
        for samples in resampled(self._resampler, frame):
            self._track.write(samples, self._clock.now_ns() - samples.shape[1] * NS // SAMPLE_RATE)

    def loop(self) -> None:
        """A live source does not begin again."""


class ClipReader:
    """Times of a clip: its own, from a start on; sound is half a frame later, as its pictures are when shown.

    `origin_ns` is the time the file itself counts as its beginning.
    """

    def __init__(self, start_and_sound_delay_ns: tuple[int, int], track: AudioTrack | None, origin_ns: int) -> None:
        self.frames = 0
        self._start_ns, self._sound_delay_ns = start_and_sound_delay_ns
        self._origin_ns = origin_ns
        self._end_ns = self._heard_until_ns = self._lead_ns = 0
        self._track = track
        self._resampler = sound_resampler()

    def see(self, frame: av.VideoFrame) -> int:
        self.frames += 1
        if frame.pts is None:  # a raw stream of pictures: one follows the other
            due_ns = self._end_ns or self._start_ns
        else:
            due_ns = self._start_ns + _time_ns(frame) - self._origin_ns
        if self.frames == 1:
            self._lead_ns = due_ns - self._start_ns  # sound may begin before the first picture
        self._end_ns = max(self._end_ns, due_ns + _duration_ns(frame))
        return due_ns

    def sound_ns(self, frame: av.AudioFrame) -> int:
        """When the frame is to be heard."""
        return self._start_ns + _time_ns(frame) - self._origin_ns + self._sound_delay_ns

    def hear(self, frame: av.AudioFrame) -> None:
        if self._track is None:
            return
        heard_ns = self.sound_ns(frame)
        self._heard_until_ns = heard_ns + frame.samples * NS // (frame.sample_rate or SAMPLE_RATE)
        for samples in resampled(self._resampler, frame):
            self._track.write(samples, heard_ns)
            heard_ns += samples.shape[1] * NS // SAMPLE_RATE

    def loop(self) -> None:
        """The clip begins again where its last picture ends."""
        self._start_ns = (self._end_ns or self._heard_until_ns) - self._lead_ns
        self._resampler = sound_resampler()
        if self._track is not None:
            self._track.restart()


class AudioCapture:
    """A sound source of its own: a microphone, or a sound file. Silence needs none."""

    def __init__(self, audio: AudioConfig, clock: Clock, notice: Notice) -> None:
        self._audio = audio
        self._clock = clock
        self._notice = notice
        self._container: av.container.InputContainer | None = None
        self._track: AudioTrack | None = None
        self._timeline: Timeline | None = None
        self._lost = False
        self._worker = Worker("microphone", self._run, lambda error: notice(bug_of(error), True))

    @property
    def name(self) -> str:
        return self._audio.target or self._audio.kind.value

    def open(self) -> None:
        """Opens the microphone; raises `audio.unreadable`."""
        self._container = self._opened(audio_openings(self._audio))

    def _opened(self, openings: list[Opening]) -> av.container.InputContainer:
        container = open_input(openings, fault("audio.unreadable", name=self.name), self._worker.stopping)
        if not container.streams.audio:
            container.close()
            raise fault("audio.unreadable", name=self.name, reason=N_("there is no sound in it"))
        return container

    def start(self, timeline: Timeline, track: AudioTrack) -> None:
        self._timeline, self._track = timeline, track
        self._worker.start()

    def _run(self, stopping: threading.Event) -> None:
        assert self._track is not None
        while not stopping.is_set():
            try:
                if self._container is None:
                    self._container = self._opened(audio_openings(self._audio))
                self._read(self._container, self._track, stopping)
            except (StudioError, FFmpegError, OSError) as error:
                log.info("sound %s: %s", self.name, error)
            self._close()
            self._track.restart()
            if not stopping.is_set():
                self._is_lost(True)
                stopping.wait(RETRY_S)

    def _read(self, container: av.container.InputContainer, track: AudioTrack, stopping: threading.Event) -> None:
        if self._audio.kind is AudioKind.CLIP:
            self._play(container, track, stopping)
            return
        reader = LiveReader(self._clock, track)
        for frame in decoded(gathered(container.demux(container.streams.audio[:1]))):
            if stopping.is_set():
                return
            if isinstance(frame, av.AudioFrame):
                self._is_lost(False)
                reader.hear(frame)

    def _is_lost(self, lost: bool) -> None:
        """Tells that the sound has stopped or is back, each once."""
        if lost is not self._lost:
            self._lost = lost
            self._notice(Problem.of("audio.lost", name=self.name), lost)

    def _play(self, container: av.container.InputContainer, track: AudioTrack, stopping: threading.Event) -> None:
        """A sound file in real time, over and over, never more than a second ahead."""
        reader = ClipReader((self._clock.now_ns(), 0), track, (container.start_time or 0) * 1000)
        stream = container.streams.audio[0]
        heard = True
        while heard and not stopping.is_set():
            heard = False
            for frame in decoded(container.demux([stream])):
                if not isinstance(frame, av.AudioFrame):
                    continue
                heard = True
                self._is_lost(False)
                if stopping.wait(max(0.0, (reader.sound_ns(frame) - self._clock.now_ns()) / NS - 1.0)):
                    return
                reader.hear(frame)
            reader.loop()
            container.seek(0)
            stream.codec_context.flush_buffers()

    def _close(self) -> None:
        if self._container is not None:
            self._container.close()
            self._container = None

    def stop(self) -> None:
        if self._worker.stop():  # what a thread still reads from must not be taken from under it
            self._close()


def sound_resampler() -> AudioResampler:
    return AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE)


def resampled(resampler: AudioResampler, frame: av.AudioFrame) -> Iterator[Samples]:
    """The frame's sound as 2 × n float samples at 48 kHz."""
    if (frame.sample_rate, frame.format.name, frame.layout.name) == (SAMPLE_RATE, "fltp", "stereo"):
        yield np.asarray(frame.to_ndarray(), np.float32)
        return
    frame.pts = None  # the resampler would wait or fill where a device's own times jump
    for piece in resampler.resample(frame):
        yield np.asarray(piece.to_ndarray(), np.float32)


def _time_ns(frame: av.VideoFrame | av.AudioFrame) -> int:
    return round(frame.time * NS) if frame.time is not None else 0


def _duration_ns(frame: av.VideoFrame) -> int:
    if frame.duration and frame.time_base is not None:
        return frame.duration * NS * frame.time_base.numerator // frame.time_base.denominator
    return NS // 30


def pattern(canvas: CanvasConfig) -> Iterator[av.VideoFrame]:
    """Coloured bars with a block that moves: a picture where there is no camera."""
    colours = ((180, 128, 128), (162, 44, 142), (131, 156, 44), (112, 72, 58), (84, 184, 198), (65, 100, 212))
    base = blank(canvas.width, canvas.height)
    for plane, channel in zip(planes(base), range(3), strict=True):
        for index, colour in enumerate(colours):
            width = plane.shape[1]
            plane[:, index * width // 6 : (index + 1) * width // 6] = colour[channel]
    side = min(canvas.width, canvas.height) // 8
    step = 0
    while True:
        frame = blank(canvas.width, canvas.height)
        for target, source in zip(planes(frame), planes(base), strict=True):
            np.copyto(target, source)
        x = step * 8 % (canvas.width - side)
        planes(frame)[0][canvas.height // 2 : canvas.height // 2 + side, x : x + side] = 235
        yield frame
        step += 1


def wants_own_capture(audio: AudioConfig) -> bool:
    """Whether the sound does not come with the picture."""
    return audio.kind is AudioKind.MIC or (audio.kind is AudioKind.CLIP and bool(audio.target))
