"""Cameras and microphones: what is plugged in, and what the show takes its picture and sound from."""

from dataclasses import dataclass
from datetime import datetime

from studio.config import AudioConfig, SourceConfig


@dataclass(frozen=True, slots=True)
class Device:
    """A camera or microphone of this computer."""

    name: str  # what `camera:` or `mic:` takes
    description: str


@dataclass(frozen=True, slots=True)
class DevicesFound:
    """What is plugged in, the system's own choice first; told when it was asked for, and in a show when it changes."""

    cameras: tuple[Device, ...]
    microphones: tuple[Device, ...]
    choice_known: bool = True  # whether the first microphone is the system's own choice


@dataclass(frozen=True, slots=True)
class SourceChanged:
    """The picture now comes from `source`: it is `device`, where a camera was meant that has no name of its own."""

    source: SourceConfig
    device: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AudioChanged:
    """The sound now comes from `audio`; `device` as in `SourceChanged`."""

    audio: AudioConfig
    device: str
    at: datetime
