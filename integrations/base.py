"""What every integration is made of: what it gives back, what it raises. Nothing here knows a studio."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ViewerCount:
    """How many people watch at one moment (UTC), as `source` says."""

    at: datetime
    count: int
    source: str


class ViewerSource(Protocol):
    """Something that can be asked how many people watch."""

    name: str

    def viewers(self) -> ViewerCount:
        """Asks now; takes a few seconds at most. Raises `IntegrationError`."""

    def close(self) -> None:
        """Lets the connection go; a question that is under way on another thread fails soon. May be called twice."""


class IntegrationError(Exception):
    """The other side did not give what was asked. `message` is a sentence with the names of `values` in it.

    The sentence is kept apart from its values so that whoever shows it can show it in the reader's language.
    """

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message.format(**values))
        self.message = message
        self.values = values


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for a string that is translated where it is shown
    """Marks a sentence for the catalogue."""
    return message
