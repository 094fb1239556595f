"""The demo shop and clip that come with the program."""

import itertools
from pathlib import Path

import av
import cv2
import numpy as np
from PySide6.QtCore import QCoreApplication

from assets.demo.clip import frame_at, scenery
from assets.demo.goods import GOODS, paint
from assets.demo.stall import PERIOD_S
from overlays.painting import pixels
from studio.shop.demo import demo_clip, demo_products


def test_the_demo_shop_has_thirteen_products_with_everything_a_card_shows() -> None:
    products = demo_products()
    assert len(products) == 13
    assert len({product.sku for product in products}) == 13
    for product in products:
        assert product.origin
        assert product.unit
        assert product.producer.endswith("合作社")
        assert product.old_price_fen is not None
        assert product.price_fen < product.old_price_fen < product.price_fen * 1.5
        assert product.link.startswith("https://n.example/"), "links lead nowhere"


def test_every_demo_product_has_its_own_picture() -> None:
    pictures = [cv2.imread(product.picture) for product in demo_products()]
    assert all(picture is not None and picture.shape == (320, 320, 3) for picture in pictures)
    for one, other in itertools.combinations(pictures, 2):
        assert one is not None
        assert other is not None
        assert float(cv2.absdiff(one, other).mean()) > 8


def test_the_demo_clip_is_720p30_with_sound_and_small() -> None:
    clip = demo_clip()
    assert clip.stat().st_size <= 2_000_000
    with av.open(str(clip)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.width, video.height) == (1280, 720)
        assert video.average_rate == 30
        assert video.frames == 600
        assert video.codec_context.name == "h264"
        assert (audio.codec_context.name, audio.rate, audio.channels) == ("aac", 48_000, 2)
        keyframes = [number for number, frame in enumerate(container.decode(video)) if frame.key_frame]
    assert keyframes == list(range(0, 600, 60))


def test_the_demo_clip_moves_and_loops_without_a_jump() -> None:
    with av.open(str(demo_clip())) as container:
        frames = [frame.to_ndarray(format="gray")[::4, ::4].astype(np.int16) for frame in container.decode(video=0)]
    changes = [float(np.abs(after - before).mean()) for before, after in itertools.pairwise(frames)]
    assert np.median(changes) > 0.1
    assert float(np.abs(frames[0] - frames[-1]).mean()) < 1.5 * max(changes)
    assert float(np.abs(frames[165] - frames[0]).mean()) > 1.5, "the host has lifted the apple"


def test_the_demo_clip_is_heard() -> None:
    with av.open(str(demo_clip())) as container:
        sound = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    seconds = sound[:, : sound.shape[1] // 48_000 * 48_000].reshape(2, -1, 48_000)
    loudness = np.sqrt((seconds**2).mean(axis=2))
    assert loudness.min() > 0.01
    assert np.abs(sound).max() < 1.0


def test_the_pictures_are_those_the_program_draws(qapp: QCoreApplication) -> None:
    stored = {Path(product.picture).stem: cv2.imread(product.picture) for product in demo_products()}
    assert set(stored) == set(GOODS)
    for name, picture in stored.items():
        assert picture is not None
        drawn = pixels(paint(name))[:, :, 2::-1]
        assert float(np.abs(picture.astype(int) - drawn).mean()) < 5, name


def test_the_drawn_stall_is_at_the_end_where_it_was_at_the_beginning(qapp: QCoreApplication) -> None:
    still = scenery()
    first, last = (pixels(frame_at(time_s, still)).astype(int) for time_s in (0.0, PERIOD_S))
    assert float(np.abs(first - last).mean()) < 0.2
