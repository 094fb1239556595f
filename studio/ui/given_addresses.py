"""Addresses that are given while a show runs: which of them are planned for the next one.

One that works takes the place of the planned one, which is dead; one that is refused does not. Some servers take the
call, and refuse when the first picture comes: then what was planned before is planned again.
"""

from dataclasses import replace

from studio.config import DestinationConfig, Secret
from studio.output_states import OutputChanged, OutputState


class GivenAddresses:
    """Of one show after the other; each destination by its name."""

    def __init__(self) -> None:
        self._waiting: dict[str, Secret] = {}  # not yet on the air, nor planned
        self._former: dict[str, DestinationConfig] = {}  # what is planned again where the new one is refused
        self._worked: set[str] = set()  # whose planned address has been on the air

    def give(self, planned: DestinationConfig, url: Secret) -> None:
        """Another address, to be planned once it is on the air."""
        self.replace(planned)
        self._waiting[planned.name] = url

    def replace(self, planned: DestinationConfig) -> None:
        """Something else takes the place of `planned` at once."""
        self._waiting.pop(planned.name, None)
        if planned.name in self._worked:
            self._former[planned.name] = planned
        else:  # what never worked is nothing to go back to
            self._former.setdefault(planned.name, planned)
        self._worked.discard(planned.name)

    def follow(self, event: OutputChanged, planned: DestinationConfig) -> DestinationConfig | None:
        """What is to be planned in the place of `planned` after this; None where it stays."""
        name = planned.name
        if event.problem is not None and event.problem.code == "output.new_refused":
            self._waiting.pop(name, None)  # the old one is tried on
            former = self._former.pop(name, None)
            if former is None or former.url == planned.url:
                return None
            return replace(planned, url=former.url, given_at=former.given_at)
        if event.state is not OutputState.LIVE:
            return None
        url = self._waiting.get(name)
        kept = planned if url is None else replace(planned, url=url, given_at=None)
        if kept.shown != event.address:  # the old address came back at the last moment
            return None
        self._worked.add(name)
        return kept if self._waiting.pop(name, None) is not None else None

    def forget(self) -> None:
        """The show has ended."""
        self._waiting.clear()
        self._former.clear()
        self._worked.clear()
