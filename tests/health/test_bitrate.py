"""The show bends to its network: reckoned over simulated networks, whole shows in a moment."""

import itertools
from collections.abc import Callable
from random import Random

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from studio.health.bitrate import ALONE_S, EVERY_S, FLOOR_KBPS, STILL_KBPS, BitrateController, Quality
from studio.media.flow import Flow
from studio.media.frames import PacketKind
from studio.quality import Motion
from tests.health.links import AUDIO_KBPS, FPS, Path, Rate, Run, Uplink, simulate

WANTED_KBPS = 2500
WHOLE_KBPS = WANTED_KBPS + AUDIO_KBPS
FAST_KBPS = 20_000.0
SLOW_FROM_S, SLOW_TO_S, END_S = 20.0, 60.0, 82.0


def slowed(kbps: float) -> Rate:
    """A network that is fast, then slow for forty seconds, then fast again."""
    return lambda at_s: kbps if SLOW_FROM_S <= at_s < SLOW_TO_S else FAST_KBPS


def whole_again_s(run: Run) -> float:
    return run.back_s(SLOW_TO_S, WANTED_KBPS)


@settings(max_examples=6, deadline=None)
@given(share=st.floats(0.2, 0.95), seed=st.integers(0, 1000))
def test_a_slow_network_is_used_and_the_whole_show_comes_back_within_20_seconds(share: float, seed: int) -> None:
    path = Path("a", slowed(share * WHOLE_KBPS))
    run = simulate(END_S, WANTED_KBPS, path, seed=seed)
    assert path.kbps(SLOW_FROM_S, SLOW_TO_S) > 0.85 * share * WHOLE_KBPS
    assert whole_again_s(run) <= 20.0
    for _at_s, quality in run.decided:
        assert STILL_KBPS <= quality.kbps <= WANTED_KBPS
    sound = [one.packet.dts for one in path.of(PacketKind.AUDIO)]
    assert all(20 <= after - before <= 22 for before, after in itertools.pairwise(sound)), "no sound is left out"


@pytest.mark.parametrize("share", [0.6, 0.7, 0.8])
@pytest.mark.parametrize("modem_bytes", [0, 56_000])
def test_nothing_stands_still_for_a_second_and_no_picture_is_left_out(share: float, modem_bytes: int) -> None:
    path = Path("a", slowed(share * WHOLE_KBPS), modem_bytes)
    simulate(END_S, WANTED_KBPS, path)
    assert path.longest_stand_s(PacketKind.VIDEO) < 1.0
    assert path.latest_s() < 1.65, "who keeps a second ahead stops for less than another"
    assert path.queue.dropped == 0


def test_a_network_that_is_just_fast_enough_is_left_alone() -> None:
    path = Path("a", lambda _at_s: WHOLE_KBPS * 1.1)
    assert len(simulate(60.0, WANTED_KBPS, path).decided) == 1


def test_the_rate_does_not_go_to_and_fro() -> None:
    """After the first moments it stays near what the network takes, probing a little above and going a little below."""
    run = simulate(SLOW_TO_S, WANTED_KBPS, Path("a", slowed(0.5 * WHOLE_KBPS)))
    settled = [quality.kbps for at_s, quality in run.decided if at_s > SLOW_FROM_S + 5]
    assert max(settled) < 0.5 * WHOLE_KBPS * 1.25
    turns = sum((b - a) * (c - b) < 0 for a, b, c in zip(settled, settled[1:], settled[2:], strict=False))
    assert turns <= 2 * (SLOW_TO_S - SLOW_FROM_S) / 8, "up and down once in eight seconds at most"


@pytest.mark.parametrize(("kbps", "motion"), [(600, Motion.WHOLE), (380, Motion.HALF), (230, Motion.STILL)])
def test_below_the_floor_movement_goes_before_sound(kbps: float, motion: Motion) -> None:
    path = Path("a", slowed(kbps))
    run = simulate(END_S, WANTED_KBPS, path)
    assert {run.quality(at_s).motion for at_s in (45.0, 50.0, 55.0)} == {motion}
    late_s = [one.at_s - one.packet.time_s for one in path.of(PacketKind.AUDIO) if 45 <= one.at_s < SLOW_TO_S]
    assert max(late_s) < 1.5, "the voice is near the moment again"
    assert whole_again_s(run) <= 20.0


def test_after_a_hiccup_most_of_the_quality_is_back_at_once() -> None:
    path = Path("a", lambda at_s: 0.0 if 20 <= at_s < 22 else FAST_KBPS)
    run = simulate(40.0, WANTED_KBPS, path)
    assert run.quality(26.0).kbps > 0.6 * WANTED_KBPS
    assert run.back_s(22.0, WANTED_KBPS) < 12.0


def test_a_hopeless_destination_does_not_pull_a_healthy_one_down() -> None:
    healthy, hopeless = Path("healthy", lambda _at_s: FAST_KBPS), Path("hopeless", slowed(300.0))
    run = simulate(SLOW_TO_S, WANTED_KBPS, healthy, hopeless)
    assert run.quality(50.0).kbps == WANTED_KBPS
    assert healthy.queue.dropped == 0
    assert hopeless.queue.dropped > 0
    sound = hopeless.of(PacketKind.AUDIO)
    assert len(sound) > 0.9 * len(healthy.of(PacketKind.AUDIO)), "it sheds its own pictures and keeps the voice"


def test_a_quarter_of_the_rate_is_bent_to_and_the_healthy_destination_loses_nothing() -> None:
    healthy, weak = Path("healthy", lambda _at_s: FAST_KBPS), Path("weak", slowed(0.25 * WHOLE_KBPS))
    run = simulate(END_S, WANTED_KBPS, healthy, weak)
    assert healthy.queue.dropped == 0
    assert weak.queue.dropped / FPS < 4.0, "until the lower rate has come through"
    assert weak.kbps(SLOW_FROM_S, SLOW_TO_S) > 0.85 * 0.25 * WHOLE_KBPS
    assert {run.quality(at_s).slowest for at_s in (30.0, 40.0, 50.0)} == {"weak"}
    assert whole_again_s(run) <= 20.0


def test_a_hopeless_destination_gets_stills_and_the_voice_and_is_whole_again_once_its_network_is() -> None:
    healthy, hopeless = Path("healthy", lambda _at_s: FAST_KBPS), Path("hopeless", slowed(400.0))
    run = simulate(END_S, WANTED_KBPS, healthy, hopeless)
    slow = [one for one in hopeless.arrived if SLOW_FROM_S + 2 <= one.at_s < SLOW_TO_S]
    stills = [one for one in slow if one.packet.keyframe and one.packet.kind is PacketKind.VIDEO]
    assert len(stills) >= 3
    late_s = sorted(one.at_s - one.packet.time_s for one in slow if one.packet.kind is PacketKind.AUDIO)
    assert late_s[len(late_s) // 2] < 2.0, "the voice is near the moment most of the time"
    assert max(late_s) < 6.0
    pictures = [one.packet.time_s for one in hopeless.of(PacketKind.VIDEO) if one.packet.time_s > SLOW_TO_S]
    gone_on_s = max((b for a, b in itertools.pairwise(pictures) if b - a > 0.1), default=pictures[0])
    assert gone_on_s - SLOW_TO_S < 15.0
    assert all(quality.kbps == WANTED_KBPS for at_s, quality in run.decided if at_s > SLOW_FROM_S + 4)


def test_a_destination_at_the_very_floor_does_not_pull_the_others_to_and_fro() -> None:
    healthy, weak = Path("healthy", lambda _at_s: FAST_KBPS), Path("weak", slowed(AUDIO_KBPS + FLOOR_KBPS))
    run = simulate(SLOW_TO_S, WANTED_KBPS, healthy, weak)
    assert [quality.kbps for _at_s, quality in run.decided].count(WANTED_KBPS) <= 3
    assert healthy.queue.dropped == 0


def test_what_lags_because_the_computer_has_no_time_changes_nothing() -> None:
    """Nothing waits for the network: the relay itself came too late."""
    controller = BitrateController(WANTED_KBPS, AUDIO_KBPS)
    for step in range(40):
        now_s = step * EVERY_S
        controller.step(now_s, [Flow("a", round(now_s * 500 * 125), now_s, 2.0, now_s, held=0.25)])
    assert controller.quality.kbps == WANTED_KBPS


def bend(*looks: tuple[float, float], held: float = 1.0) -> BitrateController:
    """A controller that saw a network take all, and then at each look an age in seconds and what was taken in kb/s."""
    controller = BitrateController(WANTED_KBPS, AUDIO_KBPS)
    delivered, now_s = 0.0, 50.0
    for age_s, taken_kbps in ((0.02, WHOLE_KBPS),) * 8 + looks:
        delivered, now_s = delivered + taken_kbps * 125 * EVERY_S, now_s + EVERY_S
        controller.step(now_s, [Flow("a", round(delivered), now_s, age_s, now_s, held=held)])
    return controller


def test_a_network_behind_a_router_that_hands_on_in_bursts_is_known_within_a_second() -> None:
    """It takes 60 %, and for moments nothing waits here: 0.4 s a second lie behind."""
    slow_kbps = 0.6 * WHOLE_KBPS
    assert bend((0.2, slow_kbps), (0.4, slow_kbps), held=0.75).quality.kbps < slow_kbps


def test_what_falls_further_behind_at_each_look_is_known_before_much_does() -> None:
    slow_kbps = 0.5 * WHOLE_KBPS
    assert bend((0.1, slow_kbps), (0.16, slow_kbps), (0.22, slow_kbps), held=0.5).quality.kbps < slow_kbps
    for unhurt in (
        bend((0.1, slow_kbps), (0.12, slow_kbps), (0.22, slow_kbps), held=0.5),
        bend((0.1, WHOLE_KBPS), (0.16, WHOLE_KBPS), (0.22, WHOLE_KBPS), held=0.5),
        bend((0.1, slow_kbps), (0.16, slow_kbps), (0.22, slow_kbps), held=0.25),
    ):
        assert unhurt.quality == Quality(WANTED_KBPS, Motion.WHOLE)


def test_the_rate_goes_down_at_once_by_what_the_encoder_still_makes_at_the_old_one() -> None:
    """It goes on for a second, and what it makes then lies behind as well."""
    little, much = (bend((0.2, share * WHOLE_KBPS), (0.45, share * WHOLE_KBPS)) for share in (0.8, 0.5))
    assert little.quality.kbps > 0.8 * 0.75 * WANTED_KBPS
    assert much.quality.kbps < 0.5 * 0.6 * WANTED_KBPS
    deep, now_s = much.quality, 55.0 + EVERY_S
    assert much.step(now_s, [Flow("a", 10**9, now_s, 0.1, now_s)]) == deep, "what lies behind is still to come"


def test_a_hole_that_a_lost_packet_makes_does_not_count_as_the_networks_rate() -> None:
    """It was known before: half a second later all that was held up there comes."""
    slow_kbps = 0.5 * WHOLE_KBPS
    looks = [(0.3, slow_kbps), (0.6, slow_kbps), *[(0.7, slow_kbps)] * 4, *[(0.02, 0.45 * WHOLE_KBPS)] * 8]
    hole = [(0.2, slow_kbps), (0.3, 0.3 * slow_kbps), (0.5, 0.2 * slow_kbps)]
    assert bend(*looks, *hole).quality.kbps > 0.5 * slow_kbps


def test_a_destination_that_swallows_everything_is_not_waited_for() -> None:
    healthy, dead = Path("healthy", lambda _at_s: FAST_KBPS), Path("dead", slowed(0.0))
    run = simulate(30.0, WANTED_KBPS, healthy, dead)
    assert run.quality(24.0).kbps == WANTED_KBPS
    assert sum(quality.kbps < WANTED_KBPS for _at_s, quality in run.decided) <= 2


def test_of_two_that_carry_the_floor_the_slower_one_decides() -> None:
    slow, slower = Path("slow", slowed(2000.0)), Path("slower", slowed(1000.0))
    run = simulate(SLOW_TO_S, WANTED_KBPS, slow, slower)
    assert run.quality(50.0).slowest == "slower"
    assert 600 < run.quality(50.0).kbps < 1150
    assert slower.kbps(SLOW_FROM_S, SLOW_TO_S) > 850


def wandering(seed: int) -> Callable[[float], float]:
    """What the first of two gets by chance: another part each second."""
    parts = [Random(seed + second).uniform(0.15, 0.85) for second in range(300)]
    return lambda at_s: parts[int(at_s)]


def leaning(part: float) -> Callable[[float], float]:
    return lambda _at_s: part


@pytest.mark.parametrize("share", [0.6, 0.25])
@pytest.mark.parametrize(("first_part", "used"), [(leaning(0.5), 0.95), (leaning(0.85), 0.7), (wandering(0), 0.7)])
def test_two_behind_one_network_that_would_carry_both_share_it(
    share: float, first_part: Callable[[float], float], used: float
) -> None:
    """Dealt out evenly all of it is used; else the show goes by whom it deals little."""
    uplink = Uplink(slowed(share * 2 * WHOLE_KBPS), first_part)
    paths = uplink.paths("one", "other")
    run = simulate(END_S, WANTED_KBPS, *paths, uplink=uplink)
    settled_s = SLOW_FROM_S + 15
    for path in paths:
        assert path.longest_stand_s(PacketKind.VIDEO, settled_s, SLOW_TO_S) < 1.0, "nobody sees stills"
        sound = [packet.packet.dts for packet in path.of(PacketKind.AUDIO)]
        assert all(20 <= after - before <= 22 for before, after in itertools.pairwise(sound)), "no sound is left out"
    taken_kbps = [path.kbps(settled_s, SLOW_TO_S) for path in paths]
    assert min(taken_kbps) > 0.85 * max(taken_kbps)
    assert sum(path.kbps(SLOW_FROM_S, SLOW_TO_S) for path in paths) > used * share * 2 * WHOLE_KBPS
    assert all(run.quality(at_s).motion is Motion.WHOLE for at_s in (40.0, 45.0, 50.0, 55.0))
    assert whole_again_s(run) <= 20.0


def test_of_two_behind_one_network_neither_stands_still_at_60_percent() -> None:
    uplink = Uplink(slowed(0.6 * 2 * WHOLE_KBPS), leaning(0.5))
    paths = uplink.paths("one", "other")
    simulate(END_S, WANTED_KBPS, *paths, uplink=uplink)
    assert max(path.longest_stand_s(PacketKind.VIDEO) for path in paths) < 1.0
    assert [path.queue.dropped for path in paths] == [0, 0]


def test_one_that_was_crowded_out_is_taken_along_once_the_network_carries_both() -> None:
    """For a while it did not, and one of them got stills; the other then took all that came back."""
    uplink = Uplink(lambda at_s: FAST_KBPS if at_s < 10 else 600.0 if at_s < 40 else 0.3 * 2 * WHOLE_KBPS, leaning(0.7))
    paths = uplink.paths("one", "other")
    simulate(160.0, WANTED_KBPS, *paths, uplink=uplink)
    taken_kbps = [path.kbps(140, 160) for path in paths]
    assert min(taken_kbps) > 0.85 * max(taken_kbps)
    assert max(path.longest_stand_s(PacketKind.VIDEO, 140, 160) for path in paths) < 1.0


def test_a_hopeless_one_is_waited_for_once_where_another_is_slow_as_well() -> None:
    """They could share a network; when they turn out not to, the other has its own again."""
    slow, hopeless = Path("slow", slowed(2000.0)), Path("hopeless", slowed(300.0))
    run = simulate(SLOW_TO_S + 60, WANTED_KBPS, slow, hopeless)
    assert slow.kbps(SLOW_FROM_S, SLOW_TO_S) > 0.7 * 2000
    assert slow.kbps(SLOW_FROM_S + 20, SLOW_TO_S) > 0.85 * 2000
    assert run.quality(45.0).slowest == "slow"


def test_a_rate_below_the_floor_is_a_floor_of_its_own() -> None:
    controller = BitrateController(200, AUDIO_KBPS)
    for step in range(40):
        controller.step(
            step * EVERY_S, [Flow("a", round(step * EVERY_S * 41_000), step * EVERY_S, 0.1, step * EVERY_S)]
        )
    assert controller.quality.motion is Motion.WHOLE
    assert controller.quality.kbps == 200


def test_where_no_line_is_left_the_picture_is_whole_until_one_is_back() -> None:
    """The recording goes on, and nobody's network is a reason to spoil it; the network itself is remembered."""
    controller, now_s, delivered = BitrateController(WANTED_KBPS, AUDIO_KBPS), 0.0, 0
    for step in range(60):
        now_s = step * EVERY_S
        delivered += round(60 * 125 * EVERY_S)
        controller.step(now_s, [Flow("a", delivered, now_s, 1.0 + step * 0.3, now_s)])
    slow = controller.quality
    assert (slow.kbps, slow.motion) == (STILL_KBPS, Motion.STILL)
    gone_s = now_s
    assert controller.step(gone_s + 2.0, []) == slow, "it may be back in a moment"
    assert controller.step(gone_s + 2.0 + ALONE_S, []) == Quality(WANTED_KBPS, Motion.WHOLE)
    back = controller.step(gone_s + 30.0, [Flow("a", 0, gone_s + 30.0, 0.0, 0.1)])
    assert back.slowest == "a"
    assert back.kbps < FLOOR_KBPS
    assert controller.step(gone_s + 31.0, []) == back, "the moment begins anew"


def test_an_engine_that_was_busy_for_a_while_does_not_take_that_for_a_network_that_stands() -> None:
    controller = BitrateController(WANTED_KBPS, AUDIO_KBPS)
    for now_s, age_s in ((3.0, 0.1), (3.5, 0.1), (4.0, 0.1), (6.5, 0.5), (7.0, 0.1)):
        controller.step(now_s, [Flow("a", round(now_s * WHOLE_KBPS * 125), now_s, age_s, now_s)])
    assert controller.quality.kbps == WANTED_KBPS


def test_a_line_that_is_made_anew_after_it_stood_has_the_whole_show_at_once() -> None:
    """While nothing moved the rate went down and down; that says nothing of the network there is now."""
    controller, now_s = BitrateController(WANTED_KBPS, AUDIO_KBPS), 0.0
    flowed = round(10 * WHOLE_KBPS * 125)
    for step in range(20):
        now_s = step * EVERY_S
        controller.step(now_s, [Flow("a", round(now_s * WHOLE_KBPS * 125), now_s, 0.1, now_s)])
    for step in range(1, 11):
        controller.step(now_s + step * EVERY_S, [Flow("a", flowed, now_s, step * EVERY_S, now_s, step > 4)])
    assert controller.quality.kbps < 0.1 * WANTED_KBPS, "it may be a network that is hardly there"
    now_s += 35.0
    for step in range(20):
        moved = round(step * EVERY_S * WHOLE_KBPS * 125)
        assert controller.step(now_s, [Flow("a", moved, now_s, 0.1, step * EVERY_S)]) == Quality(
            WANTED_KBPS, Motion.WHOLE
        )
        now_s += EVERY_S
