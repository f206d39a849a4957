"""Parts of the toolkit that this app has no use for; they are not loaded, for half of the start goes by in loading.

The toolkit's application class names them when it is loaded, and uses them only in what this app has switched off or
never calls. A house test starts the app in a process of its own and finds none of them.
"""

import sys
import typing
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

ABSENT = {
    "textual.command": "the command palette: ENABLE_COMMAND_PALETTE is false",
    "platformdirs": "where a browser would put downloads: nothing is downloaded",
    "textual.canvas": "lines between the cells of a grid: no style here draws any",
    "msgspec.inspect": "descriptions of types: the case API makes them, the tablet never",
    "msgspec._json_schema": "the same as JSON Schema",
}
"""Modules that are stood in for, and why nobody misses them."""

TYPING_EXTENSIONS = "typing_extensions"
"""What Python's own `typing` stands in for until the first paint: the toolkit wants names of it that Python has."""

OPENSSL_DIGESTS = "_hashlib"
"""OpenSSL's digests: 3.5 MB for what Python's own do as well, some hundred small ones at a time."""

OWN_DIGESTS = ("_sha256", "_sha2")
"""Python's own SHA-256, by the names of its releases; a Python that was built without it keeps OpenSSL's."""

FAILING = ("ssl",)
"""Modules without which asyncio loads as on a Python that lacks them; the sync worker has its own connection."""


class Absent:
    """Something of a module that was left out: it can be named and derived from, never made."""

    def __init__(self, *_values: object, **_named: object) -> None:
        raise LookupError(f"{type(self).__qualname__} was left out; see {__name__}")


class AbsentModule(ModuleType):
    """A module that was left out; whatever is asked of it is `Absent`."""

    def __getattr__(self, name: str) -> type[Absent]:
        """Return a placeholder for a public name."""
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (Absent,), {"__qualname__": f"{self.__name__}.{name}"})


class TypingInstead(ModuleType):
    """`typing` under the other name; what Python's does not have is the real module's."""

    def __getattr__(self, name: str) -> object:
        """Return a name of `typing`, else load the real module and return its."""
        if name.startswith("__"):
            raise AttributeError(name)
        if hasattr(typing, name):
            return getattr(typing, name)
        let_in_again()
        return getattr(import_module(TYPING_EXTENSIONS), name)


def leave_out_unused() -> None:
    """Load asyncio, and let the toolkit be loaded, without what the app does not use.

    In a process that has the toolkit already nothing changes.
    """
    if "textual" in sys.modules:
        return
    if "asyncio" not in sys.modules:
        _load_asyncio()
    for name in ABSENT.keys() - sys.modules.keys():
        sys.modules[name] = AbsentModule(name)
    if any(find_spec(name) for name in OWN_DIGESTS):
        # For good: hashlib then takes Python's own, as on a Python without OpenSSL.
        sys.modules.setdefault(OPENSSL_DIGESTS, None)  # type: ignore[arg-type]  # as below
    sys.modules.setdefault(TYPING_EXTENSIONS, TypingInstead(TYPING_EXTENSIONS))


def let_in_again() -> None:
    """Give whoever is loaded from now on the real `typing_extensions`, whose names may do more than Python's."""
    if isinstance(sys.modules.get(TYPING_EXTENSIONS), TypingInstead):
        del sys.modules[TYPING_EXTENSIONS]


def _load_asyncio() -> None:
    blocked = [name for name in FAILING if name not in sys.modules]
    sys.modules.update(dict.fromkeys(blocked))  # type: ignore[arg-type]  # None makes an import fail, as documented
    try:
        import asyncio  # noqa: F401 - loaded for those who import it later
    finally:
        for name in blocked:
            del sys.modules[name]
