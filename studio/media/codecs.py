"""The H.264 encoders this program knows, software (x264) and the chips of graphics cards, and what each is told.

FFmpeg's names and options (libavcodec/nvenc_h264.c, qsvenc_h264.c, amfenc_h264.c, videotoolboxenc.c, mfenc.c). Chips
are told to make no B-frames, which old ones cannot, and to answer each frame at once. Which of them works on a
computer is never assumed: `encoder_trial` lets each one encode.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from av.codec.context import Flags

from studio.config import AUTO, CanvasConfig, EncoderConfig
from studio.media.frames import PIXEL_FORMAT

X264 = "libx264"
USUAL_PRESET = "veryfast"  # where nothing was tried
BESIDE_CHIP = "superfast"  # makes of a rate about what chips make of it
BT709 = 1


@dataclass(frozen=True, slots=True)
class Compression:
    """How a picture is compressed at a moment: at that rate, with a show's settings, as quickly as it goes or not."""

    kbps: int
    settings: EncoderConfig
    quick: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """An encoder in hardware: the pixels it takes, and its options for a stream that never stops."""

    pixel_format: str
    options: tuple[tuple[str, str], ...]


CHIPS: dict[str, Chip] = {
    "h264_nvenc": Chip(
        PIXEL_FORMAT,
        (("preset", "p4"), ("tune", "ll"), ("rc", "cbr"), ("spatial-aq", "1"), ("forced-idr", "1"), ("delay", "0")),
    ),
    "h264_qsv": Chip("nv12", (("preset", "veryfast"), ("forced_idr", "1"), ("look_ahead", "0"), ("async_depth", "1"))),
    "h264_amf": Chip(
        PIXEL_FORMAT,
        (("usage", "lowlatency"), ("quality", "balanced"), ("rc", "cbr"), ("forced_idr", "1"), ("filler_data", "0")),
    ),
    "h264_videotoolbox": Chip(PIXEL_FORMAT, (("realtime", "1"), ("allow_sw", "0"), ("profile", "high"))),
    "h264_mf": Chip("nv12", (("rate_control", "cbr"), ("scenario", "live_streaming"), ("hw_encoding", "1"))),
}

# What the usual preset leaves out and puts in, for pictures of at least `LARGE_PIXELS`. Measured against veryfast as it
# is, at 2,500 kb/s in 720p30 on six clips (an orchard with a camera's noise, people seen by a fixed camera, the same
# with light that comes and goes, two films, a bicycle ride): PSNR between 0.11 dB less and 0.14 more, 0.02 less on
# average, SSIM within 0.0005, for a fifth to a quarter less CPU. Searching in a diamond and leaving predicted blocks
# whole costs up to 0.08 dB; two frames more to look ahead, which cost nothing but 67 ms, bring it back. B-frames always
# in pairs instead of where they were found best: 5 to 7 % of x264's work for 0.06 dB less on calm pictures, more on
# restless ones. Weighted prediction stays: without it, light that comes and goes costs 3.6 dB. Small pictures would
# lose more than it brings them, and are cheap anyway.
USUAL_CHANGES = "me=dia:partitions=i8x8,i4x4:rc-lookahead=12:b-adapt=0"
LARGE_PIXELS = 1280 * 720

# A picture that is held back for more than a second comes after its sound: muxers wait no longer for it. What is held
# back is counted in frames, and where the network is slow only half as many come. A thread that does nothing but look
# ahead would hold back three more.
LOOK_AHEAD_S = 0.4
LOOK_AHEAD = {"veryfast": 10, "faster": 20, "fast": 30, "medium": 40}  # x264's, in frames; quicker presets do not
USUAL_LOOK_AHEAD = 12
B_FRAMES = 2
NO_LOOKING_THREAD = "sync-lookahead=0"

# A keyframe holds up all that comes after it on a network that has just become slow, and so does what an encoder may
# make at once after its rate was lowered. Measured on five clips in 720p25 against a buffer of a second and x264's
# usual 1.4: the largest keyframe is 12 to 26 % smaller; PSNR at 2,500 kb/s between 0.05 dB less and 0.06 more, 0.3 less
# on a calm picture of 53 dB; 0.1 to 0.2 less on films at 1,000, which then take 1 to 3 % less of the rate.
BUFFER_S = 0.75
LEVEL_KEYFRAMES = "ipratio=1.0"  # as fine as the pictures after them, not finer

# x264 as quick as it gets with the headers of a dearer preset (its parameter sets must not change in a running
# stream): superfast without searching below 8 × 8 or between pixels. Measured on a noisy 720p clip at 2,500 kb/s:
# 5.9 ms a frame instead of 12.7 (veryfast), 0.4 dB worse. The second column repeats what the headers of a preset say.
QUICK = "partitions=none:subme=0"
QUICK_HEADERS = {
    "superfast": "",
    "veryfast": "",
    "faster": ":ref=2",
    "fast": ":ref=2:chroma-qp-offset=-2",
    "medium": ":ref=3:chroma-qp-offset=-2",
}


def preset_of(settings: EncoderConfig) -> str:
    """x264's preset; a choice that was left open and never tried is the usual one."""
    return USUAL_PRESET if settings.preset == AUTO else settings.preset


def can_be_quicker(settings: EncoderConfig) -> bool:
    """Whether `quick` options exist that keep the stream's headers."""
    return settings.codec == X264 and preset_of(settings) in QUICK_HEADERS


def pixel_format(codec: str) -> str:
    """The pixels an encoder takes."""
    return CHIPS[codec].pixel_format if codec in CHIPS else PIXEL_FORMAT


def video_options(settings: EncoderConfig, canvas: CanvasConfig, quick: bool = False) -> dict[str, str]:
    """FFmpeg's options: keyframes at a fixed distance, where the platforms cut, and a rate that is kept."""
    gop, bit_rate = round(settings.keyframe_interval_s * canvas.fps), settings.bitrate_kbps * 1000
    buffer = round(bit_rate * BUFFER_S)
    options = {"g": str(gop), "keyint_min": str(gop), "maxrate": str(bit_rate), "bufsize": str(buffer)}
    if settings.codec in CHIPS:
        return options | {"bf": "0"} | dict(CHIPS[settings.codec].options)
    options |= {"sc_threshold": "0", "bf": str(B_FRAMES), "forced-idr": "1"}
    preset, always = preset_of(settings), f"{NO_LOOKING_THREAD}:{LEVEL_KEYFRAMES}"
    if quick:
        return options | {"preset": "superfast", "x264-params": f"{always}:{QUICK}{QUICK_HEADERS[preset]}"}
    changes = [USUAL_CHANGES] if _is_changed(preset, canvas) else []
    ahead = [f"rc-lookahead={look_ahead(settings, canvas)}"] if preset in LOOK_AHEAD else []
    return options | {"preset": preset, "x264-params": ":".join([always, *changes, *ahead])}


def _is_changed(preset: str, canvas: CanvasConfig) -> bool:
    return preset == USUAL_PRESET and canvas.width * canvas.height >= LARGE_PIXELS


def look_ahead(settings: EncoderConfig, canvas: CanvasConfig, quick: bool = False) -> int:
    """Frames x264 holds back with a single thread, but for one; each further thread holds back one more."""
    preset = preset_of(settings)
    if quick or preset not in LOOK_AHEAD:
        return B_FRAMES
    wanted = USUAL_LOOK_AHEAD if _is_changed(preset, canvas) else LOOK_AHEAD[preset]
    return max(B_FRAMES, min(wanted, round(canvas.fps * LOOK_AHEAD_S)))


def x264_options(compression: Compression, canvas: CanvasConfig) -> dict[str, str]:
    """FFmpeg's options to compress like that beside the show; x264 stands in for a chip, which has few turns."""
    settings = compression.settings
    if settings.codec != X264:
        settings = replace(settings, codec=X264, preset=BESIDE_CHIP)
    return video_options(settings, canvas, compression.quick and can_be_quicker(settings))


def set_up(context: Any, canvas: CanvasConfig, settings: EncoderConfig, threads: int) -> None:
    """Fills in a codec context that is not open yet."""
    context.width, context.height = canvas.width, canvas.height
    context.pix_fmt = pixel_format(settings.codec)
    context.bit_rate = settings.bitrate_kbps * 1000
    context.color_primaries = context.color_trc = context.colorspace = BT709
    context.color_range = 1  # limited
    context.framerate = Fraction(canvas.fps)
    context.time_base = Fraction(1, canvas.fps)
    context.flags |= Flags.global_header
    if settings.codec == X264:
        context.thread_type = "FRAME"
        context.thread_count = threads
