"""The case API as an ASGI application."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import tzinfo
from importlib import metadata
from zoneinfo import ZoneInfo

import structlog
from litestar import Litestar
from litestar.types import ControllerRouterHandler

from sync.caseapi.api.description import description_routes
from sync.caseapi.api.desk_routes import desk_api_routes
from sync.caseapi.api.enrolment import enrolment_routes
from sync.caseapi.api.exchange import exchange_routes
from sync.caseapi.api.guard import Guard
from sync.caseapi.api.health import health_routes
from sync.caseapi.api.media import media_routes
from sync.caseapi.api.pace import DevicePace
from sync.caseapi.api.problems import problem_response, spread_s
from sync.caseapi.api.snapshots import snapshot_routes
from sync.caseapi.desk import DeskAccess, desk_router, work_router
from sync.caseapi.errors import CaseApiError
from sync.caseapi.service.case_api import CaseApi
from sync.caseapi.service.casework.filling import fill
from sync.wire import MAX_BODY_BYTES

CHINA = ZoneInfo("Asia/Shanghai")
"""The time zone of every district in China."""

WAKE_S = 60.0
"""How often suspensions are looked for that have ended."""

log = structlog.get_logger("caseapi.app")


def make_app(
    case_api: CaseApi,
    *,
    zone: tzinfo = CHINA,
    desk_open: bool = False,
    exchanges_per_minute: int = 0,
    has_desk: bool = True,
    spread: Callable[[int], int] = spread_s,
) -> Guard:
    """Return the application over composed services; it judges and folds while it runs.

    Args:
        zone: time zone in which the desk's day is a day.
        desk_open: whether other machines than this one may see the pages that ask for no sign-in.
        exchanges_per_minute: how many one tablet may begin in a minute; 0 sets no bound.
        has_desk: whether the desk's pages and its API are there; tablets alone are served without it.
        spread: makes the wait that is sent of the least one; see `problems.spread_s`.
    """
    pace = DevicePace(exchanges_per_minute, case_api.now_ms)
    handlers = [
        *exchange_routes(case_api, pace),
        *snapshot_routes(case_api),
        *media_routes(case_api),
        *enrolment_routes(case_api),
        *health_routes(case_api),
        *description_routes(),
        *(_desk_handlers(case_api, zone, DeskAccess(desk_open)) if has_desk else ()),
    ]
    app = Litestar(
        handlers,
        exception_handlers={Exception: problem_response},
        logging_config=None,
        openapi_config=None,
        request_max_body_size=MAX_BODY_BYTES,
        lifespan=[_judging],
    )
    app.state.case_api = case_api
    app.state.now_ms = case_api.now_ms
    app.state.spread = spread
    return Guard(app, case_api.now_ms)


def _desk_handlers(case_api: CaseApi, zone: tzinfo, access: DeskAccess) -> list[ControllerRouterHandler]:
    desk = desk_router(
        case_api.desk,
        zone=zone,
        now_ms=case_api.now_ms,
        access=access,
        photos=case_api.media.shown,
        version=metadata.version("xunge"),
    )
    work = work_router(case_api, zone=zone, access=access, version=metadata.version("xunge"))
    return [*desk_api_routes(case_api), desk, work]


@contextlib.asynccontextmanager
async def _judging(app: Litestar) -> AsyncIterator[None]:
    case_api: CaseApi = app.state.case_api
    # Before a record is judged: what it is filed under and when it is due follow from the version that holds.
    await case_api.catalogue.versions()
    loop = asyncio.create_task(case_api.judging.run(), name="judging")
    sweeping = asyncio.create_task(_sweep(case_api), name="sweeping")
    waking = asyncio.create_task(_wake(case_api), name="waking")
    filling = asyncio.create_task(fill(case_api.storage.search, case_api.casework.lives), name="filling")
    try:
        yield
    finally:
        for task in (loop, sweeping, waking, filling):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def _sweep(case_api: CaseApi) -> None:
    try:
        await case_api.media.sweep()
    except CaseApiError as exc:
        log.error("sweeping_given_up", error=str(exc))


async def _wake(case_api: CaseApi) -> None:
    """Let suspensions and notices end, contacts go, catalogue and places change in their time, while it runs."""
    while True:
        try:
            await case_api.catalogue.take_effect()
            await case_api.cases.wake()
            await case_api.erasing.erase_in_time()
            await case_api.grid_notices.end_in_time()
            if taken := await case_api.places.begin_day():
                log.info("day_begun", steps=taken)
                case_api.judging.wake()
        except CaseApiError as exc:
            log.error("waking_put_off", error=str(exc))
        await asyncio.sleep(WAKE_S)
