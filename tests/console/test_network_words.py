"""What the network made of the picture reads as from when to when, what was sent, and why."""

from datetime import UTC, datetime, timedelta

import pytest

from studio.console.network_words import quality_lines
from studio.quality import Motion, QualityChanged
from studio.store.rows import QualityRow
from studio.store.store import Store
from tests.console.conftest import Nongbo
from tests.store.samples import after

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def change(
    second: float, kbps: int, better: bool, cause: tuple[float, int] | None, motion: str = "whole"
) -> QualityRow:
    slowest = None if kbps == 2500 else "快手"
    return QualityRow(NOON + timedelta(seconds=second), kbps, 2500, motion, slowest, better, *(cause or (None, None)))


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.console.network_words.local_time", lambda at, form: at.strftime(form))


def test_every_spell_is_one_line_with_its_times_what_was_sent_and_why() -> None:
    changes = (
        change(0, 1500, False, (1.2, 1310)),
        change(2, 900, False, (1.6, 940)),
        change(10, 120, False, (2.5, 170), "half"),
        change(30, 400, True, (0.1, 430)),
        change(32, 1700, True, (0.1, 1720)),
        change(40, 2500, True, None),
    )
    down = "Picture from 900 to 120 kb/s (every second frame): 快手 lay 2.5 s behind, its network took 170 kb/s"
    assert list(quality_lines(changes, NOON + timedelta(minutes=5))) == [
        "12:00:00 – 12:00:10  Picture from 2500 to 900 kb/s: 快手 lay 1.6 s behind, its network took 940 kb/s",
        f"12:00:10 – 12:00:30  {down}",
        "12:00:30 – 12:00:40  Picture from 120 to 1700 kb/s: the network of 快手 takes 1720 kb/s and more is tried",
        "12:00:40  The whole picture again, at 2500 kb/s",
    ]


def test_a_log_from_before_causes_were_kept_names_the_network() -> None:
    (line,) = quality_lines((change(0, 1500, False, None),), None)
    assert line == "12:00:00 –   Picture from 2500 to 1500 kb/s: the network of 快手"
    assert list(quality_lines((), None)) == []


def test_a_session_keeps_the_cause_of_each_change(nongbo: Nongbo, store: Store, session_id: int) -> None:
    event = QualityChanged(900, 2500, Motion.WHOLE, "快手", False, after(5), 1.25, 940)
    store.write_events(session_id, [event])
    document = nongbo("sessions", "show", str(session_id), "--json").document
    assert (document["quality"][0]["behind_s"], document["quality"][0]["taken_kbps"]) == (1.25, 940)
    assert "快手 lay 1.2 s behind, its network took 940 kb/s" in nongbo("sessions", "show", str(session_id)).out
