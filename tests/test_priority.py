"""Who gets the processor first, asked of the system, in processes of their own."""

import os
import subprocess
import sys

import pytest

from studio.priority import AHEAD, BEHIND, LAST, USUAL

IS_ROOT = os.geteuid() == 0
HERE = os.getpriority(os.PRIO_PROCESS, 0)


def place_after(call: str, begin: int, before: str = "") -> int:
    """Where a process that began at `begin` finds itself afterwards."""
    program = f"""
import os
from studio import priority
os.setpriority(os.PRIO_PROCESS, 0, {begin})
{before}
priority.{call}()
print(os.getpriority(os.PRIO_PROCESS, 0))
"""
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=True)
    return int(done.stdout)


def test_a_show_goes_ahead_of_other_programs_where_the_system_allows_it() -> None:
    if IS_ROOT:
        assert place_after("go_ahead", USUAL) == AHEAD
        assert place_after("go_ahead", USUAL, before="os.setuid(65534)") == USUAL
    else:
        assert place_after("go_ahead", HERE) in (HERE, AHEAD)


def test_a_place_that_somebody_gave_the_program_is_kept() -> None:
    assert place_after("go_ahead", max(HERE, 7)) == max(HERE, 7)


@pytest.mark.parametrize(("call", "place"), [("give_way", BEHIND), ("go_last", LAST)])
def test_work_that_can_wait_steps_back(call: str, place: int) -> None:
    assert place_after(call, max(HERE, USUAL)) == place
