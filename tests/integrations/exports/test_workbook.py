"""Workbooks come in pieces, and no row shows where one ended."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import xlsxwriter

from integrations.base import IntegrationError
from integrations.exports import workbook
from integrations.exports.sheets import Row, read_sheets
from tests.integrations.exports import files

ROWS = 300
SHEET = "xl/s1.xml"


def plain_book(path: Path) -> Path:
    """Rows and cells without numbers, texts where they stand, as exporting programs write them."""
    rows: list[list[object]] = [[f"70{row}", "苹果 & <茶>", row, ""] if row % 7 else [] for row in range(ROWS)]
    return files.xlsx_file(path, [["说明"], [*files.OWN], *rows], [["另一页"]])


def prefixed_book(path: Path) -> Path:
    """The same, every name with a prefix, as some libraries write them."""
    plain_book(path)
    with ZipFile(path) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    parts[SHEET] = parts[SHEET].replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")
    parts[SHEET] = parts[SHEET].replace(" xmlns=", " xmlns:x=")
    with ZipFile(path, "w") as book:
        for name, text in parts.items():
            book.writestr(name, text)
    return path


def table_programs_book(path: Path) -> Path:
    """Cells with addresses, texts kept apart, dates as numbers, columns and rows that stay empty for long."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    sheet.write_row(2, 1, ["订单号", "付款时间", "数量", "备注", "状态"])
    for row in range(4, ROWS):
        if row % 11:
            sheet.write_string(row, 1, f"69{row:017d}") if row < 100 else None
            sheet.write_datetime(row, 2, datetime(2026, 5, 1, 20, row % 60), time)
            sheet.write_number(row, 3, row + 0.5)
            if row < 100 or row > 250:
                sheet.write_string(row, 5, "已付款")
    book.close()
    return path


@pytest.mark.parametrize("write", [plain_book, prefixed_book, table_programs_book])
def test_a_sheet_in_pieces_is_the_sheet(
    write: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "book.xlsx")
    with monkeypatch.context() as patched:
        patched.setattr(workbook, "_sheet_parts", lambda _book: [])
        whole = all_rows(path)
    pieces = 0
    small = workbook._small_workbook

    def counted(*parts: Any) -> object:
        nonlocal pieces
        pieces += 1
        return small(*parts)

    monkeypatch.setattr(workbook, "PIECE_BYTES", 2000)
    monkeypatch.setattr(workbook, "_READ_BYTES", 300)
    monkeypatch.setattr(workbook, "_small_workbook", counted)
    assert all_rows(path) == whole
    assert len(whole[0]) > ROWS * 0.8
    assert pieces > 4


def all_rows(path: Path) -> list[list[Row]]:
    return [list(sheet) for _name, sheet in read_sheets(path)]


def test_a_picture_among_the_sheets_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(str(path))
    picture, sheet = book.add_chartsheet(), book.add_worksheet()
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Sheet1!$A$2:$A$3"})
    picture.set_chart(chart)
    sheet.write_column(0, 0, ["金额", 1, 2])
    book.close()
    assert all_rows(path) == [[(1, ["金额"]), (2, ["1"]), (3, ["2"])]]


def test_a_sheet_that_breaks_off_in_a_later_piece_is_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = plain_book(tmp_path / "book.xlsx")
    whole = path.read_bytes()
    with ZipFile(path) as book:
        place = book.getinfo(SHEET).header_offset + book.getinfo(SHEET).compress_size // 2
    path.write_bytes(whole[:place] + bytes(20) + whole[place + 20 :])
    monkeypatch.setattr(workbook, "PIECE_BYTES", 2000)
    monkeypatch.setattr(workbook, "_READ_BYTES", 300)
    with pytest.raises(IntegrationError, match="damaged"):
        all_rows(path)
