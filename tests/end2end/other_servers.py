"""RTMP servers other than nginx, each a program of its own that keeps the stream as FLV.

`python -m tests.end2end.other_servers PORT FOLDER` is the one in pure Python.
"""

import asyncio
import json
import logging
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pyrtmp import StreamClosedException
from pyrtmp.flv import FLVFileWriter, FLVMediaType
from pyrtmp.rtmp import RTMPProtocol, SimpleRTMPController

from tests.end2end.sockets import HOST, free_port, wait_until_listening

NODE_SERVER = Path(sys.prefix) / "opt" / "node-media-server" / "node_modules" / "node-media-server"


class OtherServer:
    """A server started by a command; `port` is free, and the stream `show` of `live` is kept in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    @property
    def url(self) -> str:
        return f"rtmp://{HOST}:{self.port}/live/show"

    def recording(self) -> Path:
        """The FLV that was kept."""
        return next(self.folder.rglob("*.flv"))

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        with (self.folder / "server.log").open("wb") as log:
            self._process = subprocess.Popen(self.command(), stdout=log, stderr=log)
        wait_until_listening(self.port, self._process)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(10)


class PythonServer(OtherServer):
    """PyRTMP, which speaks the protocol without a line of FFmpeg or nginx."""

    def command(self) -> list[str]:
        return [sys.executable, "-m", "tests.end2end.other_servers", str(self.port), str(self.folder)]


class NodeServer(OtherServer):
    """Node-Media-Server with a configuration of its own, so that it takes no port it was not given."""

    def command(self) -> list[str]:
        config = self.folder / "config.json"
        settings = {
            "bind": HOST,
            "notify": {"url": ""},
            "store": {"path": str(self.folder / "data"), "maxHistory": 10},
            "auth": {"play": False, "publish": False, "secret": "", "jwt": {"users": []}},
            "rtmp": {"port": self.port},
            "http": {"port": free_port()},
            "webadmin": {"enable": False},
            "record": {"auto": True, "path": str(self.folder / "record")},
        }
        config.write_text(json.dumps(settings))
        return ["node", str(NODE_SERVER / "bin" / "app.js"), "--config", str(config), "--no-admin"]


# Node-Media-Server is there where set-up found npm.
OTHER_SERVERS: dict[str, type[OtherServer]] = {"PyRTMP": PythonServer} | (
    {"Node-Media-Server": NodeServer} if NODE_SERVER.exists() else {}
)


class Keeper(SimpleRTMPController):  # type: ignore[misc]
    """Writes what is published into an FLV file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        super().__init__()

    async def on_ns_publish(self, session: Any, message: Any) -> None:
        session.state = FLVFileWriter(output=str(self._folder / f"{message.publishing_name}.flv"))
        await super().on_ns_publish(session, message)

    async def on_metadata(self, session: Any, message: Any) -> None:
        session.state.write(0, message.to_raw_meta(), FLVMediaType.OBJECT)

    async def on_video_message(self, session: Any, message: Any) -> None:
        session.state.write(message.timestamp, message.payload, FLVMediaType.VIDEO)

    async def on_audio_message(self, session: Any, message: Any) -> None:
        session.state.write(message.timestamp, message.payload, FLVMediaType.AUDIO)

    async def on_stream_closed(self, session: Any, exception: StreamClosedException) -> None:
        if session.state is not None:
            session.state.close()


async def serve(port: int, folder: Path) -> None:
    """Until the process is ended."""
    logging.getLogger().setLevel(logging.INFO)
    logging.getLogger("pyrtmp").setLevel(logging.INFO)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: RTMPProtocol(controller=Keeper(folder)), host=HOST, port=port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
