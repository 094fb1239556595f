"""The stage the faults are played on: an engine on the air to two servers, and all it told with the time it came.

One server stands behind a network that can be made weak; the other is healthy throughout. Both keep what they are sent,
connection after connection, in one file. A typed order a second makes rows in the log that can be counted.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import psutil

from studio.commands import Command, Quit, StartShow, StopShow, TypeOrder
from studio.config import (
    AudioConfig,
    AudioKind,
    CanvasConfig,
    DestinationConfig,
    EncoderConfig,
    Secret,
    ShowConfig,
    SourceConfig,
    SourceKind,
)
from studio.destinations import keep_destinations
from studio.events import Event, HealthSampled, OrderTyped, ShowEnded
from studio.output_states import OutputChanged, OutputState
from studio.paths import home as home_of
from studio.reports import ShowReport
from studio.shop.demo import demo_clip, demo_products
from tests.bench.arrival import arrived
from tests.end2end.attached import AttachedClient
from tests.end2end.nginx import RtmpServer
from tests.end2end.weak_network import WeakNetwork

Wanted = TypeVar("Wanted", bound=Event)

FPS = 25
KBPS = 1500
BLOCKS_PER_S = 48_000 / 1024
WEAK, HEALTHY = "weak", "healthy"
LIVE_DEADLINE_S = 30.0


@dataclass(frozen=True, slots=True)
class Row:
    """What one fault cost; None where a figure has no meaning."""

    name: str
    noticed_s: float | None
    back_s: float | None
    video_lost_s: float | None
    audio_lost_s: float | None
    rows_lost: int | None
    healthy_lost_s: float | None
    remark: str = ""


class TimedClient(AttachedClient):
    """Remembers when each event came, on the monotonic clock."""

    def __init__(self, home: Path, start: bool = False) -> None:
        super().__init__(home, start)
        self.came_s: list[float] = []

    def _take(self, event: Event) -> None:
        self.came_s.append(time.monotonic())
        super()._take(event)

    def when(
        self, kind: type[Wanted], matching: Callable[[Wanted], bool], after: int, deadline_s: float
    ) -> float | None:
        """When the first event that matches came, of those from number `after` on; None where none came in time."""
        try:
            event = self.wait_for(kind, matching, deadline_s, after)
        except AssertionError:
            return None
        place = next(number for number in range(after, self.count) if self._events[number] is event)
        return self.came_s[place]

    def when_any(self, matching: Callable[[Event], bool], after: int, deadline_s: float) -> float | None:
        """When the first event of any kind that matches came."""
        with self._came:
            found = self._came.wait_for(
                lambda: (
                    next((n for n in range(after, len(self._events)) if matching(self._events[n])), None) is not None
                ),
                deadline_s,
            )
            place = next((n for n in range(after, len(self._events)) if matching(self._events[n])), None)
        return self.came_s[place] if found and place is not None else None

    def told(self, kind: type[Wanted]) -> list[Wanted]:
        with self._came:
            return [event for event in self._events if isinstance(event, kind)]


class Stage:
    """An engine of its own, two servers, a weak network; `on_air` begins the show."""

    def __init__(self, folder: Path, home: Path | None = None) -> None:
        self.folder = folder
        self.home = home_of(home or folder / "home").ensure()
        self.weak = RtmpServer(folder / "nginx-weak", record=True, append=True)
        self.healthy = RtmpServer(folder / "nginx-healthy", record=True, append=True)
        self.pause = threading.Event()
        self._typing = threading.Event()
        self._typist: threading.Thread | None = None
        self.network: WeakNetwork
        self.client: TimedClient

    def __enter__(self) -> Self:
        self.weak.start()
        self.healthy.start()
        self.network = WeakNetwork(self.weak.rtmp_port)
        self.network.start()
        self.client = TimedClient(self.home.root, start=True)
        self.client.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop_typing()
        if not self.client.lost.is_set():
            self.client.send(Quit())
            self.client.lost.wait(60)
        self.client.__exit__(None, None, None)
        self.network.stop()
        self.weak.stop()
        self.healthy.stop()

    def attach_again(self) -> TimedClient:
        """Another client, and another engine where the first is gone."""
        self.client.__exit__(None, None, None)
        self.client = TimedClient(self.home.root, start=True)
        self.client.__enter__()
        return self.client

    def show(self, *, through_network: bool) -> ShowConfig:
        """The demo's film with its sound, cards and two destinations, saved so that a cut-off show can go on."""
        weak = self.network.url() if through_network else self.weak.url()
        destinations = (
            DestinationConfig(WEAK, Secret(weak)),
            DestinationConfig(HEALTHY, Secret(self.healthy.url())),
        )
        keep_destinations(self.home, destinations)
        cards = tuple(product.card() for product in demo_products()[:3])
        return ShowConfig(
            source=SourceConfig(SourceKind.CLIP, str(demo_clip())),
            audio=AudioConfig(AudioKind.CLIP),
            canvas=CanvasConfig(640, 360, FPS),
            encoder=EncoderConfig(KBPS, "veryfast"),
            destinations=destinations,
            cards=cards,
            first_card=cards[0].sku,
        )

    def on_air(self, show: ShowConfig | None = None, *, through_network: bool = False, settle_s: float = 5.0) -> None:
        """Begins the show and returns when all its destinations have been live for `settle_s`."""
        show = show or self.show(through_network=through_network)
        self.client.send(StartShow(show))
        self.wait_live(0, *(one.name for one in show.destinations))
        self.type_orders(show.cards[0].sku)
        self.pause.wait(settle_s)

    def wait_live(self, after: int, *names: str) -> None:
        for name in names:
            came = self.when_output(name, OutputState.LIVE, after)
            if came is None:
                raise TimeoutError(f"{name} did not go on air")

    def when_output(
        self, name: str, state: OutputState, after: int, deadline_s: float = LIVE_DEADLINE_S
    ) -> float | None:
        return self.client.when(OutputChanged, lambda e: e.name == name and e.state is state, after, deadline_s)

    def type_orders(self, sku: str) -> None:
        """One order a second, until the show ends."""
        self._typing.clear()

        def type_them() -> None:
            while not self._typing.wait(1.0) and not self.client.lost.is_set():
                self.client.send(TypeOrder(sku))

        self._typist = threading.Thread(target=type_them, name="typist")
        self._typist.start()

    def stop_typing(self) -> None:
        self._typing.set()
        if self._typist is not None:
            self._typist.join()
            self._typist = None

    def send(self, command: Command) -> None:
        self.client.send(command)

    @property
    def engine(self) -> psutil.Process:
        return psutil.Process(self.client.engine_pid)

    def relays(self) -> list[psutil.Process]:
        return [child for child in self.engine.children() if "studio.media.relay" in child.cmdline()]

    def off_air(self) -> ShowReport:
        self.stop_typing()
        self.client.send(StopShow())
        return self.client.wait_for(ShowEnded).report

    def rows_lost(self, session_id: int) -> int:
        """What the engine told and the log does not hold: seconds of health, and orders."""
        told = len(self.client.told(HealthSampled)), len(self.client.told(OrderTyped))
        detail = self.session(session_id)
        logged = detail["health"]["seconds"], sum(order["quantity"] for order in detail["orders"])
        return sum(max(0, there - kept) for there, kept in zip(told, logged, strict=True))

    def session(self, session_id: int) -> Any:
        words = [sys.executable, "-m", "studio", "--home", str(self.home.root), "sessions", "show", str(session_id)]
        return json.loads(subprocess.run([*words, "--json"], capture_output=True, check=True).stdout)


def lost_s(server: RtmpServer, length_s: float) -> tuple[float, float]:
    """Seconds of picture and of sound that a show of that length has more than the server."""
    got = arrived(server.recording())
    return round(length_s - got.video / FPS, 2), round(length_s - got.audio / BLOCKS_PER_S, 2)


def row_of(stage: Stage, name: str, noticed_s: float | None, back_s: float | None, remark: str = "") -> Row:
    """Ends the show and counts what is missing where."""
    report = stage.off_air()
    video, audio = lost_s(stage.weak, report.duration_s)
    both = len(report.outputs) > 1
    healthy = lost_s(stage.healthy, report.duration_s)[0] if both else None
    rows = stage.rows_lost(report.session_id)
    row = Row(name, noticed_s, back_s, video, audio, rows, healthy, remark)
    return replace(row, noticed_s=rounded(noticed_s), back_s=rounded(back_s))


def rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 2)
