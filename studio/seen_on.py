"""Where a show is seen, and what that means for its picture: one picture goes to all of them."""

from dataclasses import replace

from overlays.base import Covered
from studio.config import CanvasConfig, DestinationConfig
from studio.errors import Problem, with_sound_elsewhere
from studio.safe_areas import NOTHING_KNOWN, SafeAreas
from studio.sentences.elsewhere import SOUND_ELSEWHERE


class SeenOn:
    """The destinations of a show by name; a rehearsal has those the show will have, without sending there."""

    def __init__(self, destinations: tuple[DestinationConfig, ...], areas: SafeAreas = NOTHING_KNOWN) -> None:
        self._by_name = {to.name: to for to in destinations}
        self._areas = areas
        self._elsewhere: dict[Problem, Problem] = {}  # what was told in another way because of a virtual camera

    def add(self, destination: DestinationConfig) -> None:
        self._by_name[destination.name] = destination

    def remove(self, name: str) -> None:
        self._by_name.pop(name, None)

    def allow_codes(self, name: str, allowed: bool) -> None:
        if name in self._by_name:
            self._by_name[name] = replace(self._by_name[name], codes=allowed)

    @property
    def refusing(self) -> tuple[str, ...]:
        """The names of those that do not allow a QR code in the picture."""
        return tuple(name for name, to in self._by_name.items() if not to.takes_codes)

    @property
    def sound_elsewhere(self) -> bool:
        """Whether it goes to a virtual camera: the platform's own program then has its own microphone."""
        return any(to.camera is not None for to in self._by_name.values())

    def as_heard(self, problem: Problem, active: bool) -> Problem:
        """A fault of the sound as it is where viewers hear another program; taken back as it was told."""
        if not active:
            return self._elsewhere.pop(problem, problem)
        if problem.code in SOUND_ELSEWHERE and self.sound_elsewhere:
            return self._elsewhere.setdefault(problem, with_sound_elsewhere(problem))
        return problem

    @property
    def platforms(self) -> frozenset[str]:
        """The platforms by which the picture is seen; empty where it is only recorded."""
        return frozenset(to.platform for to in self._by_name.values())

    def covered(self, canvas: CanvasConfig) -> Covered:
        """What of the picture lies under the interface of any of the platforms."""
        return self._areas.covered(self.platforms, canvas)
