"""The code of everything that a start loads, in one file: a tenth of the start goes by in finding it file by file.

Whoever installs the program makes the pack once, ``python -m fieldapp.code_pack``; it lies in the package's
``__pycache__`` and is what the files there are, a copy that may go at any time. A module whose source has another size
or time than when the pack was made is loaded the usual way, and so is everything when the pack was made by another
Python, for another place, or cannot be read.
"""

import marshal
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

LOADED_AT_START = (
    "fieldapp.cli.tablet_app",
    "fieldapp.cli.app_command",
    "fieldapp.bootstrap",
    "fieldapp.crashes",
    "fieldapp.serial_readers",
    "fieldapp.widgets.status_bar",
    "logging.handlers",
    "textual.layouts.factory",
    "tomllib",
    "sync.tablet.session",
)
"""What a start loads, until it is painted and after it; each brings what it needs."""

Entry = tuple[str, bool, int, int, int, int]
"""Of a module: its source, whether it is a package, the source's time in ns and size; where its code is, how long."""

FORMAT = b"xunge pack 1\n"
"""First bytes of a pack; another layout has another number."""

_LENGTH_BYTES = 8


def use_pack(path: Path | None = None) -> bool:
    """Load modules from the pack from now on, where there is one that was made here; tell whether there is.

    Args:
        path: the pack; None the usual one.
    """
    try:
        descriptor = os.open(path or pack_path(), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    with suppress(OSError, EOFError, ValueError, TypeError):
        entries = _entries(descriptor)
        if entries is not None:
            sys.meta_path.insert(0, PackFinder(descriptor, entries))
            return True
    os.close(descriptor)
    return False


def pack_path() -> Path:
    """Return where the pack of this Python lies."""
    return Path(__file__).parent / "__pycache__" / f"start.{sys.implementation.cache_tag}.pack"


class PackFinder:
    """Finds what the pack holds, before anybody looks for it in folders."""

    def __init__(self, descriptor: int, entries: dict[str, Entry]) -> None:
        self._descriptor = descriptor
        self._entries = entries

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how a module is loaded from the pack, or None: the pack lacks it, or its source has changed."""
        entry = self._entries.get(name)
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
        with suppress(OSError, EOFError, ValueError, TypeError):
            code = marshal.loads(os.pread(*self._place))  # noqa: S302 - as trusted as the .pyc files beside it
            if isinstance(code, CodeType):
                return code
        return super().get_code(fullname)


def write_pack(path: Path | None = None, wanted: Sequence[str] = LOADED_AT_START) -> int:
    """Load what a start loads, and write the code of all that is loaded then; return how many modules there are.

    Raises:
        OSError: the file could not be written.
    """
    from fieldapp.left_out import leave_out_unused

    leave_out_unused()
    for name in wanted:
        import_module(name)
    entries: dict[str, Entry] = {}
    codes: list[bytes] = []
    offset = 0
    for name, source, is_package, code in _loaded():
        found = os.stat(source)
        packed = marshal.dumps(code)
        entries[name] = (source, is_package, found.st_mtime_ns, found.st_size, offset, len(packed))
        codes.append(packed)
        offset += len(packed)
    head = marshal.dumps((_place(), entries))
    path = path or pack_path()
    path.parent.mkdir(exist_ok=True)
    begun = path.with_suffix(f".{os.getpid()}")
    with begun.open("wb") as file:
        file.writelines((FORMAT, len(head).to_bytes(_LENGTH_BYTES), head, *codes))
        file.flush()
        os.fsync(file.fileno())
    begun.replace(path)
    return len(entries)


def _loaded() -> Iterator[tuple[str, str, bool, CodeType]]:
    for name, module in sorted(sys.modules.items()):
        spec = getattr(module, "__spec__", None)
        loader = getattr(spec, "loader", None)
        if spec is None or spec.name != name or not isinstance(loader, SourceFileLoader):
            continue
        code = loader.get_code(name)
        if code is not None:
            yield name, loader.get_filename(name), spec.submodule_search_locations is not None, code


def _entries(descriptor: int) -> dict[str, Entry] | None:
    start = os.read(descriptor, len(FORMAT) + _LENGTH_BYTES)
    if not start.startswith(FORMAT):
        return None
    head = os.read(descriptor, int.from_bytes(start[len(FORMAT) :]))
    place, entries = marshal.loads(head)  # noqa: S302 - as trusted as the .pyc files beside it
    if place != _place():
        return None
    after_head = os.lseek(descriptor, 0, os.SEEK_CUR)
    return {name: (*entry[:4], after_head + entry[4], entry[5]) for name, entry in entries.items()}


def _place() -> str:
    """Return what must be as it was when the pack was made; the first folder is the command's own."""
    return "\n".join((sys.version, str(sys.flags.optimize), sys.prefix, sys.base_prefix, __file__, *sys.path[1:]))


def main() -> int:
    """Make the pack; 0, or 1 when it could not be written."""
    try:
        count = write_pack()
    except OSError as exc:
        print(f"code_pack: {pack_path()} could not be written: {exc.strerror}", file=sys.stderr)
        return 1
    print(f"code_pack: {count} modules in {pack_path()}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
