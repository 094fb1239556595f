"""Every fault's four lines, by its code; one file per subject.

The codes are what crosses processes and is stored; these sentences are what `studio.errors.explain` makes of them.
"""

from studio.sentences import (
    accounts,
    checks,
    destinations,
    devices,
    keeping,
    orders,
    products,
    show,
    slowness,
    values,
    watching,
)
from studio.sentences.lines import Lines

SENTENCES: dict[str, Lines] = {
    **devices.SENTENCES,
    **show.SENTENCES,
    **slowness.SENTENCES,
    **destinations.SENTENCES,
    **keeping.SENTENCES,
    **orders.SENTENCES,
    **accounts.SENTENCES,
    **products.SENTENCES,
    **values.SENTENCES,
    **watching.SENTENCES,
    **checks.SENTENCES,
}
