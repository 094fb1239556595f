"""Order files of the platforms: recognised by their headings, read into one shape. Nothing here knows a studio."""

from collections.abc import Callable, Sequence
from pathlib import Path

from integrations.base import N_, IntegrationError
from integrations.exports import douyin, jd, kuaishou, own, pinduoduo, taobao
from integrations.exports.base import Export
from integrations.exports.layout import Layout, find_headings, read_rows
from integrations.exports.sheets import read_sheets

LAYOUTS: tuple[Layout, ...] = (
    *taobao.LAYOUTS,
    *douyin.LAYOUTS,
    *kuaishou.LAYOUTS,
    *pinduoduo.LAYOUTS,
    *jd.LAYOUTS,
    *own.LAYOUTS,
)


def read_export(
    path: Path,
    salt: bytes,
    layouts: Sequence[Layout] = LAYOUTS,
    tick: Callable[[int], None] = lambda _done: None,
) -> Export:
    """The order lines of a file of any kind in `layouts`; `salt` keeps the hashes of buyers to one studio.

    `tick` is told how many rows are done; what it raises stops the reading. Raises `IntegrationError` where the file
    is no table or its headings are not known.
    """
    for _name, rows in read_sheets(path):
        found = find_headings(rows, layouts)
        if found is not None:
            return read_rows(found[0], rows, found[1], salt, tick)
    raise IntegrationError(N_("its headings are of no kind that is known"))
