"""What a desk tells everybody of the grids of an area: sent, withdrawn, or ended by itself.

A notice is a desk's word, so it carries the name of the desk's area and never a person's; who has read it is kept
nowhere. It is withdrawn by the desk that said it, or by one above that.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import partial
from typing import Annotated
from uuid import UUID

import msgspec
import structlog
from msgspec import Meta, Struct

from sync.caseapi.cases.permissions import TABLE, Account, Right, is_within
from sync.caseapi.errors import InputRefused, NotAllowed, NotThere
from sync.caseapi.service.administration.desk import DeskAdministration
from sync.caseapi.service.callers import Caller, seat_holding, seat_over
from sync.caseapi.service.moments import is_day, moment
from sync.caseapi.service.places.naming import names_of
from sync.caseapi.storage.base import Storage
from sync.caseapi.storage.grid_notices import NoticeRow
from sync.ids import RANDOM_BYTES, uuid7_at
from sync.reference import NoticeEntry
from sync.text import clean_text

NOTICE_CHARS = 500
"""Longest notice: what fits on a tablet without much turning of pages."""

LONGEST_DAYS = 60
"""How far ahead the last day may lie: what holds longer is a rule, and belongs where rules stand."""

MOST_ENDED = 50
"""Notices that have ended in one list."""

_RIGHT: Right = "send_notice"
_BLANK_LINES = re.compile(r"\n{3,}")

log = structlog.get_logger("caseapi.notices")


class NoticeWanted(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A notice to be sent.

    Attributes:
        area: code of the district, street, community or grid to whose grids it goes.
        last_day: ``YYYY-MM-DD``, the last day on which it is shown.
        id: of the notice, so that the same form sent twice makes one.
    """

    area: Annotated[str, Meta(max_length=15)]
    text: Annotated[str, Meta(max_length=NOTICE_CHARS)]
    last_day: Annotated[str, Meta(max_length=10)]
    urgent: bool = False
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A notice as somebody sees it; `may_withdraw` while it stands."""

    row: NoticeRow
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class NoticeList:
    """What stands, urgent ones first, then the newest; and what ended last, the last one first."""

    standing: tuple[Listed, ...]
    ended: tuple[Listed, ...]


class GridNotices:
    """What desks do with notices."""

    def __init__(
        self,
        storage: Storage,
        administration: DeskAdministration,
        zone: tzinfo,
        now_ms: Callable[[], int],
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self._store = storage.grid_notices
        self._feeds = storage.feeds
        self._administration = administration
        self._zone = zone
        self._now_ms = now_ms
        self._random_bytes = random_bytes

    async def send(self, wanted: NoticeWanted, by: Caller) -> Listed:
        """Tell the grids of an area, and write down who did; a notice that was sent before is told once.

        Raises:
            NotAllowed: no seat of the caller may tell that area.
            InputRefused: area, text or last day cannot be, or the id is that of a notice that says something else.
        """
        seat_holding(by, _RIGHT)
        if not wanted.area:
            raise InputRefused("choose the area whose grids are told", "area")
        seat = seat_over(by, _RIGHT, wanted.area)
        names = names_of(await self._feeds.standing(("grid",)))
        if wanted.area not in names:
            raise InputRefused("there is no such area: choose one that has grids", "area")
        row = self._row(wanted, by, seat, names)
        kept = await self._store.get(row.id)
        if kept is None:
            body = msgspec.json.encode(entry_of(row, self._zone))
            work = partial(self._store.send, row, body)
            kept = await self._administration.written("notice-send", row.area, by, work, said=row.text)
            log.info("notice_sent", area=row.area, grids=kept.grids)
        if _said(kept) != _said(row):
            raise InputRefused("this notice was sent already, in other words: send these with a new id", "id")
        return self._listed(kept, by)

    async def withdraw(self, notice: UUID, by: Caller) -> Listed:
        """End a notice now, on the tablets too, and write down who did; one that has ended stays as it is.

        Raises:
            NotThere: there is none that reaches a grid of the caller.
            NotAllowed: it is another desk's.
        """
        seat_holding(by, _RIGHT)
        kept = await self._store.get(notice)
        if kept is None or not any(_reaches(kept, org) for org in patches_of(by)):
            raise NotThere("there is no such notice")
        if not _may_withdraw(kept, by):
            raise NotAllowed("a notice is withdrawn by the desk that sent it, or by one above")
        if kept.ends_ms > self._now_ms():
            work = partial(self._store.withdraw, notice, by.id, self._now_ms())
            await self._administration.written("notice-withdraw", kept.area, by, work, said=kept.text)
            kept = await self._store.get(notice) or kept
        return self._listed(kept, by)

    async def listed(self, by: Caller) -> NoticeList:
        """Return what is told to grids of the caller, and what was told last."""
        seat_holding(by, _RIGHT)
        patches, now_ms = patches_of(by), self._now_ms()
        standing = await self._store.standing(patches, now_ms)
        ended = await self._store.ended(patches, now_ms, MOST_ENDED)
        return NoticeList(
            tuple(self._listed(row, by) for row in standing), tuple(self._listed(row, by) for row in ended)
        )

    async def end_in_time(self) -> int:
        """Take what has ended out of the feeds; return how many notices there were."""
        return await self._store.end(self._now_ms())

    def days(self) -> tuple[str, str]:
        """Return the first and the last day that a notice may end with."""
        today = self._today()
        return today.isoformat(), (today + timedelta(days=LONGEST_DAYS)).isoformat()

    def _listed(self, row: NoticeRow, by: Caller) -> Listed:
        return Listed(row, row.ends_ms > self._now_ms() and _may_withdraw(row, by))

    def _row(self, wanted: NoticeWanted, by: Caller, seat: Account, names: Mapping[str, str]) -> NoticeRow:
        text, now_ms = notice_text(wanted.text), self._now_ms()
        first, last = self.days()
        if not is_day(wanted.last_day) or not first <= wanted.last_day <= last:
            raise InputRefused(f"the last day is one from {first} to {last}", "last_day")
        until_ms = end_of(wanted.last_day, self._zone)
        return NoticeRow(
            id=wanted.id or uuid7_at(now_ms, self._random_bytes(RANDOM_BYTES)),
            area=wanted.area,
            org=seat.org,
            desk=names.get(seat.org, seat.org),
            text=text,
            is_urgent=wanted.urgent,
            at_ms=now_ms,
            until_ms=until_ms,
            account=by.id,
            ends_ms=until_ms,
        )

    def _today(self) -> date:
        return date.fromisoformat(moment(self._now_ms(), self._zone)[:10])


def notice_text(text: str) -> str:
    """Return the words of a notice as they are kept.

    Raises:
        InputRefused: there are none, or too many.
    """
    lines = (line.rstrip() for line in clean_text(text, max_lines=NOTICE_CHARS + 1).split("\n"))
    cleaned = _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()
    if not cleaned:
        raise InputRefused("say it in words", "text")
    if len(cleaned) > NOTICE_CHARS:
        raise InputRefused(f"a notice has at most {NOTICE_CHARS} characters; this one has {len(cleaned)}", "text")
    return cleaned


def notice_id(text: str) -> UUID:
    """Return the id of a notice.

    Raises:
        NotThere: it is none.
    """
    try:
        return UUID(text)
    except ValueError as exc:
        raise NotThere("there is no such notice") from exc


def end_of(day: str, zone: tzinfo) -> int:
    """Return the last second of a day, Unix milliseconds."""
    return int(datetime.combine(date.fromisoformat(day), time(23, 59, 59), zone).timestamp()) * 1000


def entry_of(row: NoticeRow, zone: tzinfo) -> NoticeEntry:
    """Return what the tablets are told."""
    return NoticeEntry(row.text, row.desk, moment(row.at_ms, zone), moment(row.until_ms, zone), row.is_urgent)


def _said(row: NoticeRow) -> tuple[object, ...]:
    return row.account, row.area, row.text, row.until_ms, row.is_urgent


def patches_of(by: Caller) -> list[str]:
    """Return the codes of the areas whose grids a caller may tell."""
    return sorted({seat.org for seat in by.seats if seat.role in TABLE[_RIGHT]})


def _reaches(row: NoticeRow, org: str) -> bool:
    return is_within(org, row.area) or is_within(row.area, org)


def _may_withdraw(row: NoticeRow, by: Caller) -> bool:
    return any(is_within(org, row.org) for org in patches_of(by))
