"""Outside text never meets markup: only the Plain family may touch Textual's text widgets."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.tree import Source, listed, sources

PLAIN = frozenset({"fieldapp/widgets/plain.py", "fieldapp/widgets/line.py"})
"""The files that wrap Textual's text widgets with markup off."""

MARKUP_WIDGETS = frozenset(
    {
        "Static",
        "Label",
        "Button",
        "OptionList",
        "DataTable",
        "Checkbox",
        "RadioButton",
        "RadioSet",
        "SelectionList",
        "Select",
        "Collapsible",
        "Link",
        "Markdown",
        "MarkdownViewer",
        "Tab",
        "Tabs",
        "TabbedContent",
        "TabPane",
        "Tree",
        "DirectoryTree",
        "Tooltip",
        "Placeholder",
        "Pretty",
        "RichLog",
        "Log",
    }
)
"""Widgets of Textual that read markup in what they show, or show outside text as it comes."""
MARKUP_ATTRIBUTES = frozenset({"border_title", "border_subtitle", "tooltip"})
"""Attributes of every widget whose string is read as markup."""
SAFE_MAKERS = frozenset({"Content", "plain_content"})
"""Calls whose result is no longer markup."""


def imported_names(source: Source) -> Iterator[tuple[ast.ImportFrom, str]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual.widgets"):
            for alias in node.names:
                yield node, alias.name


def findings_in(source: Source) -> Iterator[str]:
    """Yield every place of a file where outside text could be read as markup."""
    for node, name in imported_names(source):
        if name in MARKUP_WIDGETS:
            yield f"{source.at(node)}: imports {name}"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import) and any(alias.name.startswith("textual.widgets") for alias in node.names):
            yield f"{source.at(node)}: imports textual.widgets whole"
        if isinstance(node, ast.Call) and (reason := unsafe_call(node)):
            yield f"{source.at(node)}: {reason}"
        if isinstance(node, ast.Assign) and any(map(reads_markup, node.targets)) and not is_safe(node.value):
            yield f"{source.at(node)}: a string for {ast.unparse(node.targets[0])} is read as markup"
        if isinstance(node, ast.FunctionDef) and may_render_a_string(node):
            yield f"{source.at(node)}: render() may return a string, which is read as markup; return Content"


def unsafe_call(node: ast.Call) -> str | None:
    """Return what is wrong with a call that reads markup, None when nothing is."""
    called = ast.unparse(node.func)
    if called.endswith(".from_markup"):
        return f"{called}() reads markup"
    if called.endswith(".notify"):
        markup = next((keyword.value for keyword in node.keywords if keyword.arg == "markup"), None)
        if not (isinstance(markup, ast.Constant) and markup.value is False):
            return f"{called}() without markup=False"
    return None


def may_render_a_string(node: ast.FunctionDef) -> bool:
    return node.name == "render" and node.returns is not None and ast.unparse(node.returns) in {"str", "RenderResult"}


def reads_markup(target: ast.expr) -> bool:
    return isinstance(target, ast.Attribute) and target.attr in MARKUP_ATTRIBUTES


def is_safe(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return ast.unparse(value.func).rpartition(".")[2] in SAFE_MAKERS
    return isinstance(value, ast.Constant)


def test_only_the_plain_family_touches_text_widgets() -> None:
    findings = [found for source in sources("fieldapp/") if source.path not in PLAIN for found in findings_in(source)]
    assert not findings, listed(findings, f"use the Plain family of {sorted(PLAIN)} (markup off), or Content(text)")


@pytest.mark.parametrize(
    "planted",
    [
        "from textual.widgets import Static",
        "from textual.widgets._label import Label",
        "import textual.widgets",
        "self.notify(note)",
        "self.app.notify(note, markup=True)",
        "widget.border_title = note",
        "label = Text.from_markup(note)",
        "class Tile(Widget):\n    def render(self) -> str:\n        return self.note",
    ],
)
def test_a_planted_bare_widget_is_found(planted: str) -> None:
    assert list(findings_in(Source("planted.py", planted, ast.parse(planted))))


@pytest.mark.parametrize(
    "innocent",
    [
        "from textual.widgets import Input",
        "from fieldapp.widgets.plain import PlainLabel",
        "self.notify(note, markup=False)",
        "widget.border_title = Content(note)",
        "widget.border_title = None",
    ],
)
def test_the_plain_ways_are_let_through(innocent: str) -> None:
    assert not list(findings_in(Source("innocent.py", innocent, ast.parse(innocent))))
