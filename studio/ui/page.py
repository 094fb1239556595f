"""What every page of the window is."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from studio.ui.desk import Desk


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page in the list: its title (a source string), its drawing, and how it is made."""

    title: str
    drawing: str
    make: Callable[[Desk], QWidget]
