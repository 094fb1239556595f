"""The run in the log, and prices that differ from what a platform's orders say."""

from dataclasses import replace

from integrations.exports.base import Status
from studio.adding import AddedConfig
from studio.run import PriceDifference, ProductChanged, Step, StepChanged
from studio.store.rows import ProductChangeRow, StepRow
from studio.store.store import Store
from tests.store.samples import APPLES, TEA, after, begin, export, order


def test_a_step_is_logged_to_the_millisecond_with_what_came_with_it(store: Store) -> None:
    session_id = begin(store)
    offer = (AddedConfig("flash", "flash"), AddedConfig("coupon", "coupon"))
    steps = [
        StepChanged(Step(4, "P01", 5, offer=offer), 0, 0, after(1)),
        StepChanged(Step(2, "P02", 1.5), 1, 0, after(3.457)),
    ]
    store.write_events(session_id, steps, ended_at=after(9))
    assert store.session_detail(session_id).steps == (
        StepRow(4, 0, "P01", 300.0, "flash coupon", after(1), after(3.457)),
        StepRow(2, 1, "P02", 90.0, "", after(3.457), after(9)),
    )


def test_the_end_of_the_run_closes_its_step(store: Store) -> None:
    session_id = begin(store)
    store.write_events(session_id, [StepChanged(Step(1, "P01"), 0, 0, after(1)), StepChanged(None, 0, 0, after(2))])
    assert [step.left_at for step in store.session_detail(session_id).steps] == [after(2)]


def test_what_a_product_was_changed_to_on_the_air_is_logged(store: Store) -> None:
    session_id = begin(store)
    card = replace(APPLES.card(), price_fen=2990)
    store.write_events(session_id, [ProductChanged(card, 12, after(5))])
    detail = store.session_detail(session_id)
    assert detail.product_changes == (ProductChangeRow(after(5), "P01", 2990, 5200, 12),)
    assert detail.products[0].price_fen == 3990, "what it was when the session began stays"


def test_a_price_other_than_in_the_newest_order_is_asked_about_until_it_is_confirmed(store: Store) -> None:
    store.import_products([APPLES, TEA])
    assert store.price_differences() == ()
    old = order("1", paid_fen=3990, paid_at=after(10))
    new = order("2", quantity=2, paid_fen=7200, paid_at=after(20))
    same = order("3", sku="P02", paid_fen=6800, paid_at=after(20))
    store.import_export(None, export(new, old, same))
    asked = (PriceDifference("P01", "红富士苹果", 3990, "csv", 3600, after(20)),)
    assert store.price_differences() == asked
    store.confirm_price("P01", 3990, 3600)
    store.confirm_price("P01", 3990, 3600)
    assert store.price_differences() == ()
    store.save_product(replace(APPLES, price_fen=4100))
    assert [one.price_fen for one in store.price_differences()] == [4100], "another price is another question"
    store.save_product(replace(APPLES, price_fen=3600))
    assert store.price_differences() == ()


def test_the_platforms_own_price_goes_before_what_was_paid(store: Store) -> None:
    store.import_products([APPLES, TEA])
    voucher = order("1", paid_fen=3490, unit_price_fen=3990, paid_at=after(10))
    dearer = order("2", sku="P02", paid_fen=6800, unit_price_fen=7800, paid_at=after(10))
    store.import_export(None, export(voucher, dearer))
    assert [(one.sku, one.platform_fen) for one in store.price_differences()] == [("P02", 7800)]


def test_orders_that_sold_nothing_and_those_typed_here_say_nothing_of_prices(store: Store) -> None:
    store.import_products([APPLES])
    unpaid = order("1", paid_fen=100, status=Status.UNPAID, paid_at=after(1))
    free = order("2", paid_fen=0, paid_at=after(1))
    store.import_export(None, export(unpaid, free))
    session_id = begin(store)
    store.add_order(session_id, "P01", 1, 100)
    assert store.price_differences() == ()
    store.remove_product("P01")
    store.import_export(None, export(order("3", paid_fen=100, paid_at=after(2))))
    assert store.price_differences() == ()
