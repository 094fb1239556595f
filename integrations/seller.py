"""What all interfaces of platforms do the same way: tokens in time, one renewal where they end early, a pace."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from integrations.base import (
    N_,
    AnsweredError,
    ClockError,
    ExpiredError,
    Handed,
    IntegrationError,
    Known,
    LiveComment,
    OrderPage,
    RefusedError,
    Room,
    Tokens,
    ViewerCount,
)
from integrations.http import Http
from integrations.paging import Pace
from integrations.values import text_of, whole

TIMEOUT_S = 5.0
LARGEST_ANSWER_BYTES = 20_000_000
SKEW_TAKEN_S = 120.0  # no platform minds less

Settings = TypeVar("Settings")


class Seller(Generic[Settings]):
    """One account at one platform; a platform adds how it is let in, signs, and what it tells of."""

    name = ""
    ask_every_s = 6.0
    viewers_every_s: float | None = None
    overlap_s = 300.0
    lag_s = 0.0
    gap_s = 0.1  # between two questions
    renew_before = timedelta(hours=6)
    out_of_order: tuple[int, ...] = ()  # its codes for a fault of its own, which say nothing of the seller

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
        elif self._ends_soon():
            self._renew_alone()

    def viewers(self) -> ViewerCount | None:
        return None

    def orders(self, since: datetime, until: datetime, known: Known) -> Iterator[OrderPage]:  # noqa: ARG002 - some have none
        return iter(())

    def rooms(self, since: datetime, until: datetime) -> tuple[Room, ...]:  # noqa: ARG002 - most tell of none
        return ()

    def comments(self) -> tuple[LiveComment, ...]:
        return ()

    def stop_listening(self) -> tuple[LiveComment, ...]:
        return ()

    def close(self) -> None:
        self._http.close()

    def _let_in(self, code: str) -> None:  # noqa: ARG002 - as above
        """Tokens for the code of the platform's page."""
        raise RefusedError(N_("this platform gives its token on its own page"))

    def _renew(self) -> None:
        """New tokens for the old ones."""
        raise RefusedError(N_("the seller has to let us in again"))

    def _renewable(self) -> bool:
        """Whether there is what new tokens are given for."""
        return bool(self._tokens.refresh)

    def _ends_soon(self) -> bool:
        ends_at = self._tokens.ends_at
        return ends_at is not None and ends_at - self._handed.now() < self.renew_before

    def _renew_alone(self) -> None:
        """New tokens, from a program that was quicker or from the platform: two at once would void each other's."""
        with self._handed.alone():
            if not self._take_saved() or self._ends_soon():
                self._renew()

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
            with self._handed.alone():
                taken = self._take_saved()
                if not taken:
                    if not self._renewable():
                        raise
                    self._renew()
        return self._renewing(ask) if taken else ask()

    def _answer_to_login(self, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What a platform answers that takes the login's questions where it takes all others."""
        try:
            return ask()
        except (AnsweredError, ExpiredError) as error:
            if isinstance(error, AnsweredError) and error.code in self.out_of_order:
                raise
            words = text_of(error.values.get("words"))
            raise RefusedError(N_("the seller has to let us in again: {words}"), words=words) from None

    def _take_tokens(
        self, found: Mapping[str, Any], owner: str, words: str = "", usual_s: int = 0, refresh_s: int = 0
    ) -> None:
        """Keeps the tokens of an answer, which calls the seller `owner`; what it does not say again stays.

        `usual_s` and `refresh_s` are how long they live where the answer does not say. `words`: why there are none.
        """
        if not found.get("access_token"):
            if words:
                raise RefusedError(N_("the seller has to let us in again: {words}"), words=words)
            raise RefusedError(N_("the seller has to let us in again"))
        now = self._handed.now()
        lives_s = whole(found.get("expires_in")) or usual_s
        refresh_lives_s = whole(found.get("refresh_token_expires_in")) or refresh_s
        self._keep(
            Tokens(
                access=str(found["access_token"]),
                refresh=str(found.get("refresh_token") or self._tokens.refresh),
                ends_at=now + timedelta(seconds=lives_s) if lives_s else None,
                refresh_ends_at=(
                    now + timedelta(seconds=refresh_lives_s) if refresh_lives_s else self._tokens.refresh_ends_at
                ),
                owner=text_of(found.get(owner)) or self._tokens.owner,
            )
        )

    def _bad_signature(self, words: str) -> IntegrationError:
        """What a signature that is not taken means: our clock is wrong, or the keys are."""
        skew_s = self.skew_s or 0.0
        if abs(skew_s) > SKEW_TAKEN_S:
            return ClockError(skew_s)
        return RefusedError(N_("the keys do not fit: {words}"), words=words)
