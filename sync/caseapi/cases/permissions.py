"""Who may do what: one table of roles and rights, and the reach of each right. Pure.

A right reaches as far as its holder's organisation: the subtree of a district, street, community or grid, or the cases
given to a handler. Nobody is admin of everything: what a system administrator sets up he cannot read, who manages
accounts cannot act in cases, and the auditor only looks, which is logged.
"""

from typing import Literal, get_args

from msgspec import Struct

from sync.caseapi.cases.states import LEVELS, Action, Level

Role = Literal[
    "inspector",
    "grid_leader",
    "community_desk",
    "street_desk",
    "district_desk",
    "handler",
    "leader",
    "auditor",
    "system_admin",
    "security_admin",
]

ROLES: tuple[Role, ...] = get_args(Role)

Right = Literal[
    "report",
    "self_resolve",
    "read_cases",
    "read_contact",
    "answer_task",
    "ask_task",
    "send_notice",
    "file",
    "dispatch",
    "handle",
    "supervise",
    "decide_extension",
    "ask_extension",
    "own_figures",
    "assign_seats",
    "propose_catalogue",
    "manage_catalogue",
    "manage_accounts",
    "manage_places",
    "manage_devices",
    "revoke_devices",
    "wipe_devices",
    "read_acts",
]

RIGHTS: tuple[Right, ...] = get_args(Right)

Reach = Literal["own", "subtree", "assigned", "all"]
"""How far a right goes: the person's own records, the account's patch and all below it, what was given to it, all."""

_DESKS: tuple[Role, ...] = ("community_desk", "street_desk", "district_desk")

TABLE: dict[Right, dict[Role, Reach]] = {
    "report": {
        "inspector": "subtree",
        "grid_leader": "subtree",
        "community_desk": "subtree",
        "street_desk": "subtree",
        "district_desk": "subtree",
    },
    "self_resolve": {"inspector": "subtree", "grid_leader": "subtree", "community_desk": "subtree"},
    "read_cases": {
        "inspector": "subtree",
        "grid_leader": "subtree",
        "community_desk": "subtree",
        "street_desk": "subtree",
        "district_desk": "subtree",
        "handler": "assigned",
        "leader": "subtree",
        "auditor": "all",
    },
    "read_contact": {
        "inspector": "own",
        "grid_leader": "subtree",
        "community_desk": "subtree",
        "street_desk": "subtree",
        "district_desk": "subtree",
        "handler": "assigned",
    },
    "answer_task": {"inspector": "assigned", "grid_leader": "subtree"},
    "ask_task": {
        "grid_leader": "subtree",
        "community_desk": "subtree",
        "street_desk": "subtree",
        "district_desk": "subtree",
    },
    "send_notice": {"community_desk": "subtree", "street_desk": "subtree", "district_desk": "subtree"},
    "file": {"community_desk": "subtree", "street_desk": "subtree", "district_desk": "subtree"},
    "dispatch": {
        "community_desk": "subtree",
        "street_desk": "subtree",
        "district_desk": "subtree",
    },
    "handle": {"handler": "assigned"},
    "supervise": {"street_desk": "subtree", "district_desk": "subtree", "leader": "subtree"},
    "decide_extension": {"street_desk": "subtree", "district_desk": "subtree"},
    "ask_extension": {"handler": "assigned"},
    "own_figures": {"inspector": "own", "grid_leader": "own"},
    "assign_seats": {"grid_leader": "subtree"},
    "propose_catalogue": {"district_desk": "subtree"},
    "manage_catalogue": {"system_admin": "all"},
    "manage_accounts": {"security_admin": "all"},
    "manage_places": {"system_admin": "all"},
    "manage_devices": {"system_admin": "all"},
    "revoke_devices": {"security_admin": "all"},
    "wipe_devices": {"system_admin": "all", "security_admin": "all"},
    "read_acts": {"auditor": "all"},
}
"""A cell that is missing is a no. Person-level figures exist for the person alone (`own_figures`)."""

RIGHT_OF: dict[Action, Right] = {
    "report": "report",
    "self_resolve": "self_resolve",
    "ask_verify": "ask_task",
    "answer_verify": "answer_task",
    "void": "file",
    "file": "file",
    "dispatch": "dispatch",
    "decline": "handle",
    "accept": "handle",
    "done": "handle",
    "rework": "dispatch",
    "suspend": "decide_extension",
    "resume": "decide_extension",
    "ask_recheck": "ask_task",
    "answer_recheck": "answer_task",
    "close": "file",
    "reopen": "file",
    "transfer_level": "file",
}
"""The right that each action of a case's life asks for."""

LEVEL_OF: dict[Role, Level] = {
    "inspector": "grid",
    "grid_leader": "grid",
    "community_desk": "community",
    "street_desk": "street",
    "district_desk": "district",
}
"""The level at which a role works."""


class Account(Struct, frozen=True):
    """Somebody who acts.

    Attributes:
        id: of the account.
        org: code of a district, street, community or grid; of an organisation, for a handler.
    """

    id: str
    role: Role
    org: str


class CaseScope(Struct, frozen=True):
    """What of a case decides who may act in it.

    Attributes:
        grid: grid code; its first digits are the codes of community, street and district.
        level: whose queue it is in.
        orgs: organisations that it is given to.
        actors: accounts whose records it is made of.
        is_open: whether something is still to be done.
    """

    grid: str
    level: Level
    orgs: frozenset[str] = frozenset()
    actors: frozenset[str] = frozenset()
    is_open: bool = True


CODE_DIGITS: dict[Level, int] = {"district": 6, "street": 9, "community": 12, "grid": 15}
"""Length of the code of each: it begins with the code of what it lies in."""


def org_at(level: Level, grid: str) -> str:
    """Return the code of the district, street, community or grid that a grid belongs to."""
    return grid[: CODE_DIGITS[level]]


def may(account: Account, right: Right, case: CaseScope) -> bool:
    """Return whether an account has a right in a case."""
    reach = TABLE[right].get(account.role)
    if reach is None:
        return False
    if reach == "all":
        return True
    if reach == "own":
        return account.id in case.actors
    if reach == "assigned":
        return _is_assigned(account, right, case)
    return is_within(account.org, case.grid)


def is_within(org: str, code: str) -> bool:
    """Return whether a place, by its code, belongs to an organisation of the tree; the code of a place is its path."""
    return bool(org) and code.startswith(org)


def may_dispatch_to(account: Account, org_patch: str) -> bool:
    """Return whether an account may give cases to an organisation that works for a patch.

    Args:
        org_patch: code of the district, street or community that the organisation works for.
    """
    return account.role in TABLE["dispatch"] and is_within(account.org, org_patch)


def is_whole(account: Account) -> bool:
    """Return whether an account's organisation is one that its role can have."""
    level = LEVEL_OF.get(account.role)
    if account.role == "leader":
        return len(account.org) in CODE_DIGITS.values() and account.org.isdigit()
    if level is None:
        return bool(account.org) or account.role in ("auditor", "system_admin", "security_admin")
    return len(account.org) == CODE_DIGITS[level] and account.org.isdigit()


def may_act(account: Account, action: Action, case: CaseScope) -> bool:
    """Return whether an account may take an action in a case as it lies: desks act on cases of their level.

    A higher desk may act for a lower one in its own subtree; a lower one never on what was handed up.
    """
    if not may(account, RIGHT_OF[action], case):
        return False
    level = LEVEL_OF.get(account.role)
    is_desk = account.role in _DESKS
    return not (is_desk and level is not None and LEVELS.index(level) < LEVELS.index(case.level))


def who_may(action: Action) -> tuple[Role, ...]:
    """Return the roles that have an action's right, for the sentence of a refusal."""
    return who_may_have(RIGHT_OF[action])


def who_may_have(right: Right) -> tuple[Role, ...]:
    """Return the roles that have a right."""
    return tuple(role for role in ROLES if role in TABLE[right])


def _is_assigned(account: Account, right: Right, case: CaseScope) -> bool:
    if account.role == "inspector":
        return is_within(account.org, case.grid)
    is_given = account.org in case.orgs
    return is_given and (case.is_open or right != "read_contact")
