"""A start that takes its modules and regular expressions from the pack."""

import marshal
import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import CodeType, ModuleType

from fieldapp.code_pack.patterns import Ready, use_ready

Entry = tuple[str, bool, int, int, int, int]
"""Of a module: its source, whether it is a package, the source's time in ns and size; where its code is, how long."""

FORMAT = b"xunge pack 2\n"
"""First bytes of a pack; another layout has another number."""

LENGTH_BYTES = 8
"""Size of the head's length, which comes after the format."""

SPOILT = (OSError, EOFError, ValueError, TypeError)
"""What reading a pack fails with that is not as it was written."""


def use_pack(path: str | None = None) -> bool:
    """Load modules from the pack from now on, where there is one that was made here; tell whether there is.

    Args:
        path: the pack; None the usual one.
    """
    try:
        descriptor = os.open(path or pack_path(), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        head = _head(descriptor)
    except SPOILT:
        head = None
    if head is None:
        os.close(descriptor)
        return False
    entries, ready = head
    sys.meta_path.insert(0, PackFinder(descriptor, entries))
    use_ready(ready)
    return True


def pack_path() -> str:
    """Return where the pack of this Python lies."""
    package = os.path.dirname(os.path.dirname(__file__))
    return os.path.join(package, "__pycache__", f"start.{sys.implementation.cache_tag}.pack")


class PackFinder:
    """Finds what the pack holds, before anybody looks for it in folders."""

    def __init__(self, descriptor: int, entries: dict[str, Entry]) -> None:
        self._descriptor = descriptor
        self._entries = entries

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how a module is loaded from the pack, or None: the pack lacks it, or its source has changed."""
        entry = self._entries.pop(name, None)
        if entry is None:
            return None
        source, is_package, modified_ns, size, offset, length = entry
        try:
            found = os.stat(source)
        except OSError:
            return None
        if found.st_mtime_ns != modified_ns or found.st_size != size:
            return None
        loader = PackLoader(name, source, self._descriptor, offset, length)
        spec = ModuleSpec(name, loader, origin=source, is_package=is_package)
        if is_package:
            spec.submodule_search_locations = [os.path.dirname(source)]
        spec.has_location = True
        return spec


class PackLoader(SourceFileLoader):
    """Loads as ever, but that the code comes from the pack."""

    def __init__(self, name: str, source: str, descriptor: int, offset: int, length: int) -> None:
        super().__init__(name, source)
        self._place = (descriptor, length, offset)

    def get_code(self, fullname: str) -> CodeType | None:
        """Return a module's code."""
        try:
            code = marshal.loads(os.pread(*self._place))  # noqa: S302 - as trusted as the .pyc files beside it
        except SPOILT:
            code = None
        return code if isinstance(code, CodeType) else super().get_code(fullname)


def made_for() -> str:
    """Return what must be as it was when the pack was made; the first folder is the command's own."""
    return "\n".join((sys.version, str(sys.flags.optimize), sys.prefix, sys.base_prefix, __file__, *sys.path[1:]))


def _head(descriptor: int) -> tuple[dict[str, Entry], dict[tuple[str | bytes, int], Ready]] | None:
    start = os.read(descriptor, len(FORMAT) + LENGTH_BYTES)
    if not start.startswith(FORMAT):
        return None
    head = os.read(descriptor, int.from_bytes(start[len(FORMAT) :]))
    place, entries, ready = marshal.loads(head)  # noqa: S302 - as trusted as the .pyc files beside it
    if place != made_for():
        return None
    after_head = os.lseek(descriptor, 0, os.SEEK_CUR)
    return {name: (*entry[:4], after_head + entry[4], entry[5]) for name, entry in entries.items()}, ready
