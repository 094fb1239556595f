"""What all interfaces of platforms do the same way: tokens in time, one renewal where they end early, a pace."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from integrations.base import (
    N_,
    ClockError,
    ExpiredError,
    Handed,
    IntegrationError,
    RefusedError,
    Room,
    Tokens,
    ViewerCount,
)
from integrations.http import Http
from integrations.paging import Pace

TIMEOUT_S = 5.0
LARGEST_ANSWER_BYTES = 20_000_000
SKEW_TAKEN_S = 120.0  # no platform minds less

Settings = TypeVar("Settings")


class Seller(Generic[Settings]):
    """One account at one platform; a platform adds how it is let in, signs and tells of orders."""

    name = ""
    orders_every_s = 6.0
    viewers_every_s: float | None = None
    overlap_s = 300.0
    lag_s = 0.0
    gap_s = 0.1  # between two questions
    renew_before = timedelta(hours=6)

    def __init__(self, settings: Settings, tokens: Tokens, handed: Handed) -> None:
        self._settings = settings
        self._tokens = tokens
        self._handed = handed
        self._used_up: set[Tokens] = set()  # never taken again, even where nothing newer could be kept
        self._http = Http(LARGEST_ANSWER_BYTES, TIMEOUT_S, handed.now)
        self._pace = Pace(handed, self.gap_s)

    @property
    def skew_s(self) -> float | None:
        return self._http.skew_s

    def authorize_url(self, state: str) -> str:  # noqa: ARG002 - not every platform has such a page
        return ""

    def connect(self, code: str = "") -> None:
        if code:
            self._let_in(code)
        elif not self._tokens.access:
            raise RefusedError(N_("this account has not been let in yet"))
        elif self._ends_soon() and not (self._take_saved() and not self._ends_soon()):
            self._renew()

    def viewers(self) -> ViewerCount | None:
        return None

    def rooms(self, since: datetime, until: datetime) -> tuple[Room, ...]:  # noqa: ARG002 - most tell of none
        return ()

    def close(self) -> None:
        self._http.close()

    def _let_in(self, code: str) -> None:  # noqa: ARG002 - as above
        """Tokens for the code of the platform's page."""
        raise RefusedError(N_("this platform gives its token on its own page"))

    def _renew(self) -> None:
        """New tokens for the old ones."""
        raise RefusedError(N_("the seller has to let us in again"))

    def _ends_soon(self) -> bool:
        ends_at = self._tokens.ends_at
        return ends_at is not None and ends_at - self._handed.now() < self.renew_before

    def _take_saved(self) -> bool:
        """Takes the tokens another program has kept meanwhile, where it has: ours are void by then."""
        saved = self._handed.saved()
        if saved is None or not saved.access or saved == self._tokens or saved in self._used_up:
            return False
        self._used_up.add(self._tokens)
        self._tokens = saved
        return True

    def _keep(self, tokens: Tokens) -> None:
        """New tokens are kept before they are used: the old ones may be void from now on."""
        self._used_up.add(self._tokens)
        self._tokens = tokens
        self._handed.keep(tokens)

    def _renewing(self, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What `ask` gives; a token that has come to its end is renewed once."""
        try:
            return ask()
        except ExpiredError:
            taken = self._take_saved()
            if not taken and not self._tokens.refresh:
                raise
        if taken:
            return self._renewing(ask)
        self._renew()
        return ask()

    def _bad_signature(self, words: str) -> IntegrationError:
        """What a signature that is not taken means: our clock is wrong, or the keys are."""
        skew_s = self.skew_s or 0.0
        if abs(skew_s) > SKEW_TAKEN_S:
            return ClockError(skew_s)
        return RefusedError(N_("the keys do not fit: {words}"), words=words)
