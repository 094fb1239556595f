"""Figures beside their limits: printed, judged, and the exit code that comes of it."""


class Limits:
    """Prints each figure with what is allowed; `over` names those beyond it."""

    def __init__(self) -> None:
        self.over: list[str] = []

    def most(self, what: str, figure: float, limit: float, unit: str = "ms") -> None:
        """A figure that may be at most `limit`."""
        self._say(what, figure, "at most", limit, unit, figure <= limit)

    def least(self, what: str, figure: float, limit: float, unit: str = "") -> None:
        """A figure that must be at least `limit`."""
        self._say(what, figure, "at least", limit, unit, figure >= limit)

    def _say(self, what: str, figure: float, side: str, limit: float, unit: str, within: bool) -> None:
        if not within:
            self.over.append(what)
        print(f"{what:64} {figure:9.4g} {unit:8} {side} {limit:g}  {'ok' if within else 'OVER'}", flush=True)

    def exit_code(self) -> int:
        """0 where every figure keeps to its limit; says which do not."""
        print("all within their limits" if not self.over else f"OVER: {'; '.join(self.over)}")
        return 1 if self.over else 0
