"""A show that goes on and on in real time, from packets that were encoded once."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Self

from studio.media.frames import EncodedPacket, PacketKind


class Feed:
    """Offers packets to its takers at the time they are due, round and round with times that go on."""

    def __init__(self, packets: list[EncodedPacket]) -> None:
        self.takers: list[Callable[[EncodedPacket], None]] = []
        self._packets = sorted(packets, key=lambda packet: packet.time_s)
        self._round_s = {
            kind: sum(packet.duration * packet.time_base for packet in packets if packet.kind is kind)
            for kind in PacketKind
        }
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="feed")

    def _run(self) -> None:
        started_s = time.monotonic()
        round_number = 0
        while True:
            for packet in self._packets:
                shift = round(round_number * self._round_s[packet.kind] / packet.time_base)
                later = replace(packet, pts=packet.pts + shift, dts=packet.dts + shift)
                if self._stopping.wait(max(0.0, started_s + later.time_s - time.monotonic())):
                    return
                for taker in tuple(self.takers):
                    taker(later)
            round_number += 1

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stopping.set()
        self._thread.join()
