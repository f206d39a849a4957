"""Room on a disk in words; rounded down, so that no more is promised than there is."""

_MB, _GB = 1_000_000, 1_000_000_000
_WHOLE_FROM = 10
"""From so many gigabytes on, tenths say nothing."""


def room_text(size_bytes: int) -> str:
    """Return how much room there is, as in ``12 GB``, ``9.9 GB`` or ``420 MB``."""
    if size_bytes < _GB:
        return f"{size_bytes // _MB} MB"
    tenths = size_bytes * 10 // _GB
    whole = tenths // 10
    return f"{whole} GB" if whole >= _WHOLE_FROM else f"{whole}.{tenths % 10} GB"


def room_short(size_bytes: int) -> str:
    """Return the same where there is little room, as in ``12G``."""
    return room_text(size_bytes).replace(" ", "").removesuffix("B")
