"""The line an RTMP call goes over: TCP to whichever address of a name takes the call first, encrypted where asked."""

import errno
import os
import selectors
import socket
import time
from collections import deque
from typing import Any

from studio.errors import REASONS, reason_of
from studio.i18n import N_

CALL_TIMEOUT_S = 4.0
HEAD_START_S = 0.3  # of one address before the next one: in many villages the newer network leads nowhere
SEND_BUFFER_BYTES = 65536  # what the system holds back has not been sent; keep it small beside what is measured
UNDER_WAY = (0, errno.EINPROGRESS, errno.EWOULDBLOCK)


class CallError(Exception):
    """Why a call failed: `kind` is no_name, unreachable, untrusted, no_rtmp, refused, silent or hung_up."""

    def __init__(self, kind: str, reason: str = "") -> None:
        super().__init__(kind, reason)
        self.kind = kind
        self.reason = reason


def open_line(host: str, port: int) -> socket.socket:
    """A connected socket, which waits for at most `CALL_TIMEOUT_S` in whatever it does. Raises `CallError`."""
    try:
        places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CallError("no_name") from error
    try:
        line = _quickest(deque(places))
    except TimeoutError as error:
        raise CallError("unreachable", REASONS[errno.ETIMEDOUT]) from error
    except OSError as error:
        raise CallError("unreachable", reason_of(error)) from error
    line.settimeout(CALL_TIMEOUT_S)
    return line


def _quickest(places: deque[tuple[Any, ...]]) -> socket.socket:
    """The line to the place that takes the call first, the others hung up. Raises OSError, the last place's."""
    failure = OSError(errno.EHOSTUNREACH, "")
    until_s = time.monotonic() + CALL_TIMEOUT_S
    with selectors.DefaultSelector() as calls:
        try:
            while places or calls.get_map():
                if places:
                    try:
                        calls.register(_begun(places.popleft()), selectors.EVENT_WRITE)
                    except OSError as error:
                        failure = error
                        continue
                left_s = until_s - time.monotonic()
                if left_s <= 0:
                    raise TimeoutError(errno.ETIMEDOUT, "")
                for key, _mask in calls.select(min(HEAD_START_S, left_s) if places else left_s):
                    line: Any = key.fileobj
                    calls.unregister(line)
                    number = line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    if not number:
                        return line  # type: ignore[no-any-return]
                    line.close()
                    failure = OSError(number, os.strerror(number))
            raise failure
        finally:
            for key in list(calls.get_map().values()):
                key.fileobj.close()  # type: ignore[union-attr]


def _begun(place: tuple[Any, ...]) -> socket.socket:
    """A call on its way to one of `getaddrinfo`'s places. Raises OSError where none can be made."""
    family, kind, protocol, _name, address = place
    line = socket.socket(family, kind, protocol)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.setblocking(False)
    number = line.connect_ex(address)
    if number not in UNDER_WAY:
        line.close()
        raise OSError(number, os.strerror(number))
    return line


def encrypted(line: socket.socket, host: str, believes: bool) -> socket.socket:
    """The line with TLS over it. Raises `CallError` where the other side does not speak it or is not `host`.

    `believes` any certificate: only where no key is told. Nobody has to prove himself at an address of this computer.
    """
    import ssl  # noqa: PLC0415 - three megabytes that most relays never need

    from studio.media.trust import believing, nobody_between, why_untrusted  # noqa: PLC0415 - with `ssl`

    try:
        if believes or nobody_between(host):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        else:
            context = believing()
        return context.wrap_socket(line, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        line.close()
        raise CallError("untrusted", why_untrusted(error)) from error
    except TimeoutError as error:
        line.close()
        raise CallError("silent") from error
    except OSError as error:
        line.close()
        raise CallError("no_rtmp", N_("it does not speak the encryption")) from error
