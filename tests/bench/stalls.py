"""Moments in which the computer itself stood still, as under a hypervisor that is busy with others.

    python -m tests.bench.stalls CORE

sleeps on one core for five milliseconds, again and again, before everything else that runs there, and prints each
sleep that was much too long: the second (UTC) at its end, and by how many milliseconds. No program could have worked
meanwhile.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Self

from studio.events import HealthSampled

SLEEP_S = 0.005
STALL_S = 0.020  # most of a frame
AFTERMATH_S = 0.5  # so long pictures wait for the encoder before one is left out


class Stalls:
    """Keeps watch over every core while it is entered; the findings lie in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._watches: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True)
        for core in sorted(os.sched_getaffinity(0)):
            command = [sys.executable, "-m", "tests.bench.stalls", str(core)]
            with (self._folder / str(core)).open("wb") as file:
                self._watches.append(subprocess.Popen(command, stdout=file))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for watch in self._watches:
            watch.terminate()
            watch.wait()

    def found(self) -> list[tuple[float, float]]:
        """Each one's end, in seconds UTC, and its length in ms; whole lines only."""
        lines = [line for file in self._folder.iterdir() for line in file.read_text().splitlines(keepends=True)]
        pairs = [line.split() for line in lines if line.endswith("\n")]
        return sorted((float(end_s), float(long_ms)) for end_s, long_ms in pairs)


@dataclass(frozen=True, slots=True)
class Lost:
    """Ticks that were late and frames the encoder left out; how many seconds were not looked at."""

    late_ticks: int = 0
    skipped_frames: int = 0
    seconds_left_out: int = 0


def lost_of_ours(samples: Sequence[HealthSampled], stalls: Sequence[tuple[float, float]]) -> Lost:
    """What was lost since the first sample in those seconds in which the computer did not stand still."""
    late = skipped = left_out = 0
    for before, now in pairwise(samples):
        if any(_within(end_s, before.at, now.at) for end_s, _long_ms in stalls):
            left_out += 1
        else:
            late += now.late_ticks - before.late_ticks
            skipped += now.skipped_frames - before.skipped_frames
    return Lost(late, skipped, left_out)


def _within(end_s: float, begin: datetime, end: datetime) -> bool:
    return begin.timestamp() - AFTERMATH_S <= end_s <= end.timestamp() + STALL_S


def main() -> None:
    os.sched_setaffinity(0, [int(sys.argv[1])])
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(os.sched_get_priority_max(os.SCHED_FIFO)))
    except PermissionError:
        return  # other programs would hold it up, and that is no excuse
    never = threading.Event()
    while True:
        begun_s = time.monotonic()
        never.wait(SLEEP_S)
        over_s = time.monotonic() - begun_s - SLEEP_S
        if over_s > STALL_S:
            print(f"{time.time():.3f} {1000 * over_s:.1f}", flush=True)


if __name__ == "__main__":
    main()
