"""Whether RTMP servers of other makes take the stream, and how long the going on air takes with each.

    python -m tests.bench.other_servers [--seconds 10]

nginx with its RTMP module, PyRTMP in pure Python, and Node-Media-Server where npm could install it.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.arrival import arrived
from tests.end2end.nginx import RtmpServer
from tests.end2end.other_servers import OTHER_SERVERS


def show_to(url: str, home: Path, seconds: int) -> dict[str, float]:
    """A show to the server; what it reports."""
    words = ["live", "--source", "pattern", "--card", "none", "--duration", str(seconds), "--to", url, "--json"]
    command = [sys.executable, "-m", "studio", "--home", str(home), *words]
    report = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    output = report["outputs"][0]
    return {
        "first_packet_s": output["first_packet_s"],
        "frames": report["video"]["encoded_frames"],
        "blocks": report["audio"]["samples"] // 1024,
        "dropped": output["dropped_packets"],
        "reconnects": output["reconnects"],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=10)
    seconds = parser.parse_args().seconds
    results = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with RtmpServer(folder / "nginx", record=True) as nginx:
            results["nginx-rtmp"] = show_to(nginx.url(), folder / "home", seconds)
            came = {"nginx-rtmp": arrived(nginx.recording())}
        if len(OTHER_SERVERS) < 2:
            print("Node-Media-Server is left out: make bench installs it where there is npm", file=sys.stderr)
        for maker, make in OTHER_SERVERS.items():
            with make(folder / maker) as server:
                results[maker] = show_to(server.url, folder / "home", seconds)
            came[maker] = arrived(server.recording())
    short = 0
    for maker, figures in results.items():
        got = came[maker]
        short += figures["frames"] - got.video > 2 or figures["blocks"] - got.audio > 4
        print(
            f"{maker:18} first packet {figures['first_packet_s']:.2f} s  frames {got.video} of {figures['frames']:g}  "
            f"sound {got.audio} of {figures['blocks']:g}  reconnects {figures['reconnects']:g}"
        )
    print(json.dumps(results))
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
