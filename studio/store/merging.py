"""What is known of an order line, and what a file says of it, made into one. Pure functions.

Files come in any order. How far a line has come tells which one is newer: unpaid, paid, sent, finished, cancelled,
refunded. What a newer file says holds; an older one only fills what is still empty. Of the money that went back the
newest word holds that names an amount, also where that is less than was said before.
"""

from dataclasses import replace
from datetime import UTC, datetime

from integrations.exports.base import STAND_IN, Carrier, ExportLine, Status

RANK = {
    status: rank
    for rank, status in enumerate(
        (Status.UNPAID, Status.PAID, Status.SHIPPED, Status.FINISHED, Status.CANCELLED, Status.REFUNDED)
    )
}
_TELLS = {Carrier.UNKNOWN: 0, Carrier.TOMORROW: 1, Carrier.OTHER: 2, Carrier.LIVE: 2}
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def merged(there: ExportLine, found: ExportLine) -> ExportLine:
    """The line `there` after a file said `found` of it."""
    older = RANK[found.status] < RANK[there.status]
    first, second = (there, found) if older else (found, there)
    back = _said_of_refund(there, found)
    fell = back is second and back.refunded_fen < first.refunded_fen
    if first.status is Status.REFUNDED and fell and back.status is not Status.REFUNDED:
        first, second = second, replace(first, refund_status="", refund_reason="", refunded_at=None)  # taken back
    paid_fen = first.paid_fen or second.paid_fen
    if found.estimated and there.paid_fen:
        paid_fen = there.paid_fen
    return ExportLine(
        platform=there.platform,
        order_id=there.order_id,
        line_id=there.line_id,
        product_id=first.product_id or second.product_id,
        sku=first.sku or second.sku,
        title=first.title or second.title,
        quantity=first.quantity or second.quantity,
        paid_fen=paid_fen,
        refunded_fen=min(back.refunded_fen, paid_fen) if paid_fen else back.refunded_fen,
        status=first.status,
        created_at=first.created_at or second.created_at,
        paid_at=first.paid_at or second.paid_at,
        shipped_at=first.shipped_at or second.shipped_at,
        carrier=found.carrier if _TELLS[found.carrier] >= _TELLS[there.carrier] else there.carrier,
        room_id=found.room_id or there.room_id,
        room_started_at=found.room_started_at or there.room_started_at,
        delivered_by=first.delivered_by or second.delivered_by,
        waybill=first.waybill or second.waybill,
        refund_status=first.refund_status or second.refund_status,
        buyer=found.buyer or there.buyer,
        unit_price_fen=first.unit_price_fen or second.unit_price_fen,
        anchor=found.anchor or there.anchor,
        refund_reason=first.refund_reason or second.refund_reason,
        refunded_at=first.refunded_at or second.refunded_at,
        refund_named=back.refund_named,
        refund_told_at=back.refund_told_at,
    )


def _said_of_refund(there: ExportLine, found: ExportLine) -> ExportLine:
    """Which of the two is right on what went back: a named amount, the newest of them.

    A line's state alone stands for all of its money; that holds against an older word that nothing went back.
    """
    by_amount = sorted((there, found), key=lambda one: one.refunded_fen)  # of two found at once, the larger
    named = [one for one in by_amount if one.refund_named]
    if not named:
        return by_amount[-1]
    word = max(reversed(named), key=told_at)
    other = found if word is there else there
    later_state = not other.refund_named and other.refunded_fen and told_at(other) > told_at(word)
    return other if later_state and not word.refunded_fen else word


def told_at(line: ExportLine) -> datetime:
    """As of when it speaks of what went back."""
    return line.refund_told_at or _LONG_AGO


def exactness(line_id: str) -> int:
    """How well a row names a line: 0 the whole order, 1 a number we made, 2 the platform's number."""
    if not line_id:
        return 0
    return 1 if line_id.startswith(STAND_IN) else 2


def spread(coarse: ExportLine, line: ExportLine) -> ExportLine:
    """What a row that stands for more than `line` says of it: where it stands and how it travels, no product, no money.

    Of the money only that all of it went back, or nothing of it.
    """
    went_back = coarse.status is Status.REFUNDED and coarse.refunded_fen >= coarse.paid_fen
    nothing_back = coarse.refund_named and not coarse.refunded_fen
    refund = coarse if went_back or nothing_back else line
    status = Status.FINISHED if coarse.status is Status.REFUNDED and not went_back else coarse.status
    return replace(
        coarse,
        line_id=line.line_id,
        product_id="",
        sku="",
        title="",
        quantity=0,
        paid_fen=line.paid_fen,
        refunded_fen=line.paid_fen if went_back else 0 if nothing_back else line.refunded_fen,
        status=status,
        refund_status=coarse.refund_status if went_back else "",
        unit_price_fen=0,
        refund_reason=coarse.refund_reason if went_back else "",
        refunded_at=coarse.refunded_at if went_back else None,
        refund_named=refund.refund_named,
        refund_told_at=refund.refund_told_at,
        estimated=line.estimated,
    )


def same_product(one: ExportLine, other: ExportLine) -> bool:
    """Whether two lines of one order are of one product, as far as both say."""
    pairs = ((one.product_id, other.product_id), (one.sku, other.sku), (one.title, other.title))
    return next((mine == theirs for mine, theirs in pairs if mine and theirs), False)


def shared_out(whole_fen: int, lines: list[ExportLine]) -> list[ExportLine]:
    """`lines` with the money of their order instead of their prices, in the same proportions, exact to the fen."""
    prices = sum(line.paid_fen for line in lines)
    if not prices:
        return lines
    shared = []
    given = passed = 0
    for line in lines:
        passed += line.paid_fen
        until = whole_fen * passed // prices
        paid_fen = until - given
        shared.append(replace(line, paid_fen=paid_fen, refunded_fen=min(line.refunded_fen, paid_fen)))
        given = until
    return shared
