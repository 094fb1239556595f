"""A network camera that speaks RTSP, as those on barn walls do: H.264 of one colour, over the line it is asked on."""

import itertools
import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from types import TracebackType
from typing import Any, BinaryIO, Self

import av
import numpy as np

from tests.end2end.sockets import HOST

WIDTH, HEIGHT, FPS = 320, 240, 15
CLOCK_HZ = 90_000  # of RTP times of pictures (RFC 6184)
PAYLOAD, END_OF_PICTURE = 96, 0x80
SDP = f"""v=0
o=- 0 0 IN IP4 {HOST}
s=camera
c=IN IP4 0.0.0.0
t=0 0
m=video 0 RTP/AVP {PAYLOAD}
a=rtpmap:{PAYLOAD} H264/{CLOCK_HZ}
a=fmtp:{PAYLOAD} packetization-mode=1
a=control:track
""".replace("\n", "\r\n")


class RtspCamera:
    """Serves one caller after the other. Pictures come interleaved with the answers (RFC 2326, 10.12)."""

    def __init__(self, colour: tuple[int, int, int]) -> None:
        self._pictures = list(_encoded(colour))
        self._ending = threading.Event()
        self._listener: socket.socket | None = None
        self._threads: list[threading.Thread] = []

    @property
    def url(self) -> str:
        assert self._listener is not None
        return f"rtsp://{HOST}:{self._listener.getsockname()[1]}/stream1"

    def __enter__(self) -> Self:
        self._listener = socket.create_server((HOST, 0))
        self._begin(self._take_calls, self._listener)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._listener is not None
        self._ending.set()
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes who waits for a call
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _begin(self, work: Any, line: socket.socket) -> None:
        self._threads.append(threading.Thread(target=work, args=(line,), name="rtsp-camera"))
        self._threads[-1].start()

    def _take_calls(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                self._begin(self._serve, listener.accept()[0])

    def _serve(self, line: socket.socket) -> None:
        """Answers until the caller hangs up; a thread of its own sends once it said PLAY."""
        sending = threading.Thread(target=self._send, args=(line,), name="rtsp-pictures")
        with line, line.makefile("rb") as said, suppress(OSError):
            for method, head in _requests(said):
                fields = {"CSeq": head["cseq"], "Session": "1"}
                if method == "SETUP":
                    fields["Transport"] = head["transport"]
                text = SDP if method == "DESCRIBE" else ""
                if text:
                    fields |= {"Content-Type": "application/sdp", "Content-Length": str(len(text))}
                lines = ["RTSP/1.0 200 OK", *(f"{name}: {value}" for name, value in fields.items()), "", text]
                line.sendall("\r\n".join(lines).encode())
                if method == "PLAY":
                    sending.start()
        if sending.ident is not None:
            sending.join()

    def _send(self, line: socket.socket) -> None:
        """The pictures at their pace, each of their units a packet of its own (RFC 6184, 5.6)."""
        packets, begun_s = itertools.count(), time.monotonic()
        with suppress(OSError):
            for picture in itertools.count():
                if self._ending.wait(max(0.0, begun_s + picture / FPS - time.monotonic())):
                    line.shutdown(socket.SHUT_RDWR)  # wakes who waits for another request
                    return
                units = self._pictures[picture % len(self._pictures)]
                for place, unit in enumerate(units, 1):
                    mark = END_OF_PICTURE if place == len(units) else 0
                    at = picture * CLOCK_HZ // FPS % (1 << 32)
                    packet = struct.pack(">BBHII", 0x80, mark | PAYLOAD, next(packets) % (1 << 16), at, 1) + unit
                    line.sendall(struct.pack(">cBH", b"$", 0, len(packet)) + packet)


def _requests(said: BinaryIO) -> Iterator[tuple[str, dict[str, str]]]:
    """Each request's method and fields; the caller's own reports, which come between them, are passed over."""
    while first := said.read(1):
        if first == b"$":
            _channel, length = struct.unpack(">BH", said.read(3))
            said.read(length)
            continue
        request = (first + said.readline()).decode()
        fields = {}
        while text := said.readline().decode().strip():
            name, _colon, value = text.partition(":")
            fields[name.lower()] = value.strip()
        yield request.split()[0], fields


def _encoded(colour: tuple[int, int, int]) -> Iterator[list[bytes]]:
    """A second of pictures as H.264 units, beginning with all that a decoder needs."""
    encoder: Any = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.time_base, encoder.framerate, encoder.gop_size = Fraction(1, FPS), FPS, FPS
    encoder.options = {"preset": "ultrafast", "tune": "zerolatency"}
    picture = np.full((HEIGHT, WIDTH, 3), colour, np.uint8)
    for number in range(FPS):
        frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format="yuv420p", dst_colorspace="ITU709")
        frame.pts, frame.time_base = number, Fraction(1, FPS)
        for packet in encoder.encode(frame):
            yield [unit for unit in re.split(rb"\x00\x00\x00?\x01", bytes(packet)) if unit]
