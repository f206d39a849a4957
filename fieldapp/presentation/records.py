"""A record as cells of a list: a label, a detail, and how it is meant. One function for each kind."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from fieldapp.presentation.outside import shown
from fieldapp.presentation.photos import progress_text
from fieldapp.presentation.times import clock_time
from fieldapp.presentation.tones import Tone
from fieldapp.presentation.words import (
    CHECK_POINTS,
    CHECK_STATES,
    GEOFENCES,
    KINDS,
    LOSS_REASONS,
    METHODS,
    QUALITIES,
    REPLACE_REASONS,
    RESULTS,
    TASK_TYPES,
    VOID_REASONS,
    answer_word,
    matter_name,
    need_word,
    outcome_word,
    purpose_word,
    severity_word,
    weather_word,
    word,
)
from fieldapp.services.photo_field import images_of
from fieldapp.services.places import NamedPlace
from fieldapp.services.shift_log import LogLine
from fieldapp.text import _, ngettext
from sync.records import (
    CaseNote,
    CaseReport,
    CheckIn,
    Handoff,
    MediaLost,
    ShiftEnd,
    ShiftStart,
    TagBind,
    TagReplace,
    TaskResult,
    Visit,
    Void,
)

_DANGER = 3


class RecordCells(Struct, frozen=True):
    """A record as shown in a list.

    Attributes:
        time: hours and minutes.
        label: what it is, a few words.
        detail: the rest on one line, may be empty.
    """

    time: str
    label: str
    detail: str
    tone: Tone = "plain"


def record_cells(line: LogLine) -> RecordCells:
    """Return a record's cells; a kind that this program cannot read is named and kept."""
    describe = _DESCRIBERS.get(type(line.body))
    label, detail, tone = (describe or _unreadable)(line.body, line)
    if line.is_void:
        return RecordCells(clock_time(line.at), label, joined(_("withdrawn"), detail), "muted")
    return RecordCells(clock_time(line.at), label, detail, tone)


def place_text(place: NamedPlace | None) -> str:
    """Return a place's names on one line; a place that left the reference data says so."""
    if place is None:
        return ""
    name = shown(place.building_name, max_chars=80) or _("Unknown building")
    return f"{name} {shown(place.entrance_name, max_chars=40)}".strip()


def joined(*parts: str) -> str:
    """Return the parts that are not empty, with dots between."""
    return " · ".join(part for part in parts if part)


def checks_text(body: CheckIn) -> str:
    """Return what was looked at, point by point."""
    return joined(*(f"{word(CHECK_POINTS, point)} {word(CHECK_STATES, state)}" for point, state in body.checks.items()))


_Cells = tuple[str, str, Tone]


def _unreadable(_body: object, line: LogLine) -> _Cells:
    return word(KINDS, line.entry.record.kind), _("Not readable by this version"), "warn"


def _shift_start(body: ShiftStart, _line: LogLine) -> _Cells:
    weather = weather_word(body.weather) if body.weather else ""
    temperature = f"{body.temp_c} °C" if body.temp_c is not None else ""
    rounds = ngettext("{count} round planned", "{count} rounds planned", body.rounds_planned)
    return (
        word(KINDS, "shift_start"),
        joined(weather, temperature, rounds.format(count=body.rounds_planned), shown(body.note)),
        "plain",
    )


def _shift_end(body: ShiftEnd, _line: LogLine) -> _Cells:
    rounds = ngettext("{count} round done", "{count} rounds done", body.rounds_done).format(count=body.rounds_done)
    return word(KINDS, "shift_end"), joined(rounds, shown(body.note)), "plain"


def _check_in(body: CheckIn, line: LogLine) -> _Cells:
    result = "issue" if line.has_problem and body.result == "not_stated" else body.result
    quality = body.tag.quality if body.tag else ""
    tones: dict[str, Tone] = {"normal": "good", "issue": "warn", "no_access": "warn"}
    return (
        place_text(line.place) or word(KINDS, "check_in"),
        joined(
            word(RESULTS, result),
            checks_text(body),
            word(METHODS, body.method),
            word(QUALITIES, quality) if quality not in {"", "verified"} else "",
            word(GEOFENCES, body.geofence) if body.geofence != "unknown" else "",
        ),
        tones.get(result, "plain"),
    )


def _case_report(body: CaseReport, line: LogLine) -> _Cells:
    name = matter_name(line.matter) if line.matter else _("Category {code}").format(code=body.matter_code)
    solved = _("Solved")
    outcome = f"{solved}: {shown(body.action)}" if body.self_resolved else ""
    pressing = severity_word(body.severity) if body.severity == _DANGER and not body.self_resolved else ""
    hidden = body.restricted
    return (
        name,
        joined(
            place_text(line.place) or shown(body.place),
            pressing,
            progress_text(line.photos),
            _("only for the handling chain") if hidden else shown(body.description),
            "" if hidden else outcome,
        ),
        "good" if body.self_resolved else "bad" if body.severity == _DANGER else "warn",
    )


def _visit(body: Visit, line: LogLine) -> _Cells:
    again = _("again on {date}").format(date=body.follow_up_on) if body.follow_up_on else ""
    return (
        purpose_word(body.purpose),
        joined(
            place_text(line.place),
            outcome_word(body.outcome),
            progress_text(line.photos),
            *(need_word(code) for code in body.needs),
            shown(body.note),
            again,
        ),
        "plain",
    )


def _void(body: Void, _line: LogLine) -> _Cells:
    return word(KINDS, "void"), word(VOID_REASONS, body.reason), "muted"


def _media_lost(body: MediaLost, _line: LogLine) -> _Cells:
    return word(KINDS, "media_lost"), word(LOSS_REASONS, body.reason), "warn"


def _tag_bind(body: TagBind, line: LogLine) -> _Cells:
    return word(KINDS, "tag_bind"), joined(place_text(line.place), word(METHODS, body.method)), "good"


def _tag_replace(body: TagReplace, line: LogLine) -> _Cells:
    reason = _("the old one: {reason}").format(reason=word(REPLACE_REASONS, body.reason))
    return word(KINDS, "tag_replace"), joined(place_text(line.place), reason, word(METHODS, body.method)), "good"


def _task_result(body: TaskResult, line: LogLine) -> _Cells:
    tones: dict[str, Tone] = {"yes": "good", "no": "warn"}
    return (
        f"{word(TASK_TYPES, body.type)}: {answer_word(body.type, body.answer)}",
        joined(place_text(line.place), _about(line), progress_text(line.photos), shown(body.note)),
        tones.get(body.answer, "plain") if body.type == "recheck" else "plain",
    )


def _case_note(body: CaseNote, line: LogLine) -> _Cells:
    photos = len(images_of(body.media))
    counted = ngettext("{count} photo", "{count} photos", photos).format(count=photos) if photos else _("Spoken note")
    text = shown(body.text) or counted
    return (
        word(KINDS, "case_note"),
        joined(place_text(line.place), _about(line), progress_text(line.photos), text),
        "plain",
    )


def _handoff(body: Handoff, line: LogLine) -> _Cells:
    cases = ngettext("{count} open case", "{count} open cases", len(body.cases)).format(count=len(body.cases))
    to = _("to {name}").format(name=shown(line.to_name, max_chars=40) or shown(body.seat, max_chars=40))
    return word(KINDS, "handoff"), joined(to, cases, shown(body.note)), "plain"


def _about(line: LogLine) -> str:
    return shown(line.case.matter_name, max_chars=40) if line.case is not None else ""


_DESCRIBERS: dict[type, Callable[[Any, LogLine], _Cells]] = {
    ShiftStart: _shift_start,
    ShiftEnd: _shift_end,
    CheckIn: _check_in,
    CaseReport: _case_report,
    Visit: _visit,
    Void: _void,
    MediaLost: _media_lost,
    TagBind: _tag_bind,
    TagReplace: _tag_replace,
    TaskResult: _task_result,
    CaseNote: _case_note,
    Handoff: _handoff,
}
"""Body type to what describes it: a new kind adds a function and a line here."""
