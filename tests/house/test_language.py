"""What inspectors read comes from the catalogues, so no Chinese stands in the code."""

import ast
import re
from collections.abc import Iterator

from tests.house.tree import Source, listed, sources

SHOWN = tuple(f"fieldapp/{name}/" for name in ("screens", "widgets", "services", "presentation", "plain", "cli"))
"""Where text for people is made; the catalogues live in fieldapp/text."""
CJK = re.compile(r"[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef]")
"""Chinese characters and their punctuation."""

ALLOWED: dict[tuple[str, str], str] = {
    (
        "fieldapp/cli/app_command.py",
        "\x1b[2J\x1b[H\n  巡格 Xunge …",
    ): "the product's name; no catalogue is loaded yet",
    ("fieldapp/services/exporting.py", "=+-@\t\r＝＋－＠"): "signs, full width too, that make a spreadsheet compute",
}
"""(path, literal) to the reason it is no catalogue entry. An entry nobody needs any more fails."""


def chinese_literals(source: Source) -> Iterator[tuple[ast.Constant, str]]:
    """Yield string literals with Chinese in them, docstrings apart."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield from [(node, node.value)] if CJK.search(node.value) else []


def test_no_chinese_literal_stands_outside_the_catalogues() -> None:
    findings = [
        f"{source.at(node)}: {value[:40]!r}"
        for source in sources(*SHOWN)
        for node, value in chinese_literals(source)
        if (source.path, value) not in ALLOWED
    ]
    assert not findings, listed(findings, 'write _("English") and put the Chinese into fieldapp/text')


def test_the_allow_list_has_no_dead_entry() -> None:
    alive = {(source.path, value) for source in sources(*SHOWN) for _, value in chinese_literals(source)}
    findings = [f"{path}: {value!r}" for path, value in ALLOWED if (path, value) not in alive]
    assert not findings, listed(findings, "remove from ALLOWED")


def test_a_planted_literal_is_found_and_a_docstring_is_not() -> None:
    text = '"""报到 in the docstring."""\nname = "a"\nshown = f"{name} 报到"\n'
    planted = Source("planted.py", text, ast.parse(text))
    assert [value for _, value in chinese_literals(planted)] == [" 报到"]
