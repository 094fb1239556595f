"""Orders of an interface as lines: a page of them, and the shares where only the whole order's money is named."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from integrations.base import IntegrationError
from integrations.exports.base import STAND_IN, BadRow, Export, ExportLine
from integrations.values import bad_row


@dataclass(frozen=True, slots=True)
class Item:
    """One product of an order."""

    product_id: str
    sku: str
    title: str
    quantity: int
    piece_fen: int


def export_of(
    kind: str,
    platform: str,
    orders: Iterable[Mapping[str, Any]],
    lines_of: Callable[[Mapping[str, Any]], Iterable[ExportLine]],
) -> Export:
    """All lines of these orders; one that `lines_of` cannot read (`IntegrationError`) takes no other with it."""
    lines: list[ExportLine] = []
    bad: list[BadRow] = []
    for place, order in enumerate(orders, 1):
        try:
            lines += lines_of(order)
        except IntegrationError as error:
            bad.append(bad_row(place, error))
    return Export(kind, platform, tuple(lines), tuple(bad))


def shared_out(order: ExportLine, items: Sequence[Item], numbered: bool) -> list[ExportLine]:
    """The order's lines, its money in the proportion of their prices, exact to the fen.

    Lines that are `numbered` get the numbers that the platform's own files lead to, so that both speak of the same
    line; where there are several, what a file says was paid goes before our share.
    """
    weights = [item.piece_fen * (item.quantity or 1) for item in items]
    if not sum(weights):
        weights = [item.quantity or 1 for item in items]
    lines: list[ExportLine] = []
    seen: dict[str, int] = {}
    given = passed = 0
    for item, weight in zip(items, weights, strict=True):
        passed += weight
        until = order.paid_fen * passed // sum(weights)
        name = item.product_id or item.sku or item.title
        times = seen[name] = seen.get(name, 0) + 1
        lines.append(
            replace(
                order,
                line_id=f"{STAND_IN}{name}{'' if times == 1 else f'#{times}'}" if numbered else "",
                product_id=item.product_id,
                sku=item.sku,
                title=item.title,
                quantity=item.quantity,
                paid_fen=until - given,
                refunded_fen=until - given if order.refunded_fen else 0,
                unit_price_fen=item.piece_fen,
                estimated=len(items) > 1,
            )
        )
        given = until
    return lines or [order]
