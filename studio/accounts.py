"""The sellers' accounts at platforms: `accounts.json` says which there are, their secrets lie in the key store.

An entry: `name`, `platform`, `settings` (what anybody may see), and either `key_id` of the secrets in the key store or,
where there is no such store, the `secrets` themselves in the file, which only its owner may read. Each time tokens are
renewed they get a new id: the old ones go only when the file names the new ones.
"""

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from filelock import FileLock, Timeout

from integrations.base import ClockError, IntegrationError, RefusedError, Tokens
from integrations.platforms import INTERFACES, Interface
from studio.destinations import NOT_THERE, read_json, write_private
from studio.errors import Problem, fault
from studio.i18n import _
from studio.keys import Keyring, KeyStore
from studio.paths import Home

VERSION = 1
LOCK_DEADLINE_S = 10.0
NO_TOKENS = Tokens()


@dataclass(frozen=True, slots=True)
class Account:
    """A seller's account at a platform; its settings are the platform's own dataclass, its secrets have no repr."""

    name: str
    platform: str
    settings: Any
    tokens: Tokens = NO_TOKENS

    @property
    def interface(self) -> Interface:
        return INTERFACES[self.platform]

    @property
    def let_in(self) -> bool:
        """Whether there is what the platform lets us in by."""
        return self.interface.keys_only or bool(self.tokens.access)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts that can be used, and what the others lack."""

    accounts: tuple[Account, ...]
    problems: tuple[Problem, ...] = ()

    def named(self, name: str) -> Account:
        """Raises `account.unknown`."""
        for one in self.accounts:
            if one.name == name:
                return one
        raise fault("account.unknown", name=name)


def load_accounts(home: Home, keys: KeyStore | None = None) -> Accounts:
    """What was kept; an account whose secrets cannot be read is told of."""
    keys = keys or Keyring()
    entries = _entries(home)
    found = keys.read(entry["key_id"] for entry in entries if entry["key_id"])
    accounts, problems = [], []
    for entry in entries:
        secrets = entry["secrets"]
        if entry["key_id"]:
            if entry["key_id"] not in found.secrets:
                problems.append(
                    Problem.of("account.keys_unreadable", name=entry["name"], reason=found.reason or NOT_THERE)
                )
                continue
            secrets = _secrets_of(found.secrets[entry["key_id"]]) | secrets  # newer tokens may lie in the file
        interface = INTERFACES[entry["platform"]]
        tokens = secrets.pop("tokens", {})
        settings = interface.settings_from({**entry["settings"], **secrets})
        accounts.append(Account(entry["name"], entry["platform"], settings, _tokens_from(tokens)))
    return Accounts(tuple(accounts), tuple(problems))


def kept_names(home: Home) -> tuple[tuple[str, str], ...]:
    """Name and platform of every account, as the file has them; the key store is not asked."""
    return tuple((entry["name"], entry["platform"]) for entry in _entries(home))


def trouble(name: str, error: IntegrationError) -> Problem:
    """What to tell of an account whose platform did not give what was asked."""
    if isinstance(error, ClockError):
        return Problem.of("account.clock", name=name, seconds=round(abs(error.skew_s)))
    reason = _(error.message).format(**error.values)
    if isinstance(error, RefusedError):
        return Problem.of("account.refused", name=name, reason=reason)
    return Problem.of("account.unreachable", name=name, reason=reason)


def keep_account(home: Home, account: Account, keys: KeyStore | None = None) -> Problem | None:
    """Keeps the account instead of the one of its name; tells where its secrets lie in the file.

    Raises `home.unwritable` and `account.busy`.
    """
    keys = keys or Keyring()
    hidden = account.interface.secrets()
    texts = asdict(account.settings)
    secrets = {name: text for name, text in texts.items() if name in hidden} | {"tokens": _plain(account.tokens)}
    key_id = uuid.uuid4().hex
    kept = key_id in keys.keep({key_id: json.dumps(secrets, ensure_ascii=False)})
    entry = {
        "name": account.name,
        "platform": account.platform,
        "settings": {name: text for name, text in texts.items() if name not in hidden},
        "key_id": key_id if kept else "",
        "secrets": {} if kept else secrets,
    }
    with _locked(home):
        before = _entries(home)
        places = [place for place, one in enumerate(before) if one["name"] == account.name]
        others = [one for one in before if one["name"] != account.name]
        others.insert(places[0] if places else len(others), entry)
        _write(home, others)
    keys.forget(one["key_id"] for one in before if one["name"] == account.name and one["key_id"])
    return None if kept else Problem.of("account.keys_in_file", path=home.accounts)


def keep_tokens(home: Home, name: str, tokens: Tokens, keys: KeyStore | None = None) -> Problem | None:
    """Keeps the new tokens of an account; one that was removed meanwhile stays so. Raises as `keep_account`.

    Where the key store gives nothing now, they lie in the file until it does; that is told.
    """
    keys = keys or Keyring()
    for account in load_accounts(home, keys).accounts:
        if account.name == name:
            keep_account(home, replace(account, tokens=tokens), keys)
            return None
    with _locked(home):
        entries = _entries(home)
        ours = [entry for entry in entries if entry["name"] == name]
        for entry in ours:
            entry["secrets"]["tokens"] = _plain(tokens)
        if ours:
            _write(home, entries)
    return Problem.of("account.keys_in_file", path=home.accounts) if ours else None


def saved_tokens(home: Home, name: str, keys: KeyStore | None = None) -> Tokens | None:
    """The tokens of an account as they are kept now; None where they cannot be read."""
    return next((account.tokens for account in load_accounts(home, keys).accounts if account.name == name), None)


@contextmanager
def renewing_alone(home: Home) -> Iterator[None]:
    """While tokens are renewed no other program renews any: whoever comes second finds those of the first.

    Who waits too long goes on all the same: a platform may answer neither.
    """
    lock = FileLock(home.accounts.with_suffix(".renewing"))
    with suppress(Timeout):
        lock.acquire(timeout=LOCK_DEADLINE_S)
    try:
        yield
    finally:
        lock.release()


def remove_account(home: Home, name: str, keys: KeyStore | None = None) -> None:
    """Forgets an account and its secrets. Raises `account.unknown` and as `keep_account`."""
    keys = keys or Keyring()
    with _locked(home):
        before = _entries(home)
        if name not in [one["name"] for one in before]:
            raise fault("account.unknown", name=name)
        _write(home, [one for one in before if one["name"] != name])
    keys.forget(one["key_id"] for one in before if one["name"] == name and one["key_id"])


@contextmanager
def _locked(home: Home) -> Iterator[None]:
    """Only one program at a time changes the file."""
    lock = FileLock(home.accounts.with_suffix(".lock"))
    try:
        lock.acquire(timeout=LOCK_DEADLINE_S)
    except Timeout as error:
        raise fault("account.busy") from error
    try:
        yield
    finally:
        lock.release()


def _write(home: Home, entries: list[dict[str, Any]]) -> None:
    write_private(home.accounts, {"version": VERSION, "accounts": entries}, home)


def _entries(home: Home) -> list[dict[str, Any]]:
    """The file's entries; what is damaged, or of a platform nobody knows, is left out."""
    listed = read_json(home.accounts).get("accounts")
    found = []
    for entry in listed if isinstance(listed, list) else ():
        if not isinstance(entry, dict) or entry.get("platform") not in INTERFACES or not entry.get("name"):
            continue
        parts = {name: entry[name] if isinstance(entry.get(name), dict) else {} for name in ("settings", "secrets")}
        texts = {name: str(entry.get(name) or "") for name in ("name", "platform", "key_id")}
        found.append({**texts, **parts})
    return found


def _secrets_of(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _plain(tokens: Tokens) -> dict[str, str]:
    ends = {name: at.isoformat() for name in ("ends_at", "refresh_ends_at") if (at := getattr(tokens, name))}
    return {"access": tokens.access, "refresh": tokens.refresh, "owner": tokens.owner, **ends}


def _tokens_from(found: Mapping[str, Any]) -> Tokens:
    texts = {name: str(found.get(name) or "") for name in ("access", "refresh", "owner")}
    times = {}
    for name in ("ends_at", "refresh_ends_at"):
        try:
            times[name] = datetime.fromisoformat(found[name]) if found.get(name) else None
        except (TypeError, ValueError):
            times[name] = None
    return Tokens(**texts, **times)  # type: ignore[arg-type] # texts and times, each under its own name
