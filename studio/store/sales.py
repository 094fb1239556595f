"""Which of a session's sales may be added up. Pure functions."""

from collections.abc import Sequence

from studio.store.order_rows import Sales, Way


def counted(sales: Sequence[Sales]) -> tuple[Sales, ...]:
    """Those that may be added up: what was typed is most likely the same orders again where a platform tells of any."""
    return tuple(one for one in sales if one.source != Way.TYPED) or tuple(sales)


def typed_beside(sales: Sequence[Sales]) -> Sales | None:
    """What was typed, where it is left out of the sums because a platform tells."""
    return next((one for one in sales if one not in counted(sales)), None)
