"""Files of comments: in a table the headings say what was said and when, wherever the columns stand."""

from pathlib import Path

import pytest

from integrations.exports.comments import comment_lines
from studio.comments import read_comments
from tests.integrations.exports.files import csv_file, xlsx_file
from tests.store.samples import START

WRITTEN = "2026-05-01 20:00:01"
ROW = {"用户昵称": "小明", "评论内容": "价格：多少钱,包邮吗", "评论时间": WRITTEN}


@pytest.mark.parametrize("columns", [(0, 1, 2), (2, 0, 1), (1, 2)])
@pytest.mark.parametrize("kind", ["xlsx", "gbk", "utf-8-sig"])
def test_a_table_is_read_by_its_headings(tmp_path: Path, columns: tuple[int, ...], kind: str) -> None:
    headings = [list(ROW)[place] for place in columns]
    rows = [["弹幕导出"], headings, [ROW[heading] for heading in headings], [""] * len(headings)]
    path = tmp_path / "comments"
    lines = comment_lines(xlsx_file(path, rows) if kind == "xlsx" else csv_file(path, rows, kind))
    (comment,) = read_comments(lines, START)
    assert comment.text == ROW["评论内容"], "neither the name nor the time is part of it"
    assert comment.at is not None
    assert f"{comment.at.astimezone():%Y-%m-%d %H:%M:%S}" == WRITTEN


@pytest.mark.parametrize("text", ['20:05 小红: 评论,多少钱\n"没有关的引号\n', "内容\n多少钱\n", "多少钱"])
def test_a_text_stays_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "comments.txt"
    path.write_text(text, "utf-8")
    assert comment_lines(path) == text.splitlines()
