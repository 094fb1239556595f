"""The shop's products in the log: every field is kept, every change can be taken back, no past session breaks."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine

from studio.errors import StudioError
from studio.shop.products import Product
from studio.store.database import sqlite_url
from studio.store.products import STEPS_KEPT
from studio.store.schema import alembic_config
from studio.store.store import Store
from tests.store.samples import APPLES, START, TEA, begin

FULL = replace(
    APPLES,
    short_name="红富士",
    net_weight_g=4500,
    batch="2026-10-A",
    harvested_on=date(2026, 10, 8),
    proof="/proofs/p01.pdf",
    selling_points="脆\n甜",
    giving_percent=3,
    platform_skus=(("taobao", "TB-1"),),
    platform_links=(("taobao", "https://item.taobao.com/item.htm?id=612345678901"),),
)


def test_every_field_is_kept(store: Store) -> None:
    store.save_product(FULL)
    assert store.product("P01") == FULL


def test_adding_changing_importing_and_removing_can_be_taken_back_one_after_the_other(store: Store) -> None:
    states = [store.list_products()]
    steps = (
        lambda: store.save_product(FULL),
        lambda: store.save_product(replace(FULL, price_fen=100)),
        lambda: store.import_products([TEA, APPLES, Product("P03", "蜂蜜", 4500)]),
        lambda: store.remove_product("P01"),
        lambda: store.save_product(replace(APPLES, name="苹果")),
    )
    for step in steps:
        step()
        states.append(store.list_products())
    undone = []
    while len(states) > 1:
        states.pop()
        undone.append(store.undo_products())
        assert store.list_products() == states[-1]
    assert undone[0].at == START
    assert [one.skus for one in undone] == [("P01",), ("P01",), ("P02", "P01", "P03"), ("P01",), ("P01",)]
    with pytest.raises(StudioError) as nothing:
        store.undo_products()
    assert nothing.value.problem.code == "products.no_undo"


def test_what_changes_nothing_is_no_step(store: Store) -> None:
    store.save_product(APPLES)
    store.save_product(APPLES)
    store.undo_products()
    assert store.list_products() == ()


def test_steps_that_are_too_old_are_forgotten(store: Store) -> None:
    for number in range(STEPS_KEPT + 3):
        store.save_product(replace(APPLES, price_fen=1000 + number))
    for _ in range(STEPS_KEPT):
        store.undo_products()
    with pytest.raises(StudioError):
        store.undo_products()
    assert store.product("P01").price_fen == 1002


def test_a_past_session_keeps_its_products_when_they_are_removed_and_when_that_is_taken_back(store: Store) -> None:
    store.import_products([APPLES, TEA])
    session_id = begin(store)
    store.end_session(session_id, START)
    before = store.session_detail(session_id)
    store.remove_product("P01")
    store.remove_product("P02")
    assert store.session_detail(session_id) == before
    store.undo_products()
    assert store.session_detail(session_id) == before


def test_the_products_of_older_logs_are_kept(path: Path) -> None:
    engine = create_engine(sqlite_url(path))
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0004")
        connection.exec_driver_sql(
            "INSERT INTO product (id, sku, name, price_fen, unit, origin, picture, link, producer, deleted)"
            " VALUES (1, 'P02', '普安红茶', 6800, '', '', '', '', '', 0)"
        )
    engine.dispose()
    with Store(sqlite_url(path)) as store:
        assert store.list_products() == (TEA,)


def test_a_link_from_before_such_links_were_refused_is_left_out_and_nothing_else(store: Store, path: Path) -> None:
    store.save_product(replace(APPLES, link="https://n.example/1"))
    engine = create_engine(sqlite_url(path))
    with engine.begin() as db:
        db.exec_driver_sql("UPDATE product SET link = 'ftp://n.example/1'")
    engine.dispose()
    assert store.list_products() == (replace(APPLES, link=""),)
