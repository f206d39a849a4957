"""Styles do not leak: every rule begins with one of our classes, and the app alone loads the files."""

import ast
from pathlib import Path

import pytest
from textual.app import App
from textual.css.model import Selector, SelectorType
from textual.css.stylesheet import Stylesheet, StylesheetParseError

from fieldapp.app import FieldApp
from fieldapp.screens import PANELS, SCREENS
from fieldapp.styles import AT_FIRST, LATER
from fieldapp.styles.themes import themes
from tests.house.tree import ROOT, listed, sources, tracked_files

STYLES = "fieldapp/styles/"


def style_files() -> list[str]:
    return [name for name in tracked_files() if name.startswith(STYLES) and name.endswith(".tcss")]


def our_widget_names() -> set[str]:
    """Return the names of every class in the app's own packages."""
    return {
        node.name for source in sources("fieldapp/") for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef)
    }


def first_selectors(css: str) -> list[Selector]:
    """Return what each rule begins with, nested rules with what encloses them.

    Raises:
        StylesheetParseError: Textual cannot read it.
    """
    sheet = Stylesheet(variables=App().get_css_variables() | themes()[0].variables)
    sheet.add_source(css)
    sheet.parse()
    return [selector_set.selectors[0] for rule in sheet.rules for selector_set in rule.selector_set]


def unscoped(css: str) -> list[str]:
    """Return the first selectors that reach beyond our own screens and widgets."""
    ours = our_widget_names()
    return [
        selector.name
        for selector in first_selectors(css)
        if not (selector.type == SelectorType.CLASS or (selector.type == SelectorType.TYPE and selector.name in ours))
    ]


def test_there_are_styles() -> None:
    assert style_files(), f"no .tcss under {STYLES}: this file guards nothing"


@pytest.mark.parametrize("name", style_files())
def test_every_rule_begins_with_one_of_our_classes(name: str) -> None:
    try:
        findings = unscoped((ROOT / name).read_text(encoding="utf-8"))
    except StylesheetParseError as exc:
        pytest.fail(f"{name}: {exc}", pytrace=False)
    assert not findings, listed(findings, f"{name}: begin the rule with the screen's or the widget's class")


@pytest.mark.parametrize("css", ["Button { color: red; }", "* { color: red; }", "#save { color: red; }"])
def test_a_planted_rule_for_everybody_is_found(css: str) -> None:
    assert unscoped(css)


def test_every_file_is_read_with_the_screen_or_panel_it_belongs_to() -> None:
    known = {*AT_FIRST, *LATER, *PANELS, *SCREENS}
    strays = {Path(name).stem for name in style_files()} - known
    assert not strays, f"no screen or panel has these names, so nothing reads the sheets: {sorted(strays)}"


def test_the_app_reads_nothing_before_it_is_shown_but_what_home_wears() -> None:
    assert [Path(path).stem for path in FieldApp.CSS_PATH] == list(AT_FIRST)


def test_no_screen_or_widget_loads_styles_of_its_own() -> None:
    findings = [
        f"{source.at(statement)}: {node.name}"
        for source in sources("fieldapp/")
        if source.path != "fieldapp/app.py"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if names_assigned(statement) & {"CSS", "CSS_PATH"}
    ]
    assert not findings, listed(findings, f"move it to a file under {STYLES}; a screen's CSS_PATH leaks into others")


def names_assigned(statement: ast.stmt) -> set[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return {target.id for target in targets if isinstance(target, ast.Name)}
