"""The text catalogues are complete: every sentence of the program is there, translated, and compiled."""

import ast
import io
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import integrations
import studio
from studio import i18n
from studio.paths import asset

SOURCES = tuple(Path(package.__file__).parent for package in (studio, integrations) if package.__file__)
CATALOGUE = asset("locale", "zh", "LC_MESSAGES", "nongbo.po")
FUNCTIONS = {"_": 1, "N_": 1, "ngettext": 2}

Source = str | tuple[str, ...]


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh")


@cache
def extracted() -> dict[Source, str]:
    """Every source string, and a place where it stands."""
    return {
        message: f"{name}:{line}"
        for source in SOURCES
        for name, line, message, _notes, _context in extract_from_dir(source)
    }


def written() -> Iterator[tuple[Source, str]]:
    """Every source string as Python itself reads the files."""
    for path in sorted(path for source in SOURCES for path in source.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
                parts = node.args[: FUNCTIONS[node.func.id]]
                texts = tuple(str(part.value) for part in parts if isinstance(part, ast.Constant))
                if texts and len(texts) == len(parts):
                    yield texts[0] if len(texts) == 1 else texts, f"{path.name}:{node.lineno}"


def forms(message: Message) -> list[str]:
    """The translations of a message, one for each plural form."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def blanks(text: str) -> set[str]:
    return {name for _text, name, _format, _conversion in string.Formatter().parse(text) if name is not None}


def test_every_sentence_is_found_by_the_extraction() -> None:
    found = extracted()
    hidden = [f"{place} {text!r}" for text, place in written() if text not in found]
    assert not hidden, f"inside an f-string the extraction does not see them: {hidden}"


def test_every_sentence_is_translated(chinese: Catalog) -> None:
    missing = [f"{place} {text!r}" for text, place in extracted().items() if chinese.get(text) is None]
    assert not missing, "\n".join(missing)
    empty = [message.id for message in chinese if message.id and not all(forms(message))]
    assert not empty
    assert not [message.id for message in chinese if message.id and message.fuzzy]


def test_no_translation_is_left_of_a_sentence_that_is_gone(chinese: Catalog) -> None:
    wanted = extracted()
    assert not [message.id for message in chinese if message.id and message.id not in wanted]
    assert not chinese.obsolete


def test_translations_have_the_blanks_of_their_sentences(chinese: Catalog) -> None:
    for message in chinese:
        if message.id:
            singular = message.id if isinstance(message.id, str) else message.id[0]
            for translation in forms(message):
                assert blanks(translation) == blanks(singular), singular


def test_chinese_sentences_have_chinese_punctuation(chinese: Catalog) -> None:
    for message in chinese:
        for translation in forms(message) if message.id else []:
            assert not re.search(r"[\u4e00-\u9fff][,;?!]", translation), translation


def test_the_compiled_catalogue_is_the_written_one(chinese: Catalog) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, chinese)
    assert CATALOGUE.with_suffix(".mo").read_bytes() == compiled.getvalue(), "compile the catalogues again"
    assert chinese.num_plurals == 1


def test_the_reader_chooses_the_language() -> None:
    assert i18n.use("zh") == "zh"
    assert i18n._("Go live") == "开始直播"
    assert i18n.ngettext("{count} sold", "{count} sold", 2).format(count=2) == "2 件"
    assert i18n.use("en") == "en"
    assert i18n._("Go live") == "Go live"
