"""AMF0: what is written is read, and what is damaged is said to be."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from studio.media.amf import Value, decoded, encoded

PLAIN = some.none() | some.booleans() | some.floats(allow_nan=False) | some.text(max_size=20)
VALUES = some.recursive(
    PLAIN,
    lambda inner: (
        some.lists(inner, max_size=3) | some.dictionaries(some.text(min_size=1, max_size=9), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=40, deadline=None)
@given(some.lists(VALUES, max_size=3))
def test_what_is_written_is_read(values: list[Value]) -> None:
    assert decoded(encoded(*values)) == values


@settings(max_examples=40, deadline=None)
@given(some.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No other error comes out than the one that is announced."""
    with suppress(ValueError):
        assert isinstance(decoded(data), list)


def test_servers_arrays_dates_and_long_texts_are_understood() -> None:
    array = b"\x08\x00\x00\x00\x01\x00\x04code\x02\x00\x02ok\x00\x00\x09"
    date = b"\x0b" + bytes(8) + bytes(2)
    long_text = b"\x0c\x00\x00\x00\x02hi"
    assert decoded(array + date + long_text + b"\x06") == [{"code": "ok"}, 0.0, "hi", None]


def test_what_nests_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="deep"):
        decoded(b"\x0a\x00\x00\x00\x01" * 1000)
