"""Time from the start command to the first frame at the server when the engine is already running."""

import queue
import time
from pathlib import Path

from studio.commands import Quit, StartShow, StopShow
from studio.config import AudioConfig, AudioKind, DestinationConfig, Secret, ShowConfig, SourceConfig, SourceKind
from studio.events import Event, ShowEnded, StartFailed
from studio.link import attach_or_start
from studio.paths import Home
from studio.snapshot import Snapshot
from tests.bench.arrival import FirstFrame
from tests.bench.scene import CARD_EVERY_S, TICKER, Scene
from tests.end2end.nginx import RtmpServer

ANSWER_DEADLINE_S = 30.0


def first_frame_s(scene: Scene, home: Path, server: RtmpServer, key: str) -> float | None:
    """Starts one show in a warm engine; None where nothing came."""
    events: queue.Queue[Event] = queue.Queue()
    client = attach_or_start(Home(home).ensure())
    client.start(events.put, lambda: None)
    first = FirstFrame(server.recording(key))
    try:
        wait_for(events, Snapshot)
        first.start()
        started_s = time.monotonic()
        client.send(StartShow(show(scene, server.url(key))))
        arrived = first.wait(ANSWER_DEADLINE_S)
        client.send(StopShow())
        wait_for(events, ShowEnded)
        client.send(Quit())
    finally:
        first.stop()
        client.close()
    return first.at_s - started_s if arrived and first.at_s is not None else None


def wait_for(events: "queue.Queue[Event]", kind: type[Event]) -> None:
    while not isinstance(event := events.get(timeout=ANSWER_DEADLINE_S), kind):
        if isinstance(event, StartFailed):
            raise RuntimeError(event.problem.code)


def show(scene: Scene, url: str) -> ShowConfig:
    cards = tuple(product.card() for product in scene.products)
    return ShowConfig(
        source=SourceConfig(SourceKind.CLIP, str(scene.clip)),
        audio=AudioConfig(AudioKind.CLIP),
        destinations=(DestinationConfig("server", Secret(url)),),
        cards=cards,
        first_card=cards[0].sku,
        rotate_s=CARD_EVERY_S,
        ticker=TICKER,
    )
