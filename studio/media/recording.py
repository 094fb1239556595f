"""The recording: Matroska, written packet by packet, so that it plays after a kill or a power cut.

A thread of its own writes; a disk that is full or slow stops or thins the recording, never the show.
"""

import logging
import os
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from av.error import FFmpegError

from studio.disk import SPARE_BYTES
from studio.errors import Problem, bug_of, fault, reason_of
from studio.media.frames import EncodedPacket
from studio.media.muxing import Muxer, Templates
from studio.media.queues import PacketQueue
from studio.worker import Worker

log = logging.getLogger(__name__)

OPTIONS = {"flush_packets": "1", "cluster_time_limit": "1000"}  # a cut loses at most the last cluster
SYNC_EVERY_S = 1.0  # a system keeps what was written to itself for half a minute


class Recording:
    """One file; what keeps it from going on is told once."""

    def __init__(self, path: Path, templates: Templates, told: Callable[[Problem], None]) -> None:
        self.path = path
        self.bytes = 0
        self.failed = False  # it does not go on
        self._checked_at_bytes = 0
        self._templates = templates
        self._told = told
        self._queue = PacketQueue(limit_s=10.0)
        self._worker = Worker("recording", self._run, self._broken)
        self._muxer: Muxer | None = None
        self._file = -1  # the same file, to have it brought to the disk
        self._synced_s = 0.0

    def start(self) -> None:
        """Opens the file; raises `recording.unwritable` where that cannot be."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if shutil.disk_usage(self.path.parent).free < SPARE_BYTES:
                raise OSError(28, "No space left on device")
            self._muxer = Muxer(str(self.path), "matroska", OPTIONS, self._templates)
            self._file = os.open(self.path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        except (OSError, FFmpegError) as error:
            raise fault("recording.unwritable", path=self.path.parent, reason=reason_of(error)) from error
        self._queue.restart()
        self._worker.start()

    def offer(self, packet: EncodedPacket) -> None:
        self._queue.put(packet)

    def _run(self, _stopping: threading.Event) -> None:
        assert self._muxer is not None
        try:
            while (packet := self._queue.get()) is not None:
                self._check_space()
                self._muxer.write(packet)
                self.bytes += len(packet.data)
                self._sync(packet.time_s)
        except (OSError, FFmpegError) as error:
            log.warning("the recording stopped: %s", error)
            self._lost(reason_of(error))
        finally:
            with suppress(OSError, FFmpegError):
                self._muxer.close()
            os.close(self._file)

    def _sync(self, at_s: float) -> None:
        """Once a second brings to the disk what was written: only that outlives a power cut."""
        if at_s - self._synced_s >= SYNC_EVERY_S:
            self._synced_s = at_s
            getattr(os, "fdatasync", os.fsync)(self._file)

    def _broken(self, error: Exception) -> None:
        self._lost(repr(error)[:200])
        self._told(bug_of(error))

    def _lost(self, reason: str) -> None:
        self._queue.close()
        self.failed = True
        self._told(Problem.of("recording.failed", path=self.path.parent, reason=reason))

    def _check_space(self) -> None:
        """Looks at the free space once every eight megabytes, and stops while the log still has room."""
        if self.bytes - self._checked_at_bytes < 8 * 1024 * 1024:
            return
        self._checked_at_bytes = self.bytes
        if shutil.disk_usage(self.path.parent).free < SPARE_BYTES:
            raise OSError(28, "No space left on device")

    def stop(self) -> None:
        """Writes what waits and closes the file; may be called twice."""
        self._queue.close()
        self._worker.stop()
