"""RTMP's chunks: what is written is read, in whatever pieces it comes, and what makes no sense is refused."""

import struct
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from studio.media.rtmp_chunks import (
    FIRST_CHUNK_BYTES,
    LONG_TIME,
    MOST_MESSAGE_BYTES,
    SET_CHUNK_SIZE,
    ChunkReader,
    Message,
    chunked,
)

KINDS = some.integers(4, 22)
MESSAGES = some.lists(some.tuples(some.integers(2, 63), KINDS, some.binary(max_size=700)), max_size=5)
TIMES = some.sampled_from([0, 1, LONG_TIME - 1, LONG_TIME, LONG_TIME + 1, 2**32 - 1])


def read(data: bytes, size: int) -> list[Message]:
    reader = ChunkReader()
    return [one for at in range(0, len(data), size) for one in reader.feed(data[at : at + size])]


@settings(max_examples=60, deadline=None)
@given(MESSAGES, TIMES, some.integers(1, 900))
def test_what_is_written_is_read(messages: list[tuple[int, int, bytes]], time_ms: int, size: int) -> None:
    data = b"".join(chunked(chunks, kind, body, time_ms, 1, FIRST_CHUNK_BYTES) for chunks, kind, body in messages)
    assert read(data, size) == [Message(kind, body) for _chunks, kind, body in messages]


@settings(max_examples=60, deadline=None)
@given(some.binary(max_size=200), some.integers(1, 50))
def test_any_bytes_are_read_or_refused(data: bytes, size: int) -> None:
    with suppress(ValueError, struct.error):
        assert all(isinstance(one, Message) for one in read(data, size))


def test_chunks_of_several_messages_may_come_mixed() -> None:
    long = chunked(3, 20, bytes(range(200)), 0, 0, FIRST_CHUNK_BYTES)
    first, rest = long[: 12 + FIRST_CHUNK_BYTES], long[12 + FIRST_CHUNK_BYTES :]
    between = chunked(2, 5, b"abcd", 0, 0, FIRST_CHUNK_BYTES)
    assert read(first + between + rest, 7) == [Message(5, b"abcd"), Message(20, bytes(range(200)))]


def test_a_new_size_counts_from_the_next_chunk_on() -> None:
    told = chunked(2, SET_CHUNK_SIZE, struct.pack("!I", 500), 0, 0, FIRST_CHUNK_BYTES)
    body = bytes(300)
    assert read(told + chunked(3, 20, body, 0, 0, 500), 1000)[1] == Message(20, body)


@pytest.mark.parametrize(("stream", "number"), [(b"\x00\x05", 69), (b"\x01\x05\x01", 325)])
def test_high_numbers_of_chunk_streams_and_short_headers(stream: bytes, number: int) -> None:
    """Each shape leaves out what is as before: the stream's number, the length and kind, the time."""
    whole = bytes([stream[0]]) + stream[1:] + bytes([0, 0, 1, 0, 0, 2, 9, 0, 0, 0, 0]) + b"aa"
    same_stream = bytes([0x40 | stream[0]]) + stream[1:] + bytes([0, 0, 1, 0, 0, 3, 8]) + b"bbb"
    same_length = bytes([0x80 | stream[0]]) + stream[1:] + bytes([0, 0, 1]) + b"ccc"
    same_time = bytes([0xC0 | stream[0]]) + stream[1:] + b"ddd"
    come = read(whole + same_stream + same_length + same_time, 5)
    assert come == [Message(9, b"aa"), Message(8, b"bbb"), Message(8, b"ccc"), Message(8, b"ddd")], number


def test_a_message_that_would_fill_the_memory_is_refused() -> None:
    header = bytes([3, 0, 0, 0]) + (MOST_MESSAGE_BYTES + 1).to_bytes(3, "big") + bytes([20, 0, 0, 0, 0])
    with pytest.raises(ValueError, match="larger"):
        read(header, 100)


def test_a_time_is_counted_from_the_message_before() -> None:
    """So none gets long in a show of hours, unless the line begins with it or one goes back."""
    data = chunked(6, 9, b"picture", LONG_TIME + 40, 1, FIRST_CHUNK_BYTES, LONG_TIME)
    assert data == b"\x46" + bytes([0, 0, 40, 0, 0, 7, 9]) + b"picture"
    assert chunked(6, 9, b"", 5, 1, FIRST_CHUNK_BYTES, 6)[:4] == b"\x06" + bytes([0, 0, 5])


def test_a_long_time_stands_in_four_bytes_before_each_piece() -> None:
    """As nginx, Node-Media-Server and FFmpeg read it."""
    data = chunked(6, 9, bytes(150), LONG_TIME + 7, 1, FIRST_CHUNK_BYTES)
    time = struct.pack("!I", LONG_TIME + 7)
    assert data[1:4] == b"\xff\xff\xff"
    assert data[12:16] == time
    assert data[16 + FIRST_CHUNK_BYTES :][:5] == b"\xc6" + time
