"""The page of the accounts, with the real process that asks platforms and a stand-in at the other end."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psutil
import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QLineEdit

from integrations import bilibili
from integrations.base import Tokens
from integrations.kuaishou import Settings
from studio.accounts import Account, keep_account, load_accounts
from studio.commands import AskAccounts
from studio.errors import Problem
from studio.paths import Home
from studio.sold import AccountAsked
from studio.ui.account_steps import code_in
from studio.ui.account_words import kept_words
from studio.ui.accounts_page import AccountsPage
from studio.ui.show_state import ShowState, after
from tests.integrations.stand_ins import kuaishou as stand_in
from tests.ui.conftest import Stage
from tests.ui.scripted_engine import idle

NOON = datetime(2026, 9, 20, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("key_store")


@pytest.fixture
def page(stage: Stage) -> Iterator[AccountsPage]:
    """The page in sight, once it knows which accounts there are."""
    stage.open()
    pages = map(stage.window.stack.widget, range(stage.window.stack.count()))
    page = next(one for one in pages if isinstance(one, AccountsPage))
    try:
        stage.window.stack.setCurrentWidget(page)
        stage.until(page.add_button.isEnabled)
        yield page
    finally:
        stage.desk.close()


@pytest.fixture
def kept(home: Home, platform: stand_in.Kuaishou) -> Account:
    settings = Settings(stand_in.APP_KEY, stand_in.APP_SECRET, stand_in.SIGN_SECRET, host=platform.url)
    account = Account("村口果园", "kuaishou", settings, Tokens(platform.access, platform.refresh))
    keep_account(home, account)
    return account


def fill(page: AccountsPage, platform: stand_in.Kuaishou) -> None:
    page.add_button.click()
    page.form.choice.tiles["kuaishou"].click()
    assert page.form.boxes is not None
    boxes = page.form.boxes.boxes
    texts = (stand_in.APP_KEY, stand_in.APP_SECRET, stand_in.SIGN_SECRET, platform.url)
    for name, text in zip(("app_key", "app_secret", "sign_secret", "host"), texts, strict=True):
        boxes[name].setText(text)


def words(page: AccountsPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisibleTo(page))


def test_an_account_is_added_step_by_step(
    page: AccountsPage, stage: Stage, home: Home, platform: stand_in.Kuaishou, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "You can sell without one" in words(page)
    fill(page, platform)
    form = page.form
    assert form.boxes is not None
    assert form.boxes.boxes["app_secret"].echoMode() is QLineEdit.EchoMode.Password
    assert not form.boxes.boxes["host"].isVisibleTo(page), "what is seldom changed stands behind “more”"
    form.boxes.boxes["sign_secret"].clear()
    form.next_button.click()
    stage.until(lambda: "This must be filled in" in words(page))
    form.boxes.boxes["sign_secret"].setText(stand_in.SIGN_SECRET)
    form.next_button.click()
    stage.until(lambda: form.stack.currentWidget() is form.letting_in)
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    form.letting_in.open_button.click()
    assert opened[0].toString().startswith("https://open.kwaixiaodian.com/oauth/authorize?")
    form.next_button.click()
    assert "Paste it first" in words(page)
    form.letting_in.code.setText("https://n.example/back?code=guessed&state=nongbo")
    form.next_button.click()
    stage.until(form.trouble.isVisible)
    assert "Kuaishou shop is not let in" in form.trouble_lines.words()
    assert not home.accounts.exists()
    platform.code = "once"  # a guess makes the code void
    form.letting_in.code.setText("https://n.example/back?code=once&state=nongbo")
    form.next_button.click()
    stage.until(lambda: "answers and is kept" in form.done.text())
    assert stage.engine.wait_for(AskAccounts).name == "Kuaishou shop"
    stage.until(lambda: list(page.lines) == ["Kuaishou shop"])
    assert load_accounts(home).named("Kuaishou shop").tokens.access
    form.next_button.click()
    assert page.side.currentWidget() is page.about


def test_how_it_stands_with_an_account_is_said(page: AccountsPage, stage: Stage, kept: Account) -> None:
    page._refresh()
    stage.until(lambda: list(page.lines) == [kept.name])
    line = page.lines[kept.name]
    assert line.state.text() == "Not asked yet."
    line.fetch.click()
    assert stage.engine.wait_for(AskAccounts) == AskAccounts(kept.name)
    assert line.state.text() == "It is being asked…"
    asked = AccountAsked(kept.name, NOON, NOON + timedelta(minutes=30), 3, NOON)
    stage.engine.tell(asked)
    stage.until(lambda: "3 order lines new or changed" in line.state.text())
    assert "Next time at" in line.state.text()
    left_out = Problem.of("account.unread", name=kept.name, count=2, reason="x")
    stage.engine.tell(replace(asked, problem=left_out))
    stage.until(line.trouble.isVisible)
    assert "3 order lines new or changed" in line.state.text(), "there was an answer"
    problem = Problem.of("account.refused", name=kept.name, reason="未授权")
    stage.engine.tell(replace(asked, problem=problem, changed=0))
    stage.until(lambda: "村口果园 does not let us ask" in line.trouble_lines.words())
    assert "村口果园 does not let us ask: 未授权." in line.trouble_lines.words()
    assert "Accounts" in line.trouble_lines.words()
    line.test.click()
    stage.until(lambda: "✓ It answers." in line.state.text())


def test_an_account_is_changed_without_its_secrets_coming_back(
    page: AccountsPage, stage: Stage, kept: Account, home: Home
) -> None:
    page._refresh()
    stage.until(lambda: list(page.lines) == [kept.name])
    page.lines[kept.name].change.click()
    form = page.form
    assert form.boxes is not None
    assert form.boxes.boxes["app_key"].text() == stand_in.APP_KEY
    assert form.boxes.boxes["app_secret"].text() == ""
    assert not form.boxes.name.isEnabled()
    form.boxes.boxes["redirect"].setText("https://n.example/")
    form.next_button.click()
    stage.until(lambda: form.stack.currentWidget() is form.letting_in)
    assert "It is let in already" in words(page)
    form.next_button.click()
    stage.until(lambda: "answers and is kept" in form.done.text())
    assert load_accounts(home).accounts == (
        replace(kept, settings=replace(kept.settings, redirect="https://n.example/")),
    )
    page.ask_to_remove(kept.name)
    assert page.remove_dialog is not None
    stay, gone = page.remove_dialog.buttons()
    (gone if gone.text() == "Remove it" else stay).click()
    stage.until(lambda: not page.lines)
    assert load_accounts(home).accounts == ()


def test_the_window_waits_for_no_platform(page: AccountsPage, stage: Stage, platform: stand_in.Kuaishou) -> None:
    platform.answering.clear()
    fill(page, platform)
    page.form.next_button.click()
    stage.until(lambda: page.form.stack.currentWidget() is page.form.letting_in)
    page.form.letting_in.code.setText("once")
    page.form.next_button.click()
    platform.wait_until(lambda: bool(platform.asked))
    assert "is being asked" in page.form.waiting_words.text()
    page.form.back_button.click()
    assert page.form.stack.currentWidget() is page.form.filling
    stage.go_live()
    stage.window.stack.setCurrentWidget(page)
    assert page.accounts.pid is not None
    psutil.Process(page.accounts.pid).kill()
    stage.until(lambda: page.accounts.pid is None)
    page.form.next_button.click()
    stage.until(lambda: page.form.stack.currentWidget() is page.form.letting_in)


def test_the_code_is_found_in_what_was_pasted() -> None:
    assert code_in(" abc ") == "abc"
    assert code_in("https://n.example/back?state=x&code=abc%2F1") == "abc/1"
    assert code_in("https://n.example/back?auth_code=abc") == "abc"
    assert code_in("https://n.example/") == ""
    assert code_in("https://[n.example") == ""


def test_a_window_that_comes_later_knows_how_the_last_questions_went() -> None:
    asked = AccountAsked("村口果园", NOON, NOON + timedelta(minutes=30), 3, NOON)
    state = after(ShowState(), replace(idle(), accounts=(asked,)))
    assert state.accounts == (asked,)
    newer = replace(asked, changed=0)
    assert after(state, newer).accounts == (newer,)


def test_a_room_whose_comments_are_counted_promises_no_orders(page: AccountsPage, stage: Stage, home: Home) -> None:
    account = Account("直播间", "bilibili", bilibili.Settings("key", "secret", "7", "code"))
    keep_account(home, account)
    page._refresh()
    stage.until(lambda: list(page.lines) == [account.name])
    line = page.lines[account.name]
    assert line.state.text() == "It is listened to while you are on air."
    assert not line.fetch.isVisibleTo(page)
    stage.engine.tell(AccountAsked(account.name, NOON, NOON + timedelta(minutes=30)))
    problem = Problem.of("account.refused", name=account.name, reason="身份码错误")
    stage.engine.tell(AccountAsked(account.name, NOON, NOON + timedelta(minutes=1), problem=problem))
    stage.until(line.trouble.isVisible)
    assert "without an answer. Next time at" in line.state.text()
    assert "order" not in line.state.text()
    page.add_button.click()
    page.form.choice.tiles["bilibili"].click()
    assert "身份码" in words(page)
    assert "orders" not in kept_words("bilibili")
