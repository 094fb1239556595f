"""What people get wrong, and what breaks: one clear sentence, the right exit code, and nothing lost."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.paths import asset
from tests.end2end.nginx import RtmpServer
from tests.end2end.player import watch
from tests.end2end.program import Ended, Program, ask, run
from tests.end2end.sockets import HOST, ClosingServer, SilentServer, free_port

pytestmark = pytest.mark.end2end

USAGE = 2
NOT_ON_AIR = 3
FAULT = 1
PATTERN = ("live", "--source", "pattern", "--card", "none", "--duration", "3")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PRODUCTS_CSV = "编号,名称,价格\nP01,红富士苹果,39.90\nP02,枸杞,45\n"
ORDERS_CSV = "订单号,商品编码,数量,实付金额,付款时间,状态\n"


def is_told(ended: Ended, code: int, *words: str) -> None:
    """One plain sentence first on stderr, with these words in it, nothing half-done on stdout, no inner life."""
    everything = ended.stdout + ended.stderr
    assert ended.code == code, everything
    assert "Traceback" not in everything
    for word in words:
        assert word in ended.sentence, ended.stderr
    assert 10 < len(ended.sentence) < 300, ended.stderr
    assert not re.search(r"Error\b|Errno|0x|\bNone\b|…|\[f=flv|av\.", ended.sentence), ended.sentence
    assert not ended.sentence.startswith(("usage", "Session")), ended.stderr


def half_written(folder: Path) -> Path:
    """A clip whose camera was unplugged while it wrote: its table of contents would have come last."""
    whole, half = folder / "whole.mp4", folder / "half.mp4"
    draw = ("-f", "lavfi", "-i", "testsrc=size=320x240:rate=25", "-t", "1")
    subprocess.run(["ffmpeg", "-v", "error", *draw, "-c:v", "mpeg4", str(whole)], check=True)
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    return half


def text_as_film(folder: Path) -> Path:
    path = folder / "letter.mp4"
    path.write_text("亲爱的奶奶：\n" * 200)
    return path


def only_sound(folder: Path) -> Path:
    path = folder / "song.m4a"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine", "-t", "1", str(path)], check=True)
    return path


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: folder / "nowhere.mp4", ("nowhere.mp4", "is not there")),
        (half_written, ("half.mp4", "cannot be played", "damaged")),
        (text_as_film, ("letter.mp4", "cannot be played")),
        (only_sound, ("song.m4a", "holds no picture")),
        (lambda folder: folder, ("cannot be played", "folder")),
    ],
    ids=["missing", "half-written", "text", "only sound", "folder"],
)
def test_a_clip_that_is_none(
    own_home: Path, tmp_path: Path, make: Callable[[Path], Path], words: tuple[str, ...]
) -> None:
    films = tmp_path / "films"
    where = ("--card", "none", "--record", films, "--json")
    is_told(run(own_home, "live", "--source", f"clip:{make(tmp_path)}", *where), NOT_ON_AIR, *words)
    assert not list(films.glob("*")), "an empty recording was left"
    assert ask(own_home, "sessions", "list") == [], "a session was logged that never was"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("camera", ("No camera was found",)),
        ("camera:Nobody's", ("Nobody's", "does not open")),
        ("pipe:/nowhere/picture.y4m", ("/nowhere/picture.y4m", "is not there")),
        (f"url:http://{HOST}:1/video", ("nobody answers",)),
    ],
)
def test_a_picture_source_that_is_not_there(
    own_home: Path, tmp_path: Path, source: str, words: tuple[str, ...]
) -> None:
    ended = run(own_home, "live", "--source", source, "--audio", "silence", "--card", "none", "--record", tmp_path)
    is_told(ended, NOT_ON_AIR, *words)


@pytest.mark.parametrize("audio", ["mic", "mic:nobody"])
def test_a_microphone_that_is_not_there(own_home: Path, tmp_path: Path, audio: str) -> None:
    ended = run(own_home, *PATTERN, "--audio", audio, "--record", tmp_path / "films")
    is_told(ended, NOT_ON_AIR, "microphone", "does not open")
    assert len(ended.stderr.splitlines()) == 4, ended.stderr


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://example.com/live/key-of-mine", ("http://example.com", "not an RTMP address")),
        ("rtmp://example.com", ("rtmp://example.com", "not an RTMP address")),
        ("rtmp:///live/key-of-mine", ("not an RTMP address",)),
        ("example.com/live/key-of-mine", ("not an RTMP address",)),
        ("Auntie Wang's channel", ("Auntie Wang's channel", "No destination is saved")),
    ],
)
def test_an_address_that_is_none(own_home: Path, address: str, words: tuple[str, ...]) -> None:
    ended = run(own_home, *PATTERN, "--to", address)
    is_told(ended, USAGE, *words)
    assert "key-of-mine" not in ended.stderr


def test_a_show_with_nowhere_to_go(own_home: Path) -> None:
    is_told(run(own_home, *PATTERN), USAGE, "nowhere to go")


def test_a_port_with_nothing_behind_it(own_home: Path) -> None:
    ended = run(own_home, *PATTERN, "--to", f"rtmp://{HOST}:{free_port()}/live/key-of-mine")
    is_told_by_output(ended, "does not answer")


def test_a_server_that_accepts_and_never_speaks(own_home: Path, silent_server: SilentServer) -> None:
    is_told_by_output(run(own_home, *PATTERN, "--to", silent_server.url), "says nothing")


def test_a_server_that_hangs_up_at_once(own_home: Path, closing_server: ClosingServer) -> None:
    is_told_by_output(run(own_home, *PATTERN, "--to", closing_server.url), "hung up")


@pytest.mark.parametrize("application", ["locked", "closed", "nowhere"])
def test_a_key_the_server_refuses_without_a_word(own_home: Path, rtmp_server: RtmpServer, application: str) -> None:
    ended = run(own_home, *PATTERN, "--to", rtmp_server.url("key-of-mine", application))
    is_told_by_output(ended, "refuses the stream", "hung up")
    assert "key may be wrong" in ended.stderr


def test_a_key_the_server_refuses_with_a_reason_is_told_in_its_words(own_home: Path, rtmp_server: RtmpServer) -> None:
    with Program(own_home.with_name("first"), *PATTERN[:-1], "60", "--to", rtmp_server.url("key-of-mine")) as first:
        first.wait_for("on air")
        is_told_by_output(run(own_home, *PATTERN, "--to", rtmp_server.url("key-of-mine")), "Already publishing")
        first.interrupt()
        assert first.wait(20).code == 0


def is_told_by_output(ended: Ended, *words: str) -> None:
    """The fault of a destination: progress lines may come before the four lines."""
    assert ended.code == NOT_ON_AIR, ended.stderr
    assert "Traceback" not in ended.stderr
    assert "key-of-mine" not in ended.stdout + ended.stderr
    told = ended.stderr.splitlines()[-4:]
    for word in words:
        assert word in told[0], ended.stderr
    assert all(line.startswith("  ") for line in told[1:]), ended.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--size", "large"), ("large", "--size")),
        (("--size", "641x360"), ("641x360", "size")),
        (("--size", "8000x4000"), ("8000", "size")),
        (("--fps", "1000"), ("1000", "fps")),
        (("--fps", "many"), ("many", "--fps")),
        (("--bitrate", "1"), ("bitrate",)),
        (("--bitrate", "much"), ("much", "--bitrate")),
        (("--preset", "best"), ("best", "--preset")),
        (("--duration", "-3"), ("-3", "--duration")),
        (("--duration", "nan"), ("nan", "--duration")),
        (("--rotate", "0"), ("0", "--rotate")),
        (("--source", "dream"), ("dream", "--source")),
        (("--audio", "drum"), ("drum", "--audio")),
        (("--card", "NOPE"), ("NOPE", "no product")),
        (("--lang", "fr"), ("fr", "--lang")),
        (("--nonsense",), ("--nonsense",)),
    ],
    ids=lambda value: "=".join(value),
)
def test_an_option_that_will_not_do(
    own_home: Path, tmp_path: Path, options: tuple[str, ...], words: tuple[str, ...]
) -> None:
    is_told(run(own_home, *PATTERN, "--record", tmp_path / "films", *options), USAGE, *words)
    assert not (tmp_path / "films").exists()


def test_a_folder_that_cannot_be_written(own_home: Path, tmp_path: Path) -> None:
    """A file stands where the folder should be: the same for everybody, even for root."""
    (tmp_path / "file").write_text("")
    inside = tmp_path / "file" / "folder"
    is_told(run(own_home, *PATTERN, "--record", inside), NOT_ON_AIR, str(inside), "Nothing can be written")
    for words in (PATTERN, ("rehearse", "--source", "pattern"), ("demo", "--headless")):
        ended = run(inside, *words, *(() if words[0] != "live" else ("--record", tmp_path / "films")))
        is_told(ended, NOT_ON_AIR, str(inside), "cannot be written")
    is_told(run(inside, "sessions", "list"), FAULT, str(inside), "cannot be written")


def test_a_disk_that_fills_up_ends_the_recording_and_not_the_show(
    own_home: Path, tmp_path: Path, rtmp_server: RtmpServer
) -> None:
    clip = asset("demo", "clip.mp4")
    words = (
        "live",
        "--source",
        f"clip:{clip}",
        "--card",
        "none",
        "--to",
        rtmp_server.url(),
        "--record",
        tmp_path / "films",
    )
    with Program(own_home, *words, "--duration", "5", "--preset", "ultrafast") as program:
        program.wait_for("on air")
        program.limit_files(700_000)
        said = program.wait_for("recording")
        assert "has stopped: the disk is full" in said
        ended = program.wait()
    assert ended.code == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    session = ask(own_home, "sessions", "show", "1")
    assert session["end"] == "ended"
    assert [notice["problem"]["code"] for notice in session["notices"]] == ["recording.failed"]
    assert len(watch(rtmp_server.recording()).video) > 4 * 30, "the show itself suffered"
    assert len(watch(session["recording"]).video) > 30, "what was recorded before cannot be played"


def test_a_disk_that_is_full_from_the_start(own_home: Path, tmp_path: Path) -> None:
    with Program(own_home, *PATTERN, "--record", tmp_path / "films") as program:
        program.limit_files(1000)
        ended = program.wait()
    is_told(ended, NOT_ON_AIR)


def test_two_studios_on_one_home(own_home: Path, tmp_path: Path) -> None:
    """The second is told so and ends; the first never notices."""
    with Program(own_home, *PATTERN[:-1], "60", "--record", tmp_path / "films") as first:
        first.wait_for("has begun")
        ended = run(own_home, *PATTERN, "--record", tmp_path / "other")
        is_told(ended, NOT_ON_AIR, str(own_home), "Another studio")
        first.interrupt()
        assert first.wait(20).code == 0
    sessions: list[Any] = ask(own_home, "sessions", "list")
    assert [session["end"] for session in sessions] == ["ended"]


def table(folder: Path, data: str | bytes) -> Path:
    path = folder / "table.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, ("is not there",)),
        (bytes(range(256)) * 40, ("is not a table",)),
        ("水果,多少\n苹果,3\n", ("lacks the headings",)),
        ("", ("lacks the headings",)),
    ],
    ids=["missing", "binary", "wrong headings", "empty"],
)
def test_a_table_that_is_none(own_home: Path, tmp_path: Path, data: str | bytes | None, words: tuple[str, ...]) -> None:
    own_session(own_home, tmp_path)
    path = tmp_path / "table.csv" if data is None else table(tmp_path, data)
    is_told(run(own_home, "products", "import", path), FAULT, str(path), *words)
    is_told(run(own_home, "orders", "import", path, "--session", "1"), FAULT, str(path), *words)


def own_session(home: Path, folder: Path) -> None:
    """A session that is over, for orders to belong to."""
    ended = run(home, *PATTERN[:-1], "0.3", "--record", folder / "films")
    assert ended.code == 0, ended.stderr


def test_good_rows_come_in_and_bad_ones_are_listed_with_their_lines(own_home: Path, tmp_path: Path) -> None:
    products = table(tmp_path, PRODUCTS_CSV + "P03,雪莲果,便宜\nP04,人参果,29.90\n,没有编号,1\n")
    ended = run(own_home, "products", "import", products)
    assert ended.code == 0, ended.stderr
    assert ended.stdout.startswith("5 rows: 3 new")
    assert [line.split(" was left out: ")[0] for line in ended.stderr.splitlines()] == ["Line 4", "Line 6"]
    assert "便宜" in ended.stderr
    assert [product["sku"] for product in ask(own_home, "products", "list")] == ["P01", "P02", "P04"]

    own_session(own_home, tmp_path)
    good = "DD2026,P01,2,79.80,2026-01-31 20:05:00,已付款\n"
    bad = "DD2027,P01,none,39.90,2026-01-31 20:06:00,已付款\nDD2028,P02,1,45,whenever,已付款\n"
    orders = table(tmp_path, ORDERS_CSV + good + bad + good.replace("DD2026", "DD2029"))
    report = ask(own_home, "orders", "import", orders, "--session", "1")[0]
    assert (report["rows"], report["new"]) == (4, 2)
    assert [row["line"] for row in report["rejected"]] == [3, 4]
    assert [order["order_id"] for order in ask(own_home, "orders", "list", "--session", "1")] == ["DD2026", "DD2029"]


@pytest.mark.parametrize(
    "words",
    [
        ("sessions", "show", "99"),
        ("viewers", "add", "--session", "99", "5"),
        ("orders", "add", "--session", "99", "--sku", "P01"),
        ("orders", "list", "--session", "99"),
    ],
    ids=" ".join,
)
def test_a_session_that_never_was(own_home: Path, words: tuple[str, ...]) -> None:
    is_told(run(own_home, *words), FAULT, "There is no session 99")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("live", "--source", "clip:/nowhere.mp4", "--record", "films"), NOT_ON_AIR, "/nowhere.mp4"),
        ((*PATTERN, "--to", "http://example.com/live/key"), USAGE, "http://example.com"),
        ((*PATTERN, "--to", f"rtmp://{HOST}:1/live/key"), NOT_ON_AIR, HOST),
        ((*PATTERN, "--fps", "many"), USAGE, "many"),
        (("products", "import", "/nowhere.csv"), FAULT, "/nowhere.csv"),
        (("products", "show", "NOPE"), FAULT, "NOPE"),
        (("sessions", "show", "99"), FAULT, "99"),
    ],
)
def test_it_is_told_in_chinese(own_home: Path, words: tuple[str, ...], code: int, told: str) -> None:
    ended = run(own_home, *words, lang="zh")
    assert ended.code == code, ended.stderr
    sentences = [line for line in ended.stderr.splitlines() if told in line]
    assert sentences, ended.stderr
    assert all(CHINESE.search(line) for line in sentences)
    assert "None" not in ended.stderr
