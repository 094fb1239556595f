"""Every text a person may see is there in plain Chinese, and what is compiled is what was written."""

import io
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "assets" / "locale" / "zh" / "LC_MESSAGES"


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    with (FOLDER / "nongbo.po").open("rb") as file:
        return read_po(file, locale="zh")


def texts_in_source() -> set[str]:
    """All that stands in `_()`, `N_()` and `ngettext()`; of two forms the first."""
    keywords = {**DEFAULT_KEYWORDS, "N_": None}
    found = extract_from_dir(ROOT / "studio", keywords=keywords)
    return {text if isinstance(text, str) else text[0] for _, _, text, _, _ in found}


def source_of(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ("",))


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_text_is_translated(chinese: Catalog) -> None:
    done = {source_of(message) for message in chinese if message.id and all(forms(message.string))}
    assert texts_in_source() - done == set(), "run `make catalogues` and fill these in"


def test_no_translation_is_a_guess_or_left_over(chinese: Catalog) -> None:
    assert [message.id for message in chinese if message.fuzzy and message.id] == []
    assert {source_of(message) for message in chinese if message.id} - texts_in_source() == set()


def test_translations_name_the_same_values(chinese: Catalog) -> None:
    """A placeholder that is missing or misspelt would break the sentence when it is shown."""
    wrong = [
        message.id
        for message in chinese
        if message.id
        for translated in forms(message.string)
        if fields(translated) - set().union(*map(fields, forms(message.id)))
        or fields(forms(message.id)[-1]) - fields(translated)
    ]
    assert wrong == []


def test_the_compiled_catalogue_is_current(chinese: Catalog) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, chinese)
    assert (FOLDER / "nongbo.mo").read_bytes() == compiled.getvalue(), "run `make catalogues`"
