"""One opening of a picture source: a camera, clip, pipe, address or the pattern, with the sound that comes with it."""

import threading
from collections.abc import Callable

import av
from av.container import InputContainer
from av.error import FFmpegError

from studio.clock import Clock
from studio.config import CanvasConfig, SourceConfig, SourceKind
from studio.errors import fault
from studio.media.frames import NS, Fitter, Picture
from studio.media.packets import decoded, demuxed, sound_ahead, thinned, wanted
from studio.media.pattern import pattern
from studio.media.queues import Mailbox
from studio.media.readers import ClipReader, LiveReader
from studio.media.sight import Seen, Sight
from studio.media.sources import Opening, open_input, unopened
from studio.media.taps import Tap, TrackInput

ONE_CORE_PIXELS = 1920 * 1088
SCREENS = ("x11grab", "gdigrab", "kmsgrab", "fbdev")  # they may stand still and be black


class VideoTap(Tap):
    """A picture source; its pictures go into a mailbox of its own, its sound to its port while that is heard.

    `divisor`: of so many ticks of the show one is composed now.
    """

    def __init__(
        self,
        source: SourceConfig,
        name: str,
        canvas: CanvasConfig,
        openings: Callable[[], list[Opening]],
        mailbox: Mailbox,
        sight: Sight,
        clock: Clock,
        track_input: TrackInput,
        failed: Callable[[Exception], None],
        divisor: Callable[[], int] = lambda: 1,
    ) -> None:
        super().__init__("capture", clock, track_input, failed)
        self.mailbox = mailbox
        self._divisor = divisor
        self._source = source
        self._name = name
        self._canvas = canvas
        self._openings = openings
        self._sight: Sight | None = sight
        self._fitter = Fitter(canvas, source.fitting)
        self.with_sound = source.kind is SourceKind.URL  # a phone, as far as is known before it is open

    @property
    def seen(self) -> Seen:
        return self._sight.seen if self._sight is not None else Seen.CLEAR

    @property
    def lived(self) -> bool:
        """Whether its pictures have a sensor's noise, so that they never repeat while its driver works."""
        return self._sight is not None and self._sight.lived

    def refit(self, source: SourceConfig) -> None:
        """From the next picture on it meets the canvas as `source` says; nothing is opened anew for that."""
        self._fitter.how = source.fitting

    def believe(self) -> None:
        """The person says that what stands still is meant so."""
        if self._sight is not None:
            self._sight.believe()

    @property
    def held_up(self) -> bool:
        return self.mailbox.waiting > 0

    def leave(self) -> None:
        self.mailbox.close()
        super().leave()

    def _open(self, stopping: threading.Event) -> InputContainer | None:
        if self._source.kind is SourceKind.PATTERN:
            return None
        container, opening = open_input(
            self._openings(),
            unopened(self._source),
            fault("source.busy", name=self._name),
            stopping,
        )
        self._remember(opening)
        camera = opening.device is not None or self._source.kind is SourceKind.URL
        if not camera or opening.container_format in SCREENS:
            self._sight = None
        if not container.streams.video:
            container.close()
            raise fault("clip.no_video", path=self._name)
        self.with_sound = bool(container.streams.audio)
        if self._source.kind is not SourceKind.CAMERA:  # what a camera says of its pixels is seldom meant
            self._fitter.stretch(container.streams.video[0].sample_aspect_ratio)
        video = container.streams.video[0].codec_context
        if video.width * video.height > ONE_CORE_PIXELS and self._source.kind is SourceKind.CLIP:
            video.thread_type = "AUTO"  # frame threads hold frames back, which only a clip may do
        else:
            video.thread_count = 1  # takes 8 MB less
        return container

    def _read(self, stopping: threading.Event) -> None:
        """Reads until the source ends or breaks; a clip begins again for ever."""
        container = self._container
        if container is None:
            self._draw_pattern(stopping)
            return
        live = self._source.kind is not SourceKind.CLIP
        reader: LiveReader | ClipReader = LiveReader(self._clock, self.port)
        if not live:
            reader = ClipReader(self._timeline_now(), self.port, (container.start_time or 0) * 1000)
        while container is not None and not stopping.is_set():
            streams = [container.streams.video[0], *container.streams.audio[:1]]
            begin = reader.frames
            heard = wanted(demuxed(container, *streams), self.port.heard)
            packets = thinned(heard, live, self._divisor, NS // self._canvas.fps, self._clock)
            for frame in decoded(packets if live or len(streams) == 1 else sound_ahead(packets)):
                if stopping.is_set() or not self._take(reader, frame):
                    return
            if live or reader.frames == begin:
                return
            reader.loop()
            container = self._container = self._rewound(container, stopping)

    def _rewound(self, container: InputContainer, stopping: threading.Event) -> InputContainer | None:
        """The clip at its beginning; a raw stream of pictures knows no way back and is opened again."""
        try:
            container.seek(0)
        except FFmpegError:
            container.close()
            self._container = None
            return self._open(stopping)
        for stream in (*container.streams.video, *container.streams.audio):
            stream.codec_context.flush_buffers()
        return container

    def _take(self, reader: LiveReader | ClipReader, frame: av.VideoFrame | av.AudioFrame) -> bool:
        if isinstance(frame, av.AudioFrame):
            reader.hear(frame)
            return True
        picture = Picture(self._fitter.fit(frame), reader.see(frame))
        reader.wait_up(picture.due_ns, self._clock.now_ns())
        if self._sight is not None and not self._sight.worth_showing(picture.frame, self._clock.now_ns()):
            self._delivered()
            return True
        kept = self.mailbox.put(picture)
        self._delivered()
        return kept

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
            if stopping.is_set() or not self.mailbox.put(Picture(frame, due_ns)):
                return
            self._delivered()
