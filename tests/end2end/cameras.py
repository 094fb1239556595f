"""Cameras without hardware: a web camera that sends MJPEG over HTTP, and programs that draw or play."""

import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

import cv2
import numpy as np

from tests.end2end.clapper import clapping
from tests.end2end.sockets import HOST

BOUNDARY = "picture"
RGB = tuple[int, int, int]


class WebCamera:
    """A phone or a web camera as `url:` takes it: JPEG pictures of one colour, one after the other, without end.

    It may be switched off and on again, with the same address; `hanging` keeps the line and sends nothing, `covered`
    sends black. With `claps` it sees the flashes of a clapperboard.
    """

    def __init__(self, colour: RGB, width: int = 640, height: int = 360, fps: int = 15, claps: bool = False) -> None:
        self._period_s = 1 / fps
        self._claps = claps
        self._jpeg, self._flash, self._black = (
            cv2.imencode(".jpg", np.full((height, width, 3), shade, np.uint8))[1].tobytes()
            for shade in (colour[::-1], (255, 255, 255), (0, 0, 0))
        )
        self.hanging = self.covered = False
        self._port = 0
        self._stopping = threading.Event()
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}/video"

    def start(self) -> None:
        camera = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={BOUNDARY}")
                self.end_headers()
                for part in camera.parts():
                    try:
                        self.wfile.write(part)
                    except OSError:  # nobody watches any more
                        return

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
                """Keeps the tests' output clean."""

        self._stopping.clear()
        self._server = ThreadingHTTPServer((HOST, self._port), Answer)
        self._port = self._server.server_address[1]
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="web-camera")
        self._thread.start()

    def parts(self) -> Iterator[bytes]:
        """Pictures at the camera's pace, until it is switched off."""
        while not self._stopping.wait(self._period_s):
            jpeg = self._black if self.covered else self._jpeg
            jpeg = self._flash if self._claps and clapping(time.monotonic()) else jpeg
            head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n".encode()
            if not self.hanging:
                yield head + jpeg + b"\r\n"

    def stop(self) -> None:
        self._stopping.set()
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


@contextmanager
def ffmpeg(*words: str) -> Iterator["subprocess.Popen[bytes]"]:
    """FFmpeg's own program, ended with the block."""
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", *words]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def make(*words: str) -> None:
    """Runs FFmpeg's own program to its end."""
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *words], check=True)
