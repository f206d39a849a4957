"""Cases, tasks and notices as this tablet knows them: what the feeds say, over it its own records not there yet."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from msgspec import Struct
from msgspec.structs import replace

from fieldapp.services.facts import Fact, recent_facts
from fieldapp.services.photo_field import images_of
from fieldapp.services.places import NamedPlace, Place, named
from fieldapp.services.ports import Clock, Journal, Reference, Settings
from sync.clock import parse_time
from sync.errors import SyncError
from sync.records import CaseNote, CaseReport, MediaRef, TaskResult
from sync.reference import CLOSED_CASES, CaseEntry, HandoffEntry, HistoryLine, NoticeEntry, TaskEntry

DANGER = 3
"""Severity of what comes first."""

HANDED_MS = 48 * 3_600_000
"""How long a hand-over is shown: until the shift after the next."""

_OPENED = "opened_notices"
"""Setting: ids of the notices that were opened on this tablet, by whomever; one that is gone is left out."""

_LOOK_BACK = 400
"""Newest records looked at for what the feeds may not say yet: about a week of four people."""


class OpenTask(Struct, frozen=True):
    """Something that the desk wants looked at.

    Attributes:
        place: where, None when no building is named.
        is_overdue: its time is over.
    """

    id: str
    entry: TaskEntry
    place: NamedPlace | None
    is_overdue: bool

    @property
    def is_pressing(self) -> bool:
        """Return whether it comes before all others."""
        return self.is_overdue or self.entry.severity >= DANGER


class CaseView(Struct, frozen=True):
    """A case with its history.

    Attributes:
        is_sent: the server has told of it; False for one that only this tablet knows.
        unsent: ids of records of the history that the server has not told of yet.
        photos: those that this tablet's own records name.
        task: the newest open task of it.
    """

    id: str
    entry: CaseEntry
    place: NamedPlace | None
    is_sent: bool
    unsent: frozenset[str] = frozenset()
    photos: tuple[MediaRef, ...] = ()
    task: OpenTask | None = None

    @property
    def is_open(self) -> bool:
        """Return whether something is still to be done."""
        return self.entry.state not in CLOSED_CASES


class HandedOver(Struct, frozen=True):
    """What a colleague left to whoever is signed in.

    Attributes:
        from_name: the colleague, empty when the seat is not known here.
        cases: those that are still open.
    """

    id: str
    entry: HandoffEntry
    from_name: str
    cases: tuple[CaseView, ...]

    @property
    def count(self) -> int:
        """Return how many things that is: its cases, or the word that was left alone."""
        return len(self.cases) or 1


class Recipient(Struct, frozen=True):
    """Somebody of the grid to whom a shift can be handed over."""

    person: str
    seat: str
    name: str


class Notice(Struct, frozen=True):
    """What the desk says to everybody of the grid.

    Attributes:
        is_new: nobody has opened it on this tablet yet.
    """

    id: str
    entry: NoticeEntry
    is_new: bool

    @property
    def is_first(self) -> bool:
        """Return whether it comes before what is asked, not behind it."""
        return self.is_new or self.entry.urgent


class WorkLeft(Struct, frozen=True):
    """How much is asked of whoever is signed in.

    Attributes:
        pressing: tasks and new notices that come before all others.
        notices: what the desk says, opened or not.
        new: those of them that nobody has opened here yet.
        urgent: the newest urgent one.
    """

    tasks: int = 0
    pressing: int = 0
    handed: int = 0
    notices: int = 0
    new: int = 0
    urgent: Notice | None = None

    @property
    def is_any(self) -> bool:
        """Return whether there is something to list."""
        return bool(self.tasks or self.handed or self.notices)


class Casework:
    """Reads cases, tasks, hand-overs and notices.

    Args:
        person: returns the id of who is signed in, or None.
    """

    def __init__(
        self,
        journal: Journal,
        reference: Reference,
        settings: Settings,
        clock: Clock,
        person: Callable[[], str | None],
    ) -> None:
        self._journal = journal
        self._reference = reference
        self._settings = settings
        self._clock = clock
        self._person = person

    def left(self) -> WorkLeft:
        """Return how much is asked, for the home screen."""
        tasks, notices = self.tasks(), self.notices()
        return WorkLeft(
            tasks=len(tasks),
            pressing=sum(task.is_pressing for task in tasks)
            + sum(each.is_new and each.entry.urgent for each in notices),
            handed=sum(each.count for each in self.handed_over()),
            notices=len(notices),
            new=sum(each.is_new for each in notices),
            urgent=next((each for each in notices if each.entry.urgent), None),
        )

    def notices(self) -> list[Notice]:
        """Return what the desk says and what is not over: the urgent first, then the newest.

        An end that is no time is none: what cannot be understood is rather shown than hidden.
        """
        told = self._reference.notices()
        if not told:
            return []
        now_ms, opened = self._clock.now_ms(), self._opened()
        standing = [
            Notice(notice_id, entry, notice_id not in opened)
            for notice_id, entry in told.items()
            if (_moment_ms(entry.until) or now_ms) >= now_ms
        ]
        return sorted(standing, key=lambda each: (not each.entry.urgent, -_moment_ms(each.entry.at), each.id))

    def open_notice(self, notice_id: str) -> Notice | None:
        """Return a notice to be read, from now on not a new one; None when it is over or was withdrawn."""
        found = next((each for each in self.notices() if each.id == notice_id), None)
        if found is not None and found.is_new:
            opened = {*self._opened() & self._reference.notices().keys(), notice_id}
            # Without room on the disk it can be read all the same, and counts as new once more.
            with suppress(SyncError):
                self._settings.put(_OPENED, " ".join(sorted(opened)))
        return found

    def tasks(self) -> list[OpenTask]:
        """Return the open tasks: overdue and dangerous ones first, then by their time."""
        standing = {task_id: entry for task_id, entry in self._reference.tasks().items() if entry.state == "open"}
        if not standing:
            return []
        answered = {fact.body.task for fact in self._own(("task_result",)) if isinstance(fact.body, TaskResult)}
        tasks = [self._task(task_id, entry) for task_id, entry in standing.items() if task_id not in answered]
        return sorted(tasks, key=lambda task: (not task.is_pressing, task.entry.due_at or "9", task.id))

    def tasks_at(self, building: str) -> list[OpenTask]:
        """Return the open tasks of a building."""
        return [task for task in self.tasks() if task.entry.building == building]

    def task(self, task_id: str) -> OpenTask | None:
        """Return a task, answered or not, or None when this tablet never heard of it."""
        entry = self._reference.tasks().get(task_id)
        return None if entry is None else self._task(task_id, entry)

    def case(self, case_id: str) -> CaseView | None:
        """Return a case with its history, or None when this tablet does not know it."""
        return next(self._views([case_id], self._own(("case_report", "case_note", "task_result"))), None)

    def cases(self, building: str = "") -> list[CaseView]:
        """Return the open cases of a building, or of the grid, newest first."""
        own = self._own(("case_report", "case_note", "task_result"))
        told = self._reference.cases()
        new = [fact.id for fact in reversed(own) if isinstance(fact.body, CaseReport) and fact.id not in told]
        # A view costs more than the look at whether it is wanted, and a grid has many closed cases.
        views = self._views([*new, *(case for case, entry in told.items() if _is_open_at(entry, building))], own)
        return [view for view in views if _is_open_at(view.entry, building)]

    def open_counts(self) -> Counter[str]:
        """Return how many cases are open at each building."""
        told = self._reference.cases()
        reports = (fact for fact in self._own(("case_report",)) if fact.id not in told)
        own = (self._own_case([fact], fact.id) for fact in reports)
        entries = [entry for entry in (*told.values(), *own) if entry is not None]
        return Counter(entry.building for entry in entries if entry.building and _is_open_at(entry, entry.building))

    def handed_over(self) -> list[HandedOver]:
        """Return what was left to whoever is signed in, the newest first; of each colleague the last."""
        people, me = self._reference.people(), self._person()
        seat = people[me].seat if me in people else None
        now_ms = self._clock.now_ms()
        found: dict[str, HandedOver] = {}
        for handoff_id, entry in self._reference.handoffs().items():
            is_mine = entry.seat == seat and entry.person in (None, me)
            if is_mine and entry.from_seat not in found and now_ms - _moment_ms(entry.at) < HANDED_MS:
                name = next((person.name for person in people.values() if person.seat == entry.from_seat), "")
                cases = tuple(view for view in self._views(entry.cases, []) if view.is_open)
                found[entry.from_seat] = HandedOver(handoff_id, entry, name, cases)
        return list(found.values())

    def recipients(self) -> list[Recipient]:
        """Return the colleagues of the grid, by name order."""
        people, me = self._reference.people(), self._person()
        return [Recipient(each, entry.seat, entry.name) for each, entry in people.items() if each != me]

    def _opened(self) -> set[str]:
        return set((self._settings.get(_OPENED) or "").split())

    def _own(self, kinds: tuple[str, ...]) -> list[Fact]:
        return [fact for fact in recent_facts(self._journal, kinds, _LOOK_BACK) if not fact.is_void]

    def _task(self, task_id: str, entry: TaskEntry) -> OpenTask:
        place = self._place(entry.building, entry.entrance)
        is_overdue = entry.due_at is not None and _moment_ms(entry.due_at) < self._clock.now_ms()
        return OpenTask(task_id, entry, place, is_overdue)

    def _place(self, building: str | None, entrance: str | None) -> NamedPlace | None:
        return named(self._reference, Place(building, entrance)) if building else None

    def _views(self, case_ids: Iterable[str], own: list[Fact]) -> Iterator[CaseView]:
        told, tasks = self._reference.cases(), self._reference.tasks()
        asked: dict[str, OpenTask] = {}
        for task in self.tasks():
            asked.setdefault(task.entry.case, task)
        by_case: dict[str, list[Fact]] = {}
        for fact in own:
            by_case.setdefault(_case_of(fact, tasks), []).append(fact)
        for case_id in case_ids:
            about = by_case.get(case_id, [])
            entry = told.get(case_id) or self._own_case(about, case_id)
            if entry is not None:
                view = self._view(case_id, entry, about, is_sent=case_id in told)
                yield replace(view, task=asked.get(case_id))

    def _own_case(self, about: list[Fact], case_id: str) -> CaseEntry | None:
        fact = next((fact for fact in about if fact.id == case_id), None)
        body = fact.body if fact is not None else None
        if fact is None or not isinstance(body, CaseReport):
            return None
        matter = self._reference.matters().get(f"{body.standard}:{body.matter_kind}:{body.matter_code}")
        at = fact.first.record.at
        summary = "" if body.restricted else body.description
        return CaseEntry(
            state="closed" if body.self_resolved else "reported",
            matter_name=matter.name if matter is not None else body.matter_code,
            building=body.building,
            entrance=body.entrance,
            summary=summary,
            reported_at=at,
            place=body.place,
            severity=body.severity,
            history=(HistoryLine(at, "reported", summary, photos=len(images_of(body.media)), record=case_id),),
        )

    def _view(self, case_id: str, entry: CaseEntry, about: list[Fact], *, is_sent: bool) -> CaseView:
        history = entry.history or (HistoryLine(entry.reported_at, "reported", entry.summary, record=case_id),)
        known = {line.record for line in history}
        new = {fact.id: line for fact in about if fact.id not in known and (line := _line(fact)) is not None}
        photos = [photo for fact in about for photo in getattr(fact.body, "media", ())]
        return CaseView(
            id=case_id,
            entry=replace(entry, history=(*history, *new.values())),
            place=self._place(entry.building, entry.entrance),
            is_sent=is_sent,
            unsent=frozenset(new) if is_sent else frozenset({*new, case_id}),
            photos=images_of(photos),
        )


def _is_open_at(entry: CaseEntry, building: str) -> bool:
    return entry.state not in CLOSED_CASES and building in ("", entry.building)


def _case_of(fact: Fact, tasks: dict[str, TaskEntry]) -> str:
    match fact.body:
        case CaseReport():
            return fact.id
        case CaseNote(case=case):
            return case
        case TaskResult(task=task) if task in tasks:
            return tasks[task].case
        case _:
            return ""


def _line(fact: Fact) -> HistoryLine | None:
    at = fact.first.record.at
    match fact.body:
        case CaseNote(text=text, media=media):
            return HistoryLine(at, "note", text, photos=len(images_of(media)), record=fact.id)
        case TaskResult(type=task_type, answer=answer, note=note, media=media):
            return HistoryLine(at, task_type, note, answer, len(images_of(media)), record=fact.id)
        case _:
            return None


def _moment_ms(text: str) -> int:
    try:
        return parse_time(text)
    except ValueError:
        return 0
