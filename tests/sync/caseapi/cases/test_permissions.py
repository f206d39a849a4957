"""Who may do what, cell by cell, and how far it reaches."""

import pytest

from sync.caseapi.cases.permissions import (
    RIGHT_OF,
    RIGHTS,
    ROLES,
    TABLE,
    Account,
    CaseScope,
    is_whole,
    may,
    may_act,
    may_dispatch_to,
    org_at,
    who_may,
)
from sync.caseapi.cases.states import TRANSITIONS
from tests.sync.caseapi.people import in_charge_of

GRID = "230108005002003"
ORGS = in_charge_of(GRID)
"""An account of each role that is in charge of the grid."""

MATRIX = """
report            y y y y y - - - - -
self_resolve      y y y - - - - - - -
read_cases        y y y y y g y y - -
read_contact      o y y y y g - - - -
answer_task       y y - - - - - - - -
ask_task          - y y y y - - - - -
send_notice       - - y y y - - - - -
file              - - y y y - - - - -
dispatch          - - y y y - - - - -
handle            - - - - - g - - - -
supervise         - - - y y - y - - -
decide_extension  - - - y y - - - - -
ask_extension     - - - - - g - - - -
own_figures       o o - - - - - - - -
assign_seats      - y - - - - - - - -
propose_catalogue - - - - y - - - - -
manage_catalogue  - - - - - - - - y -
manage_accounts   - - - - - - - - - y
manage_places     - - - - - - - - y -
manage_devices    - - - - - - - - y -
revoke_devices    - - - - - - - - - y
wipe_devices      - - - - - - - - y y
read_acts         - - - - - - - y - -
"""
"""A row for each right, a column for each role in the order of `ROLES`.

y in the own patch, g where the case was given to the organisation, o of the own record, - never.
"""


def cells():
    """Yield right, role and mark of every cell of the matrix."""
    for row in MATRIX.strip().splitlines():
        right, *marks = row.split()
        yield from ((right, role, mark) for role, mark in zip(ROLES, marks, strict=True))


def test_the_matrix_has_every_role_and_every_right():
    assert {(right, role) for right, role, _ in cells()} == {(right, role) for right in RIGHTS for role in ROLES}


@pytest.mark.parametrize(("right", "role", "mark"), list(cells()))
def test_every_cell_of_the_matrix(right, role, mark):
    account = Account("a", role, ORGS[role])
    here, given, own, elsewhere = (
        CaseScope(GRID, "community"),
        CaseScope(GRID, "community", orgs=frozenset({"org-heat"})),
        CaseScope(GRID, "community", actors=frozenset({"a"})),
        CaseScope("231299005002003", "community"),
    )

    allowed = {"here": may(account, right, here), "given": may(account, right, given), "own": may(account, right, own)}

    assert allowed == {"here": mark == "y", "given": mark in "yg", "own": mark in "yo"}
    assert may(account, right, elsewhere) == (mark == "y" and not ORGS[role])


@pytest.mark.parametrize("action", list(TRANSITIONS))
def test_every_action_asks_for_a_right_that_somebody_has(action):
    assert who_may(action) == tuple(role for role in ROLES if role in TABLE[RIGHT_OF[action]])
    assert who_may(action)


def test_a_desk_does_not_act_on_what_was_handed_up_and_a_higher_one_may_act_below():
    handed_up, below = CaseScope(GRID, "street"), CaseScope(GRID, "community")
    community, street = Account("c", "community_desk", GRID[:12]), Account("s", "street_desk", GRID[:9])

    assert not may_act(community, "file", handed_up)
    assert may(community, "read_cases", handed_up)
    assert may_act(street, "file", below)


def test_a_contact_is_read_by_a_handler_only_while_the_case_is_open():
    handler = Account("h", "handler", "org-heat")
    orgs = frozenset({"org-heat"})

    assert may(handler, "read_contact", CaseScope(GRID, "community", orgs=orgs))
    assert not may(handler, "read_contact", CaseScope(GRID, "community", orgs=orgs, is_open=False))
    assert may(handler, "read_cases", CaseScope(GRID, "community", orgs=orgs, is_open=False))


def test_a_desk_gives_cases_to_organisations_of_its_own_patch():
    community, district = Account("c", "community_desk", GRID[:12]), Account("d", "district_desk", GRID[:6])

    assert may_dispatch_to(community, GRID[:12])
    assert not may_dispatch_to(community, GRID[:9])
    assert not may_dispatch_to(community, GRID[:6])
    assert may_dispatch_to(district, GRID[:6])
    assert may_dispatch_to(district, GRID[:12])
    assert not may_dispatch_to(Account("h", "handler", "org-heat"), GRID[:12])


@pytest.mark.parametrize("role", ["inspector", "community_desk", "street_desk", "district_desk"])
def test_a_role_with_the_patch_of_another_level_is_refused(role):
    assert is_whole(Account("a", role, ORGS[role]))
    assert not is_whole(Account("a", role, ORGS[role] + "1"))
    assert not is_whole(Account("a", role, ""))


def test_a_handler_needs_an_organisation_and_an_administrator_none():
    assert not is_whole(Account("a", "handler", ""))
    assert is_whole(Account("a", "auditor", ""))


def test_the_code_of_a_grid_is_its_path():
    assert [org_at(level, GRID) for level in ("district", "street", "community", "grid")] == [
        "230108",
        "230108005",
        "230108005002",
        GRID,
    ]
