"""Who gets the processor first, asked of the system, in processes of their own."""

import os
import subprocess
import sys

import pytest

from studio.priority import AHEAD, BEHIND, FIRST, LAST, STEP_AHEAD, STEP_BEHIND, USUAL

IS_ROOT = os.geteuid() == 0


def here() -> int:
    """The place of the tests themselves, which what they begin takes over; it is another one for each kind of test."""
    return os.getpriority(os.PRIO_PROCESS, 0)


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
        assert place_after("go_ahead", here()) in (here(), AHEAD)


def test_a_place_that_somebody_gave_the_program_is_kept() -> None:
    assert place_after("go_ahead", max(here(), 7)) == max(here(), 7)


@pytest.mark.parametrize(("call", "place"), [("give_way", BEHIND), ("go_last", LAST)])
def test_work_that_can_wait_steps_back(call: str, place: int) -> None:
    assert place_after(call, max(here(), USUAL)) == place


def printed(program: str) -> list[int]:
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=True)
    return [int(word) for word in done.stdout.split()]


def test_what_a_show_waits_for_comes_first_where_the_show_went_ahead() -> None:
    program = """
import os, subprocess, sys
from studio import priority
os.setpriority(os.PRIO_PROCESS, 0, {begin})
priority.go_ahead()
child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
priority.put_first(child.pid)
print(os.getpriority(os.PRIO_PROCESS, child.pid))
child.communicate(b"\\n")
"""
    if IS_ROOT:
        assert printed(program.format(begin=USUAL)) == [FIRST]
    given = max(here(), 7)
    assert printed(program.format(begin=given)) == [given], "a show that was given its place keeps its relays there"


THREADS = """
import os, threading
from studio import priority

def here():
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

def move():
    priority.{call}()
    print(here())
    inner = threading.Thread(target=lambda: print(here()))
    inner.start()
    inner.join()

thread = threading.Thread(target=move)
thread.start()
thread.join()
print(here())
"""


def test_a_thread_that_can_wait_stands_behind_the_others_and_those_it_begins_with_it() -> None:
    behind = min(LAST, here() + STEP_BEHIND)
    assert printed(THREADS.format(call="step_behind")) == [behind, behind, here()]


def test_a_thread_that_carries_sound_goes_before_the_others_where_the_system_allows_it() -> None:
    ahead = here() - STEP_AHEAD if IS_ROOT else here()
    assert printed(THREADS.format(call="step_ahead")) == [ahead, ahead, here()]
