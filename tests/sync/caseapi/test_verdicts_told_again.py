"""A record that arrives a second time: its tablet hears what became of the first, with the reason."""

from uuid import UUID

import msgspec

from sync.caseapi.service.feeds import device_scope
from sync.records import CheckIn
from sync.reference import VerdictEntry
from tests.sync.caseapi.harness import BUILDING, Clock, Desk, Tablet


async def _told(desk: Desk, tablet: Tablet) -> dict[str, VerdictEntry]:
    """Return what stands in the device's feed, by record."""
    whole = await desk.case_api.storage.feeds.current(device_scope(UUID(tablet.device)))
    return {entry.id: msgspec.json.decode(entry.body, type=VerdictEntry) for entry in whole.entries}


async def test_the_reason_of_a_quarantine_stays_when_the_record_comes_again_beside_one_that_refers_to_it(
    desk: Desk, clock: Clock
) -> None:
    tablet = await desk.tablet()
    apart = str(tablet.void(clock.uuid()))
    await tablet.sync()
    await desk.fold()
    first = (await _told(desk, tablet))[apart]
    assert (first.verdict, first.reason) == ("quarantined", "unknown_ref")
    tablet.stream = clock.uuid()
    tablet.record("check_in", CheckIn(building=str(BUILDING), method="list"), amends=apart)
    await tablet.sync()
    await desk.fold()
    assert (await _told(desk, tablet))[apart] == first


async def test_a_record_that_was_corrected_stays_released_when_it_comes_again(desk: Desk, clock: Clock) -> None:
    tablet = await desk.tablet()
    apart = tablet.record("check_in", CheckIn(building=str(BUILDING), method="list"), amends=str(clock.uuid()))
    await tablet.sync()
    await desk.fold()
    assert (await _told(desk, tablet))[str(apart)].verdict == "quarantined"
    tablet.void(apart)
    await tablet.sync(start=2)
    await desk.fold()
    released = (await _told(desk, tablet))[str(apart)]
    assert released.verdict == "stored"
    tablet.stream = clock.uuid()
    await tablet.sync()
    await desk.fold()
    assert (await _told(desk, tablet))[str(apart)] == released


async def test_an_id_that_belongs_to_another_record_is_named_by_its_place(desk: Desk, clock: Clock) -> None:
    # Two copies of a tablet have one id with different bytes, and each hears what became of its own.
    tablet = await desk.tablet()
    apart = str(tablet.void(clock.uuid()))
    tablet.record("check_in", CheckIn(building=str(BUILDING), method="list"), id=apart)
    await tablet.sync()
    await desk.fold()

    told = await _told(desk, tablet)

    assert told[apart].reason == "unknown_ref"
    assert told[f"{tablet.stream}:2"].reason == "id_reused"
