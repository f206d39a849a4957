"""The pages behind the sign-in that stand in the navigation, and whose seats see which.

A new area adds a line here; its addresses begin with the line's path, so that a sign-in leads on to them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sync.caseapi.cases.permissions import TABLE, Right, Role
from sync.caseapi.desk.text import N_

_PLAIN = re.compile("(/[a-z0-9-]+){1,6}")
_CASE = re.compile("/cases/[0-9a-f-]{36}")


@dataclass(frozen=True, slots=True)
class NavigationLine:
    """A page of the navigation.

    Attributes:
        path: below the desk, without a slash at its end.
        words: what its link says; a message of the catalogue.
        rights: any of them shows it; none are asked for where there are none.
    """

    path: str
    words: str
    rights: frozenset[Right] = frozenset()

    def is_at(self, here: str) -> bool:
        """Return whether a path is this page or one below it."""
        return here == self.path or here.startswith(f"{self.path}/")

    def is_for(self, roles: Iterable[Role]) -> bool:
        """Return whether one of these roles sees it."""
        return not self.rights or any(role in TABLE[right] for role in roles for right in self.rights)


NAVIGATION: tuple[NavigationLine, ...] = (
    NavigationLine("/queue", N_("Cases"), frozenset({"read_cases"})),
    NavigationLine("/new", N_("New report"), frozenset({"report"})),
    NavigationLine("/grid-notices", N_("Notices"), frozenset({"send_notice"})),
    NavigationLine("/overview", N_("Overview"), frozenset({"ask_task", "supervise"})),
    NavigationLine("/catalogue", N_("Catalogue"), frozenset({"read_cases", "manage_catalogue", "propose_catalogue"})),
    NavigationLine("/export", N_("Export"), frozenset({"read_cases", "manage_catalogue"})),
    NavigationLine("/accounts", N_("Accounts"), frozenset({"manage_accounts"})),
    NavigationLine("/organisations", N_("Organisations"), frozenset({"manage_places"})),
    NavigationLine("/grids", N_("Grids"), frozenset({"manage_places"})),
    NavigationLine("/tablets", N_("Tablets"), frozenset({"manage_devices", "wipe_devices"})),
    NavigationLine("/lists", N_("Lists"), frozenset({"manage_places", "manage_accounts"})),
    NavigationLine("/acts", N_("Administrative acts"), frozenset({"read_acts"})),
    NavigationLine("/me", N_("Me")),
)
"""In the order in which they are shown."""


def pages_for(roles: Iterable[Role]) -> tuple[NavigationLine, ...]:
    """Return what somebody with these roles sees, in order."""
    given = tuple(roles)
    return tuple(line for line in NAVIGATION if line.is_for(given))


def leads_on(path: str) -> str:
    """Return a page of the desk that a sign-in may lead on to, or nothing: no address leads anywhere else."""
    is_known = any(line.is_at(path) for line in NAVIGATION) and _PLAIN.fullmatch(path)
    return path if is_known or _CASE.fullmatch(path) else ""
