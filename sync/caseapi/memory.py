"""What the C library does with memory that is not needed any more.

By itself it keeps a heap for each of a dozen threads, and in each what one herd of tablets once needed: what is freed
between small things that stay is never given back. One heap serves all, since Python lets one thread work at a time,
and a buffer as large as a piece of a photo is taken from the system and returned to it.
"""

import ctypes

LARGE_BYTES = 16 * 1024
"""From how many bytes on a buffer is the system's; the library's own limit grows with what it sees freed."""

TRIM_BYTES = 1024 * 1024
"""How much free memory the heap keeps at its end."""

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Options of glibc's `mallopt` (malloc.h)."""


def give_back() -> None:
    """Let freed memory go back to the system, where the C library is glibc; elsewhere nothing changes."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for option, value in ((_ARENA_MAX, 1), (_MMAP_THRESHOLD, LARGE_BYTES), (_TRIM_THRESHOLD, TRIM_BYTES)):
            mallopt(option, value)
