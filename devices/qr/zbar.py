"""A second opinion from zbar, where the system has that library; what it says must be judged by the caller.

It reads some codes under frost that zxing-cpp does not, but it guesses character sets. It runs in the limited process
only: crafted codes have broken its memory before (CVE-2023-40889, CVE-2023-40890).
"""

from __future__ import annotations

import ctypes
from functools import cache

LIBRARY = "libzbar.so.0"
"""Name by which the system's loader knows it."""

MAX_TEXTS = 32
"""Most texts that are taken from one picture."""

_GRAY = int.from_bytes(b"Y800", "little")
_ALL_KINDS, _QR_KIND = 0, 64
_ENABLE = 0


def texts_in(gray: bytes, width: int, height: int) -> list[str]:
    """Return what zbar reads in gray bytes, row by row; nothing where the library is absent."""
    library = _library()
    if library is None or len(gray) < width * height:
        return []
    scanner, image = library.zbar_image_scanner_create(), library.zbar_image_create()
    try:
        library.zbar_image_scanner_set_config(scanner, _ALL_KINDS, _ENABLE, 0)
        library.zbar_image_scanner_set_config(scanner, _QR_KIND, _ENABLE, 1)
        library.zbar_image_set_format(image, _GRAY)
        library.zbar_image_set_size(image, width, height)
        library.zbar_image_set_data(image, gray, len(gray), None)
        library.zbar_scan_image(scanner, image)
        texts: list[str] = []
        symbol = library.zbar_image_first_symbol(image)
        while symbol and len(texts) < MAX_TEXTS:
            texts.append(_data(library, symbol).decode("utf-8", "replace"))
            symbol = library.zbar_symbol_next(symbol)
        return texts
    finally:
        library.zbar_image_destroy(image)
        library.zbar_image_scanner_destroy(scanner)


def _data(library: ctypes.CDLL, symbol: int) -> bytes:
    return ctypes.string_at(library.zbar_symbol_get_data(symbol), library.zbar_symbol_get_data_length(symbol))


@cache
def _library() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError:
        return None
    pointer, number, size = ctypes.c_void_p, ctypes.c_int, ctypes.c_ulong
    calls: dict[str, tuple[object, list[object]]] = {
        "zbar_image_scanner_create": (pointer, []),
        "zbar_image_scanner_destroy": (None, [pointer]),
        "zbar_image_scanner_set_config": (number, [pointer, number, number, number]),
        "zbar_image_create": (pointer, []),
        "zbar_image_destroy": (None, [pointer]),
        "zbar_image_set_format": (None, [pointer, size]),
        "zbar_image_set_size": (None, [pointer, ctypes.c_uint, ctypes.c_uint]),
        "zbar_image_set_data": (None, [pointer, ctypes.c_char_p, size, pointer]),
        "zbar_scan_image": (number, [pointer, pointer]),
        "zbar_image_first_symbol": (pointer, [pointer]),
        "zbar_symbol_next": (pointer, [pointer]),
        "zbar_symbol_get_data": (pointer, [pointer]),
        "zbar_symbol_get_data_length": (ctypes.c_uint, [pointer]),
    }
    for name, (result, arguments) in calls.items():
        call = getattr(library, name)
        call.restype, call.argtypes = result, arguments
    return library
