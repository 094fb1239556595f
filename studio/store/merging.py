"""What is known of an order line, and what a file says of it, made into one. Pure functions.

Files come in any order. How far a line has come tells which one is newer: unpaid, paid, sent, finished, cancelled,
refunded. What a newer file says holds; an older one only fills what is still empty, and money that went back stays so.
"""

from dataclasses import replace

from integrations.exports.base import STAND_IN, Carrier, ExportLine, Status

RANK = {
    status: rank
    for rank, status in enumerate(
        (Status.UNPAID, Status.PAID, Status.SHIPPED, Status.FINISHED, Status.CANCELLED, Status.REFUNDED)
    )
}
_TELLS = {Carrier.UNKNOWN: 0, Carrier.TOMORROW: 1, Carrier.OTHER: 2, Carrier.LIVE: 2}


def merged(there: ExportLine, found: ExportLine) -> ExportLine:
    """The line `there` after a file said `found` of it."""
    older = RANK[found.status] < RANK[there.status]
    first, second = (there, found) if older else (found, there)
    paid_fen = first.paid_fen or second.paid_fen
    if found.estimated and there.paid_fen:
        paid_fen = there.paid_fen
    refunded_fen = max(there.refunded_fen, found.refunded_fen)
    return ExportLine(
        platform=there.platform,
        order_id=there.order_id,
        line_id=there.line_id,
        product_id=first.product_id or second.product_id,
        sku=first.sku or second.sku,
        title=first.title or second.title,
        quantity=first.quantity or second.quantity,
        paid_fen=paid_fen,
        refunded_fen=min(refunded_fen, paid_fen) if paid_fen else refunded_fen,
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
    )


def exactness(line_id: str) -> int:
    """How well a row names a line: 0 the whole order, 1 a number we made, 2 the platform's number."""
    if not line_id:
        return 0
    return 1 if line_id.startswith(STAND_IN) else 2


def spread(coarse: ExportLine, line: ExportLine) -> ExportLine:
    """What a row that stands for more than `line` says of it: where it stands and how it travels, no product, no money.

    Of the money only that all of it went back.
    """
    went_back = coarse.status is Status.REFUNDED and coarse.refunded_fen >= coarse.paid_fen
    status = Status.FINISHED if coarse.status is Status.REFUNDED and not went_back else coarse.status
    return replace(
        coarse,
        line_id=line.line_id,
        product_id="",
        sku="",
        title="",
        quantity=0,
        paid_fen=line.paid_fen,
        refunded_fen=line.paid_fen if went_back else line.refunded_fen,
        status=status,
        refund_status=coarse.refund_status if went_back else "",
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
