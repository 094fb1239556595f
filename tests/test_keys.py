"""The key store is asked through a process, which may refuse, print or hang, and never holds anybody up for long."""

from pathlib import Path

import pytest

from studio.keys import Found, Keyring
from tests import key_stores


def test_secrets_come_back_and_go(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    key_stores.use(monkeypatch, tmp_path / "keys", mood="noisy")
    keys = Keyring()
    secrets = {"1": "rtmp://a/live/x?sign=1&t=2", "2": "钥匙"}
    assert keys.keep(secrets) == {"1", "2"}
    assert keys.name() == "test keys"
    assert Keyring().read(["2", "1", "3"]).secrets == secrets
    keys.forget(["1", "no such"])
    assert Keyring().read(["1", "2"]).secrets == {"2": "钥匙"}


def test_where_there_is_no_store_nothing_is_kept_and_nobody_is_asked_twice() -> None:
    keys = Keyring()
    assert keys.keep({"1": "x"}) == frozenset()
    assert keys.name() == ""
    assert keys.read(["1"]) == Found({}, "the key store is not there")
    assert keys.read([]).secrets == {}


@pytest.mark.parametrize("mood", ["locked", "stuck"])
def test_a_store_that_does_not_open_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mood: str) -> None:
    key_stores.use(monkeypatch, tmp_path / "keys", mood)
    keys = Keyring(deadline_s=1.0 if mood == "stuck" else 30.0)
    found = keys.read(["1"])
    assert found.secrets == {}
    assert found.reason == {"locked": "it is locked", "stuck": "no answer came in time"}[mood]
    assert keys.keep({"1": "x"}) == frozenset()
