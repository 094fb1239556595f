"""Picture and sound belong together in what an audience gets."""

import subprocess
import sys
from pathlib import Path

from tests.end2end.clapper import make_clip, offsets_ms
from tests.end2end.nginx import RtmpServer

ALLOWED_MS = 40


def test_flash_and_beep_arrive_together(tmp_path: Path, own_home: Path, rtmp_server: RtmpServer) -> None:
    """Also after the clip has begun again, which it does twice here."""
    clip = make_clip(tmp_path / "clap.mp4", seconds=4)
    command = [sys.executable, "-m", "studio", "--home", str(own_home), "live", "--source", f"clip:{clip}"]
    command += ["--card", "none", "--size", "320x180", "--preset", "ultrafast", "--to", rtmp_server.url()]
    subprocess.run([*command, "--duration", "11", "--json"], check=True, capture_output=True, timeout=60)
    measured = offsets_ms(rtmp_server.recording())
    assert len(measured) >= 5
    assert max(abs(offset) for offset in measured) < ALLOWED_MS, measured
