"""Lists that come by the desk: checked and shown first, kept for some minutes, and taken in by a second step."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from sync.caseapi.cases.permissions import TABLE, Right
from sync.caseapi.errors import NotThere
from sync.caseapi.service.administration.desk import DeskAdministration
from sync.caseapi.service.callers import Caller, seat_holding
from sync.caseapi.service.places.importing import TAKEN_KINDS, Outcome, PlaceImports, TakenKind, Wanted

KEPT_MS = 15 * 60_000
"""How long a list that was shown waits for its second step."""

MOST_KEPT = 8
"""Lists that wait at a time, of some MB at most each; the oldest goes first."""

RIGHTS: dict[TakenKind, Right] = {
    "people": "manage_accounts",
    "orgs": "manage_places",
    "units": "manage_places",
    "buildings": "manage_places",
    "boundaries": "manage_places",
}
"""Who sits where is the security administrator's; what there is, the system administrator's."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A list as it was shown.

    Attributes:
        id: names it in the second step.
        is_as_shown: False when what it would do has become another since it was shown.
    """

    id: UUID
    wanted: Wanted
    outcome: Outcome
    is_as_shown: bool = True


@dataclass(slots=True)
class DeskLists:
    """Keeps lists between the two steps; each belongs to the account that sent it."""

    imports: PlaceImports
    administration: DeskAdministration
    now_ms: Callable[[], int]
    _kept: OrderedDict[UUID, tuple[str, int, Checked]] = field(default_factory=OrderedDict)

    async def check(self, wanted: Wanted, list_id: UUID, by: Caller) -> Checked:
        """Return what a list would do, and keep it.

        Raises:
            NotAllowed: no seat of the account takes such lists in.
            ListRefused: it has faults.
        """
        seat_holding(by, RIGHTS[wanted.kind])
        checked = Checked(list_id, wanted, await self.imports.take(_with(wanted, by, is_dry=True)))
        self._keep(checked, by)
        return checked

    async def take(self, list_id: UUID, by: Caller) -> Checked:
        """Do what a list was shown to do; where that has become another, return it as it is now, not done.

        Raises:
            NotThere: it was done already, or waits no more.
            NotAllowed, ListRefused: as `check`.
        """
        account, kept_ms, shown = self._kept.pop(list_id, ("", 0, None))
        if shown is None or account != by.id or self.now_ms() - kept_ms > KEPT_MS:
            raise NotThere("this list waits no more")
        seat_holding(by, RIGHTS[shown.wanted.kind])
        now = await self.imports.take(_with(shown.wanted, by, is_dry=True))
        if now.items != shown.outcome.items:
            again = Checked(list_id, shown.wanted, now, is_as_shown=False)
            self._keep(again, by)
            return again
        wanted = _with(shown.wanted, by, is_dry=False)
        about = f"{wanted.kind} {wanted.file}"
        done = await self.administration.written("import", about, by, lambda: self.imports.take(wanted))
        return Checked(list_id, wanted, done)

    def _keep(self, checked: Checked, by: Caller) -> None:
        self._kept[checked.id] = (by.id, self.now_ms(), checked)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)


def kinds_for(by: Caller) -> tuple[TakenKind, ...]:
    """Return which lists an account may take in."""
    return tuple(kind for kind in TAKEN_KINDS if any(role in TABLE[RIGHTS[kind]] for role in by.roles))


def _with(wanted: Wanted, by: Caller, *, is_dry: bool) -> Wanted:
    return Wanted(wanted.kind, wanted.file, wanted.data, wanted.is_whole, is_dry, by.id)
