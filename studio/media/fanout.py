"""Encode once, send to many: the outputs of one show, how they come and go, and what each is handed.

Threads: the engine's adds and removes, the encoder's offer packets and the compositor's shows pictures. None waits for
an output: `farewell-NAME` sees off one that was removed. Where the same name is added again meanwhile, that output
starts when the old one has ended, so that a server finds its key free and their words stay in order.
"""

import threading
from collections import deque
from collections.abc import Callable

from studio.clock import Clock
from studio.config import CanvasConfig, DestinationConfig, Secret
from studio.errors import fault
from studio.events import Event
from studio.media.encoder import Encoder
from studio.media.flow import Flow
from studio.media.frames import EncodedPacket, Frame, planes
from studio.media.muxing import FlvTags
from studio.media.output import Output
from studio.media.rtmp_output import RtmpOutput
from studio.media.virtual_camera import VirtualCamera
from studio.reports import OutputReport
from studio.snapshot import OutputSnapshot
from studio.worker import Mishaps, Worker

REMOVAL_S = 1.0  # what is removed has so long to say goodbye


class Fanout:
    """All outputs of one show, by name."""

    def __init__(
        self,
        canvas: CanvasConfig,
        encoder: Encoder,
        clock: Clock,
        emit: Callable[[Event], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self.outputs: dict[str, Output] = {}
        self.wants_packets = True  # False while there are virtual cameras only
        self.begun_ns = 0  # when the show was asked for, on the monotonic clock
        self._canvas = canvas
        self._encoder = encoder
        self._flv = FlvTags(encoder)
        self._offered: deque[EncodedPacket] = deque()
        self._offering = threading.Lock()
        self._clock = clock
        self._emit = emit
        self._failed = failed
        self._cameras: tuple[VirtualCamera, ...] = ()  # those that take pictures
        self._leaving: set[str] = set()  # what was removed and has not ended yet
        self._next: dict[str, Output] = {}  # what waits for the end of such a one
        self._farewells: list[Worker] = []
        self._changing = threading.Lock()
        self._mishaps = Mishaps("the fan-out", failed)

    def add(self, destination: DestinationConfig, lost_ns: int | None = None) -> None:
        """One more place to send to, from its next keyframe on; raises `output.duplicate_name`.

        `lost_ns`: when it was cut off, for one that a show goes on with.
        """
        if destination.name in self.outputs:
            raise fault("output.duplicate_name", name=destination.name)
        output = self._output_to(destination, lost_ns)
        with self._changing:
            self.outputs[destination.name] = output
            if destination.name in self._leaving:
                self._next[destination.name] = output
            else:
                self._begin(output)
        self._sort()

    def _begin(self, output: Output) -> None:
        output.start()
        self._encoder.want_keyframe()

    def _output_to(self, destination: DestinationConfig, lost_ns: int | None) -> Output:
        if destination.camera is not None:
            return VirtualCamera(
                destination, self._canvas, self._clock, self._emit, self.begun_ns, self._failed, lost_ns is not None
            )
        return RtmpOutput(
            destination,
            self._flv,
            self._clock,
            self._emit,
            self._encoder.want_keyframe,
            self.begun_ns,
            self._failed,
            lost_ns,
        )

    def remove(self, name: str) -> None:
        """Ends an output; does not wait for its goodbye."""
        with self._changing:
            output = self.outputs.pop(name, None)
            begun = self._next.pop(name, None) is None
            if output is not None and begun:
                self._leaving.add(name)
        self._sort()
        if output is None or not begun:
            return
        output.begin_stop()
        self._farewells = [farewell for farewell in self._farewells if farewell.alive]
        self._farewells.append(Worker(f"farewell-{name}", lambda _stopping: self._see_off(output), self._failed))
        self._farewells[-1].start()

    def _see_off(self, output: Output) -> None:
        with self._mishaps:
            output.stop(REMOVAL_S)
        with self._changing:
            self._leaving.discard(output.name)
            successor = self._next.pop(output.name, None)
            if successor is not None:
                self._begin(successor)

    def _sort(self) -> None:
        self._cameras = tuple(output for output in self.outputs.values() if isinstance(output, VirtualCamera))
        self.wants_packets = not self._cameras or len(self._cameras) < len(self.outputs)

    def retry(self, name: str) -> None:
        """Tries a failed output again."""
        if name in self.outputs:
            self.outputs[name].retry()

    def replace_address(self, name: str, url: Secret) -> None:
        """Sends to another address under the same name; the other outputs and the recording go on."""
        output = self.outputs.get(name)
        if not isinstance(output, RtmpOutput):
            raise fault("output.unknown", name=name)
        output.replace(url)

    def offer(self, packet: EncodedPacket) -> None:
        """Hands a packet to everyone who sends, once its turn has come.

        Picture and sound come from two threads, and neither waits for the other: whoever is at it hands on all.
        """
        self._offered.append(packet)
        while self._offered and self._offering.acquire(blocking=False):
            try:
                self._hand_on()
            finally:
                self._offering.release()

    def _hand_on(self) -> None:
        with self._mishaps:
            while self._offered:
                packet, outputs = self._offered.popleft(), self._senders
                _hand(self._flv.tagged(packet) if outputs else self._flv.finish(), outputs)

    @property
    def _senders(self) -> list[RtmpOutput]:
        """Those that take what is encoded."""
        with self._changing:
            return [output for output in self.outputs.values() if isinstance(output, RtmpOutput)]

    def flows(self) -> list[Flow]:
        """How the stream flows to those on the air."""
        return [flow for output in self._senders if (flow := output.flow()) is not None]

    def show(self, frame: Frame) -> None:
        """Hands a composed picture to the cameras, which copy it."""
        for camera in self._cameras:
            with self._mishaps:
                camera.show(planes(frame))

    def watch(self) -> None:
        """Ends relays that hang; once a second."""
        now_ns = self._clock.now_ns()
        for output in self._all:
            output.watch(now_ns)

    @property
    def _all(self) -> tuple[Output, ...]:
        return tuple(self.outputs.values())

    @property
    def relays(self) -> list[int]:
        """The processes that carry the stream."""
        return [pid for output in self._all if (pid := output.relay_pid) is not None]

    @property
    def sent_bytes(self) -> int:
        return sum(output.sent_bytes for output in self._all)

    @property
    def dropped_packets(self) -> int:
        return sum(output.dropped_packets for output in self._all)

    def snapshots(self) -> tuple[OutputSnapshot, ...]:
        return tuple(
            OutputSnapshot(output.name, output.shown_address, output.state, output.problem, output.closes_ns)
            for output in self._all
        )

    def reports(self) -> tuple[OutputReport, ...]:
        return tuple(output.report() for output in self._all)

    def stop(self) -> None:
        """Ends all outputs at the same time; may be called twice."""
        with self._changing:
            self._next.clear()  # nothing begins any more
        with self._offering:
            self._hand_on()
            with self._mishaps:
                _hand(self._flv.finish(), self._senders)
        outputs = self._all
        for output in outputs:
            with self._mishaps:
                output.begin_stop()
        for output in outputs:
            with self._mishaps:
                output.stop()
        for farewell in self._farewells:
            farewell.stop()


def _hand(packets: list[EncodedPacket], outputs: list[RtmpOutput]) -> None:
    for packet in packets:
        for output in outputs:
            output.offer(packet)
