"""What FFmpeg does not tell on Windows and macOS: the microphone the system has chosen, and where sound can come out.

    python -m studio.media.portaudio microphone       prints the chosen one's name as JSON; null where there is none
    python -m studio.media.portaudio outputs          prints the names of the outputs as JSON
    python -m studio.media.portaudio play FILE NAME   plays a WAV file there; ends with 1 where NAME is not plugged in

Always a process of its own: PortAudio knows only what was plugged in when it began, and it asks every driver of the
computer, of which one that hangs or crashes must not take a show with it.

Source: PortAudio's documentation (PaHostApiInfo, paWinWasapiAutoConvert), and sounddevice's.
"""

import json
import sys
import wave
from collections.abc import Sequence
from typing import Any

import sounddevice

# Of the four ways into Windows' sound, the one that knows whole names and calls the system's choice by its own.
WINDOWS_SOUND = "Windows WASAPI"


def system() -> dict[str, Any]:
    """The way into this system's sound, as PortAudio describes it."""
    ways = sounddevice.query_hostapis()
    return dict(next((way for way in ways if way["name"] == WINDOWS_SOUND), ways[0]))


def chosen_microphone() -> str | None:
    """The name of the system's own choice."""
    number = system()["default_input_device"]
    return str(sounddevice.query_devices(number)["name"]) if number >= 0 else None


def outputs() -> dict[str, int]:
    """The numbers of what sound can come out of, by name; of two of one name the first."""
    numbers: dict[str, int] = {}
    for number in system()["devices"]:
        device = sounddevice.query_devices(number)
        if device["max_output_channels"] > 0:
            numbers.setdefault(str(device["name"]), number)
    return numbers


def play(path: str, name: str) -> bool:
    """Plays 16-bit WAV to its end; false where there is no such output, and nothing is heard anywhere."""
    number = outputs().get(name)
    if number is None:
        return False
    converting = sounddevice.WasapiSettings(auto_convert=True) if system()["name"] == WINDOWS_SOUND else None
    with wave.open(path) as tone:
        stream = sounddevice.RawOutputStream(
            samplerate=tone.getframerate(),
            channels=tone.getnchannels(),
            dtype="int16",
            device=number,
            extra_settings=converting,
        )
        with stream:
            stream.write(tone.readframes(tone.getnframes()))
    return True


def main(arguments: Sequence[str]) -> int:
    match arguments:
        case ["microphone"]:
            json.dump(chosen_microphone(), sys.stdout)
        case ["outputs"]:
            json.dump([*outputs()], sys.stdout)
        case ["play", path, name]:
            return 0 if play(path, name) else 1
        case _:
            sys.exit(__doc__)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
