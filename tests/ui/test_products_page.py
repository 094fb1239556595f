"""The page of the shop's products: a farmer adds, finds, changes and takes back, and loses nothing he typed."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from overlays.photo import Crop
from studio.commands import ListProducts, RemoveProduct, SaveProduct, UndoProducts
from studio.errors import Problem
from studio.shop.products import Product
from studio.shop.told import ProductsListed, ProductsRefused
from studio.ui.product_form import ProductForm, form_of_product, product_of, wrong_in
from studio.ui.products_page import ProductsPage
from tests.ui.conftest import Stage

APPLES = Product(
    "P01",
    "红富士苹果",
    3990,
    5200,
    "5 kg",
    "甘肃",
    harvested_on=date(2026, 10, 8),
    net_weight_g=4500,
    selling_points="脆\n甜",
    platform_skus=(("jd", "JD77"),),
    platform_links=(("taobao", "https://item.taobao.com/item.htm?id=612345678901"),),
)
TEA = Product("P02", "普安红茶", 6800)


def page_of(stage: Stage) -> ProductsPage:
    page = next(
        one
        for one in map(stage.window.stack.widget, range(stage.window.stack.count()))
        if isinstance(one, ProductsPage)
    )
    stage.window.stack.setCurrentWidget(page)
    return page


def listed(stage: Stage, *products: Product, changed: bool = False) -> None:
    page_of(stage).show_products(ProductsListed(products, changed))


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    image = QImage(400, 200, QImage.Format.Format_RGB32)
    image.fill(0xFF336699)
    assert image.save(str(tmp_path / "photo.jpg"))
    return tmp_path / "photo.jpg"


def test_the_form_gives_back_the_product_it_shows() -> None:
    assert product_of(form_of_product(APPLES), APPLES) == APPLES
    assert wrong_in(ProductForm(sku="P01"), None) == ""
    assert "taobao" in wrong_in(replace(form_of_product(APPLES), taobao="javascript:alert(1)"), APPLES)


def test_the_list_is_asked_for_and_searched_by_letters(stage: Stage) -> None:
    stage.open()
    page = page_of(stage)
    stage.engine.wait_for(ListProducts)
    stage.engine.tell(ProductsListed((APPLES, TEA), changed=False))
    stage.until(lambda: page.list.count() == 2)
    page.search.setText("pahc")
    assert (page.list.count(), page.list.item(0).text().splitlines()[0]) == (1, "普安红茶")
    page.list.setCurrentRow(0)
    assert page.form.value().name == "普安红茶"


def test_a_new_product_with_a_picture_is_saved_and_is_on_the_next_show_s_cards(stage: Stage, photo: Path) -> None:
    stage.open()
    page = page_of(stage)
    listed(stage, APPLES)
    page.begin()
    assert page.form.value().sku == "P02"
    page.form.show_value(ProductForm(sku="P02", name="红茶", price="68", taobao="612345678901"))
    page.take_picture(photo)
    page.crop.move_to(0, 0)
    page.save_button.click()
    saved = stage.engine.wait_for(SaveProduct).product
    assert (saved.name, saved.price_fen) == ("红茶", 6800)
    assert saved.platform_links == (("taobao", "https://item.taobao.com/item.htm?id=612345678901"),)
    assert QImage(saved.picture).width() == QImage(saved.picture).height() == 200
    stage.engine.tell(ProductsListed((APPLES, saved), changed=True))
    stage.until(lambda: [card.sku for card in stage.desk.show.cards] == ["P01", "P02"])
    assert page.told.text() == "It is saved."


def test_what_will_not_do_is_told_while_it_is_typed_and_stays(stage: Stage) -> None:
    stage.open()
    page = page_of(stage)
    page.form.show_value(ProductForm(sku="P05", name="蜂蜜", price="cheap"))
    assert "cheap" in page.told.text()
    page.save_button.click()
    assert stage.engine.of_kind(SaveProduct) == []
    assert page.form.value().price == "cheap"
    page.form.show_value(ProductForm(sku="P05", name="蜂蜜", price="48"))
    assert page.told.text() == ""


def test_a_file_that_is_no_picture_is_told_and_the_form_stays(stage: Stage, tmp_path: Path) -> None:
    stage.open()
    page = page_of(stage)
    page.form.show_value(ProductForm(sku="P05", name="蜂蜜", price="48"))
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    page.take_picture(tmp_path / "broken.jpg")
    assert "there is no picture in it" in page.told.text()
    assert page.form.value().name == "蜂蜜"


def test_removing_and_taking_back_need_one_press_each(stage: Stage) -> None:
    stage.open()
    page = page_of(stage)
    assert not page.remove_button.isEnabled()
    listed(stage, APPLES, TEA)
    page.list.setCurrentRow(0)
    page.remove_button.click()
    assert stage.engine.wait_for(RemoveProduct).sku == "P01"
    page.undo_button.click()
    stage.engine.wait_for(UndoProducts)
    stage.engine.tell(ProductsRefused(Problem.of("products.no_undo")))
    stage.until(lambda: "no change" in page.told.text())


def test_the_square_is_dragged_enlarged_and_never_leaves_the_photograph(stage: Stage, photo: Path) -> None:
    stage.open()
    crop = page_of(stage).crop
    crop.resize(400, 200)
    crop.open(photo)
    assert crop.crop == Crop(100, 0, 200, 200)
    middle = QPoint(200, 100)
    QTest.mousePress(crop, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(crop, middle + QPoint(-40, 0))
    QTest.mouseRelease(crop, Qt.MouseButton.LeftButton, pos=middle + QPoint(-40, 0))
    assert crop.crop == Crop(60, 0, 200, 200)
    crop.resize_by(0.5)
    assert crop.crop == Crop(110, 50, 100, 100)
    QTest.keyClick(crop, Qt.Key.Key_Right)
    assert crop.crop == Crop(118, 50, 100, 100)
    crop.move_to(9000, -9000)
    assert crop.crop == Crop(300, 0, 100, 100)
