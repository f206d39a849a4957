"""What the server sends down: the bodies of feed entries, one type per entry type.

Server-owned things are never edited on the tablet. `ENTRY_TYPES` names every type this program can read; an entry of
another type is kept by the tablet as it is and shown nowhere.
"""

from typing import Literal

import msgspec
from msgspec import Struct

from sync.errors import WireError

Role = Literal["place", "inspector", "visitor"]
TagStatus = Literal["active", "replaced", "revoked"]


Ring = tuple[tuple[float, float], ...]
"""A closed line of (longitude, latitude) in degrees, CGCS2000 or WGS-84."""


class Entry(Struct, frozen=True, omit_defaults=True):
    """The body of a feed entry; unknown fields of a newer server are passed over."""


class GridEntry(Entry, frozen=True):
    """A responsibility grid; its id is the entry's id.

    Attributes:
        border: its outer ring, then its holes; empty where nobody drew it.
    """

    name: str
    community: str
    community_name: str
    street_name: str
    district: str
    district_name: str
    border: tuple[Ring, ...] = ()


class BuildingEntry(Entry, frozen=True):
    """A building: its name, address, and initials of every reading, space separated, for finding it without typing.

    Attributes:
        note: what everybody who goes there should know of the building, never of a person.
        outline: its outer ring, then its holes; empty where nobody drew it.
    """

    name: str
    grid: str
    address: str = ""
    initials: str = ""
    lat: float | None = None
    lon: float | None = None
    radius_m: float = 60.0
    order: int = 0
    note: str = ""
    outline: tuple[Ring, ...] = ()


class EntranceEntry(Entry, frozen=True):
    """An entrance of a building."""

    building: str
    name: str
    order: int = 0


class TagEntry(Entry, frozen=True):
    """What a tag means; the entry's id is the tag's digest (see `sync.tags.tag_digest`).

    Attributes:
        target: building or entrance id of a place, person id of an inspector, a label of a visitor card.
        records: ids of the records of inspectors from which this follows, the last ones, in order; see `sync.mounting`.
    """

    medium: str
    role: Role
    target: str
    status: TagStatus = "active"
    records: tuple[str, ...] = ()


class PersonEntry(Entry, frozen=True):
    """Somebody who may sign in on tablets of the grid.

    Attributes:
        pin: Argon2id verifier of the six-digit PIN.
        valid_until: RFC 3339; later, the person may still record, but not read others' data.
    """

    name: str
    seat: str
    grid: str
    pin: str
    valid_until: str


class MatterEntry(Entry, frozen=True):
    """A category of the catalogue; the entry's id is ``standard:kind:code``."""

    standard: Literal["national", "local"]
    kind: Literal["component", "matter"]
    code: str
    name: str
    name_en: str
    group: str
    group_en: str
    initials: str = ""
    danger: bool = False
    emergency_number: str = ""
    restricted: bool = False
    common: bool = False
    photo: Literal["never", "optional", "needed"] = "optional"


class HistoryLine(Struct, frozen=True, omit_defaults=True):
    """One thing that happened to a case; who did it is not said.

    Attributes:
        at: RFC 3339.
        what: reported, note, verify, recheck, or a state that the desk gave it.
        text: words of a note or of the desk; empty for a case that only the handling chain may read.
        answer: of a verification or a recheck.
        photos: how many photos came with it.
        is_late: an answer to a task that another one had closed already.
        record: id of the record that says it, empty for what the desk said.
    """

    at: str
    what: str
    text: str = ""
    answer: str = ""
    photos: int = 0
    is_late: bool = False
    record: str = ""


class ContactEntry(Entry, frozen=True):
    """A handler's number to call from the grid; in danger the national numbers come first.

    Attributes:
        name: whose number it is: a service, never a person.
        building: only there; None for the whole grid.
        group: only for matters of this group of the catalogue, by its Chinese name; empty for all.
    """

    name: str
    number: str
    building: str | None = None
    group: str = ""
    order: int = 0


class CaseEntry(Entry, frozen=True):
    """A case of the grid, as far as the tablet needs it.

    Attributes:
        place: words for the place, where no building fits.
        severity: 1 can wait, 2 usual, 3 danger.
        handler: who handles it, as the desk says.
        handler_number: the handler's emergency number.
        history: the last things that happened, oldest first.
    """

    state: str
    matter_name: str
    building: str | None = None
    entrance: str | None = None
    summary: str = ""
    reported_at: str = ""
    due_at: str | None = None
    place: str = ""
    severity: int = 2
    handler: str = ""
    handler_number: str = ""
    history: tuple[HistoryLine, ...] = ()


class TaskEntry(Entry, frozen=True):
    """Something that the desk wants looked at; the entry's id is the task's.

    Attributes:
        type: verify or recheck.
        case: id of the case it is about.
        ask: what to look at, in a sentence.
        state: open or answered.
        answer: what was answered, while it is answered.
    """

    type: str
    case: str
    matter_name: str
    building: str | None = None
    entrance: str | None = None
    place: str = ""
    ask: str = ""
    made_at: str = ""
    due_at: str | None = None
    severity: int = 2
    state: str = "open"
    answer: str = ""


class HandoffEntry(Entry, frozen=True):
    """What a shift left to a seat of the grid; the entry's id is the record's.

    Attributes:
        from_seat: the seat that handed over.
        seat: the seat that takes over.
        person: id of the person of that seat who is meant, None for whoever sits there.
        cases: ids of the cases that were open.
        at: RFC 3339.
    """

    from_seat: str
    seat: str
    person: str | None = None
    cases: tuple[str, ...] = ()
    note: str = ""
    at: str = ""


class SeenEntry(Entry, frozen=True):
    """When somebody of the grid was last at a place; the entry's id is the place's, a building's or an entrance's.

    Who it was is nobody's business: neither person nor tablet nor record is named, and the moment is no finer than a
    screen says it.

    Attributes:
        at: RFC 3339, a whole minute.
        result: what was found, as a check-in says it.
    """

    at: str
    result: str = "not_stated"


class NoticeEntry(Entry, frozen=True):
    """A sentence of the desk to everybody of a grid; nobody records who has read it.

    The entry's id is the notice's id, the same in every grid that it went to.

    Attributes:
        text: at most 500 characters, lines allowed.
        desk: the name of the desk that says it, never of a person.
        at: RFC 3339, when it was sent.
        until: RFC 3339; later it is no longer shown.
        urgent: shown first, and on the home screen in a danger colour with a word.
    """

    text: str
    desk: str = ""
    at: str = ""
    until: str = ""
    urgent: bool = False


CLOSED_CASES = frozenset({"closed", "void"})
"""States of a `CaseEntry` in which nothing is left to be done."""


class VerdictEntry(Entry, frozen=True):
    """What became of a record that was not plainly stored.

    The entry's id is the record's id; its stream and place, with a colon between, where the id is not its own.
    """

    verdict: Literal["stored", "duplicate", "quarantined", "parked"]
    reason: str = ""
    sentence: str = ""


ENTRY_TYPES: dict[str, type[Entry]] = {
    "grid": GridEntry,
    "building": BuildingEntry,
    "entrance": EntranceEntry,
    "tag": TagEntry,
    "person": PersonEntry,
    "matter": MatterEntry,
    "contact": ContactEntry,
    "case": CaseEntry,
    "task": TaskEntry,
    "handoff": HandoffEntry,
    "notice": NoticeEntry,
    "seen": SeenEntry,
    "verdict": VerdictEntry,
}
"""Entry type name to body type."""


def decode_entry(entry_type: str, body: bytes) -> Entry | None:
    """Return an entry's typed body, or None for a type this program does not know.

    Raises:
        WireError: the type is known and a field is wrong.
    """
    known = ENTRY_TYPES.get(entry_type)
    if known is None:
        return None
    try:
        return msgspec.json.decode(body, type=known)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise WireError(f"feed entry of type {entry_type}: {exc}") from exc
