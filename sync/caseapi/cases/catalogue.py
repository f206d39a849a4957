"""A category as whoever edits the catalogue has it before him, and what must be so before it is published. Pure.

A version of the catalogue is all its sheets. What was published stays as it is: cases keep the limits of the version
under which they were opened. A code is never taken out, only closed, so that nothing that was reported loses its name.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from sync.caseapi.cases.calendar import CalendarMissing, WorkCalendar
from sync.caseapi.cases.limits import Condition
from sync.caseapi.cases.timers import Limit, due_ms

PUBLIC_NUMBERS = ("110", "119", "120", "12345", "12319")
"""The only numbers that a catalogue may show before a form: national emergency numbers and the public hotlines."""

FIRST_LOCAL_MINOR = 80
"""The standard leaves the minors from here to 999 to local categories."""

MOST_CONDITIONS = 8
"""Conditions of one category; the shipped ones have at most five, and a form has room for so many."""

_CODE_CHARS = 5


class Sheet(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One category with everything that is said of it.

    Attributes:
        timer: time for handling where no condition says another; None leaves it to the district's usual one.
        is_closed: tablets no longer offer it; what was reported under it goes on.
    """

    standard: Literal["national", "local"]
    kind: Literal["component", "matter"]
    code: str
    name: str
    name_en: str
    group: str
    group_en: str
    alias_codes: tuple[str, ...] = ()
    timer: Limit | None = None
    is_danger: bool = False
    emergency_number: str = ""
    is_restricted: bool = False
    is_common: bool = False
    initials: tuple[str, ...] = ()
    photo: Literal["never", "optional", "needed"] = "optional"
    is_closed: bool = False
    conditions: tuple[Condition, ...] = ()

    @property
    def id(self) -> str:
        """Return its entry id, ``standard:kind:code``."""
        return f"{self.standard}:{self.kind}:{self.code}"


class Fault(Struct, frozen=True):
    """Why a sheet cannot be published.

    Attributes:
        matter: entry id of the category.
        field: of its form; a condition's is ``conditions`` with its place from 1 behind a dot.
        why: ``empty``, ``code``, ``code_taken``, ``alias``, ``alias_taken``, ``no_limit``, ``no_number``, ``number``,
            ``needless_number``, ``condition_taken``, ``too_many``, ``calendar``.
        what: the code, year or name that it is about.
    """

    matter: str
    field: str
    why: str
    what: str = ""


def faults_of(sheet: Sheet, others: Iterable[Sheet], calendar: WorkCalendar, from_ms: int) -> list[Fault]:
    """Return everything that is wrong with a sheet; nothing when it can be published.

    Args:
        others: every other sheet of the version.
        from_ms: from when it is to hold: what is reported then must have a due time.
    """
    return [
        *_faults_of_words(sheet),
        *_faults_of_codes(sheet, others),
        *_faults_of_danger(sheet),
        *_faults_of_limits(sheet, calendar, from_ms),
    ]


def overlaid(version: Iterable[Sheet], draft: Iterable[Sheet]) -> dict[str, Sheet]:
    """Return a version's sheets by id with those of a draft in their places, in the order of their ids."""
    sheets = {sheet.id: sheet for sheet in version} | {sheet.id: sheet for sheet in draft}
    return dict(sorted(sheets.items(), key=lambda item: (item[1].standard != "national", item[1].code, item[0])))


def differing(before: Sheet | None, after: Sheet) -> tuple[str, ...]:
    """Return the names of the fields in which a sheet differs from the one before; all of a new one."""
    names = after.__struct_fields__
    return tuple(name for name in names if before is None or getattr(before, name) != getattr(after, name))


def found_by(sheet: Sheet, typed: str) -> int | None:
    """Return how well a sheet answers what was typed, 0 best; None when it does not.

    Codes and codes of older lists count from their beginning, initials too, names wherever the words stand.
    """
    wanted = "".join(typed.casefold().split())
    if not wanted:
        return None
    if wanted in (sheet.code, *sheet.alias_codes, sheet.name):
        return 0
    if sheet.code.startswith(wanted) or any(each.startswith(wanted) for each in (*sheet.initials, sheet.name)):
        return 1
    names = ("".join(name.casefold().split()) for name in (sheet.name, sheet.name_en, *_condition_names(sheet)))
    if any(wanted in name for name in names):
        return 2
    return 3 if any(wanted in each for each in (*sheet.initials, *sheet.alias_codes)) else None


def closed(sheet: Sheet) -> Sheet:
    """Return a sheet as tablets no longer offer it."""
    return replace(sheet, is_closed=True)


def named_again(sheet: Sheet) -> Sheet:
    """Return a sheet whose conditions name it as their category."""
    return replace(sheet, conditions=tuple(replace(each, matter=sheet.id) for each in sheet.conditions))


def _condition_names(sheet: Sheet) -> Iterator[str]:
    for condition in sheet.conditions:
        yield condition.name
        yield condition.name_en


def _faults_of_words(sheet: Sheet) -> Iterator[Fault]:
    # Name and group of a national category are the standard's; nobody edits them here.
    for name in ("name_en",) if sheet.standard == "national" else ("name", "name_en", "group", "group_en"):
        if not getattr(sheet, name):
            yield Fault(sheet.id, name, "empty")
    if not sheet.initials:
        yield Fault(sheet.id, "initials", "empty")


def _faults_of_codes(sheet: Sheet, others: Iterable[Sheet]) -> Iterator[Fault]:
    is_code = sheet.code.isascii() and sheet.code.isdigit() and len(sheet.code) == _CODE_CHARS
    if not is_code or (sheet.standard == "local" and int(sheet.code[2:]) < FIRST_LOCAL_MINOR):
        yield Fault(sheet.id, "code", "code", sheet.code)
    taken: dict[str, str] = {}
    for other in others:
        if other.id != sheet.id:
            taken |= dict.fromkeys(other.alias_codes, other.code)
            # A component and a matter of the standard may have the same five digits.
            if other.code == sheet.code and (other.kind == sheet.kind or "local" in (sheet.standard, other.standard)):
                yield Fault(sheet.id, "code", "code_taken", other.name)
    for alias in sheet.alias_codes:
        if not alias.isascii() or not all(part.isdigit() for part in alias.split("-")):
            yield Fault(sheet.id, "alias_codes", "alias", alias)
        elif alias in taken:
            yield Fault(sheet.id, "alias_codes", "alias_taken", f"{alias} {taken[alias]}")


def _faults_of_danger(sheet: Sheet) -> Iterator[Fault]:
    if sheet.is_danger and not sheet.emergency_number:
        yield Fault(sheet.id, "emergency_number", "no_number")
    if sheet.emergency_number and sheet.emergency_number not in PUBLIC_NUMBERS:
        yield Fault(sheet.id, "emergency_number", "number", sheet.emergency_number)
    elif sheet.emergency_number and not sheet.is_danger:
        yield Fault(sheet.id, "emergency_number", "needless_number", sheet.emergency_number)


def _faults_of_limits(sheet: Sheet, calendar: WorkCalendar, from_ms: int) -> Iterator[Fault]:
    if sheet.is_closed:
        return
    if sheet.timer is None and not sheet.conditions:
        yield Fault(sheet.id, "timer_amount", "no_limit")
    if len(sheet.conditions) > MOST_CONDITIONS:
        yield Fault(sheet.id, f"conditions.{MOST_CONDITIONS + 1}", "too_many", str(MOST_CONDITIONS))
    seen: set[str] = set()
    for place, condition in enumerate(sheet.conditions, 1):
        if not (condition.id and condition.name and condition.name_en):
            yield Fault(sheet.id, f"conditions.{place}", "empty")
        if condition.id in seen:
            yield Fault(sheet.id, f"conditions.{place}", "condition_taken", condition.id)
        seen.add(condition.id)
    yield from _faults_of_calendar(sheet, calendar, from_ms)


def _faults_of_calendar(sheet: Sheet, calendar: WorkCalendar, from_ms: int) -> Iterator[Fault]:
    limits: list[tuple[str, Limit | None]] = [("timer_amount", sheet.timer)]
    limits += [(f"conditions.{place}", each.limit) for place, each in enumerate(sheet.conditions, 1)]
    for field, limit in limits:
        try:
            if limit is not None:
                due_ms(from_ms, limit, calendar)
        except CalendarMissing as exc:
            yield Fault(sheet.id, field, "calendar", str(exc.year))


def conditions_by_matter(sheets: Iterable[Sheet]) -> Mapping[str, tuple[Condition, ...]]:
    """Return the conditions of those categories that have any."""
    return {sheet.id: sheet.conditions for sheet in sheets if sheet.conditions}


def limits_by_matter(sheets: Sequence[Sheet]) -> Mapping[str, Limit]:
    """Return the time for handling of those categories that have one."""
    return {sheet.id: sheet.timer for sheet in sheets if sheet.timer is not None}
