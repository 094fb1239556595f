"""FLV as it comes through a pipe: in any pieces, cut off anywhere, for as long as a show may be."""

import io
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from studio.media.encoder import Encoder
from studio.media.flv import AUDIO, SCRIPT, VIDEO, Tag, tags, tags_together
from studio.media.frames import EncodedPacket, PacketKind
from studio.media.muxing import Muxer

HEADER = b"FLV\x01\x05" + bytes([0, 0, 0, 9]) + bytes(4)
TAGS = some.lists(
    some.builds(Tag, some.sampled_from([AUDIO, VIDEO, SCRIPT]), some.integers(0, 2**31), some.binary(max_size=300)),
    max_size=5,
)


def written(row: list[Tag]) -> bytes:
    return HEADER + b"".join(tag.packed() for tag in row)


def in_pieces(data: bytes, size: int) -> Callable[[int], bytes]:
    """A pipe that never holds more than so much at once."""
    file = io.BytesIO(data)
    return lambda most: file.read(min(most, size))


@settings(max_examples=50, deadline=None)
@given(TAGS, some.integers(1, 400))
def test_tags_come_out_as_they_went_in(row: list[Tag], size: int) -> None:
    assert list(tags(in_pieces(written(row), size))) == row


@settings(max_examples=50, deadline=None)
@given(TAGS, some.data())
def test_what_is_cut_off_is_left_out(row: list[Tag], data: some.DataObject) -> None:
    whole = written(row)
    cut = data.draw(some.integers(0, len(whole)))
    come = list(tags(io.BytesIO(whole[:cut]).read))
    assert come == row[: len(come)]
    assert len(written(row[: len(come) + 1])) > cut or come == row


def test_what_comes_together_goes_together() -> None:
    """A picture and the sound that waited for it: one write to the network instead of three."""
    one, two, three = (written([Tag(kind, 7, bytes([0, 1]))])[len(HEADER) :] for kind in (VIDEO, AUDIO, AUDIO))
    pieces = iter([HEADER + one[:5], one[5:] + two + three, b""])
    assert [len(row) for row in tags_together(lambda _most: next(pieces))] == [3]


def test_a_tag_stands_as_adobe_has_it() -> None:
    """The highest byte of the time behind the others, and the whole length again at the end."""
    tag = Tag(VIDEO, 0x01020304, b"abc")
    assert tag.packed() == bytes([9, 0, 0, 3, 2, 3, 4, 1, 0, 0, 0]) + b"abc" + bytes([0, 0, 0, 14])


def test_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="FLV"):
        list(tags(io.BytesIO(b"RIFF" + bytes(40)).read))


def test_what_ffmpeg_writes_is_told_apart(encoded_show: tuple[Encoder, list[EncodedPacket]]) -> None:
    """Descriptions first, then each packet as one tag of media, and the ends of the sequences as neither."""
    file = io.BytesIO()
    muxer = Muxer(file, "flv", {"flvflags": "no_duration_filesize"}, encoded_show[0])
    for packet in encoded_show[1]:
        muxer.write(packet)
    muxer.close()
    file.seek(0)
    row = list(tags(file.read))
    assert [tag.kind for tag in row if tag.is_header] == [SCRIPT, VIDEO, AUDIO]
    assert all(tag.is_header for tag in row[:3])
    for kind, number in ((PacketKind.VIDEO, VIDEO), (PacketKind.AUDIO, AUDIO)):
        packets = [packet for packet in encoded_show[1] if packet.kind is kind]
        assert len([tag for tag in row if tag.is_media and tag.kind == number]) == len(packets)
    assert {tag.body[1] for tag in row if not tag.is_header and not tag.is_media} <= {2}
