"""What a show is made of, as frozen dataclasses: the command line and the window fill them in, the engine obeys.

Every field has its unit in its name. The fields' metadata (`label`, `low`, `high`) are what forms and
the command line show and check.
"""

import errno
import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from overlays.card import CardParams, Look
from studio.adding import AddedConfig
from studio.addresses import camera_address, mask_mistyped, tidy_address, virtual_camera_of
from studio.errors import REASONS, Problem, fault
from studio.i18n import N_
from studio.paths import file_there, why_closed
from studio.presets import CUSTOM, Preset, preset_of, punishes_codes
from studio.run import FROM_START, NO_RUN, RunOfShow, RunPlace


class Secret:
    """A text that must never be shown: its repr and str are masked, `reveal` gives it to the one who sends it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(••••)" if self._value else "Secret()"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


class SourceKind(StrEnum):
    """Where the picture comes from."""

    CAMERA = "camera"
    CLIP = "clip"
    PIPE = "pipe"
    URL = "url"
    PATTERN = "pattern"


class AudioKind(StrEnum):
    """Where the sound comes from."""

    MIC = "mic"
    CLIP = "clip"
    SILENCE = "silence"


class Fit(StrEnum):
    """How a picture of another shape meets the canvas: whole with bars, or filled and cut.

    `auto` is whole, but for a wide picture in an upright show: there bars would take two thirds of what viewers see.
    """

    AUTO = "auto"
    CONTAIN = "contain"
    COVER = "cover"


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """The picture: `target` is a camera's name, a file, a pipe or an address; empty for the first camera."""

    kind: SourceKind = SourceKind.CAMERA
    target: str = ""
    fit: Fit = Fit.AUTO

    def __post_init__(self) -> None:
        if self.kind is SourceKind.URL:
            object.__setattr__(self, "target", camera_address(self.target))

    @property
    def fitting(self) -> Fit:
        """As `fit`, but that nothing is cut off a finished film unasked."""
        return Fit.CONTAIN if self.fit is Fit.AUTO and self.kind is SourceKind.CLIP else self.fit


@dataclass(frozen=True, slots=True)
class AudioConfig:
    """The sound: `clip` takes the sound of the picture's own source."""

    kind: AudioKind = AudioKind.MIC
    target: str = ""


EVEN = N_("both sides have to be even, as in 1280x720")


@dataclass(frozen=True, slots=True)
class CanvasConfig:
    """The picture that is sent, in pixels; even sides, since colour is stored at half size."""

    width: int = field(default=1280, metadata={"label": N_("Width"), "low": 160, "high": 1920})
    height: int = field(default=720, metadata={"label": N_("Height"), "low": 160, "high": 1920})
    fps: int = field(default=30, metadata={"label": N_("Frames a second"), "low": 5, "high": 60})

    def __post_init__(self) -> None:
        for side in (self.width, self.height):
            if not 160 <= side <= 1920:
                raise fault("value.bad", field="size", value=side, reason=N_("each side takes 160 to 1920 pixels"))
        if not 5 <= self.fps <= 60:
            raise fault("value.bad", field="fps", value=self.fps, reason="5…60")
        if self.width % 2 or self.height % 2:
            raise fault("value.bad", field="size", value=f"{self.width}x{self.height}", reason=EVEN)


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """H.264 and AAC: constant-rate-like, keyframes at a fixed distance.

    `preset` is x264's, and `auto` what a trial on this computer chose; `codec` is FFmpeg's name of the encoder.
    """

    bitrate_kbps: int = field(default=2500, metadata={"label": N_("Bit rate, kb/s"), "low": 200, "high": 20000})
    preset: str = field(default="auto", metadata={"label": N_("Care taken in compressing")})
    keyframe_interval_s: float = 2.0
    audio_bitrate_kbps: int = 128
    codec: str = "libx264"

    def __post_init__(self) -> None:
        if not 200 <= self.bitrate_kbps <= 20000:
            raise fault("value.bad", field="bitrate", value=self.bitrate_kbps, reason="200…20000")
        if self.preset not in (AUTO, *PRESETS):
            raise fault("value.bad", field="preset", value=self.preset, reason=", ".join((AUTO, *PRESETS)))


AUTO = "auto"
PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium")


OFFSET_LIMIT_MS = 500


@dataclass(frozen=True, slots=True)
class SoundConfig:
    """What is done to the sound before it is sent; everything here can be changed during the show.

    A microphone's sound is cleaned and evened out; of a clip's or an address' only peaks are held down.
    """

    noise_suppression: bool = field(default=True, metadata={"label": N_("Less noise from fan and wind")})
    auto_gain: bool = field(default=True, metadata={"label": N_("Voice always equally loud")})
    music: str = field(default="", metadata={"label": N_("Background music"), "file": True})
    music_on: bool = field(default=True, metadata={"label": N_("Music plays from the start")})
    music_percent: int = field(default=40, metadata={"label": N_("Loudness of the music, %"), "low": 0, "high": 100})
    offset_ms: int = field(
        default=0,
        metadata={
            "label": N_("Sound later than picture, ms (below 0: earlier)"),
            "low": -OFFSET_LIMIT_MS,
            "high": OFFSET_LIMIT_MS,
        },
    )

    def __post_init__(self) -> None:
        if not 0 <= self.music_percent <= 100:
            raise fault("value.bad", field="music", value=self.music_percent, reason="0…100")
        if not -OFFSET_LIMIT_MS <= self.offset_ms <= OFFSET_LIMIT_MS:
            reason = f"{-OFFSET_LIMIT_MS}…{OFFSET_LIMIT_MS}"
            raise fault("value.bad", field="offset", value=self.offset_ms, reason=reason)

    def check_music(self) -> None:
        """Raises `music.unreadable` where the file is not there: better said before the show than during it."""
        if self.music and not file_there(self.music):
            reason = why_closed(self.music) or REASONS[errno.ENOENT]
            raise fault("music.unreadable", path=self.music, reason=reason)


@dataclass(frozen=True, slots=True)
class DestinationConfig:
    """A place the show is sent to; the whole address is secret, `shown` is what may be read by anyone.

    The address is that of an RTMP server, or `virtualcam[:NAME]` for a camera of this computer that is none.
    """

    name: str
    url: Secret
    platform: str = CUSTOM.platform  # which of the presets it follows
    codes: bool | None = None  # whether QR codes may be in the picture; None: as the platform's preset says
    given_at: datetime | None = field(default=None, compare=False)  # when its address was; None: nobody knows

    def __post_init__(self) -> None:
        address = tidy_address(self.url.reveal())
        object.__setattr__(self, "url", Secret(address))
        if virtual_camera_of(address) is None and not _is_rtmp(address):
            raise fault("output.not_rtmp", address=mask_mistyped(address))

    @property
    def shown(self) -> str:
        address = self.url.reveal()
        return address if self.camera is not None else mask_address(address)

    @property
    def camera(self) -> str | None:
        """The virtual camera it goes to, empty for the first one; None where it goes to a server."""
        return virtual_camera_of(self.url.reveal())

    @property
    def preset(self) -> Preset:
        return preset_of(self.platform)

    @property
    def takes_codes(self) -> bool:
        """Whether cards may show their QR code there.

        A virtual camera leads to a platform: where nobody has said which, its rules are not known.
        """
        if self.codes is not None:
            return self.codes
        return self.preset.codes and self.camera is None and not punishes_codes(self.url.reveal())


def _is_rtmp(address: str) -> bool:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:  # brackets that do not close, signs that no host has, a port beyond the last
        return False
    return parts.scheme in ("rtmp", "rtmps") and bool(parts.hostname and parts.path.strip("/")) and port != 0


def old_key(destination: DestinationConfig, now: datetime) -> Problem | None:
    """That its key was given longer ago than keys live on that platform; None where it was not, or nobody knows."""
    life_s, given_at = destination.preset.key_lifetime_s, destination.given_at
    if life_s is None or given_at is None or destination.camera is not None:
        return None
    if (now - given_at).total_seconds() <= life_s:
        return None
    return Problem.of("keys.old", name=destination.name, given=f"{given_at.astimezone():%Y-%m-%d %H:%M}")


def mask_address(address: str) -> str:
    """An address with its last path part and its query hidden: that is where platforms put the key.

    Of the path only the first part is shown, and only where another follows; a text that is no address is hidden.
    """
    match = re.match(r"^([a-zA-Z][\w+.-]*://)?(?:[^/?#]*@)?([^/?#]*)(/[^/?#]+(?=/+[^/?#]))?", address)
    if match is None or not match.group(2) or not (match.group(1) or "/" in address):
        return "•••"
    return f"{match.group(1) or ''}{match.group(2)}{match.group(3) or ''}/•••"


@dataclass(frozen=True, slots=True)
class WatchConfig:
    """What is warned of during a show: how long it may last before the warning, in seconds; None: no warning.

    A warning is taken back by itself once all is right again.
    """

    black_s: float | None = 5.0
    frozen_s: float | None = 5.0
    dark_s: float | None = 10.0
    blurred_s: float | None = 10.0
    silent_s: float | None = 20.0
    clipped_s: float | None = 2.0
    muted_s: float | None = 0.5
    code_s: float | None = 6.0
    nobody_s: float | None = None  # takes a host who sits still and looks away for an empty chair
    hidden_s: float | None = 5.0
    tone: bool = False  # in the window's own headphones; through loudspeakers the microphone would hear it
    tone_to: str = ""  # which output of the window's computer; empty: its own choice

    def __post_init__(self) -> None:
        for name in WARNINGS:
            seconds = getattr(self, f"{name}_s")
            if seconds is not None and not 0.1 <= seconds <= 600:
                raise fault("value.bad", field=name, value=seconds, reason="0.1…600")


WARNINGS = ("black", "frozen", "dark", "blurred", "silent", "clipped", "muted", "code", "nobody", "hidden")
NOBODY_S = 30.0  # for those who ask for that warning


@dataclass(frozen=True, slots=True)
class ShowConfig:
    """A whole show, as the engine is asked to make it."""

    source: SourceConfig = SourceConfig()
    audio: AudioConfig = AudioConfig()
    canvas: CanvasConfig = CanvasConfig()
    encoder: EncoderConfig = EncoderConfig()
    destinations: tuple[DestinationConfig, ...] = ()
    cards: tuple[CardParams, ...] = ()
    first_card: str | None = None  # the SKU that is on the picture from the start
    rotate_s: float | None = None
    ticker: str = ""
    record_dir: Path | None = None
    stats_url: str = ""
    rehearsal: bool = False  # sends to the embedded receiver, and marks frames so that it can measure
    duration_s: float | None = None
    watch: WatchConfig = WatchConfig()
    sound: SoundConfig = SoundConfig()
    added: tuple[AddedConfig, ...] = ()  # overlays beside the card, from the start
    card_look: Look = Look.USUAL  # of the cards that have none of their own
    run: RunOfShow = NO_RUN  # one with steps says which card comes when, and `rotate_s` does not count
    run_from: RunPlace = FROM_START
    muted: bool = False  # from the start, as it was when it was cut off
    station: str = ""  # the village's e-commerce station it is held at, for a log that several share
    calm: bool = False  # cards come and go at once, and running text moves on in steps
    template: str = ""  # the name of the cards' template; empty: the plain one

    @property
    def servers(self) -> tuple[DestinationConfig, ...]:
        """The destinations that are sent to from here; a virtual camera's picture is sent by another program."""
        return tuple(to for to in self.destinations if to.camera is None)
