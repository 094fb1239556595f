"""How many watch the show that is on the air, as each source counts; what was typed last may be taken back."""

import threading

from studio.sold import ViewersSampled, ViewersUndone, shown_count, with_count


class ViewerCounts:
    """Each source counts on a thread of its own; `latest` has the last count of each, `count` is the one to show."""

    def __init__(self) -> None:
        self.latest: tuple[ViewersSampled, ...] = ()
        self.count: int | None = None
        self.about = False
        self._typed: list[ViewersSampled] = []
        self._lock = threading.Lock()

    def follow(self, event: ViewersSampled | ViewersUndone) -> None:
        with self._lock:
            if isinstance(event, ViewersUndone):
                self._typed = [one for one in self._typed if one.at != event.at]
            elif event.source == "typed":
                self._typed.append(event)
            self.latest = with_count(self.latest, event)
            shown = shown_count(self.latest) if self.latest else None
            self.count, self.about = (shown.count, shown.about) if shown is not None else (None, False)

    def undone(self) -> ViewersUndone | None:
        """That the count typed last was a mistake; None where none was typed."""
        with self._lock:
            if not self._typed:
                return None
            *before, last = self._typed
            return ViewersUndone(last.at, before[-1] if before else None)
