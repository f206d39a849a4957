"""Files, functions and classes stay small enough to be read in one go."""

import ast
import statistics
from collections.abc import Iterator

from tests.house.tree import PACKAGES, Source, listed, sources

FILE_LINES = 400
"""Hard limit of a file, in physical lines; the aim is 300."""
FUNCTION_LINES = 60
"""Hard limit of a function, from `def` to its last line."""
CLASS_METHODS = 20
"""Hard limit of a class, in functions of its body."""
USUAL_FUNCTION_LINES = 50
"""19 of 20 functions are shorter than this."""
MEDIAN_FUNCTION_LINES = 15
"""Half of the functions are at most this long."""

EXCEPTIONS: dict[str, int] = {}
"""Item (`path`, or `path::Class.function`) to the size it may have. It only shrinks: what fits again leaves it."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def definitions(source: Source) -> Iterator[tuple[str, Definition]]:
    """Yield every class and function of a file, with its dotted name, nested ones too."""

    def below(node: ast.AST, prefix: str) -> Iterator[tuple[str, Definition]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield f"{prefix}{child.name}", child
                yield from below(child, f"{prefix}{child.name}.")
            else:
                yield from below(child, prefix)

    yield from below(source.tree, "")


def lines_of(node: Definition) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def oversized() -> dict[str, tuple[int, int]]:
    """Return every item over its limit: its size and the limit."""
    found: dict[str, tuple[int, int]] = {}
    for source in sources(*PACKAGES, "tests/"):
        measured = [(source.path, source.text.count("\n"), FILE_LINES)]
        for name, node in definitions(source):
            item = f"{source.path}::{name}"
            if isinstance(node, ast.ClassDef):
                methods = sum(isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) for child in node.body)
                measured.append((item, methods, CLASS_METHODS))
            else:
                measured.append((item, lines_of(node), FUNCTION_LINES))
        found |= {item: (size, limit) for item, size, limit in measured if size > limit}
    return found


def test_no_file_function_or_class_is_over_its_limit() -> None:
    findings = [
        f"{item} has {size}, the limit is {EXCEPTIONS.get(item, limit)}"
        for item, (size, limit) in oversized().items()
        if size > EXCEPTIONS.get(item, limit)
    ]
    assert not findings, listed(findings, "split by concept, not by length")


def test_the_table_of_exceptions_only_shrinks() -> None:
    sizes = oversized()
    findings = [
        f"{item}: allowed {allowed}, has {sizes[item][0] if item in sizes else 'no need of it'}"
        for item, allowed in EXCEPTIONS.items()
        if item not in sizes or sizes[item][0] < allowed
    ]
    assert not findings, listed(findings, "well done: lower or remove the entry in EXCEPTIONS")


def test_functions_are_short_on_the_whole() -> None:
    sizes = sorted(
        lines_of(node)
        for source in sources(*PACKAGES)
        for _, node in definitions(source)
        if not isinstance(node, ast.ClassDef)
    )
    usual = sizes[int(len(sizes) * 0.95)]
    assert usual < USUAL_FUNCTION_LINES, f"one function in 20 is over {usual} lines: split the longest"
    assert statistics.median(sizes) <= MEDIAN_FUNCTION_LINES
