"""What one more destination costs: the same show to one place and to six, in turn.

    python -m tests.bench.destinations [--rounds 3] [--seconds 60]

The picture is encoded once, so a further destination should cost little more than its relay process. Five more at once,
because what one costs is less than the difference between two runs of the same show. Ends with 1 where it is too much.
"""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

from tests.bench.arrival import video_frames
from tests.bench.limits import Limits
from tests.bench.live import metered
from tests.bench.programs import nongbo_command, stock_shop
from tests.bench.scene import FPS, Scene, prepare_scene
from tests.end2end.nginx import RtmpServer

COUNTS = (1, 6)
MOST_PERCENT = 2.0


def run(scene: Scene, folder: Path, server: RtmpServer, name: str, count: int) -> dict[str, float]:
    """One show to `count` streams of the same server."""
    home = folder / f"home-{name}"
    stock_shop(scene, home)
    keys = [f"{name}-{number}" for number in range(count)]
    figures = metered(nongbo_command(scene, home, [server.url(key) for key in keys]), folder, server, keys[0])
    others = [video_frames(server.recording(key)) for key in keys[1:]]
    figures["fewest_frames"] = min([figures["frames"], *others])
    return figures


def main() -> int:
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
                for count in COUNTS if number % 2 == 0 else COUNTS[::-1]:
                    figures = run(scene, folder, server, f"to-{count}-{number}", count)
                    results[count].append(figures)
                    print(f"round {number + 1}  {count} destinations  {figures}", file=sys.stderr, flush=True)
    one, six = (statistics.median(figures["cpu_s"] for figures in results[count]) for count in COUNTS)
    limits = Limits()
    print(f"CPU to one place {one:.2f} s, to six {six:.2f} s")
    limits.most("each further destination", 100 * (six - one) / one / (COUNTS[1] - COUNTS[0]), MOST_PERCENT, "%")
    fewest = min(figures["fewest_frames"] for runs in results.values() for figures in runs)
    limits.least("frames at each server", fewest, args.seconds * FPS)
    print(json.dumps(results))
    return limits.exit_code()


if __name__ == "__main__":
    sys.exit(main())
