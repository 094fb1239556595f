"""The pipe to a relay: narrow, and roomy only while it is this computer that has no time for it."""

import fcntl
import os
import signal
import threading

import pytest

from studio.clock import SystemClock
from studio.media.carrier import PIPE_BYTES, REPORTS, ROOMY_PIPE_BYTES, Relay
from studio.media.frames import PacketKind
from tests.media.told import DEADLINE_S


def pipe_bytes(pipe: int) -> int:
    return fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ)


def started(relay: Relay) -> int:
    """The number of its pipe."""
    relay.start()
    assert relay._process is not None
    assert relay._process.stdin is not None
    return relay._process.stdin.fileno()


def sent(waits: bool, queued: float) -> dict[str, object]:
    times = {f"{kind}_s": 1.0 for kind in PacketKind}
    return {"event": "sent", "packets": 9, "bytes": 9, "arrived": 9, "waits": waits, "queued": queued, **times}


def test_a_relay_that_waits_for_its_turns_gets_a_roomy_pipe_unless_the_network_is_slow() -> None:
    relay = Relay("platform", SystemClock())
    pipe = started(relay)
    try:
        relay._hear(sent(waits=False, queued=0.0))
        assert pipe_bytes(pipe) == PIPE_BYTES
        relay._hear(sent(waits=False, queued=0.4))
        assert pipe_bytes(pipe) == ROOMY_PIPE_BYTES
        for _report in range(REPORTS):
            relay._hear(sent(waits=True, queued=0.4))
        assert pipe_bytes(pipe) == PIPE_BYTES
    finally:
        relay.end(0.5)


@pytest.mark.parametrize("is_read", [True, False])
def test_nothing_is_written_into_a_roomy_pipe_until_it_is_narrow_again(is_read: bool) -> None:
    """One that is fuller cannot be made narrow; kept full it would hold seconds that nobody could leave out."""
    relay = Relay("platform", SystemClock())
    pipe = started(relay)
    writer = threading.Thread(target=relay.await_narrow_pipe, name="writer")
    try:
        assert relay.pid is not None
        os.kill(relay.pid, signal.SIGSTOP)
        relay._hear(sent(waits=False, queued=0.4))
        relay.await_narrow_pipe()  # nothing to wait for
        relay.send(bytes(ROOMY_PIPE_BYTES - PIPE_BYTES))
        for _report in range(REPORTS):
            relay._hear(sent(waits=True, queued=0.4))
        assert pipe_bytes(pipe) == ROOMY_PIPE_BYTES
        writer.start()
        writer.join(0.1)  # it waits; one that did not would be done by then
        assert writer.is_alive()
        os.kill(relay.pid, signal.SIGCONT if is_read else signal.SIGKILL)
        writer.join(DEADLINE_S)
        assert not writer.is_alive()
        assert pipe_bytes(pipe) == (PIPE_BYTES if is_read else ROOMY_PIPE_BYTES)
    finally:
        relay.end(0.5)
