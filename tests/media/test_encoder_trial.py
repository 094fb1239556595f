"""One encoder's trial: what it costs and gives, and the refusals of those that do not obey in the middle of a show."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from av.video.frame import PictureType

from studio.config import CanvasConfig, EncoderConfig, SourceConfig, SourceKind
from studio.errors import StudioError
from studio.media import codecs, encoder_trial
from studio.media.codecs import video_options
from studio.media.encoder_trial import PICTURES_S, Pictures, RefusedError, fetch, measure, obeys, read, ssim, work
from studio.media.frames import planes
from studio.shop.demo import demo_clip
from tests.media.films import write_clip

CANVAS = CanvasConfig(320, 180, 25)
CLIP = SourceConfig(SourceKind.CLIP, str(demo_clip()))
SETTINGS = EncoderConfig(600, "ultrafast")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Pictures:
    """Three seconds of the demo clip with the noise of a camera."""
    path = tmp_path_factory.mktemp("trial") / "pictures.yuv"
    assert fetch(CLIP, CANVAS, path, grainy=True) == PICTURES_S * CANVAS.fps
    return read(path, CANVAS)


def test_pictures_come_as_the_show_would_compose_them(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "wide.mp4", frames=40, size=(640, 180))
    count = fetch(SourceConfig(SourceKind.CLIP, str(clip)), CANVAS, tmp_path / "pictures.yuv")
    frames = read(tmp_path / "pictures.yuv", CANVAS)
    assert len(frames) == count == 40, "a clip of less than three seconds does too"
    luma = planes(frames[10])[0]
    assert luma.shape == (180, 320)
    assert luma[:40].max() <= 17, "black bars, as the show has them"
    assert luma[90].mean() > 100


def test_a_clip_of_a_single_picture_is_no_material(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "short.mp4", frames=3)
    with pytest.raises(RefusedError, match="too few"):
        fetch(SourceConfig(SourceKind.CLIP, str(clip)), CANVAS, tmp_path / "pictures.yuv")


def test_a_trial_tells_cost_speed_quality_and_rate(pictures: Pictures) -> None:
    found = measure(CANVAS, SETTINGS, pictures)
    assert 0 < found["cpu_s"] < 1
    assert found["speed"] == pytest.approx(1 / found["cpu_s"], rel=0.01)
    assert found["kbps"] == pytest.approx(600, rel=0.35)
    assert 4 < found["quality_db"] < 25


def test_a_better_picture_counts_as_better(pictures: Pictures) -> None:
    poor, rich = (measure(CANVAS, EncoderConfig(kbps, "veryfast"), pictures) for kbps in (250, 2000))
    assert rich["quality_db"] > poor["quality_db"] + 1


def test_the_usual_preset_looks_as_good_with_what_is_changed_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas, settings = CanvasConfig(1280, 720, 25), EncoderConfig(2500, codecs.USUAL_PRESET)
    fetch(CLIP, canvas, tmp_path / "pictures.yuv", grainy=True)
    large = read(tmp_path / "pictures.yuv", canvas)
    changed = measure(canvas, settings, large)
    monkeypatch.setattr(codecs, "USUAL_CHANGES", "")
    as_it_is = measure(canvas, settings, large)
    assert changed["quality_db"] == pytest.approx(as_it_is["quality_db"], abs=0.1)
    assert changed["kbps"] != as_it_is["kbps"], "the changes reach the encoder"


def test_similarity_is_one_for_the_same_picture_and_falls_with_noise() -> None:
    random = np.random.default_rng(1)
    picture = random.integers(0, 255, (120, 160), np.uint8)
    little, much = (
        np.clip(picture + random.normal(0, sigma, picture.shape), 0, 255).astype(np.uint8) for sigma in (5, 40)
    )
    assert ssim(picture, picture) == pytest.approx(1.0)
    assert 1.0 > ssim(picture, little) > ssim(picture, much) > 0.0


def test_x264_obeys(pictures: Pictures) -> None:
    obeys(CANVAS, SETTINGS, pictures)


def test_an_encoder_whose_rate_cannot_be_changed_is_refused(
    pictures: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    """x264 itself with a strict constant rate is one."""

    def strict(settings: EncoderConfig, canvas: CanvasConfig) -> dict[str, str]:
        options = video_options(settings, canvas)
        return options | {"x264-params": "nal-hrd=cbr", "minrate": options["maxrate"]}

    monkeypatch.setattr(encoder_trial, "video_options", strict)
    with pytest.raises(RefusedError, match="rate does not follow"):
        obeys(CANVAS, SETTINGS, pictures)


def test_an_encoder_that_makes_no_keyframe_when_asked_is_refused(
    pictures: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder_trial, "PictureType", SimpleNamespace(I=PictureType.NONE, NONE=PictureType.NONE))
    with pytest.raises(RefusedError, match="no keyframe"):
        obeys(CANVAS, SETTINGS, pictures)


def test_a_picture_that_comes_out_as_another_is_refused(pictures: Pictures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder_trial, "ssim", lambda wanted, _got: ssim(wanted, 255 - wanted))
    with pytest.raises(RefusedError, match="damaged"):
        measure(CANVAS, SETTINGS, pictures)


def test_what_a_driver_says_is_the_reason() -> None:
    canvas = {"width": 320, "height": 180, "fps": 25}
    job = {"source": {"kind": "clip", "target": "/nowhere.mp4", "fit": "contain"}, "canvas": canvas}
    answer = work(job | {"grainy": False, "file": "/nowhere.yuv"})
    assert answer == {"refused": "The video file /nowhere.mp4 is not there."}


def test_a_trial_sees_three_seconds_of_which_no_picture_comes_twice(pictures: Pictures) -> None:
    bench = encoder_trial.Bench(CANVAS, SETTINGS, pictures)
    seen = {bytes(planes(bench.picture(tick))[0]) for tick in range(encoder_trial.TRIAL_S * CANVAS.fps)}
    assert len(seen) == 3 * CANVAS.fps


def test_pictures_stay_in_their_file_also_under_snow(pictures: Pictures) -> None:
    """At 720p they would take 124 MB, and under snow as much again."""
    snowed = encoder_trial.noisy(pictures)
    assert isinstance(pictures.raw, np.memmap)
    assert snowed.raw is pictures.raw
    plain, white = (one[5].to_ndarray().astype(int) for one in (pictures, snowed))
    assert 8 < np.abs(plain - white).mean() < encoder_trial.SNOW
    assert np.array_equal(snowed[5].to_ndarray(), white), "the same each time"


def test_a_slow_camera_is_not_waited_for_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder_trial, "FETCH_S", -1.0)
    assert fetch(CLIP, CANVAS, tmp_path / "pictures.yuv") == CANVAS.fps, "a second at least"


def test_a_network_camera_that_gives_nothing_is_told_without_its_password(tmp_path: Path) -> None:
    """What was refused is shown, and kept in a file."""
    camera = SourceConfig(SourceKind.URL, "http://farmer:secret@127.0.0.1:9/video?token=secret")
    with pytest.raises(StudioError) as caught:
        fetch(camera, CANVAS, tmp_path / "pictures.yuv", grainy=False)
    assert caught.value.problem.code == "source.unreachable"
    assert "secret" not in str(caught.value)
