"""AMF0, the notation of RTMP's commands (Adobe, Action Message Format AMF 0, 2007): values to bytes and back."""

import struct
from collections.abc import Mapping, Sequence

Value = float | bool | str | None | Mapping[str, "Value"] | Sequence["Value"]

NUMBER, BOOLEAN, STRING, OBJECT, NULL, UNDEFINED = 0, 1, 2, 3, 5, 6
ECMA_ARRAY, OBJECT_END, STRICT_ARRAY, DATE, LONG_STRING = 8, 9, 10, 11, 12
DEEPEST = 16  # a server's answer is flat; what nests deeper was made to hurt


def encoded(*values: Value) -> bytes:
    """The values one after the other."""
    return b"".join(map(_encoded, values))


def _encoded(value: Value) -> bytes:
    if value is None:
        return bytes([NULL])
    if isinstance(value, bool):
        return bytes([BOOLEAN, value])
    if isinstance(value, int | float):
        return bytes([NUMBER]) + struct.pack("!d", value)
    if isinstance(value, str):
        return bytes([STRING]) + _text(value)
    if isinstance(value, Mapping):
        fields = b"".join(_text(name) + _encoded(one) for name, one in value.items())
        return bytes([OBJECT]) + fields + bytes([0, 0, OBJECT_END])
    return bytes([STRICT_ARRAY]) + struct.pack("!I", len(value)) + encoded(*value)


def _text(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("!H", len(raw)) + raw


def decoded(data: bytes) -> list[Value]:
    """All values in `data`; raises ValueError where it is no AMF0."""
    reader = _Reader(data)
    values = []
    while reader.left:
        values.append(reader.value())
    return values


class _Reader:
    """Reads values off the front."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def _take(self, count: int) -> bytes:
        if count > self.left:
            raise ValueError("it ends in the middle of a value")
        self._at += count
        return self._data[self._at - count : self._at]

    def _number(self, layout: str) -> int:
        return int(struct.unpack(layout, self._take(struct.calcsize(layout)))[0])

    def _text(self, layout: str) -> str:
        return self._take(self._number(layout)).decode(errors="replace")

    def value(self, depth: int = 0) -> Value:
        if depth > DEEPEST:
            raise ValueError("too deep")
        kind = self._number("!B")
        if kind in (NUMBER, DATE):
            number = float(struct.unpack("!d", self._take(8))[0])
            if kind == DATE:
                self._take(2)  # a time zone, always nothing
            return number
        if kind == BOOLEAN:
            return bool(self._number("!B"))
        if kind in (STRING, LONG_STRING):
            return self._text("!H" if kind == STRING else "!I")
        if kind in (NULL, UNDEFINED):
            return None
        if kind in (OBJECT, ECMA_ARRAY):
            if kind == ECMA_ARRAY:
                self._take(4)  # how many fields: a hint that need not be true
            return self._fields(depth)
        if kind == STRICT_ARRAY:
            return [self.value(depth + 1) for _ in range(self._number("!I"))]
        raise ValueError(f"a value of the kind {kind}")

    def _fields(self, depth: int) -> dict[str, Value]:
        fields: dict[str, Value] = {}
        while True:
            name = self._text("!H")
            if not name and self.left and self._data[self._at] == OBJECT_END:
                self._take(1)
                return fields
            fields[name] = self.value(depth + 1)
