"""For a message's type, every field with values that it may not have, and where the answer must say so."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import Struct, inspect

ANY_JSON: tuple[Any, ...] = (None, True, 7, 1.5, "text", [], [[]], {}, {"a": 1}, 10**30, -(10**30), "\x00", "é" * 70)
"""Values of every type that JSON has, also the unwieldy ones."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A value at a place of a message.

    Attributes:
        keys: way to the place: field names and list indices.
        path: the JSON path by which the answer names it.
    """

    keys: tuple[str | int, ...]
    path: str
    value: Any

    def put_into(self, message: Any) -> Any:
        """Return the message with the value at its place."""
        return _with(message, self.keys, self.value)


def wrong_values(message_type: type[Struct]) -> Iterator[Wrong]:
    """Yield every wrong value for every field of a message and of what it holds."""
    yield from _of(inspect.type_info(message_type), (), "$")


def missing_fields(message_type: type[Struct], keys: tuple[str, ...] = (), path: str = "$") -> Iterator[Wrong]:
    """Yield every required field as one to leave out; `path` names the object that lacks it."""
    info = inspect.type_info(message_type)
    assert isinstance(info, inspect.StructType)
    for field in info.fields:
        if field.required:
            yield Wrong((*keys, field.encode_name), path, None)
        if isinstance(field.type, inspect.StructType):
            yield from missing_fields(field.type.cls, (*keys, field.encode_name), f"{path}.{field.encode_name}")


def without(message: Any, keys: tuple[str | int, ...]) -> Any:
    """Return the message without the field at a place."""
    first, *rest = keys
    if not rest:
        return {name: value for name, value in message.items() if name != first}
    return message | {first: without(message[first], tuple(rest))}


def _of(info: inspect.Type, keys: tuple[str | int, ...], path: str) -> Iterator[Wrong]:
    for value in (*ANY_JSON, *_beyond(info)):
        if not _is_right(info, value):
            yield Wrong(keys, path, value)
    yield from _inside(info, keys, path)


def _inside(info: inspect.Type, keys: tuple[str | int, ...], path: str) -> Iterator[Wrong]:
    match info:
        case inspect.StructType():
            for field in info.fields:
                yield from _of(field.type, (*keys, field.encode_name), f"{path}.{field.encode_name}")
        case inspect.UnionType():
            for one in info.types:
                yield from _inside(one, keys, path)
        case inspect.TupleType():
            for place, item in enumerate(info.item_types):
                yield from _of(item, (*keys, place), f"{path}[{place}]")
        case inspect.DictType():
            yield from _of(info.value_type, (*keys, "some"), f"{path}[...]")
        case inspect.ListType() if not isinstance(info.item_type, inspect.RawType):
            yield from _of(info.item_type, (*keys, 0), f"{path}[0]")


def _beyond(info: inspect.Type) -> Iterator[Any]:
    match info:
        case inspect.IntType():
            yield from (bound for bound in (_less(info.ge), _more(info.le)) if bound is not None)
            yield from ("1", 1.0)
        case inspect.ListType() if info.max_length is not None:
            yield [0] * (info.max_length + 1)
        case inspect.UnionType():
            for one in info.types:
                yield from _beyond(one)


def _less(bound: int | None) -> int | None:
    return None if bound is None else bound - 1


def _more(bound: int | None) -> int | None:
    return None if bound is None else bound + 1


def _is_right(info: inspect.Type, value: Any) -> bool:
    """Tell whether the type itself would take a value; the whole server is then asked to agree."""
    if isinstance(info, inspect.UnionType):
        return any(_is_right(one, value) for one in info.types)
    if isinstance(info, inspect.IntType):
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        return is_whole and (info.ge is None or value >= info.ge) and (info.le is None or value <= info.le)
    if isinstance(info, inspect.FloatType):
        return isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(info, inspect.ListType):
        return isinstance(value, list) and len(value) <= (info.max_length or len(value))
    if isinstance(info, inspect.StrType):
        return isinstance(value, str) and info.pattern is None
    plainly: dict[type[inspect.Type], Any] = {inspect.NoneType: None, inspect.DictType: {}}
    return isinstance(value, bool) if isinstance(info, inspect.BoolType) else plainly.get(type(info), ...) == value


def _with(message: Any, keys: tuple[str | int, ...], value: Any) -> Any:
    if not keys:
        return value
    first, *rest = keys
    if isinstance(first, int):
        assert isinstance(message, list)
        return [_with(item, tuple(rest), value) if place == first else item for place, item in enumerate(message)]
    return message | {first: _with(message.get(first), tuple(rest), value)}


def plain(message: Struct) -> Any:
    """Return a message as decoded JSON, to be spoilt."""
    return msgspec.json.decode(msgspec.json.encode(message))
