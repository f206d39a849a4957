"""A category in words: what it says, what of it differs from before, what is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sync.caseapi.cases.catalogue import Fault, Sheet, differing
from sync.caseapi.cases.limits import Condition, StageLimits
from sync.caseapi.cases.timers import Limit
from sync.caseapi.desk.text import N_, Texts
from sync.caseapi.desk.views.case_page import TIMES
from sync.text import clean_line

PHOTOS = {"never": N_("No photo"), "optional": N_("Photo if it helps"), "needed": N_("A photo is needed")}
TIMER_NAMES = {
    "urgent_hour": N_("hours, nights too"),
    "work_hour": N_("working hours"),
    "work_day": N_("working days"),
    "natural_day": N_("days"),
}
FIELDS = {
    "code": N_("Code"),
    "name": N_("Name in Chinese"),
    "name_en": N_("Name in English"),
    "group": N_("Group in Chinese"),
    "group_en": N_("Group in English"),
    "alias_codes": N_("Codes of older lists"),
    "timer": N_("Time for handling"),
    "is_danger": N_("Dangerous"),
    "emergency_number": N_("Number to call first"),
    "is_restricted": N_("Only the handling chain may see such a case"),
    "is_common": N_("Offered before anything is searched"),
    "initials": N_("Pinyin initials"),
    "photo": N_("Photo"),
    "is_closed": N_("Closed: no longer offered"),
    "conditions": N_("Filing conditions"),
}
_FORM_FIELDS = {"timer_amount": "timer"}
FAULTS = {
    "empty": N_("This is missing."),
    "code": N_("A local code has five digits: the group, then 080 to 999."),
    "code_taken": N_("This code is taken already: {what}."),
    "alias": N_("{what} is no code of an older list."),
    "alias_taken": N_("This older code stands elsewhere already: {what}."),
    "no_limit": N_("A category needs a time for handling, or a condition that has one."),
    "no_number": N_("A dangerous category needs the number to call first."),
    "number": N_("{what} is no public emergency number or hotline."),
    "needless_number": N_("A number is shown only before a dangerous category."),
    "condition_taken": N_("Two conditions have the same short name: {what}."),
    "too_many": N_("A category has at most {what} conditions."),
    "calendar": N_("This time reaches into {what}, a year without a work calendar. Import that year first."),
    "amount": N_("A time is a whole number from 1 to 999."),
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """A fault in words; `field` is the id of the field on the form, `label` what it is called."""

    matter: str
    field: str
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What of a field was and what it is to be."""

    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A category that differs from the version before."""

    id: str
    code: str
    name: str
    is_new: bool
    differences: tuple[Difference, ...]


def limit_words(limit: Limit | None, texts: Texts) -> str:
    """Return a time in words; the district's usual one where there is none."""
    if limit is None:
        return texts(N_("{time}, as usual")).format(time=limit_words(StageLimits().handle, texts))
    return texts(TIMES[limit.type]).format(count=limit.amount)


def sheet_name(sheet: Sheet, texts: Texts) -> str:
    """Return what a category is called."""
    return clean_line((sheet.name_en if texts.language == "en" else "") or sheet.name)


def condition_name(condition: Condition, texts: Texts) -> str:
    """Return the sentence of a condition."""
    return clean_line((condition.name_en if texts.language == "en" else "") or condition.name)


def changed(before: Sheet | None, after: Sheet, texts: Texts) -> Changed:
    """Return what of a category differs, field by field; of a new one what it says."""
    differences: list[Difference] = []
    for name in differing(before, after):
        if name not in FIELDS:
            continue
        old, new = _lines(before, name, texts) if before is not None else (), _lines(after, name, texts)
        if name == "conditions":
            old, new = tuple(each for each in old if each not in new), tuple(each for each in new if each not in old)
        if old != new and (before is not None or new not in ((), (texts(N_("no")),))):
            differences.append(Difference(texts(FIELDS[name]), old, new))
    return Changed(after.id, after.code, sheet_name(after, texts), before is None, tuple(differences))


def all_changed(before: Mapping[str, Sheet], after: Iterable[Sheet], texts: Texts) -> list[Changed]:
    """Return every category in which two versions differ."""
    return [changed(before.get(sheet.id), sheet, texts) for sheet in after if before.get(sheet.id) != sheet]


def wrongs(faults: Iterable[Fault], texts: Texts) -> list[Wrong]:
    """Return faults in words, each with the field where it can be mended."""
    return [_wrong(fault, texts) for fault in faults]


def _wrong(fault: Fault, texts: Texts) -> Wrong:
    name, _, place = fault.field.partition(".")
    called = FIELDS[_FORM_FIELDS.get(name, name)]
    label = texts(called)
    field = f"{name}-{place}" if place else name
    words = texts(FAULTS[fault.why]).format(what=clean_line(fault.what))
    return Wrong(fault.matter, field, f"{label} {place}".rstrip(), words)


def _lines(sheet: Sheet, name: str, texts: Texts) -> tuple[str, ...]:
    value = getattr(sheet, name)
    if isinstance(value, bool):
        return (texts(N_("yes")) if value else texts(N_("no")),)
    if name == "timer":
        return (limit_words(value, texts),)
    if name == "photo":
        return (texts(PHOTOS[value]),)
    if name == "conditions":
        return tuple(_condition_line(each, texts) for each in value)
    text = " ".join(value) if isinstance(value, tuple) else value
    return (clean_line(text),) if text else ()


def _condition_line(condition: Condition, texts: Texts) -> str:
    closing = condition.closing_en if texts.language == "en" else condition.closing
    said = (condition_name(condition, texts), limit_words(condition.limit, texts), closing, condition.source)
    return " · ".join(clean_line(each) for each in said if each)
