"""Words of comments in the log: counted once, and nothing else is kept."""

from pathlib import Path

from studio.store.store import Store
from tests.store.samples import APPLES, START, begin

TEXT = """20:05:06 王大姐13800001111: 红富士苹果怎么卖，多少钱
20:05:40 老李: 多少钱
20:30:00 小赵: 什么时候发货
"""


def test_comments_are_counted_once_and_not_kept(store: Store, path: Path) -> None:
    store.import_products([APPLES])
    session_id = begin(store)
    text = TEXT.replace("20:", f"{START.astimezone():%H}:")
    assert store.count_comments(session_id, text) == 3
    assert store.count_comments(session_id, text) == 3
    topics = {one.topic: one for one in store.session_detail(session_id).topics}
    assert {name: one.comments for name, one in topics.items()} == {"": 3, "price": 2, "sku:P01": 1, "sending": 1}
    busiest = topics["price"].busiest_at
    assert busiest is not None
    assert busiest.minute == 5
    assert store.count_comments(session_id, "甜吗") == 1
    assert store.session_detail(session_id).topics[0].comments == 4
    kept = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert "王大姐".encode() not in kept
    assert b"13800001111" not in kept
