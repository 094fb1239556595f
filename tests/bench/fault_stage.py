"""The stage the faults are played on: an engine on the air to two servers, and all it told with the time it came.

One server stands behind a network that can be made weak; the other is healthy throughout. Both keep what they are sent,
connection after connection, in one file. A typed order a second makes rows in the log that can be counted.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import av
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
from studio.events import Event, HealthSampled, Noticed, OrderTyped, ShowEnded
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
KBPS = 2500
BLOCKS_PER_S = 48_000 / 1024
WEAK, HEALTHY = "weak", "healthy"
LIVE_DEADLINE_S = 30.0


def _picture_times(film: av.container.InputContainer) -> Iterator[float]:
    """When each picture of a film that can be read is shown; what comes after a cut cannot."""
    with suppress(av.FFmpegError):
        for packet in film.demux(video=0):
            if packet.pts is not None and packet.time_base is not None:
                yield float(packet.pts * packet.time_base)


class TimedClient(AttachedClient):
    """Remembers when each event came, on the monotonic clock."""

    def __init__(self, home: Path, start: bool = False) -> None:
        super().__init__(home, start)
        self.came_s: list[float] = []

    def _take(self, event: Event) -> None:
        self.came_s.append(time.monotonic())
        super()._take(event)

    def when(self, matching: Callable[[Event], bool], after: int, deadline_s: float) -> float | None:
        """When the first event that matches came, of those from number `after` on; None where none came in time."""

        def place() -> int | None:
            return next((n for n in range(after, len(self._events)) if matching(self._events[n])), None)

        with self._came:
            self._came.wait_for(lambda: place() is not None, deadline_s)
            found = place()
        return None if found is None else self.came_s[found]

    def until(self, holds: Callable[[], bool], deadline_s: float) -> float | None:
        """When the event came with which something holds; asked again with each that comes."""
        with self._came:
            return self.came_s[-1] if self._came.wait_for(holds, deadline_s) else None

    def told(self, kind: type[Wanted]) -> list[Wanted]:
        """All of a kind that came so far."""
        return [event for event in self.events if isinstance(event, kind)]


class Stage:
    """An engine of its own, two servers, a weak network; `on_air` begins the show.

    `engine`: the command that runs it, where it is not the usual one.
    """

    def __init__(self, folder: Path, home: Path | None = None, engine: Sequence[str] = ()) -> None:
        self.folder = folder
        self.on_air_before_s = 0.0  # with engines that are gone
        self.home = home_of(home or folder / "home").ensure()
        self.weak = RtmpServer(folder / "nginx-weak", record=True, append=True)
        self.healthy = RtmpServer(folder / "nginx-healthy", record=True, append=True)
        self.pause = threading.Event()
        self._beside: WeakNetwork | None = None
        self._typing = threading.Event()
        self._typist: threading.Thread | None = None
        self._engine = engine
        self._started: subprocess.Popen[bytes] | None = None
        self._rows_told = (0, 0)  # by an engine that is gone
        self.network: WeakNetwork
        self.client: TimedClient

    def __enter__(self) -> Self:
        self.weak.start()
        self.healthy.start()
        self.network = WeakNetwork(self.weak.rtmp_port)
        self.network.start()
        if self._engine:
            self._started = subprocess.Popen([*self._engine, "--home", str(self.home.root)])
        self.client = TimedClient(self.home.root, start=not self._engine)
        self.client.__enter__()
        return self

    def lead_through(self, network: WeakNetwork) -> None:
        """Puts another network before the weak destination."""
        self.network.stop()
        self.network = network
        network.start()

    def lead_beside(self, network: WeakNetwork) -> None:
        """Puts a network before the healthy destination."""
        self._beside = network
        network.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop_typing()
        if not self.client.lost.is_set():
            self.client.send(Quit())
            self.client.lost.wait(60)
        self.client.__exit__(None, None, None)
        if self._started is not None:
            self._started.wait(60)
        if self._beside is not None:
            self._beside.stop()
        self.network.stop()
        self.weak.stop()
        self.healthy.stop()

    def attach_again(self) -> TimedClient:
        """Another client, and another engine where the first is gone; what that one told is counted with the rest."""
        self.client.__exit__(None, None, None)
        self.on_air_before_s += self.client.latest(HealthSampled).on_air_s
        self._rows_told = self._rows_now()
        self.client = TimedClient(self.home.root, start=True)
        self.client.__enter__()
        return self.client

    def show(self, *, through_network: bool) -> ShowConfig:
        """The demo's film with its sound, cards and two destinations, saved so that a cut-off show can go on."""
        weak = self.network.url() if through_network else self.weak.url()
        healthy = self._beside.url() if self._beside is not None else self.healthy.url()
        destinations = (
            DestinationConfig(WEAK, Secret(weak)),
            DestinationConfig(HEALTHY, Secret(healthy)),
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
        self.wait_live(*(one.name for one in show.destinations))
        self.type_orders(show.cards[0].sku)
        self.pause.wait(settle_s)

    def wait_live(self, *names: str, deadline_s: float = LIVE_DEADLINE_S) -> None:
        if self.until(lambda: all(self.state_of(name) is OutputState.LIVE for name in names), deadline_s) is None:
            raise TimeoutError(f"{' or '.join(names)} did not go on air")

    @property
    def count(self) -> int:
        """How many events came so far."""
        return self.client.count

    def when(self, matching: Callable[[Event], bool], after: int, deadline_s: float) -> float | None:
        return self.client.when(matching, after, deadline_s)

    def until(self, holds: Callable[[], bool], deadline_s: float) -> float | None:
        return self.client.until(holds, deadline_s)

    def state_of(self, name: str) -> OutputState | None:
        """What a destination was last said to be."""
        states = [event.state for event in self.client.told(OutputChanged) if event.name == name]
        return states[-1] if states else None

    def problems(self, *codes: str) -> set[str]:
        """Which problems last whose codes begin so."""
        lasting: set[str] = set()
        for event in self.client.told(Noticed):
            if event.problem.code.startswith(codes):
                (lasting.add if event.active else lasting.discard)(event.problem.code)
        return lasting

    def steps(self, *codes: str) -> list[str]:
        """All problems that were told whose codes begin so, in their order."""
        told = [event.problem.code for event in self.client.told(Noticed) if event.active]
        return [code for code in told if code.startswith(codes)]

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

    def on_air_s(self) -> float:
        """How long the show has been on the air now."""
        told = [n for n, event in enumerate(self.client.events) if isinstance(event, HealthSampled)]
        return self.client.latest(HealthSampled).on_air_s + time.monotonic() - self.client.came_s[told[-1]]

    def recorded_s(self) -> float:
        """How much of it a player can read from its recording, which may lack its end."""
        recording = max(self.folder.rglob("*.mkv"), key=lambda path: path.stat().st_size)
        with av.open(str(recording)) as film:
            return max(_picture_times(film), default=0.0) + 1 / FPS

    def off_air(self) -> ShowReport:
        self.stop_typing()
        self.client.send(StopShow())
        return self.client.wait_for(ShowEnded).report

    def _rows_now(self) -> tuple[int, int]:
        """Seconds of health and orders this engine told of."""
        return len(self.client.told(HealthSampled)), len(self.client.told(OrderTyped))

    def rows_lost(self, session_id: int) -> int:
        """What the engine told and the log does not hold: seconds of health, and orders."""
        detail = self.session(session_id)
        logged = detail["health"]["seconds"], sum(order["quantity"] for order in detail["orders"])
        told = [sum(parts) for parts in zip(self._rows_told, self._rows_now(), strict=True)]
        return sum(max(0, there - kept) for there, kept in zip(told, logged, strict=True))

    def session(self, session_id: int) -> Any:
        words = [sys.executable, "-m", "studio", "--home", str(self.home.root), "sessions", "show", str(session_id)]
        return json.loads(subprocess.run([*words, "--json"], capture_output=True, check=True).stdout)

    def frames_at(self, server: RtmpServer) -> int:
        """How many pictures a server got."""
        return arrived(server.recording()).video

    def lost_s(self, server: RtmpServer, length_s: float) -> tuple[float, float]:
        """Seconds of picture and of sound that a show of that length has more than the server."""
        got = arrived(server.recording())
        return round(length_s - got.video / FPS, 2), round(length_s - got.audio / BLOCKS_PER_S, 2)
