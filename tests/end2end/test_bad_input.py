"""What people get wrong, and what breaks: one clear sentence, the right exit code, and nothing lost."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from studio.paths import asset
from tests.end2end.mistakes import KEY, MISTAKES, NOT_ON_AIR, Mistake, write_files
from tests.end2end.nginx import RtmpServer
from tests.end2end.player import watch
from tests.end2end.program import Ended, Program, ask, notices, run
from tests.end2end.sockets import HOST, ClosingServer, SilentServer, free_port

pytestmark = [pytest.mark.end2end, pytest.mark.timeout(600)]  # all mistakes are made before the first test

PATTERN = ("live", "--source", "pattern", "--card", "none")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
INNER_LIFE = re.compile(r"Error\b|Errno|\b0x[0-9a-f]{4}|\bNone\b|: …|\[f=flv")
PRODUCTS_CSV = "编号,名称,价格\nP01,红富士苹果,39.90\nP02,枸杞,45\n"
ORDERS_CSV = "订单号,商品编码,数量,实付金额,付款时间,状态\n"
AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a mistake, and where."""

    ended: Ended
    home: Path
    told: tuple[str, ...]

    @property
    def films(self) -> Path:
        return self.home.with_name("films")


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answer]:
    """All mistakes, each made on a home of its own, a few at a time: one after the other would take minutes."""
    folder = tmp_path_factory.mktemp("mistakes")
    write_files(folder)
    with (
        RtmpServer(folder / "nginx") as server,
        SilentServer() as silent,
        ClosingServer() as closing,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        places = {
            "folder": str(folder),
            "closed_port": str(free_port()),
            "silent": silent.url,
            "closing": closing.url,
            "rtmp": f"rtmp://{HOST}:{server.rtmp_port}",
        }

        def make(mistake: Mistake) -> Answer:
            home = tmp_path_factory.mktemp("mistake") / "home"
            here = places | {"films": str(home.with_name("films"))}
            words = [word.format_map(here) for word in mistake.words]
            return Answer(run(home, *words, lang=mistake.lang), home, tuple(w.format_map(here) for w in mistake.told))

        return dict(zip(MISTAKES, pool.map(make, MISTAKES.values()), strict=True))


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_in_one_clear_sentence(answers: dict[str, Answer], name: str) -> None:
    """The first line on stderr says it, in the language that was asked for, without the program's inner life."""
    answer, mistake = answers[name], MISTAKES[name]
    ended = answer.ended
    everything = ended.stdout + ended.stderr
    assert ended.code == mistake.code, everything
    assert "Traceback" not in everything
    assert KEY not in everything
    for word in answer.told:
        assert word in ended.sentence, ended.stderr
    assert 8 < len(ended.sentence) < 300, ended.stderr
    assert not INNER_LIFE.search(ended.sentence)
    assert mistake.lang == "en" or CHINESE.search(ended.sentence), ended.sentence
    assert not list(answer.films.rglob("*")), "an empty recording was left"


def test_what_never_went_on_air_is_no_session(answers: dict[str, Answer]) -> None:
    assert ask(answers["clip half-written"].home, "sessions", "list") == []


def test_a_refusal_says_what_to_do_about_the_key(answers: dict[str, Answer]) -> None:
    assert "key may be wrong" in answers["key refused"].ended.stderr


def test_a_refusal_is_told_in_the_servers_own_words(own_home: Path, rtmp_server: RtmpServer) -> None:
    """The key is in use already, by a show that goes on undisturbed."""
    with Program(own_home.with_name("first"), *PATTERN, "--to", rtmp_server.url(KEY)) as first:
        first.wait_for("on air")
        second = run(own_home, *PATTERN, "--to", rtmp_server.url(KEY), "--json")
        assert second.code == NOT_ON_AIR
        assert "Already publishing" in second.sentence
        assert second.document["outputs"][0]["last_error"] == "Already publishing"
        assert KEY not in second.stdout + second.stderr
        first.interrupt()
        ended = first.wait()
    assert ended.code == 0, ended.stderr
    assert "broke" not in ended.stderr


def test_a_disk_that_fills_up_ends_the_recording_and_not_the_show(
    own_home: Path, tmp_path: Path, rtmp_server: RtmpServer
) -> None:
    source = f"clip:{asset('demo', 'clip.mp4')}"
    where = ("--to", rtmp_server.url(), "--record", tmp_path / "films")
    words = ("live", "--source", source, "--card", "none", "--preset", "ultrafast", "--duration", "4.5")
    with Program(own_home, *words, *where) as program:
        program.wait_for("on air")
        program.limit_files(700_000)
        assert "the disk is full" in program.wait_for("has stopped")
        ended = program.wait()
    assert ended.code == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    session = ask(own_home, "sessions", "show", "1")
    assert session["end"] == "ended"
    assert [notice["problem"]["code"] for notice in notices(session)] == ["recording.failed"]
    assert len(watch(rtmp_server.recording()).video) > 3.5 * 30, "the show itself suffered"
    assert len(watch(session["recording"]).video) > 30, "what was recorded before cannot be played"


def test_a_disk_that_is_full_from_the_start(own_home: Path, tmp_path: Path) -> None:
    with Program(own_home, *PATTERN, "--record", tmp_path / "films", "--duration", "3") as program:
        program.limit_files(1000)
        ended = program.wait()
    assert ended.code == NOT_ON_AIR, ended.stderr
    assert len(ended.stderr.splitlines()) == 4, ended.stderr
    assert str(own_home) in ended.sentence
    assert not INNER_LIFE.search(ended.sentence)


def test_two_studios_on_one_home(own_home: Path, tmp_path: Path) -> None:
    """The second is told so and ends; the first never notices."""
    with Program(own_home, *PATTERN, "--record", tmp_path / "films") as first:
        first.wait_for("has begun")
        second = run(own_home, *PATTERN, "--record", tmp_path / "other")
        assert second.code == NOT_ON_AIR
        assert "Another studio" in second.sentence
        assert str(own_home) in second.sentence
        first.interrupt()
        assert first.wait().code == 0
    sessions: list[Any] = ask(own_home, "sessions", "list")
    assert [session["end"] for session in sessions] == ["ended"]
    assert len(watch(sessions[0]["recording"]).video) > 0
    assert not (tmp_path / "other").exists()


def test_good_rows_come_in_and_bad_ones_are_listed_with_their_lines(own_home: Path, tmp_path: Path) -> None:
    products = tmp_path / "products.csv"
    products.write_text(PRODUCTS_CSV + "P03,雪莲果,便宜\nP04,人参果,29.90\n,没有编号,1\n")
    ended = run(own_home, "products", "import", products)
    assert ended.code == 0, ended.stderr
    assert ended.stdout.startswith("5 rows: 3 new")
    assert [line.split(" was left out: ")[0] for line in ended.stderr.splitlines()] == ["Line 4", "Line 6"]
    assert "便宜" in ended.stderr
    assert [product["sku"] for product in ask(own_home, "products", "list")] == ["P01", "P02", "P04"]

    assert run(own_home, *PATTERN, "--record", tmp_path / "films", "--duration", "0.3").code == 0
    good = "DD2026,P01,2,79.80,2026-01-31 20:05:00,已付款\n"
    bad = "DD2027,P01,none,39.90,2026-01-31 20:06:00,已付款\nDD2028,P02,1,45,whenever,已付款\n"
    orders = tmp_path / "orders.csv"
    orders.write_text(ORDERS_CSV + good + bad + good.replace("DD2026", "DD2029"))
    report = ask(own_home, "orders", "import", orders, "--session", "1")[0]
    assert (report["rows"], report["new"]) == (4, 2)
    assert [row["line"] for row in report["rejected"]] == [3, 4]
    assert [order["order_id"] for order in ask(own_home, "orders", "list", "--session", "1")] == ["DD2026", "DD2029"]
