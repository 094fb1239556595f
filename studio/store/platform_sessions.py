"""What platforms say of our sessions, kept beside our own figures: matched by account and overlapping time.

Nothing here is ever added to what we counted.
"""

import json
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from integrations.exports.live_sessions import LiveSession, SessionsExport
from studio.store.attribution import ROOM_EARLY, Airing
from studio.store.changes import Change, ImportCount
from studio.store.imported_tables import ForeignAccount, PlatformSession
from studio.store.imports import load_airings, sent_elsewhere
from studio.store.rows import PlatformSessionRow

SHARE = 0.5  # of the shorter of the two has to lie in the other


def import_sessions(db: Session, export: SessionsExport) -> ImportCount:
    """Writes what a file or interface says; the same again changes nothing, what is newer changes figures."""
    count = ImportCount()
    airings = load_airings(db)
    foreign = set(db.scalars(select(ForeignAccount.account).where(ForeignAccount.platform == export.platform)))
    elsewhere = sent_elsewhere(db, export.platform)
    for found in export.sessions:
        fitting = [] if found.account in foreign else [one for one in airings if one.session_id not in elsewhere]
        count = count.plus(_keep(db, export, found, match(found, fitting)))
    return count


def match(found: LiveSession, airings: Sequence[Airing]) -> int | None:
    """Our session that a platform's session is: the one that shares most of its time, else none.

    Where the platform does not say when it ended, its beginning has to lie in ours, or shortly before.
    """
    best, best_s = None, 0.0
    for airing in airings:
        if found.ended_at is None:
            shared_s = 1.0 if airing.covers(found.started_at, ROOM_EARLY, timedelta()) else 0.0
            shared_s /= 1 + abs((airing.started_at - found.started_at).total_seconds())
        else:
            ended_at = airing.end or found.ended_at
            shared = min(ended_at, found.ended_at) - max(airing.started_at, found.started_at)
            shorter = min(ended_at - airing.started_at, found.ended_at - found.started_at)
            shared_s = shared.total_seconds()
            if shared_s < SHARE * shorter.total_seconds():
                continue
        if shared_s > best_s:
            best, best_s = airing.session_id, shared_s
    return best


def platform_sessions(db: Session, session_id: int) -> tuple[PlatformSessionRow, ...]:
    """What platforms say of a session, by platform, kind of file and account."""
    query = (
        select(PlatformSession)
        .where(PlatformSession.session_id == session_id)
        .order_by(PlatformSession.platform, PlatformSession.kind, PlatformSession.account, PlatformSession.started_at)
    )
    return tuple(
        PlatformSessionRow(
            platform=one.platform,
            kind=one.kind,
            account=one.account,
            title=one.title,
            started_at=one.started_at,
            ended_at=one.ended_at,
            figures=_figures(one.figures),
            told_at=one.told_at,
        )
        for one in db.scalars(query)
    )


def disown(db: Session, platform: str, account: str) -> None:
    """Remembers that an account is not ours: its sessions are none of ours, now and in later files."""
    same = (ForeignAccount.platform == platform) & (ForeignAccount.account == account)
    db.execute(delete(ForeignAccount).where(same))
    db.add(ForeignAccount(platform=platform, account=account))
    theirs = (PlatformSession.platform == platform) & (PlatformSession.account == account)
    db.execute(update(PlatformSession).where(theirs).values(session_id=None))


def _keep(db: Session, export: SessionsExport, found: LiveSession, session_id: int | None) -> Change:
    query = select(PlatformSession).where(
        PlatformSession.kind == export.kind,
        PlatformSession.account == found.account,
        PlatformSession.started_at == found.started_at,
    )
    values = {
        "session_id": session_id,
        "platform": export.platform,
        "room_id": found.room_id,
        "title": found.title,
        "ended_at": found.ended_at,
        "figures": json.dumps(found.figures),
    }
    there = db.scalars(query).one_or_none()
    if there is None:
        key = {"kind": export.kind, "account": found.account, "started_at": found.started_at}
        db.add(PlatformSession(**key, told_at=export.told_at, **values))
        db.flush()  # the same session may stand twice in one file
        return Change.NEW
    if export.told_at and there.told_at and export.told_at < there.told_at:
        there.session_id = session_id  # what we know of our own sessions is of now
        return Change.UNCHANGED
    there.told_at = export.told_at or there.told_at
    if all(getattr(there, name) == value for name, value in values.items()):
        return Change.UNCHANGED
    for name, value in values.items():
        setattr(there, name, value)
    return Change.UPDATED


def _figures(text: str) -> tuple[tuple[str, int], ...]:
    return tuple((str(name), int(value)) for name, value in json.loads(text))
