"""The queue page: what waits for whom, what is due first, in pages."""

import re

import msgspec
import pytest

from sync.caseapi.desk.casework import queue
from sync.caseapi.storage.accounts import SeatRow
from tests.sync.caseapi.desk.work_desk import Reading, Visitor, seated, staff
from tests.sync.caseapi.desk_client import PASSWORD
from tests.sync.caseapi.harness import Desk
from tests.sync.caseapi.people import CALL, COMMUNITY, did, phoned, walked

MINUTE_MS, DAY_MS = 60_000, 86_400_000
HOSTILE = [
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "pay \u202e001\u200b \x00",
]


def cases_of(page: Reading) -> list[str]:
    """Return the ids of the cases listed, in order."""
    addresses = [given.get("href") or "" for tag, given in page.tags if tag == "a"]
    return [found.group(1) for each in addresses if (found := re.match("/desk/cases/([0-9a-f-]{36})", each))]


async def test_a_queue_shows_what_waits_for_the_seat_the_most_urgent_first(desk: Desk) -> None:
    await staff(desk, "community", "heat")
    given = await walked(desk, "file", "dispatch")
    desk.clock.now_ms += 10 * MINUTE_MS
    waiting = await phoned(desk)
    community, heat = await seated(desk, "community"), await seated(desk, "heat")
    page = await community.get("/queue")
    assert cases_of(page) == [str(given.case.id), str(waiting.case.id)]
    for words in ("暴露垃圾", "三单元没水", "1号楼", "社区 第一网格", "已派遣", "合成供热站", "还剩"):
        assert words in page.words
    assert cases_of(await heat.get("/queue")) == [str(given.case.id)]


async def test_late_and_closed_cases_have_lists_of_their_own(desk: Desk) -> None:
    await staff(desk, "community")
    closed = await walked(desk, "file", "dispatch", "accept", "done", "close")
    late = await phoned(desk)
    desk.clock.now_ms += 3 * DAY_MS
    new = await phoned(desk)
    visitor = await seated(desk, "community")
    page = await visitor.get("/queue?show=late")
    assert cases_of(page) == [str(late.case.id)]
    assert "超时 2 天" in page.words or "超时 3 天" in page.words
    assert cases_of(await visitor.get("/queue?show=closed")) == [str(closed.case.id)]
    assert cases_of(await visitor.get("/queue?show=open")) == [str(late.case.id), str(new.case.id)]


async def test_a_dangerous_case_stands_on_top_whatever_is_due(desk: Desk) -> None:
    await staff(desk, "community", "street")
    usual = str((await phoned(desk)).case.id)
    desk.clock.now_ms += 10 * MINUTE_MS
    danger = await phoned(desk, COMMUNITY, msgspec.structs.replace(CALL, severity=3))
    visitor = await seated(desk, "community")
    assert cases_of(await visitor.get("/queue")) == [str(danger.case.id), usual]
    assert cases_of(await (await seated(desk, "street")).get("/queue?show=open")) == [str(danger.case.id), usual]
    assert cases_of(await visitor.get("/queue?show=late")) == []
    desk.clock.now_ms += 3 * DAY_MS
    await phoned(desk)
    await phoned(desk, COMMUNITY, msgspec.structs.replace(CALL, severity=3))
    assert cases_of(await (await seated(desk, "community")).get("/queue?show=late")) == [str(danger.case.id), usual]


async def test_what_is_closed_stands_newest_first_over_its_pages(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PAGE_LINES", 2)
    await staff(desk, "community")
    closed = [str((await walked(desk, "file", "dispatch", "accept", "done", "close")).case.id) for _ in range(3)]
    visitor = await seated(desk, "community", "en")
    first = await visitor.get("/queue?show=closed")
    following = next(given["href"] for tag, given in first.tags if given.get("rel") == "next")
    second = Reading((await visitor.http.get(str(following))).text)
    assert cases_of(first) + cases_of(second) == closed[::-1]
    assert "Ended" in first.words
    assert "no limit" not in first.words


async def test_pages_follow_one_another_and_every_case_stands_on_one(desk: Desk) -> None:
    await staff(desk, "community")
    opened = []
    for _ in range(27):
        desk.clock.now_ms += MINUTE_MS
        opened.append(str((await phoned(desk)).case.id))
    visitor = await seated(desk, "community")
    first = await visitor.get("/queue?lang=en")
    following = next(given["href"] for tag, given in first.tags if given.get("rel") == "next")
    second = Reading((await visitor.http.get(str(following))).text)
    assert cases_of(first) + cases_of(second) == opened
    assert "From the beginning" in second.words
    assert not [given for tag, given in second.tags if given.get("rel") == "next"]


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_words_of_a_case_stay_words(desk: Desk, text: str) -> None:
    await staff(desk, "community")
    await phoned(desk, COMMUNITY, msgspec.structs.replace(CALL, description=text, place=text))
    page = await (await seated(desk, "community")).get("/queue")
    sources = [given.get("src") or "" for tag, given in page.tags if tag in ("img", "script")]
    assert all(address.startswith("/desk/static/") for address in sources)
    assert not [name for _, given in page.tags for name in given if name.startswith("on")]
    assert not re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e]", page.html)


@pytest.mark.parametrize(
    "query", ["show=<script>", "after=1", "after=1." + "-" * 36, "after=" + "9" * 17 + "." + "0" * 36]
)
async def test_an_address_that_asks_for_what_there_is_not_is_told_so(desk: Desk, query: str) -> None:
    await staff(desk, "community")
    page = await (await seated(desk, "community")).get(f"/queue?{query}", 422)
    assert "请求的内容不对。" in page.words


async def test_an_account_whose_seats_read_no_cases_is_told(desk: Desk) -> None:
    await desk.case_api.accounts.add("keeper", PASSWORD, (SeatRow("security_admin", ""),))
    visitor: Visitor = await seated(desk, "keeper")
    assert "此账号的岗位不看案件。" in (await visitor.get("/queue")).words


async def test_a_case_that_was_handed_on_leaves_the_queue(desk: Desk) -> None:
    await staff(desk, "community")
    case = await walked(desk, "file")
    visitor = await seated(desk, "community")
    assert cases_of(await visitor.get("/queue")) == [str(case.case.id)]
    await did(desk, case, "transfer_level")
    assert cases_of(await visitor.get("/queue")) == []
    assert cases_of(await visitor.get("/queue?show=open")) == [str(case.case.id)]
