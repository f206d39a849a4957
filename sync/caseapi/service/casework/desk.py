"""The desk's work on cases: opens, acts, dispatches many at once, supervises, reads. Every call says who asks.

What a caller may do is decided in the transaction that does it, by the table of permissions, over the case as it is.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal
from uuid import UUID

import structlog
from cryptography.exceptions import InvalidTag
from msgspec import Meta, Struct

from sync.caseapi.cases.events import CaseEvent
from sync.caseapi.cases.nearby import NEAR_M, SAME_MS, Sighting, likely_same
from sync.caseapi.cases.permissions import CaseScope, who_may_have
from sync.caseapi.cases.states import LEVELS, Level
from sync.caseapi.cases.timers import DAY_MS
from sync.caseapi.errors import CaseApiError, InputRefused, NotAllowed, UnknownCase
from sync.caseapi.keys import ServerKeys
from sync.caseapi.service.callers import Caller, can, may_see, seat_holding
from sync.caseapi.service.casework.acts import Act, Desk, ExpectedVersion, Mode, Text, Word, decided, seen
from sync.caseapi.service.casework.asides import AsideWanted, Decision, judged, made
from sync.caseapi.service.casework.lives import Lives
from sync.caseapi.service.casework.opening import DeskReport, opened
from sync.caseapi.service.casework.photos import CasePhotos
from sync.caseapi.service.casework.views import CaseLine, CaseView, line_of, view_of
from sync.caseapi.storage.base import Storage
from sync.caseapi.storage.casework import CaseChange, CaseFile, Near, QueueRow, QueueWanted
from sync.ids import RANDOM_BYTES, uuid7_at
from sync.sealing import unseal

MOST_AT_ONCE = 100
"""Most cases dispatched by one request."""

MOST_SUGGESTED = 5
"""Most likely duplicates that stand on a case's page."""

OWN_FIGURES_MS = 30 * DAY_MS
"""How far back one's own figures reach."""

_LEVELS: dict[str, Level] = {level: level for level in LEVELS}

log = structlog.get_logger("caseapi.casework")


class CaseAt(Struct, frozen=True, forbid_unknown_fields=True):
    """A case as the desk has it before it."""

    case: UUID
    expected_version: ExpectedVersion


class BulkDispatch(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Many cases for one organisation."""

    cases: Annotated[tuple[CaseAt, ...], Meta(min_length=1, max_length=MOST_AT_ONCE)]
    to_org: Word
    assisting: Annotated[tuple[Word, ...], Meta(max_length=20)] = ()
    mode: Mode = ""
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of many cases: the error that refused it, or None."""

    case: UUID
    error: CaseApiError | None = None


@dataclass(frozen=True, slots=True)
class QueueAsked:
    """Which queue is asked for.

    Attributes:
        reach: `mine` is what lies with the caller's desk or was given to its organisation, `all` everything that its
            seats may read.
        late: only what is overdue.
        after: cursor of the last line seen.
    """

    reach: Literal["mine", "all"] = "mine"
    state: str = ""
    late: bool = False
    after: tuple[int, UUID] | None = None
    limit: int = 50


class CaseDesk:
    """What desks, handlers, leaders and auditors do with cases."""

    def __init__(
        self,
        storage: Storage,
        keys: ServerKeys,
        lives: Lives,
        now_ms: Callable[[], int],
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self.photos = CasePhotos(storage.blobs, storage.staging)
        self._store = storage.casework
        self._feeds = storage.feeds
        self._orgs = storage.orgs
        self._looks = storage.looks
        self._keys = keys
        self._lives = lives
        self._now_ms = now_ms
        self._random_bytes = random_bytes

    async def act(self, case: UUID, act: Act, by: Caller, photos: Sequence[str] = ()) -> CaseView:
        """Take an action on a case and return its page then.

        Args:
            photos: what comes with it, by the names that `CasePhotos.take` gave out.

        Raises:
            UnknownCase, VersionConflict, ActRefused, InputRefused: nothing was changed.
        """
        orgs = {org.code: org for org in await self._orgs.all()} if act.to_org else {}
        target = await self._store.file(act.target) if act.target is not None else None
        is_known = target is not None and may_see(by, self._lives.read(target).scope)
        desk = Desk(by, self._lives, self._now_ms(), orgs, self._new_id(), self._new_id(), is_known)
        if photos:
            # What is refused takes no file in.
            decided(await self._store.file(case), act, desk)
            desk = replace(desk, photos=await self.photos.keep(photos))
        kept = await self._store.change(case, lambda before: decided(before, act, desk))
        return await self._view(kept, by)

    async def open(self, report: DeskReport, by: Caller) -> CaseView:
        """Take down a report and return its page; one that was sent before opens nothing.

        Raises:
            InputRefused, NotAllowed: nothing was changed.
        """
        place = await self._store.place(report.building, report.entrance, report.matter)
        if place is not None and not place.grid and report.grid and await self._feeds.place_of(report.grid) is None:
            raise InputRefused("there is no such grid", "grid")
        case, now_ms = report.id or self._new_id(), self._now_ms()
        key = self._keys.seal_public
        change = opened(report, place, by, self._lives, case=case, now_ms=now_ms, seal_key=key)

        def decide(before: CaseFile | None) -> CaseChange:
            if before is None:
                return change
            seen(before, by, self._lives)
            return CaseChange()

        return await self._view(await self._store.change(case, decide), by)

    async def dispatch(self, wanted: BulkDispatch, by: Caller) -> list[Outcome]:
        """Dispatch cases one by one, each in its own transaction; return what became of each, in order."""
        outcomes: list[Outcome] = []
        for each in wanted.cases:
            act = Act(
                action="dispatch",
                expected_version=each.expected_version,
                to_org=wanted.to_org,
                assisting=wanted.assisting,
                mode=wanted.mode,
                note=wanted.note,
            )
            try:
                await self.act(each.case, act, by)
            except CaseApiError as exc:
                outcomes.append(Outcome(each.case, exc))
            else:
                outcomes.append(Outcome(each.case))
        return outcomes

    async def beside(self, case: UUID, wanted: AsideWanted, by: Caller) -> CaseView:
        """Supervise a case, ask for an extension, appeal, or note how satisfied the reporter is."""
        new_id, now_ms = self._new_id(), self._now_ms()
        kept = await self._store.change(
            case, lambda before: made(before, wanted, by, self._lives, new_id=new_id, now_ms=now_ms)
        )
        return await self._view(kept, by)

    async def decide(self, case: UUID, decision: Decision, by: Caller) -> CaseView:
        """Decide on an extension or an appeal, or reply to a supervision."""
        now_ms = self._now_ms()
        kept = await self._store.change(case, lambda before: judged(before, decision, by, self._lives, now_ms=now_ms))
        return await self._view(kept, by)

    async def page(self, case: UUID, by: Caller) -> CaseView:
        """Return a case's page; an auditor's look is written down.

        Raises:
            UnknownCase: there is none, or none for this caller.
        """
        kept = await self._store.file(case)
        seen(kept, by, self._lives)
        if kept is None:
            raise UnknownCase("there is no such case")
        await self._note_look(case, by)
        return await self._view(kept, by)

    async def contact(self, case: UUID, by: Caller) -> str:
        """Return the reporter's contact in clear; every look is written down.

        Raises:
            UnknownCase: there is none, or none for this caller.
            NotAllowed: the caller is not of the handling chain.
        """
        kept = await self._store.file(case)
        read = seen(kept, by, self._lives)
        if not can(by, "read_contact", read.scope):
            raise NotAllowed("only the handling chain reads a contact", who_may_have("read_contact"))
        await self._looks.add(by.id, case, "contact", self._now_ms())
        sealed = read.row.words.contact if read.row.words is not None else ""
        try:
            return await asyncio.to_thread(unseal, sealed, self._keys.seal) if sealed else ""
        except InvalidTag as exc:
            log.error("contact_unreadable", case=str(case))
            raise UnknownCase("the contact was sealed to another key and cannot be read") from exc

    async def queue(self, asked: QueueAsked, by: Caller) -> list[CaseLine]:
        """Return a page of the caller's queue: danger on top, then what is due first; what is over newest first.

        Raises:
            NotAllowed: no seat of the caller reads cases.
        """
        seat_holding(by, "read_cases")
        now_ms = self._now_ms()
        found: dict[UUID, QueueRow] = {}
        for wanted in queues_of(asked, by, now_ms):
            found |= {each.row.id: each for each in await self._store.queue(wanted)}
        if "auditor" in by.roles:
            await self._looks.add(by.id, None, "queue", now_ms)
        readable = (each for each in found.values() if may_see(by, _scope(each)))
        ordered = sorted(readable, key=lambda each: (each.standing.rank_ms, each.row.id))
        return [line_of(each, self._lives, now_ms) for each in ordered[: asked.limit]]

    async def duplicates(self, case: UUID, by: Caller) -> list[UUID]:
        """Return the cases that may be the same one: same category, 50 m, 24 h; those that the caller may see."""
        read = seen(await self._store.file(case), by, self._lives)
        reported_ms = read.row.received_ms
        near = await self._store.near(case, span_ms=SAME_MS, within_m=NEAR_M)
        visible = [each for each in near if may_see(by, CaseScope(each.grid, "community"))]
        own = next((_sighting(each) for each in near if each.case == case), Sighting(str(case), reported_ms))
        return [UUID(each) for each in likely_same(own, map(_sighting, visible))]

    async def likely_same(self, case: UUID, by: Caller) -> list[CaseView]:
        """Return the pages of the likeliest duplicates of a case; an auditor's look at each is written down."""
        found: list[CaseView] = []
        for each in (await self.duplicates(case, by))[:MOST_SUGGESTED]:
            kept = await self._store.file(each)
            if kept is not None and may_see(by, self._lives.read(kept).scope):
                await self._note_look(each, by)
                found.append(await self._view(kept, by))
        return found

    async def own_figures(self, by: Caller) -> dict[str, int]:
        """Return how many actions of each kind the caller took in the last days; nobody else is told.

        Raises:
            NotAllowed: the caller's seats have no figures.
        """
        seat_holding(by, "own_figures")
        return dict(await self._store.acts_of(by.id, self._now_ms() - OWN_FIGURES_MS))

    async def wake(self) -> int:
        """Let cases go on whose suspension has ended; return how many."""
        woken = 0
        for case in await self._store.waking(self._now_ms()):
            await self._store.change(case, self._woken)
            woken += 1
        return woken

    def _woken(self, before: CaseFile | None) -> CaseChange:
        if before is None or before.standing is None or before.standing.state != "suspended":
            return CaseChange()
        now_ms = self._now_ms()
        read = self._lives.read(before)
        read.add(CaseEvent(id=self._new_id(), action="resume", at_ms=now_ms, received_ms=now_ms))
        return self._lives.written(read, now_ms=now_ms)

    async def _note_look(self, case: UUID, by: Caller) -> None:
        if "auditor" in by.roles:
            await self._looks.add(by.id, case, "page", self._now_ms())

    async def _view(self, kept: CaseFile, by: Caller) -> CaseView:
        said = await self._store.said(kept.row.id)
        return view_of(self._lives.read(kept), said, kept.tasks, by, self._lives, self._now_ms())

    def _new_id(self) -> UUID:
        return uuid7_at(self._now_ms(), self._random_bytes(RANDOM_BYTES))


def queues_of(asked: QueueAsked, by: Caller, now_ms: int) -> list[QueueWanted]:
    """Return what each seat of a caller reads, without asking twice."""
    wanted: list[QueueWanted] = []
    late_ms = now_ms if asked.late else None
    for seat in by.seats:
        if seat.role not in who_may_have("read_cases"):
            continue
        is_desk = asked.reach == "mine" and seat.role.endswith("_desk")
        is_handler = seat.role == "handler"
        wanted.append(
            QueueWanted(
                org=seat.org if is_handler else "",
                desk=seat.org if is_desk else "",
                within="" if is_handler or is_desk or seat.role == "auditor" else seat.org,
                state=asked.state,
                late_ms=late_ms,
                after=asked.after,
                limit=asked.limit,
            )
        )
    return list(dict.fromkeys(wanted))


def _scope(found: QueueRow) -> CaseScope:
    standing = found.standing
    return CaseScope(found.row.grid, _LEVELS[standing.level], frozenset(standing.orgs), frozenset(), standing.is_open)


def _sighting(near: Near) -> Sighting:
    building = str(near.building) if near.building is not None else ""
    return Sighting(str(near.case), near.received_ms, building, near.point)
