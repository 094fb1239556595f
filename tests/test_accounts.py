"""Accounts are kept with their secrets out of sight, whatever key store there is."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from integrations.base import Handed, Tokens
from integrations.kuaishou import Settings
from integrations.platforms import INTERFACES
from studio.accounts import (
    Account,
    keep_account,
    keep_tokens,
    load_accounts,
    remove_account,
    renewing_alone,
    saved_tokens,
)
from studio.errors import StudioError
from studio.paths import Home
from tests.integrations.stand_ins import kuaishou as stand_in
from tests.integrations.stand_ins.server import Asked, Said, serving
from tests.key_stores import Drawer

ENDS = datetime(2026, 9, 20, 12, 0, 0, 500_000, tzinfo=UTC)
SHOP = Account(
    "村口果园",
    "kuaishou",
    Settings("ks-1", "geheim-1", "geheim-2"),
    Tokens("geheim-3", "geheim-4", ENDS, None, "seller-1"),
)


@pytest.mark.parametrize("there", [True, False])
def test_an_account_comes_back_as_it_was(home: Home, there: bool) -> None:
    drawer = Drawer(there)
    problem = keep_account(home, SHOP, drawer)
    assert (problem is None) is there
    assert load_accounts(home, drawer).accounts == (SHOP,)
    assert ("geheim" in home.accounts.read_text(encoding="utf-8")) is not there
    assert home.accounts.stat().st_mode & 0o077 == 0


def test_no_text_of_an_account_shows_its_secrets() -> None:
    assert "geheim" not in repr(SHOP)
    assert "geheim" not in str(SHOP)


def test_new_tokens_take_the_place_of_the_old_ones(home: Home) -> None:
    drawer = Drawer()
    keep_account(home, SHOP, drawer)
    keep_account(home, replace(SHOP, name="二店"), drawer)
    fresh = Tokens("geheim-5", "geheim-6")
    keep_tokens(home, SHOP.name, fresh, drawer)
    first, second = load_accounts(home, drawer).accounts
    assert (first.name, first.tokens, second.tokens) == (SHOP.name, fresh, SHOP.tokens)
    assert len(drawer.secrets) == 2, "nothing of the old ones is left"
    assert not [text for text in drawer.secrets.values() if "geheim-3" in text and "二店" in text]


def test_new_tokens_are_not_lost_where_the_key_store_is_shut(home: Home) -> None:
    drawer = Drawer()
    keep_account(home, SHOP, drawer)
    drawer.open = False
    fresh = Tokens("geheim-5", "geheim-6")
    problem = keep_tokens(home, SHOP.name, fresh, drawer)
    assert problem is not None
    assert problem.code == "account.keys_in_file"
    drawer.open = True
    assert load_accounts(home, drawer).accounts == (replace(SHOP, tokens=fresh),)
    assert saved_tokens(home, SHOP.name, drawer) == fresh
    keep_tokens(home, SHOP.name, fresh, drawer)
    assert "geheim" not in home.accounts.read_text(encoding="utf-8")


def test_tokens_of_an_account_that_is_gone_bring_it_not_back(home: Home) -> None:
    drawer = Drawer()
    keep_account(home, SHOP, drawer)
    remove_account(home, SHOP.name, drawer)
    keep_tokens(home, SHOP.name, Tokens("x"), drawer)
    assert load_accounts(home, drawer).accounts == ()
    assert drawer.secrets == {}
    with pytest.raises(StudioError, match="no account"):
        remove_account(home, SHOP.name, drawer)


def test_keys_that_cannot_be_read_are_told_and_stay(home: Home) -> None:
    drawer = Drawer()
    keep_account(home, SHOP, drawer)
    drawer.open = False
    found = load_accounts(home, drawer)
    assert found.accounts == ()
    assert [problem.code for problem in found.problems] == ["account.keys_unreadable"]
    drawer.open = True
    assert load_accounts(home, drawer).accounts == (SHOP,)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"accounts": 3}', '{"accounts": [1, {"name": "a"}, {"name": "a", "platform": "nowhere"}]}'],
)
def test_a_damaged_file_is_no_account(home: Home, text: str) -> None:
    home.accounts.write_text(text, encoding="utf-8")
    assert load_accounts(home, Drawer()).accounts == ()


def test_secrets_that_are_damaged_leave_the_account_empty(home: Home) -> None:
    drawer = Drawer()
    keep_account(home, SHOP, drawer)
    for number in drawer.secrets:
        drawer.secrets[number] = "{"
    (found,) = load_accounts(home, drawer).accounts
    assert (found.settings.app_key, found.settings.app_secret, found.tokens) == ("ks-1", "", Tokens())
    assert INTERFACES["kuaishou"].missing(found.settings) == ("App secret", "Signing secret")


def test_a_time_that_is_none_is_left_out(home: Home) -> None:
    drawer = Drawer(there=False)
    keep_account(home, SHOP, drawer)
    document = json.loads(home.accounts.read_text(encoding="utf-8"))
    document["accounts"][0]["secrets"]["tokens"]["ends_at"] = "soon"
    home.accounts.write_text(json.dumps(document), encoding="utf-8")
    assert load_accounts(home, drawer).accounts[0].tokens.ends_at is None


class Hurried(stand_in.Kuaishou):
    """Gives new tokens only when two programs have heard that theirs are at their end."""

    def _let_in(self, asked: Asked) -> Said:
        listed = "/open/order/cursor/list"
        assert self.changed.wait_for(lambda: sum(one.path == listed for one in self.asked) == 2, 20.0)
        return super()._let_in(asked)


def test_of_two_programs_one_renews_and_the_other_takes_what_it_got(home: Home) -> None:
    drawer = Drawer()
    platform = Hurried(frozen_at=ENDS)
    with serving(platform):
        platform.ends_at = ENDS - timedelta(hours=1)
        settings = Settings(stand_in.APP_KEY, stand_in.APP_SECRET, stand_in.SIGN_SECRET, host=platform.url)
        account = Account("村口果园", "kuaishou", settings, Tokens(platform.access, platform.refresh))
        keep_account(home, account, drawer)

        def keep(tokens: Tokens) -> None:
            keep_tokens(home, account.name, tokens, drawer)

        def ask(_program: int) -> str:
            handed = Handed(
                lambda: ENDS,
                lambda _seconds: None,
                keep,
                saved=lambda: saved_tokens(home, account.name, drawer),
                alone=partial(renewing_alone, home),
            )
            asked = account.interface.open(account.settings, account.tokens, handed)
            try:
                return asked.test()
            finally:
                asked.close()

        with ThreadPoolExecutor(2) as programs:
            assert list(programs.map(ask, range(2))) == ["seller-1", "seller-1"]
    assert sum(one.path.startswith("/oauth2/") for one in platform.asked) == 1
