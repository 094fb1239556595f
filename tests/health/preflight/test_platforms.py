"""Platforms are called without going on air: a real nginx, servers that misbehave, and links that are narrow."""

import errno
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import pytest

from studio.checks import Check, CheckPlan, CheckResult, Outcome
from studio.config import DestinationConfig, EncoderConfig, Secret, ShowConfig
from studio.errors import REASONS, explain
from studio.health.preflight import platforms
from studio.health.preflight.platforms import check_answers, check_keys, check_upload
from studio.health.preflight.supplies import check_data
from studio.health.preflight.trial_stream import measure_kbps
from studio.media import rtmp_call, rtmp_line
from studio.media.rehearsal import RehearsalReceiver
from studio.media.rtmp_call import PushAddress
from studio.media.rtmp_line import CallError
from tests.end2end.nginx import RtmpServer
from tests.end2end.other_servers import PythonServer
from tests.end2end.sockets import HOST, ClosingServer, SilentServer, free_port
from tests.health.preflight.platform_servers import babble, narrow_link, one_call, refuse
from tests.store.samples import START, after

KEY = "key-of-a-farmer"
QUICK = EncoderConfig(bitrate_kbps=372)  # with the sound 500 kb/s, 650 with the margin
ALLOWED = CheckPlan(room_closed=True)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RtmpServer]:
    with RtmpServer(tmp_path_factory.mktemp("nginx"), record=True) as server:
        yield server


def be_impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that says nothing is waited for half a second; one that will answer is given all the time there is."""
    monkeypatch.setattr(rtmp_call, "ANSWER_TIMEOUT_S", 0.5)
    monkeypatch.setattr(rtmp_line, "CALL_TIMEOUT_S", 0.5)


def to(*urls: str) -> ShowConfig:
    places = tuple(DestinationConfig(f"place {number}", Secret(url)) for number, url in enumerate(urls, 1))
    return ShowConfig(destinations=places, encoder=QUICK)


def answer(url: str) -> CheckResult:
    (result,) = check_answers(to(url), threading.Event())
    return result


def code(result: CheckResult) -> str:
    assert result.problem is not None
    return result.problem.code


@pytest.mark.parametrize(
    ("url", "host", "port", "app", "stream"),
    [
        ("rtmp://a.example/live/key", "a.example", 1935, "live", "key"),
        ("rtmps://a.example/live/key?sign=a%2Fb&t=1", "a.example", 443, "live", "key?sign=a%2Fb&t=1"),
        ("rtmp://a.example:1936/app/instance/key", "a.example", 1936, "app/instance", "key"),
        ("rtmp://live-push.bilivideo.com/live-bvc/?streamname=x&key=y", "live-push.bilivideo.com", 1935, "live-bvc",
         "?streamname=x&key=y"),
        ("rtmp://a.example/live/k#y?a=b#c", "a.example", 1935, "live", "k#y?a=b#c"),
        ("rtmp://[::1]/live/key", "::1", 1935, "live", "key"),
        ("rtmp://a.example/live", "a.example", 1935, "live", ""),
    ],
)  # fmt: skip
def test_an_address_falls_into_the_protocols_parts(url: str, host: str, port: int, app: str, stream: str) -> None:
    parts = PushAddress.of(url)
    assert (parts.host, parts.port, parts.app, parts.stream) == (host, port, app, stream)
    assert KEY not in parts.tc_url


def test_a_platform_that_answers_is_good_and_nothing_is_published(server: RtmpServer) -> None:
    result = answer(server.url(KEY))
    assert result.outcome is Outcome.GOOD
    assert f"<name>{KEY}</name>" not in server.stats()
    assert not server.recording(KEY).exists()
    assert "key" in result.not_covered.told()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"rtmp://{HOST}:{{closed_port}}/live/{KEY}", "check.unreachable"),
        (f"rtmp://no-such-name.invalid/live/{KEY}", "check.no_name"),
        (f"rtmp://{HOST}:{{silent}}/live/{KEY}", "check.silent"),
        (f"rtmp://{HOST}:{{closing}}/live/{KEY}", "check.hung_up"),
        (f"rtmp://{HOST}:{{web}}/live/{KEY}", "check.no_rtmp"),
        (f"rtmps://{HOST}:{{web}}/live/{KEY}", "check.no_rtmp"),
        (f"rtmps://{HOST}:{{silent}}/live/{KEY}", "check.silent"),
        (f"rtmp://{HOST}:{{babbling}}/live/{KEY}", "check.no_rtmp"),
        (f"rtmp://{HOST}:{{refusing}}/live/{KEY}", "check.refused"),
        (f"rtmp://{HOST}:{{nginx}}/no-such-app/{KEY}", "check.hung_up"),
    ],
)
def test_each_way_to_fail_is_told_apart(
    server: RtmpServer, url: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if expected == "check.silent":
        be_impatient(monkeypatch)
    with ExitStack() as stack:
        ports = {
            "closed_port": free_port(),
            "silent": stack.enter_context(SilentServer()).port,
            "closing": stack.enter_context(ClosingServer()).port,
            "web": server.http_port,
            "babbling": stack.enter_context(one_call(babble)),
            "refusing": stack.enter_context(one_call(refuse("expired"))),
            "nginx": server.rtmp_port,
        }
        result = answer(url.format(**ports))
    assert result.outcome is Outcome.BAD
    assert code(result) == expected


def test_a_refusal_is_told_in_the_servers_words_without_the_key() -> None:
    with one_call(refuse(f"the stream {KEY} has been closed by the platform " + "since long ago, " * 8)) as port:
        result = answer(f"rtmp://{HOST}:{port}/live/{KEY}")
    assert code(result) == "check.refused"
    told = explain(result.problem).what if result.problem else ""
    assert "the stream ••• has been closed by the platform" in told


def test_the_embedded_receiver_takes_the_call_too() -> None:
    """It says where it listens a moment before it does."""
    receiver, pause = RehearsalReceiver(), threading.Event()
    receiver.start()
    until_s = time.monotonic() + 30
    try:
        url = receiver.destination().url.reveal()
        while answer(url).outcome is not Outcome.GOOD:
            assert time.monotonic() < until_s, "it never took the call"
            pause.wait(0.05)
    finally:
        receiver.stop()


def test_every_destination_is_called_and_one_that_fails_hides_no_other(server: RtmpServer) -> None:
    show = to(f"rtmp://{HOST}:{free_port()}/live/{KEY}", server.url(KEY))
    results = list(check_answers(show, threading.Event()))
    assert [(result.about, result.outcome) for result in results] == [
        ("place 1", Outcome.BAD),
        ("place 2", Outcome.GOOD),
    ]


@pytest.mark.parametrize("check", [check_answers, lambda show, _stopping: check_keys(show, START)])
@pytest.mark.parametrize("show", [replace(to(f"rtmp://{HOST}/live/{KEY}"), rehearsal=True), ShowConfig()])
def test_without_a_platform_nothing_is_claimed(
    show: ShowConfig, check: Callable[[ShowConfig, threading.Event], Iterator[CheckResult]]
) -> None:
    (result,) = check(show, threading.Event())
    assert result.outcome is Outcome.NOT_CHECKED


def test_a_key_is_never_said_to_be_good_without_trying_it() -> None:
    there, missing = check_keys(to(f"rtmp://{HOST}/live/{KEY}", f"rtmp://{HOST}/live"), START)
    assert there.outcome is Outcome.NOT_CHECKED
    assert "not tried" in there.found.told()
    assert code(missing) == "check.key_missing"


def test_a_key_that_was_given_too_long_ago_is_told_before_the_show() -> None:
    taobao = DestinationConfig("淘宝", Secret(f"rtmp://{HOST}/live/{KEY}"), "taobao", given_at=START)
    show = ShowConfig(destinations=(taobao, replace(taobao, given_at=None), replace(taobao, platform="bilibili")))
    fresh = list(check_keys(show, after(1799)))
    assert [result.outcome for result in fresh] == [Outcome.NOT_CHECKED] * 3
    dead, *others = check_keys(show, after(1801))
    assert (dead.outcome, code(dead)) == (Outcome.BAD, "keys.old")
    assert [result.outcome for result in others] == [Outcome.NOT_CHECKED] * 2


def upload(show: ShowConfig, plan: CheckPlan = ALLOWED, seconds: float = 1.5) -> dict[Check, CheckResult]:
    return {result.check: result for result in check_upload(show, plan, threading.Event(), seconds)}


def test_the_upload_is_measured_where_the_person_allows_it(server: RtmpServer) -> None:
    results = upload(to(server.url(KEY)))
    assert results[Check.UPLOAD].outcome is Outcome.GOOD
    assert results[Check.KEY].outcome is Outcome.GOOD
    values = dict(results[Check.UPLOAD].found.values)
    assert values["needed"] == "650"
    assert 650 <= int(values["kbps"]) < 1000


def test_a_server_of_another_make_answers_and_takes_the_trial_stream(tmp_path: Path) -> None:
    with PythonServer(tmp_path / "other") as other:
        assert answer(other.url).outcome is Outcome.GOOD
        results = upload(to(other.url), seconds=1.5)
        assert results[Check.KEY].outcome is Outcome.GOOD
        assert results[Check.UPLOAD].outcome is Outcome.GOOD
    with av.open(str(other.recording())) as film:
        frames = sum(1 for _ in film.decode(video=0))
    assert frames > 20, "what was sent is a picture"


def test_a_link_that_is_too_narrow_is_found_out(server: RtmpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stalls for longer than is waited for: what went before is the figure."""

    def impatiently(*given: Any) -> float | None:
        be_impatient(monkeypatch)
        return measure_kbps(*given)

    monkeypatch.setattr("studio.health.preflight.platforms.measure_kbps", impatiently)
    with narrow_link(server.rtmp_port, kbps=300) as port:
        results = upload(to(f"rtmp://{HOST}:{port}/live/narrow"), seconds=2.0)
    assert code(results[Check.UPLOAD]) == "check.upload_slow"
    assert int(dict(results[Check.UPLOAD].found.values)["kbps"]) < 650, (
        "less than is needed, whatever was held on the way"
    )


def test_several_destinations_share_the_upload(server: RtmpServer) -> None:
    found = upload(to(server.url("a"), server.url("b")), CheckPlan())[Check.UPLOAD].found
    assert dict(found.values)["needed"] == "1300"


def test_a_key_that_is_refused_is_no_good(server: RtmpServer) -> None:
    results = upload(to(server.url("wrong-key", "locked")))
    assert code(results[Check.KEY]) == "check.key_refused"
    assert results[Check.UPLOAD].outcome is Outcome.NOT_CHECKED


@pytest.mark.parametrize(
    ("show", "plan"),
    [
        (to(f"rtmp://{HOST}/live/{KEY}"), CheckPlan()),
        (replace(to(f"rtmp://{HOST}/live/{KEY}"), rehearsal=True), ALLOWED),
        (to(f"rtmp://open-push.voip.yximgs.com/gifshow/{KEY}"), ALLOWED),
        (ShowConfig(destinations=(DestinationConfig("d", Secret(f"rtmp://{HOST}:1/a/{KEY}"), "douyin"),)), ALLOWED),
        (ShowConfig(), ALLOWED),
    ],
    ids=["not allowed", "rehearsal", "a room that opens by itself", "a key for one show", "no platform"],
)
def test_nothing_is_sent_where_it_must_not_be(show: ShowConfig, plan: CheckPlan) -> None:
    (result,) = upload(show, plan).values()
    assert result.check is Check.UPLOAD
    assert result.outcome is Outcome.NOT_CHECKED
    assert "could be sent" not in result.found.told(), "nobody was called"


def test_a_stop_ends_the_measuring_at_once(server: RtmpServer, tmp_path: Path) -> None:
    stopping = threading.Event()
    stopping.set()
    results = list(check_upload(to(server.url("stopped")), ALLOWED, stopping, seconds=60))
    assert [result.outcome for result in results if result.check is Check.UPLOAD] == [Outcome.NOT_CHECKED]


def test_a_virtual_camera_is_opened_and_has_no_key() -> None:
    show = ShowConfig(destinations=(DestinationConfig("camera", Secret("virtualcam:/dev/video-of-nobody")),))
    (result,) = check_answers(show, threading.Event())
    assert (result.outcome, code(result)) == (Outcome.BAD, "virtualcam.no_device")
    for results in (check_keys(show, START), check_upload(show, ALLOWED, threading.Event())):
        (result,) = results
        assert result.outcome is Outcome.NOT_CHECKED
        assert "own program" in result.found.told()
    assert check_data(show, ALLOWED).outcome is Outcome.NOT_CHECKED


def test_a_virtual_camera_beside_a_server_has_its_own_line_for_the_key() -> None:
    camera = DestinationConfig("companion", Secret("virtualcam:/dev/video-of-nobody"))
    show = ShowConfig(destinations=(*to(f"rtmp://{HOST}/live/{KEY}").destinations, camera))
    assert [result.about for result in check_keys(show, START)] == ["place 1", "companion"]


@pytest.mark.parametrize(("held_s", "taken"), [(3.0, Outcome.GOOD), (2.0, Outcome.NOT_CHECKED)])
def test_a_line_that_breaks_while_it_is_measured_is_no_good_and_says_why(
    server: RtmpServer, monkeypatch: pytest.MonkeyPatch, held_s: float, taken: Outcome
) -> None:
    """Of the key it is said what was seen of it."""
    times = iter((100.0, 100.0 + held_s))

    def broken(*_given: Any) -> float:
        raise CallError("unreachable", REASONS[errno.ECONNRESET])

    monkeypatch.setattr(platforms, "measure_kbps", broken)
    monkeypatch.setattr(platforms, "time", SimpleNamespace(monotonic=lambda: next(times)))
    results = upload(to(server.url(KEY)))
    assert results[Check.KEY].outcome is taken
    assert code(results[Check.UPLOAD]) == "check.upload_broke"
    assert f"for {held_s} s" in results[Check.UPLOAD].found.told()
    assert REASONS[errno.ECONNRESET] in explain(results[Check.UPLOAD].problem).what  # type: ignore[arg-type]


def test_why_nothing_could_be_sent_is_said() -> None:
    results = upload(to(f"rtmp://{HOST}:{free_port()}/live/{KEY}"))
    assert REASONS[errno.ECONNREFUSED] in results[Check.UPLOAD].found.told()


def test_who_hangs_up_before_it_is_told_the_key_has_said_nothing_of_it(server: RtmpServer) -> None:
    results = upload(to(server.url("a", "no-such-app")))
    assert Check.KEY not in results
    assert results[Check.UPLOAD].outcome is Outcome.NOT_CHECKED


def test_a_key_that_is_refused_at_the_first_picture_is_no_good(
    server: RtmpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_given: Any) -> float:
        raise CallError("refused", "the key has expired")

    monkeypatch.setattr(platforms, "measure_kbps", refused)
    results = upload(to(server.url(KEY)))
    assert code(results[Check.KEY]) == "check.key_refused"
    assert "the key has expired" in results[Check.UPLOAD].found.told()


@pytest.mark.parametrize("held_s", [5.0, 1.0])
def test_of_a_measuring_that_is_stopped_no_more_is_claimed_than_was_seen(
    server: RtmpServer, monkeypatch: pytest.MonkeyPatch, held_s: float
) -> None:
    times = iter((100.0, 100.0 + held_s))
    monkeypatch.setattr(platforms, "measure_kbps", lambda *_given: None)
    monkeypatch.setattr(platforms, "time", SimpleNamespace(monotonic=lambda: next(times)))
    results = upload(to(server.url(KEY)))
    assert results[Check.UPLOAD].outcome is Outcome.NOT_CHECKED
    assert (Check.KEY in results) is (held_s >= 3)


@pytest.mark.parametrize("check", [Check.DESTINATION, Check.UPLOAD])
def test_what_we_broke_off_is_nobody_s_fault(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    stopping = threading.Event()

    def stopped(_call: rtmp_call.RtmpCall) -> None:
        stopping.set()
        raise CallError("silent", "")

    monkeypatch.setattr(rtmp_call.RtmpCall, "open", stopped)
    show = to(f"rtmp://{HOST}:1/live/{KEY}")
    found = check_answers(show, stopping) if check is Check.DESTINATION else check_upload(show, ALLOWED, stopping)
    (result,) = found
    assert (result.check, result.outcome, result.found.told()) == (check, Outcome.NOT_CHECKED, "It was stopped.")


def test_the_goodbye_is_no_time_the_key_was_taken(server: RtmpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server may take two seconds to hang up."""
    now_s, close = [100.0], rtmp_call.RtmpCall.close

    def stopped(*_given: Any) -> None:
        now_s[0] += 1.5

    def slowly(call: rtmp_call.RtmpCall) -> None:
        now_s[0] += 2.0
        close(call)

    monkeypatch.setattr(platforms, "measure_kbps", stopped)
    monkeypatch.setattr(platforms, "time", SimpleNamespace(monotonic=lambda: now_s[0]))
    monkeypatch.setattr(rtmp_call.RtmpCall, "close", slowly)
    assert set(upload(to(server.url(KEY)))) == {Check.UPLOAD}
