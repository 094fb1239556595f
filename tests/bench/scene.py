"""What every program in the comparison plays: one noisy clip, the same two cards, the same ticker, pixel for pixel."""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from overlays import OVERLAYS
from overlays.base import Patch
from overlays.ticker import TickerParams
from studio.shop.demo import demo_clip, demo_products
from studio.shop.products import Product

WIDTH, HEIGHT, FPS = 1280, 720, 30
CARD_EVERY_S = 10
TICKER = "今晚产地直发，坏果包赔，24 小时内发货"
BITRATE_KBPS = 2500
AUDIO_KBPS = 128


@dataclass(frozen=True, slots=True)
class Picture:
    """An overlay as a file for FFmpeg, and where it goes."""

    path: Path
    x: int
    y: int
    width: int
    speed_px_per_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Scene:
    """The work: `seconds` of clip, two cards in turn, a ticker."""

    folder: Path
    clip: Path
    seconds: int
    products: tuple[Product, Product]
    cards: tuple[Picture, Picture]
    ticker: Picture


def prepare_scene(seconds: int) -> Scene:
    """Makes the clip and the pictures, or takes those of an earlier run from the temporary folder."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder = Path(tempfile.gettempdir()) / "nongbo-bench"
    folder.mkdir(exist_ok=True)
    first, second, *_ = demo_products()
    cards = [OVERLAYS["card"]().render(product.card(), WIDTH, HEIGHT) for product in (first, second)]
    ticker = OVERLAYS["ticker"]().render(TickerParams(TICKER), WIDTH, HEIGHT)
    return Scene(
        folder=folder,
        clip=noisy_clip(folder, seconds),
        seconds=seconds,
        products=(first, second),
        cards=(save(cards[0], folder / "card-1.png"), save(cards[1], folder / "card-2.png")),
        ticker=save_strip(ticker, folder / "ticker.png"),
    )


def noisy_clip(folder: Path, seconds: int) -> Path:
    """The demo clip with the noise of a cheap camera, H.264 and AAC, long enough not to loop."""
    clip = folder / f"noisy-{seconds}.mp4"
    if clip.exists():
        return clip
    draft = clip.with_suffix(".draft.mp4")
    picture = f"scale={WIDTH}:{HEIGHT},fps={FPS},noise=alls=14:allf=t,format=yuv420p"
    read = f"-stream_loop -1 -i {demo_clip()} -t {seconds + 1} -vf {picture}"
    video = "-c:v libx264 -preset veryfast -b:v 8M -maxrate 10M -bufsize 10M -g 60"
    sound = f"-c:a aac -b:a {AUDIO_KBPS}k -ar 48000 -ac 2"
    command = f"ffmpeg -nostdin -v error -y {read} {video} {sound} {draft}"
    print("Making the clip (once)…", file=sys.stderr)
    subprocess.run(command.split(), check=True)
    draft.replace(clip)
    return clip


def save(patch: Patch, path: Path) -> Picture:
    cv2.imwrite(str(path), cv2.cvtColor(patch.rgba, cv2.COLOR_RGBA2BGRA))
    return Picture(path, patch.x, patch.y, patch.rgba.shape[1])


def save_strip(patch: Patch, path: Path) -> Picture:
    """The endless strip once round plus one screen, so that FFmpeg can slide it without a seam."""
    period = patch.rgba.shape[1]
    rounds = np.tile(patch.rgba, (1, 2 + WIDTH // period, 1))[:, : period + WIDTH]
    cv2.imwrite(str(path), cv2.cvtColor(np.ascontiguousarray(rounds), cv2.COLOR_RGBA2BGRA))
    return Picture(path, patch.x, patch.y, period, patch.scroll_px_per_s)
