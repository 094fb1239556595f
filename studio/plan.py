"""The plan of the next show, kept between runs: `show.json`, and the addresses with their keys apart from it.

Addresses hold stream keys, so they lie in a file of their own that only its owner may read.
"""

import json
import os
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from studio.config import (
    AudioConfig,
    AudioKind,
    CanvasConfig,
    DestinationConfig,
    EncoderConfig,
    Fit,
    Secret,
    ShowConfig,
    SourceConfig,
    SourceKind,
)
from studio.errors import StudioError, fault, reason_of
from studio.paths import Home


def save_plan(home: Home, show: ShowConfig) -> None:
    """Keeps the plan for the next start; cards come from the shop and are not part of it.

    Raises `home.unwritable`, and `output.duplicate_name`: of two addresses under one name one would be lost.
    """
    addresses: dict[str, str] = {}
    for destination in show.destinations:
        if destination.name in addresses:
            raise fault("output.duplicate_name", name=destination.name)
        addresses[destination.name] = destination.url.reveal()
    plan = {
        "source": asdict(show.source),
        "audio": asdict(show.audio),
        "canvas": asdict(show.canvas),
        "encoder": asdict(show.encoder),
        "rotate_s": show.rotate_s,
        "ticker": show.ticker,
        "record_dir": str(show.record_dir) if show.record_dir is not None else None,
        "stats_url": show.stats_url,
    }
    try:
        _write_private(home.destinations, addresses)
        _write_private(home.plan, plan)
    except OSError as error:
        raise fault("home.unwritable", path=home.root, reason=reason_of(error)) from error


def load_plan(home: Home) -> ShowConfig | None:
    """The plan that was kept; None where there is none, or where the file is damaged."""
    data = _read(home.plan)
    if not data:
        return None
    try:
        show = ShowConfig(
            source=SourceConfig(
                SourceKind(data["source"]["kind"]), data["source"]["target"], Fit(data["source"]["fit"])
            ),
            audio=AudioConfig(AudioKind(data["audio"]["kind"]), data["audio"]["target"]),
            canvas=CanvasConfig(**data["canvas"]),
            encoder=EncoderConfig(**data["encoder"]),
            destinations=saved_destinations(home),
            rotate_s=data["rotate_s"],
            ticker=data["ticker"],
            record_dir=Path(data["record_dir"]) if data["record_dir"] else None,
            stats_url=data["stats_url"],
        )
        for part in (show, show.source, show.audio, show.canvas, show.encoder):
            _check_types(part)
        return show
    except (KeyError, TypeError, ValueError, StudioError):
        return None


def _check_types(config: Any) -> None:
    """Raises TypeError where a field holds something else than its default does: a number for a text, say."""
    for field in fields(config):
        value, usual = getattr(config, field.name), type(field.default)
        kinds = {
            "rotate_s": (float, int, type(None)),
            "record_dir": (Path, type(None)),
            "keyframe_interval_s": (float, int),
        }.get(field.name, (usual,))
        if isinstance(value, bool) is not (usual is bool) or not isinstance(value, kinds):
            raise TypeError(field.name)


def saved_destinations(home: Home) -> tuple[DestinationConfig, ...]:
    """The destinations that were kept; an address that is none any more is left out."""
    found = []
    for name, url in _read(home.destinations).items():
        try:
            found.append(DestinationConfig(name, Secret(str(url))))
        except StudioError:
            continue
    return tuple(found)


def destination(home: Home, given: str, number: int) -> DestinationConfig:
    """What `--to` names: an address, or a saved destination. Raises `destination.unknown` or `output.not_rtmp`."""
    if "://" in given:
        made = DestinationConfig("", Secret(given))
        host = made.shown.split("://", 1)[1].split("/", 1)[0]
        return replace(made, name=host if number == 1 else f"{host} ({number})")
    for saved in saved_destinations(home):
        if saved.name == given:
            return saved
    if "/" in given or ":" in given:
        return DestinationConfig(given, Secret(given))  # an address without rtmp:// in front: told as such
    raise fault("destination.unknown", name=given)


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _write_private(path: Path, data: dict[str, Any]) -> None:
    """Writes the file whole or not at all, for its owner's eyes only."""
    draft = path.with_suffix(".tmp")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(data, file, ensure_ascii=False, indent=2)
    draft.replace(path)
