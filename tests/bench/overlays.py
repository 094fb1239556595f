"""What drawing and blending cost, and which codes are read after a platform has compressed the picture again.

`make bench BENCH=overlays`; the numbers belong to one machine.
"""

import statistics
import time
from collections.abc import Callable

from overlays import OVERLAYS
from overlays.base import OverlayError
from overlays.card import Card, CardParams
from overlays.text import painting_ready
from overlays.ticker import Ticker, TickerParams
from studio.adding import added_from, params_of
from studio.config import CanvasConfig
from studio.media.frames import blank, planes
from studio.media.layers import Layer
from studio.media.proof import unread_steps

CARD = CardParams("P01", "洛川红富士苹果", 3990, 5200, "5 斤", "陕西洛川", link="https://n.example/p01")
BESIDE = ("coupon:worth=20,rule=满99元可用", "group:name=苹果,price_yuan=25", "banner:title=丰收节", "clock:")
LINKS = (21, 40, 70, 110, 160, 240)
RATES_KBPS = (600, 1000, 1500, 2500)


def median_ms(what: Callable[[], object], times: int) -> float:
    """How long a call takes, by this thread's computing time."""
    took = []
    for _ in range(times):
        start = time.thread_time()
        what()
        took.append((time.thread_time() - start) * 1000)
    return statistics.median(took)


def drawing() -> None:
    print("drawing a card: ", end="")
    for width, height in ((1280, 720), (1920, 1080), (720, 1280)):
        print(f"{width}×{height} {median_ms(lambda w=width, h=height: Card().render(CARD, w, h), 20):.1f} ms  ", end="")  # type: ignore[misc]
    print()


def blending() -> None:
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

        print(f"{width}×{height}: five overlays {median_ms(five, 200):.2f} ms, ticker {median_ms(run, 200):.3f} ms")


def codes() -> None:
    print("letters in the link | growth | card, px high | " + " | ".join(f"{rate} kb/s" for rate in RATES_KBPS))
    canvas = CanvasConfig(720, 1280, 25)
    for length in LINKS:
        link = ("https://item.example.com/item.htm?id=" + "a1B2c3" * 50)[:length]
        for growth in (1.0, 1.5):
            card = CardParams("P", "苹果", 3990, link=link, code_growth=growth)
            try:
                patch = Card().render(card, canvas.width, canvas.height)
            except OverlayError:
                print(f"{length} | {growth} | too long")
                continue
            words = (", ".join(unread_steps(patch, link, canvas, rate)) or "read" for rate in RATES_KBPS)
            print(f"{length} | {growth} | {patch.rgba.shape[0]} | " + " | ".join(words))


if __name__ == "__main__":
    painting_ready()
    drawing()
    blending()
    codes()
