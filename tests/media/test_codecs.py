"""What each encoder is told: this build of FFmpeg knows every option and value, and absent hardware says so itself."""

from typing import Any

import av
import pytest
from av.error import FFmpegError

from studio.config import PRESETS, CanvasConfig, EncoderConfig
from studio.media.codecs import CHIPS, X264, set_up, video_options
from studio.media.encoder_trial import why

CANVAS = CanvasConfig(320, 180, 25)


def there(codec: str) -> bool:
    """Whether this build has the encoder, with or without the hardware for it."""
    try:
        av.Codec(codec, "w")
    except ValueError:
        return False
    return True


def opening_error(codec: str, options: dict[str, str]) -> str:
    """What FFmpeg says last when the encoder does not open; empty where it opens."""
    context: Any = av.CodecContext.create(codec, "w")
    context.options = options
    set_up(context, CANVAS, EncoderConfig(codec=codec), threads=1)
    before = av.logging.get_level()
    av.logging.set_level(av.logging.ERROR)
    try:
        context.open()
    except FFmpegError as error:
        return why(error)
    finally:
        av.logging.set_level(before)
    return ""


HERE = sorted(codec for codec in CHIPS if there(codec))


def test_this_build_knows_some_chips() -> None:
    assert HERE


@pytest.mark.expects_errors
@pytest.mark.parametrize("codec", HERE)
def test_a_chip_that_is_not_there_says_so_and_complains_of_no_option(codec: str) -> None:
    said = opening_error(codec, video_options(EncoderConfig(codec=codec), CANVAS))
    assert "option" not in said


@pytest.mark.expects_errors
@pytest.mark.parametrize(("codec", "option"), [(codec, option) for codec in HERE for option, _ in CHIPS[codec].options])
def test_every_option_of_a_chip_is_known_to_this_build(codec: str, option: str) -> None:
    """A value that no option takes is complained of only where the option is known."""
    assert f"option {option} to value" in opening_error(codec, {option: "no such value"})


@pytest.mark.parametrize("preset", PRESETS)
def test_x264_opens_with_every_preset(preset: str) -> None:
    assert opening_error(X264, video_options(EncoderConfig(preset=preset), CANVAS)) == ""


def test_keyframes_are_as_far_apart_and_the_rate_as_steady_for_every_encoder() -> None:
    for codec in (X264, *CHIPS):
        options = video_options(EncoderConfig(800, codec=codec, keyframe_interval_s=2.0), CANVAS)
        assert (options["g"], options["maxrate"], options["bufsize"]) == ("50", "800000", "600000")
