"""The content coding `x-xunge-1`: zlib with a dictionary that both ends ship, for bodies that are alike every day.

A dictionary once released is never changed: another one gets another number, and a server reads every number it ever
shipped. zlib's stream names its dictionary by a checksum, so a wrong one is an error, never wrong bytes.
"""

import pkgutil
import zlib
from functools import cache

XUNGE_1 = "x-xunge-1"
"""Name of the coding in `Content-Encoding` and `Accept-Encoding`."""

REQUEST_CODINGS = ("gzip", XUNGE_1)
"""Codings of request bodies that this program reads; it says so in `Accept-Encoding` of its answers (RFC 9110)."""

_DICTIONARIES = {XUNGE_1: "dictionaries/xunge-1.txt"}
LARGE_BYTES = 64 * 1024
"""Bodies from here on are packed less thoroughly: a tenth more bytes in two thirds of the time. On a line of 1 Mbit/s
that is as quick, on any better one quicker; a day's records stay below it."""

# The bodies are hex digits and short repeats: level 9 with this strategy packs them a tenth smaller than the default.
_LEVEL, _LEVEL_OF_LARGE, _WINDOW, _MEMORY, _STRATEGY = 9, 6, 15, 9, zlib.Z_FILTERED

SMALL_BYTES = 4 * 1024
"""Bodies below this fit into one block also in little memory: as small in a third of the time, most of which goes by in
getting the memory ready."""

_MEMORY_OF_SMALL = 5


def xunge_body(data: bytes) -> bytes:
    """Return the body compressed for `Content-Encoding: x-xunge-1`; the same bytes for the same body."""
    level = _LEVEL if len(data) < LARGE_BYTES else _LEVEL_OF_LARGE
    memory = _MEMORY_OF_SMALL if len(data) < SMALL_BYTES else _MEMORY
    packer = zlib.compressobj(level, zlib.DEFLATED, _WINDOW, memory, _STRATEGY, dictionary(XUNGE_1))
    return packer.compress(data) + packer.flush()


def accepts(header: str, coding: str) -> bool:
    """Tell whether an `Accept-Encoding` header lists a coding and does not give it weight 0."""
    for part in header.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() == coding:
            return not weight or weight.replace(" ", "").removeprefix("q=").strip("0.") != ""
    return False


def xunge_unpacker() -> "zlib._Decompress":
    """Return what unfolds one body of `x-xunge-1`; its caller bounds what comes out."""
    return zlib.decompressobj(_WINDOW, zdict=dictionary(XUNGE_1))


@cache
def dictionary(coding: str) -> bytes:
    """Return the dictionary of a coding; the most used text stands last, where references to it are shortest."""
    data = pkgutil.get_data("sync", _DICTIONARIES[coding])
    assert data is not None  # noqa: S101 - the package's own loader always gives bytes
    return data
