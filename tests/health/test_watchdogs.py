"""The watchdogs over a whole show, with the hands of the clock moved by the test: what is told, and when it began."""

from collections.abc import Callable
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from studio.config import WARNINGS, AudioKind, WatchConfig
from studio.health import outgoing
from studio.health.code import ExpectedCode
from studio.health.outgoing import Outgoing
from studio.health.watchdogs import PROBLEMS, READ_EVERY_S, Senses, Watchdogs
from studio.media.frames import EncodedPacket, PacketKind, Plane, blank, planes
from studio.sentences.watching import SENTENCES
from tests.health.scenes import blurred, demo_clip, finger, noisy, scene, white_cloth
from tests.health.stall import SPOKEN, TENTH_NS, Stall, heard
from tests.media.told import Hand, Told

BLACK = np.full((720, 1280), 16, np.uint8)


def test_a_good_show_hears_nothing_from_them() -> None:
    assert Stall().run(30).told == []


def test_the_demo_clip_played_three_times_gives_no_warning() -> None:
    lumas = demo_clip()
    stall = Stall(picture=lambda number: lumas[number % len(lumas)])
    assert stall.run(60).told == []


def test_a_black_picture_is_told_once_and_as_nothing_else() -> None:
    stall = Stall().run(10)
    stall.picture = lambda number: BLACK
    stall.run(20)
    stall.picture = lambda number: noisy(scene(), number)
    stall.run(5)
    assert stall.told == [("watch.black", True, 10.1), ("watch.black", False, 30.1)]


def test_a_frozen_camera_is_told_whatever_else_moves() -> None:
    stall = Stall(picture=lambda number: noisy(scene(), min(number, 8))).run(15)
    assert [code for code, *_ in stall.told] == ["watch.frozen"]
    assert 4 <= stall.told[0][2] <= 5


def test_a_picture_that_stays_because_none_comes_is_not_called_frozen() -> None:
    only = blank(320, 180)
    np.copyto(planes(only)[0], scene()[:180, :320])
    stall = Stall()
    senses = Senses(lambda: only, lambda: SPOKEN)
    stall.dogs = Watchdogs(WatchConfig(), senses, stall.outgoing, stall.hand, stall._tell)
    assert stall.run(20).told == []


def test_dark_and_blurred_pictures_are_told_apart() -> None:
    dark = Stall(picture=lambda number: noisy(scene(1, 18, 55), number)).run(14)
    assert [code for code, *_ in dark.told] == ["watch.dark"]
    soft = Stall(picture=lambda number: noisy(blurred(scene(), 8), number)).run(14)
    assert [code for code, *_ in soft.told] == ["watch.blurred"]


@pytest.mark.parametrize("cover", [finger, white_cloth])
def test_a_lens_that_is_covered_in_the_light_is_told_and_nothing_else(cover: Callable[[int], Plane]) -> None:
    stall = Stall().run(10)
    stall.picture = cover
    stall.run(3)
    stall.picture = lambda number: noisy(scene(), number)
    assert stall.run(10).told == [], "white goods were held close for a moment"
    stall.picture = cover
    stall.run(15)
    stall.picture = lambda number: noisy(scene(), number)
    stall.run(3)
    assert [(code, raised) for code, raised, _ in stall.told] == [("watch.covered", True), ("watch.covered", False)]
    assert 23 <= stall.told[0][2] <= 27.1
    assert 38 <= stall.told[1][2] <= 39


def test_of_a_camera_that_has_gone_nothing_more_is_said() -> None:
    stall = Stall(picture=lambda number: BLACK).run(8)
    stall.picture = lambda number: None
    stall.run(60)
    assert [(code, raised) for code, raised, _ in stall.told] == [("watch.black", True), ("watch.black", False)]


def test_silence_is_told_after_its_time_and_ends_with_the_first_word() -> None:
    stall = Stall(heard=heard(-80, -80)).run(25)
    stall.heard = SPOKEN
    stall.run(1)
    assert stall.told == [("watch.silent", True, 0.1), ("watch.silent", False, 25.1)]


def test_music_hides_no_microphone_that_is_switched_off() -> None:
    music = heard(-12, -90)
    assert [code for code, *_ in Stall(heard=music).run(25).told] == ["watch.silent"]
    hum = heard(-12, -55)
    assert [code for code, *_ in Stall(heard=hum).run(25).told] == ["watch.silent"], "nothing makes it louder"
    assert Stall(heard=heard(-12, -60, gain_db=18)).run(25).told == []  # a voice from afar, made louder
    assert Stall(heard=heard(-12, -90, muted=True)).run(25).told == []  # muted: music alone is meant
    assert Stall(heard=music, listens_to=AudioKind.CLIP).run(25).told == []


def test_speaking_while_muted_is_told_within_three_seconds() -> None:
    stall = Stall(heard=heard(-96, -12, muted=True)).run(3)
    assert [(code, raised) for code, raised, _ in stall.told] == [("watch.muted", True)]
    stall.heard = SPOKEN
    stall.run(0.3)
    assert stall.told[-1][:2] == ("watch.muted", False)
    clip = Stall(heard=heard(-96, -10, muted=True), listens_to=AudioKind.CLIP)
    assert clip.run(5).told == [], "nobody speaks in a recording whose sound was switched off"


def test_a_quiet_microphone_is_judged_as_loud_as_its_gain_makes_it() -> None:
    assert Stall(heard=heard(-96, -45, muted=True)).run(5).told == [], "the room"
    stall = Stall(heard=heard(-96, -45, muted=True, gain_db=18)).run(5)
    assert [code for code, *_ in stall.told] == ["watch.muted"]


def test_who_is_muted_is_told_that_and_never_sent_to_the_plug() -> None:
    stall = Stall(heard=heard(-96, -12, muted=True)).run(60)
    assert [(code, raised) for code, raised, _ in stall.told] == [("watch.muted", True)], "one instruction at a time"
    stall.heard = heard(-96, -70, muted=True)
    stall.run(25)
    assert [(code, raised) for code, raised, _ in stall.told][1:] == [
        ("watch.muted", False),
        ("watch.still_muted", True),
    ]
    stall.heard = heard(-80, -80)
    stall.run(25)
    assert [(code, raised) for code, raised, _ in stall.told][3:] == [
        ("watch.still_muted", False),
        ("watch.silent", True),
    ], "the microphone is on and gives nothing"
    stall.heard = heard(-96, -80, muted=True)
    assert stall.run(1).told[-1][:2] == ("watch.silent", False)
    clip = Stall(heard=heard(-96, -10, muted=True), listens_to=AudioKind.CLIP)
    assert [code for code, *_ in clip.run(25).told] == ["watch.still_muted"]


def test_a_microphone_that_is_too_loud_is_told_but_not_a_loud_recording() -> None:
    loud = heard(-1, 0)
    assert [code for code, *_ in Stall(heard=loud).run(10).told] == ["watch.clipped"]
    assert Stall(heard=loud, listens_to=AudioKind.CLIP).run(10).told == []


def test_a_show_without_sound_is_not_told_that_it_has_none() -> None:
    assert Stall(heard=heard(-96, -96), listens_to=AudioKind.SILENCE).run(30).told == []
    assert Stall(heard=heard(-96, -96, muted=True), listens_to=AudioKind.SILENCE).run(30).told == []


@pytest.mark.parametrize("kind", ["black", "frozen", "dark", "blurred", "silent", "clipped", "muted"])
def test_each_warning_can_be_switched_off(kind: str) -> None:
    pictures: dict[str, Callable[[int], Plane]] = {
        "black": lambda number: BLACK,
        "frozen": lambda number: scene(),
        "dark": lambda number: noisy(scene(1, 18, 55), number),
        "blurred": lambda number: noisy(blurred(scene(), 8), number),
    }
    sounds = {"silent": heard(-90, -90), "clipped": heard(0, 0), "muted": heard(-20, -10, muted=True)}
    for seconds, expected in ((1.0, [f"watch.{kind}"]), (None, [])):
        config = WatchConfig(**{f"{name}_s": seconds if name == kind else None for name in WARNINGS})  # type: ignore[arg-type]
        stall = Stall(config, heard=sounds.get(kind, SPOKEN))
        stall.picture = pictures.get(kind, stall.picture)
        assert [code for code, *_ in stall.run(8).told] == expected


def test_an_empty_place_is_told_where_nothing_moves_and_no_face_is_seen() -> None:
    stall = Stall(WatchConfig(nobody_s=30))
    stall.dogs._find = lambda width, height, bgr: []
    assert [code for code, *_ in stall.run(45).told] == ["watch.nobody"]
    stall.dogs._find = lambda width, height, bgr: [[0, 0, 40, 40, 90]]
    stall.run(6)
    assert stall.told[-1][:2] == ("watch.nobody", False)


def test_every_warning_has_its_sentences() -> None:
    assert {problem.code for problem in PROBLEMS.values()} | {"watch.nobody_off"} == set(SENTENCES)
    assert tuple(PROBLEMS) == (*WARNINGS, "still_muted", "covered")


def test_they_start_and_stop_on_a_thread_of_their_own() -> None:
    told = Told()
    asked = Told()
    senses = Senses(lambda: asked("look"), lambda: asked("listen"))
    dogs = Watchdogs(
        WatchConfig(), senses, Outgoing(lambda: b"", 2500, lambda _tick: 0), Hand(), lambda *given: told(given)
    )
    dogs.stop()
    dogs.start(told)
    asked.wait_for(lambda: {"look", "listen"} <= set(asked.all))
    dogs.stop()
    dogs.stop()
    assert told.all == []


def test_a_camera_that_is_called_still_elsewhere_is_not_called_frozen_as_well() -> None:
    stall = Stall(picture=lambda _number: scene(), told_still=True)
    assert stall.run(20).told == []
    stall.told_still = False
    assert [code for code, _raised, _at in stall.run(20).told] == ["watch.frozen"]


def test_a_microphone_that_was_lost_ends_the_warning_of_silence() -> None:
    stall = Stall(heard=heard(-96.0, -96.0)).run(25)
    stall.listens_to = AudioKind.SILENCE
    assert [(code, raised) for code, raised, _at in stall.run(5).told] == [
        ("watch.silent", True),
        ("watch.silent", False),
    ]


CARD, POSTER = ExpectedCode((40, 40, 120, 120), "https://n.example/p1"), ExpectedCode((900, 40, 120, 120), "乡播")


def keyframe(tick: int) -> EncodedPacket:
    """Of a tick, which is a tenth of a second."""
    return EncodedPacket(PacketKind.VIDEO, b"", tick, tick, 1, True, Fraction(1, 10))


class Reading:
    """Stands in for decoder and reader: which codes can be read now, and how much was done."""

    def __init__(self, stall: Stall, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stall = stall
        self.readable: set[str] = {CARD.link, POSTER.link}
        self.decoded, self.read = 0, list[str]()
        self.sees: Plane = scene()
        monkeypatch.setattr(outgoing, "decoded", self._decode)
        monkeypatch.setattr(stall.dogs, "_reader", SimpleNamespace(readable=self._read))

    def _decode(self, _keyframe: EncodedPacket, _header: bytes) -> Plane:
        self.decoded += 1
        return self.sees

    def _read(self, _luma: Plane, code: ExpectedCode) -> bool:
        self.read.append(code.link)
        return code.link in self.readable

    def run(self, seconds: int) -> list[tuple[str, bool]]:
        """With a keyframe each second; gives what was told of codes."""
        for _second in range(seconds):
            self.stall.outgoing.offer(keyframe(self.stall.hand.at_ns // TENTH_NS))
            self.stall.run(1)
        return [(code, raised) for code, raised, _at in self.stall.told]


def test_every_code_on_the_picture_is_read_in_its_turn_at_the_cost_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = Reading(Stall(), monkeypatch)
    dogs = reading.stall.dogs
    dogs.expect_code("card", CARD)
    dogs.expect_code("added:code-1", POSTER)
    assert reading.run(30) == []
    assert reading.decoded == len(reading.read) <= 30 / READ_EVERY_S
    assert set(reading.read) == {CARD.link, POSTER.link}
    reading.readable.discard(POSTER.link)
    assert reading.run(30) == [("watch.code", True)]
    dogs.expect_code("added:code-1", None)
    assert reading.run(8) == [("watch.code", True), ("watch.code", False)]


def test_a_code_that_could_not_be_read_once_is_looked_at_again_before_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reading = Reading(Stall(), monkeypatch)
    reading.stall.dogs.expect_code("card", CARD)
    reading.stall.dogs.expect_code("added:code-1", POSTER)
    reading.readable.clear()
    while not reading.read:
        reading.run(1)
    reading.readable = {CARD.link, POSTER.link}
    assert reading.run(20) == []
    assert reading.read[1] == reading.read[0]


def test_a_countdown_that_changes_its_size_with_every_second_is_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = Reading(Stall(), monkeypatch)
    for second in range(20):
        reading.stall.dogs.expect_code("added:coupon-1", ExpectedCode((40, 40, 120 + second % 2, 120), CARD.link))
        reading.run(1)
    assert reading.read


def walking(number: int) -> Plane:
    """The stall with somebody who walks to and fro before it."""
    luma = noisy(scene(), number)
    luma[:, number * 37 % 900 :][:, :350] = 60 + number % 3 * 50
    return luma


def test_an_overlay_that_covers_all_is_told_though_the_camera_sees_well(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = Reading(Stall(picture=walking), monkeypatch)
    assert reading.run(20) == [("watch.hidden", True)], "the picture that is sent never changes"
    monkeypatch.setattr(outgoing, "decoded", lambda *_given: planes(reading.stall.dogs._frame)[0])  # type: ignore[arg-type]
    assert reading.run(13)[-1] == ("watch.hidden", False)
    assert reading.run(60)[2:] == [], "it follows the camera"


def test_what_the_camera_shows_only_after_a_keyframe_is_no_sign_that_it_is_hidden(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody steps before the camera after each keyframe, each time at another place, and is gone by the next."""
    stall = Stall()
    reading = Reading(stall, monkeypatch)
    empty, steps_in = stall.picture, walking
    for _second in range(60):
        stall.picture = empty
        stall.run(0.5)
        stall.outgoing.offer(keyframe(stall.hand.at_ns // TENTH_NS))
        stall.picture = steps_in
        stall.run(0.5)
    assert reading.decoded >= 9
    assert stall.told == []


def test_black_that_only_viewers_see_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = Reading(Stall(), monkeypatch)
    reading.sees = BLACK
    assert reading.run(13) == [("watch.hidden", True)]
    dark = Reading(Stall(picture=lambda _number: BLACK), monkeypatch)
    dark.sees = BLACK
    assert "watch.hidden" not in [code for code, _raised in dark.run(13)], "the camera itself is black"


def test_a_table_on_which_nothing_moves_is_not_called_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Reading(Stall(), monkeypatch).run(60) == []


def test_a_picture_that_is_held_for_the_network_is_told_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Reading(Stall(picture=walking, held=True), monkeypatch).run(60) == []


def test_what_a_card_covers_alone_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def behind_card(number: int) -> Plane:
        luma = noisy(scene(), number)
        luma[20:200, 20:300] = 40 + number % 5 * 40
        return luma

    assert Reading(Stall(picture=behind_card), monkeypatch).run(60) == []


def test_where_nothing_is_encoded_codes_are_read_in_a_picture_encoded_for_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """For a virtual camera: the platform's own program encodes, and may do so no better than the show would."""
    stall = Stall(encodes=False)
    reading = Reading(stall, monkeypatch)
    seen: list[tuple[float, float]] = []

    def read(luma: Plane, _code: ExpectedCode) -> bool:
        seen.append((float(luma.mean()), float(luma.std())))
        return False

    monkeypatch.setattr(stall.dogs, "_reader", SimpleNamespace(readable=read))
    stall.dogs.expect_code("card", CARD)
    composed = blank(1280, 720)
    np.copyto(planes(composed)[0], scene())
    for _second in range(20):
        stall.outgoing.show(composed)
        stall.run(1)
    assert reading.decoded == 0
    assert 2 <= len(seen) <= 20 / READ_EVERY_S
    assert seen[0] == pytest.approx((scene().mean(), scene().std()), abs=2)
    assert [(code, raised) for code, raised, _at in stall.told] == [("watch.code", True)]
