"""`nongbo encoders`: lets each encoder compress the camera's picture for some seconds, and keeps which is best."""

import argparse
import queue
from dataclasses import asdict

from filelock import FileLock, Timeout

from studio.config import CanvasConfig, EncoderConfig, ShowConfig
from studio.console.faults import print_problem
from studio.console.onair import EXIT_NOT_ON_AIR, EXIT_OK
from studio.console.output import add_command, print_json, print_table
from studio.console.show import EXIT_USAGE, canvas_from, source_from
from studio.console.streams import say
from studio.encoder_memory import name_of, remember, remembered
from studio.errors import StudioError, fault
from studio.events import EncodersTried, TriedEncoder
from studio.i18n import N_, _
from studio.media.encoder_choice import EncoderTrials
from studio.paths import Home
from studio.paths import home as home_of

PICTURES = {
    "camera": N_("Tried on the camera's picture, {width} × {height}, {fps} frames a second."),
    "clip": N_("Tried without the camera, on a clip, {width} × {height}, {fps} frames a second."),
    "url": N_("Tried on the network camera's picture, {width} × {height}, {fps} frames a second."),
}


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = add_command(subparsers, "encoders", run, _("try which encoder suits this computer, and keep the best"))
    parser.add_argument(
        "--source", default="camera", metavar="camera[:NAME]|clip:PATH|url:URL", help=_("where the picture comes from")
    )
    parser.add_argument(
        "--size", default="1280x720", metavar="WxH", help=_("the picture that is sent; 720x1280 for phones")
    )
    parser.add_argument("--fps", type=int, default=30, metavar="N", help=_("frames a second"))
    parser.add_argument("--bitrate", type=int, default=2500, metavar="KBPS", help=_("how much is sent, kb/s"))
    parser.add_argument("--kept", action="store_true", help=_("only show what the last trial found"))


def run(args: argparse.Namespace) -> int:
    home = home_of(args.home)
    try:
        canvas = canvas_from(args.size, args.fps)
        show = ShowConfig(source=source_from(args.source), canvas=canvas, encoder=EncoderConfig(args.bitrate))
    except StudioError as error:
        print_problem(error.problem)
        return EXIT_USAGE
    try:
        found = remembered(home, canvas) if args.kept else _try(home, show)
    except StudioError as error:
        print_problem(error.problem)
        return EXIT_NOT_ON_AIR
    if args.json:
        print_json(asdict(found) if found is not None else None)
    else:
        _print(found, canvas)
    return EXIT_OK if found is not None and found.chosen is not None else EXIT_NOT_ON_AIR


def _try(home: Home, show: ShowConfig) -> EncodersTried:
    """Tries and keeps; raises `home.busy` where a studio is open, whose show a trial would disturb."""
    home.ensure()
    lock = FileLock(home.lock)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise fault("home.busy", path=home.root) from error
    say(_("Each encoder is tried for some seconds. Ctrl+C ends it."))
    answers: queue.SimpleQueue[EncodersTried] = queue.SimpleQueue()
    trials = EncoderTrials(show, answers.put)
    trials.start()
    try:
        found = answers.get()
    finally:
        trials.stop()
        lock.release()
    remember(home, found)
    return found


def _print(found: EncodersTried | None, canvas: CanvasConfig) -> None:
    if found is None:
        print(_("Nothing was tried yet for {width} × {height}.").format(width=canvas.width, height=canvas.height))
        return
    if found.pictures in PICTURES:
        print(_(PICTURES[found.pictures]).format(width=found.width, height=found.height, fps=found.fps))
    headings = (_("Encoder"), _("One core, %"), _("Speed"), _("Quality, dB"), _("Remark"))
    print_table(headings, [_row(one, one == found.chosen) for one in found.tried], numbers=(1, 2, 3))


def _row(one: TriedEncoder, chosen: bool) -> tuple[str, str, str, str, str]:
    if one.refused:
        return name_of(one), "", "", "", _("does not work here: {reason}").format(reason=_(one.refused))
    figures = f"{one.cpu_s:.0%}".rstrip("%"), f"{one.speed:.1f}×", f"{one.quality_db:.1f}"
    return name_of(one), *figures, _("chosen") if chosen else ""
