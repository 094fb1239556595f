"""Which tests run at the same time, where several processes share them (`make test`).

A show on the air keeps the time of a clock, and what is measured of it counts only where it gets the processor when it
asks for it. So one process plays all shows, one after the other and first of all; the others take the remaining files,
each file whole, and make way for it. Whoever has nothing left to do takes the next file.
"""

import os
from contextlib import suppress

import pytest
from xdist import is_xdist_worker
from xdist.scheduler import LoadFileScheduling

SHOWS = "tests/end2end/"
AHEAD, BEHIND = -5, 5  # of what else this computer has to do, on the scale of `nice`
# They ask what the program says, does and keeps, and not how fast: they may run beside a show.
IN_NO_HURRY = (
    "tests/end2end/test_bad_input.py",
    "tests/end2end/test_go_live_check.py",
    "tests/end2end/test_other_servers.py",
    "tests/end2end/test_secrets.py",
)


def file_of(test: str) -> str:
    """The file a test is in, of the test's full name."""
    return test.partition("::")[0]


def is_in_real_time(test: str) -> bool:
    """Whether a test, named in full, must have the computer's time when it asks for it."""
    return test.startswith(SHOWS) and file_of(test) not in IN_NO_HURRY


class ShowsInARow(LoadFileScheduling):  # type: ignore[misc] # xdist is not typed
    """Hands out whole files in their order; those with shows are one piece."""

    def _split_scope(self, nodeid: str) -> str:
        return SHOWS if is_in_real_time(nodeid) else file_of(nodeid)


def shows_first(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that nobody waits for it at the end."""
    items.sort(key=lambda item: (not is_in_real_time(item.nodeid), not item.nodeid.startswith(SHOWS)))


def take_place(item: pytest.Item) -> None:
    """Shows and all they start go ahead where that is allowed; whatever is none leaves the computer to them."""
    if is_xdist_worker(item.session):
        now = os.getpriority(os.PRIO_PROCESS, 0)
        wanted = AHEAD if is_in_real_time(item.nodeid) else max(BEHIND, now)
        with suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, 0, wanted)
