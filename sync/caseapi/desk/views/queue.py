"""A queue: what waits, what is due first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sync.caseapi.desk.directory import Directory
from sync.caseapi.desk.text import N_, Texts
from sync.caseapi.desk.views.words import Chip, Moment, Now, state_chip, time_left
from sync.caseapi.service.casework.lives import DANGER
from sync.caseapi.service.casework.views import CaseLine
from sync.clock import parse_time
from sync.text import clean_line

FILTERS = (
    ("mine", N_("Mine to act on")),
    ("open", N_("Open in my area")),
    ("late", N_("Overdue")),
    ("closed", N_("Closed")),
)
"""What the page can show, by the word in its address; the first is shown unless told otherwise."""


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A case that waits.

    Attributes:
        due: until when whoever is to act must act, and `left` how long that is; None without a limit.
        ended: when it was closed or voided.
        choice: what a box beside it sends, where it can be dispatched now: id and version.
        orgs: names of those that it was given to, the leading one first.
    """

    id: str
    matter: str
    is_danger: bool
    place: str
    area: str
    summary: str
    is_restricted: bool
    state: Chip
    due: Moment | None
    left: Chip | None
    ended: Moment | None
    orgs: str
    misfits: int
    choice: str


def queue_lines(lines: Sequence[CaseLine], directory: Directory, *, now: Now, texts: Texts) -> tuple[QueueLine, ...]:
    """Return the lines of a queue, in its order."""
    return tuple(_line(each, directory, now, texts) for each in lines)


def matter_name(matter: str, name: str, directory: Directory, texts: Texts) -> str:
    """Return what a category is called, in English where the catalogue has that and it is asked for."""
    entry = directory.matters.get(matter)
    in_english = entry.name_en if entry is not None and texts.language == "en" else ""
    return clean_line(in_english or name or matter)


def told(at: str | None) -> int | None:
    """Return a moment of the service's answers, Unix milliseconds."""
    try:
        return parse_time(at) if at else None
    except ValueError:
        return None


def place_of(line: CaseLine, place: str, directory: Directory) -> str:
    """Return building and place of a case."""
    building = directory.buildings.get(str(line.building)) if line.building is not None else None
    name = line.building_name or (building.name if building is not None else "")
    return clean_line(" ".join(part for part in (name, place) if part))


def _line(line: CaseLine, directory: Directory, now: Now, texts: Texts) -> QueueLine:
    ended_ms = told(line.ended_at)
    due_ms = told(line.due_at) if ended_ms is None else None
    return QueueLine(
        id=str(line.id),
        matter=matter_name(line.matter, line.matter_name, directory, texts),
        is_danger=line.severity >= DANGER,
        place=place_of(line, line.place, directory),
        area=directory.named(line.grid),
        summary=clean_line(line.summary),
        is_restricted=line.is_restricted,
        state=state_chip(line.state, texts),
        due=None if due_ms is None else now.moment(due_ms, texts),
        left=None if due_ms is None else time_left(due_ms - now.ms, texts),
        ended=None if ended_ms is None else now.moment(ended_ms, texts),
        orgs=texts(", ").join(directory.named(org) for org in line.orgs),
        misfits=line.misfits,
        choice=f"{line.id}.{line.version}" if line.state == "filed" else "",
    )
