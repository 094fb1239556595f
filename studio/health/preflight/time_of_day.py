"""Whether this computer's clock is right: asked of time servers, and of a web server where those are shut off.

A clock that is minutes off makes platforms refuse signed addresses, and spoils the log.
"""

import http.client
import math
import os
import secrets
import socket
import struct
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from studio.checks import Check, CheckResult, Line, Outcome
from studio.clock import Clock
from studio.errors import Problem
from studio.i18n import N_

NTP_PORT = 123
# RFC 4330, section 4: 48 bytes; the first holds leap 0, version 4, mode 3 (client).
NTP_CLIENT = b"\x23" + bytes(39)
NTP_SERVER_MODE = 4
NTP_EPOCH_S = 2_208_988_800  # 1900-01-01 before 1970-01-01
NTP_ERA_S = 1 << 32  # it turns over in 2036
ANSWER_TIMEOUT_S = 1.5
TOGETHER_NS = 4_000_000_000  # after that no further server is asked
EXACT_S = 2.0  # a web server tells whole seconds
MOST_WRONG_S = 60.0  # signatures of platforms allow a few minutes at most
SERVERS_VARIABLE = "NONGBO_TIME_SERVERS"  # others to ask, with spaces between; where it is empty, none
SERVERS = ("ntp://ntp.aliyun.com", "ntp://ntp.tencent.com", "http://www.baidu.com/")


def ntp_offset_s(host: str, port: int, clock: Clock) -> float:
    """How far this clock is ahead of the server's, in seconds. Raises OSError where no sane answer comes."""
    with socket.socket(_family(host, port), socket.SOCK_DGRAM) as line:
        line.settimeout(ANSWER_TIMEOUT_S)
        line.connect((host, port))
        stamp = secrets.token_bytes(8)  # comes back in the answer: nobody else can have written it
        asked = _seconds(clock)
        line.send(NTP_CLIENT + stamp)
        answer = line.recv(512)
        heard = _seconds(clock)
    if len(answer) < 48 or answer[24:32] != stamp or answer[0] & 7 != NTP_SERVER_MODE:
        raise OSError("not an answer to the question")
    if answer[1] == 0 or answer[0] >> 6 == 3:  # "kiss of death", or a server that has not found the time itself
        raise OSError("the server does not know the time")
    received, sent = (_ntp_seconds(answer, at) for at in (32, 40))
    return ((asked - received) + (heard - sent)) / 2


def _family(host: str, port: int) -> socket.AddressFamily:
    return socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0][0]


def _ntp_seconds(answer: bytes, at: int) -> float:
    """Seconds since 1970 of the time stamp at an offset (RFC 4330, section 3)."""
    whole, fraction = struct.unpack("!II", answer[at : at + 8])
    era_s = 0 if whole & 0x8000_0000 else NTP_ERA_S
    return float(whole + era_s - NTP_EPOCH_S) + float(fraction) / float(NTP_ERA_S)


def http_offset_s(url: str, clock: Clock) -> float:
    """The same after a web server's `Date`, which has whole seconds. Raises OSError."""
    parts = urlsplit(url)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=ANSWER_TIMEOUT_S)
    try:
        line.request("HEAD", parts.path or "/")
        date = parsedate_to_datetime(line.getresponse().getheader("Date") or "")
    except (http.client.HTTPException, ValueError, TypeError) as error:
        raise OSError("the server tells no time") from error
    finally:
        line.close()
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return _seconds(clock) - date.timestamp() - 0.5


def _seconds(clock: Clock) -> float:
    return clock.utc().timestamp()


def _offset_s(server: str, clock: Clock) -> float:
    parts = urlsplit(server)
    if parts.scheme == "ntp":
        return ntp_offset_s(parts.hostname or "", parts.port or NTP_PORT, clock)
    return http_offset_s(server, clock)


def check_clock(
    clock: Clock, servers: Sequence[str] | None = None, ask: Callable[[str, Clock], float] = _offset_s
) -> CheckResult:
    """The first server that answers is believed; `SERVERS_VARIABLE` in the environment goes before our own list."""
    if servers is None:
        named = os.environ.get(SERVERS_VARIABLE)
        servers = SERVERS if named is None else named.split()
    zone = Line.of(N_("The time zone: it changes what the log shows, not what platforms see."))
    until_ns = clock.now_ns() + TOGETHER_NS
    for server in servers:
        if clock.now_ns() > until_ns:  # without a network, asking for a name alone may take ten seconds
            break
        try:
            offset_s = ask(server, clock)
        except OSError:
            continue
        name = urlsplit(server).hostname or server
        if abs(offset_s) <= MOST_WRONG_S:
            return CheckResult(Check.CLOCK, Outcome.GOOD, _right(name, abs(offset_s)), zone)
        shown, right = _both_times(clock, offset_s)
        found = Line.of(N_("This computer says {shown}, {server} says {right}."), server=name, shown=shown, right=right)
        problem = Problem.of("check.clock_wrong", shown=shown, right=right)
        return CheckResult(Check.CLOCK, Outcome.BAD, found, zone, problem)
    found = Line.of(N_("No time server answered: there is no network, or it lets no question through."))
    return CheckResult(Check.CLOCK, Outcome.NOT_CHECKED, found, zone)


def _right(server: str, off_s: float) -> Line:
    """Where it is off by seconds that do no harm, they are told."""
    if off_s <= EXACT_S:
        return Line.of(N_("Right, after {server}."), server=server)
    return Line.of(N_("Right to within {seconds} s, after {server}."), server=server, seconds=math.ceil(off_s))


def _both_times(clock: Clock, offset_s: float) -> tuple[str, str]:
    """What this computer shows and what is right; with the date where that differs."""
    shown = clock.utc().astimezone()
    right = datetime.fromtimestamp(_seconds(clock) - offset_s, UTC).astimezone()
    pattern = "%H:%M" if shown.date() == right.date() else "%Y-%m-%d %H:%M"
    return shown.strftime(pattern), right.strftime(pattern)
