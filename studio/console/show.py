"""`nongbo live` and `nongbo rehearse`: from words on the command line to a show."""

import argparse
import os
import re
import sys
from dataclasses import replace
from typing import Any

from overlays.card import CardParams, Look
from studio.adding import KINDS, AddedConfig, added_from, filled_in
from studio.addresses import stats_address
from studio.config import (
    AUTO,
    NOBODY_S,
    PRESETS,
    WARNINGS,
    AudioConfig,
    AudioKind,
    CanvasConfig,
    DestinationConfig,
    EncoderConfig,
    Fit,
    ShowConfig,
    SoundConfig,
    SourceConfig,
    SourceKind,
    WatchConfig,
)
from studio.console.faults import print_problem
from studio.console.onair import EXIT_NOT_ON_AIR, show_to_the_end
from studio.console.out_of_sight import CAN_BEGIN_ANEW, shows_address
from studio.console.output import add_command
from studio.console.parser import path_text, seconds
from studio.console.run import add_option, run_in
from studio.console.streams import say
from studio.destinations import destination
from studio.errors import StudioError, fault
from studio.i18n import N_, _
from studio.paths import Home, full_path
from studio.paths import home as home_of
from studio.recovery import to_go_on_with
from studio.store.store import Store
from studio.templates import dressed, read_template

EXIT_USAGE = 2
LAST = 0  # the number of no session
STREAM_URL_VARIABLE = "NONGBO_STREAM_URL"
FILES = (SourceKind.CLIP, SourceKind.PIPE)
SAFER = N_("Save the destination once, and name it: nongbo destinations add NAME")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The two commands that go on air."""
    live = add_command(subparsers, "live", run_live, _("go on air"))
    rehearse = add_command(subparsers, "rehearse", run_rehearse, _("the same, seen by nobody but a built-in receiver"))
    for parser in (live, rehearse):
        _add_show_options(parser)
        parser.add_argument(
            "--commands", action="store_true", help=_("take commands from the standard input, as from a terminal")
        )
    live.add_argument(
        "--resume",
        nargs="?",
        type=int,
        const=LAST,
        metavar="ID",
        help=_("go on with the session that was cut off; of the other options only --to and --duration count"),
    )
    _add_destinations(live, _("where to; may be repeated"))
    _add_destinations(rehearse, _("where the show will go: its rules hold, and it is not called; may be repeated"))


def _add_destinations(parser: argparse.ArgumentParser, words: str) -> None:
    parser.add_argument("--to", action="append", default=[], metavar="RTMP_URL", help=words)


def _add_show_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--source",
        default="camera",
        metavar="camera[:NAME]|clip:PATH|pipe:PATH|url:URL|pattern",
        help=_("where the picture comes from"),
    )
    parser.add_argument(
        "--audio", default=None, metavar="mic[:NAME]|clip|silence", help=_("where the sound comes from")
    )
    _add_picture_options(parser)
    parser.add_argument(
        "--music", type=path_text, default="", metavar="FILE", help=_("music under the voice, over and over")
    )
    parser.add_argument("--clean-voice", action="store_true", help=_("less noise, and the voice always equally loud"))
    parser.add_argument("--record", type=full_path, default=None, metavar="DIR", help=_("a folder for the recording"))
    parser.add_argument("--duration", type=seconds, default=None, metavar="S", help=_("how long, in seconds"))
    parser.add_argument(
        "--size", default="1280x720", metavar="WxH", help=_("the picture that is sent; 720x1280 for phones")
    )
    parser.add_argument(
        "--fit",
        default=Fit.AUTO,
        choices=tuple(Fit),
        metavar="auto|contain|cover",
        help=_("a camera of another shape: whole with bars, or filled and its edges cut"),
    )
    parser.add_argument("--fps", type=int, default=30, metavar="N", help=_("frames a second"))
    parser.add_argument("--bitrate", type=int, default=2500, metavar="KBPS", help=_("how much is sent, kb/s"))
    parser.add_argument(
        "--preset",
        default=AUTO,
        choices=(AUTO, *PRESETS),
        metavar="NAME",
        help=_("how hard the computer works on the picture"),
    )
    parser.add_argument("--stats-url", default="", metavar="URL", help=_("a server's statistics page, for the viewers"))
    parser.add_argument("--station", default="", metavar="NAME", help=_("where the show is held, for the log"))
    parser.add_argument(
        "--warn",
        action="append",
        default=[],
        metavar="WHAT=S|on|off",
        help=_("after how many seconds to warn of {kinds}").format(kinds=", ".join(WARNINGS)),
    )


def _add_picture_options(parser: argparse.ArgumentParser) -> None:
    """What lies on the picture."""
    parser.add_argument("--card", default="all", metavar="SKU|none|all", help=_("the product on the picture"))
    parser.add_argument(
        "--look",
        default=Look.USUAL,
        choices=tuple(Look),
        metavar="LOOK",
        help=_("where the card lies: left, right, bottom"),
    )
    add_option(parser)
    parser.add_argument("--template", default="", metavar="NAME", help=_("the cards' colours and sizes"))
    parser.add_argument("--calm", action="store_true", help=_("nothing slides, fades or scrolls smoothly"))
    parser.add_argument("--rotate", type=seconds, default=None, metavar="S", help=_("the next card every S seconds"))
    parser.add_argument("--ticker", default="", metavar="TEXT", help=_("the running text"))
    parser.add_argument(
        "--overlay",
        action="append",
        default=[],
        metavar="KIND:FIELD=VALUE,…",
        help=_(
            "something on the picture beside the card, one of {kinds}; sku=SKU among its fields says of which product "
            "it speaks, template=NAME how it looks; may be repeated"
        ).format(kinds=", ".join(KINDS)),
    )


def run_live(args: argparse.Namespace) -> int:
    home = home_of(args.home)
    try:
        destinations = _destinations(args, home)
        if args.resume is not None:
            wanted = None if args.resume == LAST else args.resume
            session_id, show, lacking = to_go_on_with(home, wanted, destinations)
            for problem in lacking:
                print_problem(problem)
            show = replace(show, duration_s=args.duration)
            return show_to_the_end(home, show, args.json, session_id, _listens(args))
        show = show_from(args, home)
        if not destinations and show.record_dir is None:
            raise fault("show.nowhere")
    except StudioError as error:
        return _not_begun(error)
    return show_to_the_end(home, replace(show, destinations=destinations), args.json, listens=_listens(args))


def _destinations(args: argparse.Namespace, home: Home) -> tuple[DestinationConfig, ...]:
    """Where `--to` says, else where the environment does."""
    if shows_address(args.to) and not CAN_BEGIN_ANEW:
        words = _("Other programs can read the key on a command line. {safer}")
        say(words.format(safer=_(SAFER)))
    # Taken out in any case: the processes a show starts inherit the environment, and anybody's tools can read it there.
    from_environment = os.environ.pop(STREAM_URL_VARIABLE, "").strip()
    given = args.to or list(filter(None, [from_environment]))
    return tuple(destination(home, text, number) for number, text in enumerate(given, 1))


def run_rehearse(args: argparse.Namespace) -> int:
    home = home_of(args.home)
    try:
        destinations = _destinations(args, home)
        show = replace(show_from(args, home), rehearsal=True, destinations=destinations)
    except StudioError as error:
        return _not_begun(error)
    return show_to_the_end(home, show, args.json, listens=_listens(args))


def _listens(args: argparse.Namespace) -> bool:
    """Whether commands are taken while the show runs."""
    there = sys.stdin is not None
    return there and (args.commands or (not args.json and sys.stdin.isatty()))


def _not_begun(error: StudioError) -> int:
    """Tells why the options make no show; a folder, a log or a key store that fails is nothing that was typed wrong."""
    print_problem(error.problem)
    return EXIT_NOT_ON_AIR if error.problem.code.startswith(("home.", "keys.", "store.")) else EXIT_USAGE


def show_from(args: argparse.Namespace, home: Home) -> ShowConfig:
    """The show the options describe; raises `StudioError` for what will not do."""
    source = replace(source_from(args.source), fit=Fit(args.fit))
    audio = audio_from(args.audio, source)
    added = tuple(added_from(text, number) for number, text in enumerate(args.overlay, 1))
    sound = SoundConfig(args.clean_voice, args.clean_voice, args.music)
    sound.check_music()
    show = ShowConfig(
        source=source,
        audio=audio,
        canvas=canvas_from(args.size, args.fps),
        encoder=EncoderConfig(args.bitrate, args.preset),
        rotate_s=args.rotate,
        ticker=args.ticker,
        record_dir=args.record,
        stats_url=stats_address(args.stats_url),
        watch=watch_from(args.warn),
        duration_s=args.duration,
        sound=sound,
        added=added,
        run=run_in(args, home, args.run_file),
        template=args.template,
        station=args.station.strip(),
        calm=args.calm,
    )
    read_template(home, args.template)
    for one in added:
        dressed(one, home)
    if args.card == "none":
        return show
    with Store.of(home.ensure()) as store:
        cards = tuple(replace(product.card(), look=Look(args.look)) for product in store.list_products())
    skus = [card.sku for card in cards]
    if args.card != "all" and args.card not in skus:
        raise fault("card.unknown", sku=args.card)
    first = args.card if args.card != "all" else next(iter(skus), None)
    return replace(show, cards=cards, first_card=first, added=_of_products(added, {card.sku: card for card in cards}))


def _of_products(added: tuple[AddedConfig, ...], cards: dict[str, CardParams]) -> tuple[AddedConfig, ...]:
    """What speaks of a product says what its card says; raises `card.unknown`."""
    for one in added:
        if one.sku and one.sku not in cards:
            raise fault("card.unknown", sku=one.sku)
    return tuple(filled_in(one, cards[one.sku]) if one.sku else one for one in added)


def canvas_from(size: str, fps: int) -> CanvasConfig:
    """The canvas that `--size` and `--fps` name."""
    sides = re.fullmatch(r"(\d+)[xX×](\d+)", size)
    if sides is None:
        raise fault("value.bad", field="--size", value=size, reason="1280x720, 720x1280")
    return CanvasConfig(int(sides[1]), int(sides[2]), fps)


def watch_from(given: list[str]) -> WatchConfig:
    """What to warn of, from texts as `silent=30` and `blurred=off`."""
    chosen: dict[str, Any] = {}
    for text in given:
        name, _equals, value = text.partition("=")
        usual = {"on": getattr(WatchConfig(), f"{name}_s", None) or NOBODY_S, "off": None}
        try:
            chosen[f"{name}_s"] = usual[value] if value in usual else float(value)
            WatchConfig(**chosen)
        except (TypeError, ValueError):
            raise fault("value.bad", field="--warn", value=text, reason="silent=30, blurred=off, nobody=on") from None
    return WatchConfig(**chosen)


def source_from(text: str) -> SourceConfig:
    kind, _colon, target = text.partition(":")
    try:
        source = SourceConfig(SourceKind(kind), target)
        if source.kind in FILES:
            source = replace(source, target=path_text(target))
    except ValueError:
        raise fault(
            "value.bad", field="--source", value=text, reason="camera, clip:…, pipe:…, url:…, pattern"
        ) from None
    if not target and source.kind in (*FILES, SourceKind.URL):
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
        return AudioConfig(AudioKind(kind), path_text(target) if kind == AudioKind.CLIP else target)
    except ValueError:
        raise fault("value.bad", field="--audio", value=text, reason="mic[:…], clip, silence") from None
