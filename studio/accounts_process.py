"""The process that asks platforms for the window: pickled questions on stdin, pickled answers on stdout.

`python -m studio.accounts_process --home DIR`. Each question has a thread of its own: a platform that is silent keeps
no other question waiting. When stdin ends the process ends; what it was just keeping is given a moment.
"""

import logging
import pickle
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields, replace
from datetime import UTC, datetime
from functools import partial
from typing import BinaryIO

from integrations.base import AnsweredError, Handed, IntegrationError, Platform, RefusedError, Tokens
from integrations.kuaishou_push import KuaishouPush
from integrations.platforms import INTERFACES, Interface
from studio import letting_in as ask
from studio.accounts import (
    Account,
    keep_account,
    keep_tokens,
    kept_names,
    load_accounts,
    remove_account,
    renewing_alone,
    saved_tokens,
    trouble,
)
from studio.addresses import is_name
from studio.answering import answer_the_window
from studio.config import Secret
from studio.errors import Problem, StudioError, bug_of, fault
from studio.i18n import _
from studio.keys import Keyring, KeyStore
from studio.letting_in import MASK, Answer, AskedSetting, Draft, KeptAccount, OfferedPlatform, Question
from studio.paths import Home
from studio.worker import Worker

log = logging.getLogger(__name__)

LAST_MOMENT_S = 1.0  # a token that has just been renewed is kept before the end
BY_ITSELF = {"channels": "app_secret", "douyin": "shop_id"}  # with this setting nobody has to let us in


class GoneError(IntegrationError):
    """The window went away."""


class Doorkeeper:
    """Answers questions on the accounts of `home`; several at a time."""

    def __init__(
        self, home: Home, tell: Callable[[Answer], None], stopping: threading.Event, keys: Callable[[], KeyStore]
    ) -> None:
        self._home = home
        self._tell = tell
        self._stopping = stopping
        self._keys = keys  # made anew for each question: a key store that was shut may be open by now

    def answer(self, question: Question) -> None:
        """Answers once; what goes wrong is told too."""
        try:
            self._tell(self._answer(question))
        except GoneError:
            pass
        except StudioError as error:
            self._tell(ask.Refused(question.number, error.problem))
        except Exception as error:
            log.exception("%s was not answered", type(question).__name__)
            self._tell(ask.Refused(question.number, bug_of(error)))

    def _answer(self, question: Question) -> Answer:
        match question:
            case ask.ListAccounts(number):
                return self._list(number)
            case ask.FindPage(number, draft):
                return self._find_page(number, draft)
            case ask.LetIn():
                return self._let_in(question)
            case ask.TestAccount(number, name):
                with self._asking(load_accounts(self._home, self._keys()).named(name)) as asked:
                    return ask.AccountAnswers(number, name, asked.test())
            case ask.RemoveAccount(number, name):
                from studio.store.store import Store  # noqa: PLC0415 - most questions need no log

                remove_account(self._home, name, self._keys())
                with Store.of(self._home) as store:
                    store.forget_account(name)
                return self._list(number)
            case ask.AskPushAddress():
                return self._push_address(question)

    def _list(self, number: int) -> ask.AccountsListed:
        found = load_accounts(self._home, self._keys())
        known = {account.name: _shown(account) for account in found.accounts}
        wrong = {dict(problem.values).get("name"): problem for problem in found.problems}
        accounts = tuple(
            known.get(name) or KeptAccount(name, platform, {}, let_in=False, problem=wrong.get(name))
            for name, platform in kept_names(self._home)
        )
        return ask.AccountsListed(number, accounts, tuple(_offered(*one) for one in INTERFACES.items()))

    def _find_page(self, number: int, draft: Draft) -> Answer:
        account = self._filled_in(draft)
        if lacking := _lacking(account):
            reason, label = _("it must be there"), _(account.interface.missing(account.settings)[0])
            return ask.Refused(number, Problem.of("value.bad", field=label, value="", reason=reason), lacking)
        needed = BY_ITSELF.get(account.platform)
        by_itself = account.interface.keys_only or (needed is not None and bool(getattr(account.settings, needed)))
        with self._asking(account) as asked:
            return ask.PageFound(number, asked.authorize_url("nongbo"), by_itself)

    def _let_in(self, question: ask.LetIn) -> Answer:
        """New tokens are kept before they are used; else the account is kept once the platform has answered."""
        account = self._filled_in(question.draft)
        token, code = question.token.reveal(), question.code.reveal()
        if token:
            account = replace(account, tokens=Tokens(token))
        problems: list[Problem] = []
        kept = False

        def keep(tokens: Tokens | None = None) -> None:
            nonlocal account, kept
            account = account if tokens is None else replace(account, tokens=tokens)
            told = keep_account(self._home, account, self._keys())
            kept = True
            problems[:] = [told] if told is not None else []

        owner = ""
        try:
            with self._asking(account, keep) as asked:
                if code or (not token and account.tokens == Tokens()):
                    asked.connect(code)
                owner = asked.test()
            if not kept:  # the engine may have renewed the saved tokens meanwhile
                keep(None if token else saved_tokens(self._home, account.name, self._keys()))
        except StudioError as error:
            if not kept and error.problem.code == "account.refused":
                reason = dict(error.problem.values)["reason"]
                raise fault("account.not_let_in", name=account.name, reason=reason) from None
            if not kept:
                raise
            problems.append(error.problem)
        return ask.AccountKept(question.number, account.name, owner, tuple(problems))

    def _push_address(self, question: ask.AskPushAddress) -> ask.PushAddressGiven:
        account = load_accounts(self._home, self._keys()).named(question.name)
        with self._asking(account) as asked:
            if not isinstance(asked, KuaishouPush):
                raise fault(
                    "value.bad", field=_("Account"), value=account.name, reason=_("this platform gives no push address")
                )
            try:
                given = asked.push_address(question.cover, question.caption, question.sells)
            except (RefusedError, AnsweredError) as error:
                reason = _(error.message).format(**error.values)
                raise fault("account.no_address", name=account.name, reason=reason) from None
        return ask.PushAddressGiven(question.number, Secret(given.url))

    def _filled_in(self, draft: Draft) -> Account:
        """The draft, with the secrets and tokens that are kept. Raises `value.bad`."""
        name = draft.name.strip()
        if not is_name(name):
            raise fault("value.bad", field=_("Name"), value=MASK if name else "", reason=_("a name is a short word"))
        before = {one.name: one for one in load_accounts(self._home, self._keys()).accounts}.get(name)
        interface = INTERFACES[draft.platform]
        if before is None or before.platform != draft.platform:
            before = Account(name, draft.platform, interface.settings())
        hidden = interface.secrets()
        typed = {
            one: text.strip()
            for one, text in draft.settings.items()
            if one not in hidden or text.strip() not in ("", MASK)
        }
        return replace(before, settings=replace(before.settings, **typed))

    @contextmanager
    def _asking(self, account: Account, keep: Callable[[Tokens], None] | None = None) -> Iterator[Platform]:
        """The account's interface; what goes wrong is told as a `StudioError`."""
        name = account.name

        def keep_new(tokens: Tokens) -> None:
            keep_tokens(self._home, name, tokens, self._keys())

        def saved() -> Tokens | None:
            return saved_tokens(self._home, name, self._keys())

        alone = partial(renewing_alone, self._home)
        handed = Handed(lambda: datetime.now(UTC), self._wait, keep or keep_new, saved=saved, alone=alone)
        asked = account.interface.open(account.settings, account.tokens, handed)
        try:
            yield asked
        except GoneError:
            raise
        except IntegrationError as error:
            raise StudioError(trouble(name, error)) from None
        finally:
            asked.close()

    def _wait(self, seconds: float) -> None:
        if self._stopping.wait(seconds):
            raise GoneError("the window went away")


def _shown(account: Account) -> KeptAccount:
    """What anybody may see of it."""
    hidden = account.interface.secrets()
    texts = {part.name: getattr(account.settings, part.name) for part in fields(account.settings)}
    tokens = account.tokens
    return KeptAccount(
        account.name,
        account.platform,
        {name: MASK if name in hidden and text else text for name, text in texts.items()},
        let_in=account.let_in,
        ends_at=None if tokens.refresh else tokens.ends_at,
        owner=tokens.owner,
    )


def _offered(platform: str, interface: Interface) -> OfferedPlatform:
    asked = tuple(
        AskedSetting(part.name, usual=str(part.default), **part.metadata)  # label, help, secret, needed
        for part in fields(interface.settings)
    )
    return OfferedPlatform(platform, interface.title, asked)


def _lacking(account: Account) -> tuple[str, ...]:
    needed = (part.name for part in fields(account.settings) if part.metadata["needed"])
    return tuple(name for name in needed if not getattr(account.settings, name))


def serve(home: Home, questions: BinaryIO, answers: BinaryIO, keys: Callable[[], KeyStore] = Keyring) -> None:
    """Answers until the questions end."""
    stopping, telling = threading.Event(), threading.Lock()

    def tell(answer: Answer) -> None:
        with telling, suppress(OSError):  # a window that has gone hears nothing
            pickle.dump(answer, answers)
            answers.flush()

    doorkeeper = Doorkeeper(home, tell, stopping, keys)
    busy: list[Worker] = []
    with suppress(EOFError, OSError, pickle.UnpicklingError):
        while True:
            question: Question = pickle.load(questions)  # noqa: S301 - the pipe is our own window's
            busy = [one for one in busy if one.alive]
            worker = Worker(
                f"account question {question.number}",
                lambda _stopping, question=question: doorkeeper.answer(question),  # type: ignore[misc]
                abandonable=True,  # a platform may not answer for long
            )
            worker.start()
            busy.append(worker)
    stopping.set()
    until_s = time.monotonic() + LAST_MOMENT_S
    for worker in busy:
        worker.join(max(0.0, until_s - time.monotonic()))


if __name__ == "__main__":
    answer_the_window("accounts", serve)
