"""The real program as a process of its own, and what it said when it ended."""

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import psutil

ROOT = Path(__file__).parents[2]
DEADLINE_S = 120.0
# What the tests' own surroundings must not slip to the program.
UNSET = ("NONGBO_STREAM_URL", "LC_ALL", "LC_MESSAGES", "LANGUAGE", "DISPLAY", "WAYLAND_DISPLAY", "ALSA_CONFIG_PATH")


@dataclass(frozen=True, slots=True)
class Ended:
    """A program's exit code and all it wrote."""

    code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout; fails where there is anything else."""
        try:
            return json.loads(self.stdout)
        except ValueError as error:
            raise AssertionError(f"not one JSON document: {error}\n{self.stdout}\n{self.stderr}") from error

    @property
    def sentence(self) -> str:
        """The first line a person reads on stderr."""
        return self.stderr.partition("\n")[0]


class Program:
    """`python -m studio` on the folder `home`: started, listened to, and ended by its own process id.

    Two threads read what it writes, so that a test can wait for a line. Leaving the `with` block ends it.
    """

    def __init__(
        self, home: Path, *words: str | Path, lang: str = "en", environment: dict[str, str] | None = None
    ) -> None:
        self.home = home
        self._command = [sys.executable, "-m", "studio", "--home", str(home), "--lang", lang, *map(str, words)]
        self._environment = environment or {}
        self._process: subprocess.Popen[str] | None = None
        self._said: dict[str, list[str]] = {"stdout": [], "stderr": []}
        self._came = threading.Condition()
        self._readers: list[threading.Thread] = []
        self._open = 0

    def start(self) -> Self:
        # The folder is named twice: the option is what is tested, the variable lets a relay that is left be found.
        clean = {name: value for name, value in os.environ.items() if name not in UNSET}
        environment = clean | {"NONGBO_HOME": str(self.home), "PYTHONUTF8": "1"} | self._environment
        self._process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE if "--commands" in self._command else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._open = 2
        for name, stream in (("stdout", self._process.stdout), ("stderr", self._process.stderr)):
            assert stream is not None
            reader = threading.Thread(target=self._read, args=(name, stream), name=f"program-{name}")
            reader.start()
            self._readers.append(reader)
        return self

    def _read(self, name: str, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                with self._came:
                    self._said[name].append(line)
                    self._came.notify_all()
        with self._came:
            self._open -= 1
            self._came.notify_all()

    @property
    def process(self) -> subprocess.Popen[str]:
        assert self._process is not None, "the program was not started"
        return self._process

    def said(self, name: str = "stderr") -> str:
        with self._came:
            return "".join(self._said[name])

    def wait_for(self, words: str, deadline_s: float = DEADLINE_S) -> str:
        """The first line on stderr with `words` in it; fails where the program ends or the time is over before."""
        until = time.monotonic() + deadline_s
        with self._came:
            while not (found := [line for line in self._said["stderr"] if words in line]):
                left_s = until - time.monotonic()
                ended = self._open == 0
                assert left_s > 0, f"{words!r} was not said within {deadline_s} s: {self._said}"
                assert not ended, f"the program ended without saying {words!r}: {self._said}"
                self._came.wait(left_s)
        return found[0]

    def tree(self) -> list[psutil.Process]:
        """The program's process and all below it, as long as it runs."""
        top = psutil.Process(self.process.pid)
        return [top, *top.children(recursive=True)]

    def limit_files(self, size_bytes: int) -> None:
        """From now on no file of the program grows beyond this: its disk is full."""
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (size_bytes, size_bytes))

    def type_in(self, *lines: str) -> None:
        """Lines on its standard input, which is open where the program takes `--commands`."""
        assert self.process.stdin is not None
        self.process.stdin.write("".join(f"{line}\n" for line in lines))
        self.process.stdin.flush()

    def interrupt(self) -> None:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)

    def wait(self, deadline_s: float = DEADLINE_S) -> Ended:
        """What it said, once it has ended by itself; fails where it does not within `deadline_s`."""
        try:
            code = self.process.wait(deadline_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"still running after {deadline_s} s: {self._command}\n{self.said()}") from None
        for reader in self._readers:
            reader.join(deadline_s)
        return Ended(code, self.said("stdout"), self.said("stderr"))

    def stop(self) -> None:
        """Ends it if it still runs: politely, so that its relays end with it, then for good."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        for reader in self._readers:
            reader.join(30)
        if self._process.stdin is not None:
            self._process.stdin.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def run(
    home: Path,
    *words: str | Path,
    lang: str = "en",
    environment: dict[str, str] | None = None,
    deadline_s: float = DEADLINE_S,
) -> Ended:
    """Runs the program to its end."""
    with Program(home, *words, lang=lang, environment=environment) as program:
        return program.wait(deadline_s)


def notices(session: Any) -> list[Any]:
    """What the log of a session tells of the show; not that this computer was too busy with others for a while."""
    return [notice for notice in session["notices"] if not notice["problem"]["code"].startswith("slow.")]


def ask(home: Path, *words: str | Path) -> Any:
    """The JSON document a command answers with; fails where it does not end well."""
    ended = run(home, *words, "--json")
    assert ended.code == 0, ended.stderr
    return ended.document
