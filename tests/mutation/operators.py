"""What can be wrong with one node of a program: each operator yields the node as a slip of the hand would leave it."""

import ast
import copy
from collections.abc import Iterator

from tests.mutation.sql import is_statement, sql_slips

Slip = tuple[str, ast.AST]
"""Name of the operator, and the node that stands in place of the right one."""

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_CALCULATED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_TWINS = {"min": "max", "max": "min", "any": "all", "all": "any"}
_UNSWAPPED = {"min", "max", "isinstance", "getattr", "zip", "execute", "executemany", "write", "submit", "run"}
"""Calls whose first two arguments are alike in meaning, or so unlike that the swap never even starts."""

_CONNECTIONS = ("connection", "db", "cursor", "path")


def slips_of(node: ast.AST) -> Iterator[Slip]:
    """Yield every slip of one expression or statement."""
    match node:
        case ast.Compare():
            yield from _compared(node)
        case ast.BoolOp():
            yield "boolean", _but(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not()):
            yield "boolean", copy.deepcopy(node.operand)
        case ast.BinOp() | ast.AugAssign() if type(node.op) in _CALCULATED:
            yield "arithmetic", _but(node, op=_CALCULATED[type(node.op)]())
        case ast.Constant():
            yield from _constant(node)
        case ast.IfExp():
            yield "swap", _but(node, body=node.orelse, orelse=node.body)
        case ast.Call():
            yield from _called(node)
    yield from _statement(node)


def _statement(node: ast.AST) -> Iterator[Slip]:
    match node:
        case ast.If() | ast.While() if not isinstance(node.test, ast.Compare | ast.UnaryOp):
            yield "condition", _but(node, test=ast.UnaryOp(ast.Not(), node.test))
        case ast.Return(value=ast.expr()) if not isinstance(node.value, ast.Constant):
            yield "return", ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call() | ast.Await()) | ast.Raise():
            yield "removed", ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield "removed", ast.Pass()
        case ast.AugAssign():
            yield "removed", ast.Pass()
        case ast.Break():
            yield "flow", ast.Continue()
        case ast.Continue():
            yield "flow", ast.Break()


def _compared(node: ast.Compare) -> Iterator[Slip]:
    for place, operator in enumerate(node.ops):
        for other in _COMPARED[type(operator)]:
            yield "comparison", _but(node, ops=[*node.ops[:place], other(), *node.ops[place + 1 :]])


def _constant(node: ast.Constant) -> Iterator[Slip]:
    value = node.value
    if isinstance(value, bool):
        yield "constant", ast.Constant(not value)
    elif isinstance(value, int | float):
        yield "constant", ast.Constant(value + 1)
    elif isinstance(value, str) and is_statement(value):
        for text in sql_slips(value):
            yield "sql", ast.Constant(text)


def _called(node: ast.Call) -> Iterator[Slip]:
    if isinstance(node.func, ast.Name) and node.func.id in _TWINS:
        yield "twin", _but(node, func=ast.Name(_TWINS[node.func.id], ast.Load()))
    if _is_swappable(node):
        first, second, *others = node.args
        yield "swap", _but(node, args=[second, first, *others])


def _is_swappable(node: ast.Call) -> bool:
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if len(node.args) < 2 or called in _UNSWAPPED:
        return False
    return not any(
        isinstance(arg, ast.Starred | ast.Lambda) or (isinstance(arg, ast.Name) and arg.id in _CONNECTIONS)
        for arg in node.args[:2]
    )


def _but(node: ast.AST, **changed: object) -> ast.AST:
    other = copy.deepcopy(node)
    for name, value in changed.items():
        setattr(other, name, copy.deepcopy(value))
    return other
