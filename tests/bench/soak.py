"""An hour on the air: nothing may grow, pile up or drift apart.

    python -m tests.bench.soak [--minutes 60] [--microphone] [--breaks 5]

The engine sends a looping clip with its cards and ticker to an RTMP server, records it and serves a preview. Memory,
threads and open files of the engine and all it started are read every five seconds, and once a minute a player joins
the stream and measures how far picture and sound are apart. Prints one line a minute, then the figures beside their
bounds; ends with 1 where one is out of bounds. Leave the computer alone meanwhile. Where the computer is a virtual one
its host may stop it: what is late or left out in such seconds is told, and only the rest is ours.

With `--microphone` picture and sound come from a network camera and a microphone before a clapperboard, and the
microphone's crystal is 200 millionths too fast: uncorrected 0.7 s in an hour. Then the offset is how far a minute's
claps have moved since the show had settled: such a camera's own delay is not known. With `--breaks` the line to the
server is cut every so many minutes.
"""

import argparse
import json
import os
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import av
import psutil

from studio.commands import Quit, StartShow, StopShow, WatchPreview
from studio.config import AudioConfig, AudioKind, DestinationConfig, Secret, ShowConfig, SourceConfig, SourceKind
from studio.events import HealthSampled, ShowEnded
from studio.output_states import OutputChanged, OutputState
from studio.reports import ShowReport
from studio.shop.demo import demo_products
from tests.bench.stalls import Lost, Stall, Stalls, lost_of_ours, told_losses
from tests.end2end.alsa import NAME, FakeMicrophone
from tests.end2end.attached import AttachedClient
from tests.end2end.cameras import WebCamera
from tests.end2end.clapper import make_clip, offsets_ms
from tests.end2end.nginx import RtmpServer
from tests.end2end.weak_network import WeakNetwork

CLIP_S = 60
SETTLE_S = 600  # the first ten minutes may grow
READ_EVERY_S = 5.0
CLAPS_S = 7.0
A_CLAP_MS = 450.0  # farther apart are two claps, not one
FAST_PPM = 200.0  # the worst crystals in cheap microphones
GREY = (60, 60, 60)
BREAK_AT_S = 45.0  # of its minute; the player has gone by then
BOUNDS = {
    "memory_growth_percent": 5.0,
    "threads_gained": 0,
    "handles_gained": 0,
    "av_offset_worst_ms": 40.0,
    "late_ticks_of_ours": 0,
    "skipped_frames_of_ours": 0,
    "dropped_packets": 0,
    "lines_not_made_anew": 0,
    "reconnects_unasked": 0,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What the engine and its children hold at one moment."""

    at_s: float
    rss_mb: float
    threads: int
    handles: int


@dataclass(slots=True)
class Soak:
    """All that was read during the run."""

    readings: list[Reading] = field(default_factory=list)
    offsets: list[tuple[float, list[float]]] = field(default_factory=list)  # of each minute, and when it was
    breaks: int = 0
    stalls: list[Stall] = field(default_factory=list)  # of the computer
    of_ours: Lost = field(default_factory=Lost)

    def read(self, engine: psutil.Process, at_s: float) -> None:
        """Adds one reading; a child that ends in this very moment spoils it, and it is left out."""
        rss = threads = handles = 0
        try:
            for process in (engine, *engine.children(recursive=True)):
                with process.oneshot():
                    rss += process.memory_info().rss
                    threads += process.num_threads()
                    handles += process.num_fds()
        except psutil.NoSuchProcess:
            return
        self.readings.append(Reading(at_s, rss / 1e6, threads, handles))

    def offset_worst_ms(self, since_s: float | None) -> float:
        """Of single claps; or by how much a minute's median has moved since the first one after `since_s`."""
        if since_s is None:
            return max((abs(one) for _at_s, minute in self.offsets for one in minute), default=0.0)
        medians = [statistics.median(minute) for at_s, minute in self.offsets if at_s >= since_s]
        return max((abs(median - medians[0]) for median in medians), default=0.0)

    def figures(self, settle_s: float, report: ShowReport, microphone: bool) -> dict[str, float]:
        """What is held at the end against what was held once the show had settled; medians of a minute.

        Of memory, the most a minute needed until then: while a show is eased it needs less, and that is no measure.
        """
        reconnects = sum(output.reconnects for output in report.outputs)
        end_s = self.readings[-1].at_s
        before = [one for one in self.readings if settle_s <= one.at_s <= settle_s + 60]
        after = [one for one in self.readings if one.at_s >= end_s - 60]
        minutes = groupby((one for one in self.readings if one.at_s <= settle_s + 60), lambda one: one.at_s // 60)
        most_mb = max(statistics.median(one.rss_mb for one in minute) for _number, minute in minutes)
        end_mb = statistics.median(one.rss_mb for one in after)
        return {
            "minutes": round(end_s / 60, 1),
            "memory_settled_mb": round(most_mb, 1),
            "memory_end_mb": round(end_mb, 1),
            "memory_growth_percent": round(100 * (end_mb / most_mb - 1), 2),
            "threads_gained": statistics.median(one.threads for one in after)
            - statistics.median(one.threads for one in before),
            "handles_gained": statistics.median(one.handles for one in after)
            - statistics.median(one.handles for one in before),
            "claps": sum(len(minute) for _at_s, minute in self.offsets),
            "av_offset_worst_ms": round(self.offset_worst_ms(settle_s if microphone else None), 2),
            "stalls": len(self.stalls),
            "seconds_with_stalls": self.of_ours.seconds_left_out,
            "stall_longest_ms": round(1000 * max((one.stood_s for one in self.stalls), default=0.0), 1),
            "late_ticks": report.video.late_ticks,
            "late_ticks_of_ours": self.of_ours.late_ticks,
            "skipped_frames": report.video.skipped_frames,
            "skipped_frames_of_ours": self.of_ours.skipped_frames,
            "dropped_packets": sum(output.dropped_packets for output in report.outputs),
            "breaks": self.breaks,
            "lines_not_made_anew": max(0, self.breaks - reconnects),
            "reconnects_unasked": max(0, reconnects - self.breaks),
            "frames": report.video.encoded_frames,
            "cpu_percent": round(100 * report.cpu_s / report.duration_s, 1),
        }


def show_of(source: SourceConfig, audio: AudioConfig, url: str, recordings: Path) -> ShowConfig:
    """A show as a seller has it: cards that take turns, a ticker, a recording."""
    cards = tuple(product.card() for product in demo_products()[:4])
    return ShowConfig(
        source=source,
        audio=audio,
        destinations=(DestinationConfig("platform", Secret(url)),),
        cards=cards,
        first_card=cards[0].sku,
        rotate_s=20.0,
        ticker="今天下单，明早发车",
        record_dir=recordings,
    )


@contextmanager
def scene(folder: Path, microphone: bool) -> Iterator[tuple[SourceConfig, AudioConfig]]:
    """Where picture and sound come from; both see and hear the same claps."""
    if not microphone:
        clip = make_clip(folder / "clap.mp4", CLIP_S, size=(1280, 720))
        yield SourceConfig(SourceKind.CLIP, str(clip)), AudioConfig(AudioKind.CLIP)
        return
    heard = FakeMicrophone(folder, 1000.0, level=0.002, clap_level=0.6, fast_ppm=FAST_PPM)
    with WebCamera(GREY, 640, 360, fps=30, claps=True) as camera, heard:
        os.environ.update(heard.environment())  # the engine takes it over
        yield SourceConfig(SourceKind.URL, camera.url), AudioConfig(AudioKind.MIC, NAME)


@contextmanager
def attended(client: AttachedClient) -> Iterator[None]:
    """Whoever stops this program does not leave a show running."""
    try:
        yield
    finally:
        client.send(StopShow())
        client.send(Quit())
        client.lost.wait(120)


def measured_offsets(url: str) -> list[float]:
    """What a player that joins now measures; nothing where it found only one of the two streams in its short probe."""
    try:
        return [one for one in offsets_ms(url, CLAPS_S) if abs(one) < A_CLAP_MS]
    except (IndexError, av.FFmpegError) as error:
        print(f"the player did not get in: {error}", file=sys.stderr)
        return []


def run(seconds: float, folder: Path, microphone: bool, breaks_s: float) -> tuple[Soak, ShowReport]:
    soak, pause = Soak(), threading.Event()
    with (
        scene(folder, microphone) as (source, audio),
        RtmpServer(folder / "nginx") as server,
        WeakNetwork(server.rtmp_port) as network,
        AttachedClient(folder / "home", start=True) as client,
        attended(client),
        Stalls(folder / "stalls") as stalls,
    ):
        engine = psutil.Process(client.engine_pid)
        os.nice(10)  # the engine runs already: from here on the measuring gives way to it
        client.send(WatchPreview(True))
        url = network.url() if breaks_s else server.url()
        client.send(StartShow(show_of(source, audio, url, folder / "recordings")))
        client.wait_for(OutputChanged, lambda event: event.state is OutputState.LIVE)
        begun_s = time.monotonic()
        minute = 0
        while (at_s := time.monotonic() - begun_s) < seconds:
            soak.read(engine, at_s)
            if at_s >= 60 * minute + 15:
                minute += 1
                soak.offsets += [(at_s, found)] if (found := measured_offsets(server.url())) else []
                tell(minute, soak, client)
            if breaks_s and at_s >= breaks_s * (soak.breaks + 1) - 60 + BREAK_AT_S:
                soak.breaks += 1
                network.cut()
            pause.wait(READ_EVERY_S)
        client.send(StopShow())
        report = client.wait_for(ShowEnded).report
        samples = [event for event in client.events if isinstance(event, HealthSampled)]
        soak.stalls = stalls.found()
        soak.of_ours = lost_of_ours(samples, soak.stalls)
    for line in told_losses(samples, soak.stalls):
        print(line, file=sys.stderr)
    return soak, report


def tell(minute: int, soak: Soak, client: AttachedClient) -> None:
    last = soak.readings[-1]
    health = client.latest(HealthSampled)
    print(
        f"minute {minute:3}  {last.rss_mb:6.1f} MB  {last.threads} threads  {last.handles} handles  "
        f"A/V {soak.offsets[-1][1][-1] if soak.offsets else 0:+6.1f} ms  late {health.late_ticks}  "
        f"skipped {health.skipped_frames}  dropped {health.dropped_packets}",
        file=sys.stderr,
        flush=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--microphone", action="store_true")
    parser.add_argument("--breaks", type=float, default=0.0, metavar="MINUTES")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the engine and the server end with it
    seconds = 60 * args.minutes
    with tempfile.TemporaryDirectory(prefix="nongbo-soak-") as folder:
        soak, report = run(seconds, Path(folder), args.microphone, 60 * args.breaks)
    figures = soak.figures(min(SETTLE_S, seconds / 3), report, args.microphone)
    out = [name for name, bound in BOUNDS.items() if figures[name] > bound]
    for name, value in figures.items():
        bound = f"  at most {BOUNDS[name]:g}" if name in BOUNDS else ""
        print(f"{name:24} {value:>10g}{bound}{'  OUT OF BOUNDS' if name in out else ''}")
    print(json.dumps(figures))
    return 1 if out or not soak.offsets else 0


if __name__ == "__main__":
    sys.exit(main())
