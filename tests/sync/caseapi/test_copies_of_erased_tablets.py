"""A copy of a tablet that was revoked and erased still holds what was saved on it: the desk lets it hand that over."""

from sync.caseapi.service.administration.commands import run_command
from sync.enrolment import compare_digits
from sync.wire import encode_message
from tests.sync.caseapi.harness import Desk


async def test_a_copy_of_an_erased_tablet_that_the_desk_lets_in_again_hands_over_what_it_holds(desk: Desk) -> None:
    tablet = await desk.tablet()
    await run_command(desk.case_api, "device-status", {"device": tablet.device, "status": "revoked"})
    await tablet.sync(erased=True)
    tablet.fill(2)
    assert (await tablet.post(encode_message(tablet.request()))).status_code == 403
    code = await desk.code()
    await desk.present(code, tablet.key)
    digits = compare_digits(code, tablet.key.public_key().public_bytes_raw(), tablet.receipt_key)
    await desk.case_api.enrolment.confirm(digits)
    reply = await tablet.sync()
    assert (reply.state, reply.watermark) == ("drain", 2)
    await desk.fold()
    assert [row.reason for row in await desk.case_api.desk.quarantined()] == ["revoked"]


async def test_a_tablet_that_was_not_erased_keeps_its_status_when_it_is_enrolled_again(desk: Desk) -> None:
    tablet = await desk.tablet()
    code = await desk.code()
    await desk.present(code, tablet.key)
    digits = compare_digits(code, tablet.key.public_key().public_bytes_raw(), tablet.receipt_key)
    await desk.case_api.enrolment.confirm(digits)
    (row,) = await desk.case_api.desk.tablets()
    assert row.status == "active"
