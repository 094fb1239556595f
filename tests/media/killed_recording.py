"""A small process that records until it is killed: `python -m tests.media.killed_recording PATH`."""

import sys
import threading
from pathlib import Path

from studio.media.encoder import Encoder
from studio.media.frames import PacketKind
from studio.media.recording import Recording
from tests.media.films import encoded


def main(path: Path) -> None:
    """Writes four seconds of show and then waits for its end, the file still open."""
    kept: list[Encoder] = []
    packets = encoded(4.0, keep=kept)
    recording = Recording(path, kept[0], print)
    recording.open()
    recording.start()
    for packet in packets:
        recording.offer(packet)
    wanted = sum(len(packet.data) for packet in packets if packet.kind is PacketKind.VIDEO or packet.pts >= 0)
    tick = threading.Event()
    while recording.bytes < wanted:
        tick.wait(0.01)
    print("written", flush=True)
    tick.wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
