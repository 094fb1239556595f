"""From the engine's events to rows of the log; the journal hands them over in batches."""

import json
from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from studio.adding import OverlayChanged
from studio.errors import Problem
from studio.events import (
    CardChanged,
    Event,
    HealthSampled,
    Noticed,
    OrderTyped,
    RecordingBegun,
    RecordingFinished,
    SoundChanged,
)
from studio.output_states import OutputChanged
from studio.quality import QualityChanged
from studio.run import ProductChanged, StepChanged
from studio.sold import ViewersSampled, ViewersUndone
from studio.store import run_log
from studio.store.orders import TYPED, add_typed, undo_typed
from studio.store.parts import move_recording
from studio.store.tables import (
    CardWindow,
    HealthSample,
    Notice,
    OutputEvent,
    OverlayWindow,
    QualityChange,
    RecordingEntry,
    SoundChange,
    ViewerSample,
)
from studio.store.typed_viewers import undo_viewers

LOGGED = (
    OutputChanged,
    CardChanged,
    OverlayChanged,
    ViewersSampled,
    ViewersUndone,
    OrderTyped,
    HealthSampled,
    QualityChanged,
    SoundChanged,
    Noticed,
    RecordingBegun,
    RecordingFinished,
    StepChanged,
    ProductChanged,
)


def write_events(db: Session, session_id: int, events: Iterable[Event]) -> None:
    """Writes what happened in a session, in its order; events that are not for the log are passed over."""
    for event in events:
        _write(db, session_id, event)


def _write(db: Session, session_id: int, event: Event) -> None:
    match event:
        case HealthSampled():
            db.add(HealthSample(session_id=session_id, **asdict(event)))
        case CardChanged():
            _write_card(db, session_id, event)
        case OverlayChanged():
            _write_overlay(db, session_id, event)
        case ViewersSampled() | ViewersUndone():
            _write_viewers(db, session_id, event)
        case OrderTyped(quantity=quantity) if quantity < 0:
            undo_typed(db, session_id, event.sku, -quantity)
        case OrderTyped():
            add_typed(
                db,
                session_id,
                event.sku,
                quantity=event.quantity,
                price_fen=event.price_fen,
                at=event.at,
                by=TYPED,
            )
        case OutputChanged():
            _write_output(db, session_id, event)
        case QualityChanged():
            db.add(QualityChange(session_id=session_id, **asdict(event)))
        case SoundChanged():
            settings = json.dumps(asdict(event.sound), ensure_ascii=False)
            db.add(SoundChange(session_id=session_id, at=event.at, muted=event.muted, settings=settings))
        case Noticed():
            _write_notice(db, session_id, event)
        case RecordingBegun() | RecordingFinished():
            _write_recording(db, session_id, event)
        case _:
            run_log.write_run(db, session_id, event)


def _write_recording(db: Session, session_id: int, event: RecordingBegun | RecordingFinished) -> None:
    if isinstance(event, RecordingBegun):
        db.add(RecordingEntry(session_id=session_id, path=event.path))
    else:
        move_recording(db, session_id, event.began_as, event.path)


def _write_viewers(db: Session, session_id: int, event: ViewersSampled | ViewersUndone) -> None:
    if isinstance(event, ViewersUndone):
        undo_viewers(db, session_id, at=event.at)
    else:
        db.add(ViewerSample(session_id=session_id, **asdict(event)))


def _write_card(db: Session, session_id: int, event: CardChanged) -> None:
    still_shown = (CardWindow.session_id == session_id) & CardWindow.hidden_at.is_(None)
    db.execute(update(CardWindow).where(still_shown).values(hidden_at=event.at))
    if event.sku is not None:
        db.add(CardWindow(session_id=session_id, sku=event.sku, shown_at=event.at))


def _write_overlay(db: Session, session_id: int, event: OverlayChanged) -> None:
    same_slot = (OverlayWindow.session_id == session_id) & (OverlayWindow.slot == event.slot)
    still_shown = same_slot & OverlayWindow.hidden_at.is_(None)
    db.execute(update(OverlayWindow).where(still_shown).values(hidden_at=event.at))
    if event.added is not None:
        settings = json.dumps(event.added.values, ensure_ascii=False)
        shown = {"slot": event.slot, "kind": event.added.kind, "settings": settings, "shown_at": event.at}
        db.add(OverlayWindow(session_id=session_id, **shown))


def _write_output(db: Session, session_id: int, event: OutputChanged) -> None:
    db.add(
        OutputEvent(
            session_id=session_id,
            output=event.name,
            address=event.address,
            state=event.state,
            at=event.at,
            problem_code=event.problem.code if event.problem else None,
            problem_values=values_text(event.problem) if event.problem else None,
        )
    )


def _write_notice(db: Session, session_id: int, event: Noticed) -> None:
    """Opens a notice, or closes it; the end may come with another reason than the beginning."""
    code, values = event.problem.code, values_text(event.problem)
    query = select(Notice).where(
        Notice.session_id == session_id, Notice.problem_code == code, Notice.ended_at.is_(None)
    )
    still_open = db.scalars(query).all()
    same = [notice for notice in still_open if notice.problem_values == values]
    if not event.active:
        for notice in same or still_open:
            notice.ended_at = event.at
    elif not same:
        db.add(Notice(session_id=session_id, problem_code=code, problem_values=values, started_at=event.at))


def values_text(problem: Problem) -> str:
    """The values of a problem as they are stored: a JSON list of pairs."""
    return json.dumps(problem.values, ensure_ascii=False)


def problem_of(code: str, values: str | None) -> Problem:
    """The problem that was stored."""
    return Problem(code, tuple((str(name), str(value)) for name, value in json.loads(values or "[]")))
