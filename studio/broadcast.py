"""One broadcast: builds the chain from capture to outputs, owns the order in which it starts and stops.

capture → mailbox → compositor → encoder → fan-out and recording; sound → track → mixer → encoder.
What can refuse (source, recording folder, encoder) is opened before anything goes on air.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from overlays.mark import VALUES, draw_mark
from studio.clock import Clock
from studio.config import AudioConfig, AudioKind, DestinationConfig, ShowConfig, SourceConfig, SourceKind
from studio.equipment import AudioChanged, SourceChanged
from studio.errors import Problem, StudioError, bug_of, bug_words, fault
from studio.events import Event, Noticed, PreviewReady, RecordingBegun, SoundChanged
from studio.health.code import ExpectedCode
from studio.health.governor import Ease, Signs
from studio.health.outgoing import Outgoing
from studio.health.watchdogs import Heard, Senses, Watchdogs
from studio.media.capture import AudioCapture, VideoCapture
from studio.media.codecs import Compression
from studio.media.compositor import Compositor, Watchers
from studio.media.devices import DeviceWatch
from studio.media.encoder import QUEUE_FRAMES, Encoder
from studio.media.fanout import Fanout
from studio.media.finishing import recording_path
from studio.media.frames import NS, EncodedPacket, Frame, FramePool, Planes, Timeline
from studio.media.layers import LayerStack
from studio.media.preview import PreviewWriter
from studio.media.recording import Recording
from studio.media.rehearsal import RehearsalReceiver
from studio.media.scene import Scene
from studio.media.sound_desk import SoundDesk, is_live
from studio.media.taps import TrackInput
from studio.reports import AudioReport, ReceivedReport, VideoReport
from studio.safe_areas import NOTHING_KNOWN, SafeAreas
from studio.seen_on import SeenOn
from studio.worker import Mishaps

log = logging.getLogger(__name__)

START_LEAD_NS = NS // 10


class Broadcast:
    """A show on the air. Methods are called on the engine's thread; events come from the chain's own."""

    def __init__(
        self,
        show: ShowConfig,
        clock: Clock,
        emit: Callable[[Event], None],
        record_path: Path | None = None,
        devices: DeviceWatch | None = None,
        areas: SafeAreas = NOTHING_KNOWN,
    ) -> None:
        self.show = show
        self.record_path = record_path
        self.layers = LayerStack(show.canvas)
        self.layers.calm = show.calm
        self.recording: Recording | None = None
        self._clock = clock
        self._emit = emit
        self._ended_ns: int | None = None
        self._mishaps = Mishaps("the broadcast", self._survived)
        self._destinations = [] if show.rehearsal else list(show.destinations)  # a rehearsal reaches no platform
        self.seen_on = SeenOn(show.destinations, areas)  # a rehearsal looks as the show will
        self._preview_on = self._preview_hidden = False
        self._divisors: dict[str, int] = {}
        self._receiver = RehearsalReceiver() if show.rehearsal else None
        self._source, self._audio = show.source, show.audio  # those of now
        self._devices = devices
        self._track_input = TrackInput()
        self._camera = VideoCapture(
            show.source, show.canvas, clock, self._track_input, self._notice, self._source_changed, devices
        )
        self._microphone = AudioCapture(
            show.audio, clock, self._track_input, self._notice, self._audio_changed, devices, self._camera.let_sound
        )
        self._frames = FramePool(show.canvas)
        self._encoder = Encoder(show.canvas, show.encoder, self._deliver, self._failed, self._frames.give)
        self.fanout = Fanout(show.canvas, self._encoder, clock, emit, self._failed)
        self._preview = PreviewWriter(show.canvas.width, show.canvas.height)
        self._timeline = Timeline(0, show.canvas.fps)
        self._compositor: Compositor | None = None
        self.sound = SoundDesk(show.sound, clock, self._encoder.put_audio, self._notice, self._failed)
        senses = Senses(
            picture=self._camera_picture,
            sound=self._heard,
            listens_to=self._listens_to,
            told_still=lambda: self._camera.stands_still,
            encodes=lambda: self._encodes,
            held=lambda: self._compositor is not None and self._compositor.still,
        )
        self._outgoing = Outgoing(self._header, show.encoder.bitrate_kbps, self._tick_ns)
        self.watchdogs = Watchdogs(show.watch, senses, self._outgoing, clock, self._warn)
        self.scene = Scene(clock.now_ns(), show.canvas.fps, self._camera_picture, self.layers, self._compression)

    def _camera_picture(self) -> Frame | None:
        """For any thread."""
        return self._compositor.camera_picture if self._compositor is not None else None

    def _listens_to(self) -> AudioKind:
        if self._microphone.lost or self._camera.sound_lost:  # which is told already
            return AudioKind.SILENCE
        return AudioKind.MIC if is_live(self._audio, self._source) else self._audio.kind

    def _compression(self) -> Compression:
        """For any thread."""
        return self._encoder.compression

    def open(self, resumed: bool = False) -> None:
        """Opens all that may refuse; raises `StudioError` and leaves nothing behind where something does.

        A show that is `resumed` goes on the air without what is not there: camera and microphone begin as lost.
        Without room for a recording every show does that is sent anywhere, a rehearsal too.
        """
        self.fanout.begun_ns = self._clock.now_ns()
        names = [destination.name for destination in self._destinations]
        for name in names:
            if names.count(name) > 1:
                raise fault("output.duplicate_name", name=name)
        try:
            if self._receiver is not None:
                self._receiver.start()
            self._encoder.open()
            self._camera.open(must=not resumed)
            self._microphone.open(must=not resumed)
            if self._receiver is not None:
                self._destinations.append(self._receiver.destination())
            if self.record_path is not None:  # last: a show that does not begin leaves no empty file
                self._open_recording(self.record_path, must=not (self._destinations or resumed))
        except BaseException:
            self.stop()
            raise

    def _open_recording(self, path: Path, must: bool) -> None:
        recording = Recording(path, self._encoder, self._notice, self._further_part, self._part_began)
        try:
            recording.open()
        except StudioError:
            if must:
                raise
        self.recording = recording

    def _further_part(self) -> Path | None:
        return recording_path(self.show.record_dir, self._clock.utc())

    def _part_began(self, path: Path) -> None:
        self._emit(RecordingBegun(str(path), self._clock.utc()))

    @property
    def recorded(self) -> tuple[Path, ...]:
        """The parts of the recording so far."""
        return self.recording.parts if self.recording is not None else ()

    def call(self, lost_ns: int | None = None) -> None:
        """Calls the destinations; each says by events how that goes, while the rest is made ready.

        `lost_ns`: when they were lost, where a show goes on that was cut off; they are tried until they are back.
        """
        for destination in self._destinations:
            self.add_output(destination, lost_ns)

    def run(self) -> None:
        """The first tick is in a moment: time enough for a clip's first frame to be read."""
        timeline = self._timeline = Timeline(self._clock.now_ns() + START_LEAD_NS, self.show.canvas.fps)
        watchers = Watchers(self._picture, self._preview.write, _mark if self.show.rehearsal else None)
        self._compositor = Compositor(
            self.show.canvas, timeline, self._clock, self._camera, self.layers, watchers, self._frames
        )
        self._compositor.preview_on = self._preview_on
        self._compositor.frame_divisor = self.frame_divisor
        self._track_input.lay(self.sound.prepare(timeline, is_live(self.show.audio, self.show.source)))
        self.sound.muted = self.show.muted
        self._microphone.start(timeline)  # first: it says whether the sound that comes with the picture is heard
        self._camera.start(timeline)
        if self.recording is not None:
            self.recording.start()
        self._encoder.start()
        self._compositor.start(self._failed)
        self.sound.start()
        self._emit(SoundChanged(self.sound.muted, self.sound.sound, self._clock.utc()))
        self.watchdogs.start(self._survived)

    def add_output(self, destination: DestinationConfig, lost_ns: int | None = None) -> None:
        """One more place to send to; raises `output.duplicate_name`."""
        self.fanout.add(destination, lost_ns)
        if not self.show.rehearsal:
            self.seen_on.add(destination)

    def remove_output(self, name: str) -> None:
        self.seen_on.remove(name)
        self.fanout.remove(name)

    def _picture(self, frame: Frame) -> None:
        """A composed picture, on the compositor's thread: to the cameras, which copy it, and to the encoder."""
        self.fanout.show(frame)
        if self._encodes:
            self._encoder.put_video(frame)
        else:  # the platform's own program encodes; on a weak laptop twice is once too often
            self._outgoing.show(frame)
            self._frames.give(frame)

    @property
    def _encodes(self) -> bool:
        return self.fanout.wants_packets or self.recording is not None

    def expect_code(self, slot: str, code: ExpectedCode | None) -> None:
        """An overlay with a code comes on the picture in that slot, or moves; None: no code is there any more."""
        self.watchdogs.expect_code(slot, code)
        if self._receiver is not None:
            box, link = (code.box, code.link) if code is not None else (None, "")
            self._receiver.expect_code(slot, box, link)

    def set_source(self, source: SourceConfig) -> None:
        """Another picture source, once its first picture is there; does not wait for it."""
        self._camera.switch(source)

    def set_audio(self, audio: AudioConfig) -> None:
        """Another sound source, once its first sound is there; does not wait for it."""
        self._microphone.switch(audio)

    def _source_changed(self, source: SourceConfig, device: str) -> None:
        self._source = source
        self._follow_devices()
        self.sound.listen(is_live(self._audio, source))
        self._emit(SourceChanged(source, device, self._clock.utc()))

    def _audio_changed(self, audio: AudioConfig, device: str) -> None:
        self._audio = audio
        self._follow_devices()
        self.sound.listen(is_live(audio, self._source))
        self._emit(AudioChanged(audio, device, self._clock.utc()))

    def _follow_devices(self) -> None:
        """What is plugged in matters while picture or sound come from a device; listing it is a process each time."""
        if self._devices is not None:
            self._devices.follow(self._source.kind is SourceKind.CAMERA or self._audio.kind is AudioKind.MIC)

    def _deliver(self, packet: EncodedPacket) -> None:
        """Hands a packet to everyone who sends or records; nobody here waits."""
        self.fanout.offer(packet)
        if self.recording is not None:
            self.recording.offer(packet)
        self._outgoing.offer(packet)

    def watch_preview(self, on: bool) -> None:
        """Turns the shared small picture on or off; it is told where it lies when it is first made."""
        if on and not self._preview.path:
            with suppress(OSError):  # no preview is worth a show: the disk may be full
                self._preview.start()
                self._emit(PreviewReady(self._preview.path))
        self.sound.watch(on)
        self._preview_on = on
        if self._compositor is not None:
            self._compositor.preview_on = on and not self._preview_hidden

    def set_bitrate_kbps(self, kbps: int) -> None:
        """Another rate for the picture, for everybody it is sent to and for the recording."""
        self._encoder.set_bitrate_kbps(kbps)

    def thin_frames(self, whose: str, divisor: int) -> None:
        """Of `divisor` frames (at most 4) only one is composed and encoded; of several who ask, the largest counts.

        `whose` names who asks (`network`, `computer`), so that each can take back its own wish with 1.
        """
        self._divisors[whose] = divisor
        self._camera.divisor = self.frame_divisor
        self._encoder.thin(self.frame_divisor)
        if self._compositor is not None:
            self._compositor.frame_divisor = self.frame_divisor

    @property
    def frame_divisor(self) -> int:
        return max(self._divisors.values(), default=1)

    def hold_picture(self, on: bool) -> None:
        """Lets the camera's picture stand still, while sound, cards and ticker go on."""
        if self._compositor is not None:
            self._compositor.still = on

    @property
    def preview_path(self) -> str | None:
        return self._preview.path or None

    def can_ease(self, ease: Ease) -> bool:
        """Whether a step of the governor would save anything now."""
        if ease is Ease.PREVIEW:
            return self._preview_on
        if ease is Ease.MOTION:
            return not self.show.calm
        return ease is not Ease.CARE or self._encoder.can_be_quick

    def ease(self, ease: Ease, on: bool) -> None:
        """Takes a step of the governor, or takes it back."""
        match ease:
            case Ease.PREVIEW:
                self._preview_hidden = on
                self.watch_preview(self._preview_on)
            case Ease.MOTION:
                self.layers.calm = on or self.show.calm
            case Ease.CARE:
                self._encoder.use_quick(on)
            case Ease.RATE:
                self.thin_frames("computer", 2 if on else 1)
            case Ease.LEAST:  # taken after the one before, and taken back before it
                self.thin_frames("computer", 4 if on else 2)

    def signs(self) -> Signs:
        """What the governor judges by."""
        encoder, compositor = self._encoder, self._compositor
        composed = compositor.composed_frames if compositor is not None else 0
        return Signs(
            late_ticks=compositor.late_ticks if compositor is not None else 0,
            skipped_frames=encoder.skipped_frames,
            encoder_busy_s=encoder.busy_ns / NS,
            made_frames=encoder.encoded_frames if self._encodes else composed,
            wanted_fps=self.show.canvas.fps / self.frame_divisor,
            queue_filled=encoder.waiting_frames / QUEUE_FRAMES,
            waits_s=max((flow.age_s for flow in self.fanout.flows() if flow.waits_here), default=0.0),
        )

    def children(self) -> list[int]:
        """The processes this broadcast started."""
        receiver = self._receiver.pid if self._receiver is not None else None
        return self.fanout.relays + ([receiver] if receiver is not None else [])

    @property
    def on_air_s(self) -> float:
        if self._compositor is None:
            return 0.0
        return max(0, (self._ended_ns or self._clock.now_ns()) - self._timeline.start_ns) / NS

    def stop(self) -> None:
        """Takes everything down, first what makes, last what sends; may be called twice.

        What cannot be stopped for a fault of ours is told, and the others are stopped all the same.
        """
        if self._ended_ns is None:
            self._ended_ns = self._clock.now_ns()
        makers = (self.watchdogs, self._compositor, self.sound, self._camera, self._microphone, self._encoder)
        for part in (*makers, self.recording, self.fanout, self._receiver, self._preview):
            with self._mishaps:
                if part is not None:
                    part.stop()
        if self._devices is not None:
            self._devices.follow(False)  # last: a camera that comes back meanwhile would have them followed again

    def video_report(self) -> VideoReport:
        canvas, compositor = self.show.canvas, self._compositor
        return VideoReport(
            canvas.width,
            canvas.height,
            canvas.fps,
            compositor.captured_frames if compositor else 0,
            compositor.composed_frames if compositor else 0,
            self._encoder.encoded_frames,
            compositor.late_ticks if compositor else 0,
            self._encoder.skipped_frames,
        )

    def audio_report(self) -> AudioReport:
        return AudioReport(self.sound.samples, round(self.sound.drift_ms, 2))

    def received_report(self) -> ReceivedReport | None:
        return self._receiver.report() if self._receiver is not None else None

    def _header(self) -> bytes:
        return self._encoder.video.codec_context.extradata or b""

    def _tick_ns(self, tick: int) -> int:
        return self._timeline.tick_ns(tick)

    def _heard(self) -> Heard | None:
        sound = self.sound
        return Heard(sound.peak_dbfs, sound.voice_peak_dbfs, sound.muted, sound.treated_peak_dbfs)

    def _warn(self, problem: Problem, active: bool, since_ns: int) -> None:
        """A warning begins and ends when what it is about does, not when it has lasted long enough to be told."""
        lasted = timedelta(microseconds=(self._clock.now_ns() - since_ns) // 1000)
        self._emit(Noticed(self.seen_on.as_heard(problem, active), active, self._clock.utc() - lasted))

    def _notice(self, problem: Problem, active: bool) -> None:
        self._emit(Noticed(self.seen_on.as_heard(problem, active), active, self._clock.utc()))

    def _failed(self, error: Exception) -> None:
        """Of what makes picture and sound."""
        self._notice(Problem.of("show.bug", reason=bug_words(error)), True)

    def _survived(self, error: Exception) -> None:  # beside the show
        self._notice(bug_of(error), True)


def _mark(target: Planes, now_ns: int) -> None:
    """Writes the time into the picture, in the milliseconds the receiver counts in."""
    draw_mark(target[0], now_ns // 1_000_000 % VALUES, target[1], target[2])
