"""Where a show is seen, and what that means for its picture: one picture goes to all of them."""

from dataclasses import replace

from overlays.base import Covered
from studio.config import CanvasConfig, DestinationConfig
from studio.safe_areas import NOTHING_KNOWN, SafeAreas


class SeenOn:
    """The destinations of a show by name; a rehearsal has those the show will have, without sending there."""

    def __init__(self, destinations: tuple[DestinationConfig, ...], areas: SafeAreas = NOTHING_KNOWN) -> None:
        self._by_name = {to.name: to for to in destinations}
        self._areas = areas

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
    def platforms(self) -> frozenset[str]:
        """The platforms by which the picture is seen; empty where it is only recorded."""
        return frozenset(to.platform for to in self._by_name.values())

    def covered(self, canvas: CanvasConfig) -> Covered:
        """What of the picture lies under the interface of any of the platforms."""
        return self._areas.covered(self.platforms, canvas)
