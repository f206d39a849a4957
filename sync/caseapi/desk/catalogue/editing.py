"""The form of a category: what it shows of a sheet, and the sheet that it says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from sync.caseapi.cases.catalogue import FIRST_LOCAL_MINOR, MOST_CONDITIONS, Fault, Sheet
from sync.caseapi.cases.limits import Condition
from sync.caseapi.cases.timers import TIMER_TYPES, Limit, TimerType
from sync.caseapi.desk.casework.forms import Form
from sync.caseapi.district.initials import initials_of
from sync.text import clean_line

CONDITION_FIELDS = ("id", "name", "name_en", "type", "amount", "closing", "closing_en", "source")
ROOM = 2
"""Empty rows for conditions that a form offers below those that are there."""

LOCAL_GROUP = "10"
"""Group in which local categories count down."""

MOST_AMOUNT = 999
_NAME_CHARS, _TEXT_CHARS = 60, 200

Said = dict[str, str]
Photo = Literal["never", "optional", "needed"]


@dataclass(frozen=True, slots=True)
class Written:
    """What a form says: a sheet where it can be read, else faults.

    Attributes:
        said: what its fields held, to be shown again.
    """

    sheet: Sheet | None
    faults: tuple[Fault, ...]
    said: Said


def shown_of(sheet: Sheet) -> Said:
    """Return what the fields of a form hold of a sheet."""
    said = {
        "code": sheet.code,
        "name": sheet.name,
        "name_en": sheet.name_en,
        "group": sheet.group,
        "group_en": sheet.group_en,
        "alias_codes": " ".join(sheet.alias_codes),
        "timer_type": sheet.timer.type if sheet.timer else "work_day",
        "timer_amount": str(sheet.timer.amount) if sheet.timer else "",
        "emergency_number": sheet.emergency_number,
        "initials": " ".join(sheet.initials),
        "photo": sheet.photo,
        **{name: "on" for name in ("is_danger", "is_restricted", "is_common", "is_closed") if getattr(sheet, name)},
    }
    for place, each in enumerate(sheet.conditions, 1):
        values = (each.id, each.name, each.name_en, each.limit.type, str(each.limit.amount))
        texts = (each.closing, each.closing_en, each.source)
        said |= {f"{name}-{place}": text for name, text in zip(CONDITION_FIELDS, (*values, *texts), strict=True)}
    return said


def rows_of(said: Mapping[str, str]) -> list[Said]:
    """Return the rows of conditions that a form has: those that say something, and some room."""
    places = range(1, MOST_CONDITIONS + 1)
    used = max((place for place in places if said.get(f"name-{place}") or said.get(f"amount-{place}")), default=0)
    return [
        {name: said.get(f"{name}-{place}", "") for name in CONDITION_FIELDS}
        for place in range(1, min(MOST_CONDITIONS, used + ROOM) + 1)
    ]


def next_local_code(sheets: Iterable[Sheet]) -> str:
    """Return the next free code of the local extension, which counts down from 10999."""
    taken = {sheet.code for sheet in sheets}
    codes = (f"{LOCAL_GROUP}{minor:03}" for minor in range(999, FIRST_LOCAL_MINOR - 1, -1))
    return next((code for code in codes if code not in taken), "")


def written(form: Form, before: Sheet | None) -> Written:
    """Return what a form says of a category.

    Args:
        before: the category as it stands, whose code and, for a national one, names are kept; None for a new one.
    """
    form = _closed_up(form)
    said = {name: form.text(name) for name in form.values if name not in ("token", "expected")}
    faults: list[Fault] = []
    code = before.code if before is not None else _line(form, "code", 10)
    matter = before.id if before is not None else f"local:matter:{code}"
    timer = _limit(form, "timer_type", "timer_amount", Fault(matter, "timer_amount", "amount"), faults)
    conditions = tuple(_conditions(form, matter, faults))
    if faults:
        return Written(None, tuple(faults), said)
    is_national = before is not None and before.standard == "national"
    name = before.name if before is not None and is_national else _line(form, "name", _NAME_CHARS)
    sheet = Sheet(
        standard=before.standard if before is not None else "local",
        kind=before.kind if before is not None else "matter",
        code=code,
        name=name,
        name_en=_line(form, "name_en", _TEXT_CHARS),
        group=before.group if before is not None and is_national else _line(form, "group", _NAME_CHARS),
        group_en=before.group_en if before is not None and is_national else _line(form, "group_en", _TEXT_CHARS),
        alias_codes=tuple(dict.fromkeys(_line(form, "alias_codes", _TEXT_CHARS).split())),
        timer=timer,
        is_danger=bool(form.text("is_danger")),
        emergency_number=_line(form, "emergency_number", 10),
        is_restricted=bool(form.text("is_restricted")),
        is_common=bool(form.text("is_common")),
        initials=tuple(_line(form, "initials", 400).casefold().split()) or initials_of(name),
        photo=_photo(form.text("photo")),
        is_closed=bool(form.text("is_closed")),
        conditions=conditions,
    )
    return Written(sheet, (), said)


def _closed_up(form: Form) -> Form:
    """Return a form whose conditions stand in its first rows: a row without a name is taken out."""
    used = [n for n in range(1, MOST_CONDITIONS + 1) if form.text(f"name-{n}") or form.text(f"name_en-{n}")]
    rows = {
        f"{name}-{place}": [form.text(f"{name}-{n}")] for place, n in enumerate(used, 1) for name in CONDITION_FIELDS
    }
    others = {name: values for name, values in form.values.items() if name.rpartition("-")[0] not in CONDITION_FIELDS}
    return Form(others | rows)


def _photo(text: str) -> Photo:
    return "never" if text == "never" else "needed" if text == "needed" else "optional"


def _conditions(form: Form, matter: str, faults: list[Fault]) -> Iterable[Condition]:
    ids = {form.text(f"id-{place}") for place in range(1, MOST_CONDITIONS + 1)}
    free = (f"c{number}" for number in range(1, 100) if f"c{number}" not in ids)
    for place in range(1, MOST_CONDITIONS + 1):
        if f"name-{place}" not in form.values:
            return
        at = f"conditions.{place}"
        limit = _limit(form, f"type-{place}", f"amount-{place}", Fault(matter, at, "amount"), faults)
        if limit is None:
            faults.extend([Fault(matter, at, "amount")] if not form.text(f"amount-{place}") else [])
            continue
        yield Condition(
            matter=matter,
            id=_line(form, f"id-{place}", 40) or next(free),
            name=_line(form, f"name-{place}", _TEXT_CHARS),
            name_en=_line(form, f"name_en-{place}", _TEXT_CHARS),
            limit=limit,
            closing=_line(form, f"closing-{place}", _TEXT_CHARS),
            closing_en=_line(form, f"closing_en-{place}", _TEXT_CHARS),
            source=_line(form, f"source-{place}", _TEXT_CHARS),
        )


def _limit(form: Form, type_field: str, amount_field: str, fault: Fault, faults: list[Fault]) -> Limit | None:
    amount, timer = form.text(amount_field), _timer(form.text(type_field))
    if not amount:
        return None
    if timer is None or not (amount.isascii() and amount.isdigit() and 1 <= int(amount[:6]) <= MOST_AMOUNT):
        faults.append(fault)
        return None
    return Limit(timer, int(amount))


def _timer(text: str) -> TimerType | None:
    return next((each for each in TIMER_TYPES if each == text), None)


def _line(form: Form, name: str, chars: int) -> str:
    return clean_line(form.text(name), max_chars=chars).strip()
