"""A microphone without hardware: an ALSA device that plays a raw file."""

from pathlib import Path

import numpy as np

NAME = "fakemic"
SAMPLE_RATE = 48_000
CHANNELS = 2

CONFIG = """
pcm.null {{ type null }}
pcm.{name} {{
    type file
    slave.pcm null
    file /dev/null
    infile {raw}
    format raw
}}
"""


def tone(folder: Path, frequency_hz: float = 440.0, seconds: float = 30.0, level: float = 0.5) -> Path:
    """A raw file with a sine: 16 bit little endian, 48 kHz, stereo."""
    time_s = np.arange(int(SAMPLE_RATE * seconds)) / SAMPLE_RATE
    wave = (np.sin(2 * np.pi * frequency_hz * time_s) * level * 32767).astype("<i2")
    raw = folder / "tone.raw"
    np.repeat(wave, CHANNELS).tofile(raw)
    return raw


def microphone(folder: Path, raw: Path) -> dict[str, str]:
    """Variables under which the device `fakemic` plays the raw file, over and over as far as it reaches."""
    config = folder / "asound.conf"
    config.write_text(CONFIG.format(name=NAME, raw=raw))
    return {"ALSA_CONFIG_PATH": str(config)}
