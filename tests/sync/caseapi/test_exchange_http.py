"""The exchange over HTTP, as a tablet sees it."""

from sync.chain import first_head, head_after
from tests.sync.caseapi.harness import Desk


async def test_records_are_stored_and_answered_with_watermark_head_and_receipt(desk: Desk) -> None:
    tablet = await desk.tablet()
    tablet.fill(34)
    reply = await tablet.sync()
    assert (reply.state, reply.watermark) == ("ok", 34)
    assert reply.head == head_after(first_head(tablet.stream), tablet.records).hex()
    receipt = tablet.opened_receipt(reply)
    assert (receipt.stream, receipt.watermark, receipt.head.hex()) == (tablet.stream, 34, reply.head)
