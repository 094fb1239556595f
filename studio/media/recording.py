"""The recording: Matroska, written packet by packet, so that it plays after a kill or a power cut.

A thread of its own writes; a disk that is full or slow stops or thins the recording, never the show. Once it has room
again, or is plugged in again, a further part begins, in a file of its own.
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
from studio.errors import Problem, StudioError, bug_words, fault, reason_of
from studio.media.frames import EncodedPacket
from studio.media.muxing import Muxer, Templates
from studio.media.queues import PacketQueue
from studio.worker import Worker

log = logging.getLogger(__name__)

OPTIONS = {"flush_packets": "1", "cluster_time_limit": "1000"}  # a cut loses at most the last cluster
SYNC_EVERY_S = 1.0  # a system keeps what was written to itself for half a minute
AGAIN_EVERY_S = 5.0  # a folder that could not be written is looked at so often
LONGEST_PAUSE_S = 300.0  # a disk that takes a little each time, and then no more, is not to be littered with parts
SHORT_S = 30.0  # a part of fewer seconds
AGAIN_BYTES = 2 * SPARE_BYTES  # must be free for a further part: one of a few seconds helps nobody


class Part:
    """One file. `write` and `close` raise `OSError` and `FFmpegError` as they come."""

    def __init__(self, path: Path, templates: Templates) -> None:
        self.path = path
        self.bytes = 0
        self.began_s = self.newest_s = 0.0  # by its packets
        self._checked_at_bytes = 0
        self._templates = templates
        self._muxer: Muxer | None = None
        self._file = -1  # the same file, to have it brought to the disk
        self._synced_s = 0.0

    def open(self, free_bytes: int) -> None:
        """Makes the file where so much is free; raises `recording.unwritable`, and leaves nothing where it does."""
        folder, made = self.path.parent, False
        try:
            if shutil.disk_usage(folder).free < free_bytes:
                raise OSError(28, "No space left on device")
            made = True
            self._muxer = Muxer(str(self.path), "matroska", OPTIONS, self._templates)
            self._file = os.open(self.path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        except (OSError, FFmpegError) as error:
            if made:
                self.discard()
            raise fault("recording.unwritable", path=folder, reason=reason_of(error)) from error

    def write(self, packet: EncodedPacket) -> None:
        assert self._muxer is not None
        self._check_space()
        self._muxer.write(packet)
        self.newest_s = packet.time_s
        if not self.bytes:
            self.began_s = packet.time_s
        self.bytes += len(packet.data)
        self._sync(packet.time_s)

    def _check_space(self) -> None:
        """Looks at the free space once every eight megabytes, and stops while the log still has room."""
        if self.bytes - self._checked_at_bytes < 8 * 1024 * 1024:
            return
        self._checked_at_bytes = self.bytes
        if shutil.disk_usage(self.path.parent).free < SPARE_BYTES:
            raise OSError(28, "No space left on device")

    def _sync(self, at_s: float) -> None:
        """Once a second brings to the disk what was written: only that outlives a power cut."""
        if at_s - self._synced_s >= SYNC_EVERY_S:
            self._synced_s = at_s
            getattr(os, "fdatasync", os.fsync)(self._file)

    def close(self) -> None:
        """May be called twice."""
        muxer, self._muxer = self._muxer, None
        file, self._file = self._file, -1
        with suppress(OSError, FFmpegError):
            if muxer is not None:
                muxer.close()
        with suppress(OSError):
            if file >= 0:
                os.close(file)

    def discard(self) -> None:
        """Takes the file away, which holds nothing."""
        self.close()
        with suppress(OSError):
            self.path.unlink(missing_ok=True)


class Recording:
    """One show's recording, most often of one part; what keeps it from going on is told once, and when that is over.

    `further` says where a further part lies (without it there is none); `began` is told of each one.
    """

    def __init__(
        self,
        path: Path,
        templates: Templates,
        notice: Callable[[Problem, bool], None],
        further: Callable[[], Path | None] = lambda: None,
        began: Callable[[Path], None] = lambda _path: None,
    ) -> None:
        self.folder = path.parent
        self.parts: tuple[Path, ...] = ()
        self.failed = False  # nothing is recorded now
        self._part = Part(path, templates)
        self._templates = templates
        self._notice = notice
        self._further = further
        self._began = began
        self._told: Problem | None = None
        self._started = False
        self._queue = PacketQueue(limit_s=10.0)
        self._worker = Worker("recording", self._run, self._broken)

    @property
    def path(self) -> Path:
        """Of the newest part, which may not have begun."""
        return self._part.path

    @property
    def bytes(self) -> int:
        """Of the newest part, without what the container adds."""
        return self._part.bytes

    def open(self) -> None:
        """Makes the file; raises `recording.unwritable` where that cannot be. Then `start` waits until it can."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._part.open(SPARE_BYTES)
        except (OSError, StudioError) as error:
            reason = dict(error.problem.values)["reason"] if isinstance(error, StudioError) else reason_of(error)
            self.failed = True
            self._told = Problem.of("recording.waits", path=self.folder, reason=reason)
            raise fault("recording.unwritable", path=self.folder, reason=reason) from error
        self.parts = (self._part.path,)

    def start(self) -> None:
        """Records from the next keyframe on; where there is no file, tells so and waits until there can be one."""
        self._started = True
        if self._told is not None:
            self._queue.close()
            self._notice(self._told, True)
        else:
            self._queue.restart()
        self._worker.start()

    def offer(self, packet: EncodedPacket) -> None:
        self._queue.put(packet)

    def _run(self, stopping: threading.Event) -> None:
        pause_s = AGAIN_EVERY_S
        while self._told is not None or not self._write():
            if stopping.wait(pause_s):
                return
            pause_s = AGAIN_EVERY_S if self._part.newest_s - self._part.began_s >= SHORT_S else pause_s
            if self._begin_further(stopping):
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _write(self) -> bool:
        """Writes what comes until nothing more does; False where the disk takes no more."""
        try:
            while (packet := self._queue.get()) is not None:
                self._part.write(packet)
        except (OSError, FFmpegError) as error:
            log.warning("the recording stopped: %s", error)
            self._lost(Problem.of("recording.failed", path=self.folder, reason=reason_of(error)))
            return False
        finally:
            self._part.close()
        return True

    def _begin_further(self, stopping: threading.Event) -> bool:
        """A further part, where there is room for it by now. The folder's own folder is not made: a stick is away."""
        try:
            self.folder.mkdir(exist_ok=True)
            path = self._further()
            if path is None:
                return False
            part = Part(path, self._templates)
            part.open(AGAIN_BYTES)
        except (OSError, StudioError):
            return False
        self._queue.restart()
        if stopping.is_set():  # whoever stops may have closed the queue before
            self._queue.close()
            part.discard()
            return False
        self._part = part
        self.parts = (*self.parts, path)
        self.failed = False
        told, self._told = self._told, None
        log.info("the recording goes on in %s", path)
        self._began(path)
        if told is not None:
            self._notice(told, False)
        return True

    def _broken(self, error: Exception) -> None:
        self._lost(Problem.of("recording.broken", reason=bug_words(error)))

    def _lost(self, problem: Problem) -> None:
        self._queue.close()
        self.failed, self._told = True, problem
        self._notice(problem, True)

    def stop(self) -> None:
        """Writes what waits and closes the file; may be called twice. One that was never started leaves none."""
        self._worker.stopping.set()
        self._queue.close()
        if not self._started and self.parts:
            self._part.discard()
            self.parts = ()
        self._worker.stop()
