"""Sheets of the catalogue from what files and tablets' entries say, and back. Pure."""

import msgspec

from sync.caseapi.cases.catalogue import Sheet
from sync.caseapi.district.catalogue import Matter
from sync.caseapi.service.feeds import CATALOGUE
from sync.caseapi.storage.values import FeedChange
from sync.reference import MatterEntry

MATTER = "matter"
"""Type of the entries of categories."""


def imported_sheet(matter: Matter, before: Sheet | None) -> Sheet:
    """Return the sheet of a row of a catalogue's file; conditions stand in another file and are kept."""
    return Sheet(
        standard=matter.standard,
        kind=matter.kind,
        code=matter.code,
        name=matter.name,
        name_en=matter.name_en,
        group=matter.group_zh,
        group_en=matter.group_en,
        alias_codes=matter.alias_codes,
        timer=matter.timer,
        is_danger=matter.is_danger,
        emergency_number=matter.emergency_number,
        is_restricted=matter.is_restricted,
        is_common=matter.is_common,
        initials=matter.initials,
        photo=matter.photo,
        conditions=before.conditions if before is not None else (),
    )


def standing_sheet(entry: MatterEntry, shipped: Sheet | None) -> Sheet:
    """Return the sheet of what tablets are told; of times and older codes they are not."""
    return Sheet(
        standard=entry.standard,
        kind=entry.kind,
        code=entry.code,
        name=entry.name,
        name_en=entry.name_en,
        group=entry.group,
        group_en=entry.group_en,
        alias_codes=shipped.alias_codes if shipped is not None else (),
        timer=shipped.timer if shipped is not None else None,
        is_danger=entry.danger,
        emergency_number=entry.emergency_number,
        is_restricted=entry.restricted,
        is_common=entry.common,
        initials=tuple(entry.initials.split()),
        photo=entry.photo,
        conditions=shipped.conditions if shipped is not None else (),
    )


def entry_of(sheet: Sheet) -> FeedChange:
    """Return what tablets are told of a sheet."""
    entry = MatterEntry(
        standard=sheet.standard,
        kind=sheet.kind,
        code=sheet.code,
        name=sheet.name,
        name_en=sheet.name_en,
        group=sheet.group,
        group_en=sheet.group_en,
        initials=" ".join(sheet.initials),
        danger=sheet.is_danger,
        emergency_number=sheet.emergency_number,
        restricted=sheet.is_restricted,
        common=sheet.is_common,
        photo=sheet.photo,
    )
    return FeedChange(CATALOGUE, MATTER, sheet.id, msgspec.json.encode(entry))
