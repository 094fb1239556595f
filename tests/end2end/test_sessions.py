"""The demo without a window, and everything the command line tells about the shop, the sessions and the computer."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from studio.paths import asset
from tests.end2end.player import watch
from tests.end2end.program import Ended, ask, run

pytestmark = pytest.mark.end2end

SHOP = asset("demo", "products.csv")
ORDERS = """订单号,商品编码,数量,实付金额,付款时间,状态
SN1001,P01,2,79.80,2026-01-31 20:05:00,已付款
SN1002,P02,1,45,2026-01-31 20:06:00,已完成
"""


@dataclass(frozen=True)
class Station:
    """A home folder in which a shop was read, a demo was shown, and its orders and viewers were written down."""

    home: Path
    demo: Ended
    imported: Any
    typed: Any
    viewers: Any

    @property
    def number(self) -> str:
        return str(self.demo.document["session_id"])


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Station:
    folder = tmp_path_factory.mktemp("station")
    home = folder / "home"
    demo = run(home, "demo", "--headless", "--json", "--duration", "6")
    assert demo.code == 0, demo.stderr
    number = str(demo.document["session_id"])
    ask(home, "products", "import", SHOP)
    orders = folder / "orders.csv"
    orders.write_text(ORDERS)
    imported = ask(home, "orders", "import", "--session", number, orders)
    typed = ask(home, "orders", "add", "--session", number, "--sku", "P03", "--quantity", "2")
    return Station(home, demo, imported, typed, ask(home, "viewers", "add", "--session", number, "37"))


def text(station: Station, *words: str) -> str:
    """What a command says to a person."""
    ended = run(station.home, *words)
    assert ended.code == 0, ended.stderr
    assert ended.stderr == ""
    return ended.stdout


def test_the_demo_measures_what_viewers_would_get(station: Station) -> None:
    report = station.demo.document
    received = report["received"]
    assert set(received) == {"frames", "fps", "kbps", "latency_ms_p50", "latency_ms_p95", "qr_decoded_ratio"}
    assert received["frames"] >= 0.97 * report["video"]["encoded_frames"] > 3 * 30
    assert 15 < received["fps"] < 60  # near 30 where the computer has nothing else to do
    assert 300 < received["kbps"] < 4000
    assert 0 < received["latency_ms_p50"] <= received["latency_ms_p95"] < 5000
    assert received["qr_decoded_ratio"] >= 0.8
    assert [output["name"] for output in report["outputs"]] == ["rehearsal"]
    assert report["outputs"][0]["state"] == "live"


def test_a_rehearsal_without_codes_is_told_nothing_of_codes(own_home: Path) -> None:
    words = ("rehearse", "--source", "pattern", "--card", "none", "--duration", "2", "--preset", "ultrafast")
    ended = run(own_home, *words, "--json")
    assert ended.code == 0, ended.stderr
    assert ended.document["received"]["frames"] > 20, "ten frames are enough for a look"
    assert ended.document["received"]["qr_decoded_ratio"] is None


def test_the_demo_leaves_a_recording_and_a_session(station: Station) -> None:
    report = station.demo.document
    film = Path(report["recording"])
    assert film.parent == station.home / "recordings"
    assert len(watch(film).video) == report["video"]["encoded_frames"]
    session = ask(station.home, "sessions", "show", station.number)
    assert session["rehearsal"] is True
    assert session["end"] == "ended"
    assert session["windows"][0]["sku"] == "P01"
    assert session["on_air_s"] == pytest.approx(report["duration_s"], abs=6)  # and what the end takes
    assert datetime.fromisoformat(session["started_at"]) < datetime.fromisoformat(session["ended_at"])
    assert session["health"]["seconds"] >= 3


def test_the_session_holds_the_orders_and_viewers_that_came_after(station: Station) -> None:
    assert (station.imported[0]["rows"], station.imported[0]["new"], station.imported[0]["rejected"]) == (2, 2, [])
    assert station.typed["paid_fen"] == 2 * 1990
    assert station.viewers["count"] == 37
    session = ask(station.home, "sessions", "show", station.number)
    assert session["order_count"] == 3
    assert session["paid_fen"] == 7980 + 4500 + 3980
    assert session["peak_viewers"] == 37
    assert {order["order_id"] for order in session["orders"]} >= {"SN1001", "SN1002"}
    assert session["orders"] == ask(station.home, "orders", "list", "--session", station.number)
    by_sku = {product["sku"]: product for product in session["products"]}
    assert by_sku["P01"]["pieces"] == 2
    assert (by_sku["P03"]["paid_fen"], by_sku["P03"]["typed_beside"]) == (3980, 0), "no platform tells of it"


def test_sessions_are_told_to_a_person(station: Station) -> None:
    listed = text(station, "sessions", "list")
    assert len(listed.splitlines()) == 2
    assert "rehearsal, ended in order" in listed
    assert "164.60" in listed
    shown = text(station, "sessions", "show", station.number)
    for words in ("Rehearsal 1", "红富士苹果", "at most 37", "3 paid orders", "How it ran", "Recording: "):
        assert words in shown
    assert "None" not in shown
    assert "SN1001" in text(station, "orders", "list", "--session", station.number)


def test_the_shop_is_listed(station: Station) -> None:
    products = ask(station.home, "products", "list")
    assert [product["sku"] for product in products] == [f"P{number:02d}" for number in range(1, 14)]
    apple = ask(station.home, "products", "show", "P01")
    assert apple == products[0]
    assert (apple["name"], apple["price_fen"], apple["origin"]) == ("红富士苹果", 3990, "甘肃")
    assert Path(apple["picture"]).is_file()
    assert "屯昌土鸡" in text(station, "products", "list")
    assert "https://n.example/p01" in text(station, "products", "show", "P01")


def test_devices_are_listed(station: Station) -> None:
    found = ask(station.home, "devices")
    assert set(found) == {"cameras", "microphones"}
    told = text(station, "devices")
    for kind, option in (("cameras", "--source camera:"), ("microphones", "--audio mic:")):
        assert all(set(device) == {"name", "description"} for device in found[kind])
        assert told.count(option) == len(found[kind])


def test_the_doctor_tries_everything_a_show_needs(station: Station) -> None:
    """Its verdict is this computer's; each thing that is not good comes with what to do."""
    ended = run(station.home, "doctor", "--json")
    checks = ended.document
    assert ended.stderr == ""
    assert ended.code == (1 if any(check["finding"] == "bad" for check in checks) else 0)
    found = {check["check"]: check for check in checks}  # the same in every language
    for name in ("folder", "compression", "font"):
        assert found[name]["finding"] == "good", found[name]
    assert {"disk", "camera", "microphone", "screen", "keys"} < set(found)
    assert all(check["advice"] for check in checks if check["finding"] == "bad")
    told = run(station.home, "doctor", lang="zh")
    assert told.code == ended.code
    assert len([line for line in told.stdout.splitlines() if line.startswith("[")]) == len(checks)


def test_the_home_option_wins_over_the_variable(tmp_path: Path) -> None:
    given, other = tmp_path / "given", tmp_path / "other"
    ended = run(given, "products", "add", "--sku", "A1", "--name", "梨", "--price", "9.9", environment=elsewhere(other))
    assert ended.code == 0, ended.stderr
    assert (given / "nongbo.sqlite3").exists()
    assert not other.exists()


def elsewhere(folder: Path) -> dict[str, str]:
    return {"NONGBO_HOME": str(folder)}
