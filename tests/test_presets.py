"""The table of platforms: what a person can read at a glance, and addresses that are known by their host."""

import pytest

from studio import presets
from studio.config import DestinationConfig, Secret
from studio.presets import PLATFORMS, Preset, preset_of, recognised

EVERY = pytest.mark.parametrize("preset", PLATFORMS, ids=lambda preset: preset.platform)


@EVERY
def test_where_the_address_is_found_takes_at_most_four_short_steps(preset: Preset) -> None:
    assert 1 <= len(preset.steps) <= 4
    assert all(len(step) <= 110 and step[-1] in ".!" for step in preset.steps)


@EVERY
def test_a_platform_that_forbids_codes_says_why(preset: Preset) -> None:
    assert preset.codes_why
    assert preset.codes is (preset is presets.CUSTOM)


@EVERY
def test_what_no_platform_has_confirmed_is_said_to_be_so(preset: Preset) -> None:
    if preset is not presets.CUSTOM:
        assert "not confirmed" in preset.doubt.lower()


@EVERY
def test_figures_a_platform_asks_for_are_a_range(preset: Preset) -> None:
    if preset.asked is not None:
        assert 200 <= preset.asked.low_kbps <= preset.asked.high_kbps <= 20000
    assert preset.closes_after_s is None or preset.closes_after_s > 0


def test_a_platform_is_found_again_by_its_name() -> None:
    assert [preset_of(preset.platform) for preset in PLATFORMS] == list(PLATFORMS)
    assert preset_of("a platform of next year") is presets.CUSTOM
    assert DestinationConfig("自家", Secret("rtmp://host/live/key")).platform == presets.CUSTOM.platform


@pytest.mark.parametrize(
    ("address", "platform"),
    [
        ("rtmp://open-push.voip.yximgs.com/gifshow/kwai_actL_1?sign=a&b=c", "kuaishou"),
        ("rtmp://live-push.bilivideo.com/live-bvc/?streamname=live_1_2&key=0a", "bilibili"),
        (" rtmp://push-rtmp-l1.DOUYINCDN.com/third/", "douyin"),
        ("rtmp://abc.alivecdn.com/live/", "taobao"),
        ("rtmp://1.livepush.myqcloud.com/trtc/", "wechat_channels"),
        ("rtmp://yximgs.com.example.org/live/", None),
        ("rtmp://notyximgs.com/live/", None),
        ("rtmp://[half/live", None),
        ("", None),
    ],
)
def test_an_address_is_recognised_by_its_host_alone(address: str, platform: str | None) -> None:
    found = recognised(address)
    assert (found.platform if found is not None else None) == platform


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("rtmp://192.168.1.5/live/key", True),
        ("virtualcam", False),
        ("virtualcam:OBS", False),
        ("rtmp://live-push.xhscdn.com/live/key", False),
        ("rtmp://live-push.xhscdn.com.example.org/live/key", True),
    ],
)
def test_codes_are_off_where_they_lead_to_a_platform_whose_rules_nobody_has_named(address: str, shown: bool) -> None:
    """A virtual camera always does. Who has asked the platform says so."""
    assert DestinationConfig("a", Secret(address)).takes_codes is shown
    for chosen in (True, False):
        assert DestinationConfig("a", Secret(address), codes=chosen).takes_codes is chosen
