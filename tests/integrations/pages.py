"""A real HTTP server on this computer that answers as it is told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

STAT = b"""<?xml version="1.0" encoding="utf-8" ?>
<?xml-stylesheet type="text/xsl" href="stat.xsl" ?>
<rtmp>
  <nginx_version>1.22.1</nginx_version>
  <server>
    <application>
      <name>live</name>
      <live>
        <stream>
          <name>stall</name><time>92110</time><bw_in>2671944</bw_in>
          <client><id>1</id><address>127.0.0.1</address><publishing/><active/></client>
          <client><id>7</id><address>192.0.2.9</address></client>
          <client><id>9</id><address>192.0.2.10</address></client>
          <nclients>3</nclients>
          <publishing/>
          <active/>
        </stream>
        <stream><name>waiting</name><nclients>4</nclients></stream>
        <nclients>7</nclients>
      </live>
    </application>
    <application>
      <name>other</name>
      <live>
        <stream><name>stall</name><nclients>11</nclients><publishing/></stream>
        <nclients>11</nclients>
      </live>
    </application>
  </server>
</rtmp>
"""


@dataclass(slots=True)
class Pages:
    """What the server answers: path → status, headers, body. `silent` paths get no answer until the server ends."""

    url: str = ""
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    asking: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    def put(self, path: str, body: bytes = b"", status: int = 200, **headers: str) -> str:
        """Serves `body` at `path`; gives back its address."""
        self.answers[path] = (status, headers, body)
        return self.url + path


@contextmanager
def serving() -> Iterator[Pages]:
    """The server, on a free port, until the block ends."""
    pages = Pages()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pages.asked.append(self.path)
            pages.asking.set()
            if self.path in pages.silent:
                pages.over.wait()
                return
            status, headers, body = pages.answers.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = False
    pages.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="pages")
    thread.start()
    try:
        yield pages
    finally:
        pages.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
