"""Which area a page shows: the one asked for, as far as a seat of whoever asks looks over it."""

import re
from collections.abc import Iterator

from sync.caseapi.cases.permissions import CODE_DIGITS, TABLE, is_within
from sync.caseapi.desk.casework.visit import Visit
from sync.caseapi.errors import NotAllowed, NotThere
from sync.caseapi.service.callers import Caller

_CODE = re.compile("[0-9]{6,15}", re.ASCII)

AREA_DIGITS = tuple(CODE_DIGITS.values())
"""Of a grid's code: its district, street, community, itself."""

COMMUNITY_DIGITS, GRID_DIGITS = CODE_DIGITS["community"], CODE_DIGITS["grid"]


def patches(by: Caller | None, district: str) -> tuple[str, ...]:
    """Return the areas that the seats of a caller look over, the widest first."""
    found = set()
    for seat in by.seats if by is not None else ():
        reach = TABLE["read_cases"].get(seat.role)
        if reach == "all":
            found.add(district)
        elif reach == "subtree":
            found.add(seat.org)
    return tuple(sorted(found, key=lambda code: (len(code), code)))


def looks_over(by: Caller | None, district: str, code: str) -> bool:
    """Return whether a seat of a caller looks over an area."""
    return any(is_within(patch, code) for patch in patches(by, district))


def first_area(visit: Visit, district: str, asked: str = "") -> str:
    """Return the area that a page shows: the one asked for, the caller's widest where none is.

    Raises:
        NotThere: it is no area's code.
        NotAllowed: no seat of the caller looks over it, or over any.
    """
    if asked and not _CODE.fullmatch(asked):
        raise NotThere("there is no such area")
    own = patches(visit.by, district)
    area = asked or next(iter(own), "")
    if not area or not looks_over(visit.by, district, area):
        raise NotAllowed("no seat of this account looks over that area")
    return area


def path_to(visit: Visit, district: str, area: str) -> tuple[tuple[str, str, bool], ...]:
    """Return the areas from the district down to one: code, name, and whether the caller may look at it."""
    return tuple(_trail(visit, district, area))


def _trail(visit: Visit, district: str, area: str) -> Iterator[tuple[str, str, bool]]:
    for digits in AREA_DIGITS:
        if digits <= len(area):
            code = area[:digits]
            yield code, visit.directory.named(code), code != area and looks_over(visit.by, district, code)
