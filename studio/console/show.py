"""`nongbo live`, `rehearse` and `demo`: from words on the command line to a show, and its end in words."""

import argparse
import math
import os
import re
import sys
from dataclasses import asdict, replace
from pathlib import Path

from studio.config import (
    PRESETS,
    AudioConfig,
    AudioKind,
    CanvasConfig,
    EncoderConfig,
    ShowConfig,
    SourceConfig,
    SourceKind,
)
from studio.console.onair import EXIT_NOT_ON_AIR, run_show
from studio.console.output import add_command, print_json, print_problem
from studio.console.screen import screen_there
from studio.errors import StudioError, fault
from studio.events import ShowReport
from studio.i18n import _
from studio.paths import Home
from studio.paths import home as home_of
from studio.plan import destination
from studio.shop.demo import demo_clip, demo_products
from studio.store.store import Store

EXIT_USAGE = 2
HEADLESS_DEMO_S = 20.0
STREAM_URL_VARIABLE = "NONGBO_STREAM_URL"
DEMO_TICKER = "今晚产地直发，坏果包赔，24 小时内发货"


def add_parsers(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The three commands that go on air."""
    live = add_command(subparsers, "live", run_live, _("go on air"))
    rehearse = add_command(subparsers, "rehearse", run_rehearse, _("the same, seen by nobody but a built-in receiver"))
    for parser in (live, rehearse):
        _add_show_options(parser)
    live.add_argument("--to", action="append", default=[], metavar="RTMP_URL", help=_("where to; may be repeated"))
    rehearse.set_defaults(to=[])
    demo = add_command(subparsers, "demo", run_demo, _("a show with the shop and the clip the program brings along"))
    demo.add_argument("--duration", type=float, default=None, metavar="S")
    demo.add_argument("--headless", action="store_true", help=_("without a window"))


def _add_show_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--source", default="camera", metavar="camera[:NAME]|clip:PATH|pipe:PATH|url:URL|pattern")
    parser.add_argument("--audio", default=None, metavar="mic[:NAME]|clip|silence")
    parser.add_argument("--card", default="all", metavar="SKU|none|all")
    parser.add_argument("--rotate", type=float, default=None, metavar="S")
    parser.add_argument("--ticker", default="", metavar="TEXT")
    parser.add_argument("--record", type=Path, default=None, metavar="DIR")
    parser.add_argument("--duration", type=float, default=None, metavar="S")
    parser.add_argument("--size", default="1280x720", metavar="WxH")
    parser.add_argument("--fps", type=int, default=30, metavar="N")
    parser.add_argument("--bitrate", type=int, default=2500, metavar="KBPS")
    parser.add_argument("--preset", default="veryfast", choices=PRESETS, metavar="NAME")
    parser.add_argument("--stats-url", default="", metavar="URL")


def run_live(args: argparse.Namespace) -> int:
    home = home_of(args.home)
    try:
        show = show_from(args, home)
        given = args.to or list(filter(None, [os.environ.get(STREAM_URL_VARIABLE)]))
        destinations = tuple(destination(home, text, number) for number, text in enumerate(given, 1))
        if not destinations and show.record_dir is None:
            raise fault("show.nowhere")
    except StudioError as error:
        return _not_begun(error)
    return _go(home, replace(show, destinations=destinations), args.json)


def run_rehearse(args: argparse.Namespace) -> int:
    home = home_of(args.home)
    try:
        show = replace(show_from(args, home), rehearsal=True)
    except StudioError as error:
        return _not_begun(error)
    return _go(home, show, args.json)


def run_demo(args: argparse.Namespace) -> int:
    """The demo in its window; where there is no screen, the same show without one."""
    home = home_of(args.home)
    show = replace(demo_show(home), duration_s=args.duration)
    if not args.headless and not args.json and screen_there():
        from studio.app import run_window  # noqa: PLC0415 - the window's libraries load only where it is shown

        return run_window(home, show, auto_start=True, duration_s=args.duration, demo=True)
    if not args.headless and not args.json:
        sys.stderr.write(_("There is no screen here, so the demo runs without its window.") + "\n")
    if args.duration is None:
        show = replace(show, duration_s=HEADLESS_DEMO_S)
    return _go(home, show, args.json)


def demo_show(home: Home) -> ShowConfig:
    """The demo shop's show: the clip as camera, all cards in turn, into the embedded receiver."""
    cards = tuple(product.card() for product in demo_products())
    return ShowConfig(
        source=SourceConfig(SourceKind.CLIP, str(demo_clip())),
        audio=AudioConfig(AudioKind.CLIP),
        cards=cards,
        first_card=cards[0].sku,
        rotate_s=10.0,
        ticker=DEMO_TICKER,
        record_dir=home.recordings,
        rehearsal=True,
    )


def _not_begun(error: StudioError) -> int:
    """Tells why the options make no show; a folder or a log that fails is nothing that was typed wrong."""
    print_problem(error.problem)
    return EXIT_NOT_ON_AIR if error.problem.code.startswith(("home.", "store.")) else EXIT_USAGE


def _go(home: Home, show: ShowConfig, as_json: bool) -> int:
    try:
        code, report = run_show(home, show, progress=not as_json)
    except StudioError as error:
        print_problem(error.problem)
        return EXIT_NOT_ON_AIR
    if report is not None:
        if as_json:
            print_json(report_json(report))
        else:
            print(summary(report, home))
    return code


def show_from(args: argparse.Namespace, home: Home) -> ShowConfig:
    """The show the options describe; raises `StudioError` for what will not do."""
    source = source_from(args.source)
    audio = audio_from(args.audio, source)
    size = re.fullmatch(r"(\d+)[xX×](\d+)", args.size)
    if size is None:
        raise fault("value.bad", field="--size", value=args.size, reason="1280x720, 720x1280")
    for option, value in (("--duration", args.duration), ("--rotate", args.rotate)):
        if value is not None and not 0 < value < math.inf:  # what is no number at all is neither
            raise fault("value.bad", field=option, value=value, reason="> 0")
    show = ShowConfig(
        source=source,
        audio=audio,
        canvas=CanvasConfig(int(size[1]), int(size[2]), args.fps),
        encoder=EncoderConfig(args.bitrate, args.preset),
        rotate_s=args.rotate,
        ticker=args.ticker,
        record_dir=args.record,
        stats_url=args.stats_url,
        duration_s=args.duration,
    )
    if args.card == "none":
        return show
    with Store.of(home.ensure()) as store:
        cards = tuple(product.card() for product in store.list_products())
    skus = [card.sku for card in cards]
    if args.card != "all" and args.card not in skus:
        raise fault("card.unknown", sku=args.card)
    first = args.card if args.card != "all" else next(iter(skus), None)
    return replace(show, cards=cards, first_card=first)


def source_from(text: str) -> SourceConfig:
    kind, _colon, target = text.partition(":")
    try:
        source = SourceConfig(SourceKind(kind), target)
    except ValueError:
        raise fault(
            "value.bad", field="--source", value=text, reason="camera, clip:…, pipe:…, url:…, pattern"
        ) from None
    if not target and source.kind in (SourceKind.CLIP, SourceKind.PIPE, SourceKind.URL):
        raise fault("value.bad", field="--source", value=text, reason=f"{kind}:…")
    return source


def audio_from(text: str | None, source: SourceConfig) -> AudioConfig:
    """The sound that was asked for; else the source's own where it is a file or an address, else the microphone."""
    if text is None:
        own = {SourceKind.CLIP: AudioKind.CLIP, SourceKind.URL: AudioKind.CLIP, SourceKind.PIPE: AudioKind.CLIP}
        quiet = AudioKind.SILENCE if source.kind is SourceKind.PATTERN else AudioKind.MIC
        return AudioConfig(own.get(source.kind, quiet))
    kind, _colon, target = text.partition(":")
    try:
        return AudioConfig(AudioKind(kind), target)
    except ValueError:
        raise fault("value.bad", field="--audio", value=text, reason="mic[:…], clip, silence") from None


def report_json(report: ShowReport) -> dict[str, object]:
    """The report as `--json` prints it; `received` only where there was a receiver."""
    document = asdict(report)
    if report.received is None:
        del document["received"]
    return document


def summary(report: ShowReport, home: Home) -> str:
    """The report for a person."""
    video = report.video
    lines = [
        _("The show lasted {seconds} s: {frames} frames of {width}×{height}.").format(
            seconds=round(report.duration_s), frames=video.encoded_frames, width=video.width, height=video.height
        ),
        _("Lost: {late} late, {skipped} not compressed, {dropped} not sent.").format(
            late=video.late_ticks,
            skipped=video.skipped_frames,
            dropped=sum(output.dropped_packets for output in report.outputs),
        ),
    ]
    for output in report.outputs:
        lines.append(
            _("{name}: {megabytes} MB sent, {reconnects} interruptions.").format(
                name=output.name, megabytes=round(output.sent_bytes / 1e6, 1), reconnects=output.reconnects
            )
        )
    received = report.received
    if received is not None:
        lines.append(
            _("Viewers would get {fps} frames a second at {kbps} kb/s, {latency} s after they were taken.").format(
                fps=received.fps,
                kbps=round(received.kbps),
                latency="?" if received.latency_ms_p50 is None else round(received.latency_ms_p50 / 1000, 2),
            )
        )
        lines.append(_code_line(received.qr_decoded_ratio))
    lines.append(_("Computing time {cpu} s, memory {rss} MB.").format(cpu=report.cpu_s, rss=report.peak_rss_mb))
    if report.recording:
        lines.append(_("Recording: {path}").format(path=report.recording))
    lines.append(
        _("Session {id} is kept in {path}; see it with: nongbo sessions show {id}").format(
            id=report.session_id, path=home.database
        )
    )
    return "\n".join(lines)


def _code_line(ratio: float | None) -> str:
    if not ratio:
        return _("The QR code could not be read in the received picture.")
    return _("The QR code was read in {percent} of 100 received pictures.").format(percent=round(ratio * 100))
