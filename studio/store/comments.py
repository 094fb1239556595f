"""Words counted in the comments of a session; runs inside the transaction it is handed."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from studio.comments import ALL, count_words, read_comments
from studio.store.imported_tables import CommentCount
from studio.store.products import list_products
from studio.store.rows import TopicCount
from studio.store.sessions import session_cards
from studio.store.tables import SessionEntry


def count_text(db: Session, session: SessionEntry, text: str) -> int:
    """Counts the words of a text of comments; gives back how many comments it has."""
    found = read_comments(text.splitlines(), session.started_at)
    counts = count_words(found, product_names(db, session.id))
    keep_counts(db, session.id, hashlib.sha256(text.encode()).hexdigest()[:16], counts)
    return len(found)


def product_names(db: Session, session_id: int) -> dict[str, tuple[str, ...]]:
    """By what each product is known: its short name, its name, and the name it had in the session."""
    names: dict[str, set[str]] = {}
    for product in list_products(db):
        names.setdefault(product.sku, set()).update((product.name, product.short_name))
    for card in session_cards(db, session_id):
        names.setdefault(card.sku, set()).add(card.name)
    return {sku: tuple(sorted(some)) for sku, some in names.items()}


def keep_counts(db: Session, session_id: int, source: str, counts: Mapping[tuple[str, datetime | None], int]) -> None:
    """Writes the counts of one text; the same text again takes the place of its first counts."""
    db.execute(delete(CommentCount).where(CommentCount.session_id == session_id, CommentCount.source == source))
    for (word, at), count in counts.items():
        db.add(CommentCount(session_id=session_id, source=source, at=at, word=word, count=count))


def add_counts(db: Session, session_id: int, source: str, counts: Mapping[tuple[str, datetime | None], int]) -> None:
    """Adds to the counts of a source that tells each comment once, as it comes."""
    for (word, at), count in counts.items():
        found = db.scalar(
            select(CommentCount).where(
                CommentCount.session_id == session_id,
                CommentCount.source == source,
                CommentCount.at == at,
                CommentCount.word == word,
            )
        )
        if found is None:
            db.add(CommentCount(session_id=session_id, source=source, at=at, word=word, count=count))
        else:
            found.count += count


def topic_counts(db: Session, session_id: int) -> tuple[TopicCount, ...]:
    """How many comments speak of what: all comments first, then the most asked."""
    total = func.sum(CommentCount.count)
    query = (
        select(CommentCount.word, total)
        .where(CommentCount.session_id == session_id)
        .group_by(CommentCount.word)
        .order_by(CommentCount.word != ALL, total.desc(), CommentCount.word)
    )
    busiest: dict[str, datetime] = {}
    most: dict[str, int] = {}
    minutes = (
        select(CommentCount.word, CommentCount.at, func.sum(CommentCount.count))
        .where(CommentCount.session_id == session_id, CommentCount.at.is_not(None))
        .group_by(CommentCount.word, CommentCount.at)
        .order_by(CommentCount.at)
    )
    for word, at, count in db.execute(minutes):
        if at is not None and count > most.get(word, 0):
            busiest[word], most[word] = at, count
    return tuple(TopicCount(word, int(count), busiest.get(word)) for word, count in db.execute(query))
