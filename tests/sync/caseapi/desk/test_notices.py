"""Live notices: told to those whose queue it is, bounded by account, ended with the session and with the server."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import uvicorn

from sync.caseapi.desk.casework.visit import Visit
from sync.caseapi.desk.directory import Directory
from sync.caseapi.desk.notices import told_of
from sync.caseapi.desk.text import texts_of
from sync.caseapi.desk.views.words import Now
from sync.caseapi.service.casework.arrivals import MOST_LISTENERS, Notices
from sync.caseapi.serving import QuietServer
from tests.sync.caseapi.cases.making import HARBIN
from tests.sync.caseapi.desk.work_desk import seated, staff
from tests.sync.caseapi.desk_client import PASSWORD
from tests.sync.caseapi.harness import Desk
from tests.sync.caseapi.people import COMMUNITY, HANDLER, STREET, caller, did, phoned, walked

LONG_S = 20.0
"""Longer than anything here takes."""


@pytest.fixture
async def notices(desk: Desk) -> AsyncIterator[Notices]:
    """Notices that look at what is new at once."""
    opened = Notices(desk.case_api.storage, poll_s=0.001)
    desk.case_api = replace(desk.case_api, notices=opened)
    yield opened
    opened.end()


async def streamed(desk: Desk, name: str, begun: int = 0) -> tuple[AsyncIterator[str], str]:
    """Return what a signed-in account is told, and the token of its session."""
    token, by = await desk.case_api.accounts.sign_in(name, PASSWORD)
    listener = await desk.case_api.notices.join(by)
    assert listener is not None
    visit = Visit(texts_of("zh_CN"), "", Now(desk.clock(), HARBIN), Directory({}, {}, {}, {}), by, token)
    return told_of(desk.case_api, visit, listener, begun, LONG_S), token


async def test_those_whose_queue_it_is_are_told_and_nobody_else(desk: Desk, notices: Notices) -> None:
    community, street, heat = [await notices.join(by) for by in (COMMUNITY, STREET, HANDLER)]
    assert community is not None
    assert street is not None
    assert heat is not None
    await walked(desk, "file", "dispatch")
    await heat.wait(LONG_S)
    await community.wait(LONG_S)
    assert (community.number, street.number, heat.number) == (1, 0, 1)


async def test_what_is_told_counts_from_the_moment_the_page_was_made(desk: Desk, notices: Notices) -> None:
    await staff(desk, "community")
    await phoned(desk)
    begun = await notices.number(COMMUNITY)
    told, _ = await streamed(desk, "community", begun)
    assert await anext(told) == ":\n\n"
    await phoned(desk)
    assert await anext(told) == "event: new\ndata: 有 1 件新案件\n\n"
    again, _ = await streamed(desk, "community", 0)
    assert await anext(again) == "event: new\ndata: 有 2 件新案件\n\n"
    await told.aclose()  # type: ignore[attr-defined]  # a generator
    await again.aclose()  # type: ignore[attr-defined]  # a generator
    assert notices.listening == 0


async def test_own_acts_on_a_case_that_is_there_already_are_no_news(desk: Desk, notices: Notices) -> None:
    case = await phoned(desk)
    begun = await notices.number(COMMUNITY)
    await did(desk, case, "file")
    assert await notices.number(COMMUNITY) == begun


async def test_a_stream_ends_with_its_session(desk: Desk, notices: Notices) -> None:
    await staff(desk, "community")
    told, token = await streamed(desk, "community")
    assert await anext(told) == ":\n\n"
    await desk.case_api.accounts.sign_out(token)
    await phoned(desk)
    assert [each async for each in told] == ["event: ended\ndata:\n\n"]
    assert notices.listening == 0


async def test_every_stream_ends_when_the_server_is_asked_to_stop(desk: Desk, notices: Notices) -> None:
    server = QuietServer(uvicorn.Config(app=""), notices)
    await staff(desk, "community")
    told, _ = await streamed(desk, "community")
    assert await anext(told) == ":\n\n"
    rest = asyncio.ensure_future(anext(told, None))
    await asyncio.sleep(0)
    server.stop()
    assert await rest is None
    assert (notices.listening, await notices.join(COMMUNITY)) == (0, None)


async def test_an_account_has_so_many_streams_and_no_more(desk: Desk, notices: Notices) -> None:
    listeners = [await notices.join(COMMUNITY) for _ in range(MOST_LISTENERS + 1)]
    assert [each is None for each in listeners] == [False] * MOST_LISTENERS + [True]
    assert await notices.join(STREET) is not None
    assert listeners[0] is not None
    notices.leave(listeners[0])
    assert await notices.join(COMMUNITY) is not None


async def test_whoever_has_no_queue_is_given_no_stream_and_no_script(desk: Desk) -> None:
    await staff(desk, "auditor", "system", "community")
    for name in ("auditor", "system"):
        visitor = await seated(desk, name)
        assert (await visitor.http.get("/desk/notices")).status_code == 204
        assert "notices.js" not in (await visitor.get("/me")).html
        assert await desk.case_api.notices.number(caller("auditor")) == 0
    community = await seated(desk, "community")
    assert "notices.js" in (await community.get("/me")).html
    community.http.cookies.clear()
    assert (await community.http.get("/desk/notices")).status_code == 204
