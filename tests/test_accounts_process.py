"""The process that asks platforms for the window, against stand-ins: what is secret goes in and does not come out."""

import pickle
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar

import pytest

from integrations.platforms import INTERFACES
from studio import letting_in as ask
from studio.accounts import load_accounts
from studio.config import Secret
from studio.letting_in import MASK, Answer, Draft, Question
from studio.paths import Home
from studio.ui.account_words import GIVES_WORDS, WITH_COMMENTS, WITH_ORDERS
from tests.integrations.stand_ins import bilibili as room_stand_in
from tests.integrations.stand_ins import kuaishou as stand_in
from tests.integrations.stand_ins import kuaishou_push as push_stand_in
from tests.integrations.stand_ins.server import Asked, serving

A = TypeVar("A", bound=Answer)
JPEG = b"\xff\xd8\xff\xe0" + b"x" * 100
pytestmark = pytest.mark.usefixtures("key_store")


class Line:
    """A window's end of the line, without a window."""

    def __init__(self, home: Home) -> None:
        self.heard = b""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "studio.accounts_process", "--home", str(home.root), "--lang", "en"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask(self, question: Question, kind: type[A]) -> A:
        self.put(question)
        answer = self.next()
        assert isinstance(answer, kind), answer
        assert answer.to == question.number
        return answer

    def put(self, question: Question) -> None:
        assert self.process.stdin is not None
        pickle.dump(question, self.process.stdin)
        self.process.stdin.flush()

    def next(self) -> Answer:
        assert self.process.stdout is not None
        answer: Answer = pickle.load(self.process.stdout)
        self.heard += pickle.dumps(answer)
        return answer

    def end(self) -> int:
        with self.process:
            pass
        return self.process.returncode


@pytest.fixture
def line(home: Home) -> Iterator[Line]:
    line = Line(home)
    yield line
    line.end()


def draft(platform: stand_in.Kuaishou, **other: str) -> Draft:
    keys = {"app_key": stand_in.APP_KEY, "app_secret": stand_in.APP_SECRET, "sign_secret": stand_in.SIGN_SECRET}
    return Draft("村口果园", "kuaishou", {**keys, "redirect": "", "host": platform.url, **other})


def test_an_account_is_let_in_tested_changed_and_removed(line: Line, home: Home, platform: stand_in.Kuaishou) -> None:
    assert line.ask(ask.ListAccounts(1), ask.AccountsListed).accounts == ()
    found = line.ask(ask.FindPage(2, draft(platform)), ask.PageFound)
    assert found.page.startswith("https://open.kwaixiaodian.com/oauth/authorize?")
    assert not found.by_itself
    kept = line.ask(ask.LetIn(3, draft(platform), code=Secret("once")), ask.AccountKept)
    assert (kept.name, kept.owner, kept.problems) == ("村口果园", "seller-1", ())
    (listed,) = line.ask(ask.ListAccounts(4), ask.AccountsListed).accounts
    assert (listed.let_in, listed.settings["app_secret"], listed.settings["host"]) == (True, MASK, platform.url)
    assert line.ask(ask.TestAccount(5, "村口果园"), ask.AccountAnswers).owner == "seller-1"
    changed = replace(draft(platform), settings={**listed.settings, "app_secret": "", "redirect": "https://n.example/"})
    line.ask(ask.LetIn(6, changed), ask.AccountKept)
    (account,) = load_accounts(home).accounts
    assert (account.settings.app_secret, account.settings.redirect) == (stand_in.APP_SECRET, "https://n.example/")
    assert line.ask(ask.RemoveAccount(7, "村口果园"), ask.AccountsListed).accounts == ()
    assert b"Geheim" not in line.heard
    assert line.end() == 0
    assert "Geheim" not in "".join(path.read_text("utf-8") for path in home.logs.iterdir())


def test_what_lacks_is_named_and_nothing_is_kept(line: Line, home: Home, platform: stand_in.Kuaishou) -> None:
    refused = line.ask(ask.FindPage(1, draft(platform, sign_secret=" ")), ask.Refused)
    assert refused.lacking == ("sign_secret",)
    wrong = line.ask(ask.LetIn(2, draft(platform), code=Secret("guessed")), ask.Refused)
    assert wrong.problem.code == "account.not_let_in"
    address = line.ask(ask.FindPage(3, replace(draft(platform), name="https://n.example/?key=1")), ask.Refused)
    assert dict(address.problem.values)["value"] == MASK
    assert line.ask(ask.TestAccount(4, "nobody"), ask.Refused).problem.code == "account.unknown"
    assert not home.accounts.exists()


class Forbidding(stand_in.Kuaishou):
    """Lets in, and answers nothing else."""

    def _data(self, asked: Asked) -> dict[str, Any]:
        raise stand_in.RefusalError(22, "未授权")


def test_a_code_that_was_used_up_is_not_lost_where_the_test_fails(line: Line, home: Home) -> None:
    platform = Forbidding(code="once")
    with serving(platform):
        kept = line.ask(ask.LetIn(1, draft(platform), code=Secret("once")), ask.AccountKept)
    assert [problem.code for problem in kept.problems] == ["account.refused"]
    (account,) = load_accounts(home).accounts
    assert account.tokens.access == platform.access


def test_a_platform_that_is_silent_keeps_no_other_question_waiting(line: Line, platform: stand_in.Kuaishou) -> None:
    platform.answering.clear()
    line.put(ask.LetIn(1, draft(platform), code=Secret("once")))
    platform.wait_until(lambda: bool(platform.asked))
    assert line.ask(ask.ListAccounts(2), ask.AccountsListed).accounts == ()
    assert line.end() == 0, "nobody waits for it at the end"


def test_a_push_address_is_given_and_is_secret(line: Line) -> None:
    push = push_stand_in.KuaishouPush()
    settings = {"app_key": push_stand_in.APP_ID, "app_secret": push_stand_in.APP_SECRET}
    with serving(push):
        made = Draft("直播", "kuaishou_live", {**settings, "host": push.url})
        line.ask(ask.LetIn(1, made, code=Secret("once")), ask.AccountKept)
        given = line.ask(ask.AskPushAddress(2, "直播", JPEG, "今晚苹果", sells=True), ask.PushAddressGiven)
        assert given.url.reveal().startswith("rtmp://txyun-push")
        assert "Geheim" not in repr(given)
        push.may_sell = False
        refused = line.ask(ask.AskPushAddress(3, "直播", JPEG, "今晚苹果", sells=True), ask.Refused)
        assert "may not sell" in dict(refused.problem.values)["reason"]


def test_keys_alone_let_a_room_in(line: Line, home: Home) -> None:
    room = room_stand_in.Bilibili()
    with room_stand_in.on_line(room):
        keys = {"app_key": room_stand_in.KEY, "app_secret": room_stand_in.SECRET, "host": room.url}
        made = Draft("直播间", "bilibili", {**keys, "app_id": str(room_stand_in.APP_ID), "code": "guessed"})
        found = line.ask(ask.FindPage(1, made), ask.PageFound)
        assert (found.page, found.by_itself) == ("", True)
        wrong = line.ask(ask.LetIn(2, made), ask.Refused)
        assert (wrong.problem.code, home.accounts.exists()) == ("account.not_let_in", False)
        right = replace(made, settings={**made.settings, "code": room_stand_in.CODE})
        assert line.ask(ask.LetIn(3, right), ask.AccountKept).owner == "村口果园"
        (listed,) = line.ask(ask.ListAccounts(4), ask.AccountsListed).accounts
        assert (listed.let_in, listed.settings["code"]) == (True, MASK)
    assert b"Geheim" not in line.heard


def test_the_window_has_words_for_every_platform() -> None:
    assert set(GIVES_WORDS) == set(INTERFACES)
    assert set(INTERFACES) > WITH_ORDERS | WITH_COMMENTS
