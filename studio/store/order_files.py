"""Order files as the studio reads them: its own salt and mappings, and faults in its own sentences."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from integrations.base import IntegrationError
from integrations.exports import LAYOUTS, Contents, UnknownHeadingsError, read_contents, read_export
from integrations.exports.base import BadRow, Export
from integrations.exports.comments import comment_lines
from integrations.exports.layout import Layout
from studio.errors import fault, reason_of
from studio.i18n import _
from studio.paths import Home
from studio.shop.table import RejectedRow
from studio.store.buyers import buyer_salt

MOST_SHOWN = 60  # characters of headings in a sentence


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turns what reading a file raises into faults: `csv.missing`, `orders.unknown_headings`, `orders.unreadable`."""
    try:
        path.open("rb").close()
    except (FileNotFoundError, ValueError) as error:  # the second for a name no system could have
        raise fault("csv.missing", path=path) from error
    except OSError as error:
        raise fault("orders.unreadable", path=path, reason=reason_of(error)) from error
    try:
        yield
    except UnknownHeadingsError as error:
        raise fault("orders.unknown_headings", path=path, headings=shown_headings(error.headings)) from error
    except IntegrationError as error:
        raise fault("orders.unreadable", path=path, reason=_(error.message).format(**error.values)) from error


def read_file(
    path: Path,
    home: Home,
    layouts: Sequence[Layout] = LAYOUTS,
    tick: Callable[[int], None] = lambda _done: None,
) -> Contents:
    """All that is known in a file; `tick` is told how many rows are done, and what it raises stops the reading.

    Raises as `translated` does.
    """
    with translated(path):
        return read_contents(path, buyer_salt(home), layouts, tick)


def read_orders(path: Path, home: Home, layouts: Sequence[Layout] = LAYOUTS) -> Export:
    """The order lines of a file that holds one kind of them; raises as `translated` does."""
    with translated(path):
        return read_export(path, buyer_salt(home), layouts)


def comments_text(path: Path) -> str:
    """A file of comments as lines of text, be it a text or a table; raises `csv.missing`, `orders.unreadable`."""
    with translated(path):
        return "\n".join(comment_lines(path))


def rejected_rows(bad: Sequence[BadRow]) -> list[RejectedRow]:
    """The rows that did not come in, each with the reason in the reader's language."""
    return [RejectedRow(row.line, reason(row)) for row in bad]


def reason(row: BadRow) -> str:
    """Why a row did not come in, in the reader's language."""
    return _(row.reason).format(**dict(row.values))


def shown_headings(headings: Sequence[str]) -> str:
    """The headings in one line, as far as they fit a sentence; a file without any is said so."""
    words = ", ".join(heading.strip() for heading in headings if heading.strip()) or _("none")
    return words if len(words) <= MOST_SHOWN else words[:MOST_SHOWN] + "…"
