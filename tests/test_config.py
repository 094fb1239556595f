"""What a show is made of: checked when it is made, and secret where it must be."""

import pickle

import hypothesis.strategies as st
import pytest
from hypothesis import assume, given

from studio.config import CanvasConfig, DestinationConfig, EncoderConfig, Secret, ShowConfig, mask_address
from studio.errors import StudioError

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
KEYS = st.text(LETTERS, min_size=6, max_size=40).map(lambda text: f"KEY{text}")
HOSTS = st.sampled_from(["push.example.com", "192.168.1.20:1935", "[::1]:1935", "直播.example", "a.b"])


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("rtmp://push.example.com/live/key", "rtmp://push.example.com/live/•••"),
        ("rtmps://push.example.com:443/app/key?sign=1", "rtmps://push.example.com:443/app/•••"),
        ("rtmp://push.example.com/key", "rtmp://push.example.com/•••"),
        ("rtmp://push.example.com/key/", "rtmp://push.example.com/•••"),
        ("rtmp://push.example.com//key", "rtmp://push.example.com/•••"),
        ("rtmp://push.example.com?key", "rtmp://push.example.com/•••"),
        ("rtmp://user:key@push.example.com/live/x", "rtmp://push.example.com/live/•••"),
        ("rtmp://user:k@ey@push.example.com/live/x", "rtmp://push.example.com/live/•••"),
        ("push.example.com/live/key", "push.example.com/live/•••"),
        ("http://192.168.1.5:8080/video", "http://192.168.1.5:8080/•••"),
        ("key", "•••"),
        ("key?sign=1", "•••"),
        ("", "•••"),
        ("/key", "•••"),
        ("rtmp:///key", "•••"),
    ],
)
def test_an_address_is_shown_without_its_key(address: str, shown: str) -> None:
    assert mask_address(address) == shown


@given(
    scheme=st.sampled_from(["rtmp://", "rtmps://", "RTMP://", "http://", "", " rtmp://"]),
    user=st.sampled_from(["", "farmer@"]),
    host=HOSTS,
    parts=st.lists(st.sampled_from(["live", "app", "直播间"]), max_size=3),
    key=KEYS,
    tail=st.sampled_from(["", "/", "//", "?", "#x"]),
)
def test_a_key_is_never_shown_wherever_platforms_put_it(
    scheme: str, user: str, host: str, parts: list[str], key: str, tail: str
) -> None:
    path = "/".join([host, *parts])
    assert key not in mask_address(f"{scheme}{user}{path}/{key}{tail}")
    assert key not in mask_address(f"{scheme}{user}{path}/room?sign={key}{tail}")
    assert key not in mask_address(f"{scheme}{user}{path}/room?a=b/{key}&c=d")
    assert key not in mask_address(f"{scheme}farmer:{key}@{path}/room")
    assert key not in mask_address(key)


@given(text=st.text(max_size=60), key=KEYS)
def test_no_text_at_all_breaks_the_mask(text: str, key: str) -> None:
    assume("/" not in text)
    assert mask_address(text)
    assert key not in mask_address(f"rtmp://host/live/{text}{key}")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "key",
        "http://push.example.com/live/key",
        "push.example.com/live/key",
        "rtmp://",
        "rtmp:///live/key",
        "rtmp://push.example.com",
        "rtmp://push.example.com/",
        "rtmp://[::1/live/key",
        "rtmp://a]b/live/key",
        "rtmp://ho\u2100st/live/key",
    ],
)
def test_an_address_that_is_not_rtmp_is_told_without_its_key(address: str) -> None:
    with pytest.raises(StudioError) as caught:
        DestinationConfig("platform", Secret(address))
    assert caught.value.problem.code == "output.not_rtmp"
    assert "key" not in str(caught.value)


def test_a_secret_shows_itself_to_nobody_but_the_sender() -> None:
    secret = Secret("k3y")
    destination = DestinationConfig("platform", Secret("rtmp://host/live/k3y"))
    for shown in (
        repr(secret),
        str(secret),
        f"{secret}",
        repr(destination),
        repr(ShowConfig(destinations=(destination,))),
    ):
        assert "k3y" not in shown
    assert secret.reveal() == "k3y"
    assert repr(Secret("")) == "Secret()"


def test_a_show_crosses_the_process_boundary_whole() -> None:
    show = ShowConfig(destinations=(DestinationConfig("platform", Secret("rtmp://host/live/k3y")),), ticker="苹果")
    copy = pickle.loads(pickle.dumps(show))
    assert copy == show
    assert copy.destinations[0].url.reveal() == "rtmp://host/live/k3y"
    assert hash(Secret("a")) == hash(Secret("a"))
    assert Secret("a") != "a"


@pytest.mark.parametrize(
    ("width", "height", "fps"),
    [(158, 720, 30), (1280, 1922, 30), (1280, 720, 4), (1280, 720, 61), (1281, 720, 30), (1280, 721, 30), (-2, 0, 30)],
)
def test_a_canvas_that_cannot_be_is_refused(width: int, height: int, fps: int) -> None:
    with pytest.raises(StudioError) as caught:
        CanvasConfig(width, height, fps)
    assert caught.value.problem.code == "value.bad"


@pytest.mark.parametrize(("bitrate_kbps", "preset"), [(199, "fast"), (20001, "fast"), (2500, "placebo"), (2500, "")])
def test_an_encoder_that_cannot_be_is_refused(bitrate_kbps: int, preset: str) -> None:
    with pytest.raises(StudioError) as caught:
        EncoderConfig(bitrate_kbps, preset)
    assert caught.value.problem.code == "value.bad"


def test_the_sizes_a_seller_uses_are_taken() -> None:
    for width, height in ((1280, 720), (720, 1280), (1920, 1080), (1080, 1920)):
        for fps in (25, 30):
            assert CanvasConfig(width, height, fps)
