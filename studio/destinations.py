"""The saved destinations: `destinations.json` says which there are, their addresses lie in this computer's key store.

Where there is no key store, or it does not take one, the address lies in the file too, which only its owner may read.
An entry: `name`, `platform`, `codes`, `given_at` (when its address was first kept; files of old versions do not say),
and either `key_id` (of the address in the key store) or `address`.
"""

import json
import os
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from studio.addresses import shown_name, virtual_camera_of
from studio.clock import Clock, SystemClock
from studio.config import DestinationConfig, Secret
from studio.errors import Problem, StudioError, fault, reason_of
from studio.i18n import N_
from studio.keys import Found, Keyring, KeyStore
from studio.paths import Home
from studio.presets import CUSTOM, recognised

VERSION = 2  # the first was one object, name: address
NOT_THERE = N_("it is not there")


@dataclass(frozen=True, slots=True)
class Saved:
    """The destinations that can be used, and what the others lack."""

    destinations: tuple[DestinationConfig, ...]
    problems: tuple[Problem, ...] = ()


def load_destinations(home: Home, keys: KeyStore | None = None) -> Saved:
    """What was kept; an address that is none any more is left out, a key that cannot be read is told."""
    keys = keys or Keyring()
    entries = _entries(read_json(home.destinations))
    found = keys.read(entry["key_id"] for entry in entries if entry["key_id"])
    saved, problems = [], []
    for entry in entries:
        if _is_unread(entry, found.secrets):
            problems.append(_unreadable(entry["name"], found))
        elif (one := _from_entry(entry, found.secrets)) is not None:
            saved.append(_with_its_rules(one))
    return Saved(tuple(saved), tuple(problems))


def move_keys(home: Home, keys: KeyStore) -> Problem | None:
    """Puts the addresses of the first kind of file into the key store; tells where there is none.

    A folder that cannot be written stays as it is, and whoever saves next is told.
    """
    if not _is_first(read_json(home.destinations)):
        return None
    with suppress(StudioError):
        return keep_destinations(home, load_destinations(home, keys).destinations, keys)
    return None


def keep_destinations(
    home: Home,
    destinations: tuple[DestinationConfig, ...],
    keys: KeyStore | None = None,
    removed: frozenset[str] = frozenset(),
    clock: Clock | None = None,
) -> Problem | None:
    """Keeps these, each in the place of the one of its name; tells, the first time, that keys lie in a file.

    What else was kept stays behind them, until it is said to be `removed`: whoever calls need not have had it, since
    its key could not be read then, or another program has added it. Raises `output.duplicate_name`: of two addresses
    under one name one would be lost; and `home.unwritable`.
    """
    keys = keys or Keyring()
    names = [destination.name for destination in destinations]
    for name in names:
        if names.count(name) > 1:
            raise fault("output.duplicate_name", name=name)
    data = read_json(home.destinations)
    before = _entries(data)
    kept = {entry["key_id"] for entry in before if entry["key_id"]}
    known = keys.read(sorted(kept)).secrets
    others = [entry for entry in before if entry["name"] not in (*names, *removed)]
    unread = [entry for entry in others if _is_unread(entry, known)]
    read = (_from_entry(entry, known) for entry in others if entry not in unread)
    destinations = (*destinations, *(one for one in read if one is not None))
    id_of = {address: number for number, address in known.items()}
    secrets = {
        uuid.uuid4().hex: destination.url.reveal()
        for destination in destinations
        if destination.camera is None and destination.url.reveal() not in id_of
    }
    fresh = keys.keep(secrets)
    id_of |= {address: number for number, address in secrets.items() if number in fresh}
    given = {known.get(entry["key_id"], entry["address"]): entry["given_at"] for entry in before}
    now = (clock or SystemClock()).utc()
    entries = [_entry(one, id_of, given.get(one.url.reveal(), one.given_at or now)) for one in destinations]
    entries += [entry | {"given_at": _in_file(entry["given_at"])} for entry in unread]
    in_file = any(entry["address"] and virtual_camera_of(entry["address"]) is None for entry in entries)
    told = bool(data.get("told_of_file"))
    write_private(
        home.destinations, {"version": VERSION, "told_of_file": told or in_file, "destinations": entries}, home
    )
    keys.forget(sorted(kept - {entry["key_id"] for entry in entries}))
    return Problem.of("keys.in_file", path=home.destinations) if in_file and not told else None


def keys_in_file(home: Home) -> bool:
    """Whether keys lie in the file and not in the key store."""
    return any(
        entry["address"] and virtual_camera_of(entry["address"]) is None
        for entry in _entries(read_json(home.destinations))
    )


def destination(home: Home, given: str, number: int, keys: KeyStore | None = None) -> DestinationConfig:
    """What `--to` names: an address, a virtual camera, or a saved destination.

    Raises `destination.unknown`, `keys.unreadable` or `output.not_rtmp`.
    """
    if virtual_camera_of(given) is not None:
        return DestinationConfig(given if number == 1 else f"{given} ({number})", Secret(given))
    if "://" in given:
        made = DestinationConfig("", Secret(given))
        host = made.shown.split("://", 1)[1].split("/", 1)[0]
        return _with_its_rules(replace(made, name=host if number == 1 else f"{host} ({number})"))
    saved = load_destinations(home, keys)
    for one in saved.destinations:
        if one.name == given:
            return one
    for problem in saved.problems:
        if dict(problem.values).get("name") == given:
            raise StudioError(problem)
    if not given.strip():
        raise fault("output.not_rtmp", address="")
    if "/" in given or ":" in given:
        return DestinationConfig(given, Secret(given))  # an address without rtmp:// in front: told as such
    raise fault("destination.unknown", name=shown_name(given))


def _with_its_rules(one: DestinationConfig) -> DestinationConfig:
    """The platform whose servers it calls, where nobody has chosen one: its rules hold, whether it was named or not."""
    owner = recognised(one.url.reveal()) if one.platform == CUSTOM.platform and one.codes is None else None
    return one if owner is None else replace(one, platform=owner.platform)


def _is_unread(entry: dict[str, Any], secrets: Mapping[str, str]) -> bool:
    """Whether its address lies in a key store that did not give it."""
    return bool(entry["key_id"]) and entry["key_id"] not in secrets


def _from_entry(entry: dict[str, Any], secrets: Mapping[str, str]) -> DestinationConfig | None:
    """What the entry stands for; None where its address is none any more."""
    address = secrets.get(entry["key_id"], entry["address"])
    try:
        return DestinationConfig(entry["name"], Secret(address), entry["platform"], entry["codes"], entry["given_at"])
    except StudioError:
        return None


def _unreadable(name: str, found: Found) -> Problem:
    return Problem.of("keys.unreadable", name=name, reason=found.reason or NOT_THERE)


def _in_file(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at is not None else ""


def _entry(destination: DestinationConfig, id_of: dict[str, str], given_at: datetime | None) -> dict[str, Any]:
    address = destination.url.reveal()
    return {
        "name": destination.name,
        "platform": destination.platform,
        "codes": destination.codes,
        "key_id": id_of.get(address, ""),
        "address": "" if address in id_of else address,
        "given_at": _in_file(given_at),
    }


def _is_first(data: dict[str, Any]) -> bool:
    """Whether this is the first kind of file; a destination may be called "version"."""
    return bool(data) and not isinstance(data.get("version"), int)


def _entries(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The file's entries, of either version; what is damaged is left out."""
    if _is_first(data):
        return [
            {"name": name, "platform": "custom", "codes": None, "key_id": "", "address": str(address), "given_at": None}
            for name, address in data.items()
        ]
    listed = data.get("destinations")
    found: list[dict[str, Any]] = []
    for entry in listed if isinstance(listed, list) else ():
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            continue
        codes = entry.get("codes")
        texts = {name: str(entry.get(name) or "") for name in ("name", "platform", "key_id", "address")}
        if texts["key_id"] or texts["address"]:
            told = {"codes": codes if isinstance(codes, bool) else None, "given_at": _moment(entry.get("given_at"))}
            found.append(texts | told)
    return found


def _moment(text: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def read_json(path: Path) -> dict[str, Any]:
    """The object in the file; empty where there is none, or the file is damaged."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def write_private(path: Path, data: dict[str, Any], home: Home) -> None:
    """Writes the file whole or not at all, for its owner's eyes only; raises `home.unwritable`."""
    draft = path.with_suffix(".tmp")
    try:
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(data, file, ensure_ascii=False, indent=2)
        draft.replace(path)
    except OSError as error:
        raise fault("home.unwritable", path=home.root, reason=reason_of(error)) from error
