"""The accounts while an engine runs: each that is saved is asked, at once where somebody wants it."""

from datetime import UTC, datetime, timedelta

from integrations.base import Tokens
from integrations.kuaishou import Settings
from studio.account_desk import AccountDesk
from studio.accounts import Account, keep_account, remove_account
from studio.clock import SystemClock
from studio.paths import Home
from studio.sold import AccountAsked
from studio.store.sessions import NewSession
from studio.store.store import Store
from tests.integrations.stand_ins import kuaishou as stand_in
from tests.key_stores import Drawer
from tests.media.told import Told
from tests.store.samples import APPLES


def test_a_new_account_is_asked_at_once_and_a_removed_one_no_more(home: Home, platform: stand_in.Kuaishou) -> None:
    told, keys = Told(), Drawer()
    began = datetime.now(UTC) - timedelta(hours=2)
    with Store.of(home) as store:
        shown = NewSession(began, canvas="1280x720", fps=30, bitrate_kbps=2500, source="camera", cards=(APPLES.card(),))
        store.end_session(store.begin_session(shown), began + timedelta(hours=1))
        platform.sell(began + timedelta(minutes=5))
        desk = AccountDesk(home, store, told, SystemClock(), keys)
        try:
            desk.look()
            assert desk.asked == ()
            settings = Settings(stand_in.APP_KEY, stand_in.APP_SECRET, stand_in.SIGN_SECRET, host=platform.url)
            keep_account(home, Account("果园", "kuaishou", settings, Tokens(platform.access, platform.refresh)), keys)
            desk.ask("果园")
            first = told.wait_for_one(AccountAsked)
            assert (first.account, first.changed, first.problem) == ("果园", 1, None)
            told.wait_for(lambda: desk.asked == (first,))
            desk.ask("another")
            desk.ask()
            second = told.wait_for_one(AccountAsked, 2)
            assert (second.changed, second.problem) == (0, None)
            remove_account(home, "果园", keys)
            desk.ask()
            told.wait_for(lambda: desk.asked == ())
        finally:
            desk.stop()
    assert len(told.of(AccountAsked)) == 2
