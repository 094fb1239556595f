"""The parts of a session: its recordings, and the gaps between a cut and the going on; inside a transaction."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from studio.errors import fault
from studio.store.rows import Gap, Recorded, SessionEnd
from studio.store.sessions import session_entry
from studio.store.tables import RecordingEntry, SessionEntry, SessionGap


def go_on(db: Session, session_id: int, at: datetime, recording: str | None) -> None:
    """Opens a session again that was cut off, marks the gap and adds the recording of the part that begins.

    Raises `session.unknown` and, where the session was ended in order or still runs, `session.not_cut_off`.
    """
    entry = session_entry(db, session_id)
    if entry.end != SessionEnd.INTERRUPTED or entry.ended_at is None:
        raise fault("session.not_cut_off", id=session_id)
    db.add(SessionGap(session_id=session_id, started_at=entry.ended_at, ended_at=max(at, entry.ended_at)))
    entry.ended_at = entry.end = None
    if recording is not None:
        db.add(RecordingEntry(session_id=session_id, path=recording))


def last_cut_off(db: Session) -> int | None:
    """The number of the newest session that was no rehearsal, where it was cut off; else None."""
    shows = select(SessionEntry).where(SessionEntry.rehearsal.is_(False))
    newest = db.scalars(shows.order_by(SessionEntry.id.desc()).limit(1)).first()
    return newest.id if newest is not None and newest.end == SessionEnd.INTERRUPTED else None


def move_recording(db: Session, session_id: int, before: str, path: str) -> None:
    """The recording that lay at `before` lies at `path` now."""
    of_session = (RecordingEntry.session_id == session_id) & (RecordingEntry.path == before)
    db.execute(update(RecordingEntry).where(of_session).values(path=path))


def recordings_ending_in(db: Session, suffix: str) -> tuple[Recorded, ...]:
    """The recordings of sessions that are over whose names end in `suffix`, oldest first."""
    query = (
        select(RecordingEntry)
        .join(SessionEntry, SessionEntry.id == RecordingEntry.session_id)
        .where(SessionEntry.end.is_not(None), RecordingEntry.path.endswith(suffix, autoescape=True))
        .order_by(RecordingEntry.id)
    )
    return tuple(Recorded(entry.session_id, entry.path) for entry in db.scalars(query))


def recordings(db: Session, session_id: int) -> tuple[str, ...]:
    """A session's recordings, oldest first."""
    query = select(RecordingEntry.path).where(RecordingEntry.session_id == session_id).order_by(RecordingEntry.id)
    return tuple(db.scalars(query))


def gaps(db: Session, session_id: int) -> tuple[Gap, ...]:
    """The gaps between a session's parts, oldest first."""
    query = select(SessionGap).where(SessionGap.session_id == session_id).order_by(SessionGap.id)
    return tuple(
        Gap(gap.started_at, round((gap.ended_at - gap.started_at).total_seconds(), 3)) for gap in db.scalars(query)
    )
