"""The same minute of live work through the studio and through FFmpeg's command line, in turn.

    python -m tests.bench.live [--rounds 3] [--seconds 60] [--only floor,ffmpeg,ffmpeg-same,nongbo]
                               [--parts load,picture,latency,warm]

Prints what each round measured, then the medians side by side, then one JSON document. CPU and memory are those
of the whole process tree; frames are counted, and the picture is judged, in what the server recorded. Latency comes
from a run of its own, in which both programs read the same marked frames from a pipe. Leave the computer alone
meanwhile.
"""

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.bench import latency, warm
from tests.bench.arrival import FirstFrame, video_frames
from tests.bench.picture import picture_db
from tests.bench.programs import PROGRAMS, ffmpeg_command, floor_command, nongbo_command, stock_shop
from tests.bench.scene import FPS, Scene, prepare_scene
from tests.end2end.nginx import RtmpServer

PARTS = ("load", "picture", "latency", "warm")
Figures = dict[str, float]

ROWS = (
    ("cpu_s", "CPU, s"),
    ("others_cpu_s", "CPU of all else on this computer, s"),
    ("peak_rss_mb", "peak memory (sum of RSS), MB"),
    ("peak_pss_mb", "peak memory (shared pages once), MB"),
    ("frames", "frames at the server"),
    ("kbps", "picture and sound at the server, kb/s"),
    ("picture_db", "picture at the server, SSIM in dB"),
    ("first_frame_s", "first frame at the server, s"),
    ("warm_first_frame_s", "the same, engine running, s"),
    ("latency_ms_p50", "latency median, ms"),
    ("latency_ms_p95", "latency 95 %, ms"),
    ("late_ticks", "late ticks"),
    ("skipped_frames", "skipped frames"),
)


def load_round(program: str, scene: Scene, folder: Path, server: RtmpServer, key: str, judged: bool) -> Figures:
    """One run of one program under the meter; its picture may be `judged` afterwards."""
    url = server.url(key)
    home = folder / f"home-{key}"
    if program == "nongbo":
        stock_shop(scene, home)
    command = {
        "floor": lambda: floor_command(scene, url),
        "ffmpeg": lambda: ffmpeg_command(scene, url),
        "ffmpeg-same": lambda: ffmpeg_command(scene, url, same_x264=True),
        "nongbo": lambda: nongbo_command(scene, home, [url]),
    }[program]()
    figures = metered(command, folder, server, key)
    if judged:
        figures["picture_db"] = picture_db(server.recording(key), scene.clip)
    server.recording(key).unlink()
    return figures


def metered(command: list[str], folder: Path, server: RtmpServer, key: str) -> Figures:
    """Runs a command under the meter and adds what the server saw and what the studio reports."""
    result = folder / f"{key}.json"
    first = FirstFrame(server.recording(key))
    first.start()
    busy_before_s = busy_s()
    started_s = time.monotonic()
    meter = [sys.executable, "-m", "tests.bench.meter", str(result), *command]
    done = subprocess.run(meter, stdout=subprocess.PIPE, check=False)
    first.stop()
    figures: Figures = json.loads(result.read_text())
    if figures.pop("code"):
        raise RuntimeError(f"{command[0]} ended with an error; see the lines above")
    figures["others_cpu_s"] = round(busy_s() - busy_before_s - figures["cpu_s"], 1)
    figures["frames"] = video_frames(server.recording(key))
    figures["kbps"] = round(server.recording(key).stat().st_size * 8 / 1000 / max(1, figures["frames"] / FPS))
    if first.at_s is not None:
        figures["first_frame_s"] = round(first.at_s - started_s, 3)
    if done.stdout:
        video = json.loads(done.stdout)["video"]
        figures |= {name: video[name] for name in ("late_ticks", "skipped_frames")}
    return figures


def rounds(args: argparse.Namespace, scene: Scene, folder: Path, server: RtmpServer) -> dict[str, list[Figures]]:
    """All rounds; the programs take turns, and another one begins each time."""
    results: dict[str, list[Figures]] = {program: [] for program in args.only}
    for number in range(args.rounds):
        turn = number % len(args.only)
        for program in args.only[turn:] + args.only[:turn]:
            figures: Figures = {}
            if "load" in args.parts:
                figures |= load_round(
                    program, scene, folder, server, f"{program}-{number}", judged="picture" in args.parts
                )
            if "latency" in args.parts and program in ("ffmpeg", "nongbo"):
                home = folder / "home-latency"
                stock_shop(scene, home)
                figures |= latency.measure(program, scene, home, server, f"{program}-latency-{number}")
            if "warm" in args.parts and program == "nongbo":
                arrived_s = warm.first_frame_s(scene, folder / f"home-warm-{number}", server, f"warm-{number}")
                if arrived_s is not None:
                    figures["warm_first_frame_s"] = round(arrived_s, 3)
            results[program].append(figures)
            shown = "  ".join(f"{name} {value:g}" for name, value in figures.items())
            print(f"round {number + 1}  {program:7} {shown}", file=sys.stderr, flush=True)
    return results


def busy_s() -> float:
    """CPU seconds this computer has worked: a run beside other heavy work says nothing, and this shows it."""
    times = psutil.cpu_times()
    return float(times.user + times.system + times.nice)


def medians(results: list[Figures]) -> Figures:
    names = {name for figures in results for name in figures}
    return {name: statistics.median(figures[name] for figures in results if name in figures) for name in names}


def table(middle: dict[str, Figures]) -> str:
    """Medians side by side, and the studio's share of the others."""
    programs = list(middle)
    others = [program for program in programs if program != "nongbo"] if "nongbo" in middle else []
    heads = [*programs, *(f"nongbo/{program}" for program in others)]
    lines = [f"{'median':36}" + "".join(f"{head:>15}" for head in heads)]
    for name, label in ROWS:
        values = [middle[program].get(name) for program in programs]
        if all(value is None for value in values):
            continue
        ours = middle.get("nongbo", {}).get(name)
        shares = [ours / theirs if ours and (theirs := middle[other].get(name)) else None for other in others]
        cells = [*("" if value is None else f"{value:.2f}".rstrip("0").rstrip(".") for value in values)]
        cells += ["" if share is None else f"{share:.3f}×" for share in shares]
        lines.append(f"{label:36}" + "".join(f"{cell:>15}" for cell in cells))
    return "\n".join(lines)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(PROGRAMS))
    parser.add_argument("--parts", type=lambda text: text.split(","), default=list(PARTS))
    return parser.parse_args()


def main() -> None:
    args = arguments()
    scene = prepare_scene(args.seconds)
    with tempfile.TemporaryDirectory(prefix="nongbo-bench-") as name:
        folder = Path(name)
        with RtmpServer(folder / "nginx", record=True) as server:
            results = rounds(args, scene, folder, server)
    middle = {program: medians(figures) for program, figures in results.items()}
    print(f"{args.rounds} rounds of {args.seconds} s, {args.seconds * FPS} frames each, {platform.machine()}")
    print(table(middle))
    print(json.dumps({"medians": middle, "rounds": results}))


if __name__ == "__main__":
    main()
