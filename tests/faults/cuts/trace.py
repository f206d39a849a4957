"""What a process did to its files, as the shim wrote it down."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_HEAD = struct.Struct("<cBHIq")


class NotUnderstood(Exception):
    """The process wrote in a way that the record cannot replay; teach the shim first."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file got a handle; it is new where `is_new`, and empty where `is_emptied`."""

    handle: int
    path: str
    is_new: bool
    is_emptied: bool
    is_folder: bool


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes went to a place of a file; -1 is its end."""

    handle: int
    place: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncated:
    """A file got another size."""

    handle: int
    size: int


@dataclass(frozen=True, slots=True)
class Synced:
    """A file, or a folder's names, are on disk now."""

    handle: int


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A name is gone."""

    path: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """A file has another name, in place of what had it."""

    path: str
    target: str


@dataclass(frozen=True, slots=True)
class Made:
    """A folder was made."""

    path: str


@dataclass(frozen=True, slots=True)
class Mark:
    """The program said something to somebody."""

    data: bytes


Operation = Opened | Written | Truncated | Synced | Unlinked | Renamed | Made | Mark


def read_trace(log: Path) -> list[Operation]:
    """Return every operation, in the order in which they happened.

    Raises:
        NotUnderstood: the process wrote to a watched file in a way that cannot be replayed.
    """
    return list(_operations(log.read_bytes()))


def _operations(data: bytes) -> Iterator[Operation]:
    at = 0
    while at < len(data):
        letter, flags, handle, size, place = _HEAD.unpack_from(data, at)
        at += _HEAD.size + size
        yield _operation(letter, flags, handle, place, data[at - size : at])


def _operation(letter: bytes, flags: int, handle: int, place: int, payload: bytes) -> Operation:
    if letter not in _READERS:
        raise NotUnderstood(f"{payload.decode('ascii', 'replace')} on a watched file")
    return _READERS[letter](flags, handle, place, payload)


_READERS: dict[bytes, Callable[[int, int, int, bytes], Operation]] = {
    b"o": lambda flags, handle, place, path: Opened(
        handle, path.decode(), bool(flags & 1), bool(flags & 2), bool(place)
    ),
    b"w": lambda _, handle, place, data: Written(handle, place, data),
    b"t": lambda _, handle, size, __: Truncated(handle, size),
    b"s": lambda _, handle, __, ___: Synced(handle),
    b"u": lambda _, __, ___, path: Unlinked(path.decode()),
    b"r": lambda _, __, ___, paths: Renamed(*paths.decode().split("\0")),
    b"d": lambda _, __, ___, path: Made(path.decode()),
    b"m": lambda _, __, ___, data: Mark(data),
}
