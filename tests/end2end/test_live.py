"""`nongbo live` against real RTMP servers: what arrives, what is recorded and logged, what is kept secret."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil
import pytest

from studio.paths import asset
from tests.end2end.nginx import RtmpServer
from tests.end2end.pictures import code_in, codes_in, difference
from tests.end2end.player import Seen, Watched, watch
from tests.end2end.program import Ended, Program, ask, notices, run

pytestmark = pytest.mark.end2end

CLIP = asset("demo", "clip.mp4")
SHOP = asset("demo", "products.csv")
LINK = "https://n.example/{sku}"
FPS = 30
TICKER_ROWS = slice(720 - 44, 720)
FREE_PICTURE = (slice(20, 250), slice(100, 1180))  # no overlay comes here

REPORT: dict[str, Any] = {
    "session_id": int,
    "duration_s": float,
    "video": {
        "width": int,
        "height": int,
        "fps": int,
        "captured_frames": int,
        "composed_frames": int,
        "encoded_frames": int,
        "late_ticks": int,
        "skipped_frames": int,
    },
    "audio": {"samples": int, "drift_ms": float},
    "outputs": [
        {
            "name": str,
            "state": str,
            "first_packet_s": float,
            "sent_packets": int,
            "sent_bytes": int,
            "dropped_packets": int,
            "reconnects": int,
            "outage_s": float,
            "last_error": type(None),
        }
    ],
    "recording": str,
    "cpu_s": float,
    "peak_rss_mb": float,
    "recordings": [str],
}


@dataclass(frozen=True)
class Show:
    """A show that is over: what was said, what the server kept of it, and where it was at home."""

    ended: Ended
    home: Path
    arrived: Path

    @property
    def report(self) -> Any:
        return self.ended.document


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Show:
    """Six seconds of the demo clip with its sound, one card, a ticker and a recording."""
    folder = tmp_path_factory.mktemp("live")
    home = folder / "home"
    run(home, "products", "import", SHOP)
    with RtmpServer(folder / "nginx", record=True) as server:
        words = ("live", "--source", f"clip:{CLIP}", "--audio", "clip", "--card", "P03", "--ticker", "今晚发货")
        more = (
            "--to",
            server.url(),
            "--record",
            folder / "films",
            "--duration",
            "6",
            "--preset",
            "superfast",
            "--json",
        )
        ended = run(home, *words, *more)
    return Show(ended, home, server.recording())


@pytest.fixture(scope="module")
def arrived(show: Show) -> Watched:
    return watch(show.arrived)


def same_shape(value: Any, shape: Any) -> bool:
    """Whether a JSON value has exactly these keys and types; an int will do for a float."""
    if isinstance(shape, dict):
        return (
            isinstance(value, dict)
            and value.keys() == shape.keys()
            and all(same_shape(value[k], shape[k]) for k in shape)
        )
    if isinstance(shape, list):
        return isinstance(value, list) and bool(value) and all(same_shape(one, shape[0]) for one in value)
    return type(value) is shape or (shape is float and type(value) is int)


def test_the_report_is_one_document_with_the_promised_keys(show: Show) -> None:
    assert show.ended.code == 0, show.ended.stderr
    assert same_shape(show.report, REPORT), show.ended.stdout
    assert show.ended.stderr == ""
    assert 6.0 <= show.report["duration_s"] < 9
    assert show.report["outputs"][0]["state"] == "live"
    assert show.report["outputs"][0]["dropped_packets"] == 0
    assert show.report["cpu_s"] > 0.5
    assert 100 < show.report["peak_rss_mb"] < 450


def test_every_composed_frame_arrives_at_its_time(show: Show, arrived: Watched) -> None:
    video = show.report["video"]
    assert (video["width"], video["height"], video["fps"]) == (1280, 720, FPS)
    assert video["composed_frames"] + video["late_ticks"] >= 6 * FPS
    assert len(arrived.video) == video["encoded_frames"] == video["composed_frames"] - video["skipped_frames"]
    assert video["skipped_frames"] <= FPS, "the encoder did not keep up"
    assert {seen.picture().shape for seen in arrived.video} == {(720, 1280, 3)}
    steps = np.diff([seen.time_s for seen in arrived.video]) * FPS
    assert np.all(np.abs(steps - np.round(steps)) < 0.07)  # FLV counts in milliseconds
    assert np.all(np.round(steps) >= 1)
    assert len({seen.picture()[FREE_PICTURE].tobytes() for seen in arrived.video[30:60]}) > 20, (
        "the picture stands still"
    )


def test_keyframes_come_every_two_seconds(show: Show) -> None:
    with av.open(str(show.arrived)) as stream:
        assert stream.streams.video[0].codec_context.name == "h264"
        times_s = [float(p.pts * p.time_base) for p in stream.demux(video=0) if p.is_keyframe and p.pts is not None]
    assert len(times_s) >= 3
    first_s, *steps_s = np.diff(times_s)
    late_s = show.report["video"]["late_ticks"] / FPS  # a frame that was left out is no keyframe; the next one is
    assert first_s < 2.01 + late_s, "one more is asked for where the server takes its time"
    assert all(1.8 < step_s < 2.2 + late_s for step_s in steps_s)


def test_the_sound_arrives_as_48_khz_stereo(show: Show, arrived: Watched) -> None:
    with av.open(str(show.arrived)) as stream:
        sound = stream.streams.audio[0].codec_context
        assert (sound.name, sound.sample_rate, sound.layout.nb_channels) == ("aac", 48_000, 2)
    samples = arrived.samples()
    assert abs(len(samples) - show.report["audio"]["samples"]) <= 4 * 1024  # AAC has a run-up and an end
    assert float(np.abs(samples).max()) > 0.02, "only silence arrived"


def test_the_picture_is_the_clips_own(arrived: Watched) -> None:
    clip = watch(CLIP, seconds=3)

    def is_number(number: int, sent: Seen) -> bool:
        return difference(sent.picture()[FREE_PICTURE], clip.video[number].picture()[FREE_PICTURE]) < 8

    first = next(seen for seen in arrived.video if is_number(0, seen))
    assert first.time_s - arrived.video[0].time_s < 1.5
    for number in (40, 80):
        assert is_number(number, min(arrived.video, key=lambda seen: abs(seen.time_s - first.time_s - number / FPS)))


def test_the_card_is_in_the_picture_with_its_own_link(arrived: Watched) -> None:
    seen = codes_in(arrived.video[FPS::15])
    assert len(seen) >= 8
    assert set(seen) == {LINK.format(sku="p03")}


def test_the_ticker_runs_along_the_lower_edge(arrived: Watched) -> None:
    first = arrived.video[60]
    second = min(arrived.video, key=lambda seen: abs(seen.time_s - first.time_s - 0.5))
    rows = [seen.picture()[TICKER_ROWS] for seen in (first, second)]
    red, green, _blue = rows[0].reshape(-1, 3).mean(axis=0)
    assert red > 120, "the ticker's red is not there"
    assert green < 100
    moved_px = round(90 * (second.time_s - first.time_s))
    left, right = rows[0][:, 200 + moved_px : 1000 + moved_px], rows[1][:, 200:1000]
    assert difference(left, right) < difference(rows[0][:, 200:1000], right) / 3, "the ticker stands still"


def test_the_recording_plays_with_every_frame(show: Show) -> None:
    film = Path(show.report["recording"])
    assert film.suffix == ".mp4"
    recorded = watch(film)
    assert len(recorded.video) == show.report["video"]["encoded_frames"]
    assert code_in(recorded.video[-45].picture()) == LINK.format(sku="p03")
    assert abs(len(recorded.samples()) - show.report["audio"]["samples"]) <= 4 * 1024


def test_the_session_is_logged_whole(show: Show) -> None:
    session = ask(show.home, "sessions", "show", str(show.report["session_id"]))
    assert session["end"] == "ended"
    assert session["recording"] == show.report["recording"]
    assert [window["sku"] for window in session["windows"]] == ["P03"]
    assert [output["state"] for output in session["outputs"]] == ["connecting", "live", "stopping", "offline"]
    assert session["health"]["seconds"] >= 4
    assert notices(session) == []


@dataclass(frozen=True)
class Pair:
    """A show for phones with two destinations, one of which was lost, while one viewer watched the other."""

    show: Show
    session: Any


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    folder = tmp_path_factory.mktemp("pair")
    home = folder / "home"
    run(home, "products", "import", SHOP)
    with (
        RtmpServer(folder / "nginx", record=True) as server,
        RtmpServer(folder / "nginx-2") as second,
        ThreadPoolExecutor(1) as audience,
    ):
        viewer = audience.submit(watch, server.url(), 3.4)
        wait_for_viewer(server)
        words = ("live", "--source", f"clip:{CLIP}", "--audio", "clip", "--rotate", "2", "--size", "720x1280")
        where = ("--to", server.url(), "--to", second.url("two"), "--stats-url", server.stats_url + "#live/show")
        with Program(home, *words, *where, "--duration", "7.5", "--json", "--preset", "ultrafast") as program:
            watched = viewer.result(90)
            second.stop()
            ended = program.wait()
    assert len(watched.video) > FPS
    number = str(ended.document["session_id"])
    return Pair(Show(ended, home, server.recording()), ask(home, "sessions", "show", number))


def wait_for_viewer(server: RtmpServer, deadline_s: float = 60.0) -> None:
    """Returns when somebody waits for the stream; its page is asked, for there is nothing to listen to."""
    pause = threading.Event()
    for _ in range(int(deadline_s / 0.05)):
        if "<nclients>1</nclients>" in server.stats():
            return
        pause.wait(0.05)
    raise TimeoutError("the viewer did not come")


def test_one_destination_is_lost_and_the_other_gets_every_frame(pair: Pair) -> None:
    ended = pair.show.ended
    assert ended.code == 0, ended.stderr
    kept, lost = ended.document["outputs"]
    assert (kept["state"], kept["dropped_packets"], kept["reconnects"], kept["last_error"]) == ("live", 0, 0, None)
    assert lost["state"] == "reconnecting"
    assert lost["last_error"]
    assert lost["outage_s"] > 0.5
    assert 0 < lost["sent_packets"] < kept["sent_packets"]
    assert kept["name"] != lost["name"]
    assert len(watch(pair.show.arrived).video) == ended.document["video"]["encoded_frames"] > 5 * FPS
    states = [output["state"] for output in pair.session["outputs"] if output["name"] == lost["name"]]
    assert states[:3] == ["connecting", "live", "reconnecting"]


def test_an_upright_picture_is_sent_upright_with_each_card_at_its_time(pair: Pair) -> None:
    arrived = watch(pair.show.arrived)
    assert {seen.picture().shape for seen in arrived.video} == {(1280, 720, 3)}
    windows = pair.session["windows"]
    assert [window["sku"] for window in windows][:3] == ["P01", "P02", "P03"]
    began = datetime.fromisoformat(windows[0]["shown_at"])
    for window in windows[:3]:
        from_s = (datetime.fromisoformat(window["shown_at"]) - began).total_seconds()
        until_s = (datetime.fromisoformat(window["hidden_at"]) - began).total_seconds()
        assert 1.9 < until_s - from_s < 4.5
        middle_s = arrived.video[0].time_s + (from_s + until_s) / 2
        seen = codes_in([seen for seen in arrived.video if abs(seen.time_s - middle_s) < 0.2][::3])
        assert seen
        assert set(seen) == {LINK.format(sku=window["sku"].lower())}


def test_viewers_are_counted_from_the_servers_page_without_the_show_itself(pair: Pair) -> None:
    counted = [sample for sample in pair.session["viewers"] if sample["source"] == "nginx-rtmp"]
    assert counted[0]["count"] == 1
    assert pair.session["peak_viewers"] == 1


def test_ctrl_c_ends_in_order_and_the_key_is_nowhere(tmp_path: Path, own_home: Path, rtmp_server: RtmpServer) -> None:
    key = "planted-key-7d31f0c2"
    address = {"NONGBO_STREAM_URL": rtmp_server.url(f"{key}?sign=planted-sign-55aa")}
    with Program(own_home, "live", "--source", "pattern", "--card", "none", environment=address) as program:
        assert "/live/•••" in program.wait_for("on air")
        assert len(watch(rtmp_server.url(key), 1.0).video) > 5
        commands = [" ".join(process.cmdline()) for process in program.tree()]
        commands += [str(process.environ()) for process in program.tree()]
        program.interrupt()
        ended = program.wait()
    assert len(commands) >= 3, "no relay was seen"
    assert ended.code == 0, ended.stderr
    assert "The show lasted" in ended.stdout
    assert len(watch(rtmp_server.recording(key)).video) > FPS / 3
    assert ask(own_home, "sessions", "list")[0]["end"] == "ended"
    kept = {path: path.read_bytes() for path in own_home.rglob("*") if path.is_file()}
    assert own_home / "nongbo.sqlite3" in kept
    assert own_home / "logs" / "engine.log" in kept
    for secret in (key, "planted-sign"):
        assert not [line for line in (*commands, ended.stdout, ended.stderr) if secret in line]
        assert not [path for path, data in kept.items() if secret.encode() in data]


def test_a_refused_key_is_not_told_either(own_home: Path, rtmp_server: RtmpServer) -> None:
    key = "planted-key-19ce77b0"
    words = ("live", "--source", "pattern", "--card", "none", "--to", rtmp_server.url(key, "locked"))
    ended = run(own_home, *words)
    assert ended.code == 3
    assert rtmp_server.gate.asked == [key]
    assert key not in ended.stdout + ended.stderr
    assert not [path for path in own_home.rglob("*") if path.is_file() and key.encode() in path.read_bytes()]


def test_nothing_is_left_of_a_show(show: Show) -> None:
    """The report came from a process tree that is gone with its locks and addresses."""
    assert not [p for p in psutil.process_iter(["cmdline"]) if str(show.home) in " ".join(p.info["cmdline"] or ())]
    assert not (show.home / "engine.json").exists()
