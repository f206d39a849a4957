"""Makes mutants of a module: the same program with one slip, compiled, never written to disk."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

from tests.mutation.operators import slips_of

_LOGS = ("log", "logger")
"""Names of what writes logs; a missing line there is no fault of the program."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One slip in a module.

    Attributes:
        function: dotted name of the function or class around it; empty at the module's own level.
        kind: the operator's name.
        before, after: the slip in source, shortened to what differs.
        lines: lines of the source that must run for it to matter; empty for what runs at import.
        place: which node of the tree, and which of its slips.
    """

    module: str
    line: int
    function: str
    kind: str
    before: str
    after: str
    lines: range
    place: tuple[int, int]

    @property
    def name(self) -> str:
        """Return a name that survives changes elsewhere in the file."""
        return f"{self.module}:{self.function or '-'}: {self.before} -> {self.after}"


def mutants_of(module: str, source: str) -> list[Mutant]:
    """Return every mutant of a module, in the order of its source."""
    tree = ast.parse(source)
    left_alone = set(_left_alone(tree))
    around = _around(tree)
    found = [
        mutant
        for index, node in enumerate(ast.walk(tree))
        if id(node) not in left_alone
        for mutant in _mutants_at(module, index, node, around)
    ]
    return sorted(found, key=lambda mutant: (mutant.line, mutant.place))


def compiled(mutant: Mutant, source: str, path: str) -> CodeType:
    """Return a module's code with the slip in it."""
    tree = ast.parse(source)
    index, variant = mutant.place
    node = list(ast.walk(tree))[index]
    wrong = list(slips_of(node))[variant][1]
    _Replaced(node, ast.copy_location(wrong, node)).visit(tree)
    code: CodeType = compile(ast.fix_missing_locations(tree), path, "exec")
    return code


class _Replaced(ast.NodeTransformer):
    def __init__(self, right: ast.AST, wrong: ast.AST) -> None:
        self._right = right
        self._wrong = wrong

    def visit(self, node: ast.AST) -> ast.AST:
        """Return the wrong node in the place of the right one."""
        return self._wrong if node is self._right else self.generic_visit(node)


def _mutants_at(
    module: str, index: int, node: ast.AST, around: dict[int, tuple[str, ast.stmt | None, bool]]
) -> Iterator[Mutant]:
    function, statement, is_run = around[id(node)]
    for variant, (kind, wrong) in enumerate(slips_of(node)):
        before, after = _shortened(ast.unparse(node), ast.unparse(ast.fix_missing_locations(wrong)))
        line = getattr(node, "lineno", 0)
        lines = _lines(node, statement) if is_run else range(0)
        yield Mutant(module, line, function, kind, before, after, lines, (index, variant))


def _lines(node: ast.AST, statement: ast.stmt | None) -> range:
    # Of a compound statement only the head runs with the slip, so the node's own lines say more.
    spanned = node if statement is None or hasattr(statement, "body") else statement
    first: int = getattr(spanned, "lineno", 0)
    last: int = getattr(spanned, "end_lineno", first) if not hasattr(spanned, "body") else first
    return range(first, last + 1)


def _around(tree: ast.Module) -> dict[int, tuple[str, ast.stmt | None, bool]]:
    """Return for every node the function it is in, its statement, and whether it runs with that function."""
    found: dict[int, tuple[str, ast.stmt | None, bool]] = {}

    def below(node: ast.AST, function: str, statement: ast.stmt | None, is_run: bool) -> None:
        found[id(node)] = (function, statement, is_run)
        for name, value in ast.iter_fields(node):
            for child in value if isinstance(value, list) else [value]:
                if not isinstance(child, ast.AST):
                    continue
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    inner = f"{function}.{node.name}" if function else node.name
                    is_inside = name == "body" and not isinstance(node, ast.ClassDef)
                    below(child, inner, _statement(child, statement), is_inside)
                else:
                    below(child, function, _statement(child, statement), is_run)

    below(tree, "", None, False)
    return found


def _statement(child: ast.AST, statement: ast.stmt | None) -> ast.stmt | None:
    return child if isinstance(child, ast.stmt) else statement


def _left_alone(tree: ast.Module) -> Iterator[int]:
    """Yield the nodes whose slips nobody could see: types, sentences of errors, logs, documentation."""
    for node in ast.walk(tree):
        for part in _unseen_parts(node):
            yield from (id(below) for below in ast.walk(part))
        if isinstance(node, ast.Expr) and _is_log(node.value):
            yield id(node)


def _unseen_parts(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.AnnAssign():
            yield node.annotation
        case ast.arg(annotation=ast.expr() as annotation):
            yield annotation
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from node.decorator_list
            if node.returns is not None:
                yield node.returns
            if _only_declares(node):
                yield node.args
        case ast.ClassDef():
            yield from node.decorator_list
            yield from node.bases
            yield from (keyword.value for keyword in node.keywords)
        case ast.Raise(exc=ast.Call(args=[sentence, *_])):
            yield sentence
        case ast.Assign(value=ast.Subscript(value=ast.Name(id="Literal" | "Annotated"))):
            yield node.value
        case ast.Assign(value=ast.BinOp(op=ast.BitOr())):
            yield node.value
        case ast.Expr(value=ast.Constant()):
            yield node
        case ast.Call() if _is_log(node) or (isinstance(node.func, ast.Name) and node.func.id in ("cast", "TypeVar")):
            yield from node.args
            yield from (keyword.value for keyword in node.keywords)


def _only_declares(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Tell whether a function never runs: it says what others do, who have defaults of their own."""
    last = function.body[-1]
    return isinstance(last, ast.Expr) and isinstance(last.value, ast.Constant) and last.value.value is Ellipsis


def _is_log(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name))):
            return name in _LOGS
    return False


def _shortened(before: str, after: str) -> tuple[str, str]:
    """Return both texts on one line each, without what is alike far from where they differ."""
    before, after = " ".join(before.split()), " ".join(after.split())
    start = next((place for place, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    first = max(0, start - 40)
    return before[first : first + 90], after[first : first + 90]
