"""The tables of what is known beside orders: imports that were made, what platforms say of sessions, words of comments.

They belong to the same log as those in `tables`.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from studio.store.tables import Table


class OrderImport(Table):
    """An import of orders that was made; whoever prepares one sees by it whether another came between."""

    __tablename__ = "order_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    platform: Mapped[str]
    rows: Mapped[int]


class PlatformSession(Table):
    """What a platform's own file or interface says of one live session; never added to what we counted."""

    __tablename__ = "platform_session"
    __table_args__ = (UniqueConstraint("kind", "account", "started_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id"), index=True)
    platform: Mapped[str]
    kind: Mapped[str]  # of the file or interface
    account: Mapped[str]
    room_id: Mapped[str]
    title: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    figures: Mapped[str]  # JSON: [[figure, value], …]
    told_at: Mapped[datetime | None]  # as of when the figures are


class ForeignAccount(Table):
    """An account whose sessions stand in our files and are not ours, as a person said."""

    __tablename__ = "foreign_account"
    __table_args__ = (UniqueConstraint("platform", "account"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform: Mapped[str]
    account: Mapped[str]


class OwnAnchor(Table):
    """Somebody who sells for a commission and is one of us, as a person said: their live rooms are ours."""

    __tablename__ = "own_anchor"

    platform: Mapped[str] = mapped_column(primary_key=True)
    anchor: Mapped[str] = mapped_column(primary_key=True)


class CommentCount(Table):
    """How often a word stood in the comments of one minute; the empty word counts the comments themselves.

    The comments are not kept: they can hold names and telephone numbers.
    """

    __tablename__ = "comment_count"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    source: Mapped[str]  # a digest of the text: the same text counts once; or who tells each comment as it comes
    at: Mapped[datetime | None]  # the minute; none where the text has no times
    word: Mapped[str]
    count: Mapped[int]
