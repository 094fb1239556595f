"""A session's beginning, end and place in the list; each function works in the transaction it is handed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from overlays.card import CardParams
from studio.errors import fault
from studio.sold import rank_of
from studio.store.order_rows import Sales
from studio.store.orders import TYPED
from studio.store.rows import SessionEnd, SessionRow
from studio.store.sales import counted
from studio.store.session_sales import sales_of
from studio.store.tables import (
    CardWindow,
    HealthSample,
    Notice,
    OrderLine,
    OutputEvent,
    OverlayWindow,
    RecordingEntry,
    SessionEntry,
    SessionGap,
    SessionProduct,
    Station,
    StepWindow,
    ViewerSample,
)

HIGHEST_NUMBER = 2**31 - 1  # a larger one databases refuse to look for
HIDDEN_BEFORE = timedelta(milliseconds=1)  # a card that was taken off went before the end, not with it


@dataclass(frozen=True, slots=True)
class NewSession:
    """What a session is at the moment it goes on air; `canvas` as in "1280x720"."""

    started_at: datetime
    rehearsal: bool = False
    title: str = ""
    canvas: str = ""
    fps: int = 0
    bitrate_kbps: int = 0
    source: str = ""
    recording: str | None = None
    station: str = ""  # its name; a new one is written down
    cards: tuple[CardParams, ...] = ()


def begin_session(db: Session, new: NewSession) -> int:
    """Writes the session with its own copy of the products; gives back its number."""
    entry = SessionEntry(
        started_at=new.started_at,
        rehearsal=new.rehearsal,
        title=new.title,
        canvas=new.canvas,
        fps=new.fps,
        bitrate_kbps=new.bitrate_kbps,
        source=new.source,
        station_id=_station_number(db, new.station),
    )
    db.add(entry)
    db.flush()
    if new.recording is not None:
        db.add(RecordingEntry(session_id=entry.id, path=new.recording))
    for position, card in enumerate(new.cards):
        db.add(session_product(entry.id, position, card))
    return entry.id


def next_number(db: Session) -> int:
    """The number the next session will have."""
    return 1 + (db.scalar(select(func.max(SessionEntry.id))) or 0)


def _station_number(db: Session, name: str) -> int | None:
    """The station called so, which is written down the first time; None where none is named."""
    if not name:
        return None
    station = db.scalar(select(Station).where(Station.name == name).order_by(Station.id).limit(1))
    if station is None:
        station = Station(name=name)
        db.add(station)
        db.flush()
    return station.id


def session_product(session_id: int, position: int, card: CardParams) -> SessionProduct:
    """A product as it comes into a session."""
    return SessionProduct(
        session_id=session_id,
        position=position,
        sku=card.sku,
        name=card.name,
        price_fen=card.price_fen,
        old_price_fen=card.old_price_fen,
        unit=card.unit,
        origin=card.origin,
        picture=card.picture,
        link=card.link,
    )


def end_session(db: Session, session_id: int, at: datetime, end: SessionEnd = SessionEnd.ENDED) -> None:
    """Closes the session and whatever is still open in it at `at`; a session that is closed stays as it is."""
    entry = session_entry(db, session_id)
    if entry.end is not None:
        return
    entry.ended_at, entry.end = at, end
    ends = ((CardWindow, "hidden_at"), (OverlayWindow, "hidden_at"), (Notice, "ended_at"), (StepWindow, "left_at"))
    for table, column in ends:
        still_open = (table.session_id == session_id) & getattr(table, column).is_(None)
        db.execute(update(table).where(still_open).values({column: at}))


def close_interrupted(db: Session) -> tuple[int, ...]:
    """Closes the sessions nobody ended, each at its last sign of life; gives back their numbers.

    Only the engine that owns the home folder may call this: to anybody else a running show looks the same.
    """
    numbers = tuple(db.scalars(select(SessionEntry.id).where(SessionEntry.end.is_(None)).order_by(SessionEntry.id)))
    for session_id in numbers:
        end_session(db, session_id, _last_sign_of_life(db, session_id), SessionEnd.INTERRUPTED)
    return numbers


def session_entry(db: Session, session_id: int) -> SessionEntry:
    """The session; raises `session.unknown`."""
    entry = db.get(SessionEntry, session_id) if abs(session_id) <= HIGHEST_NUMBER else None
    if entry is None:
        raise fault("session.unknown", id=session_id)
    return entry


def _last_sign_of_life(db: Session, session_id: int) -> datetime:
    """The latest moment the engine wrote down.

    What people add afterwards, from the command line or a file, is no sign of the show's life.
    """
    moments = [session_entry(db, session_id).started_at]
    hidden_at = db.scalar(select(func.max(CardWindow.hidden_at)).where(CardWindow.session_id == session_id))
    if hidden_at is not None:
        moments.append(hidden_at + HIDDEN_BEFORE)
    for query in (
        select(func.max(CardWindow.shown_at)).where(CardWindow.session_id == session_id),
        select(func.max(ViewerSample.at)).where(ViewerSample.session_id == session_id, ViewerSample.source != TYPED),
        select(func.max(OrderLine.paid_at)).where(
            OrderLine.session_id == session_id, OrderLine.platform == TYPED, OrderLine.attributed_by == TYPED
        ),
        select(func.max(OutputEvent.at)).where(OutputEvent.session_id == session_id),
        select(func.max(HealthSample.at)).where(HealthSample.session_id == session_id),
        select(func.max(Notice.started_at)).where(Notice.session_id == session_id),
        select(func.max(Notice.ended_at)).where(Notice.session_id == session_id),
    ):
        moment = db.scalar(query)
        if moment is not None:
            moments.append(moment)
    return max(moments)


def list_sessions(db: Session, only: int | None = None) -> tuple[SessionRow, ...]:
    """The sessions, newest first, with what each brought; `only` one of them where it is given."""
    newest_recording = (
        select(RecordingEntry.path)
        .where(RecordingEntry.session_id == SessionEntry.id)
        .order_by(RecordingEntry.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    interrupted_s = _interrupted_s(db)
    sales, peaks = sales_of(db, only), _peaks(db, only)
    query = (
        select(SessionEntry, Station.name, newest_recording)
        .outerjoin(Station, Station.id == SessionEntry.station_id)
        .order_by(SessionEntry.started_at.desc(), SessionEntry.id.desc())
    )
    if only is not None:
        query = query.where(SessionEntry.id == only)
    return tuple(
        _row(
            entry,
            station=station,
            recording=recording,
            interrupted_s=interrupted_s.get(entry.id, 0.0),
            sales=tuple(sales.get(entry.id, ())),
            peak=peaks.get(entry.id, (None, "")),
        )
        for entry, station, recording in db.execute(query)
    )


def _peaks(db: Session, only: int | None) -> dict[int, tuple[int, str]]:
    """Session → the highest count of the source that is to be believed most, and that source; never mixed."""
    query = select(ViewerSample.session_id, ViewerSample.source, func.max(ViewerSample.count)).group_by(
        ViewerSample.session_id, ViewerSample.source
    )
    if only is not None:
        query = query.where(ViewerSample.session_id == only)
    found: dict[int, tuple[int, str]] = {}
    for session_id, source, peak in db.execute(query):
        before = found.get(session_id)
        if before is None or (rank_of(source), peak) > (rank_of(before[1]), before[0]):
            found[session_id] = peak, source
    return found


def _interrupted_s(db: Session) -> dict[int, float]:
    """Session → seconds of its gaps; few sessions have any."""
    seconds: dict[int, float] = {}
    for gap in db.scalars(select(SessionGap)):
        length_s = (gap.ended_at - gap.started_at).total_seconds()
        seconds[gap.session_id] = seconds.get(gap.session_id, 0.0) + length_s
    return seconds


def _row(
    entry: SessionEntry,
    *,
    station: str | None,
    recording: str | None,
    interrupted_s: float,
    sales: tuple[Sales, ...],
    peak: tuple[int | None, str],
) -> SessionRow:
    sums = counted(sales)
    return SessionRow(
        id=entry.id,
        title=entry.title,
        station=station or "",
        started_at=entry.started_at,
        ended_at=entry.ended_at,
        end=SessionEnd(entry.end) if entry.end else None,
        rehearsal=entry.rehearsal,
        canvas=entry.canvas,
        fps=entry.fps,
        bitrate_kbps=entry.bitrate_kbps,
        source=entry.source,
        recording=recording,
        interrupted_s=interrupted_s,
        order_count=sum(one.orders for one in sums),
        paid_fen=sum(one.paid_fen for one in sums),
        refunded_fen=sum(one.refunded_fen for one in sums),
        peak_viewers=peak[0],
        peak_source=peak[1],
        sales=sales,
    )


def session_cards(db: Session, session_id: int) -> Sequence[SessionProduct]:
    """The products as they were when the session began, in their order; then those that came meanwhile."""
    query = select(SessionProduct).where(SessionProduct.session_id == session_id).order_by(SessionProduct.position)
    return db.scalars(query).all()
