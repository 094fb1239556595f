"""Labels and posters in the window: the page is seen before it is printed, and drawn in a process of its own."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices

from studio.shop.products import Product
from studio.ui.print_dialog import PrintDialog
from tests.ui.conftest import Stage

APPLES = Product("P01", "红富士苹果", 3990, origin="甘肃", link="https://example.com/a1")
TEA = Product("P02", "普安红茶", 6800)


def drawn(stage: Stage, condition: Callable[[], bool]) -> None:
    """Waits for the process that draws, which has to start first."""
    stage.bot.waitUntil(condition, timeout=120_000)


@pytest.fixture
def dialog(stage: Stage) -> Iterator[PrintDialog]:
    dialog = PrintDialog(stage.home, (APPLES, TEA), frozenset({"P01"}), stage.window)
    dialog.show()
    yield dialog
    dialog.reject()


def test_the_page_is_seen_and_the_pdf_is_kept(stage: Stage, dialog: PrintDialog, tmp_path: Path) -> None:
    drawn(stage, lambda: dialog.page_line.text() == "Page 1 of 1")
    dialog.check_all(True)
    dialog.copies.setValue(13)
    drawn(stage, lambda: dialog.page_line.text() == "Page 1 of 2")
    dialog.forth.click()
    drawn(stage, lambda: dialog.page_line.text() == "Page 2 of 2")
    dialog.write(tmp_path / "labels.pdf")
    drawn(stage, lambda: "2 pages are in" in dialog.told.text())
    assert (tmp_path / "labels.pdf").read_bytes().startswith(b"%PDF-")


def test_a_link_too_long_for_a_label_and_a_folder_that_is_not_there_are_told(stage: Stage, tmp_path: Path) -> None:
    long = replace(APPLES, link="https://example.com/" + "a" * 270)
    dialog = PrintDialog(stage.home, (long, TEA), frozenset({"P01", "P02"}), stage.window)
    try:
        dialog.show()
        dialog.sheets.buttons()[0].click()
        drawn(stage, lambda: "P01 is too long" in dialog.told.text())
        dialog.sheets.buttons()[3].click()
        drawn(stage, lambda: dialog.page_line.text() == "Page 1 of 2")
        dialog.write(tmp_path / "nowhere" / "labels.pdf")
        drawn(stage, lambda: "cannot be written" in dialog.told.text())
    finally:
        dialog.reject()


def test_a_computer_without_a_program_for_pdfs_is_told_where_the_file_is(
    stage: Stage, dialog: PrintDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    dialog.open_it()
    drawn(stage, lambda: "no program for PDFs" in dialog.told.text())
    assert (stage.home.prints / "labels.pdf").is_file()
