"""The sellers' accounts while an engine runs: each is asked on a thread of its own, as long as it is saved.

Where there is no account nothing of this is loaded.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from studio.clock import Clock
from studio.errors import StudioError
from studio.events import Event, Noticed, ShowStarted
from studio.paths import Home
from studio.sold import AccountAsked, OnSale, with_asked
from studio.store.store import Store
from studio.worker import Worker

if TYPE_CHECKING:
    from integrations.base import Tokens
    from studio.accounts import Account
    from studio.keys import KeyStore
    from studio.order_polling import AccountPoller

log = logging.getLogger(__name__)


class AccountDesk:
    """Keeps the pollers in step with the saved accounts; `emit` is called on their threads."""

    def __init__(
        self,
        home: Home,
        store: Store,
        emit: Callable[[Event], None],
        clock: Clock,
        keys: "KeyStore | None" = None,
    ) -> None:
        self._home = home
        self._store = store
        self._emit = emit
        self._clock = clock
        self._keys = keys
        self._show: OnSale | None = None
        self._changing = threading.Lock()
        self._pollers: dict[str, tuple[Account, AccountPoller]] = {}
        self._asked: tuple[AccountAsked, ...] = ()
        self._stamp: int | None = None  # of the file, when it was last looked at
        self._stopped = False
        self._loading = False
        self._loader: Worker | None = None

    def look(self) -> None:
        """Follows what was saved since the last look; reading the key store takes a while, and is not waited for."""
        with self._changing:
            if self._loading or self._stamp_now() == self._stamp:
                return
            self._loading = True
        self._loader = Worker("accounts", self._load)
        self._loader.start()

    def ask(self, name: str = "") -> None:
        """Asks one account now, or all; one that was just saved is asked as soon as it is loaded."""
        with self._changing:
            if name and name not in self._pollers:
                self._stamp = None  # it was saved while the key store was locked, and is loaded again
        self.look()
        with self._changing:
            pollers = [poller for one, (_account, poller) in self._pollers.items() if name in ("", one)]
        for poller in pollers:
            poller.ask()

    @property
    def asked(self) -> tuple[AccountAsked, ...]:
        """How the last question to each account went."""
        with self._changing:
            return self._asked

    def begin(self, show: ShowStarted) -> None:
        """A show is on the air; in a rehearsal nobody buys."""
        self.look()
        if not show.rehearsal:
            self._follow(OnSale(show.session_id, show.at))

    def end(self) -> None:
        """There is no show any more."""
        self._follow(None)

    def stop(self) -> None:
        """Ends all threads; may be called twice."""
        if self._loader is not None:
            self._loader.stop()
        with self._changing:
            self._stopped = True
            pollers = [poller for _account, poller in self._pollers.values()]
            self._pollers.clear()
        for poller in pollers:
            poller.stop()

    def _follow(self, show: OnSale | None) -> None:
        with self._changing:
            self._show = show
            for _account, poller in self._pollers.values():
                poller.follow(show)

    def _stamp_now(self) -> int | None:
        try:
            return self._home.accounts.stat().st_mtime_ns
        except OSError:
            return None

    def _load(self, stopping: threading.Event) -> None:
        """Until the file stays as it was read."""
        while self._is_to_be_read(stopping):
            self._load_once()

    def _is_to_be_read(self, stopping: threading.Event) -> bool:
        """Whoever saves after a no finds that nobody is loading any more."""
        with self._changing:
            stamp = self._stamp_now()
            self._loading = stamp != self._stamp and not stopping.is_set()
            self._stamp = stamp
            return self._loading

    def _load_once(self) -> None:
        from studio.accounts import load_accounts, renewing_alone  # noqa: PLC0415 - 12 MB that most engines never need
        from studio.order_polling import AccountPoller  # noqa: PLC0415
        from studio.store.buyers import buyer_salt  # noqa: PLC0415

        try:
            saved = load_accounts(self._home, self._keys)
            salt = buyer_salt(self._home)
        except StudioError as error:
            self._emit(Noticed(error.problem, True, self._clock.utc()))
            return
        for problem in saved.problems:
            self._emit(Noticed(problem, True, self._clock.utc()))
        wanted = {account.name: account for account in saved.accounts}
        with self._changing:
            gone = [name for name, (account, _poller) in self._pollers.items() if wanted.get(name) != account]
            left = [self._pollers.pop(name)[1] for name in gone]
            self._asked = tuple(one for one in self._asked if one.account in wanted)
        for poller in left:
            poller.stop()
        with self._changing:
            for name, account in wanted.items():
                if name not in self._pollers and not self._stopped:
                    alone = partial(renewing_alone, self._home)
                    poller = AccountPoller(
                        account, self._store, self._heard, self._clock, self._keep, self._saved, salt, alone
                    )
                    self._pollers[name] = account, poller
                    poller.start(self._show)

    def _heard(self, event: Event) -> None:
        """What a poller tells, on its thread."""
        if isinstance(event, AccountAsked):
            with self._changing:
                if event.account not in self._pollers:
                    return
                self._asked = with_asked(self._asked, event)
        self._emit(event)

    def _keep(self, name: str, tokens: "Tokens") -> None:
        """New tokens of an account, from its poller's thread; one that cannot keep them uses them all the same."""
        from studio.accounts import keep_tokens  # noqa: PLC0415

        self._note(name, tokens)
        try:
            problem = keep_tokens(self._home, name, tokens, self._keys)
        except StudioError as error:
            problem = error.problem
        if problem is not None:
            self._emit(Noticed(problem, True, self._clock.utc()))

    def _saved(self, name: str) -> "Tokens | None":
        """The kept tokens, for a poller whose own come to their end: `nongbo accounts` may have renewed them."""
        from studio.accounts import saved_tokens  # noqa: PLC0415

        tokens = saved_tokens(self._home, name, self._keys)
        if tokens is not None:
            self._note(name, tokens)
        return tokens

    def _note(self, name: str, tokens: "Tokens") -> None:
        """A poller that uses these tokens is not begun anew for them."""
        with self._changing:
            if name in self._pollers:
                account, poller = self._pollers[name]
                self._pollers[name] = replace(account, tokens=tokens), poller
