"""The demonstration's notices to its grid: made up, as its cases are."""

from datetime import tzinfo
from uuid import UUID

from msgspec import Struct

from sync.caseapi.district.model import District
from sync.caseapi.district.seeded import Seeded
from sync.caseapi.service.demo.casework import FIRST_CASE, busiest_grid
from sync.caseapi.service.grid_notices import end_of
from sync.caseapi.service.moments import moment
from sync.caseapi.storage.grid_notices import NoticeRow

_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS


class _Said(Struct, frozen=True):
    """A notice: sent so many hours ago, shown for so many days."""

    text: str
    sent_h: int
    days: int
    is_urgent: bool = False


_SAID = (
    _Said("今夜到明早降到零下三十度。留意楼道暖气和屋檐冰溜，冰溜下面绕行。", 3, 2, is_urgent=True),
    _Said("明天九点到十一点检修供水管道，部分楼栋停水。\n居民问起请照此答复。", 26, 7),
)


def demo_notices(district: District, seed: int, now_ms: int, zone: tzinfo) -> tuple[NoticeRow, ...]:
    """Return what the desk of the demonstration's community tells its grids; the same ids every time."""
    area = busiest_grid(district)[:12]
    desk = next(community.name for community in district.communities if community.code == area)
    seeded = Seeded(seed)
    rows: list[NoticeRow] = []
    for place, said in enumerate(_SAID):
        until_ms = end_of(moment(now_ms + said.days * _DAY_MS, zone)[:10], zone)
        rows.append(
            NoticeRow(
                id=UUID(seeded.id_of(FIRST_CASE + place, "notice", place)),
                area=area,
                org=area,
                desk=desk,
                text=said.text,
                is_urgent=said.is_urgent,
                at_ms=now_ms - said.sent_h * _HOUR_MS,
                until_ms=until_ms,
                account="",
                ends_ms=until_ms,
            )
        )
    return tuple(rows)
