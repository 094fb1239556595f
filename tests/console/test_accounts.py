"""`nongbo accounts` against a stand-in: keys go in by the keyboard and come out nowhere."""

import io
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from studio.accounts import load_accounts
from studio.cli import main
from studio.console.output import local_time
from studio.paths import Home
from studio.store.sessions import NewSession
from studio.store.store import Store
from tests.integrations.stand_ins import bilibili as room_stand_in
from tests.integrations.stand_ins import kuaishou as stand_in
from tests.integrations.stand_ins import kuaishou_push as push_stand_in
from tests.integrations.stand_ins.server import serving
from tests.store.samples import APPLES

KEYS = f"{stand_in.APP_KEY}\n{stand_in.APP_SECRET}\n{stand_in.SIGN_SECRET}\n\n"


def said_by(words: list[str]) -> int:
    return main(["--lang", "en", *words])


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def add(monkeypatch: pytest.MonkeyPatch, platform: stand_in.Kuaishou) -> int:
    typed(monkeypatch, f"{KEYS}{platform.url}\n\nonce\n")
    return said_by(["accounts", "add", "果园", "--platform", "kuaishou", "--json"])


def test_an_account_is_added_tested_listed_and_removed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], platform: stand_in.Kuaishou, home: Home
) -> None:
    assert add(monkeypatch, platform) == 0
    assert json.loads(capsys.readouterr().out) == {"name": "果园", "platform": "kuaishou", "owner": "seller-1"}
    assert said_by(["accounts", "test", "果园", "--json"]) == 0
    assert abs(json.loads(capsys.readouterr().out)["clock_skew_s"]) < 30
    assert said_by(["accounts", "list", "--json"]) == 0
    said = capsys.readouterr().out
    (listed,) = json.loads(said)
    assert listed["settings"]["app_secret"] == listed["settings"]["sign_secret"] == "•••"
    assert (listed["let_in"], listed["missing"]) == (True, [])
    assert said_by(["accounts", "list"]) == 0
    table = capsys.readouterr().out
    renewable_until = load_accounts(home).named("果园").tokens.refresh_ends_at
    assert renewable_until is not None
    assert local_time(renewable_until) in table, "as long as it can be renewed"
    said += table
    assert "Geheim" not in said
    assert said_by(["accounts", "remove", "果园"]) == 0
    assert said_by(["accounts", "test", "果园"]) == 1
    assert "Geheim" not in home.accounts.read_text("utf-8")


def test_letting_in_again_keeps_what_is_not_typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], platform: stand_in.Kuaishou
) -> None:
    add(monkeypatch, platform)
    platform.access, platform.refresh, platform.code = "other", "other", "twice"
    assert said_by(["accounts", "test", "果园"]) == 1
    assert "does not let us ask" in capsys.readouterr().err
    typed(monkeypatch, "\n" * 6 + "twice\n")
    assert said_by(["accounts", "add", "果园"]) == 0
    assert said_by(["accounts", "test", "果园"]) == 0


def test_an_account_without_its_keys_is_not_saved(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Home
) -> None:
    typed(monkeypatch, "key\n")
    assert said_by(["accounts", "add", "果园", "--platform", "kuaishou"]) == 2
    assert "App secret" in capsys.readouterr().err
    assert said_by(["accounts", "add", "果园"]) == 2
    assert not home.accounts.exists()


def test_orders_are_fetched_by_a_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], platform: stand_in.Kuaishou, home: Home
) -> None:
    add(monkeypatch, platform)
    began = datetime.now(UTC) - timedelta(hours=2)
    with Store.of(home) as store:
        shown = NewSession(began, canvas="1280x720", fps=30, bitrate_kbps=2500, source="camera", cards=(APPLES.card(),))
        store.end_session(store.begin_session(shown), began + timedelta(hours=1))
    platform.sell(began + timedelta(minutes=5))
    capsys.readouterr()
    for changed in (1, 0):
        assert said_by(["accounts", "fetch", "--json"]) == 0
        (done,) = json.loads(capsys.readouterr().out)
        assert (done["name"], done["changed"], done["unread"]) == ("果园", changed, 0)
    platform.sell(datetime.now(UTC) - timedelta(minutes=1), totalFee="viel")
    assert said_by(["accounts", "fetch", "--json"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)[0]["unread"] == 1
    assert "1 of the orders of 果园 could not be read" in said.err
    assert said_by(["orders", "list", "--json"]) == 0
    (line,) = json.loads(capsys.readouterr().out)
    assert (line["session_id"], line["attributed_by"]) == (1, "live+time")


def test_a_push_address_fills_in_a_destination(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    cover = tmp_path / "cover.jpg"
    cover.write_bytes(b"\xff\xd8\xff\xe0" + b"x" * 100)
    push = push_stand_in.KuaishouPush()
    with serving(push):
        typed(monkeypatch, f"{push_stand_in.APP_ID}\n{push_stand_in.APP_SECRET}\n\n{push.url}\n\nonce\n")
        assert said_by(["accounts", "add", "直播", "--platform", "kuaishou_live"]) == 0
        words = ["accounts", "push", "直播", "--cover", str(cover), "--caption", "今晚苹果", "--sells", "--to", "快手"]
        assert said_by(words) == 0
    assert push.given[0]["shopLive"] == "true"
    assert said_by(["destinations", "show", "快手", "--json"]) == 0
    said = capsys.readouterr()
    assert "txyun-push" in said.out
    assert "Geheim" not in said.out + said.err
    assert said_by(["accounts", "push", "直播", "--cover", "none.jpg", "--caption", "x", "--to", "快手"]) == 2


def test_a_room_is_asked_for_no_token_and_no_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    room = room_stand_in.Bilibili()
    keys = (room_stand_in.KEY, room_stand_in.SECRET, str(room_stand_in.APP_ID), room_stand_in.CODE)
    with room_stand_in.on_line(room):
        typed(monkeypatch, "\n".join([*keys, room.url, "never read"]))
        assert said_by(["accounts", "add", "直播间", "--platform", "bilibili", "--json"]) == 0
        assert sys.stdin.readline() == "never read"
        assert said_by(["accounts", "test", "直播间"]) == 0
    assert said_by(["accounts", "list", "--json"]) == 0
    said = capsys.readouterr()
    assert '"let_in": true' in said.out
    assert "Token" not in said.err
    assert "Geheim" not in said.out + said.err
