"""Pictures in the library folder."""

from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from studio.errors import StudioError
from studio.paths import Home
from studio.shop.library import keep_files, keep_picture
from studio.shop.products import Product


def picture(path: Path, colour: int = 0xFF336699) -> Path:
    image = QImage(120, 80, QImage.Format.Format_RGB32)
    image.fill(colour)
    assert image.save(str(path))
    return path


def test_a_picture_is_kept_under_a_name_of_its_own(tmp_path: Path) -> None:
    source, folder = picture(tmp_path / "a.png"), tmp_path / "pictures"
    first = keep_picture(source, folder, "P01")
    assert keep_picture(source, folder, "P01") == first == keep_picture(first, folder, "P01")
    assert keep_picture(picture(tmp_path / "b.png", 0xFF993333), folder, "P01") != first
    assert QImage(str(first)).width() == QImage(str(first)).height() == 80


def test_a_picture_that_will_not_do_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    for path, code in (
        (broken, "library.unusable"),
        (tmp_path / "none.jpg", "library.missing"),
        (tmp_path, "library.unusable"),
    ):
        with pytest.raises(StudioError) as refused:
            keep_picture(path, tmp_path / "pictures", "P01")
        assert refused.value.problem.code == code


def test_a_product_comes_in_without_the_file_that_will_not_do(tmp_path: Path) -> None:
    good = Product("P01", "苹果", 100, picture=str(picture(tmp_path / "a.png")))
    bad = Product("P02", "红茶", 100, picture=str(tmp_path / "none.png"), proof=str(tmp_path / "none.pdf"))
    products, missed = keep_files([good, bad], Home(tmp_path / "home").ensure())
    assert Path(products[0].picture).parent == tmp_path / "home" / "pictures"
    assert (products[1].picture, products[1].proof) == ("", "")
    assert [one.sku for one in missed] == ["P02", "P02"]
