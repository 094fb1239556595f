"""A call that publishes: what a server asks of it meanwhile, what it says, and which of a name's addresses it takes."""

import errno
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from studio.errors import REASONS, explain
from studio.media import rtmp_call, rtmp_line
from studio.media.amf import decoded, encoded
from studio.media.flv import AUDIO, FRAMES, SCRIPT, VIDEO, Tag, tags
from studio.media.rtmp_call import PING, PONG, PushAddress, RtmpCall
from studio.media.rtmp_chunks import ACKNOWLEDGEMENT, COMMAND, LONG_TIME, USER_CONTROL, WINDOW_SIZE
from studio.media.rtmp_line import CallError, open_line
from tests.end2end.nginx import RtmpServer
from tests.end2end.other_servers import OTHER_SERVERS
from tests.end2end.sockets import HOST, BlackHole, ClosingServer, SilentServer, free_port
from tests.health.preflight.platform_servers import greet, one_call
from tests.media.rtmp_talk import Talk, taking
from tests.media.sending import FAILED, KEY, LIVE, Sending
from tests.media.told import Told

SOUND = Tag(AUDIO, 0, bytes([0xAF, FRAMES]) + bytes(100))


@contextmanager
def publishing(url: str) -> Iterator[RtmpCall]:
    call = RtmpCall(PushAddress.of(url), threading.Event())
    try:
        call.open()
        call.publish()
        yield call
    finally:
        call.close()


def send_until(call: RtmpCall, done: Callable[[], bool]) -> None:
    times_ms = iter(range(0, 1_000_000, 20))

    def sent() -> bool:
        call.send([replace(SOUND, time_ms=next(times_ms))])
        return done()

    Told().wait_for(sent)


def test_a_server_that_asks_whether_anybody_is_there_is_answered() -> None:
    """nginx hangs up on who is not within half a minute."""
    answered = threading.Event()

    def ask(talk: Talk) -> None:
        talk.say(USER_CONTROL, PING + b"when")
        assert talk.await_kind(USER_CONTROL).body == PONG + b"when"
        answered.set()
        talk.listen()

    with taking(ask) as port, publishing(f"rtmp://{HOST}:{port}/live/{KEY}") as call:
        send_until(call, answered.is_set)


def test_who_is_asked_while_the_network_takes_nothing_answers_later() -> None:
    """The buffer is full in the middle of a picture: the answer waits behind it, whole."""
    asked, answered = threading.Event(), threading.Event()

    def ask(talk: Talk) -> None:
        talk.say(USER_CONTROL, PING + b"when")
        asked.set()
        talk.await_kind(VIDEO)
        assert talk.await_kind(USER_CONTROL).body == PONG + b"when"
        answered.set()
        talk.listen()

    with taking(ask) as port, publishing(f"rtmp://{HOST}:{port}/live/{KEY}") as call:
        assert asked.wait(60)
        for _number in range(4):
            call.send([Tag(VIDEO, 0, bytes(900_000))])
        send_until(call, answered.is_set)


def test_a_word_nobody_understands_ends_no_stream() -> None:
    heard = threading.Event()

    def babble(talk: Talk) -> None:
        talk.say(COMMAND, b"\x10\x11\x07")
        talk.await_kind(AUDIO)
        talk.say(USER_CONTROL, PING + b"when")
        talk.await_kind(USER_CONTROL)
        heard.set()
        talk.listen()

    with taking(babble) as port, publishing(f"rtmp://{HOST}:{port}/live/{KEY}") as call:
        send_until(call, heard.is_set)


@pytest.mark.parametrize("early", [True, False])
def test_a_refusal_is_heard_whenever_it_comes(early: bool) -> None:
    """Some say no to the key before the stream has a number."""

    def refuse(line: socket.socket) -> None:
        greet(line)
        talk = Talk(line)
        talk.command("_result", talk.await_command("connect")[1], None, {"level": "status"})
        if not early:
            talk.command("_result", talk.await_command("createStream")[1], None, 1)
            talk.await_command("publish")
        talk.status("error", "NetStream.Publish.BadName", "no such key")
        talk.listen()

    with one_call(refuse) as port, pytest.raises(CallError) as caught, publishing(f"rtmp://{HOST}:{port}/live/{KEY}"):
        pass
    assert (caught.value.kind, caught.value.reason) == ("refused", "no such key")


def test_a_server_that_says_close_has_hung_up() -> None:
    def close(talk: Talk) -> None:
        talk.command("close", 0, None)
        talk.listen()

    with (
        taking(close) as port,
        publishing(f"rtmp://{HOST}:{port}/live/{KEY}") as call,
        pytest.raises(CallError) as caught,
    ):
        send_until(call, lambda: False)
    assert caught.value.kind == "hung_up"


def test_a_server_that_wants_to_know_what_arrived_is_told() -> None:
    counted = threading.Event()

    def count(talk: Talk) -> None:
        talk.say(WINDOW_SIZE, struct.pack("!I", 64))
        (heard,) = struct.unpack("!I", talk.await_kind(ACKNOWLEDGEMENT).body)
        assert heard >= 64
        counted.set()
        talk.listen()

    with taking(count) as port, publishing(f"rtmp://{HOST}:{port}/live/{KEY}") as call:
        send_until(call, counted.is_set)


def test_an_old_command_a_server_does_not_know_is_no_refusal() -> None:
    def know_nothing_old(talk: Talk) -> None:
        for number in (rtmp_call.RELEASE_STREAM, rtmp_call.FC_PUBLISH):
            talk.command("_error", number, None, {"level": "error", "description": "no such method"})

    with (
        taking(Talk.listen, before=know_nothing_old) as port,
        publishing(f"rtmp://{HOST}:{port}/live/{KEY}") as call,
    ):
        call.send([SOUND])


def turn_away(words: str) -> Callable[[Talk], None]:
    def serve(talk: Talk) -> None:
        talk.await_kind(AUDIO)
        talk.status("error", "NetStream.Publish.Denied", words)

    return serve


def test_a_stream_that_is_turned_away_later_hears_the_servers_words(send: Callable[[str], Sending]) -> None:
    """Some take any key, and look at it when the first pictures come; the key itself is not repeated."""
    with taking(turn_away(f"the key {KEY} is of yesterday")) as port:
        problem = send(f"rtmp://{HOST}:{port}/live/{KEY}").wait_for(LIVE, FAILED).problem
    assert problem is not None
    assert problem.code == "output.refused"
    assert "the key ••• is of yesterday" in explain(problem).what


def test_words_that_came_before_the_server_hung_up_are_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rtmp_call, "LISTEN_EVERY_S", 1e4)  # not listened to but where a write fails

    with (
        taking(turn_away("your account is closed")) as port,
        publishing(f"rtmp://{HOST}:{port}/live/key") as call,
        pytest.raises(CallError) as caught,
    ):
        send_until(call, lambda: False)
    assert (caught.value.kind, caught.value.reason) == ("refused", "your account is closed")


def test_last_words_are_heard_though_the_line_broke_right_after_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system tells of its end in the middle of listening."""
    monkeypatch.setattr(rtmp_call, "LISTEN_EVERY_S", 0.0)
    gone = threading.Event()

    def reset(talk: Talk) -> None:
        talk.await_kind(AUDIO)
        talk.say(USER_CONTROL, PING + b"when")
        talk.status("error", "NetStream.Publish.Denied", "your account is closed")
        talk.hang_up_hard()
        gone.set()

    def send_on() -> None:
        call.send([SOUND])
        assert gone.wait(60)
        call.send([])

    with (
        taking(reset) as port,
        publishing(f"rtmp://{HOST}:{port}/live/key") as call,
        pytest.raises(CallError) as caught,
    ):
        send_on()
    assert (caught.value.kind, caught.value.reason) == ("refused", "your account is closed")


def test_a_server_that_hangs_up_is_noticed_by_listening() -> None:
    with (
        taking(lambda _talk: None) as port,
        publishing(f"rtmp://{HOST}:{port}/live/{KEY}") as call,
        pytest.raises(CallError) as caught,
    ):
        send_until(call, lambda: False)
    assert caught.value.kind == "hung_up"


def flood(call: RtmpCall) -> None:
    """More than all buffers on the way hold."""
    for _number in range(100):
        call.send([Tag(VIDEO, 0, bytes(1 << 20))])


def test_a_server_that_takes_nothing_any_more_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rtmp_call, "ANSWER_TIMEOUT_S", 0.5)
    over = threading.Event()
    with taking(lambda _talk: over.wait(60)) as port, publishing(f"rtmp://{HOST}:{port}/live/{KEY}") as call:
        with pytest.raises(CallError) as caught:
            flood(call)
        over.set()
    assert caught.value.kind == "silent"


def test_it_says_goodbye_and_the_last_sound_arrives() -> None:
    heard: list[str] = []
    sounds: list[bytes] = []

    def keep(talk: Talk) -> None:
        try:
            talk.listen()
        finally:
            sounds.extend(message.body for message in talk.heard if message.kind == AUDIO)
            heard.extend(str(decoded(message.body)[0]) for message in talk.heard if message.kind == COMMAND)

    with taking(keep) as port:
        with publishing(f"rtmp://{HOST}:{port}/live/{KEY}") as call:
            for number in range(50):
                call.send([replace(SOUND, time_ms=number * 20)])
        Told().wait_for(lambda: "deleteStream" in heard)
    assert len(sounds) == 50
    assert heard[-2:] == ["FCUnpublish", "deleteStream"]


SERVERS = ["nginx", *OTHER_SERVERS]


@pytest.mark.parametrize("maker", SERVERS)
def test_a_line_that_holds_for_hours_goes_on_beyond_the_short_times(
    maker: str, server: RtmpServer, tmp_path: Path
) -> None:
    """After 4 h 39 min a time has no room in three bytes; large pictures come in pieces."""
    stream = configuration()
    pictures = [Tag(VIDEO, LONG_TIME + shift, bytes([0x17, FRAMES, 0, 0, 0]) + picture(number))
                for number, shift in enumerate((-60, -20, 20, 60, 100))]  # fmt: skip
    if maker == "nginx":
        came = sent_and_kept(server.url(KEY), lambda: server.recording(KEY), [*stream, *pictures])
    else:
        with OTHER_SERVERS[maker](tmp_path / "other") as other:
            came = sent_and_kept(other.url, other.recording, [*stream, *pictures])
    kept = [tag for tag in came if tag.kind == VIDEO and tag.is_media]
    assert [tag.body for tag in kept] == [tag.body for tag in pictures]
    assert [tag.time_ms - kept[0].time_ms for tag in kept] == [0, 40, 80, 120, 160]


def picture(number: int) -> bytes:
    """A slice of no meaning, larger than two chunks, as H.264 in FLV has it: the length before it."""
    body = bytes([0x65]) + bytes([number + 1]) * 150_000
    return struct.pack("!I", len(body)) + body


def configuration() -> list[Tag]:
    """What a stream begins with: script data, and a decoder's configuration."""
    avcc = bytes([1, 66, 0, 30, 0xFF, 0xE1, 0, 4, 0x67, 66, 0, 30, 1, 0, 2, 0x68, 0xCE])
    return [
        Tag(SCRIPT, 0, encoded("onMetaData") + b"\x08" + struct.pack("!I", 1) + encoded({"width": 640.0})[1:]),
        Tag(VIDEO, 0, bytes([0x17, 0, 0, 0, 0]) + avcc),
    ]


def sent_and_kept(url: str, recording: Callable[[], Path], row: list[Tag]) -> list[Tag]:
    """What the server's own recording holds of what was sent."""
    with publishing(url) as call:
        call.send(row)
    wanted = sum(tag.is_media for tag in row)

    def kept() -> list[Tag]:
        try:
            with recording().open("rb") as file:
                return list(tags(file.read))
        except (FileNotFoundError, StopIteration):
            return []

    Told().wait_for(lambda: sum(tag.is_media for tag in kept()) >= wanted)
    return kept()


def test_script_data_is_announced_as_what_the_server_keeps() -> None:
    said: list[Any] = []

    def keep(talk: Talk) -> None:
        said.extend(decoded(talk.await_kind(SCRIPT).body))
        talk.listen()

    with taking(keep) as port, publishing(f"rtmp://{HOST}:{port}/live/{KEY}") as call:
        call.send(configuration()[:1])
        Told().wait_for(lambda: bool(said))
    assert said == ["@setDataFrame", "onMetaData", {"width": 640.0}]


Places = list[tuple[Any, ...]]


def named(monkeypatch: pytest.MonkeyPatch, *ports: int) -> None:
    """A name with several addresses; those of a port 0 are of a network this computer is not in."""
    places: Places = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (HOST, port) if port else ("255.255.255.255", 1)) for port in ports
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_asked, **_more: places)


def test_an_address_that_leads_nowhere_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name has an address of the newer network too, and the village's network swallows what goes there."""
    with BlackHole() as hole, SilentServer() as there:
        named(monkeypatch, hole.port, there.port)
        monkeypatch.setattr(rtmp_line, "CALL_TIMEOUT_S", 30.0)
        with open_line("a.example", 1935) as line:
            assert line.getpeername()[1] == there.port


@pytest.mark.parametrize("first", [0, -1])
def test_an_address_that_refuses_is_passed_over_at_once(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rtmp_line, "HEAD_START_S", 1e4)
    with SilentServer() as there:
        named(monkeypatch, free_port() if first else 0, there.port)
        with open_line("a.example", 1935) as line:
            assert line.getpeername()[1] == there.port


def test_where_all_refuse_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, free_port(), free_port())
    with pytest.raises(CallError) as caught:
        open_line("a.example", 1935)
    assert (caught.value.kind, caught.value.reason) == ("unreachable", "nobody answers at that address")


def test_where_nothing_comes_back_it_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rtmp_line, "CALL_TIMEOUT_S", 0.4)
    monkeypatch.setattr(rtmp_line, "HEAD_START_S", 0.1)
    with BlackHole() as one, BlackHole() as other:
        named(monkeypatch, one.port, other.port)
        with pytest.raises(CallError) as caught:
            open_line("a.example", 1935)
    assert (caught.value.kind, caught.value.reason) == ("unreachable", REASONS[errno.ETIMEDOUT])


def test_who_hangs_up_in_the_greeting_is_told_as_that(closing_server: ClosingServer) -> None:
    call = RtmpCall(PushAddress.of(closing_server.url), threading.Event())
    with pytest.raises(CallError) as caught:
        call.open()
    call.close()
    call.close()
    assert caught.value.kind == "hung_up"
