"""The page of the shop's products: a farmer adds, finds, changes and takes back, and loses nothing he typed."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from overlays.photo import Crop, crop_in_whole
from studio.commands import ImportProducts, ListProducts, RemoveProduct, SaveProduct, UndoProducts
from studio.errors import Problem
from studio.shop.library import keep_picture
from studio.shop.products import Product
from studio.shop.told import ProductsListed, ProductsRefused
from studio.ui.product_files import ImportReport
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


def page_home(page: ProductsPage) -> Path:
    return page.editor._home.pictures


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    image = QImage(400, 200, QImage.Format.Format_RGB32)
    image.fill(0xFF336699)
    assert image.save(str(tmp_path / "photo.jpg"))
    return tmp_path / "photo.jpg"


def test_the_form_gives_back_the_product_it_shows() -> None:
    assert product_of(form_of_product(APPLES), APPLES) == APPLES
    assert wrong_in(ProductForm(sku="P01")) == {}


@pytest.mark.parametrize(
    ("field", "typed", "why"),
    [
        ("taobao", "javascript:alert(1)", "digits"),
        ("link", "https://example.com/a b", "a web address"),
        ("link", "javascript:alert(1)", "a web address"),
        ("name", "红" * 3000, "at most 200"),
        ("price", "-3", "two decimals"),
        ("price", "39.9012", "two decimals"),
        ("price", "0", "gift"),
        ("old_price", "1", "lower"),
        ("net_weight", "heavy", "with its unit"),
        ("harvested", "yesterday", "year, month and day"),
        ("sku_jd", "a b", "without spaces"),
    ],
)
def test_what_will_not_do_is_told_below_its_box_alone(field: str, typed: str, why: str) -> None:
    wrong = wrong_in(replace(form_of_product(APPLES), **{field: typed}))  # type: ignore[arg-type]
    assert list(wrong) == [field]
    assert why in wrong[field]


def test_the_list_is_asked_for_and_searched_by_letters(stage: Stage) -> None:
    stage.open()
    page = page_of(stage)
    stage.engine.wait_for(ListProducts)
    stage.engine.tell(ProductsListed((APPLES, TEA), changed=False))
    stage.until(lambda: len(page.list.found) == 2)
    page.list.search.setText("pahc")
    assert [one.name for one in page.list.found] == ["普安红茶"]
    page.list.choose_row(0)
    assert page.editor.form.value().name == "普安红茶"


def test_a_new_product_with_a_picture_is_saved_and_is_on_the_next_show_s_cards(stage: Stage, photo: Path) -> None:
    stage.open()
    page = page_of(stage)
    listed(stage, APPLES)
    page.begin()
    form = page.editor.form
    assert form.value().sku == "P02"
    form.show_value(ProductForm(sku="P02", name="红茶", price="68", taobao="612345678901", sku_jd="J9"))
    page.editor.take_picture(photo)
    page.editor.crop.move_to(0, 0)
    page.save_button.click()
    saved = stage.engine.wait_for(SaveProduct).product
    assert (saved.name, saved.price_fen, saved.platform_skus) == ("红茶", 6800, (("jd", "J9"),))
    assert saved.platform_links == (("taobao", "https://item.taobao.com/item.htm?id=612345678901"),)
    assert QImage(saved.picture).width() == QImage(saved.picture).height() == 200
    stage.engine.tell(ProductsListed((APPLES, saved), changed=True))
    stage.until(lambda: [card.sku for card in stage.desk.show.cards] == ["P01", "P02"])
    assert page.editor.told.text() == "It is saved."
    assert not page.editor.changed


def test_the_part_of_a_kept_picture_is_chosen_anew(stage: Stage, photo: Path) -> None:
    stage.open()
    page = page_of(stage)
    kept = keep_picture(photo, page_home(page), "P01", Crop(0, 0, 200, 200))
    listed(stage, replace(APPLES, picture=str(kept)))
    page.list.choose_row(0)
    assert page.editor.crop.crop == Crop(0, 0, 200, 200)
    photo.unlink()
    page.editor.crop.move_to(200, 0)
    assert page.editor.told.text() == "Not saved yet."
    page.save_button.click()
    again = stage.engine.wait_for(SaveProduct).product.picture
    assert again != str(kept)
    assert crop_in_whole(Path(again), 400, 200) == Crop(200, 0, 200, 200)
    page.editor.drop_picture()
    page.save_button.click()
    assert stage.engine.wait_for(SaveProduct, 2).product.picture == ""


def test_what_will_not_do_is_not_saved_and_stays(stage: Stage) -> None:
    stage.open()
    page = page_of(stage)
    form = page.editor.form
    page.save_button.click()
    assert "name" in form.editors["name"].wrong.text()
    form.show_value(ProductForm(sku="P05", name="蜂蜜", price="cheap"))
    assert "cheap" in form.editors["price"].wrong.text()
    page.save_button.click()
    assert stage.engine.of_kind(SaveProduct) == []
    assert form.value().price == "cheap"
    form.fill("price", "48")
    assert form.editors["price"].wrong.text() == ""


def test_what_was_typed_for_one_product_is_there_after_looking_at_another(stage: Stage) -> None:
    stage.open()
    page = page_of(stage)
    listed(stage, APPLES, TEA)
    page.begin()
    page.editor.form.fill("name", "蜂蜜")
    page.list.choose_row(0)
    page.editor.form.fill("price", "1")
    page.list.choose_row(1)
    assert page.editor.form.value().name == TEA.name
    listed(stage, APPLES, TEA, changed=True)  # somebody else saved something
    page.list.choose_row(0)
    assert page.editor.form.value().price == "1"
    page.begin()
    assert page.editor.form.value().name == "蜂蜜"


def test_a_file_that_is_no_picture_is_told_and_the_form_stays(stage: Stage, tmp_path: Path) -> None:
    stage.open()
    page = page_of(stage)
    page.editor.form.show_value(ProductForm(sku="P05", name="蜂蜜", price="48"))
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    page.take_file(tmp_path / "broken.jpg")
    assert "there is no picture in it" in page.editor.told.text()
    assert page.editor.form.value().name == "蜂蜜"


def test_a_table_comes_in_as_one_change_and_its_bad_rows_are_told_with_line_and_reason(
    stage: Stage, tmp_path: Path
) -> None:
    stage.open()
    page = page_of(stage)
    listed(stage, APPLES)
    table = tmp_path / "shop.csv"
    table.write_text("编号,名称,价格\nP01,红富士,41\nP02,红茶,68\nP03,蜂蜜,cheap\n", encoding="utf-8")
    page.take_file(table)
    stage.until(lambda: bool(stage.engine.of_kind(ImportProducts)))
    apples, tea = stage.engine.wait_for(ImportProducts).products
    assert apples == replace(APPLES, name="红富士", price_fen=4100), "what the table has no column for stays"
    stage.engine.tell(ProductsListed((apples, tea), changed=True))
    stage.until(lambda: bool(page.findChildren(ImportReport)))
    assert page.report is not None
    stage.until(page.report.isVisible)
    assert page.report.headline.text() == "1 new product · 1 changed · 0 as before · 1 row left out"
    assert page.report.lines.toPlainText().startswith("Row 4: cheap")
    page.report.undo_button.click()
    stage.engine.wait_for(UndoProducts)


def test_a_table_that_cannot_be_read_is_told(stage: Stage, tmp_path: Path) -> None:
    stage.open()
    page = page_of(stage)
    (tmp_path / "shop.zip").write_bytes(b"PK no zip")
    page.take_file(tmp_path / "shop.zip")
    stage.until(lambda: "damaged" in page.editor.told.text())
    assert stage.engine.of_kind(ImportProducts) == []


def test_the_shop_goes_out_with_its_pictures_and_comes_back(stage: Stage, photo: Path, tmp_path: Path) -> None:
    stage.open()
    page = page_of(stage)
    listed(stage, replace(APPLES, picture=str(keep_picture(photo, page_home(page), "P01"))), TEA)
    page.export(tmp_path / "out.zip")
    stage.until(lambda: "2 products are in" in page.editor.told.text())
    page.take_file(tmp_path / "out.zip")
    stage.until(lambda: bool(stage.engine.of_kind(ImportProducts)))
    assert len(stage.engine.wait_for(ImportProducts).products) == 2


def test_removing_and_taking_back_need_one_press_each(stage: Stage) -> None:
    stage.open()
    page = page_of(stage)
    assert not page.remove_button.isEnabled()
    listed(stage, APPLES, TEA)
    page.list.choose_row(0)
    page.remove_button.click()
    assert stage.engine.wait_for(RemoveProduct).sku == "P01"
    page.undo_button.click()
    stage.engine.wait_for(UndoProducts)
    stage.engine.tell(ProductsRefused(Problem.of("products.no_undo")))
    stage.until(lambda: "no change" in page.editor.told.text())


def test_the_square_is_dragged_enlarged_and_never_leaves_the_photograph(stage: Stage, photo: Path) -> None:
    stage.open()
    crop = page_of(stage).editor.crop
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
