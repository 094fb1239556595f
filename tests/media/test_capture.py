"""Capture from real files and pipes: a clip without a gap, a pipe whose writer comes late, leaves and returns."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from studio.clock import SystemClock
from studio.config import AudioConfig, AudioKind, CanvasConfig, Fit, SourceConfig, SourceKind
from studio.errors import Problem, StudioError
from studio.media import audio_tap, feed, sources, video_tap
from studio.media.audio import AudioTrack
from studio.media.capture import (
    READ_AHEAD_FRAMES,
    AudioCapture,
    VideoCapture,
    mailbox_for,
)
from studio.media.frames import NS, SAMPLE_RATE, Picture, Timeline, planes
from studio.media.pattern import pattern
from studio.media.queues import Mailbox
from studio.media.taps import TrackInput
from tests.media.films import SMALL, number_of, numbered, write_clip, write_sound
from tests.media.pipes import Writer, y4m
from tests.media.told import Hand, Told

START_NS = 100 * NS
SHELF = 120
LINE = Timeline(START_NS, SMALL.fps)


class Shelf(Mailbox):
    """A mailbox that keeps every picture in its order, and then is full."""

    def __init__(self) -> None:
        super().__init__(slots=1, overwrite=False)
        self.pictures: list[Picture] = []

    def put(self, picture: Picture) -> bool:
        if len(self.pictures) == SHELF:
            return super().put(picture)
        self.pictures.append(picture)
        return True


class Reading:
    """A capture and what it gives: of a clip every picture, of what is live the newest."""

    def __init__(self, source: SourceConfig, clock: SystemClock | Hand | None = None) -> None:
        self.told = Told()
        self.shelf = Shelf()
        self.track_input = TrackInput()
        kept = source.kind in (SourceKind.CLIP, SourceKind.PATTERN)
        self.capture = VideoCapture(
            source,
            SMALL,
            clock or Hand(START_NS),
            self.track_input,
            self.told.notice,
            mailboxes=(lambda _source: self.shelf) if kept else mailbox_for,
        )

    def pictures(self, count: int) -> list[Picture]:
        """The first pictures of a clip."""
        self.told.wait_for(lambda: len(self.shelf.pictures) >= count)
        return self.shelf.pictures[:count]


@pytest.fixture
def reading() -> Iterator[Callable[..., Reading]]:
    """Makes readings, and stops them when the test is over."""
    made: list[Reading] = []

    def make(kind: SourceKind, target: str | Path = "", clock: SystemClock | Hand | None = None) -> Reading:
        made.append(Reading(SourceConfig(kind, str(target)), clock))
        return made[-1]

    yield make
    for one in made:
        one.capture.stop()
        one.capture.stop()


def begin(one: Reading, track: AudioTrack | None = None, line: Timeline = LINE) -> None:
    one.capture.open()
    if track is not None:
        one.track_input.lay(track)
        one.capture.let_sound(True)
    one.capture.start(line)


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv", "clip.ts", "clip.avi"])
@pytest.mark.parametrize("sound", [False, True])
def test_a_clip_goes_round_without_a_gap(
    tmp_path: Path, reading: Callable[..., Reading], name: str, sound: bool
) -> None:
    one = reading(SourceKind.CLIP, write_clip(tmp_path / name, frames=20, sound=sound))
    begin(one, AudioTrack(LINE) if sound else None)
    pictures = one.pictures(50)
    assert [number_of(picture.frame) for picture in pictures] == [number % 20 for number in range(50)]
    steps = np.diff([picture.due_ns for picture in pictures]) / 1e6
    assert np.abs(steps - 40).max() < 2, "every picture 40 ms after the one before, also across the seam"
    assert not one.told.all


def test_a_raw_stream_of_pictures_has_the_times_of_its_rate_and_goes_round(
    tmp_path: Path, reading: Callable[..., Reading]
) -> None:
    one = reading(SourceKind.CLIP, write_clip(tmp_path / "clip.h264", frames=20, fps=50, container_format="h264"))
    begin(one)
    pictures = one.pictures(50)
    assert [number_of(picture.frame) for picture in pictures] == [number % 20 for number in range(50)]
    assert np.abs(np.diff([picture.due_ns for picture in pictures]) / 1e6 - 20).max() < 1
    assert not one.told.all


@pytest.mark.expects_errors
def test_a_fault_of_ours_while_reading_is_told(
    tmp_path: Path, reading: Callable[..., Reading], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_anything: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(video_tap, "ClipReader", broken)
    monkeypatch.setattr(audio_tap, "ClipReader", broken)
    one = reading(SourceKind.CLIP, write_clip(tmp_path / "clip.mp4"))
    begin(one)
    one.told.wait_for(lambda: len(one.told.all) == 2)
    assert {problem.code.split(".")[1] for problem, _active in one.told.all} == {"bug", "lost"}
    song = AudioConfig(AudioKind.CLIP, str(write_sound(tmp_path / "song.wav", 0.4)))
    sound, told = AudioCapture(song, SystemClock(), TrackInput(), one.told.notice), one.told
    sound.open()
    sound.start(LINE)
    told.wait_for(lambda: len(told.all) == 4)
    sound.stop()
    assert {problem.code.split(".")[1] for problem, _active in told.all[2:]} == {"bug", "lost"}


@pytest.mark.parametrize(("fps", "size"), [(30, (640, 360)), (15, (180, 320)), (50, (322, 182))])
def test_a_clip_of_another_rate_and_size_keeps_its_own_time(
    tmp_path: Path, reading: Callable[..., Reading], fps: int, size: tuple[int, int]
) -> None:
    one = reading(SourceKind.CLIP, write_clip(tmp_path / "clip.mp4", frames=fps, fps=fps, size=size))
    begin(one)
    pictures = one.pictures(fps + 5)
    assert {(picture.frame.width, picture.frame.height) for picture in pictures} == {(320, 180)}
    steps = np.diff([picture.due_ns for picture in pictures]) / 1e6
    assert np.abs(steps - 1000 / fps).max() < 2


def test_the_sound_of_a_clip_begins_with_its_picture_and_goes_round(
    tmp_path: Path, reading: Callable[..., Reading]
) -> None:
    track = AudioTrack(LINE)
    one = reading(SourceKind.CLIP, write_clip(tmp_path / "clip.mp4", frames=25, sound=True))
    begin(one, track)
    first = one.pictures(80)[0]
    sound = track.read(2 * SAMPLE_RATE)[0]
    loud = np.flatnonzero(np.abs(sound) > 0.1)
    began_ns = LINE.sample_ns(int(loud[0]))
    assert abs(began_ns - first.due_ns) < 30_000_000
    rms = [float(np.sqrt((sound[at : at + 2400] ** 2).mean())) for at in range(4800, 2 * SAMPLE_RATE - 4800, 2400)]
    assert min(rms) > 0.2, "no hole, also not at the seam"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda path: None, "clip.missing"),
        (lambda path: path.write_bytes(b""), "clip.unreadable"),
        (lambda path: path.write_text("产品目录\n苹果,39.90\n" * 50), "clip.unreadable"),
        (lambda path: path.mkdir(), "clip.unreadable"),
        (lambda path: path.write_bytes(write_clip(path.with_name("whole.mp4")).read_bytes()[:3000]), "clip.unreadable"),
        (lambda path: write_sound(path.with_suffix(".wav"), 0.5).rename(path), "clip.no_video"),
    ],
    ids=["missing", "empty", "text", "folder", "half-written", "only sound"],
)
def test_a_file_that_cannot_be_played_is_told_before_the_show(
    tmp_path: Path, reading: Callable[..., Reading], make: Callable[[Path], object], code: str
) -> None:
    path = tmp_path / "given.mp4"
    make(path)
    with pytest.raises(StudioError) as caught:
        reading(SourceKind.CLIP, path).capture.open()
    assert caught.value.problem.code == code
    assert str(path) in str(caught.value)
    assert "…" not in str(caught.value), "no value of the sentence is missing"


def test_a_clip_with_a_damaged_middle_plays_on(tmp_path: Path, reading: Callable[..., Reading]) -> None:
    data = bytearray(write_clip(tmp_path / "whole.ts", frames=50).read_bytes())
    middle = len(data) // 2 // 188 * 188
    data[middle : middle + 188 * 3] = os.urandom(188 * 3)
    (tmp_path / "torn.ts").write_bytes(data)
    one = reading(SourceKind.CLIP, tmp_path / "torn.ts")
    begin(one)
    assert len(one.pictures(70)) == 70


@pytest.mark.parametrize("sound", [False, True])
def test_half_a_clip_plays_to_the_break_and_goes_round(
    tmp_path: Path, reading: Callable[..., Reading], sound: bool
) -> None:
    """Copied from a stick that was pulled: the index in front knows of pictures that are not there."""
    path = write_clip(tmp_path / "clip.mp4", frames=20, sound=sound, index_in_front=True)
    with av.open(str(path)) as whole:
        places = [packet.pos for packet in whole.demux(video=0) if packet.pos is not None]
    os.truncate(path, places[12] + 3)
    one = reading(SourceKind.CLIP, path)
    begin(one, AudioTrack(LINE) if sound else None)
    assert [number_of(picture.frame) for picture in one.pictures(30)] == [number % 12 for number in range(30)]
    assert not one.told.all


def test_a_picture_that_is_to_fill_the_canvas_needs_no_second_opening(
    tmp_path: Path, reading: Callable[..., Reading]
) -> None:
    """Many cameras cannot be opened twice."""
    one = reading(SourceKind.CLIP, write_clip(tmp_path / "wide.mp4", frames=50, size=(400, 180)))
    begin(one)
    (picture,) = one.pictures(1)
    assert planes(picture.frame)[0][0].mean() < 20, "bars"
    tap = one.capture._tap
    one.capture.switch(SourceConfig(SourceKind.CLIP, str(tmp_path / "wide.mp4"), Fit.COVER))

    def filled() -> bool:
        newest = one.capture.take(START_NS + 3600 * NS)
        return newest is not None and bool(planes(newest.frame)[0][0].mean() > 30)

    one.told.wait_for(filled)
    assert one.capture._tap is tap
    assert not one.capture.opening
    assert not one.told.all


def test_a_clip_is_read_ahead_and_no_further() -> None:
    mailbox = mailbox_for(SourceConfig(SourceKind.CLIP))
    told = Told()

    def fill() -> None:
        for number in range(100):
            if not mailbox.put(Picture(numbered(SMALL, number), number)):
                break
            told(number)

    thread = threading.Thread(target=fill, name="filling")
    thread.start()
    told.wait_for(lambda: len(told.all) == READ_AHEAD_FRAMES)
    thread.join(0.05)
    mailbox.close()
    thread.join()
    assert len(told.all) == READ_AHEAD_FRAMES
    assert mailbox_for(SourceConfig(SourceKind.CAMERA)).put(Picture(numbered(SMALL, 0), 0))


def test_the_pattern_moves_at_the_rate_of_the_show(reading: Callable[..., Reading]) -> None:
    one = reading(SourceKind.PATTERN)
    begin(one)
    pictures = one.pictures(12)
    assert np.diff([picture.due_ns for picture in pictures]) == pytest.approx(40_000_000)
    lumas = [planes(picture.frame)[0] for picture in pictures]
    assert all(not np.array_equal(lumas[n], lumas[n + 1]) for n in range(11))


@pytest.mark.parametrize("size", [(160, 1920), (240, 1920), (1920, 160), (720, 1280)])
def test_the_pattern_fits_any_canvas(size: tuple[int, int]) -> None:
    frames = pattern(CanvasConfig(*size))
    for _ in range(60):
        frame = next(frames)
    assert (frame.width, frame.height) == size
    assert planes(frame)[0].max() == 235


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "camera.y4m"
    os.mkfifo(path)
    return path


def newest(capture: VideoCapture, told: Told) -> Picture:
    found: list[Picture] = []

    def there() -> bool:
        picture = capture.take(time.monotonic_ns())
        if picture is not None:
            found.append(picture)
        return bool(found)

    told.wait_for(there)
    return found[0]


def test_a_pipe_is_read_as_it_comes(pipe: Path, reading: Callable[..., Reading]) -> None:
    clock = SystemClock()
    one = reading(SourceKind.PIPE, pipe, clock)
    with Writer(pipe, y4m()):
        began_ns = clock.now_ns()
        begin(one, line=Timeline(began_ns, 25))
        picture = newest(one.capture, one.told)
        assert number_of(picture.frame) in range(10)
        assert began_ns <= picture.due_ns <= clock.now_ns()


def test_the_writer_of_a_pipe_may_come_late(pipe: Path, reading: Callable[..., Reading]) -> None:
    clock = SystemClock()
    one = reading(SourceKind.PIPE, pipe, clock)
    opening = threading.Thread(target=lambda: begin(one, line=Timeline(clock.now_ns(), 25)), name="opening")
    opening.start()
    opening.join(0.3)
    assert opening.is_alive(), "it waits for the writer"
    with Writer(pipe, y4m()):
        opening.join()
        newest(one.capture, one.told)


def test_a_pipe_into_which_nobody_writes_is_told(
    pipe: Path, reading: Callable[..., Reading], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "OPEN_TIMEOUT_S", 0.3)
    one = reading(SourceKind.PIPE, pipe)
    with pytest.raises(StudioError) as caught:
        one.capture.open()
    assert caught.value.problem.code == "source.unreadable"


def test_a_source_that_is_lost_is_told_and_told_again_when_it_is_back(
    pipe: Path, reading: Callable[..., Reading], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "RETRY_NS", NS // 20)
    clock = SystemClock()
    one = reading(SourceKind.PIPE, pipe, clock)
    with Writer(pipe, y4m()):
        begin(one, line=Timeline(clock.now_ns(), 25))
        newest(one.capture, one.told)
    lost = Problem.of("source.lost", name=str(pipe))
    one.told.wait_for(lambda: (lost, True) in one.told.all)
    one.capture.take(clock.now_ns())
    with Writer(pipe, y4m()):
        newest(one.capture, one.told)
        one.told.wait_for(lambda: (lost, False) in one.told.all)
    assert one.told.all[:2] == [(lost, True), (lost, False)]


def test_stopping_does_not_wait_for_a_writer_that_has_left(
    pipe: Path, reading: Callable[..., Reading], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The show's end must not hang on the camera: the viewers would see a frozen picture meanwhile."""
    monkeypatch.setattr(feed, "RETRY_NS", NS // 20)
    monkeypatch.setattr(sources, "OPEN_TIMEOUT_S", 1e4)
    clock = SystemClock()
    one = reading(SourceKind.PIPE, pipe, clock)
    with Writer(pipe, y4m()):
        begin(one, line=Timeline(clock.now_ns(), 25))
        newest(one.capture, one.told)
    one.told.wait_for(lambda: bool(one.told.all))
    one.capture.stop()
    one.told.wait_for(lambda: "capture" not in {thread.name for thread in threading.enumerate()})


def test_trying_a_lost_pipe_again_and_again_leaves_nothing_open(
    pipe: Path, reading: Callable[..., Reading], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "OPEN_TIMEOUT_S", 0.05)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        with pytest.raises(StudioError):
            reading(SourceKind.PIPE, pipe).capture.open()
    assert len(list(Path("/proc/self/fd").iterdir())) <= before, "what others left behind may go meanwhile"


def test_a_network_camera_that_is_not_there_is_told_without_its_password(reading: Callable[..., Reading]) -> None:
    one = reading(SourceKind.URL, "http://farmer:secret@127.0.0.1:9/video?token=secret")
    with pytest.raises(StudioError) as caught:
        one.capture.open()
    assert caught.value.problem.code == "source.unreachable"
    assert "secret" not in repr(caught.value.problem)
    assert "secret" not in str(caught.value)


def test_a_name_that_no_log_can_hold_is_told_before_the_show(tmp_path: Path, reading: Callable[..., Reading]) -> None:
    """As archives from a Chinese Windows leave it."""
    named = os.fsdecode(os.fsencode(tmp_path) + b"/\xc6\xbb\xb9\xfb.mp4")
    write_clip(tmp_path / "whole.mp4").rename(named)
    with pytest.raises(StudioError) as caught:
        reading(SourceKind.CLIP, named).capture.open()
    assert "rename it" in str(caught.value)
    assert str(caught.value).encode()
