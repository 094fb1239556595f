"""What a person at the command line is told while a show runs: lines on stderr."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from studio.clock import Clock
from studio.config import ShowConfig
from studio.console.streams import say
from studio.disk import UNRECORDED, room_words
from studio.errors import Problem, explain
from studio.events import (
    CardChanged,
    Event,
    HealthSampled,
    Noticed,
    RecordingBegun,
    RecordingFinished,
    ShowStarted,
    SoundChanged,
)
from studio.i18n import _
from studio.output_states import STATE_WORDS, OutputChanged, OutputState, output_name
from studio.run import PriceDifference, PricesDiffer, StepChanged
from studio.shop.products import format_price

NS = 1_000_000_000
PROGRESS_EVERY_S = 5
DISK_EVERY_S = 300
ROOM_EVERY_S = 10


@dataclass(slots=True)
class Room:
    """A live room that its platform closes soon: when, and the next number of seconds that is worth a line."""

    closes_ns: int
    next_s: int


@dataclass(slots=True)
class Teller:
    """Tells of a show's events. Where `listens`, a new address can be typed meanwhile; a `resumed` one was seen."""

    show: ShowConfig
    clock: Clock
    listens: bool = False
    resumed: bool = False
    rooms: dict[str, Room] = field(default_factory=dict)
    proven: set[str] = field(default_factory=set)  # destinations that were on the air
    refused: set[str] = field(default_factory=set)  # those that take nothing any more
    unrecorded: bool = False  # now, though it should be

    def tell(self, event: Event) -> None:
        for line in self.lines(event):
            say(line)

    def lines(self, event: Event) -> list[str]:
        """What is to be said of one event: nothing, or a few lines."""
        if isinstance(event, Noticed) and event.problem.code in UNRECORDED:
            self.unrecorded = event.active
        match event:
            case ShowStarted(session_id):
                return self._started(session_id)
            case OutputChanged():
                return self._output(event)
            case HealthSampled():
                return self._health(event) + self._countdown()
            case Noticed(problem, True) | RecordingFinished(problem=Problem() as problem):
                return _four_lines(problem)
            case SoundChanged(muted=True) if self.show.servers != self.show.destinations:
                return [_("Muted here only: mute in the platform's own program, too")]
        return list(_passing(event))

    def _started(self, session_id: int) -> list[str]:
        lines = [_("Session {id} has begun. Ctrl+C ends it.").format(id=session_id)]
        if self.listens:
            lines.append(_("Type help and press Enter for what can be done meanwhile."))
        return lines + self._disk()

    def _output(self, event: OutputChanged) -> list[str]:
        lines = [f"{output_name(event.name)} ({event.address}): {_(STATE_WORDS[event.state])}"]
        if event.closes_ns is None:
            self.rooms.pop(event.name, None)
        elif event.name not in self.rooms or self.rooms[event.name].closes_ns != event.closes_ns:
            self.rooms[event.name] = Room(event.closes_ns, _ten_below(self._left_s(event.closes_ns)))
        if event.state is OutputState.LIVE:
            self.proven.add(event.name)
        self.refused -= {event.name}
        problem = event.problem
        if problem is None:
            return lines
        if problem.code in ("output.room_closed", "output.turned_away"):
            return [*lines, explain(problem).what, *self._steps_to_a_new_room(event.name)]
        if problem.code in ("output.not_taken_back", "output.new_refused"):
            return [*lines, explain(problem).what, *self._what_to_type(event.name, _("Type: address {name}"))]
        if event.state is not OutputState.FAILED:
            return lines + _four_lines(problem)
        self.refused.add(event.name)
        return lines + self._refused(problem, event.name)

    def _refused(self, problem: Problem, name: str) -> list[str]:
        """What is to be said of a destination that will not be tried again by itself."""
        words = _("Type: address {name} for a new address, or: retry {name}")
        told = _four_lines(problem) + self._what_to_type(name, words)
        if len(self.refused) < outputs_of(self.show):
            return told
        if self.proven or self.resumed or self.show.record_dir is not None:
            return [*told, _("Nobody sees the show now. It goes on all the same; Ctrl+C ends it.")]
        return [] if outputs_of(self.show) == 1 else told  # the show ends, and its end says it in full

    def _what_to_type(self, name: str, words: str) -> list[str]:
        return ["  " + words.format(name=name)] if self.listens else []

    def _steps_to_a_new_room(self, name: str) -> list[str]:
        last = (
            _("3. Type here: address {name}. Then paste the new address when you are asked for it.")
            if self.listens
            else _("3. End this with Ctrl+C, and start it again with the new address.")
        )
        steps = (
            _("1. Look on the platform whether your live room is still open; if not, open a new one."),
            _("2. Copy its new push address."),
            last,
        )
        return [f"  {step.format(name=name)}" for step in steps]

    def _countdown(self) -> list[str]:
        """The seconds each lost room has left, every ten seconds; a second that is late is told as it is."""
        lines = []
        for name, room in self.rooms.items():
            left_s = self._left_s(room.closes_ns)
            if 0 < left_s <= room.next_s:
                room.next_s = _ten_below(left_s)
                words = _("{name}: in {seconds} s the platform may close the room.")
                lines.append(words.format(name=name, seconds=left_s))
        return lines

    def _left_s(self, closes_ns: int) -> int:
        return math.ceil((closes_ns - self.clock.now_ns()) / NS)

    def _health(self, event: HealthSampled) -> list[str]:
        on_air_s = round(event.on_air_s)
        if event.on_air_s < 1:
            return []
        lines = self._disk(event.on_air_s) if on_air_s % DISK_EVERY_S == 0 else []
        if on_air_s % PROGRESS_EVERY_S == 0:
            words = _("{seconds} s on air, {fps} frames a second, {kbps} kb/s, lost: {lost}")
            lost = event.late_ticks + event.skipped_frames + event.dropped_packets
            line = words.format(seconds=on_air_s, fps=round(event.composed_fps), kbps=round(event.sent_kbps), lost=lost)
            lines.insert(0, line)
        return lines

    def _disk(self, on_air_s: float = 0.0) -> list[str]:
        """How long the disk will last for what is being recorded."""
        words = "" if self.unrecorded else room_words(self.show, on_air_s)
        return [words] if words else []


def _passing(event: Event) -> Iterator[str]:
    """Lines of what happens and is all right."""
    match event:
        case CardChanged(sku) if sku is not None:
            yield _("Card on the picture: {sku}").format(sku=sku)
        case StepChanged(step, place) if step is not None:
            words = _("Step {place} of the run: {sku}, {minutes} min")
            yield words.format(place=place + 1, sku=step.sku, minutes=f"{step.minutes:g}")
        case PricesDiffer(differences):
            yield from map(_doubt, differences)
        case RecordingBegun(path):
            yield _("The recording goes on in {path}.").format(path=path)
        case Noticed(problem, False):
            yield _("Right again: {what}").format(what=explain(problem).what)


def _ten_below(left_s: int) -> int:
    return (left_s - 1) // ROOM_EVERY_S * ROOM_EVERY_S


def outputs_of(show: ShowConfig) -> int:
    """How many send it: a rehearsal calls none of the places the show will go to."""
    return 1 if show.rehearsal else len(show.destinations)


def _four_lines(problem: Problem) -> list[str]:
    told = explain(problem)
    return [told.what, *(f"  {line}" for line in (told.viewers, told.fix, told.who))]


def _doubt(one: PriceDifference) -> str:
    """That a card's price should be looked at."""
    prices = {"price": format_price(one.price_fen), "other": format_price(one.platform_fen)}
    words = _("{name} costs {price} here; the last order on {platform} was {other}")
    return words.format(name=one.name, platform=one.platform, **prices)
