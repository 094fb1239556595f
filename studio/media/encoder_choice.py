"""Which encoder suits this computer: each one is tried, and the best that leaves room is chosen.

The rule. An encoder does where it works twice as fast as the show needs and where its CPU time, with that of the rest
of the show, leaves a third of this computer's cores alone. Of those the one with the best picture is taken; of several
whose pictures nobody can tell apart, the one that takes the least CPU time. Where none does, the fastest is taken.
"""

import json
import logging
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import av

from studio.config import AUTO, PRESETS, CanvasConfig, ShowConfig, SourceConfig, SourceKind
from studio.events import EncodersTried, TriedEncoder
from studio.i18n import N_
from studio.media.codecs import CHIPS, X264
from studio.media.encoder import usable_cores
from studio.shop.demo import demo_clip
from studio.worker import Worker

log = logging.getLogger(__name__)

SPEED_AT_LEAST = 2.0
CORES_USED_AT_MOST = 2 / 3
REST_OF_SHOW_CPU_S = 0.4  # a second of a 720p30 show without its encoder, measured
REST_MEASURED_AT = 1280 * 720 * 30
SAME_PICTURE_DB = 0.1
DEADLINE_S = 40.0  # the slowest that is of any use takes 25 s; a candidate that takes longer hangs
PICTURES_DEADLINE_S = 25.0  # a camera may take a while to open, and be slow


def candidates() -> list[tuple[str, str]]:
    """Codec and preset of every encoder there may be; x264's from the quickest to the most careful preset."""
    return [(codec, "") for codec in CHIPS] + [(X264, preset) for preset in PRESETS]


def choose(tried: tuple[TriedEncoder, ...], canvas: CanvasConfig, cores: int) -> TriedEncoder | None:
    """The encoder for a show of this canvas on a computer of so many cores; None where every one was refused."""
    working = [one for one in tried if not one.refused]
    fit = [one for one in working if leaves_room(one, canvas, cores)]
    if not fit:
        return max(working, key=lambda one: one.speed, default=None)
    best_db = max(one.quality_db for one in fit)
    return min((one for one in fit if one.quality_db >= best_db - SAME_PICTURE_DB), key=lambda one: one.cpu_s)


def leaves_room(one: TriedEncoder, canvas: CanvasConfig, cores: int) -> bool:
    """Whether the computer can do this beside the rest of the show, and something else beside both."""
    rest_s = REST_OF_SHOW_CPU_S * canvas.width * canvas.height * canvas.fps / REST_MEASURED_AT
    return one.speed >= SPEED_AT_LEAST and one.cpu_s + rest_s <= cores * CORES_USED_AT_MOST


class EncoderTrials:
    """Lets one encoder after the other work, each in a process of its own, on a thread of its own.

    `done` is told the end on that thread. `stop` breaks off at once; what was found until then is thrown away.
    """

    def __init__(self, show: ShowConfig, done: Callable[[EncodersTried], None]) -> None:
        self._show = show
        self._done = done
        self._child: subprocess.Popen[bytes] | None = None
        self._starting = threading.Lock()
        self._worker = Worker("encoder-trials", self._run)

    def start(self) -> None:
        self._worker.start()

    def stop(self) -> None:
        """Breaks off; may be called twice."""
        self._worker.stopping.set()
        with self._starting:
            if self._child is not None:
                self._child.kill()
        self._worker.join()

    def _run(self, stopping: threading.Event) -> None:
        try:
            with tempfile.TemporaryDirectory(prefix="nongbo-trial-") as folder:
                found = self._found(Path(folder) / "pictures.yuv")
        except Exception as error:  # whoever asked waits for an answer
            log.warning("the encoders could not be tried", exc_info=error)
            found = self.broken_off()
        self._done(self.broken_off() if stopping.is_set() else found)

    def _found(self, path: Path) -> EncodersTried:
        """Tries all; the pictures lie in `path`."""
        canvas = self._show.canvas
        pictures = self._pictures(path)
        tried = tuple(self._each(path)) if pictures else ()
        chosen = choose(tried, canvas, usable_cores())
        return EncodersTried(canvas.width, canvas.height, canvas.fps, pictures, tried, chosen)

    def _pictures(self, path: Path) -> str:
        """Fetches what is to be compressed; gives where it came from, empty where nothing came."""
        for source, grainy in self._sources():
            canvas = asdict(self._show.canvas)
            job = {"source": asdict(source), "grainy": grainy, "canvas": canvas, "file": str(path)}
            answer = self._ask(job, PICTURES_DEADLINE_S)
            if "refused" not in answer:
                return source.kind.value
            log.info("no pictures from the %s for the trial: %s", source.kind, answer["refused"])
        return ""

    def broken_off(self) -> EncodersTried:
        """What is told where nothing was tried to its end."""
        canvas = self._show.canvas
        return EncodersTried(canvas.width, canvas.height, canvas.fps, "", (), None)

    def _sources(self) -> Iterator[tuple[SourceConfig, bool]]:
        """The show's own picture, else the clip the program brings along."""
        if self._show.source.kind not in (SourceKind.PATTERN, SourceKind.PIPE):
            yield self._show.source, False
        yield SourceConfig(SourceKind.CLIP, str(demo_clip())), True

    def _each(self, path: Path) -> Iterator[TriedEncoder]:
        """Every encoder's trial; after a preset that is too slow no more careful one is tried."""
        checked: set[str] = set()
        too_slow = False
        for codec, preset in candidates():
            if self._worker.stopping.is_set() or too_slow:
                return
            one = self._try(codec, preset, path, codec not in checked)
            checked.add(codec)
            log.info("tried %s %s: %s", codec, preset, one)
            too_slow = codec == X264 and (bool(one.refused) or not leaves_room(one, self._show.canvas, usable_cores()))
            yield one

    def _try(self, codec: str, preset: str, path: Path, check: bool) -> TriedEncoder:
        one = TriedEncoder(codec, preset)
        try:
            av.Codec(codec, "w")
        except ValueError:
            return replace(one, refused=N_("this program is built without it"))
        settings = replace(self._show.encoder, codec=codec, preset=preset or AUTO)
        canvas = asdict(self._show.canvas)
        answer = self._ask(
            {"encoder": asdict(settings), "canvas": canvas, "file": str(path), "check": check}, DEADLINE_S
        )
        return replace(one, **answer)

    def _ask(self, job: dict[str, Any], deadline_s: float) -> dict[str, Any]:
        """What a child answers; where it dies or hangs, that is the answer."""
        with self._starting:
            if self._worker.stopping.is_set():
                return {"refused": "stopped"}
            command = [sys.executable, "-m", "studio.media.encoder_trial"]
            pipe = subprocess.PIPE
            self._child = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        child = self._child
        try:
            out, _ = child.communicate(f"{json.dumps(job)}\n".encode(), deadline_s)
            answer = json.loads(out)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            return {"refused": N_("it did not answer in time")}
        except ValueError:
            return {"refused": N_("it crashed")}
        return answer if isinstance(answer, dict) else {"refused": N_("it crashed")}
