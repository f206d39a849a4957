"""Sizes in words."""

_UNITS = ("B", "KB", "MB", "GB", "TB")
_STEP = 1024


def size_text(size_bytes: int) -> str:
    """Return a size with at most one decimal, as in ``1.5 GB``."""
    size = float(max(0, size_bytes))
    for unit in _UNITS:
        if size < _STEP or unit == _UNITS[-1]:
            digits = f"{size:.1f}" if size < 10 and unit != "B" else f"{size:.0f}"
            return f"{digits.removesuffix('.0')} {unit}"
        size /= _STEP
    return ""
