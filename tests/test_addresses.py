"""Server and key become the address the platform means, and a key in the wrong box is shown to nobody."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from integrations.servers import server_of
from integrations.servers.mediamtx import MediaMtx
from integrations.servers.srs import Srs
from studio.addresses import (
    app_and_stream,
    camera_address,
    holds_key,
    is_name,
    join_address,
    mask_mistyped,
    shown_name,
    split_address,
    stats_address,
    without_secrets,
)
from studio.config import DestinationConfig, Secret, SourceConfig, SourceKind
from studio.errors import StudioError, explain

KEYS = st.text("abcKEY019-_?&=./%+", min_size=6, max_size=40).filter(lambda key: "://" not in key)
SERVERS = st.sampled_from(
    [
        "rtmp://open-push.voip.yximgs.com/gifshow/",
        "rtmp://live-push.bilivideo.com/live-bvc/",
        "rtmps://a.alivecdn.com/live",
        "rtmp://192.168.1.5:1936/app/inner",
    ]
)


@given(SERVERS, KEYS)
def test_nothing_of_server_or_key_is_lost_or_changed(server: str, key: str) -> None:
    slash = "" if server.endswith("/") or key.startswith("?") else "/"
    assert join_address(server, key) == f"{server}{slash}{key}"
    assert join_address(f" {server}\n", f"\t{key} ") == f"{server}{slash}{key}"


@given(SERVERS, KEYS)
def test_a_whole_address_may_stand_in_either_box_or_both(server: str, key: str) -> None:
    whole = join_address(server, key)
    assert join_address(whole, "") == join_address("", whole) == join_address(server, whole) == whole
    assert join_address(*split_address(whole)) == whole


@given(SERVERS, KEYS)
def test_a_key_that_came_with_the_server_is_noticed(server: str, key: str) -> None:
    assume("?" in key or len(key.rpartition("/")[2]) >= 8)
    assert holds_key(join_address(server, key))
    assert not holds_key(server)


def test_bilibilis_key_begins_with_a_question_mark() -> None:
    key = "?streamname=live_1_2&key=0a1b&schedule=rtmp&pflag=1"
    assert join_address("rtmp://live-push.bilivideo.com/live-bvc/", key).endswith(f"/live-bvc/{key}")
    assert join_address("rtmp://live-push.bilivideo.com/live-bvc", key).endswith(f"/live-bvc{key}")


@given(st.text("abcKEY019-_?&=/%+", min_size=6, max_size=60), st.sampled_from(["", "rtmp://", "http://", " "]))
def test_a_key_in_the_box_of_the_address_is_shown_to_nobody(key: str, before: str) -> None:
    parts = [part for part in key.replace("?", "/").replace("=", "/").split("/") if len(part) >= 4]
    try:
        shown = DestinationConfig("somewhere", Secret(before + key)).shown.removeprefix(before)
    except StudioError as error:
        shown = explain(error.problem).what
        assert not [part for part in parts if part in shown]
    else:
        assert not [part for part in parts[1:] if part in shown.partition("/")[2].partition("/")[2]]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://example.com/live/key", "http://example.com/•••"),
        ("rtmp://192.168.1.5", "rtmp://192.168.1.5/•••"),
        ("rtmp://stream-1234?sign=ab", "•••"),
        ("push.example.com/live/key", "•••"),
        ("kwai_actL_1?sign=a/b", "•••"),
        ("rtmp://[::1/key", "•••"),
    ],
)
def test_of_a_mistyped_address_only_a_hosts_name_is_shown(text: str, shown: str) -> None:
    assert mask_mistyped(text) == shown


@pytest.mark.parametrize("text", ["淘宝", "push.example.com:1936 (2)", "My shop"])
def test_a_name_is_a_name(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize("text", ["", "rtmp://a/b/c", "stream-1?sign=2", "key=abc", "x" * 41])
def test_an_address_or_a_key_is_no_name(text: str) -> None:
    assert not is_name(text)


@pytest.mark.parametrize(
    ("address", "app", "stream"),
    [
        ("rtmp://a.example/live/key?sign=a/b", "live", "key?sign=a/b"),
        ("rtmp://a.example:1936/app/instance/key", "app/instance", "key"),
        ("rtmp://live-push.bilivideo.com/live-bvc/?streamname=x&key=y", "live-bvc", "?streamname=x&key=y"),
        ("rtmp://a.example/live", "live", ""),
    ],
)
def test_an_address_names_the_application_and_the_stream(address: str, app: str, stream: str) -> None:
    assert app_and_stream(address) == (app, stream)


def test_the_statistics_of_a_server_are_found_with_little_typing() -> None:
    assert stats_address("  ") == ""
    assert stats_address(" http://192.168.1.5:8080/stat#live/orchard ") == "http://192.168.1.5:8080/stat#live/orchard"
    assert stats_address("http://192.168.1.5") == "http://192.168.1.5/stat"
    assert server_of(stats_address("http://192.168.1.5:1985/")) is Srs
    assert server_of(stats_address("http://server:9997")) is MediaMtx


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("rtmp://192.168.1.5/live/planted-key-5512", "that is where the show is sent"),
        ("192.168.1.5/stat", "it has to look like http"),
        ("http://", "it has to look like http"),
        ("http://[::1/stat", "it has to look like http"),
        ("http://server:port/stat", "it has to look like http"),
    ],
)
def test_what_is_no_address_of_statistics_is_explained(typed: str, told: str) -> None:
    with pytest.raises(StudioError) as caught:
        stats_address(typed)
    said = explain(caught.value.problem).what
    assert told in said
    assert "planted-key" not in said


@pytest.mark.parametrize(
    ("pasted", "sent"),
    [
        ("RTMP://push.example/live/Key-1", "rtmp://push.example/live/Key-1"),
        (" \trtmps://push.example:443/live/key?a=B\r\n", "rtmps://push.example:443/live/key?a=B"),
        ("rtmp://push.example/live/a-key-\r\nin-two-lines", "rtmp://push.example/live/a-key-in-two-lines"),
        ("virtualcam:OBS Camera\n", "virtualcam:OBS Camera"),
    ],
)
def test_what_copying_leaves_at_an_address_is_not_sent(pasted: str, sent: str) -> None:
    assert DestinationConfig("somewhere", Secret(pasted)).url.reveal() == sent


@pytest.mark.parametrize("port", ["0", "65536", "99999", "-1", "abc"])
def test_a_port_that_is_none_is_no_address(port: str) -> None:
    with pytest.raises(StudioError) as refused:
        DestinationConfig("somewhere", Secret(f"rtmp://push.example:{port}/live/key"))
    assert refused.value.problem.code == "output.not_rtmp"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("快手", "快手"),
        ("Auntie Wang's channel", "Auntie Wang's channel"),
        ("d1 kwai_actL_93ab10ff", "•••"),
        ("93ab10ff", "•••"),
        ("kwaikwaikwaikwaikwai", "•••"),
        ("rtmp://快手/播", "•••"),
        ("", "•••"),
    ],
)
def test_of_a_name_that_may_be_a_key_nothing_is_shown(text: str, shown: str) -> None:
    assert shown_name(text) == shown


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("192.168.1.5:8080/video", "http://192.168.1.5:8080/video"),
        ("192.168.1.5:4747", "http://192.168.1.5:4747"),
        ("li:word@192.168.1.5:8080/video?x=1", "http://li:word@192.168.1.5:8080/video?x=1"),
        (" Http://192.168.1.5:8080/Video\r\n", "http://192.168.1.5:8080/Video"),
        ("RTSP://192.168.1.5/Stream1", "rtsp://192.168.1.5/Stream1"),
        ("film.mkv", "film.mkv"),
        ("/dev/shm/1.2.3.4", "/dev/shm/1.2.3.4"),
    ],
)
def test_a_network_camera_is_found_however_its_address_was_typed(typed: str, meant: str) -> None:
    """As the phone shows it, or with the capital letter that keyboards begin with."""
    assert camera_address(typed) == meant
    assert SourceConfig(SourceKind.URL, typed).target == meant
    assert SourceConfig(SourceKind.CLIP, typed).target == typed


SIGNED = "rtmp://push.example.com/third/stream-1?expire=1795000000&sign=0a%2Bbcd&t_id=7&pass=ab12"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("signature 0a+bcd has expired", "signature ••• has expired"),
        ("sign=0a%2Bbcd is wrong, so is ab12", "sign=••• is wrong, so is •••"),
        ("expire=17950000… was cut", "•••… was cut"),
        ("no room 7 here", "no room 7 here"),
    ],
)
def test_a_server_that_says_a_part_of_the_key_again_is_shown_without_it(words: str, shown: str) -> None:
    assert without_secrets(words, SIGNED) == shown


@given(SERVERS, KEYS, st.data())
def test_no_piece_of_a_key_is_shown(server: str, key: str, data: st.DataObject) -> None:
    key = key.lstrip("/")
    assume(len(key) >= 8)
    begin = data.draw(st.integers(0, len(key) - 8))
    piece = key[begin : data.draw(st.integers(begin + 8, len(key)))]
    assert piece not in without_secrets(f"bad name: {piece}!", join_address(server, key))
