"""A show as a seller fills it in: flat, in his words, and back into the configuration the engine obeys."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from studio.addresses import stats_address
from studio.commands import (
    AddDestination,
    AllowCodes,
    Command,
    RemoveDestination,
    ReplaceAddress,
    SetAudio,
    SetRotation,
    SetSound,
    SetSource,
    SetTicker,
)
from studio.config import AudioConfig, AudioKind, DestinationConfig, Fit, ShowConfig, SourceConfig, SourceKind
from studio.errors import fault
from studio.i18n import N_, _
from studio.paths import file_there
from studio.templates import template_named, template_words


class Size(StrEnum):
    """The pictures platforms take; phones watch upright."""

    LANDSCAPE = "1280x720"
    PORTRAIT = "720x1280"
    LANDSCAPE_LARGE = "1920x1080"
    PORTRAIT_LARGE = "1080x1920"
    OTHER = "other"


class Pace(StrEnum):
    """Frames a second."""

    SLOW = "25"
    USUAL = "30"
    OTHER = "other"


SOURCE_WORDS = {
    SourceKind.CAMERA: N_("Camera"),
    SourceKind.CLIP: N_("Video file"),
    SourceKind.URL: N_("Phone or network camera"),
    SourceKind.PIPE: N_("Another program (pipe)"),
    SourceKind.PATTERN: N_("Test picture"),
}
AUDIO_WORDS = {
    AudioKind.MIC: N_("Microphone"),
    AudioKind.CLIP: N_("The sound of the picture"),
    AudioKind.SILENCE: N_("No sound"),
}
SIZE_WORDS = {
    Size.LANDSCAPE: N_("Wide, 1280 × 720"),
    Size.PORTRAIT: N_("Upright for phones, 720 × 1280"),
    Size.LANDSCAPE_LARGE: N_("Wide and large, 1920 × 1080"),
    Size.PORTRAIT_LARGE: N_("Upright and large, 1080 × 1920"),
    Size.OTHER: N_("As it is"),
}
FIT_WORDS = {
    Fit.AUTO: N_("As it suits: an upright show is filled"),
    Fit.CONTAIN: N_("The whole picture, with black bars"),
    Fit.COVER: N_("No bars: the edges are cut off"),
}
FIT_DRAWINGS = {Fit.AUTO: "fit_auto", Fit.CONTAIN: "fit_whole", Fit.COVER: "fit_filled"}
PACE_WORDS = {Pace.SLOW: N_("25, for a slow computer"), Pace.USUAL: N_("30, usual"), Pace.OTHER: N_("As it is")}
ADDRESSED = (SourceKind.URL, SourceKind.PIPE)


@dataclass(frozen=True, slots=True)
class ShowForm:
    """What the set-up page asks."""

    source: SourceKind = field(
        default=SourceKind.CAMERA, metadata={"label": N_("The picture comes from"), "words": SOURCE_WORDS}
    )
    camera: str = field(
        default="",
        metadata={
            "label": N_("Which camera"),
            "suggest": "cameras",
            "hint": N_("the first that is found"),
            "when": ("source", (SourceKind.CAMERA,)),
        },
    )
    clip: str = field(
        default="", metadata={"label": N_("Which file"), "file": True, "when": ("source", (SourceKind.CLIP,))}
    )
    address: str = field(default="", metadata={"label": N_("Address or pipe"), "when": ("source", ADDRESSED)})
    audio: AudioKind = field(default=AudioKind.MIC, metadata={"label": N_("Sound"), "words": AUDIO_WORDS})
    size: Size = field(default=Size.LANDSCAPE, metadata={"label": N_("Picture shape"), "words": SIZE_WORDS})
    fit: Fit = field(
        default=Fit.AUTO, metadata={"label": N_("Bars or filled"), "words": FIT_WORDS, "drawings": FIT_DRAWINGS}
    )
    fps: Pace = field(default=Pace.USUAL, metadata={"label": N_("Frames a second"), "words": PACE_WORDS})
    bitrate_kbps: int = field(default=2500, metadata={"label": N_("Bit rate, kb/s"), "low": 200, "high": 20000})
    record: bool = field(default=False, metadata={"label": N_("Keep a recording")})
    rotate_s: float | None = field(
        default=None,
        metadata={"label": N_("Change cards every … s"), "none": N_("only by hand"), "low": 1, "high": 3600},
    )
    ticker: str = field(
        default="",
        metadata={"label": N_("Running text"), "hint": N_("runs along the bottom of the picture; may stay empty")},
    )
    template: str = field(default="", metadata={"label": N_("Cards' template"), "suggest": "templates"})
    calm: bool = field(default=False, metadata={"label": N_("Calm picture: nothing slides or fades")})
    stats_url: str = field(
        default="",
        metadata={
            "label": N_("Statistics of your own server"),
            "hint": N_("counts the viewers: http://192.168.1.5/stat; without a server leave it empty"),
        },
    )
    station: str = field(
        default="",
        metadata={"label": N_("Station"), "hint": N_("where the show is held, for the log; may stay empty")},
    )


def form_of(show: ShowConfig) -> ShowForm:
    """What the page shows for `show`."""
    size = f"{show.canvas.width}x{show.canvas.height}"
    target, kind = show.source.target, show.source.kind
    return ShowForm(
        source=kind,
        camera=target if kind is SourceKind.CAMERA else "",
        clip=target if kind is SourceKind.CLIP else "",
        address=target if kind in ADDRESSED else "",
        audio=show.audio.kind,
        fit=show.source.fit,
        size=Size(size) if size in set(Size) else Size.OTHER,
        fps=Pace(str(show.canvas.fps)) if str(show.canvas.fps) in set(Pace) else Pace.OTHER,
        bitrate_kbps=show.encoder.bitrate_kbps,
        record=show.record_dir is not None,
        rotate_s=show.rotate_s,
        ticker=show.ticker,
        template=template_words(show.template),
        calm=show.calm,
        stats_url=show.stats_url,
        station=show.station,
    )


def show_of(form: ShowForm, show: ShowConfig, recordings: Path) -> ShowConfig:
    """`show` with what was filled in; recordings go to `recordings` where no other folder was chosen.

    Raises `clip.missing` or `value.bad`.
    """
    targets = {SourceKind.CAMERA: form.camera, SourceKind.CLIP: form.clip, SourceKind.PATTERN: ""}
    target = targets.get(form.source, form.address).strip()
    if form.source is SourceKind.CLIP and not file_there(target):
        raise fault("clip.missing", path=target or "…")
    if form.source in ADDRESSED and not target:
        raise fault("value.bad", field=_("Address or pipe"), value="", reason=_("it must be there"))
    canvas = show.canvas
    if form.size is not Size.OTHER:
        width, height = (int(side) for side in form.size.split("x"))
        canvas = replace(canvas, width=width, height=height)
    if form.fps is not Pace.OTHER:
        canvas = replace(canvas, fps=int(form.fps))
    return replace(
        show,
        source=SourceConfig(form.source, target, form.fit),
        audio=AudioConfig(form.audio, show.audio.target if form.audio is show.audio.kind else ""),
        canvas=canvas,
        encoder=replace(show.encoder, bitrate_kbps=form.bitrate_kbps),
        record_dir=(show.record_dir or recordings) if form.record else None,
        rotate_s=form.rotate_s,
        ticker=form.ticker.strip(),
        template=template_named(form.template),
        calm=form.calm,
        stats_url=stats_address(form.stats_url),
        station=form.station.strip(),
    )


def commands_between(old: ShowConfig, new: ShowConfig) -> tuple[Command, ...]:
    """What a running show can still take over; all else waits for the next show."""
    commands: list[Command] = []
    if new.source != old.source:
        commands.append(SetSource(new.source))
    if new.audio != old.audio:
        commands.append(SetAudio(new.audio))
    if new.ticker != old.ticker:
        commands.append(SetTicker(new.ticker))
    if new.rotate_s != old.rotate_s:
        commands.append(SetRotation(new.rotate_s))
    if new.sound != old.sound:
        commands.append(SetSound(new.sound))
    before = {one.name: one for one in old.destinations}
    after = {one.name: one for one in new.destinations}
    stays = {name for name in before if name in after and _same_place(before[name], after[name])}
    commands += [RemoveDestination(name) for name in before if name not in stays]
    commands += [AddDestination(fresh) for name, fresh in after.items() if name not in stays]
    for name, fresh in after.items():
        if name in stays and fresh.url != before[name].url:
            commands.append(ReplaceAddress(name, fresh.url))
        if name in stays and fresh.takes_codes is not before[name].takes_codes:
            commands.append(AllowCodes(name, fresh.takes_codes))
    return tuple(commands)


def _same_place(before: DestinationConfig, after: DestinationConfig) -> bool:
    """Whether a destination can be changed without taking it off the air: a server of the same platform."""
    return before.platform == after.platform and (before == after or before.camera is after.camera is None)
