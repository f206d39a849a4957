"""The keymap is the only place where keys are bound, and everything in it can be pressed, touched and understood."""

import inspect
from importlib import import_module

import pytest
from textual.screen import Screen

from fieldapp.form_panel import FormPanel
from fieldapp.keymap import (
    ACTIONS,
    EVERYWHERE,
    OF_THE_APP,
    REASONS,
    TYPING,
    Action,
    Need,
    action_for,
    digit_key,
    reason_against,
)
from fieldapp.ordered import OrderedWork
from fieldapp.panel import Kit, Panel
from fieldapp.panel_stack import HOME
from fieldapp.screens import PANELS, SCREENS, panel_class
from fieldapp.stage import Stage
from tests.fieldapp.fakes import make_world

PAGES = sorted({action.panel for action in ACTIONS} - {EVERYWHERE})


def doers() -> dict[str, object]:
    """Return who carries the actions of each page out."""
    work = OrderedWork()
    kit = Kit(make_world().services, work)
    work.close()
    found: dict[str, object] = {}
    for name in PANELS:
        panel: Panel = panel_class(name)(kit, Stage(kit))
        steps = panel.steps.values() if isinstance(panel, FormPanel) else ()
        found |= {step.page: step for step in steps} or {page: panel for page in PAGES if page.split(".")[0] == name}
    return found


@pytest.mark.parametrize("action", [action for action in ACTIONS if action.panel != EVERYWHERE], ids=lambda one: one.id)
def test_every_action_has_somebody_who_carries_it_out(action: Action) -> None:
    doer = doers()[action.panel]
    if action.opens:
        assert action.opens in PANELS
        return
    method = getattr(doer, f"do_{action.verb}", None)
    assert inspect.iscoroutinefunction(method), f"{type(doer).__name__}.do_{action.verb}"
    assert len(inspect.signature(method).parameters) == (1 if action.is_choice else 0)


def test_every_method_that_carries_out_has_its_action() -> None:
    found = doers()
    for doer in found.values():
        verbs = {name.removeprefix("do_") for name in dir(doer) if name.startswith("do_")}
        pages = {page for page, other in found.items() if other is doer}
        assert verbs <= {action.verb for action in ACTIONS if action.panel in pages}, pages


@pytest.mark.parametrize("page", PAGES)
def test_a_key_means_one_thing_on_a_page(page: str) -> None:
    taken: dict[str, str] = {}
    for action in [action for action in ACTIONS if action.panel == page]:
        for key in action.keys:
            other = taken.setdefault(key, action.id)
            alternatives = {action.id, other} in ({"today.start", "today.end"},)
            assert other == action.id or alternatives, f"{key} is {other} and {action.id}"


@pytest.mark.parametrize("page", [page for page in PAGES if page != HOME])
def test_no_page_takes_a_key_that_every_page_has(page: str) -> None:
    common = {key for action in ACTIONS if action.panel == EVERYWHERE for key in action.keys}
    own = {key for action in ACTIONS if action.panel == page for key in action.keys}
    assert not common & own


def test_digits_are_mirrored_by_function_keys() -> None:
    assert [digit_key(f"f{number}") for number in range(1, 11)] == [*"1234567890"]
    assert digit_key("f12") == "f12"


def test_while_a_line_is_typed_no_digit_is_a_key() -> None:
    assert not [action for action in ACTIONS if action.panel == TYPING]
    assert action_for(TYPING, "1") is None


def test_every_need_has_its_reason() -> None:
    assert set(REASONS) == set(Need)
    for action in ACTIONS:
        for need in action.needs:
            assert reason_against(action, set(action.needs) - {need})


def test_the_app_has_its_own_actions_bound() -> None:
    assert {action.id for action in ACTIONS} >= OF_THE_APP


@pytest.mark.parametrize(("name", "class_name"), [*PANELS.items(), *SCREENS.items()])
def test_every_panel_and_screen_is_where_the_registry_says(name: str, class_name: str) -> None:
    found = getattr(import_module(f"fieldapp.screens.{name}"), class_name)
    if issubclass(found, Screen):
        assert found.AUTO_FOCUS == "", "a hidden line must not swallow the digits"
    else:
        assert name == found.NAME
