"""Which of a session's sales may be added up. Pure functions."""

from collections.abc import Sequence

from studio.store.order_rows import Sales


def counted(sales: Sequence[Sales]) -> tuple[Sales, ...]:
    """Those that are added up."""
    return tuple(one for one in sales if one.left_out is None)


def typed_beside(sales: Sequence[Sales]) -> tuple[Sales, ...]:
    """What was typed and is left out of the sums, once for each reason."""
    return tuple(one for one in sales if one.left_out is not None)
