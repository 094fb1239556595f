"""What the show costs this computer: CPU time and memory of this process and of those it started."""

import os
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Load:
    """One reading over the whole process tree."""

    cpu_s: float
    cpu_percent: float  # of one core, since the reading before
    rss_mb: float


class LoadMeter:
    """Reads the tree's load. `children` gives the pids that live now: asking is cheaper than searching."""

    def __init__(self, children: Callable[[], Iterable[int]]) -> None:
        self.peak_rss_mb = 0.0
        self._children = children
        self._begun_s: float | None = None
        self._known: dict[int, psutil.Process] = {}
        self._last: tuple[float, float] | None = None

    def start(self) -> None:
        """A show begins. The first one of a process also pays for the process' own start."""
        self._begun_s = 0.0 if self._begun_s is None else self._begun_s + self.read().cpu_s
        self.peak_rss_mb = 0.0
        self._last = None

    def read(self) -> Load:
        """The load now. CPU seconds of processes that have ended are counted, once they were waited for."""
        times = os.times()
        cpu_s = times.user + times.system + times.children_user + times.children_system
        rss = psutil.Process().memory_info().rss
        known, self._known = self._known, {}  # one that has ended is not asked again, nor whoever gets its number
        for pid in self._children():
            try:
                process = self._known[pid] = known.get(pid) or psutil.Process(pid)
                used = process.cpu_times()
                cpu_s += used.user + used.system
                rss += process.memory_info().rss
            except psutil.Error:
                self._known.pop(pid, None)
        cpu_s = round(cpu_s - (self._begun_s or 0.0), 6)  # the last digits are only the sums' own
        now_s = time.monotonic()
        percent = 0.0
        if self._last is not None and now_s > self._last[0]:
            percent = max(0.0, 100 * (cpu_s - self._last[1]) / (now_s - self._last[0]))
        self._last = (now_s, cpu_s)
        rss_mb = rss / 1e6
        self.peak_rss_mb = max(self.peak_rss_mb, rss_mb)
        return Load(cpu_s, percent, rss_mb)


def disk_free_mb(path: Path) -> int:
    """Free space where `path` is, in megabytes; 0 where that cannot be known."""
    try:
        return int(shutil.disk_usage(path).free // 1_000_000)
    except OSError:
        return 0
