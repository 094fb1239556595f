"""The show of the comparison in the studio's window, which somebody never leaves alone.

    python -m tests.bench.window [--seconds 60]

The real window on a virtual screen, its engine and the relay to an RTMP server: for as many seconds as told with the
keys of a show, then once more as long with all pages in turn. Prints memory, late ticks and skipped frames of each
half, each beside its limit; ends with 1 where one is over. The three processes map the same libraries: what they hold
together is counted once, and the sum of RSS, in which it stands three times, is told beside it. Leafing through pages
has no limit for memory: what answers their questions is a process of its own, and gone a minute later.
"""

import argparse
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from studio.events import CardChanged, HealthSampled
from studio.output_states import OutputChanged, OutputState
from studio.sold import ViewersSampled
from tests.bench.limits import Limits
from tests.bench.meter import MemoryWatch
from tests.bench.programs import stock_shop
from tests.bench.scene import prepare_scene
from tests.bench.soak import attended
from tests.bench.stalls import Stall, Stalls, lost_of_ours
from tests.bench.warm import show
from tests.end2end.attached import AttachedClient
from tests.end2end.nginx import RtmpServer
from tests.end2end.xvfb import VirtualScreen

MOST_MB = 450.0
HALVES = ("on the air", "leafing through all pages")


@dataclass(frozen=True, slots=True)
class Half:
    """What was measured while the person did one thing."""

    rss_mb: float
    pss_mb: float
    samples: list[HealthSampled]
    acted: int  # cards and viewers it heard of from the person


def watched(seconds: float, client: AttachedClient, window_pid: int) -> Half:
    begun = client.count
    memory = MemoryWatch(psutil.Process(window_pid), psutil.Process(client.engine_pid))
    memory.start()
    threading.Event().wait(seconds)
    memory.stop()
    events = client.events[begun:]
    samples = [event for event in events if isinstance(event, HealthSampled)]
    acted = sum(isinstance(event, CardChanged | ViewersSampled) for event in events)
    return Half(memory.peak_rss_mb, memory.peak_pss_mb, samples, acted)


@contextmanager
def opened_window(words: list[str], screen: VirtualScreen) -> Iterator[subprocess.Popen[bytes]]:
    window = subprocess.Popen([sys.executable, "-m", "tests.bench.used_window", *words], env=screen.environment())
    try:
        yield window
    finally:
        window.terminate()
        window.wait(60)


def run(seconds: int, folder: Path) -> tuple[list[Half], list[Stall]]:
    """Both halves, and when the computer itself stood still."""
    scene, home, plan = prepare_scene(2 * seconds + 20), folder / "home", folder / "show"
    stock_shop(scene, home)
    with (
        VirtualScreen() as screen,
        RtmpServer(folder / "nginx") as server,
        Stalls(folder / "stalls") as stalls,
        AttachedClient(home, start=True) as client,
        attended(client),
    ):
        plan.write_bytes(pickle.dumps(show(scene, server.url())))
        with opened_window([str(home), str(plan), str(seconds)], screen) as window:
            client.wait_for(OutputChanged, lambda event: event.state is OutputState.LIVE)
            halves = [watched(seconds, client, window.pid) for _half in HALVES]
        return halves, stalls.found()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # window, show and servers end with it
    limits = Limits()
    with tempfile.TemporaryDirectory(prefix="nongbo-bench-") as name:
        halves, stalls = run(args.seconds, Path(name))
    limits.most("memory with the window, on the air (shared pages once)", halves[0].pss_mb, MOST_MB, "MB")
    limits.least("cards and viewers of the person's keys", halves[0].acted, args.seconds / 4)
    for what, half in zip(HALVES, halves, strict=True):
        first, last = half.samples[0], half.samples[-1]
        print(
            f"{what}: sum of RSS {half.rss_mb:.0f} MB, shared pages once {half.pss_mb:.0f} MB; in {len(half.samples)} s"
        )
        late, skipped = last.late_ticks - first.late_ticks, last.skipped_frames - first.skipped_frames
        ours = lost_of_ours(half.samples, stalls)
        print(
            f"  {late} late ticks and {skipped} skipped frames, also while the computer itself stood still; the others:"
        )
        limits.most("  late ticks", ours.late_ticks, 0, "")
        limits.most("  skipped frames", ours.skipped_frames, 0, "")
    return limits.exit_code()


if __name__ == "__main__":
    sys.exit(main())
