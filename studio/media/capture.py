"""Capture: the picture and the sound of a show, each kept delivering by a feed.

A source with a name is waited for: another one never takes its place unasked. Without a name it is the system's own
choice, and follows it: a camera that is lost for some seconds makes room for the next one that opens, and gets its
place back when it is there again; another default microphone is opened as soon as the system says so.
"""

import threading
from collections.abc import Callable
from dataclasses import replace

from studio.clock import Clock
from studio.config import AudioConfig, AudioKind, CanvasConfig, SourceConfig, SourceKind
from studio.equipment import Device
from studio.errors import Problem, StudioError, fault
from studio.media.audio_tap import AudioTap
from studio.media.devices import DeviceWatch, cameras
from studio.media.feed import Feed, Notice
from studio.media.frames import NS, Picture
from studio.media.queues import Mailbox
from studio.media.sight import Seen, Sight
from studio.media.sources import Opening, audio_openings, shown_name, source_openings, unopened
from studio.media.taps import TrackInput
from studio.media.video_tap import VideoTap

READ_AHEAD_FRAMES = 8
FALLBACK_AFTER_NS = 5 * NS  # a loose plug is back before another camera shows a corner of the room
STILL_AGAIN_NS = 10 * NS  # a camera that stood still and still does is opened anew so often
DEFAULT_SETTLES_NS = 10 * NS  # a microphone that was just plugged in may not open at once


def mailbox_for(source: SourceConfig) -> Mailbox:
    """The mailbox a source needs: a clip is read ahead, everything else is as new as can be."""
    if source.kind in (SourceKind.CLIP, SourceKind.PATTERN):
        return Mailbox(READ_AHEAD_FRAMES, overwrite=False)
    return Mailbox()


class VideoCapture(Feed[SourceConfig, VideoTap]):
    """The picture of a show; the compositor takes it with `take`."""

    medium = "camera"

    def __init__(
        self,
        source: SourceConfig,
        canvas: CanvasConfig,
        clock: Clock,
        track_input: TrackInput,
        notice: Notice,
        changed: Callable[[SourceConfig, str], None] = lambda _source, _device: None,
        devices: DeviceWatch | None = None,
        mailboxes: Callable[[SourceConfig], Mailbox] = mailbox_for,
    ) -> None:
        super().__init__(source, clock, notice, changed)
        self.divisor = 1  # of so many ticks one is composed: the other pictures need not be decoded
        self._canvas = canvas
        self._track_input = track_input
        self._devices = devices
        self._mailboxes = mailboxes
        self._shown: Mailbox | None = None
        self._with_sound = False
        self._handing = threading.Lock()  # the microphone's watch says whether there is sound, ours hands it over
        self._stood_still = False
        self._believed = False  # that what stands still is meant so
        self._first: str | None = None  # the camera the show began with, where none was named
        self._descriptions: dict[str, str] = {}  # of every camera that was ever here, by its name
        self._sensors: set[str] = set()  # cameras whose picture has trembled: one that repeats itself hangs

    def take(self, now_ns: int) -> Picture | None:
        """The newest picture that is due; None where nothing new is due."""
        shown = self._shown
        return shown.take(now_ns) if shown is not None else None

    @property
    def stands_still(self) -> bool:
        """Whether it is told just now that the camera gives the same picture over and over."""
        return self._told is not None and self._told.code == "source.still"

    @property
    def sound_lost(self) -> bool:
        """Whether the show's sound has gone together with the picture."""
        tap = self._tap
        return self.lost and self._with_sound and tap is not None and tap.with_sound

    def let_sound(self, on: bool) -> None:
        """Whether the sound that comes with the picture is the show's."""
        with self._handing:
            self._with_sound = on
            if on:
                self._track_input.hand_to(self._tap.port if self._tap is not None else None)

    def _unopened(self, reason: str) -> StudioError:
        return unopened(self._config, reason)

    def _make(self, config: SourceConfig, again: bool = False) -> VideoTap:
        still = self._stood_still
        return VideoTap(
            config,
            shown_name(config),
            self._canvas,
            lambda: self._openings(config, again),
            self._mailboxes(config),
            Sight(again and still, again and still and self._believed, compressed=config.kind is SourceKind.URL),
            self._clock,
            self._track_input,
            self._failed,
            lambda: self.divisor,
        )

    def _openings(self, source: SourceConfig, again: bool) -> list[Opening]:
        """On the tap's thread: listing cameras may take its time."""
        if source.kind is not SourceKind.CAMERA or not again:
            return source_openings(source, self._canvas)
        found = self._cameras_now()
        self._descriptions |= {device.name: device.description for device in found}
        if not source.target:
            return source_openings(source, self._canvas, self._in_order(found))
        if all(device.name != source.target for device in found):  # the same camera may get another number
            description = self._descriptions.get(source.target)
            same = [device for device in found if device.description == description]
            if len(same) == 1:
                return source_openings(replace(source, target=same[0].name), self._canvas)
        return source_openings(source, self._canvas)

    def _cameras_now(self) -> list[Device]:
        listed = self._devices.latest if self._devices is not None else None
        return cameras() if listed is None else [*listed.cameras]

    def _in_order(self, found: list[Device]) -> list[Device]:
        """The cameras to try where none was named: the first one's place is kept for it."""
        first = [device for device in found if device.name == self._first]
        if self._first and self._lost_for_ns() < FALLBACK_AFTER_NS:
            return first
        return [*first, *(device for device in found if device.name != self._first)]

    def _lost_for_ns(self) -> int:
        lost_ns = self._lost_ns
        return self._clock.now_ns() - lost_ns if lost_ns is not None else 0

    def _put_on(self, tap: VideoTap | None, fresh: bool) -> None:
        self._shown = tap.mailbox if tap is not None else None
        if tap is not None and (fresh or not self._first):  # a show may have begun without any
            self._first = tap.device_name
        with self._handing:
            if tap is not None and self._with_sound:
                self._track_input.hand_to(tap.port)

    def _choose(self, config: SourceConfig) -> None:
        """A camera that stands still and is chosen once more is shown as it is: who chooses it wants to see it.

        One that is only to meet the canvas in another way stays open, as every one that is on already.
        """
        tap = self._tap
        if tap is None or not self._is_on(config):
            super()._choose(config)
        elif config.fit != self._config.fit:
            self._drop_beside()  # opened for the old way; where it is still needed it is opened again
            self._config = config
            tap.refit(config)
            self._changed(config, self._device(tap))
        elif self.stands_still:
            self._believed = True
            tap.believe()
            if self._beside is not None:  # opened anew just now
                self._beside.tap.believe()
            self._changed(self._config, self._device(tap))
        else:
            before = self._config
            super()._choose(config)
            if self._config != before:
                self._first = tap.device_name

    def _is_on(self, config: SourceConfig) -> bool:
        now, tap = self._config, self._tap
        if replace(config, fit=now.fit) == now:
            return True
        if tap is None or not tap.device_name or config.kind is not SourceKind.CAMERA:
            return False
        return tap.device_name == (config.target or self._systems_choice())

    def _systems_choice(self) -> str | None:
        """The camera that stands first among those that are plugged in, as far as that is known."""
        listed = self._devices.latest if self._devices is not None else None
        return listed.cameras[0].name if listed is not None and listed.cameras else None

    def _cure(self, tap: VideoTap) -> None:
        """A camera that stands still is opened anew: it must be let go of first. Again and again if it has a sensor."""
        if tap.lived:
            self._sensors.add(tap.device_name)
        if tap.seen is Seen.STILL and not tap.ended:
            if not self._stood_still:
                self._stood_still, self._believed = True, tap.device_name not in self._sensors
                tap.leave()
            elif not self._believed and self._clock.now_ns() - tap.began_ns > STILL_AGAIN_NS:
                tap.leave()
        elif tap.seen is Seen.CLEAR and not tap.ended:
            self._stood_still = False

    def _problem(self, tap: VideoTap, lost: bool) -> Problem | None:
        name = shown_name(self._config)
        if self._stood_still and tap.seen is Seen.STILL and not (lost and self._lost_for_ns() > FALLBACK_AFTER_NS):
            return Problem.of("source.still", name=name)
        if lost and self._busy:
            return Problem.of("source.busy", name=name)
        if lost:
            return Problem.of("source.all_lost" if self.sound_lost else "source.lost", name=name)
        return Problem.of("source.covered", name=name) if tap.seen is Seen.COVERED else None

    def _is_better_there(self, tap: VideoTap) -> bool:
        listed = self._devices.latest if self._devices is not None else None
        if listed is None or self._config.kind is not SourceKind.CAMERA:
            return False
        if self._config.target:
            self._descriptions |= {device.name: device.description for device in listed.cameras}
            return False
        return tap.device_name != self._first and any(device.name == self._first for device in listed.cameras)

    def _say_unchanged(self, config: SourceConfig, reason: str) -> None:
        self._notice(Problem.of("source.unchanged", name=shown_name(config), reason=reason), True)


class AudioCapture(Feed[AudioConfig, AudioTap]):
    """The sound of a show; where it is the picture's own, or none, nothing is open here."""

    medium = "microphone"

    def __init__(
        self,
        audio: AudioConfig,
        clock: Clock,
        track_input: TrackInput,
        notice: Notice,
        changed: Callable[[AudioConfig, str], None] = lambda _audio, _device: None,
        devices: DeviceWatch | None = None,
        picture_sound: Callable[[bool], None] = lambda _on: None,
    ) -> None:
        super().__init__(audio, clock, notice, changed)
        self._track_input = track_input
        self._devices = devices
        self._picture_sound = picture_sound
        self._default: object = None  # what the system said of its microphone when ours was opened
        self._settles_until_ns = 0

    def _unopened(self, reason: str) -> StudioError:
        return fault("audio.unreadable", name=_sound_name(self._config), reason=reason)

    def _make(self, config: AudioConfig, again: bool = False) -> AudioTap | None:
        if not wants_own_capture(config):
            return None
        return AudioTap(
            config,
            _sound_name(config),
            lambda: self._openings(config, again),
            self._clock,
            self._track_input,
            self._failed,
        )

    def _openings(self, audio: AudioConfig, again: bool) -> list[Opening]:
        listed = self._devices.latest if self._devices is not None and again else None
        return audio_openings(audio, listed.microphones if listed is not None else None)

    def _put_on(self, tap: AudioTap | None, fresh: bool) -> None:  # noqa: ARG002 - the picture's side needs it
        self._settles_until_ns = 0
        if self._devices is not None:
            self._default = self._devices.default_sound
        own = tap is None and self._config.kind is AudioKind.CLIP
        self._picture_sound(own)
        if not own:
            self._track_input.hand_to(tap.port if tap is not None else None)

    def _is_on(self, audio: AudioConfig) -> bool:
        if audio == self._config:
            return True
        return audio.kind is AudioKind.MIC and self._tap is not None and audio.target == self._tap.device_name != ""

    def _has(self, audio: AudioConfig) -> bool:
        """Any of ours may be the one: the same microphone has many names."""
        tap, mic = self._tap, AudioKind.MIC
        return tap is not None and not tap.ended and audio.kind is mic and self._config.kind is mic

    def _problem(self, tap: AudioTap, lost: bool) -> Problem | None:  # noqa: ARG002 - the picture's side needs it
        if not lost:
            return None
        name = _sound_name(self._config)
        return Problem.of("audio.busy", name=name) if self._busy else Problem.of("audio.lost", name=name)

    def _is_better_there(self, tap: AudioTap) -> bool:
        """Whether the system's own choice is another one now, and ours is whatever the system chooses."""
        if self._devices is None or self._config.kind is not AudioKind.MIC or self._config.target:
            return False
        now_ns, default = self._clock.now_ns(), self._devices.default_sound
        if default is not None and default != self._default:  # one that is not known is no other one
            before = tap.device_name if self._default is None else self._default
            if default != before:
                self._settles_until_ns = now_ns + DEFAULT_SETTLES_NS
            self._default = default
        return now_ns < self._settles_until_ns

    def _say_unchanged(self, config: AudioConfig, reason: str) -> None:
        self._notice(Problem.of("audio.unchanged", name=_sound_name(config), reason=reason), True)


def _sound_name(audio: AudioConfig) -> str:
    return audio.target or audio.kind.value


def wants_own_capture(audio: AudioConfig) -> bool:
    """Whether the sound does not come with the picture."""
    return audio.kind is AudioKind.MIC or (audio.kind is AudioKind.CLIP and bool(audio.target))
