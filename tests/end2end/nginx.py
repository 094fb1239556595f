"""A real nginx with the RTMP module, on free ports and in a folder of its own; stopped by its own process."""

import contextlib
import os
import subprocess
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs

from tests.end2end.sockets import HOST, free_port, wait_until_listening

# The one that set-up unpacked, then the system's.
TOPS = (Path(sys.prefix) / "opt" / "nginx", Path("/"))

CONFIG = """
load_module {module};
{user}
daemon off;
master_process off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
events {{ worker_connections 256; }}
rtmp {{
    access_log {folder}/rtmp.log;
    server {{
        listen {host}:{rtmp_port};
        chunk_size 4096;
        application live {{ live on; wait_key on; {idle} {record} }}
        application locked {{ live on; on_publish http://{host}:{gate_port}/; }}
        application closed {{ live on; deny publish all; }}
    }}
}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen {host}:{http_port};
        location /stat {{ rtmp_stat all; }}
        location /control {{ rtmp_control all; }}
    }}
}}
"""


class KeyGate:
    """Answers nginx's question whether a stream key may publish; refuses every key that is not in `keys`."""

    def __init__(self, keys: frozenset[str]) -> None:
        self.keys = keys
        self.asked: list[str] = []
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None
        self.port = 0

    def start(self) -> None:
        gate = self

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                key = parse_qs(body).get("name", [""])[0]
                gate.asked.append(key)
                self.send_response(200 if key in gate.keys else 403)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
                """Keeps the tests' output clean."""

        self._server = ThreadingHTTPServer((HOST, 0), Answer)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="key-gate")
        self._thread.start()

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = None


class RtmpServer:
    """The server a platform would run. Applications: `live` takes everybody, `locked` asks for a key of `keys`,
    `closed` takes nobody. With `record` every stream of `live` is kept as FLV in the folder, the newest
    of its name; with `append` what comes when it is published again is added. A publisher of `live` of whom nothing
    comes for `drops_idle_s` is let go; else one that is gone without a word only when the system gives his line up.

    `stop` and `start` again keep the ports, as a server does that comes back.
    """

    def __init__(
        self,
        folder: Path,
        keys: frozenset[str] = frozenset({"right-key"}),
        record: bool = False,
        append: bool = False,
        drops_idle_s: int | None = None,
    ) -> None:
        self.folder = folder
        self.gate = KeyGate(keys)
        self.record = record
        self.append = append
        self.drops_idle_s = drops_idle_s
        self.rtmp_port = 0
        self.http_port = 0
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, key: str = "show", application: str = "live") -> str:
        return f"rtmp://{HOST}:{self.rtmp_port}/{application}/{key}"

    @property
    def stats_url(self) -> str:
        return f"http://{HOST}:{self.http_port}/stat"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def recording(self, key: str = "show") -> Path:
        """The FLV that was kept of a stream."""
        return self.folder / f"{key}.flv"

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.rtmp_port == 0:
            self.rtmp_port, self.http_port = free_port(), free_port()
        self.gate.start()
        top = next(top for top in TOPS if (top / "usr/lib/nginx/modules/ngx_rtmp_module.so").exists())
        config = self.folder / "nginx.conf"
        config.write_text(self._config(top))
        binary = top / "usr/sbin/nginx"
        with (self.folder / "stderr.log").open("ab") as stderr:
            self._process = subprocess.Popen(
                [binary, "-e", self.folder / "error.log", "-p", self.folder, "-c", config], stderr=stderr
            )
        wait_until_listening(self.rtmp_port, self._process)
        wait_until_listening(self.http_port, self._process)

    def _config(self, top: Path) -> str:
        record = f"record all; record_path {self.folder}; record_unique off;" if self.record else ""
        if self.append:
            record += " record_append on;"
        return CONFIG.format(
            module=top / "usr/lib/nginx/modules/ngx_rtmp_module.so",
            user="user root;" if os.geteuid() == 0 else "",  # else root's workers cannot write into the folder
            folder=self.folder,
            host=HOST,
            rtmp_port=self.rtmp_port,
            http_port=self.http_port,
            gate_port=self.gate.port,
            record=record,
            idle="" if self.drops_idle_s is None else f"drop_idle_publisher {self.drops_idle_s}s;",
        )

    def stats(self) -> str:
        """The server's own statistics page, as XML."""
        with urllib.request.urlopen(self.stats_url, timeout=60) as page:
            return str(page.read().decode())

    def wait_for_stream(self, key: str, sender: "subprocess.Popen[bytes]", deadline_s: float = 60.0) -> None:
        """Returns when a stream of `live` is published; raises where its sender ends first or the deadline passes."""
        until = time.monotonic() + deadline_s
        while time.monotonic() < until:
            stream = f"<name>{key}</name>"
            if stream in (page := self.stats()) and "<publishing/>" in page.split(stream, 1)[1].split("</stream>")[0]:
                return
            with contextlib.suppress(subprocess.TimeoutExpired):
                raise RuntimeError(f"the sender ended with {sender.wait(0.05)} before it was on air")
        raise TimeoutError(f"{key} did not go on air")

    def drop(self, key: str = "show") -> None:
        """Throws the publisher of a stream off, as a platform does that restarts a machine."""
        address = f"http://{HOST}:{self.http_port}/control/drop/publisher?app=live&name={key}"
        with urllib.request.urlopen(address, timeout=60) as page:
            page.read()

    def stop(self) -> None:
        """Ends the server at once, as a crash would: open streams are cut."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        self.gate.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.stop()
