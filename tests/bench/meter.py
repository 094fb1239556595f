"""Runs a command and measures its whole process tree: CPU seconds and peak memory.

    python -m tests.bench.meter RESULT.json COMMAND…

A process of its own, so that only the command's tree is counted: it adopts whatever the command leaves behind
and waits for every member, so the kernel's own accounts are complete.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import threading
from pathlib import Path

import psutil

SAMPLE_EVERY_S = 0.2
PR_SET_CHILD_SUBREAPER = 36
ORPHANS_DEADLINE_S = 10.0


class MemoryWatch:
    """Samples the summed memory of all processes below this one, or of `roots` and all below them."""

    def __init__(self, *roots: psutil.Process) -> None:
        self._roots = roots
        self.peak_rss_mb = 0.0
        self.peak_pss_mb = 0.0  # shared pages counted once
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory-watch")

    def start(self) -> None:
        self._thread.start()

    def _watch(self) -> None:
        rounds = 0
        while not self._ended.wait(SAMPLE_EVERY_S):
            tree = self._tree()
            self.peak_rss_mb = max(self.peak_rss_mb, sum(map(rss_mb, tree)))
            if rounds % 10 == 0:  # the kernel walks every page for this one
                self.peak_pss_mb = max(self.peak_pss_mb, sum(map(pss_mb, tree)))
            rounds += 1

    def _tree(self) -> list[psutil.Process]:
        below = [child for root in self._roots or (psutil.Process(),) for child in children(root)]
        return [*self._roots, *below]

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()


def children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def rss_mb(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / 2**20
    except psutil.Error:
        return 0.0


def pss_mb(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss) / 2**20
    except psutil.Error:
        return 0.0


def main(result: Path, command: list[str]) -> int:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    memory = MemoryWatch()
    memory.start()
    code = subprocess.call(command)
    _, alive = psutil.wait_procs(psutil.Process().children(recursive=True), timeout=ORPHANS_DEADLINE_S)
    for process in alive:
        process.kill()
    memory.stop()
    reap_the_rest()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures = {
        "code": code,
        "cpu_s": round(used.ru_utime + used.ru_stime, 2),
        "peak_rss_mb": round(memory.peak_rss_mb, 1),
        "peak_pss_mb": round(memory.peak_pss_mb, 1),
        "left_running": len(alive),
    }
    result.write_text(json.dumps(figures))
    return code


def reap_the_rest() -> None:
    """Waits for the ended children, so that their CPU time is booked."""
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
