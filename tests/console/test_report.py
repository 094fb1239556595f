"""How a show went, as the command line tells it."""

from dataclasses import replace
from pathlib import Path

from studio.console.report import report_json, summary
from studio.errors import Problem
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
