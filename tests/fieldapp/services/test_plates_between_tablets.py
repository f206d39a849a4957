"""Plates between tablets: put up and replaced on one, judged by the real case API, known on another one of the grid."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from fieldapp.bootstrap import services_over
from fieldapp.config import TabletConfig
from fieldapp.services import Services
from fieldapp.services.places import Place
from fieldapp.services.tag_effect import CheckInAt, Effect, ReplacedTag, UnknownTag
from sync.caseapi.service.people.verifiers import pin_verifier
from sync.records import TagRef
from sync.reference import PersonEntry
from sync.tablet.tablet import Tablet
from sync.tags import Tag, plate_code, tag_digest
from tests.sync.caseapi.harness import (
    ACTOR,
    BUILDING,
    ENTRANCE,
    GRID,
    ORIGIN,
    Clock,
    Desk,
    entry,
    open_case_api,
    prepare,
)
from tests.sync.tablet.makers import FixedClock

DOOR = Place(str(BUILDING), str(ENTRANCE))
OLD, NEW = (plate_code(bytes([number]) * 10) for number in (1, 2))
PIN = "204816"


def ref(code: str) -> TagRef:
    return TagRef("qr", tag_digest(Tag("qr", code)))


class Bridge(httpx.BaseTransport):
    """A tablet's line to the case API in this process: the application runs in the test's event loop."""

    def __init__(self, client: httpx.AsyncClient, loop: asyncio.AbstractEventLoop) -> None:
        self._client, self._loop = client, loop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run_coroutine_threadsafe(self._ask(request, request.read()), self._loop).result()

    async def _ask(self, request: httpx.Request, content: bytes) -> httpx.Response:
        headers = request.headers
        async with self._client.stream(request.method, request.url, headers=headers, content=content) as answer:
            body = b"".join([part async for part in answer.aiter_raw()])
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(body))


@dataclass
class Handheld:
    """A real tablet with the app's services over it."""

    tablet: Tablet
    services: Services
    desk: Desk

    async def sync(self) -> None:
        """Hand everything in, let it be judged, and fetch what follows from it."""
        for _ in range(2):
            status = await asyncio.to_thread(self.tablet.sync_once)
            assert status.fault is None, status.fault
            await self.desk.fold()

    def scan(self, code: str) -> Effect:
        return self.services.tags.seen("line", code, "open")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    clock = Clock()
    case_api = open_case_api(prepare(tmp_path / "case.db", clock), clock)
    opened = Desk(case_api, clock)
    await opened.import_small_district()
    person = PersonEntry("网格员 1", f"{GRID}-1", GRID, pin_verifier(PIN, "demo"), "2027-11-23T00:00:00.000+08:00")
    await opened.publish([entry(f"grid:{GRID}", "person", str(ACTOR), person)])
    async with opened.serving():
        yield opened
    await case_api.storage.close()


@pytest.fixture
async def tablets(desk: Desk, tmp_path: Path) -> AsyncIterator[tuple[Handheld, Handheld]]:
    """Two tablets of one grid, each with the same person signed in."""
    loop = asyncio.get_running_loop()
    made: list[Handheld] = []
    for number in range(2):
        folder = tmp_path / f"tablet-{number}"
        folder.mkdir()
        tablet = Tablet(
            folder / "journal.db",
            app="fieldapp test",
            clock=FixedClock(),
            transport=lambda: Bridge(desk.client, loop),
        )
        offer = (await desk.case_api.enrolment.offer(GRID, ORIGIN)).offer
        begun = await asyncio.to_thread(tablet.enroller.begin, offer.text)
        await desk.case_api.enrolment.confirm(begun.digits)
        await asyncio.to_thread(tablet.enroller.poll)
        each = Handheld(tablet, services_over(tablet, TabletConfig()), desk)
        await each.sync()
        each.services.session.sign_in(str(ACTOR), PIN)
        made.append(each)
    yield made[0], made[1]
    for each in made:
        each.tablet.close()


def arrives(effect: Effect) -> Place:
    assert isinstance(effect, CheckInAt), effect
    return effect.place.place


async def test_a_plate_put_up_and_replaced_on_one_tablet_is_known_on_another(
    tablets: tuple[Handheld, Handheld],
) -> None:
    first, second = tablets
    assert isinstance(second.scan(OLD), UnknownTag)
    first.services.mounting.put_up(ref(OLD), "qr", DOOR)
    assert arrives(first.scan(OLD)) == DOOR
    await first.sync()
    await second.sync()
    assert arrives(second.scan(OLD)) == DOOR
    first.services.mounting.replace(ref(OLD), ref(NEW), "qr", DOOR, "damaged")
    await first.sync()
    await second.sync()
    for each in tablets:
        old = each.scan(OLD)
        assert isinstance(old, ReplacedTag)
        assert (old.status, old.then and old.then.place.place) == ("replaced", DOOR)
        assert arrives(each.scan(NEW)) == DOOR


async def test_a_plate_taken_back_is_unknown_again_on_both(tablets: tuple[Handheld, Handheld]) -> None:
    first, second = tablets
    mounted = first.services.mounting.put_up(ref(OLD), "qr", DOOR)
    await first.sync()
    await second.sync()
    first.services.recorder.undo(mounted)
    assert isinstance(first.scan(OLD), UnknownTag)
    assert arrives(second.scan(OLD)) == DOOR
    await first.sync()
    await second.sync()
    assert isinstance(first.scan(OLD), UnknownTag)
    assert isinstance(second.scan(OLD), UnknownTag)


async def test_a_tablet_knows_its_plate_between_the_receipt_and_the_feed(
    tablets: tuple[Handheld, Handheld],
) -> None:
    first, _ = tablets
    first.services.mounting.put_up(ref(OLD), "qr", DOOR)
    await asyncio.to_thread(first.tablet.sync_once)
    assert first.tablet.store.journal.summary().unsettled == 0
    assert first.tablet.store.reference.tag(ref(OLD).digest) is None
    assert arrives(first.scan(OLD)) == DOOR


async def test_a_plate_that_both_put_up_hangs_for_both_where_the_server_heard_last(
    tablets: tuple[Handheld, Handheld],
) -> None:
    first, second = tablets
    first.services.mounting.put_up(ref(OLD), "qr", DOOR)
    second.services.mounting.put_up(ref(OLD), "qr", Place(str(BUILDING)))
    await second.sync()
    first.desk.clock.now_ms += 1_000
    await first.sync()
    await second.sync()
    assert [arrives(each.scan(OLD)) for each in tablets] == [DOOR, DOOR]


async def test_progress_is_the_same_on_both_after_the_sync(tablets: tuple[Handheld, Handheld]) -> None:
    first, second = tablets
    first.services.mounting.put_up(ref(OLD), "qr", DOOR)
    counted = [(each.services.mounting.progress().mounted, each.services.mounting.progress().total) for each in tablets]
    assert counted == [(1, 1), (0, 1)]
    await first.sync()
    await second.sync()
    assert second.services.mounting.progress().mounted == 1


async def test_a_restarted_tablet_still_knows_its_plate(tablets: tuple[Handheld, Handheld]) -> None:
    first, _ = tablets
    first.services.mounting.put_up(ref(OLD), "qr", DOOR)
    path, clock = first.tablet.path, first.tablet.clock
    first.tablet.close()
    first.tablet = Tablet(path, app="fieldapp test", clock=clock)
    first.services = services_over(first.tablet, TabletConfig())
    assert arrives(first.scan(OLD)) == DOOR
