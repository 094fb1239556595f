"""The queues between the stages: bounded, and true to what their class says happens when they are full."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from studio.media.frames import EncodedPacket, PacketKind, Picture, blank
from studio.media.queues import DEAD_TIMES, EARLY_PACKETS, LIMIT_S, DropOldest, Mailbox, PacketQueue
from studio.media.rtmp_output import STALL_DEADLINE_S
from tests.health.links import waiting_s

FPS = 25
DEADLINE_S = 90.0


def picture(due_ns: int) -> Picture:
    return Picture(blank(16, 16), due_ns)


def video(frame: int, keyframe: bool = False) -> EncodedPacket:
    return EncodedPacket(PacketKind.VIDEO, b"v", frame, frame, 1, keyframe, Fraction(1, FPS))


def sound(block: int) -> EncodedPacket:
    return EncodedPacket(PacketKind.AUDIO, b"a", block * 1024, block * 1024, 1024, True, Fraction(1, 48_000))


def drained(queue: PacketQueue) -> list[EncodedPacket]:
    queue.close()
    return list(iter(queue.get, None))


def on_a_thread(body: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    results: list[object] = []
    thread = threading.Thread(target=lambda: results.append(body()), name="waiting")
    thread.start()
    return thread, results


def test_a_mailbox_of_a_camera_keeps_the_newest_picture_only() -> None:
    mailbox = Mailbox()
    for due_ns in (1, 2, 3):
        assert mailbox.put(picture(due_ns))
    newest = mailbox.take(100)
    assert newest is not None
    assert newest.due_ns == 3
    assert mailbox.take(100) is None


def test_a_picture_that_is_not_due_stays_in_the_mailbox() -> None:
    mailbox = Mailbox(slots=4, overwrite=False)
    for due_ns in (10, 20, 30):
        mailbox.put(picture(due_ns))
    assert mailbox.take(9) is None
    taken = mailbox.take(25)
    assert taken is not None
    assert taken.due_ns == 20, "the older one is thrown away"
    assert mailbox.take(25) is None
    last = mailbox.take(30)
    assert last is not None
    assert last.due_ns == 30


def test_whoever_reads_ahead_waits_until_a_picture_was_taken() -> None:
    mailbox = Mailbox(slots=1, overwrite=False)
    mailbox.put(picture(1))
    thread, results = on_a_thread(lambda: mailbox.put(picture(2)))
    thread.join(0.05)
    assert thread.is_alive(), "the box is full"
    mailbox.take(1)
    thread.join(DEADLINE_S)
    assert results == [True]


def test_closing_a_mailbox_wakes_whoever_waits_and_takes_nothing_more() -> None:
    mailbox = Mailbox(slots=1, overwrite=False)
    mailbox.put(picture(1))
    thread, results = on_a_thread(lambda: mailbox.put(picture(2)))
    mailbox.close()
    thread.join(DEADLINE_S)
    assert results == [False]
    assert not mailbox.put(picture(3))


def test_a_short_queue_forgets_its_oldest_and_counts() -> None:
    queue: DropOldest[int] = DropOldest(3)
    for number in range(5):
        queue.put(number)
    queue.close()
    assert list(iter(queue.get, None)) == [2, 3, 4]
    assert queue.dropped == 2
    assert len(queue) == 0


def test_closing_a_short_queue_wakes_its_reader() -> None:
    queue: DropOldest[int] = DropOldest(3)
    thread, results = on_a_thread(queue.get)
    queue.close()
    thread.join(DEADLINE_S)
    assert results == [None]


def test_an_output_begins_with_a_keyframe_and_the_sound_that_belongs_to_it() -> None:
    queue = PacketQueue()
    for block in range(6):  # 0 … 128 ms; the keyframe is at 80 ms
        queue.put(sound(block))
    queue.put(video(1))
    queue.put(video(2, keyframe=True))
    queue.put(video(3))
    queue.put(sound(6))
    out = drained(queue)
    pictures = [packet for packet in out if packet.kind is PacketKind.VIDEO]
    assert [packet.dts for packet in pictures] == [2, 3]
    assert pictures[0].keyframe
    assert [packet.dts // 1024 for packet in out if packet.kind is PacketKind.AUDIO] == [4, 5, 6]
    assert queue.dropped == 0, "nothing that came before the start counts as lost"


def test_sound_before_the_first_keyframe_is_bounded() -> None:
    queue = PacketQueue()
    for block in range(EARLY_PACKETS * 3):
        queue.put(sound(block))
    queue.put(video(0, keyframe=True))
    out = drained(queue)
    assert len(out) == EARLY_PACKETS + 1


def shown(queue: PacketQueue, seconds: int, every: int = 20) -> list[EncodedPacket]:
    """Puts in a show from its beginning, with a keyframe every so many frames."""
    sent = []
    for frame in range(FPS * seconds):
        sent += [video(frame, keyframe=frame % every == 0), sound(frame * 2), sound(frame * 2 + 1)]
    for packet in sent:
        queue.put(packet)
    return sent


def test_a_link_that_carries_nothing_pauses_the_picture_and_keeps_all_sound() -> None:
    queue = PacketQueue(limit_s=1.5)
    sent = shown(queue, 4)
    assert queue.pausing
    out = drained(queue)
    assert [packet for packet in out if packet.kind is PacketKind.AUDIO] == [
        packet for packet in sent if packet.kind is PacketKind.AUDIO
    ]
    pictures = [packet for packet in out if packet.kind is PacketKind.VIDEO]
    assert [packet.dts for packet in pictures] == [0, 20], "keyframes that were let in stay, and no more come in"
    assert queue.dropped == len(sent) - len(out) > 0


def test_a_computer_without_time_for_its_relay_costs_no_pictures_while_that_passes() -> None:
    """It is not the network that all this waits for: what waits goes out in one go, and less is made soon."""
    queue = PacketQueue(limit_s=1.5)
    queue.by_network = False
    sent = shown(queue, 4)
    assert not queue.pausing
    assert drained(queue) == sent
    queue = PacketQueue(limit_s=1.5)
    queue.by_network = False
    shown(queue, 6)
    assert queue.pausing, "for good it would be as far behind as a dead line"


def test_a_picture_that_comes_later_than_its_sound_does_not_count_as_one_that_waits() -> None:
    """An encoder that looks ahead gives its pictures a second after their sound; all is read every 0.4 s."""
    queue, late = PacketQueue(limit_s=1.5), 30
    for frame in range(FPS * 6):
        if frame >= late:
            queue.put(video(frame - late, keyframe=frame == late))
        queue.put(sound(frame * 2))
        queue.put(sound(frame * 2 + 1))
        while frame % 10 == 0 and waiting_s(queue) > 0:
            queue.get()
    assert queue.dropped == 0


def test_the_picture_goes_on_at_the_first_keyframe_once_there_is_room() -> None:
    queue = PacketQueue(limit_s=1.5)
    shown(queue, 4)
    while waiting_s(queue) > 0:
        queue.get()
    out: list[EncodedPacket] = []
    for frame in range(FPS * 4 + 1, FPS * 6):
        queue.put(sound(frame * 2))
        queue.put(video(frame, keyframe=frame % 20 == 0))
        while waiting_s(queue) > 0:
            packet = queue.get()
            assert packet is not None
            out.append(packet)
    pictures = [packet.dts for packet in out if packet.kind is PacketKind.VIDEO]
    assert pictures == list(range(120, pictures[-1] + 1))


@dataclass
class Trickle:
    """A link that takes so many packets in the time of a frame, which has three."""

    queue: PacketQueue
    frame: int = 0
    out: list[EncodedPacket] = field(default_factory=list)

    def live(self, seconds: float, per_frame: int) -> None:
        for _frame in range(round(seconds * FPS)):
            self.queue.put(video(self.frame, self.frame % 25 == 0))
            self.queue.put(sound(self.frame * 2))
            self.queue.put(sound(self.frame * 2 + 1))
            self.frame += 1
            for _turn in range(per_frame):
                if waiting_s(self.queue) > 0:
                    packet = self.queue.get()
                    assert packet is not None
                    self.out.append(packet)

    def pictures(self) -> list[int]:
        return [packet.dts for packet in self.out if packet.kind is PacketKind.VIDEO]


def test_a_link_that_carries_little_more_than_sound_is_tried_less_and_less_often() -> None:
    link = Trickle(PacketQueue(limit_s=1.5))
    for second in range(60):
        link.live(0.6, per_frame=2)
        link.live(0.4, per_frame=3)
        assert waiting_s(link.queue) < 4.0, f"the voice stays near, after {second} s"
    tries = [b for a, b in pairwise(link.pictures()) if b - a > 1]
    rests = [(b - a) / FPS for a, b in pairwise(tries)]
    assert 3 <= len(tries) <= 16, "once in a while, of sixty keyframes"
    assert max(rests) < 20.0, "nor does it wait for ever"


def test_once_the_link_has_recovered_the_picture_is_whole_in_ten_seconds_and_stays_so() -> None:
    link = Trickle(PacketQueue(limit_s=1.5))
    link.live(40, per_frame=2)
    recovered = link.frame
    link.live(40, per_frame=6)
    assert not link.queue.pausing
    pauses = [b for a, b in pairwise(link.pictures()) if b - a > 1]
    assert pauses[-1] - recovered < 10 * FPS


def test_a_slow_link_does_not_ask_everybody_for_keyframes() -> None:
    """One encoder serves all: a request for each lost picture would spoil the others' picture."""
    asked: list[int] = []
    queue = PacketQueue(limit_s=0.5, on_starved=lambda: asked.append(1))
    keyframe = True
    for frame in range(FPS * 4):
        before = len(asked)
        queue.put(video(frame, keyframe or frame % 50 == 0))
        keyframe = len(asked) > before  # an encoder that does as it is asked
    assert len(asked) <= 1


def test_a_dead_link_is_emptied_whole_and_begins_again_at_a_keyframe() -> None:
    asked: list[int] = []
    queue = PacketQueue(limit_s=0.5, on_starved=lambda: asked.append(1))
    queue.put(video(0, keyframe=True))
    for block in range(48_000 * 6 // 1024):  # six seconds of sound
        queue.put(sound(block))
    assert asked, "a keyframe is wanted"
    assert waiting_s(queue) <= 5.1
    queue.put(video(160))
    queue.put(video(161, keyframe=True))
    out = drained(queue)
    assert [packet.dts for packet in out if packet.kind is PacketKind.VIDEO] == [161]


def test_a_restarted_queue_waits_for_a_keyframe_and_does_not_count_what_lay_in_it() -> None:
    queue = PacketQueue()
    for packet in (video(0, keyframe=True), video(1), sound(0)):
        queue.put(packet)
    assert waiting_s(queue) == pytest.approx(0.04, abs=0.05)
    queue.restart()
    assert waiting_s(queue) == 0.0
    assert queue.dropped == 0, "an outage is told in seconds"
    queue.put(video(2))
    queue.put(video(3, keyframe=True))
    assert [packet.dts for packet in drained(queue)] == [3]


def test_a_closed_queue_lets_nothing_in_and_wakes_its_reader() -> None:
    queue = PacketQueue()
    thread, results = on_a_thread(queue.get)
    queue.close()
    thread.join(DEADLINE_S)
    assert results == [None]
    queue.put(video(0, keyframe=True))
    assert queue.get() is None


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("video"), st.booleans()),
        st.tuples(st.just("sound"), st.just(False)),
        st.tuples(st.just("read"), st.booleans()),
    ),
    max_size=400,
)


@settings(max_examples=150, deadline=None)
@given(steps=STEPS, limit_s=st.sampled_from([0.1, 0.5, 2.0]))
def test_whatever_comes_and_goes_what_comes_out_can_be_decoded(steps: list[tuple[str, bool]], limit_s: float) -> None:
    """Times never go back, no picture comes without all those before it since a keyframe, no sound is lost."""
    queue = PacketQueue(limit_s=limit_s)
    out: list[EncodedPacket] = []
    frame = block = 0
    heard: list[int] = []
    begun = False
    for step, flag in steps:
        if step == "video":
            begun = begun or flag
            queue.put(video(frame, keyframe=flag))
            frame += 1
        elif step == "sound":
            queue.put(sound(block))
            if begun and queue.dropped == 0:
                heard.append(block)
            block += 1
        elif waiting_s(queue) > 0:
            packet = queue.get()
            assert packet is not None
            out.append(packet)
    out += drained(queue)
    for kind in PacketKind:
        times = [packet.dts for packet in out if packet.kind is kind]
        assert times == sorted(set(times)), "times go on"
    last: int | None = None
    for packet in out:
        if packet.kind is PacketKind.VIDEO:
            assert packet.keyframe or packet.dts - 1 == last, "a picture without the one before it"
            last = packet.dts
    if frame / FPS + block * 1024 / 48_000 < 10 * limit_s:  # never so much that the link counts as dead
        got = [packet.dts // 1024 for packet in out if packet.kind is PacketKind.AUDIO]
        assert set(heard) <= set(got)


@pytest.mark.parametrize("page", ["README.md", "studio/ARCHITECTURE.md"])
def test_what_is_written_of_a_dead_line_is_what_is_done(page: str) -> None:
    words = " ".join((Path(__file__).parents[2] / page).read_text(encoding="utf-8").split())
    assert re.search(rf"even the (sound|voice) lies {DEAD_TIMES * LIMIT_S:.0f} s behind", words)
    arrives = rf"nothing (at all )?arrives (for|any more the .* answers, after) {STALL_DEADLINE_S:.0f} s"
    assert re.search(arrives, words)
