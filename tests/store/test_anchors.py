"""Who sold for a commission is asked about until a person has said whether it is one of us."""

from studio.store.rows import UnknownAnchor
from studio.store.store import Store
from tests.store.samples import begin, export, order


def test_each_is_asked_about_once_with_what_it_sold(store: Store) -> None:
    begin(store)
    assert store.unknown_anchors() == ()
    lines = [
        order(str(number), platform="douyin", anchor=anchor) for number, anchor in enumerate(["88", "77", "88", ""])
    ]
    store.import_export(None, export(*lines))
    store.import_export(None, export(order("9", platform="kuaishou", anchor="88")))
    assert store.unknown_anchors() == (
        UnknownAnchor("douyin", "88", 2),
        UnknownAnchor("douyin", "77", 1),
        UnknownAnchor("kuaishou", "88", 1),
    )
    store.own_anchor("douyin", "88")
    store.disown_account("douyin", "77")
    assert store.unknown_anchors() == (UnknownAnchor("kuaishou", "88", 1),)
