"""Frozen dataclasses as JSON holds them, and made of it again: what is kept on the disk is read back type by type."""

from dataclasses import fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints


def plain(value: Any) -> Any:
    """A frozen dataclass as JSON holds it."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, Path | StrEnum) else value


def built(kind: Any, data: Any) -> Any:
    """The value of the type `kind` that `plain` made `data` of; raises TypeError, ValueError, KeyError, StudioError."""
    if get_origin(kind) in (Union, UnionType):
        return None if data is None else built(next(one for one in get_args(kind) if one is not NoneType), data)
    if get_origin(kind) is tuple:
        return tuple(built(get_args(kind)[0], item) for item in data)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: built(hints[name], value) for name, value in dict(data).items()})
    if kind is Path or (isinstance(kind, type) and issubclass(kind, StrEnum)):
        return kind(data)
    if not isinstance(data, (int, float) if kind is float else kind):
        raise TypeError(f"{data!r} is no {kind}")
    return data
