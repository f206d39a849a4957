"""The catalogue at the desk: what holds, what is being written for the next version, publishing it from a day on.

Until a first version is published, what tablets are told holds, with the times that come with the program. A version
reaches the tablets when it begins to hold; a case keeps the version under which it was opened.
"""

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo

import msgspec

from sync.caseapi.cases.catalogue import (
    Sheet,
    closed,
    conditions_by_matter,
    faults_of,
    found_by,
    limits_by_matter,
    overlaid,
)
from sync.caseapi.district.catalogue import Matter, shipped_catalogue
from sync.caseapi.errors import DraftChanged, InputRefused, SheetRefused
from sync.caseapi.service.callers import Caller, seat_holding, seat_with_any
from sync.caseapi.service.casework.lives import Lives
from sync.caseapi.service.casework.timing import CaseTiming, Timings, shipped_timing
from sync.caseapi.service.catalogue.sheets import MATTER, entry_of, imported_sheet, standing_sheet
from sync.caseapi.service.feeds import CATALOGUE
from sync.caseapi.storage.base import FeedStore
from sync.caseapi.storage.catalogue import CatalogueStore, DraftRow, VersionRow
from sync.caseapi.storage.values import FeedChange
from sync.reference import MatterEntry
from sync.text import clean_line

NOTE_CHARS = 200


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the catalogue.

    Attributes:
        number: 0 for what came with the program and was imported.
        sheets: by id, national ones first, in the order of their codes.
    """

    number: int
    from_ms: int
    account: str
    made_ms: int
    note: str
    sheets: Mapping[str, Sheet]


@dataclass(frozen=True, slots=True)
class Drafted:
    """A category of the draft; `changed_ms` names its state."""

    sheet: Sheet
    account: str
    changed_ms: int


class CatalogueService:
    """Keeps versions, lets the draft be edited, and brings a version into force."""

    def __init__(
        self, store: CatalogueStore, feeds: FeedStore, timings: Timings, zone: tzinfo, now_ms: Callable[[], int]
    ) -> None:
        self._store = store
        self._feeds = feeds
        self._timings = timings
        self._zone = zone
        self._now_ms = now_ms
        self._read: dict[int, Version] = {}
        self._told = -1

    async def versions(self) -> list[Version]:
        """Return every version by the moment from which it holds; what holds before the first one is number 0."""
        rows = await self._store.versions()
        for row in rows:
            if row.number not in self._read:
                self._read[row.number] = _version(row)
        kept = sorted((self._read[row.number] for row in rows), key=lambda each: each.from_ms)
        self._timings.know((each.from_ms, self._timing(each)) for each in kept)
        return kept or [await self._first()]

    async def in_force(self) -> Version:
        """Return the version that holds now."""
        now_ms = self._now_ms()
        versions = await self.versions()
        return next((each for each in reversed(versions) if each.from_ms <= now_ms), versions[0])

    async def newest(self) -> Version:
        """Return the version that holds last: what the draft changes."""
        return (await self.versions())[-1]

    async def draft(self) -> dict[str, Drafted]:
        """Return what is to be changed, by category."""
        return {row.matter: _drafted(row) for row in await self._store.draft()}

    async def found(self, typed: str, *, limit: int) -> list[Sheet]:
        """Return the categories that answer what was typed, best first; common and open ones before others."""
        ranked = [(rank, sheet) for sheet in (await self.in_force()).sheets.values()
                  if (rank := found_by(sheet, typed)) is not None]  # fmt: skip
        ordered = sorted(ranked, key=lambda each: (each[0], each[1].is_closed, not each[1].is_common, each[1].code))
        return [sheet for _, sheet in ordered[:limit]]

    async def save(self, sheet: Sheet, expected_ms: int, by: Caller) -> None:
        """Write a category into the draft.

        Args:
            expected_ms: state of the draft's own sheet that was before the editor; 0 where there was none.

        Raises:
            NotAllowed: the caller neither edits nor proposes.
            SheetRefused: it could not be published like this; nothing was changed.
            DraftChanged: somebody else edited it meanwhile.
        """
        seat_with_any(by, "manage_catalogue", "propose_catalogue")
        newest, drafted = await self.newest(), await self.draft()
        standing = newest.sheets.get(sheet.id)
        if standing is not None and standing.standard == "national" and standing.name != sheet.name:
            raise InputRefused("a national category keeps its name", "name")
        if standing is None and sheet.standard == "national":
            raise InputRefused("national categories come with the standard", "code")
        others = overlaid(newest.sheets.values(), (each.sheet for each in drafted.values()))
        faults = faults_of(sheet, others.values(), self._timings.first.calendar, self._now_ms())
        if faults:
            raise SheetRefused(faults)
        row = DraftRow(sheet.id, msgspec.json.encode(sheet), by.id, self._now_ms())
        if not await self._store.put_draft(row, expected_ms):
            raise DraftChanged("somebody else edited this category meanwhile")

    async def drop(self, matter: str, by: Caller) -> None:
        """Take a category out of the draft."""
        seat_holding(by, "manage_catalogue")
        await self._store.drop_draft(matter)

    async def publish(self, day: str, note: str, by: Caller) -> Version:
        """Make the draft the next version, from a day on; today means from now on.

        Raises:
            NotAllowed: the caller does not edit the catalogue.
            InputRefused: there is no draft, or it cannot hold from that day.
            SheetRefused: categories of it have faults by that day; each is named.
            DraftChanged: somebody edited the draft, or published, meanwhile.
        """
        seat_holding(by, "manage_catalogue")
        rows = await self._store.draft()
        if not rows:
            raise InputRefused("nothing is changed", "draft")
        newest, now_ms = await self.newest(), self._now_ms()
        from_ms = self._from_ms(day, now_ms)
        if newest.number and from_ms <= newest.from_ms:
            raise InputRefused("a version that holds from a later day is published already", "day")
        number = max(each.number for each in await self.versions()) + 1
        sheets = overlaid(newest.sheets.values(), (_drafted(row).sheet for row in rows))
        calendar = self._timings.first.calendar
        faults = [fault for row in rows for fault in faults_of(sheets[row.matter], sheets.values(), calendar, from_ms)]
        if faults:
            raise SheetRefused(faults)
        made = Version(number, from_ms, by.id, now_ms, clean_line(note, max_chars=NOTE_CHARS), sheets)
        return await self._add(newest, made, rows)

    async def adopt(self, matters: Sequence[Matter]) -> None:
        """Let an imported catalogue hold from now on, where it says anything new; what it lacks is closed."""
        in_force, now_ms = await self.in_force(), self._now_ms()
        named = {f"{each.standard}:{each.kind}:{each.code}": each for each in matters}
        sheets = {
            sheet_id: imported_sheet(named[sheet_id], sheet) if sheet_id in named else closed(sheet)
            for sheet_id, sheet in in_force.sheets.items()
        }
        sheets |= {each: imported_sheet(named[each], None) for each in named if each not in sheets}
        self._told = -1
        if sheets != in_force.sheets:
            number = max(each.number for each in await self.versions())
            base = replace(in_force, number=number)
            await self._add(base, Version(number + 1, now_ms, "", now_ms, "", overlaid(sheets.values(), ())), ())

    async def take_effect(self) -> int:
        """Tell the tablets of the version that holds, unless they know; return how many entries were written.

        A version that other processes published becomes known here, too.
        """
        in_force = await self.in_force()
        if in_force.number in (0, self._told):
            return 0
        entries = {sheet.id: entry_of(sheet) for sheet in in_force.sheets.values() if not sheet.is_closed}
        standing = [key for key in await self._feeds.standing([MATTER]) if key[2] not in entries or key[0] != CATALOGUE]
        gone = [FeedChange(*key, b"null", is_deleted=True) for key in sorted(standing)]
        written = await self._feeds.publish([*gone, *entries.values()])
        self._told = in_force.number
        return written

    async def _add(self, base: Version, made: Version, rows: Sequence[DraftRow]) -> Version:
        # What held before the first version is kept as one, so that older cases keep it whatever a later program ships.
        first = () if base.number else (replace(base, number=1),)
        made = replace(made, number=made.number + len(first))
        if not await self._store.publish([_row(each) for each in (*first, made)], rows):
            raise DraftChanged("somebody else edited or published meanwhile")
        await self.versions()
        await self.take_effect()
        return made

    async def _first(self) -> Version:
        standing = await self._feeds.standing([MATTER])
        entries = {key[2]: msgspec.json.decode(body, type=MatterEntry) for key, body in standing.items()}
        shipped = {sheet.id: sheet for sheet in map(self._shipped, shipped_catalogue())}
        sheets = [standing_sheet(entry, shipped.get(matter)) for matter, entry in entries.items()]
        return Version(0, 0, "", 0, "", overlaid(sheets or shipped.values(), ()))

    def _shipped(self, matter: Matter) -> Sheet:
        sheet = imported_sheet(matter, None)
        return msgspec.structs.replace(sheet, conditions=self._timings.first.conditions.get(sheet.id, ()))

    def _timing(self, version: Version) -> CaseTiming:
        return _timing_of(version, self._timings.first)

    def _from_ms(self, day: str, now_ms: int) -> int:
        try:
            first = date.fromisoformat(day)
            begins_ms = int(datetime(first.year, first.month, first.day, tzinfo=self._zone).timestamp() * 1000)
        except ValueError as exc:
            raise InputRefused("a day is written as in 2026-10-01", "day") from exc
        today = datetime.fromtimestamp(now_ms / 1000, self._zone).date()
        if first < today:
            raise InputRefused("a version holds from today on, or from a later day", "day")
        # Of what was reported earlier today, another version has told the limits already.
        return max(begins_ms, now_ms)


def kept_lives(rows: Iterable[VersionRow], zone: tzinfo) -> Lives:
    """Return lives by the versions that a database holds, for who reads it without a running service."""
    timings = Timings(shipped_timing(zone))
    timings.know((row.from_ms, _timing_of(_version(row), timings.first)) for row in rows)
    return Lives(timings, zone)


def _timing_of(version: Version, first: CaseTiming) -> CaseTiming:
    sheets = tuple(version.sheets.values())
    names = {sheet.id: sheet.name for sheet in sheets}
    return replace(first, conditions=conditions_by_matter(sheets), usual=limits_by_matter(sheets), names=names)


def _version(row: VersionRow) -> Version:
    sheets = msgspec.json.decode(zlib.decompress(row.body), type=tuple[Sheet, ...])
    return Version(row.number, row.from_ms, row.account, row.made_ms, row.note, {each.id: each for each in sheets})


def _row(version: Version) -> VersionRow:
    body = zlib.compress(msgspec.json.encode(tuple(version.sheets.values())), 9)
    return VersionRow(version.number, version.from_ms, version.account, version.made_ms, version.note, body)


def _drafted(row: DraftRow) -> Drafted:
    return Drafted(msgspec.json.decode(row.body, type=Sheet), row.account, row.changed_ms)
