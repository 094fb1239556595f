"""The command lines that are compared. Every program gets the same clip, bit rate, preset and keyframe distance.

What the studio changes in the preset is said in `studio.media.codecs`; `ffmpeg` has it as it is, and `ffmpeg-same` with
the same changes, so that both encoders do the same work. How good the picture of each arrives is judged by
`tests.bench.picture`.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from studio.media.codecs import USUAL_CHANGES
from tests.bench.scene import AUDIO_KBPS, BITRATE_KBPS, CARD_EVERY_S, FPS, HEIGHT, TICKER, WIDTH, Scene

FFMPEG = ("ffmpeg", "-nostdin", "-v", "error")
PROGRAMS = ("floor", "ffmpeg", "ffmpeg-same", "nongbo")


def encoding(seconds: int) -> list[str]:
    """x264 and AAC as people write it for such a stream."""
    video = f"-c:v libx264 -preset veryfast -pix_fmt yuv420p -b:v {BITRATE_KBPS}k -maxrate {BITRATE_KBPS}k"
    pace = f"-bufsize {BITRATE_KBPS}k -g {2 * FPS} -keyint_min {2 * FPS} -sc_threshold 0 -bf 2"
    sound = f"-c:a aac -b:a {AUDIO_KBPS}k -ar 48000 -ac 2"
    return f"{video} {pace} {sound} -t {seconds} -flvflags no_duration_filesize -f flv".split()


def floor_command(scene: Scene, url: str) -> list[str]:
    """What nobody can go below: decode, encode, push."""
    return [*FFMPEG, "-re", "-i", str(scene.clip), *encoding(scene.seconds), url]


def overlay_filters(scene: Scene) -> str:
    """Two cards in turn and a strip that slides, over the picture `[0:v]`; the result is `[out]`."""
    one, two = scene.cards
    first_half = f"lt(mod(t,{2 * CARD_EVERY_S}),{CARD_EVERY_S})"
    strip = scene.ticker
    return (
        f"[0:v][1:v]overlay={one.x}:{one.y}:enable='{first_half}'[a];"
        f"[a][2:v]overlay={two.x}:{two.y}:enable='not({first_half})'[b];"
        f"[b][3:v]overlay=x='-mod(t*{strip.speed_px_per_s:g},{strip.width})':y={strip.y}[out]"
    )


def ffmpeg_command(scene: Scene, url: str, same_x264: bool = False) -> list[str]:
    """The same show by FFmpeg's command line; with the preset as the studio changes it where `same_x264`."""
    pictures = [word for picture in (*scene.cards, scene.ticker) for word in ("-i", str(picture.path))]
    shown = ["-filter_complex", overlay_filters(scene), "-map", "[out]", "-map", "0:a"]
    changes = ["-x264-params", USUAL_CHANGES] if same_x264 else []
    return [*FFMPEG, "-re", "-i", str(scene.clip), *pictures, *shown, *changes, *encoding(scene.seconds), url]


def nongbo_command(scene: Scene, home: Path, urls: Sequence[str]) -> list[str]:
    """The same show by the studio."""
    to = [word for url in urls for word in ("--to", url)]
    return [
        *(sys.executable, "-m", "studio", "--home", str(home), "live"),
        *("--source", f"clip:{scene.clip}", "--audio", "clip", "--card", "all", "--rotate", str(CARD_EVERY_S)),
        *("--ticker", TICKER, "--size", f"{WIDTH}x{HEIGHT}", "--fps", str(FPS), "--bitrate", str(BITRATE_KBPS)),
        *(*to, "--preset", "veryfast", "--duration", str(scene.seconds), "--json"),
    ]


def stock_shop(scene: Scene, home: Path) -> None:
    """Puts the two products of the scene into a fresh studio."""
    for product in scene.products:
        card = product.card()
        words = ["--sku", card.sku, "--name", card.name, "--price", f"{card.price_fen / 100:.2f}", "--unit", card.unit]
        words += ["--origin", card.origin, "--link", card.link, "--picture", card.picture]
        if card.old_price_fen is not None:
            words += ["--old-price", f"{card.old_price_fen / 100:.2f}"]
        command = [sys.executable, "-m", "studio", "--home", str(home), "products", "add", *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
