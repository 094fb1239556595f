"""A folder that one may not enter is told as such, and is no fault of the program."""

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.config import AudioConfig, AudioKind, CanvasConfig, SoundConfig, SourceConfig, SourceKind
from studio.disk import free_bytes
from studio.errors import StudioError, explain
from studio.media.finishing import recording_path
from studio.media.sources import Opening, audio_openings, source_openings
from studio.paths import Home
from studio.run import NO_RUN
from studio.run_file import write_run
from studio.shop.bundle import read_shop, write_shop
from studio.store.order_files import comments_text, read_orders
from tests.media.sources_on_air import SILENCE, Studio
from tests.store.samples import START

CANVAS = CanvasConfig(320, 180, 25)
USES: dict[str, tuple[Callable[[Path], object], str]] = {
    "clip": (lambda file: source_openings(SourceConfig(SourceKind.CLIP, str(file)), CANVAS), "clip.unreadable"),
    "pipe": (lambda file: source_openings(SourceConfig(SourceKind.PIPE, str(file)), CANVAS), "clip.unreadable"),
    "sound": (lambda file: audio_openings(AudioConfig(AudioKind.CLIP, str(file))), "clip.unreadable"),
    "music": (lambda file: SoundConfig(music=str(file)).check_music(), "music.unreadable"),
    "orders": (lambda file: read_orders(file, Home(file.parent)), "orders.unreadable"),
    "comments": (comments_text, "orders.unreadable"),
    "shop": (lambda file: read_shop(file.with_suffix(".zip"), Home(file.parent), ()), "csv.unreadable"),
    "run written": (lambda file: write_run(file, NO_RUN), "library.unwritable"),
    "shop written": (lambda file: write_shop(file.with_suffix(".csv"), ()), "library.unwritable"),
}


@pytest.mark.parametrize("name", USES)
def test_a_file_in_it_is_refused_with_the_reason(name: str, closed_folder: Path) -> None:
    use, code = USES[name]
    with pytest.raises(StudioError) as refused:
        use(closed_folder / "film.mp4")
    assert refused.value.problem.code == code
    assert "it is not allowed" in explain(refused.value.problem).what


def test_a_recording_there_gets_its_name_and_its_disk_is_asked(closed_folder: Path) -> None:
    path = recording_path(closed_folder / "films", START)
    assert path is not None
    assert path.parent == closed_folder / "films"
    assert free_bytes(closed_folder / "films") is not None


def test_a_source_that_ends_before_it_opens_begins_no_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the system said of it: else viewers would see the slate for good."""
    one = Studio(SourceConfig(SourceKind.CLIP, "film.mp4"), SILENCE)

    def openings(_source: SourceConfig, _again: bool) -> list[Opening]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(one.camera, "_openings", openings)
    try:
        with pytest.raises(StudioError) as refused:
            one.camera.open()
    finally:
        one.stop()
    assert refused.value.problem.code == "clip.unreadable"


def test_what_is_a_folder_is_no_order_file(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="it is a folder"):
        comments_text(tmp_path)
