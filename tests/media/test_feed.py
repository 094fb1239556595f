"""Cameras and microphones that go, hang, come back and are exchanged: screens, servers and pipes as devices."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from studio.config import AudioConfig, AudioKind, SourceConfig, SourceKind
from studio.equipment import AudioChanged, Device, DevicesFound, SourceChanged
from studio.errors import StudioError
from studio.media import audio_tap, capture, feed, sources, video_tap
from studio.media.devices import DeviceWatch
from studio.media.frames import NS, SAMPLE_RATE
from studio.media.readers import LiveReader
from tests.end2end.alsa import FakeMicrophone, LooseMicrophone
from tests.end2end.cameras import WebCamera
from tests.end2end.xvfb import VirtualScreen
from tests.media.films import write_clip
from tests.media.sources_on_air import SILENCE, Studio, begun

WHITE, BLUE = 235, 32  # luma
TRIES = 10  # a computer that is busy with others may hold up a device's driver, which is a part of these tests


@pytest.fixture
def studios() -> Iterator[list[Studio]]:
    """Whatever is put in is stopped."""
    made: list[Studio] = []
    yield made
    for one in made:
        one.stop()
        one.stop()


@pytest.fixture
def screen() -> Iterator[VirtualScreen]:
    with VirtualScreen(320, 180, white=True) as screen:
        yield screen


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """The waiting times of a show, made short enough for tests."""
    monkeypatch.setattr(feed, "RETRY_NS", NS // 5)
    monkeypatch.setattr(feed, "STALLED_NS", NS // 2)
    monkeypatch.setattr(feed, "BESIDE_NS", NS)


def of_screen(screen: VirtualScreen) -> SourceConfig:
    return SourceConfig(SourceKind.CAMERA, f"x11grab@{screen.display}")


def test_a_camera_that_is_unplugged_is_told_once_and_comes_back_by_itself(
    studios: list[Studio], screen: VirtualScreen
) -> None:
    one = begun(studios, of_screen(screen))
    one.wait_for_luma(WHITE)
    screen.stop()
    one.wait_for_notice("source.lost", active=True)
    one.camera.take(one.clock.now_ns())
    screen.start()
    one.wait_for_luma(WHITE)
    one.wait_for_notice("source.lost", active=False)
    assert one.told_once_each_time("source.lost")


def test_a_camera_whose_driver_hangs_holds_up_neither_the_show_nor_its_end(
    studios: list[Studio], screen: VirtualScreen
) -> None:
    one = begun(studios, of_screen(screen))
    one.wait_for_luma(WHITE)
    screen.hang()
    one.wait_for_notice("source.lost", active=True)
    began_s = time.monotonic()
    one.stop()
    assert time.monotonic() - began_s < 30, "its driver was waited for, which never ends"


def test_a_camera_whose_driver_hangs_for_a_while_goes_on(studios: list[Studio], screen: VirtualScreen) -> None:
    one = begun(studios, of_screen(screen))
    one.wait_for_luma(WHITE)
    screen.hang()
    one.wait_for_notice("source.lost", active=True)
    one.told.wait_for(lambda: one.camera.opening)
    screen.go_on()
    one.wait_for_notice("source.lost", active=False)
    one.wait_for_luma(WHITE)


def test_a_camera_that_hangs_while_it_is_opened_is_told_before_the_show(
    studios: list[Studio], screen: VirtualScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "OPEN_DEADLINE_S", 0.3)
    screen.hang()
    with pytest.raises(StudioError) as caught:
        begun(studios, of_screen(screen))
    assert caught.value.problem.code == "source.unreadable"
    assert "does not answer" in str(caught.value)


def test_a_network_camera_that_is_switched_off_comes_back_by_itself(studios: list[Studio]) -> None:
    with WebCamera((0, 0, 255), 320, 180) as camera:
        one = begun(studios, SourceConfig(SourceKind.URL, camera.url))
        one.wait_for_luma(BLUE)
        camera.stop()
        one.wait_for_notice("source.lost", active=True)
        camera.start()
        one.wait_for_notice("source.lost", active=False)
        one.wait_for_luma(BLUE)


def test_another_source_takes_over_at_its_first_picture_and_not_before(
    studios: list[Studio], screen: VirtualScreen
) -> None:
    """The old pictures come until the new ones do; other sizes and formats meet the same canvas."""

    def without_a_gap(network: SourceConfig) -> bool:
        one = begun(studios, SourceConfig(SourceKind.PATTERN))
        one.told.wait_for(one.look)
        for source, luma in ((network, None), (of_screen(screen), WHITE)):
            one.camera.switch(source)
            one.told.wait_for(lambda: one.look() and one.told.of(SourceChanged)[-1].source == source)  # noqa: B023
            if luma is not None:
                one.wait_for_luma(luma)
        one.camera.stop()
        assert {(picture.frame.width, picture.frame.height) for picture in one.pictures} == {(320, 180)}
        longest_s = np.diff([picture.due_ns for picture in one.pictures]).max() / NS
        return bool(longest_s < 1.0) and not one.codes()

    with WebCamera((0, 0, 255), 402, 302, fps=30) as camera:
        network = SourceConfig(SourceKind.URL, camera.url)
        assert any(without_a_gap(network) for _ in range(TRIES)), "a slate would come after two seconds"


@pytest.mark.parametrize(
    "broken",
    [
        SourceConfig(SourceKind.CAMERA, "x11grab@:987"),
        SourceConfig(SourceKind.CLIP, "/no/such/film.mp4"),
        SourceConfig(SourceKind.URL, "http://127.0.0.1:9/video"),
    ],
)
def test_a_source_that_does_not_open_changes_nothing(studios: list[Studio], broken: SourceConfig) -> None:
    one = begun(studios, SourceConfig(SourceKind.PATTERN))
    one.camera.switch(broken)
    problem = one.wait_for_notice("source.unchanged", active=True)
    assert dict(problem.values)["reason"] not in ("", "?")
    seen = len(one.pictures)
    one.told.wait_for(lambda: one.look() and len(one.pictures) > seen + 10)
    assert [change.source.kind for change in one.told.of(SourceChanged)] == [SourceKind.PATTERN]


def test_a_source_that_hangs_while_it_is_opened_changes_nothing(
    studios: list[Studio], screen: VirtualScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "CHOSEN_NS", NS // 2)
    one = begun(studios, SourceConfig(SourceKind.PATTERN))
    screen.hang()
    one.camera.switch(of_screen(screen))
    one.wait_for_notice("source.unchanged", active=True)
    seen = len(one.pictures)
    one.told.wait_for(lambda: one.look() and len(one.pictures) > seen + 10)


def test_without_a_name_the_next_camera_takes_over_and_gives_its_place_back(
    studios: list[Studio], screen: VirtualScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "VIDEO_FORMAT", "x11grab")
    monkeypatch.setattr(capture, "FALLBACK_AFTER_NS", NS // 2)
    with VirtualScreen(320, 180) as other:
        both = (Device(screen.display, "good camera"), Device(other.display, "laptop"))
        monkeypatch.setattr(sources, "cameras", lambda: [*both])
        devices = DeviceWatch(lambda _found: None)
        devices.latest = DevicesFound(both, ())
        one = begun(studios, SourceConfig(SourceKind.CAMERA), devices=devices)
        one.wait_for_device("good camera")
        one.wait_for_luma(WHITE)
        screen.stop()
        devices.latest = DevicesFound(both[1:], ())
        one.wait_for_device("laptop")
        one.wait_for_luma(16)
        one.wait_for_notice("source.lost", active=False)
        screen.start()
        devices.latest = DevicesFound(both, ())
        one.wait_for_device("good camera")
        one.wait_for_luma(WHITE)


def test_a_camera_with_a_name_is_waited_for_and_found_under_another_number(
    studios: list[Studio], screen: VirtualScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "VIDEO_FORMAT", "x11grab")
    with VirtualScreen(320, 180) as other:
        wanted, others = Device(screen.display, "good camera"), Device(":986", "laptop")
        devices = DeviceWatch(lambda _found: None)
        devices.latest = DevicesFound((wanted, others), ())
        one = begun(studios, SourceConfig(SourceKind.CAMERA, screen.display), devices=devices)
        one.wait_for_luma(WHITE)
        screen.stop()
        one.wait_for_notice("source.lost", active=True)
        devices.latest = DevicesFound((others, Device(other.display, "good camera")), ())
        one.wait_for_luma(16)
        one.wait_for_notice("source.lost", active=False)


def loud(one: Studio, from_ns: int, seconds: float) -> float:
    """The share of hundredths of a second with sound in a stretch of the show, which is waited for."""
    first = one.line.sample_at(from_ns)
    last = first + int(seconds * SAMPLE_RATE)
    one.told.wait_for(lambda: one.look() and sum(block.shape[1] for block in one.sound) >= last)
    block = np.concatenate(one.sound, axis=1)[0][first:last]
    rms = np.sqrt((block[: block.size // 480 * 480].reshape(-1, 480) ** 2).mean(axis=1))
    return float((rms > 0.2).mean())


def test_a_microphone_that_is_unplugged_is_told_and_comes_back_in_its_place(
    studios: list[Studio], tmp_path: Path
) -> None:
    with LooseMicrophone(tmp_path) as microphone:
        one = begun(studios, SourceConfig(SourceKind.PATTERN), AudioConfig(AudioKind.MIC, microphone.target))
        one.told.wait_for(lambda: one.look() and len(one.pictures) > 10)
        microphone.unplug()
        one.wait_for_notice("audio.lost", active=True)
        microphone.plug()
        one.wait_for_notice("audio.lost", active=False)
        assert any(loud(one, one.clock.now_ns() + NS // 5, 0.6) > 0.95 for _ in range(TRIES))
        one.wait_for_notice("audio.lost", active=False)
        assert one.told_once_each_time("audio.lost")  # before it is unplugged for good


def test_a_microphone_that_says_nothing_is_told(
    studios: list[Studio], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeMicrophone(tmp_path) as microphone:
        for name, value in microphone.environment().items():
            monkeypatch.setenv(name, value)
        one = begun(studios, SourceConfig(SourceKind.PATTERN), AudioConfig(AudioKind.MIC, "alsa@fakemic"))
        one.told.wait_for(lambda: one.look() and len(one.pictures) > 10)
        microphone.hanging = True
        one.wait_for_notice("audio.lost", active=True)
        microphone.hanging = False
        one.wait_for_notice("audio.lost", active=False)


def test_the_sound_changes_hands_without_a_hole(
    studios: list[Studio], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the film's own sound to a microphone, to silence, and back."""
    by_microphone, own = AudioConfig(AudioKind.MIC, "alsa@fakemic"), AudioConfig(AudioKind.CLIP)

    def heard_throughout(one: Studio) -> bool:
        changed_ns, told = one.clock.now_ns(), len(one.codes())
        one.microphone.switch(by_microphone)
        one.told.wait_for(lambda: one.look() and one.told.of(AudioChanged)[-1].audio == by_microphone)
        heard = loud(one, changed_ns - NS // 5, 1.2) > 0.95
        one.microphone.switch(SILENCE)
        one.told.wait_for(lambda: one.told.of(AudioChanged)[-1].audio == SILENCE)
        one.microphone.switch(own)
        one.told.wait_for(lambda: one.look() and one.told.of(AudioChanged)[-1].audio == own)
        # what is read ahead of a film is over within a second
        return loud(one, one.clock.now_ns() + NS, 0.5) > 0.9 and heard and len(one.codes()) == told

    film = SourceConfig(SourceKind.CLIP, str(write_clip(tmp_path / "film.mp4", frames=25, sound=True)))
    with FakeMicrophone(tmp_path) as microphone:
        for name, value in microphone.environment().items():
            monkeypatch.setenv(name, value)
        one = begun(studios, film, own)
        one.told.wait_for(lambda: one.look() and len(one.pictures) > 10)
        assert any(heard_throughout(one) for _ in range(TRIES))


def test_a_microphone_that_does_not_open_changes_nothing(studios: list[Studio], tmp_path: Path) -> None:
    film = SourceConfig(SourceKind.CLIP, str(write_clip(tmp_path / "film.mp4", frames=25, sound=True)))
    one = begun(studios, film, AudioConfig(AudioKind.CLIP))
    one.microphone.switch(AudioConfig(AudioKind.MIC, "alsa@nothing-of-that-name"))
    one.wait_for_notice("audio.unchanged", active=True)
    assert loud(one, one.clock.now_ns(), 0.4) > 0.9


class Stumbling(LiveReader):
    """A reader with a bug, while `stumbles` is set."""

    stumbles = threading.Event()
    stumbled = 0

    def see(self, frame: av.VideoFrame) -> int:
        self._stumble()
        return super().see(frame)

    def hear(self, frame: av.AudioFrame) -> None:
        self._stumble()
        super().hear(frame)

    def _stumble(self) -> None:
        if self.stumbles.is_set():
            Stumbling.stumbled += 1
            raise ZeroDivisionError("a bug")


CAMERA = SourceConfig(SourceKind.CAMERA, "lavfi@testsrc=rate=25:size=320x180,realtime")
MICROPHONE = AudioConfig(AudioKind.MIC, "lavfi@sine=frequency=440:sample_rate=48000,arealtime")


@pytest.mark.expects_errors
@pytest.mark.parametrize("medium", ["source", "audio"])
def test_a_fault_of_ours_ends_neither_camera_nor_microphone_for_good(
    studios: list[Studio], monkeypatch: pytest.MonkeyPatch, medium: str
) -> None:
    """They are tried again; who chooses them once more need not wait for that."""
    monkeypatch.setattr(video_tap, "LiveReader", Stumbling)
    monkeypatch.setattr(audio_tap, "LiveReader", Stumbling)
    pattern = SourceConfig(SourceKind.PATTERN)
    one = begun(studios, CAMERA) if medium == "source" else begun(studios, pattern, MICROPHONE)
    for waits_ns in (NS // 5, 3600 * NS):
        monkeypatch.setattr(feed, "LATER_RETRY_NS", waits_ns)
        monkeypatch.setattr(feed, "RETRY_NS", waits_ns)
        one.told.wait_for(lambda: one.look() or medium == "audio")
        before = Stumbling.stumbled
        Stumbling.stumbles.set()
        one.wait_for_notice(f"{medium}.lost", active=True)
        one.told.wait_for(lambda: Stumbling.stumbled > before + 1)  # noqa: B023
        one.told.wait_for(lambda: not one.camera.opening and not one.microphone.opening)
        Stumbling.stumbles.clear()
        if waits_ns > NS:
            one.camera.switch(CAMERA if medium == "source" else pattern)
            one.microphone.switch(SILENCE if medium == "source" else MICROPHONE)
        one.wait_for_notice(f"{medium}.lost", active=False)
    bugs = [active for code, active in one.codes() if code.endswith(".bug")]
    assert bugs == [True], "told once, however often it comes"


def test_a_camera_a_show_does_without_is_shown_as_soon_as_it_answers(
    studios: list[Studio], screen: VirtualScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a crash: its driver hangs, and nobody waits for it."""
    monkeypatch.setattr(feed, "NOT_WAITED_FOR_S", 0.3)
    screen.hang()
    one = Studio(of_screen(screen), SILENCE)
    studios.append(one)
    one.begin(must=False)
    one.wait_for_notice("source.lost", active=True)
    screen.go_on()
    one.wait_for_luma(WHITE)
    one.wait_for_notice("source.lost", active=False)


def test_a_show_without_any_camera_takes_the_first_that_is_plugged_in(
    studios: list[Studio], screen: VirtualScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "VIDEO_FORMAT", "x11grab")
    there: list[Device] = []
    monkeypatch.setattr(sources, "cameras", lambda: there)
    monkeypatch.setattr(capture, "cameras", lambda: there)
    one = Studio(SourceConfig(SourceKind.CAMERA), SILENCE)
    studios.append(one)
    one.begin(must=False)
    one.wait_for_notice("source.lost", active=True)
    there.append(Device(screen.display, "USB 摄像头"))
    one.wait_for_luma(WHITE)
    one.wait_for_device("USB 摄像头")
