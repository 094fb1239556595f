"""A relay whose system tells nothing of its line, nor of how long it waited for a processor: as on Windows and macOS.

    python -m tests.media.untold_relay

takes the place of `studio.media.relay`.
"""

import os
import socket
import sys
from pathlib import Path

from studio.media import relay, sockets

COMMAND = (sys.executable, "-m", "tests.media.untold_relay")


def untold(connection: socket.socket) -> sockets.Carried | None:
    return None


if __name__ == "__main__":
    sockets.WAITING = Path("/no/such/file")
    relay.carried_by = untold  # type: ignore[attr-defined]
    code = relay.main()
    sys.stdout.flush()
    os._exit(code)
