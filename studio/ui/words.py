"""What the window says about states, numbers and faults: short sentences without a technical word."""

from dataclasses import dataclass

from overlays.card import CardParams
from studio.addresses import virtual_camera_of
from studio.errors import Problem, explain
from studio.events import HealthSampled
from studio.i18n import N_, _, ngettext
from studio.output_states import OutputState, told_afterwards
from studio.reports import ShowReport
from studio.ui.theme import AMBER, BLUE, FAINT, GREEN, RED

# state -> (drawing, colour, word): never told by colour alone
OUTPUT_WORDS: dict[OutputState, tuple[str, str, str]] = {
    OutputState.OFFLINE: ("off", FAINT, N_("Not sending")),
    OutputState.CONNECTING: ("wait", BLUE, N_("Connecting…")),
    OutputState.LIVE: ("ok", GREEN, N_("Sending")),
    OutputState.RECONNECTING: ("warn", AMBER, N_("Broken, trying again…")),
    OutputState.FAILED: ("failed", RED, N_("Failed")),
    OutputState.STOPPING: ("wait", FAINT, N_("Ending…")),
}

# What has to be mended at once -> its drawing; these are told very large. The gravest comes first: nobody gets
# anything, then no picture, no voice, and then what is only spoiled.
WARNING_DRAWINGS = {
    "engine.gone_on_air": "hide",
    "show.unseen": "hide",
    "source.all_lost": "phone_off",
    "source.lost": "camera_lost",
    "source.busy": "camera_taken",
    "source.covered": "camera_off",
    "source.still": "frozen",
    "show.bug": "frozen",
    "watch.black": "camera_off",
    "watch.covered": "camera_off",
    "watch.hidden": "camera_off",
    "watch.frozen": "frozen",
    "audio.lost": "mic_lost",
    "audio.busy": "mic_taken",
    "watch.muted": "muted",
    "watch.silent": "silent",
    "watch.still_muted": "muted",
    "watch.nobody": "nobody",
    "watch.dark": "lamp",
    "watch.blurred": "blurred",
    "watch.clipped": "loud",
    "watch.code": "code",
}
# What is told large has few words; those that name a camera or a microphone have a short line here.
SHORT_WORDS = {
    "engine.gone_on_air": N_("The show was cut off."),
    "source.all_lost": N_("Picture and sound have stopped."),
    "source.lost": N_("The picture has stopped."),
    "source.busy": N_("The camera is taken."),
    "source.covered": N_("The picture is black."),
    "source.still": N_("The picture stands still."),
    "show.bug": N_("The program made a mistake."),
    "audio.lost": N_("The sound has stopped."),
    "audio.busy": N_("The microphone is taken."),
}
GRAVITY = {code: place for place, code in enumerate(WARNING_DRAWINGS)}

QUIET_DBFS = -35.0
LOUD_DBFS = -3.0
QUIET_LUFS, LOUD_LUFS = -27.0, -12.0  # about the -17 a voice is brought to
SILENT_DBFS = -60.0
LATE_TICKS_FELT = 3  # in ten seconds; one alone nobody sees


@dataclass(frozen=True, slots=True)
class Told:
    """A judgement: its drawing, its colour and its sentence."""

    drawing: str
    colour: str
    text: str


def gravity(problem: Problem) -> int:
    """Where a problem stands among several: what viewers see or hear wrong now comes before everything else."""
    return GRAVITY.get(problem.code, len(GRAVITY))


def yuan(fen: int) -> str:
    """Money as people write it: ¥39.90, ¥8."""
    return f"¥{fen // 100:,}" if fen % 100 == 0 else f"¥{fen / 100:,.2f}"


def clock_time(seconds: float) -> str:
    """A span of time as 0:12:34."""
    whole = max(0, int(seconds))
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def price_line(card: CardParams) -> str:
    """The price and what it buys."""
    return f"{yuan(card.price_fen)} / {card.unit}" if card.unit else yuan(card.price_fen)


def level_words(peak_dbfs: float, loudness_lufs: float | None = None) -> Told:
    """What the sound means for the one who speaks: by its loudness where that is known, else by its peak."""
    if peak_dbfs <= SILENT_DBFS:
        return Told("mic", RED, _("No sound"))
    if peak_dbfs < QUIET_DBFS if loudness_lufs is None else loudness_lufs < QUIET_LUFS:
        return Told("mic", FAINT, _("Too quiet"))
    if peak_dbfs > LOUD_DBFS if loudness_lufs is None else loudness_lufs > LOUD_LUFS:
        return Told("mic", RED, _("Too loud"))
    return Told("mic", GREEN, _("Good"))


def health_words(
    now: HealthSampled, before: HealthSampled, chosen_fps: float | None = None, eased: tuple[Problem, ...] = ()
) -> Told:
    """How the show goes, judged by what was lost between two samples and what is left away.

    The worst comes first; what is left away names the platform it is about, and so comes before the bare counts.
    """
    sending = _("{kbps} kb/s").format(kbps=f"{now.sent_kbps:,.0f}")
    if eased:
        return Told("warn", AMBER, explain(eased[-1]).what)
    if now.dropped_packets > before.dropped_packets:
        return Told("warn", AMBER, _("The network is too slow: viewers see the picture stutter. Move closer to it."))
    if now.skipped_frames > before.skipped_frames:
        return Told("warn", AMBER, _("This computer does not keep up with compressing. Close other programs."))
    if now.late_ticks - before.late_ticks >= LATE_TICKS_FELT:
        return Told("warn", AMBER, _("This computer is late now and then. Close other programs."))
    if chosen_fps is not None and now.composed_fps < chosen_fps * 0.9:
        return Told("warn", AMBER, _("The picture moves slower than it should. Close other programs."))
    # Nothing is sent where it is only recorded, or where no destination is there just now, which each tells itself.
    smooth = _("All is smooth, sending {rate}.") if round(now.sent_kbps) else _("The picture runs smoothly.")
    return Told("ok", GREEN, smooth.format(rate=sending))


def silence_words(silent_s: float) -> str:
    """That the engine does not answer."""
    return _("The part that sends has not answered for {seconds} s.").format(seconds=f"{silent_s:.0f}")


def health_numbers(now: HealthSampled) -> str:
    """The counters behind the sentence, for the one who is asked for help."""
    return _("{fps} frames/s · late {late} · skipped {skipped} · dropped {dropped} · {kbps} kb/s").format(
        fps=f"{now.composed_fps:.1f}",
        late=now.late_ticks,
        skipped=now.skipped_frames,
        dropped=now.dropped_packets,
        kbps=f"{now.sent_kbps:,.0f}",
    )


def report_lines(report: ShowReport, pieces: int, rehearsal: bool) -> tuple[str, list[str]]:
    """How the show went: a heading and its lines."""
    heading = _("The rehearsal is over") if rehearsal else _("The show is over")
    lost = report.video.skipped_frames + report.video.late_ticks
    lines = [
        _("On air for {time}").format(time=clock_time(report.duration_s)),
        ngettext("{count} piece ordered", "{count} pieces ordered", pieces).format(count=pieces),
        ngettext("{count} picture not in time", "{count} pictures not in time", lost).format(count=lost)
        if lost
        else _("The picture ran smoothly throughout"),
    ]
    for output in report.outputs:
        if output.problem is not None:
            lines.append(explain(told_afterwards(output.problem)).what)
    received = report.received
    if received is not None:
        lines.append(_("Viewers would get {fps} frames a second").format(fps=f"{received.fps:.0f}"))
        if received.latency_ms_p50 is not None:
            lines.append(_("They see it {seconds} s later").format(seconds=f"{received.latency_ms_p50 / 1000:.1f}"))
        if received.qr_decoded_ratio is not None:
            share = f"{received.qr_decoded_ratio:.0%}"
            lines.append(_("The QR code can be scanned in {share} of the pictures").format(share=share))
    lines += [_("Recorded in {path}").format(path=path) for path in report.parts]
    return heading, lines


def address_words(address: str) -> str:
    """A masked address, or the virtual camera it names."""
    device = virtual_camera_of(address)
    if device is None:
        return address
    return _("Virtual camera") + (f": {device}" if device else "")
