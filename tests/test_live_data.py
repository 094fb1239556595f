"""Values from files and addresses: read, exchanged when they change, and never able to hold the show up."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from integrations.base import IntegrationError
from integrations.http import Http
from overlays.live_data import LiveDataParams
from studio.clock import SystemClock
from studio.errors import explain
from studio.events import Event, Noticed
from studio.live_data import LARGEST_FILE_BYTES, DataReader, read_value
from tests.integrations.pages import Pages, serving
from tests.media.told import Told


@pytest.fixture
def pages() -> Iterator[Pages]:
    with serving() as pages:
        yield pages


@pytest.fixture
def http() -> Iterator[Http]:
    http = Http(timeout_s=60.0)
    yield http
    http.close()


def test_a_value_is_read_from_a_file_and_from_json(tmp_path: Path, pages: Pages, http: Http) -> None:
    file = tmp_path / "温度.txt"
    file.write_text("\ufeff 23.4 \n", encoding="utf-8")
    assert read_value(str(file), "", http) == "23.4"
    assert read_value(file.as_uri(), "", http) == "23.4"
    address = pages.put("/hive", b'{"sensors": [{"kg": 41.5, "name": "3 \xe5\x8f\xb7"}], "on": true}')
    assert read_value(address, "sensors.0.kg", http) == "41.5"
    assert read_value(address, "sensors.0.name", http) == "3 号"
    for path in ("sensors", "sensors.7.kg", "sensors.x", "on", "nothing", "sensors.0.kg.g"):
        with pytest.raises(IntegrationError, match="no short value"):
            read_value(address, path, http)


def test_what_gives_no_value_is_told_in_a_sentence(tmp_path: Path, pages: Pages, http: Http) -> None:
    large = tmp_path / "large"
    large.write_bytes(b"1" * (LARGEST_FILE_BYTES + 1))
    for address, why in (
        (pages.put("/page", b"<html><body>Hello</body></html>"), "no short value"),
        (pages.put("/large", b"5" * 50_000_000), "too long"),
        (pages.put("/empty", b""), "no short value"),
        (pages.put("/error", b"", status=500), "500"),
        (str(large), "too long"),
    ):
        with pytest.raises(IntegrationError, match=why):
            read_value(address, "", http)
    pages.silent.add("/silent")
    impatient = Http(timeout_s=0.3)
    with pytest.raises(IntegrationError, match="no answer within"):
        read_value(pages.url + "/silent", "", impatient)
    impatient.close()
    for address in (str(tmp_path), str(tmp_path / "nothing"), "a\0b", "/dev/zero", "javascript:1", ""):
        with pytest.raises(FileNotFoundError):
            read_value(address, "", http)


def test_a_value_that_cannot_be_read_is_told_once_and_taken_back(tmp_path: Path) -> None:
    told = Told()
    reader = DataReader(SystemClock(), told)
    file = tmp_path / "value"
    reader.follow("data-1", LiveDataParams("果园", str(file), every_s=0))
    try:
        told.wait_for_one(Noticed)
        assert reader.value("data-1") is None
        assert "果园" in explain(told.of(Noticed)[0].problem).what
        file.write_text("23.4")
        told.wait_for_one(Noticed, 2)
        assert not told.of(Noticed)[-1].active
        assert reader.value("data-1") == "23.4"
        file.write_text("24")
        told.wait_for(lambda: reader.value("data-1") == "24")
        reader.leave("data-1")
        assert reader.value("data-1") is None
    finally:
        reader.stop()
        reader.stop()


def test_a_fault_that_is_told_as_its_slot_is_left_is_taken_back_after_it() -> None:
    told: list[bool] = []
    begun = threading.Event()
    leaving = threading.Thread(target=lambda: reader.leave("data-1"), name="leaving")

    def emit(event: Event) -> None:
        assert isinstance(event, Noticed)
        if event.active:
            leaving.start()
            leaving.join(0.2)  # it waits for us; one that did not would be done by then
            begun.set()
        told.append(event.active)

    reader = DataReader(SystemClock(), emit)
    reader.follow("data-1", LiveDataParams("果园", "/no/such/file"))
    try:
        assert begun.wait(60)
        leaving.join()
    finally:
        reader.stop()
    assert told == [True, False]


def test_a_source_that_hangs_holds_nobody_up_when_it_is_left(pages: Pages) -> None:
    pages.silent.add("/silent")
    reader = DataReader(SystemClock(), Told())
    reader.follow("data-1", LiveDataParams("蜂箱", pages.url + "/silent"))
    assert pages.asking.wait(30)
    reader.leave("data-1")
    pages.over.set()
    reader.stop()
