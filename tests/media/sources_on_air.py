"""The picture and the sound of a show in a test, taken as compositor and mixer take them."""

from studio.clock import SystemClock
from studio.config import AudioConfig, AudioKind, CanvasConfig, SourceConfig
from studio.equipment import AudioChanged, SourceChanged
from studio.errors import Problem
from studio.media.audio import AudioTrack
from studio.media.capture import AudioCapture, VideoCapture
from studio.media.devices import DeviceWatch
from studio.media.frames import NS, Picture, Samples, Timeline, planes
from studio.media.taps import TrackInput
from tests.media.told import Told

CANVAS = CanvasConfig(320, 180, 25)
SILENCE = AudioConfig(AudioKind.SILENCE)


class Studio:
    """The picture and the sound of a show, taken as compositor and mixer take them."""

    def __init__(self, source: SourceConfig, audio: AudioConfig, devices: DeviceWatch | None = None) -> None:
        self.told = Told()
        self.clock = SystemClock()
        track_input = TrackInput()
        self.camera = VideoCapture(
            source, CANVAS, self.clock, track_input, self.told.notice, self._source_changed, devices
        )
        self.microphone = AudioCapture(
            audio, self.clock, track_input, self.told.notice, self._audio_changed, devices, self.camera.let_sound
        )
        self.line = Timeline(self.clock.now_ns(), CANVAS.fps)
        self.track = AudioTrack(self.line)
        track_input.lay(self.track)
        self.pictures: list[Picture] = []
        self.sound: list[Samples] = []

    def _source_changed(self, source: SourceConfig, device: str) -> None:
        self.told(SourceChanged(source, device, self.clock.utc()))

    def _audio_changed(self, audio: AudioConfig, device: str) -> None:
        self.told(AudioChanged(audio, device, self.clock.utc()))

    def begin(self, must: bool = True) -> None:
        self.camera.open(must)
        self.microphone.open(must)
        self.microphone.start(self.line)
        self.camera.start(self.line)

    def stop(self) -> None:
        self.camera.stop()
        self.microphone.stop()

    def look(self) -> bool:
        """Takes the sound up to a tenth of a second ago, and a picture if one is due."""
        read = sum(block.shape[1] for block in self.sound)
        due = self.line.sample_at(self.clock.now_ns() - NS // 10)
        if due > read:
            self.sound.append(self.track.read(due - read))
        picture = self.camera.take(self.clock.now_ns())
        if picture is not None:
            self.pictures.append(picture)
        return picture is not None

    def wait_for_notice(self, code: str, active: bool) -> Problem:
        """Until the newest word of this says that it is so, or is over."""
        found: list[tuple[Problem, bool]] = []

        def there() -> bool:
            self.look()
            found[:] = [told for told in self.told.all if isinstance(told, tuple) and told[0].code == code]
            return bool(found) and found[-1][1] is active

        self.told.wait_for(there)
        return found[-1][0]

    def wait_for_luma(self, luma: float) -> None:
        """Until a picture of this brightness is there."""

        def there() -> bool:
            return self.look() and abs(float(planes(self.pictures[-1].frame)[0].mean()) - luma) < 12

        self.told.wait_for(there)

    def wait_for_device(self, device: str) -> None:
        def there() -> bool:
            self.look()
            changes = self.told.of(SourceChanged)
            return bool(changes) and changes[-1].device == device

        self.told.wait_for(there)

    def codes(self) -> list[tuple[str, bool]]:
        return [(told[0].code, told[1]) for told in self.told.all if isinstance(told, tuple)]

    def told_of(self, code: str) -> list[bool]:
        """What was told of one thing: that it is so, that it is over."""
        return [active for told, active in self.codes() if told == code]

    def told_once_each_time(self, code: str) -> bool:
        """Whether nothing but this was told, each time once when it began and once when it was over.

        A computer that stands still for half a second loses what it is to read from.
        """
        return self.codes() == [(code, True), (code, False)] * (len(self.codes()) // 2) != []


def begun(
    studios: list[Studio], source: SourceConfig, audio: AudioConfig = SILENCE, devices: DeviceWatch | None = None
) -> Studio:
    one = Studio(source, audio, devices)
    studios.append(one)
    one.begin()
    return one
