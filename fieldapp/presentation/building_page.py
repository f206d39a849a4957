"""The lines of a building's page: its entrances, whom to call, what is open there, what was recorded there.

Of what others of the grid recorded, it is said where and when somebody was there and what was found, and never who.
"""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from fieldapp.presentation.buildings import LOOKS, building_facts, building_title, state_words
from fieldapp.presentation.casework import CASE_STATES
from fieldapp.presentation.outside import shown
from fieldapp.presentation.records import joined
from fieldapp.presentation.times import clock_time, weekday
from fieldapp.presentation.tones import Tone
from fieldapp.presentation.words import KINDS, RESULTS, matter_name, outcome_word, purpose_word, word
from fieldapp.services.buildings import BuildingView, Occasion, State
from fieldapp.services.casework import CaseView
from fieldapp.services.last_seen import LastSeen
from fieldapp.services.round import PlaceProgress
from fieldapp.services.shift_log import LogLine
from fieldapp.text import N_, _
from sync.records import CaseReport, CheckIn, Visit
from sync.reference import ContactEntry

DANGER_NUMBERS = N_("In danger first: 110 police, 119 fire, 120 ambulance")
"""The national numbers; no handler's number stands in their place."""

DOOR, CALL, CASE, OCCASION, SEEN = "door", "call", "case", "occasion", "seen"
"""What a line's key begins with, before a colon: what choosing it means."""

LAST_SEEN = N_("Last check-in of your grid")
NEVER_WHO = N_("Where, when and what was found; no names")
"""What is said when the grid's last check-in at a place is chosen."""

_RESULT_STATES: dict[str, State] = {
    "not_stated": "arrived",
    "normal": "normal",
    "issue": "issue",
    "no_access": "no_access",
}


class PageLine(Struct, frozen=True):
    """One line: what it is, what else there is to say, and a word at its end."""

    key: str
    title: str
    note: str = ""
    mark: str = ""
    tone: Tone = "plain"


def page_title(view: BuildingView) -> str:
    """Return the building's name, how many places were seen, what was found, and of whose round that is said."""
    of_round = _("this tablet's round")
    return "   ".join((building_title(view.row), state_words(view.row.state), of_round))


def page_facts(view: BuildingView) -> str:
    """Return where it is and what is open there."""
    return building_facts(view.row)


def page_note(view: BuildingView) -> str:
    """Return what everybody should know who goes there, empty for nothing."""
    note = shown(view.row.entry.note, max_chars=160)
    return _("Note: {note}").format(note=note) if note else ""


def page_lines(view: BuildingView) -> list[PageLine]:
    """Return every line, in the order in which they are needed at the door."""
    return [
        *(_door(place) for place in view.row.progress.places if place.place.entrance is not None),
        *map(_case, view.cases),
        *(_contact(place, contact) for place, contact in enumerate(view.contacts)),
        *_occasions(view),
    ]


def occasion_of(view: BuildingView, key: str) -> Occasion | None:
    """Return what a line stands for, None when it is no record's."""
    wanted = key.removeprefix(f"{OCCASION}:")
    return next((each for each in view.occasions if each.line.entry.record.id == wanted), None)


def _door(place: PlaceProgress) -> PageLine:
    state = _RESULT_STATES[_result(place)] if place.is_seen else "unseen"
    note = _("Choosing it checks in there")
    return PageLine(f"{DOOR}:{place.place.entrance}", shown(place.name), note, state_words(state), LOOKS[state].tone)


def _result(place: PlaceProgress) -> str:
    body = place.check_in.body if place.check_in is not None else None
    return body.result if isinstance(body, CheckIn) else "not_stated"


def _case(case: CaseView) -> PageLine:
    entry = case.entry
    title = joined(_("Case"), shown(entry.matter_name, max_chars=60))
    note = joined(shown(entry.reported_at[:10]), shown(entry.summary))
    mark = word(CASE_STATES, entry.state) if case.is_sent else _("to be sent")
    return PageLine(f"{CASE}:{case.id}", title, note, mark, "warn")


def _contact(place: int, contact: ContactEntry) -> PageLine:
    title = _("Call {name}: {number}").format(
        name=shown(contact.name, max_chars=40), number=shown(contact.number, max_chars=30)
    )
    where = _("for this building") if contact.building else _("for the whole grid")
    return PageLine(f"{CALL}:{place}", title, joined(shown(contact.group, max_chars=40), where))


def _occasions(view: BuildingView) -> Iterator[PageLine]:
    others = list(view.last_seen)
    for each in view.occasions:
        while others and others[0].at > each.line.at:
            yield _seen(others.pop(0))
        line = each.line
        kind = word(KINDS, line.entry.record.kind)
        mark = _("yours") if each.is_own else ""
        yield PageLine(f"{OCCASION}:{line.entry.record.id}", f"{_at(line.at)}  {kind}", _said(line), mark)
    yield from map(_seen, others)


def _seen(last: LastSeen) -> PageLine:
    where = last.place.place
    note = joined(shown(last.place.entrance_name, max_chars=40), word(RESULTS, last.result))
    title = f"{_at(last.at)}  {word(KINDS, 'check_in')}"
    return PageLine(f"{SEEN}:{where.entrance or where.building}", title, note, _("your grid"))


def _at(moment: datetime) -> str:
    return f"{moment.month:02d}-{moment.day:02d} {weekday(moment)} {clock_time(moment)}"


def _said(line: LogLine) -> str:
    """Return what a record says of the building; what was said to whom is its inspector's."""
    door = shown(line.place.entrance_name, max_chars=40) if line.place else ""
    match line.body:
        case CheckIn():
            return joined(door, word(RESULTS, line.body.result))
        case Visit():
            return joined(door, purpose_word(line.body.purpose), outcome_word(line.body.outcome))
        case CaseReport():
            return joined(door, matter_name(line.matter) if line.matter else shown(line.body.matter_code))
        case _:
            return door
