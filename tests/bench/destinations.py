"""What one more destination costs: the same show to one, two and three places, in turn.

    python -m tests.bench.destinations [--rounds 3] [--seconds 60]

The picture is encoded once, so a further destination should cost little more than its relay process.
"""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

from tests.bench.arrival import video_frames
from tests.bench.live import metered
from tests.bench.programs import nongbo_command, stock_shop
from tests.bench.scene import Scene, prepare_scene
from tests.end2end.nginx import RtmpServer

COUNTS = (1, 2, 3)


def run(scene: Scene, folder: Path, server: RtmpServer, name: str, count: int) -> dict[str, float]:
    """One show to `count` streams of the same server."""
    home = folder / f"home-{name}"
    stock_shop(scene, home)
    keys = [f"{name}-{number}" for number in range(count)]
    figures = metered(nongbo_command(scene, home, [server.url(key) for key in keys]), folder, server, keys[0])
    others = [video_frames(server.recording(key)) for key in keys[1:]]
    figures["fewest_frames"] = min([figures["frames"], *others])
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=60)
    args = parser.parse_args()
    scene = prepare_scene(args.seconds)
    results: dict[int, list[dict[str, float]]] = {count: [] for count in COUNTS}
    with tempfile.TemporaryDirectory(prefix="nongbo-bench-") as name:
        folder = Path(name)
        with RtmpServer(folder / "nginx", record=True) as server:
            for number in range(args.rounds):
                for count in COUNTS[number % 3 :] + COUNTS[: number % 3]:
                    figures = run(scene, folder, server, f"to-{count}-{number}", count)
                    results[count].append(figures)
                    print(f"round {number + 1}  {count} destinations  {figures}", file=sys.stderr, flush=True)
    cpu_s = {count: statistics.median(figures["cpu_s"] for figures in results[count]) for count in COUNTS}
    for count in COUNTS:
        fewest = min(figures["fewest_frames"] for figures in results[count])
        print(f"{count} destinations  CPU {cpu_s[count]:6.2f} s  {cpu_s[count] / cpu_s[1]:.3f}×  frames {fewest:g}")
    print(json.dumps(results))


if __name__ == "__main__":
    main()
