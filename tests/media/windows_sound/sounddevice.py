"""The stand-in for PortAudio on Windows, for a process that finds this folder first: it answers what ours asks.

Four ways into the same microphones and headphones, as there: MME cuts names off after 31 letters, DirectSound calls the
system's choice by a name of its own, WASAPI plays at the device's rate only, unless it is asked to convert. What is
played goes into the file `NONGBO_TEST_HEARD`; `NONGBO_TEST_CHOSEN` is the chosen microphone's place.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

MICROPHONES = ("麦克风阵列 (Realtek High Definition Audio)", "Headset Microphone (USB Audio Device)")
OUTPUTS = ("扬声器 (Realtek High Definition Audio)", "耳机 (USB Audio Device)")
RATE = 48_000


class PortAudioError(Exception):
    """As PortAudio's own."""


@dataclass(frozen=True, slots=True)
class WasapiSettings:
    """Only one of its fields matters here."""

    auto_convert: bool = False


def _device(name: str, outputs: bool) -> dict[str, object]:
    return {"name": name, "max_input_channels": 0 if outputs else 2, "max_output_channels": 2 if outputs else 0}


def _way(first: str, cut_after: int | None = None) -> list[dict[str, object]]:
    """The devices of one of the ways; `first` is its name for the system's choice."""
    inputs, outputs = (first, *MICROPHONES) if first else MICROPHONES, (first, *OUTPUTS) if first else OUTPUTS
    return [
        *(_device(name[:cut_after], outputs=True) for name in outputs),
        *(_device(name[:cut_after], outputs=False) for name in inputs),
    ]


_WAYS = {
    "MME": _way("Microsoft Sound Mapper", cut_after=31),
    "Windows DirectSound": _way("Primary Sound Driver"),
    "Windows WASAPI": [*_way(""), _device(f"{OUTPUTS[0]} [Loopback]", outputs=False)],
    "Windows WDM-KS": [],
}
_ALL = [device for way in _WAYS.values() for device in way]


def query_hostapis() -> tuple[dict[str, object], ...]:
    chosen = int(os.environ.get("NONGBO_TEST_CHOSEN", "-1"))
    told: list[dict[str, object]] = []
    begin = 0
    for name, devices in _WAYS.items():
        microphones = [begin + n for n, device in enumerate(devices) if device["max_input_channels"]]
        if name != "Windows WASAPI":
            default = microphones[0] if microphones else -1
        else:
            default = microphones[chosen] if chosen >= 0 else -1
        numbers = [*range(begin, begin + len(devices))]
        told.append({"name": name, "devices": numbers, "default_input_device": default})
        begin += len(devices)
    return tuple(told)


def query_devices(number: int) -> dict[str, object]:
    if not 0 <= number < len(_ALL):
        raise PortAudioError(f"Error querying device {number}")
    return _ALL[number]


class RawOutputStream:
    """Plays nothing that the device would refuse; what was written counts as heard once it was stopped."""

    def __init__(
        self, *, samplerate: int, channels: int, dtype: str, device: int, extra_settings: WasapiSettings | None
    ) -> None:
        if not _ALL[device]["max_output_channels"]:
            raise PortAudioError("Invalid number of channels")
        if samplerate != RATE and not (extra_settings is not None and extra_settings.auto_convert):
            raise PortAudioError("Invalid sample rate")
        assert (dtype, channels) == ("int16", 1)
        self._written = b""
        self._name = str(_ALL[device]["name"])
        self._running = False

    def __enter__(self) -> Self:
        self._running = True
        return self

    def write(self, samples: bytes) -> None:
        if not self._running:
            raise PortAudioError("Stream is stopped")
        self._written += samples

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        heard = Path(os.environ["NONGBO_TEST_HEARD"])
        heard.write_bytes(self._name.encode() + b"\n" + self._written)
