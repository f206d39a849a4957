"""httpx as a tablet needs it: without the command line that it loads where click and rich are installed.

That is 3 MB of a colouring library which nobody here calls; httpx itself expects that it may be missing.
"""

import sys

COMMAND_LINE = "httpx._main"
"""The part of httpx that is left out."""

_IS_LEFT_OUT = "httpx" not in sys.modules

if _IS_LEFT_OUT:
    sys.modules[COMMAND_LINE] = None  # type: ignore[assignment]  # None makes an import fail, as documented
try:
    import httpx
finally:
    if _IS_LEFT_OUT:
        del sys.modules[COMMAND_LINE]

__all__ = ["COMMAND_LINE", "httpx"]
