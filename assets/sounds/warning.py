"""Makes the tone for warnings: two short notes, soft at both ends. Run as `python -m assets.sounds.warning`.

It is kept as a file of 16 kHz, 16 bit, mono, which every system can play by itself.
"""

import wave
from pathlib import Path

import numpy as np

RATE = 16_000
NOTES_HZ = (660.0, 830.0)
NOTE_S, FADE_S = 0.16, 0.02
LOUDNESS = 0.35


def warning_tone() -> bytes:
    """The samples, little-endian."""
    seconds = np.arange(round(NOTE_S * RATE)) / RATE
    soft = np.clip(np.minimum(seconds, NOTE_S - seconds) / FADE_S, 0, 1)
    notes = [soft * np.sin(2 * np.pi * hertz * seconds) for hertz in NOTES_HZ]
    return bytes((np.concatenate(notes) * LOUDNESS * 32767).astype("<i2").tobytes())


def write_tone(path: Path) -> None:
    """The tone as a WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(warning_tone())


if __name__ == "__main__":
    write_tone(Path(__file__).with_suffix(".wav"))
