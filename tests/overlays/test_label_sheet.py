"""Labels and posters: every code is read from the page as a printer of 150 dots an inch shows it."""

import re
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QImage

from overlays.base import OverlayError
from overlays.label import Label, Sheet
from overlays.label_sheet import PAGE_WIDTH, labels_pdf, page_image, pages_of

LINKS = [
    "https://n.example/p01",
    "https://item.taobao.com/item.htm?id=612345678901",
    "https://app.kwaixiaodian.com/merchant/shop/detail?id=1234567890123456",
]
LINES = ("产地 甘肃静宁", "批次 2026-10-A", "采收 2026-10-08")


def luma(image: QImage) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return rows[:, : grey.width()].copy()


def codes_on(image: QImage, labels: list[Label], sheet: Sheet) -> Iterator[str]:
    """What is read in each label's place."""
    page, scale = luma(image), image.width() / PAGE_WIDTH
    for _label, box in pages_of(labels, sheet)[0]:
        left, top, right, bottom = (round(edge * scale) for edge in (box.left(), box.top(), box.right(), box.bottom()))
        yield cv2.QRCodeDetector().detectAndDecode(page[max(0, top) : bottom, max(0, left) : right])[0]


@pytest.mark.parametrize("sheet", list(Sheet))
def test_the_code_of_every_label_is_read_at_150_dots_an_inch(sheet: Sheet) -> None:
    labels = [Label("红富士苹果", "¥39.90", "5 kg", LINES, link) for link in LINKS]
    assert list(codes_on(page_image(labels, sheet, 150), labels, sheet)) == [*LINKS][: len(pages_of(labels, sheet)[0])]


@pytest.mark.parametrize(("sheet", "count", "pages"), [(Sheet.SMALL, 46, 2), (Sheet.MIDDLE, 24, 1), (Sheet.A6, 5, 2)])
def test_labels_fill_pages_of_a_pdf_with_vectors_only(sheet: Sheet, count: int, pages: int) -> None:
    data = labels_pdf([Label("红富士苹果", "¥39.90", link=LINKS[0])] * count, sheet)
    assert data.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", data)) == pages
    assert (b"/Subtype /Image" in data) is False


@pytest.mark.parametrize("sheet", list(Sheet))
def test_every_label_is_on_the_page_and_none_lies_on_another(sheet: Sheet) -> None:
    page = pages_of([Label("苹果", "¥1.00")] * 100, sheet)[0]
    boxes = [box for _label, box in page]
    assert all(box.left() >= 0 and box.top() >= 0 and box.right() <= 2100 and box.bottom() <= 2970 for box in boxes)
    assert not any(one.intersects(other) for place, one in enumerate(boxes) for other in boxes[place + 1 :])


def test_a_link_too_long_for_its_label_is_told(tmp_path: Path) -> None:
    label = Label("苹果", "¥1.00", link="https://n.example/" + "a" * 270)
    with pytest.raises(OverlayError, match="short link"):
        labels_pdf([label], Sheet.SMALL)
    assert labels_pdf([label], Sheet.POSTER)


@settings(max_examples=15, deadline=None)
@given(
    st.text(max_size=300),
    st.text(max_size=60),
    st.lists(st.text(max_size=80), max_size=6),
    st.sampled_from(list(Sheet)),
)
def test_no_text_leaves_its_label(name: str, unit: str, lines: list[str], sheet: Sheet) -> None:
    label = Label(name, "¥10,000,000.00", unit, tuple(lines))
    page, (_label, box) = luma(page_image([label], sheet, 50)), pages_of([label], sheet)[0][0]
    scale = page.shape[1] / PAGE_WIDTH
    outside = page.copy()
    left, top, right, bottom = (round(edge * scale) for edge in (box.left(), box.top(), box.right(), box.bottom()))
    outside[max(0, top - 1) : bottom + 2, max(0, left - 1) : right + 2] = 255
    assert outside.min() == 255
