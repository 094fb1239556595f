"""How the command line tells a fault."""

from studio.console.streams import say
from studio.errors import Problem, explain


def print_problem(problem: Problem) -> None:
    """The four lines of a fault on stderr, the one clear sentence first."""
    told = explain(problem)
    say(f"{told.what}\n  {told.viewers}\n  {told.fix}\n  {told.who}")
