"""How a show went, for a person and as JSON."""

from dataclasses import asdict

from studio.errors import explain
from studio.i18n import _
from studio.output_states import OutputState, output_name, told_afterwards
from studio.paths import Home
from studio.reports import ShowReport


def report_json(report: ShowReport) -> dict[str, object]:
    """The report as `--json` prints it; `received` only where there was a receiver."""
    document = asdict(report)
    for output in document["outputs"]:
        del output["problem"]
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
                name=output_name(output.name), megabytes=round(output.sent_bytes / 1e6, 1), reconnects=output.reconnects
            )
        )
        if output.problem is not None and output.state in (OutputState.FAILED, OutputState.RECONNECTING):
            lines.append("  " + _("At the end: {what}").format(what=explain(told_afterwards(output.problem)).what))
    received = report.received
    if received is not None:
        lines.append(
            _("Viewers would get {fps} frames a second at {kbps} kb/s, {latency} s after they were taken.").format(
                fps=received.fps,
                kbps=round(received.kbps),
                latency="?" if received.latency_ms_p50 is None else round(received.latency_ms_p50 / 1000, 2),
            )
        )
        if received.qr_decoded_ratio is not None:
            lines.append(_code_line(received.qr_decoded_ratio))
    lines.append(_("Computing time {cpu} s, memory {rss} MB.").format(cpu=report.cpu_s, rss=report.peak_rss_mb))
    lines += [_("Recording: {path}").format(path=path) for path in report.parts]
    lines.append(
        _("Session {id} is kept in {path}; see it with: nongbo sessions show {id}").format(
            id=report.session_id, path=home.database
        )
    )
    return "\n".join(lines)


def _code_line(ratio: float) -> str:
    if not ratio:
        return _("The QR code could not be read in the received picture.")
    return _("The QR code was read in {percent} of 100 received pictures.").format(percent=round(ratio * 100))
