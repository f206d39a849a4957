"""The desk over the real storage and the real exchange: what a tablet sends stands on the page."""

from base64 import b64decode

import httpx

from sync.receipts import receipt_code
from sync.records import ShiftEnd, ShiftStart, decode_envelope
from tests.sync.caseapi.harness import ACTOR, Desk, Tablet


async def page_of(desk: Desk, address: str = "/desk") -> str:
    """Return the page as it stands, past the time for which a reading is shared."""
    desk.clock.now_ms += 1_000
    answer: httpx.Response = await desk.client.get(address)
    assert answer.status_code in {200, 204}
    return answer.text


def id_of(record: bytes) -> str:
    return decode_envelope(record).id


async def shift_of(desk: Desk) -> tuple[Tablet, str]:
    """Send a small shift; return the tablet and the code that it shows."""
    tablet = await desk.tablet()
    tablet.record("shift_start", ShiftStart())
    tablet.check_in(result="normal")
    tablet.case("楼道堆物，通行不便。")
    reply = await tablet.sync()
    await desk.fold()
    assert reply.receipt is not None
    return tablet, receipt_code(b64decode(reply.receipt.signed))


async def test_a_shift_stands_on_the_page_with_the_code_that_the_tablet_shows(desk: Desk) -> None:
    _, code = await shift_of(desk)
    page = await page_of(desk)
    for words in ("1号楼", "正常", "暴露垃圾", "楼道堆物，通行不便。", code, "1 个班次未结束"):
        assert words in page


async def test_a_tablet_that_ended_its_shift_and_sent_all_is_not_open(desk: Desk) -> None:
    tablet, _ = await shift_of(desk)
    tablet.record("shift_end", ShiftEnd(), shift=id_of(tablet.records[0]))
    await tablet.sync(start=4)
    await desk.fold()
    assert "所有平板都已交清。" in await page_of(desk)


async def test_nothing_of_a_person_is_on_the_page(desk: Desk) -> None:
    tablet, _ = await shift_of(desk)
    page = await page_of(desk)
    assert str(ACTOR).encode() in tablet.records[0]
    assert str(ACTOR) not in page
    assert b'"seat":"230108001001001-1"' in tablet.records[0]
    assert "230108001001001-1" not in page


async def test_the_code_on_the_page_is_the_newest_one_of_the_tablet(desk: Desk) -> None:
    tablet, first = await shift_of(desk)
    tablet.clock.now_ms += 60_000
    tablet.check_in()
    reply = await tablet.sync(start=4)
    assert reply.receipt is not None
    second = receipt_code(b64decode(reply.receipt.signed))
    page = await page_of(desk)
    assert 0 < page.index(second) < page.index(first)
