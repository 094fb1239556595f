"""What drawing and blending cost, and which codes are read after a platform has compressed the picture again.

`make bench BENCH=overlays`; each figure is printed beside its limit, and it ends with 1 where one is over. The numbers
belong to one machine.
"""

import itertools
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import cv2
import numpy as np

from overlays import OVERLAYS
from overlays.base import OverlayError, Patch
from overlays.card import Card, CardParams
from overlays.text import painting_ready
from overlays.ticker import Ticker, TickerParams
from studio.adding import added_from, params_of
from studio.broadcast import Broadcast
from studio.cards import CardDesk
from studio.clock import SystemClock
from studio.config import CanvasConfig, ShowConfig
from studio.media.compositor import Compositor, Watchers
from studio.media.frames import NS, Planes, Timeline, blank, planes
from studio.media.layers import Layer, LayerStack
from studio.media.proof import PLATFORM_STEPS, Box, Proof, busy, prove, reads, seen_part, sent, smaller
from studio.media.prover import CodedOverlay, CodeProver
from studio.media.queues import Mailbox
from studio.media.scene import Scene
from studio.shop.products import Product
from studio.worker import Worker
from tests.bench.limits import Limits
from tests.provers import at

CARD = CardParams("P01", "洛川红富士苹果", 3990, 5200, "5 斤", "陕西洛川", link="https://n.example/p01")
BESIDE = ("coupon:worth=20,rule=满99元可用", "group:name=苹果,price_yuan=25", "banner:title=丰收节", "clock:")
LINKS = (21, 40, 70, 110, 160, 240)
SHORT = 70  # letters; a code of no more is read at its usual size
RATES_KBPS = (600, 1000, 1500, 2500)
CARD_MS = 30.0
FIVE_MS = {720: 1.0, 1080: 2.0}  # by the canvas' height
TICKER_MS = 0.4
FPS = 30
ADDED_MS = 8.0  # a quarter of the time between two ticks
CHANGED_EVERY_S = 0.05  # more often than anybody types and any countdown counts
LOOKS = 11  # the first is a keyframe and is not counted


def median_ms(what: Callable[[], object], times: int) -> float:
    """How long a call takes, by this thread's computing time."""
    took = []
    for _ in range(times):
        start = time.thread_time()
        what()
        took.append((time.thread_time() - start) * 1000)
    return statistics.median(took)


def drawing(limits: Limits) -> None:
    for width, height in ((1280, 720), (1920, 1080), (720, 1280)):
        took_ms = median_ms(lambda w=width, h=height: Card().render(CARD, w, h), 20)  # type: ignore[misc]
        limits.most(f"drawing a card, {width}×{height}", took_ms, CARD_MS)


def blending(limits: Limits) -> None:
    for width, height in ((1280, 720), (1920, 1080)):
        target = planes(blank(width, height))
        added = [added_from(text, number) for number, text in enumerate(BESIDE)]
        layers = [Layer(OVERLAYS[one.kind]().render(params_of(one), width, height)) for one in added]
        layers.append(Layer(Card().render(CARD, width, height)))
        ticker = Layer(Ticker().render(TickerParams("今天下单，明天发货；坏果包赔"), width, height))

        def five(layers: list[Layer] = layers, target: object = target) -> None:
            for layer in layers:
                layer.draw(target, 1.0, 0, 0, 0)  # type: ignore[arg-type]

        def run(ticker: Layer = ticker, target: object = target) -> None:
            ticker.draw(target, 1.0, 0, 0, 614)  # type: ignore[arg-type]

        limits.most(f"blending five overlays, {width}×{height}", median_ms(five, 200), FIVE_MS[height])
        limits.most(f"a ticker that runs, a frame at 30 fps, {width}×{height}", median_ms(run, 200), TICKER_MS)


def ticking(limits: Limits) -> None:
    """The real compositor while the card on its picture is changed: ticks with a change at the time, and those without.

    They take turns, so that whatever else the computer does weighs on both.
    """
    beside_ms, alone_ms = _ticked()
    for name, late_ms in (("while the card is changed", beside_ms), ("else", alone_ms)):
        middle, nearly_all = statistics.median(late_ms), statistics.quantiles(late_ms, n=50)[-1]
        print(f"{len(late_ms)} ticks {name}: half of them within {middle:.1f} ms, 98 of 100 within {nearly_all:.1f} ms")
    added_ms = statistics.median(beside_ms) - statistics.median(alone_ms)
    limits.most("what a change of the card adds to a tick", added_ms, ADDED_MS)
    frame_ms = 1000 / FPS
    late, late_alone = (sum(one > frame_ms for one in ticks) / len(ticks) * 100 for ticks in (beside_ms, alone_ms))
    limits.most("ticks a frame late because of it", max(0.0, late - late_alone), 1, "%")


def _ticked(seconds: float = 12.0) -> tuple[list[float], list[float]]:
    """How late ticks are done, in milliseconds: those with a change at the time, and the others."""
    clock, canvas = SystemClock(), CanvasConfig(1280, 720, FPS)
    show = ShowConfig(canvas=canvas, cards=(CARD,), first_card=CARD.sku)
    broadcast = Broadcast(show, clock, lambda _event: None)
    prover = CodeProver(lambda *_coded: Proof(1.0))
    desk = CardDesk(broadcast, clock, lambda _event: None, prover)
    desk.begin()
    line = Timeline(clock.now_ns() + NS // 10, canvas.fps)
    ticks: list[tuple[int, int]] = []  # when each was due, and done
    changes: list[tuple[int, int]] = []  # when each began, and was over

    def take(frame: av.VideoFrame) -> None:
        ticks.append((line.tick_ns(frame.pts or 0), clock.now_ns()))

    watchers = Watchers(take, lambda _planes: None)
    compositor = Compositor(canvas, line, clock, Mailbox(), broadcast.layers, watchers)

    def change(stopping: threading.Event) -> None:
        prices = itertools.count(1000)
        while not stopping.wait(CHANGED_EVERY_S):
            begun_ns = clock.now_ns()
            desk.change(Product(CARD.sku, CARD.name, next(prices), unit=CARD.unit, link=CARD.link))
            changes.append((begun_ns, clock.now_ns()))

    changer = Worker("changing prices", change)
    compositor.start(lambda _error: None)
    changer.start()
    threading.Event().wait(seconds)
    changer.stop()
    compositor.stop()
    prover.stop()
    beside: list[float] = []
    alone: list[float] = []
    for due_ns, done_ns in ticks:
        disturbed = any(begun_ns < done_ns and over_ns > due_ns for begun_ns, over_ns in changes)
        (beside if disturbed else alone).append((done_ns - due_ns) / 1e6)
    return beside, alone


def proving() -> None:
    for width, height in ((1280, 720), (720, 1280), (1920, 1080)):
        coded = CodedOverlay("card", CARD, CanvasConfig(width, height, 30), at(2500))
        orchard = []
        for luma in busy(width, height):
            orchard.append(blank(width, height))
            np.copyto(planes(orchard[-1])[0], luma)
        camera = itertools.cycle(orchard)
        scene = Scene(1, 30, lambda camera=camera: next(camera), LayerStack(coded.canvas), lambda: at(2500))  # type: ignore[misc]
        for where, stage in (("before there is a picture", None), ("on the air", scene)):
            start = time.process_time()
            for _ in range(5):
                ground = stage.ground("card") if stage is not None else None
                prove(coded.draw, CARD.link, coded.canvas, coded.compression, ground)
            cpu_ms = (time.process_time() - start) / 5 * 1000
            print(f"{width}×{height}: trying a code {where} takes {cpu_ms:.0f} ms of CPU")


def ours(layer: Layer, part: Box) -> list[Planes]:
    """The busy picture with the card as the studio blends it."""
    left, top, width, height = part
    pictures = []
    for luma in busy(width, height, LOOKS):
        picture = planes(blank(width, height))
        np.copyto(picture[0], luma)
        layer.draw(picture, 1.0, -left, -top, 0)
        pictures.append(picture)
    return pictures


def with_ffmpeg(patch: Patch, part: Box, folder: Path) -> list[Planes]:
    """The same with FFmpeg's overlay filter."""
    left, top, width, height = part
    cv2.imwrite(str(folder / "card.png"), cv2.cvtColor(patch.rgba, cv2.COLOR_RGBA2BGRA))
    raw = b"".join(luma.tobytes() + bytes([128]) * (width * height // 2) for luma in busy(width, height, LOOKS))
    words = ["ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{width}x{height}", "-i", "-"]
    words += ["-i", str(folder / "card.png")]
    words += ["-filter_complex", f"[0][1]overlay={patch.x - left}:{patch.y - top}"]
    words += ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-"]
    answer = subprocess.run(words, input=raw, capture_output=True, check=True).stdout
    size, pictures = width * height, []
    for number in range(LOOKS):
        frame = np.frombuffer(answer, np.uint8)[number * size * 3 // 2 : (number + 1) * size * 3 // 2]
        u, v = frame[size : size * 5 // 4], frame[size * 5 // 4 :]
        half = (height // 2, width // 2)
        pictures.append((frame[:size].reshape(height, width), u.reshape(half), v.reshape(half)))
    return pictures


def read_rates(composed: list[Planes], link: str, layer: Layer, canvas: CanvasConfig, kbps: int) -> tuple[int, ...]:
    """In how many of ten pictures the code is read: as it is sent, at 540p, at 480p."""
    left, top, width, height = seen_part(layer, canvas)
    assert layer.code is not None
    box = (layer.code[0] - left, layer.code[1] - top, *layer.code[2:])
    share = width * height / (canvas.width * canvas.height)
    pictures = sent(composed, round(kbps * share))
    short = min(canvas.width, canvas.height)
    rates = [sum(reads(picture[0], link, box, 1.0) for picture in pictures[1:])]
    for side, step_kbps in PLATFORM_STEPS:
        shrink = side / short
        size = (round(width * shrink / 2) * 2, round(height * shrink / 2) * 2)
        again = sent([smaller(picture, size) for picture in pictures], round(step_kbps * share))
        rates.append(sum(reads(picture[0], link, box, shrink) for picture in again[1:]))
    return tuple(rates)


def codes(limits: Limits) -> None:
    """Each cell: read in so many of ten pictures as sent·at 540p·at 480p, the studio's / FFmpeg's overlay."""
    read, theirs_read = 0, 0
    print("letters in the link | growth | px a square | " + " | ".join(f"{rate} kb/s" for rate in RATES_KBPS))
    canvas = CanvasConfig(720, 1280, 25)
    with TemporaryDirectory() as folder:
        for length in LINKS:
            link = ("https://item.example.com/item.htm?id=" + "a1B2c3" * 50)[:length]
            for growth in (1.0, 1.5) if length > SHORT else (1.0,):
                coded = CodedOverlay("card", CardParams("P", "苹果", 3990, link=link), canvas, at(0))
                try:
                    patch = coded.draw(growth)
                except OverlayError:
                    print(f"{length} | {growth} | too long")
                    continue
                layer = Layer(patch)
                part = seen_part(layer, canvas)
                blended, theirs = ours(layer, part), with_ffmpeg(patch, part, Path(folder))
                cells = []
                for rate in RATES_KBPS:
                    rates = [read_rates(one, link, layer, canvas, rate) for one in (blended, theirs)]
                    cells.append(" / ".join("·".join(map(str, one)) for one in rates))
                    read, theirs_read = read + sum(rates[0]), theirs_read + sum(rates[1])
                print(f"{length} | {growth} | {square_px(patch)} | " + " | ".join(cells), flush=True)
    limits.least("codes read in the table, FFmpeg's overlay as the limit", read, theirs_read)


def square_px(patch: Patch) -> int:
    """The side of one square of the code, from the dark run at its upper left corner: seven squares."""
    assert patch.code is not None
    left, top, side, _high = patch.code
    area = patch.rgba[top : top + side, left : left + side]
    code = (area[:, :, 0] < 128) & (area[:, :, 3] == 255)
    first = np.argwhere(code)[0]
    row = code[first[0], first[1] :]
    return int(np.argmin(row)) // 7


if __name__ == "__main__":
    painting_ready()
    judged = Limits()
    drawing(judged)
    blending(judged)
    ticking(judged)
    proving()
    codes(judged)
    sys.exit(judged.exit_code())
