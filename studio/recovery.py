"""What a run that was cut off left behind: a show that can be gone on with, and recordings that are no film yet.

While a show is on air its plan lies in `on_air.json`; a show that ends in order takes it away. No address is in it:
destinations are named, and looked up among the saved ones when the show goes on.
"""

import json
import logging
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from studio.clock import Clock
from studio.config import DestinationConfig, ShowConfig
from studio.destinations import Saved, load_destinations, read_json
from studio.disk import give_back_aside, put_aside
from studio.errors import Problem, StudioError, fault
from studio.events import RecordingFinished
from studio.frozen import built, plain
from studio.media.finishing import FILM_SUFFIX, RECORDING_SUFFIX
from studio.media.frames import NS
from studio.paths import Home, there
from studio.run import FROM_START, RunPlace
from studio.snapshot import CutOff
from studio.store.orders import TYPED
from studio.store.rows import LONGEST_GAP_S, Gap, Recorded, SessionDetail
from studio.store.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeptShow:
    """The show that was on air: its plan without addresses, and the names of its destinations."""

    session_id: int
    show: ShowConfig
    destinations: tuple[str, ...]


class ShowKeeper:
    """Keeps the plan of the running show on the disk; used on the engine's thread."""

    def __init__(self, home: Home) -> None:
        self._path = home.running_show
        self._kept: KeptShow | None = None
        self._failing = False

    def keep(self, session_id: int, show: ShowConfig, destinations: tuple[str, ...]) -> None:
        """Writes the plan down where it has changed; on a disk that is full it is tried again with the next call."""
        kept = KeptShow(session_id, replace(show, destinations=()), destinations)
        if kept == self._kept:
            return
        try:
            _write(self._path, plain(kept))
        except OSError as error:
            if not self._failing:
                log.warning("the plan of the running show is not kept: %s", error)
            self._failing = True
        else:
            self._kept, self._failing = kept, False

    def forget(self) -> None:
        """The show has ended in order, or nobody wants to go on with it."""
        self._kept = None
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("the plan of the running show stays: %s", error)


def kept_show(home: Home) -> KeptShow | None:
    """The show that was on air when everything stopped; None where there was none, or the file is damaged."""
    data = read_json(home.running_show)
    if not data:
        return None
    try:
        for card in data["show"]["cards"]:
            card.pop("template", None)  # read anew when the show begins; an older program's may be none any more
        kept = built(KeptShow, data)
    except (AttributeError, KeyError, TypeError, ValueError, StudioError) as error:
        log.warning("the plan of the show that was cut off cannot be read: %r", error)
        return None
    return kept if isinstance(kept, KeptShow) else None


def to_go_on_with(
    home: Home, session_id: int | None, destinations: tuple[DestinationConfig, ...] = ()
) -> tuple[int, ShowConfig, tuple[Problem, ...]]:
    """The session that was cut off and its show, with its saved destinations or with those that are given.

    It goes on until it is ended: how much of a planned length is left nobody has said. And it goes on without those
    whose addresses cannot be had now, each with the reason: `session.address_lost` for what was never saved,
    `keys.unreadable` for what lies in a key store. Raises these where nothing is left of where it was sent, and
    `session.none_cut_off`, `session.plan_lost`.
    """
    kept = kept_show(home)
    if kept is None and session_id is None:
        raise fault("session.none_cut_off")
    if kept is None or session_id not in (None, kept.session_id):
        raise fault("session.plan_lost", id=session_id)
    found = Saved(destinations) if destinations else _addresses_of(kept.destinations, load_destinations(home))
    if found.problems and not found.destinations:
        raise StudioError(found.problems[0])
    return kept.session_id, replace(kept.show, destinations=found.destinations, duration_s=None), found.problems


def _addresses_of(names: tuple[str, ...], saved: Saved) -> Saved:
    """Those of a show, and what the others lack."""
    by_name = {destination.name: destination for destination in saved.destinations}
    why = {dict(problem.values).get("name"): problem for problem in saved.problems}
    lacking = [name for name in names if name not in by_name]
    return Saved(
        tuple(by_name[name] for name in names if name in by_name),
        tuple(why.get(name) or Problem.of("session.address_lost", name=name) for name in lacking),
    )


def open_log(home: Home, store: Store) -> CutOff | None:
    """Opens the log for an engine, closes what a crash left open there, and gives the show that can be gone on with.

    On a disk that others have filled it takes the room that was put aside for that.
    """
    try:
        store.open()
        store.close_interrupted()
    except StudioError as error:
        store.close()
        if error.problem.code != "home.unwritable" or not give_back_aside(home.aside):
            raise
        log.warning("the disk is full: what was put aside is used")
        store.open()
        store.close_interrupted()
    put_aside(home.aside)
    return cut_off(home, store)


def cut_off(home: Home, store: Store) -> CutOff | None:
    """The show that may be gone on with: the newest one, where it was cut off and its plan is at hand.

    However long ago that seems to be: after a power cut a computer's clock may stand anywhere.
    """
    session_id = store.last_cut_off()
    kept = kept_show(home)
    if session_id is None or kept is None or kept.session_id != session_id:
        return None
    session = store.session_detail(session_id).session
    assert session.ended_at is not None
    return CutOff(session_id, session.started_at, session.ended_at, kept.destinations)


def cut_off_ns(resumed: SessionDetail | None, clock: Clock) -> int | None:
    """When a show was cut off, on the monotonic clock; None for one that begins.

    Where the wall clock cannot tell, so long ago that its rooms may be closed: a computer takes its time to start.
    """
    if resumed is None or resumed.session.ended_at is None:
        return None
    gap = Gap(resumed.session.ended_at, (clock.utc() - resumed.session.ended_at).total_seconds())
    return clock.now_ns() - round((gap.seconds if gap.known else LONGEST_GAP_S) * NS)


def as_it_was(show: ShowConfig, detail: SessionDetail) -> ShowConfig:
    """The show with the card that was on when it was cut off, the step with its time, and muted where it was.

    A card that had been taken off stays off: what was on at a cut was closed in the log at that very moment.
    """
    last = detail.windows[-1] if detail.windows else None
    cuts = {detail.session.ended_at, *(gap.started_at for gap in detail.interruptions)}
    off = last is not None and last.hidden_at is not None and last.hidden_at not in cuts
    first_card = last.sku if last is not None and last.sku in {card.sku for card in show.cards} else show.first_card
    muted = detail.sound[-1].muted if detail.sound else False
    place = replace(_run_place(detail), card_off=off)
    return replace(show, first_card=None if off else first_card, run_from=place, muted=muted)


def _run_place(detail: SessionDetail) -> RunPlace:
    """The step that was on; one that was gone on with before has had its time in several parts."""
    spent_s = 0.0
    last = detail.steps[-1].step_id if detail.steps else None
    for step in reversed(detail.steps):
        if step.step_id != last or step.left_at is None:
            break
        spent_s += (step.left_at - step.came_at).total_seconds()
    return RunPlace(last, spent_s) if last is not None else FROM_START


def typed_so_far(detail: SessionDetail) -> tuple[dict[str, int], int | None]:
    """Pieces typed by SKU, and the last count of viewers, to go on counting from."""
    pieces: dict[str, int] = {}
    for order in detail.orders:
        if order.attributed_by == TYPED:
            pieces[order.sku] = pieces.get(order.sku, 0) + order.quantity
    return pieces, detail.viewers[-1].count if detail.viewers else None


def close_what_died(home: Home, store: Store) -> bool:
    """Closes what a program that was killed left open; beside an engine, whose show may be running, nothing is done."""
    try:
        with FileLock(home.lock).acquire(timeout=0):
            return bool(store.close_interrupted())
    except (Timeout, OSError):  # the second where the folder can only be read
        return False


def recordings_left(store: Store) -> tuple[Recorded, ...]:
    """The recordings that still have to be made into films, oldest first.

    A film whose recording is gone was finished by a process that outlived its engine: the log is put right.
    """
    left = []
    for recorded in store.recordings_ending_in(RECORDING_SUFFIX):
        film = Path(recorded.path).with_suffix(FILM_SUFFIX)
        if there(recorded.path):
            left.append(recorded)
        elif there(film):
            finished = RecordingFinished(recorded.session_id, recorded.path, str(film))
            store.write_events(recorded.session_id, [finished])
    return tuple(left)


def _write(path: Path, data: Any) -> None:
    """Writes the file whole or not at all, and waits for the disk: the power may go at any moment.

    For its owner's eyes only: the address of a network camera can hold a password.
    """
    draft = path.with_suffix(".tmp")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(data, file, ensure_ascii=False, indent=2)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    if os.name == "posix":  # its new name, too
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            with suppress(OSError):  # not every disk's format can
                os.fsync(folder)
        finally:
            os.close(folder)
