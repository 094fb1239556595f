"""Stand-ins for a computer's key store: one in memory, and one that `keyring` itself finds and loads.

The second is named in `PYTHON_KEYRING_BACKEND`, keeps its secrets in the file `NONGBO_TEST_KEYS` names, and behaves
as `NONGBO_TEST_KEYS_MOOD` says: `noisy` prints, `locked` refuses, `stuck` never answers.
"""

import json
import os
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from studio.keys import Found

ROOT = Path(__file__).resolve().parent.parent


class Drawer:
    """A key store in memory. `open` False: it is there, and gives and takes nothing."""

    def __init__(self, there: bool = True) -> None:
        self.there = there
        self.open = True
        self.secrets: dict[str, str] = {}

    def name(self) -> str:
        return "drawer" if self.there else ""

    def read(self, ids: Iterable[str]) -> Found:
        if not self.open:
            return Found({}, "it does not answer")
        return Found({number: self.secrets[number] for number in ids if number in self.secrets})

    def keep(self, secrets: Mapping[str, str]) -> frozenset[str]:
        if not self.there or not self.open:
            return frozenset()
        assert not set(secrets) & set(self.secrets), "an id is used once"
        self.secrets |= secrets
        return frozenset(secrets)

    def forget(self, ids: Iterable[str]) -> None:
        if self.open:
            for number in ids:
                del self.secrets[number]


class FileKeyring(KeyringBackend):
    """What `keyring` loads in a process of the program."""

    priority = 5
    name = "test keys"

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._path = Path(os.environ["NONGBO_TEST_KEYS"])
        mood = os.environ.get("NONGBO_TEST_KEYS_MOOD", "")
        if mood == "noisy":
            print("Please unlock me!")
        elif mood == "locked":
            raise KeyringLocked("the collection is locked")
        elif mood == "stuck":
            threading.Event().wait()

    def _all(self) -> dict[str, str]:
        return json.loads(self._path.read_text()) if self._path.exists() else {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._all().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._path.write_text(json.dumps(self._all() | {f"{service}/{username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        secrets = self._all()
        if secrets.pop(f"{service}/{username}", None) is None:
            raise PasswordDeleteError(username)
        self._path.write_text(json.dumps(secrets))


def environment(path: Path, mood: str = "") -> dict[str, str]:
    """What makes `keyring` use `FileKeyring`, with its secrets in `path`."""
    return {
        "PYTHON_KEYRING_BACKEND": "tests.key_stores.FileKeyring",
        "NONGBO_TEST_KEYS": str(path),
        "NONGBO_TEST_KEYS_MOOD": mood,
        "PYTHONPATH": str(ROOT),
    }


def use(monkeypatch: pytest.MonkeyPatch, path: Path, mood: str = "") -> None:
    """As `environment`, for the processes this test starts."""
    for name, value in environment(path, mood).items():
        monkeypatch.setenv(name, value)
