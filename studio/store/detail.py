"""Everything the log knows of one session, read in one transaction, and the few numbers made of it."""

import json
from collections.abc import Container, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.store import parts, run_log
from studio.store.comments import topic_counts
from studio.store.order_rows import SOLD, OrderRow
from studio.store.orders import TYPED, list_orders
from studio.store.platform_sessions import platform_sessions
from studio.store.rows import (
    Gap,
    HealthSummary,
    NoticeRow,
    OutputRow,
    ProductResult,
    QualityRow,
    SessionDetail,
    SoundRow,
    ViewerRow,
    ViewersSummary,
    WindowRow,
)
from studio.store.session_sales import left_out
from studio.store.sessions import list_sessions, session_cards, session_entry
from studio.store.tables import (
    CardWindow,
    HealthSample,
    Notice,
    OutputEvent,
    QualityChange,
    SessionProduct,
    SoundChange,
    ViewerSample,
)
from studio.store.writing import problem_of

GAP_S = 2.5  # health is logged once a second; a longer silence is a gap
TYPED_HOLDS = timedelta(minutes=15)  # how long a count is taken to hold that somebody typed
COUNTED_HOLDS = timedelta(minutes=2)  # one that is asked for every few seconds, and after faults every minute
FIRST_SECOND_S = 1.5  # the picture is still starting: not counted as slow


def session_detail(db: Session, session_id: int, now: datetime) -> SessionDetail:
    """The session with all that happened in it; what is still open counts up to `now`. Raises `session.unknown`."""
    session_entry(db, session_id)
    (session,) = list_sessions(db, only=session_id)
    until = session.ended_at or now
    windows = _windows(db, session_id)
    viewers = _viewers(db, session_id)
    interruptions = parts.gaps(db, session_id)
    orders = list_orders(db, session_id)
    return SessionDetail(
        session=session,
        on_air_s=round((until - session.started_at).total_seconds() - session.interrupted_s, 3),
        windows=windows,
        viewers=viewers,
        viewers_by_source=viewers_by_source(viewers, until, interruptions),
        platform_sessions=platform_sessions(db, session_id),
        topics=topic_counts(db, session_id),
        orders=orders,
        products=product_results(
            session_cards(db, session_id), windows, orders, until, left_out(db, session_id).get(session_id, {})
        ),
        outputs=_outputs(db, session_id),
        health=_health(db, session_id, interruptions),
        interruptions=interruptions,
        recordings=parts.recordings(db, session_id),
        notices=_notices(db, session_id),
        sound=_sound(db, session_id),
        quality=_quality(db, session_id),
        steps=run_log.steps(db, session_id),
        product_changes=run_log.product_changes(db, session_id),
    )


def viewers_by_source(
    samples: Sequence[ViewerRow], until: datetime, interruptions: Sequence[Gap] = ()
) -> tuple[ViewersSummary, ...]:
    """Peak and mean of each source; a count holds until the next one of its source, the last until `until`.

    No count holds for ever: gaps stay gaps. And nobody watches what is not on air: interruptions do not count.
    """
    summaries = []
    for source in sorted({sample.source for sample in samples}):
        own = [sample for sample in samples if sample.source == source]
        holds = TYPED_HOLDS if source == TYPED else COUNTED_HOLDS
        ends = [*(sample.at for sample in own[1:]), max(until, own[-1].at)]
        seconds = [
            _on_air_s(sample.at, min(end, sample.at + holds), interruptions)
            for sample, end in zip(own, ends, strict=True)
        ]
        weights = seconds if sum(seconds) > 0 else [1.0] * len(own)
        mean = sum(sample.count * weight for sample, weight in zip(own, weights, strict=True)) / sum(weights)
        summaries.append(
            ViewersSummary(
                source=source,
                samples=len(own),
                peak=max(sample.count for sample in own),
                mean=mean,
                known_s=round(sum(seconds), 3),
                about=any(sample.about for sample in own),
            )
        )
    return tuple(summaries)


def _on_air_s(begin: datetime, end: datetime, interruptions: Sequence[Gap]) -> float:
    """Seconds between two moments, without the interruptions that lie between them."""
    seconds = (end - begin).total_seconds()
    for cut in interruptions:
        over = min(end, cut.started_at + timedelta(seconds=cut.seconds))
        seconds -= max(0.0, (over - max(begin, cut.started_at)).total_seconds())
    return seconds


def product_results(
    cards: Sequence[SessionProduct],
    windows: Sequence[WindowRow],
    orders: Sequence[OrderRow],
    until: datetime,
    left_out: Container[str],
) -> tuple[ProductResult, ...]:
    """What each product did: those of the session in their order, then those only orders name.

    What is of no product of the shop is told apart by its title. What was typed of products that are `left_out` stands
    beside.
    """
    known = {card.sku: card for card in cards}
    skus = dict.fromkeys([*known, *(window.sku for window in windows), *(order.sku or order.title for order in orders)])
    titles = {order.title for order in orders if not order.sku}
    results = []
    for sku in skus:
        shown = [window for window in windows if window.sku == sku]
        all_lines = [order for order in orders if (order.sku or order.title) == sku]
        beside = [one for one in all_lines if one.platform == TYPED] if sku in left_out else []
        sold = [one for one in all_lines if one.status in SOLD and not (beside and one.platform == TYPED)]
        name = known[sku].name if sku in known else next((line.title for line in all_lines if line.title), "")
        on_air_s = sum(((window.hidden_at or until) - window.shown_at).total_seconds() for window in shown)
        results.append(
            ProductResult(
                sku="" if sku in titles and sku not in known else sku,
                name=name,
                price_fen=known[sku].price_fen if sku in known else None,
                on_air_s=round(on_air_s, 3),
                windows=len(shown),
                orders=len({(order.platform, order.order_id) for order in sold}),
                pieces=sum(order.quantity for order in sold),
                paid_fen=sum(order.paid_fen for order in sold),
                refunded_fen=sum(order.refunded_fen for order in sold),
                typed_beside=sum(order.quantity for order in beside),
            )
        )
    return tuple(results)


def _windows(db: Session, session_id: int) -> tuple[WindowRow, ...]:
    query = select(CardWindow).where(CardWindow.session_id == session_id).order_by(CardWindow.shown_at, CardWindow.id)
    return tuple(WindowRow(window.sku, window.shown_at, window.hidden_at) for window in db.scalars(query))


def _viewers(db: Session, session_id: int) -> tuple[ViewerRow, ...]:
    query = select(ViewerSample).where(ViewerSample.session_id == session_id).order_by(ViewerSample.at, ViewerSample.id)
    return tuple(ViewerRow(sample.at, sample.count, sample.source, sample.about) for sample in db.scalars(query))


def _outputs(db: Session, session_id: int) -> tuple[OutputRow, ...]:
    query = select(OutputEvent).where(OutputEvent.session_id == session_id).order_by(OutputEvent.at, OutputEvent.id)
    return tuple(
        OutputRow(
            name=event.output,
            address=event.address,
            state=event.state,
            at=event.at,
            problem=problem_of(event.problem_code, event.problem_values) if event.problem_code else None,
        )
        for event in db.scalars(query)
    )


def _notices(db: Session, session_id: int) -> tuple[NoticeRow, ...]:
    query = select(Notice).where(Notice.session_id == session_id).order_by(Notice.started_at, Notice.id)
    return tuple(
        NoticeRow(problem_of(notice.problem_code, notice.problem_values), notice.started_at, notice.ended_at)
        for notice in db.scalars(query)
    )


def _sound(db: Session, session_id: int) -> tuple[SoundRow, ...]:
    query = select(SoundChange).where(SoundChange.session_id == session_id).order_by(SoundChange.at, SoundChange.id)
    return tuple(SoundRow(change.at, change.muted, json.loads(change.settings)) for change in db.scalars(query))


def _quality(db: Session, session_id: int) -> tuple[QualityRow, ...]:
    table = QualityChange
    columns = (table.at, table.kbps, table.wanted_kbps, table.motion, table.slowest, table.better)
    causes = (table.behind_s, table.taken_kbps)
    query = select(*columns, *causes).where(table.session_id == session_id).order_by(table.at, table.id)
    return tuple(QualityRow(*row) for row in db.execute(query))


def _health(db: Session, session_id: int, interruptions: Sequence[Gap]) -> HealthSummary | None:
    columns = (
        HealthSample.at,
        HealthSample.on_air_s,
        HealthSample.composed_fps,
        HealthSample.sent_kbps,
        HealthSample.late_ticks,
        HealthSample.skipped_frames,
        HealthSample.dropped_packets,
    )
    query = select(*columns).where(HealthSample.session_id == session_id).order_by(HealthSample.at, HealthSample.id)
    samples = db.execute(query).all()
    if not samples:
        return None
    steady = [sample.composed_fps for sample in samples if sample.on_air_s >= FIRST_SECOND_S]
    kbps = [sample.sent_kbps for sample in samples]
    while len(kbps) > 1 and kbps[0] <= 0:  # nothing is sent before the first output is live
        kbps.pop(0)
    gaps = tuple(
        Gap(before.at, round((after.at - before.at).total_seconds(), 3))
        for before, after in pairwise(samples)
        if (after.at - before.at).total_seconds() > GAP_S
        and not any(before.at <= cut.started_at <= after.at for cut in interruptions)
    )
    return HealthSummary(
        seconds=len(samples),
        worst_fps=min(steady or [sample.composed_fps for sample in samples]),
        late_ticks=total([sample.late_ticks for sample in samples]),
        skipped_frames=total([sample.skipped_frames for sample in samples]),
        dropped_packets=total([sample.dropped_packets for sample in samples]),
        mean_kbps=sum(kbps) / len(kbps),
        min_kbps=min(kbps),
        gaps=gaps,
    )


def total(counts: Sequence[int]) -> int:
    """What a counter came to that begins again from nothing with every part of a session."""
    ends = [before for before, after in pairwise(counts) if after < before]
    return sum(ends) + (counts[-1] if counts else 0)
