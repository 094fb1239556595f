"""How a show went, as the command line tells it."""

from dataclasses import replace
from pathlib import Path

from studio.console.report import report_json, summary
from studio.errors import Problem
from studio.i18n import use
from studio.paths import Home
from studio.reports import AudioReport, OutputReport, ReceivedReport, ShowReport, VideoReport

OUTPUT = OutputReport("快手", "failed", None, 0, 0, 0, 0, 0.0, "output.room_closed", Problem.of("output.room_closed"))
SEEN = ReceivedReport(900, 30.0, 2500.0, 210.0, 260.0, None)
SHOW = ShowReport(
    1, 30.0, VideoReport(1280, 720, 30, 900, 900, 900, 0, 0), AudioReport(1, 0.0), (OUTPUT,), None, 1.0, 200.0, SEEN
)


def test_codes_are_spoken_of_where_there_were_some() -> None:
    home = Home(Path("/home"))
    assert "QR" not in summary(SHOW, home)
    assert "could not be read" in summary(replace(SHOW, received=replace(SEEN, qr_decoded_ratio=0.0)), home)
    assert "in 98 of 100" in summary(replace(SHOW, received=replace(SEEN, qr_decoded_ratio=0.98)), home)


def test_the_document_has_the_promised_keys_alone() -> None:
    told = repr(report_json(SHOW)["outputs"])
    assert "'last_error': 'output.room_closed'" in told
    assert "problem" not in told


def test_who_saw_nothing_at_the_end_is_told_with_the_reason() -> None:
    use("en")
    refused = replace(OUTPUT, problem=Problem.of("output.refused", name="快手", reason="expired"))
    for state, told in (("failed", True), ("reconnecting", True), ("live", False)):
        words = summary(replace(SHOW, outputs=(replace(refused, state=state),)), Home(Path("/home")))
        assert ("At the end: 快手 refuses the stream. Its words: expired." in words) is told, state
    closing = Problem.of("output.closing", name="快手", reason="no answer", seconds=47)
    late = replace(OUTPUT, state="reconnecting", problem=closing)
    assert "47" not in summary(replace(SHOW, outputs=(late,)), Home(Path("/home"))), "they have passed"
