"""The plan of the next show, kept between runs in `show.json`; its destinations are kept apart from it."""

from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from overlays.card import Look
from studio.config import (
    WARNINGS,
    AudioConfig,
    AudioKind,
    CanvasConfig,
    DestinationConfig,
    EncoderConfig,
    Fit,
    ShowConfig,
    SoundConfig,
    SourceConfig,
    SourceKind,
    WatchConfig,
)
from studio.destinations import Saved, keep_destinations, load_destinations, read_json, write_private
from studio.errors import Problem, StudioError
from studio.keys import KeyStore
from studio.paths import Home


class KeptPlan:
    """The plan as one window has it. Destinations that it takes out are forgotten; what it never had stays kept.

    `saved` is what it began with: without those whose keys could not be read then.
    """

    def __init__(self, home: Home, saved: Saved, keys: KeyStore) -> None:
        self._home = home
        self._keys = keys
        self._had = frozenset(one.name for one in saved.destinations)

    def save(self, show: ShowConfig) -> Problem | None:
        """Keeps the plan as it is now; tells and raises what `keep_destinations` does."""
        names = frozenset(one.name for one in show.destinations)
        told = save_plan(self._home, show, self._keys, removed=self._had - names)
        self._had = names
        return told

    def come_back(self) -> tuple[DestinationConfig, ...]:
        """What the window did not have and can have now: the key store was unlocked, or a command has added it."""
        saved = load_destinations(self._home, self._keys).destinations
        back = tuple(one for one in saved if one.name not in self._had)
        self._had |= {one.name for one in back}
        return back


def save_plan(
    home: Home, show: ShowConfig, keys: KeyStore | None = None, removed: frozenset[str] = frozenset()
) -> Problem | None:
    """Keeps the plan for the next start; cards come from the shop and are not part of it.

    Tells and raises what `keep_destinations` does.
    """
    plan = {
        "source": asdict(show.source),
        "audio": asdict(show.audio),
        "canvas": asdict(show.canvas),
        "encoder": asdict(show.encoder),
        "watch": asdict(show.watch),
        "sound": asdict(show.sound),
        "rotate_s": show.rotate_s,
        "ticker": show.ticker,
        "card_look": show.card_look,
        "record_dir": str(show.record_dir) if show.record_dir is not None else None,
        "stats_url": show.stats_url,
        "template": show.template,
        "station": show.station,
        "calm": show.calm,
    }
    told = keep_destinations(home, show.destinations, keys, removed)
    write_private(home.plan, plan, home)
    return told


def add_destinations(home: Home, show: ShowConfig, keys: KeyStore | None = None) -> Problem | None:
    """Keeps the destinations of a show that is no plan, as the demo's, beside those that were kept before.

    Tells and raises what `keep_destinations` does.
    """
    if not show.destinations:
        return None
    names = {one.name for one in show.destinations}
    others = tuple(one for one in load_destinations(home, keys).destinations if one.name not in names)
    return keep_destinations(home, (*others, *show.destinations), keys)


def load_plan(home: Home, destinations: tuple[DestinationConfig, ...] | None = None) -> ShowConfig | None:
    """The plan that was kept, with its saved destinations; None where there is none, or where the file is damaged."""
    data = read_json(home.plan)
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
            sound=SoundConfig(**data.get("sound", {})),
            destinations=load_destinations(home).destinations if destinations is None else destinations,
            watch=WatchConfig(**data.get("watch", {})),  # a plan of an older version has none
            rotate_s=data["rotate_s"],
            ticker=data["ticker"],
            card_look=Look(data.get("card_look", Look.USUAL)),
            record_dir=Path(data["record_dir"]) if data["record_dir"] else None,
            stats_url=data["stats_url"],
            template=data.get("template", ""),
            station=data.get("station", ""),
            calm=data.get("calm", False),
        )
        for part in (show, show.source, show.audio, show.canvas, show.encoder, show.watch, show.sound):
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
            **{f"{name}_s": (float, int, type(None)) for name in WARNINGS},
        }.get(field.name, (usual,))
        if isinstance(value, bool) is not (usual is bool) or not isinstance(value, kinds):
            raise TypeError(field.name)
