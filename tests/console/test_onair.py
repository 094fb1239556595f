"""What the command line says of a show before it begins."""

from dataclasses import replace
from pathlib import Path

from studio.config import CanvasConfig, EncoderConfig, ShowConfig
from studio.console.onair import encoder_words
from studio.encoder_memory import remember
from studio.events import EncodersTried, TriedEncoder
from studio.paths import Home

BEST = TriedEncoder("libx264", "superfast", 0.2, 4.0, 7.0, 2500.0)


def test_a_show_whose_encoder_was_never_chosen_says_how_in_one_line(own_home: Path) -> None:
    home = Home(own_home).ensure()
    show = ShowConfig(canvas=CanvasConfig(720, 1280, 30))
    words = encoder_words(home, show)
    assert "`nongbo encoders --size 720x1280 --fps 30`" in words
    assert "\n" not in words
    assert encoder_words(home, replace(show, encoder=EncoderConfig(preset="fast"))) == "", "chosen by hand"
    remember(home, EncodersTried(720, 1280, 30, "camera", (BEST,), BEST))
    assert encoder_words(home, show) == ""
