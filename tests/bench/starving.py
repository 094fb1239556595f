"""A show on a computer that is too slow for it: what the governor does, and how even the picture stays.

    python -m tests.bench.starving [--cores 0.5] [--seconds 40] [--relief 0]

The studio gets `--cores` of a core and no more: by a CPU group (Linux, as root), else by nothing but other work on the
same core. After `--relief` seconds (0: never) it gets all it wants again. Prints each step with its time, then for each
five seconds the frames that arrived, how far apart they are in ticks, and what was late or skipped.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import av

from tests.bench.programs import nongbo_command, stock_shop
from tests.bench.scene import FPS, Scene, prepare_scene
from tests.end2end.nginx import RtmpServer

GROUPS = Path("/sys/fs/cgroup/cpu")
PERIOD_US = 10_000  # short: a slow computer is slow all the time, not in bursts
SPAN_S = 5


@contextmanager
def cpu_group(cores: float | None = None) -> Iterator[Path | None]:
    """A group whose processes share `cores` of a core, or all there is; None where this system has no such groups."""
    group = GROUPS / f"nongbo-bench-{os.getpid()}"
    try:
        group.mkdir()
    except OSError:
        yield None
        return
    try:
        if cores is not None:
            (group / "cpu.cfs_period_us").write_text(str(PERIOD_US))
            (group / "cpu.cfs_quota_us").write_text(str(round(cores * PERIOD_US)))
        yield group
    finally:
        for pid in (group / "cgroup.procs").read_text().split():
            (GROUPS / "cgroup.procs").write_text(pid)
        group.rmdir()


def burner() -> "subprocess.Popen[bytes]":
    """A program that takes all the time of the first core it can get."""
    code = "import os\nif hasattr(os, 'sched_setaffinity'): os.sched_setaffinity(0, {0})\nwhile True: pass"
    return subprocess.Popen([sys.executable, "-c", code])


def run(command: list[str], cores: float, relief_s: float, home: Path) -> None:
    """Runs the show to its end with so little computing time."""
    burners: list[subprocess.Popen[bytes]] = []
    with cpu_group(cores) as group:
        if group is not None:
            command = ["sh", "-c", f'echo $$ > {group}/cgroup.procs; exec "$@"', "sh", *command]
        else:
            print("no CPU groups here: other programs take the core instead", file=sys.stderr)
            command = ["taskset", "-c", "0", *command]
            burners = [burner() for _ in range(max(1, round(1 / cores)))]
        show = subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"NONGBO_HOME": str(home)})
        over = threading.Event()

        def relieve() -> None:
            if relief_s and not over.wait(relief_s):
                for one in burners:
                    one.kill()
                if group is not None:
                    (group / "cpu.cfs_quota_us").write_text("-1")

        reliever = threading.Thread(target=relieve, name="reliever")
        reliever.start()
        out, _ = show.communicate()
        over.set()
        reliever.join()
        for one in burners:
            one.kill()
            one.wait()
    if show.returncode:
        raise RuntimeError("the show did not end well; see the lines above")
    print(json.dumps(json.loads(out)["video"]))


def steps(home: Path) -> None:
    """What the session's log keeps of the governor's steps."""
    with sqlite3.connect(home / "nongbo.sqlite3") as db:
        begun = datetime.fromisoformat(db.execute("select started_at from session").fetchone()[0])
        rows = "select problem_code, problem_values, started_at, ended_at from notice order by id"
        for code, values, start, end in db.execute(rows):
            span = [(datetime.fromisoformat(at) - begun).total_seconds() if at else None for at in (start, end)]
            print(f"{code:14} from {span[0]:5.1f} s to {span[1] or float('inf'):5.1f} s  {values}")
        samples = list(db.execute("select on_air_s, late_ticks, skipped_frames, cpu_percent from health_sample"))
    for (_, late, skipped, _), (at, late_now, skipped_now, cpu) in pairwise(samples[::SPAN_S]):
        print(f"at {at:5.1f} s  late +{late_now - late:3}  skipped +{skipped_now - skipped:3}  CPU {cpu:3.0f} %")


def frame_times(flv: Path) -> list[float]:
    """When each frame that arrived is to be shown, in seconds of the stream."""
    with av.open(str(flv)) as stream:
        return sorted(
            float(packet.pts * packet.time_base) for packet in stream.demux(video=0) if packet.pts is not None
        )


def spacing(times: list[float], begin_s: float, end_s: float) -> Iterator[tuple[float, Counter[int]]]:
    """For each span between the two: when it begins, and how often so many ticks lie between one frame and the next."""
    start_s = begin_s
    while start_s < end_s:
        span = [at for at in times if start_s <= at < min(start_s + SPAN_S, end_s)]
        yield start_s, Counter(round((after - before) * FPS) for before, after in pairwise(span))
        start_s += SPAN_S


def unevenness(times: list[float], begin_s: float, end_s: float) -> float | None:
    """The share of the gaps between frames that are not as wide as most of their span; None where nothing came.

    Half as many frames, evenly spread, are as even as all of them.
    """
    spans = [apart for _start_s, apart in spacing(times, begin_s, end_s) if apart]
    if not spans:
        return None
    return 1 - sum(max(apart.values()) for apart in spans) / sum(apart.total() for apart in spans)


def print_spacing(flv: Path) -> None:
    times = frame_times(flv)
    for start_s, apart in spacing(times, 0, times[-1] + 1):
        frames = apart.total() + 1
        print(f"{start_s:3}…{start_s + SPAN_S:3} s  {frames:4} frames  ticks apart: {dict(sorted(apart.items()))}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cores", type=float, default=0.5)
    parser.add_argument("--seconds", type=int, default=40)
    parser.add_argument("--relief", type=float, default=0.0)
    args = parser.parse_args()
    scene: Scene = prepare_scene(args.seconds)
    with tempfile.TemporaryDirectory(prefix="nongbo-bench-") as name:
        home = Path(name) / "home"
        stock_shop(scene, home)
        with RtmpServer(Path(name) / "nginx", record=True) as server:
            started_s = time.monotonic()
            run(nongbo_command(scene, home, [server.url("slow")]), args.cores, args.relief, home)
            print(f"{time.monotonic() - started_s:.1f} s in all, {args.cores} of a core")
            steps(home)
            print_spacing(server.recording("slow"))


if __name__ == "__main__":
    main()
