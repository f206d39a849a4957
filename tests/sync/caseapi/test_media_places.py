"""Photos beyond the places for them stand in line for a while; then they are sent away, each with a time of its own."""

import asyncio
from contextlib import AsyncExitStack

import httpx
import pytest

from sync.caseapi.service import media_places
from sync.media import MEDIA_PATH
from tests.sync.caseapi.harness import Desk, Tablet
from tests.sync.caseapi.media_desk import name_of, patch, picture, ref

PHOTO = picture(300)
NAME = name_of(PHOTO)


@pytest.fixture
async def tablet(desk: Desk) -> Tablet:
    made = await desk.tablet()
    made.case(media=(ref(PHOTO),))
    await made.sync()
    return made


async def take_all(desk: Desk, stack: AsyncExitStack) -> None:
    for _ in range(media_places.MAX_UPLOADS):
        await stack.enter_async_context(desk.case_api.media.place())


async def sent(tablet: Tablet) -> "asyncio.Task[httpx.Response]":
    """Return the sending of the photo, which has come as far as it can."""
    task = asyncio.create_task(patch(tablet, NAME, 0, PHOTO))
    for _ in range(50):
        await asyncio.sleep(0)
    return task


async def test_a_photo_waits_for_a_place_and_takes_it(desk: Desk, tablet: Tablet) -> None:
    async with AsyncExitStack() as stack:
        await take_all(desk, stack)
        waiting = await sent(tablet)
        assert not waiting.done()
    assert (await waiting).status_code == 204


async def test_each_that_is_sent_away_is_told_a_time_of_its_own(
    desk: Desk, tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media_places, "MAX_WAITING", 0)
    async with AsyncExitStack() as stack:
        await take_all(desk, stack)
        answers = [await patch(tablet, NAME, 0, PHOTO) for _ in range(12)]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(503, "E-BUSY")}
    waits = {int(answer.headers["retry-after"]) for answer in answers}
    assert len(waits) > 1
    assert all(1 <= wait <= 5 for wait in waits)
    assert (await patch(tablet, NAME, 0, PHOTO)).status_code == 204


async def test_a_line_that_does_not_move_sends_away(
    desk: Desk, tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media_places, "WAIT_S", 0.0)
    async with AsyncExitStack() as stack:
        await take_all(desk, stack)
        # Twice: whoever left the line makes room in it.
        monkeypatch.setattr(media_places, "MAX_WAITING", 1)
        assert [(await patch(tablet, NAME, 0, PHOTO)).status_code for _ in range(2)] == [503, 503]


async def test_a_photo_that_finds_no_place_is_sent_away_before_anything_is_asked_of_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media_places, "MAX_WAITING", 0)
    async with AsyncExitStack() as stack:
        await take_all(desk, stack)
        unsigned = await desk.client.patch(f"{MEDIA_PATH}/{NAME}", content=b"x")
    assert unsigned.status_code == 503


async def test_one_that_is_refused_gives_its_place_back(desk: Desk) -> None:
    for _ in range(media_places.MAX_UPLOADS + 1):
        assert (await desk.client.patch(f"{MEDIA_PATH}/{NAME}", content=b"x")).status_code == 401
