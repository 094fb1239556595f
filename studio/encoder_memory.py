"""What the trials of encoders on this computer found, kept in the home folder; loads no library that encodes."""

import json
import logging
import os
import platform
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from studio.config import AUTO, CanvasConfig, EncoderConfig, ShowConfig
from studio.errors import reason_of
from studio.events import EncodersTried, TriedEncoder
from studio.paths import Home

# FFmpeg's name -> what people call it
NAMES = {
    "libx264": "x264",
    "h264_nvenc": "NVIDIA NVENC",
    "h264_qsv": "Intel Quick Sync",
    "h264_amf": "AMD AMF",
    "h264_videotoolbox": "Apple VideoToolbox",
    "h264_mf": "Windows Media Foundation",
}

log = logging.getLogger(__name__)


def name_of(one: TriedEncoder) -> str:
    """An encoder as people call it, with the care it takes where that can be chosen."""
    return f"{NAMES.get(one.codec, one.codec)} {one.preset}".strip()


def computer() -> str:
    """What a trial is good for: this computer with its processor, and this build of the encoders."""
    from importlib.metadata import version  # noqa: PLC0415 - it brings all that reads e-mails along

    return "/".join((platform.node(), platform.machine(), str(os.cpu_count()), version("av")))


def remember(home: Home, found: EncodersTried) -> None:
    """Keeps what a trial found for the shows to come; a trial that chose nothing changes nothing."""
    if found.chosen is None:
        return
    kept = _read(home.encoders)
    trials = kept["trials"] if kept.get("computer") == computer() else {}
    trials[_key(found.width, found.height, found.fps)] = asdict(found)
    draft = home.encoders.with_suffix(".tmp")
    try:
        draft.write_text(json.dumps({"computer": computer(), "trials": trials}, indent=2), encoding="utf-8")
        draft.replace(home.encoders)
    except OSError as error:
        log.warning("what the trial found is not kept: %s", reason_of(error))


def remembered(home: Home, canvas: CanvasConfig) -> EncodersTried | None:
    """What a trial on this computer found for this canvas; None where there was none."""
    kept = _read(home.encoders)
    if kept.get("computer") != computer():
        return None
    try:
        data = kept["trials"][_key(canvas.width, canvas.height, canvas.fps)]
        tried = tuple(TriedEncoder(**one) for one in data["tried"])
        return EncodersTried(**{**data, "tried": tried, "chosen": TriedEncoder(**data["chosen"])})
    except (KeyError, TypeError):
        return None


def chosen_encoder(home: Home, show: ShowConfig) -> EncoderConfig:
    """The show's encoder: what was asked for, else what a trial chose, else as it is, which is the usual one."""
    found = remembered(home, show.canvas) if show.encoder.preset == AUTO else None
    if found is None or found.chosen is None:
        return show.encoder
    return replace(show.encoder, codec=found.chosen.codec, preset=found.chosen.preset or AUTO)


def _key(width: int, height: int, fps: int) -> str:
    return f"{width}x{height}@{fps}"


def _read(path: Path) -> dict[str, Any]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) and isinstance(kept.get("trials"), dict) else {}
