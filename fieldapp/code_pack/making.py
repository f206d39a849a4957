"""The pack is made: everything that a start loads is loaded once, and kept."""

import marshal
import os
import re
import sys
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, SimpleNamespace
from typing import Any

from fieldapp.code_pack.patterns import Asked, Ready, compiler_of_patterns
from fieldapp.code_pack.reading import FORMAT, LENGTH_BYTES, Entry, made_for, pack_path

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


def write_pack(path: Path | None = None, wanted: Sequence[str] = LOADED_AT_START) -> int:
    """Load what a start loads, and write the code of all that is loaded then; return how many modules there are.

    Raises:
        OSError: the file could not be written.
    """
    from fieldapp.left_out import leave_out_unused

    with noted_patterns() as patterns:
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
    head = marshal.dumps((made_for(), entries, patterns))
    path = path or Path(pack_path())
    path.parent.mkdir(exist_ok=True)
    begun = path.with_suffix(f".{os.getpid()}")
    with begun.open("wb") as file:
        file.writelines((FORMAT, len(head).to_bytes(LENGTH_BYTES), head, *codes))
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


@contextmanager
def noted_patterns() -> Iterator[dict[Asked, Ready]]:
    """Note what is compiled meanwhile; nothing where `re` is built otherwise."""
    noted: dict[Asked, Ready] = {}
    compiler = compiler_of_patterns()
    if compiler is None:
        yield noted
        return
    usual, machine = compiler.compile, compiler._sre
    handed: list[tuple[Any, ...]] = []

    def hand_over(*values: Any) -> Any:
        handed.append(values)
        return machine.compile(*values)

    def compiled(pattern: str | bytes, flags: int = 0) -> Any:
        made = usual(pattern, flags)
        _pattern, all_flags, numbers, *groups = handed.pop()
        # What is parsed already, as `re.Scanner` hands it over, has no pattern by which it could be asked for.
        if type(pattern) in (str, bytes) and not all_flags & re.LOCALE:
            noted[pattern, int(flags)] = (all_flags, array("I", numbers).tobytes(), *groups)
        return made

    instead = {"compile": compiled, "_sre": SimpleNamespace(**(vars(machine) | {"compile": hand_over}))}
    vars(compiler).update(instead)
    try:
        yield noted
    finally:
        vars(compiler).update(compile=usual, _sre=machine)
