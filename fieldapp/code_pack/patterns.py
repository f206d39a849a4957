"""Regular expressions as Python's compiler left them: a start needs ninety, and compiling them is a fifteenth of it.

The compiler is written in Python, and what it hands to the machine behind `re` is a list of numbers. These are kept
with the pack, so they are of this very Python. A machine that does not take them says so, and `re` compiles as ever.
"""

from collections.abc import MutableMapping
from importlib import import_module
from types import ModuleType

COMPILER = "re._compiler"
"""The part of `re` that is asked for what it has not met yet; elsewhere in another Python, which then compiles."""

Asked = tuple[str | bytes, int]
"""A pattern and its flags."""

Ready = tuple[int, bytes, int, dict[str, int], tuple[str | None, ...]]
"""What the machine is handed beside the pattern: all flags, the numbers as unsigned ints, groups and their names."""


def compiler_of_patterns() -> ModuleType | None:
    """Return the part of `re` that compiles, None where `re` is built otherwise."""
    try:
        compiler = import_module(COMPILER)
    except ImportError:
        return None
    return compiler if hasattr(compiler, "compile") and hasattr(compiler, "_sre") else None


def use_ready(ready: MutableMapping[Asked, Ready]) -> None:
    """Let `re` take these instead of compiling, each once: it remembers them itself."""
    compiler = compiler_of_patterns()
    if compiler is None:
        return
    usual, machine = compiler.compile, compiler._sre.compile

    def compiled(pattern: str | bytes, flags: int = 0) -> object:
        known = ready.pop((pattern, flags), None)
        if known is not None:
            all_flags, numbers, *groups = known
            try:
                return machine(pattern, all_flags, memoryview(numbers).cast("I").tolist(), *groups)
            except (RuntimeError, ValueError, TypeError, OverflowError):
                # Not as it was written.
                pass
        return usual(pattern, flags)

    vars(compiler)["compile"] = compiled
