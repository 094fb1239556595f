"""Whether picture and sound still belong together after ten minutes on the air.

    python -m tests.bench.av_sync [--seconds 600]

A clip with a flash and a beep every two seconds goes through `nongbo live` to an RTMP server; what the server kept
is decoded, and for each clap the beep's distance to its flash is measured. Prints the first, last and worst minute.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.end2end.clapper import EVERY_S, make_clip, offsets_ms
from tests.end2end.nginx import RtmpServer

CLIP_S = 60


def measure(seconds: int, folder: Path) -> list[float]:
    """The offset of every clap of a show of `seconds`, in milliseconds; positive where the sound is late."""
    clip = make_clip(folder / "clap.mp4", CLIP_S, size=(1280, 720))
    with RtmpServer(folder / "nginx", record=True) as server:
        command = [sys.executable, "-m", "studio", "--home", str(folder / "home"), "live", "--card", "none", "--json"]
        command += ["--source", f"clip:{clip}", "--duration", str(seconds), "--to", server.url()]
        subprocess.run(command, check=True, capture_output=True)
        return offsets_ms(server.recording())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=600)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        offsets = measure(seconds, Path(folder))
    minute = 60 // EVERY_S
    figures = {
        "seconds": seconds,
        "claps": len(offsets),
        "first_minute_ms": round(statistics.median(offsets[:minute]), 2),
        "last_minute_ms": round(statistics.median(offsets[-minute:]), 2),
        "worst_ms": round(max((abs(offset), offset) for offset in offsets)[1], 2),
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
