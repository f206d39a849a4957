"""The OpenAPI description is whole and honest, and nothing that it allows or forbids makes the server fail."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from litestar import Litestar
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from sync.caseapi.api.description import DESCRIPTION_PATH, OPERATIONS, description
from sync.caseapi.api.desk_routes import DESK_API_PATH
from sync.caseapi.api.guard import Guard
from sync.caseapi.app import make_app
from sync.caseapi.service.case_api import CaseApi
from sync.caseapi.storage.accounts import SeatRow
from sync.media import PART_TYPE
from tests.sync.caseapi.harness import DISTRICT, ORIGIN, Clock, Desk, Tablet, open_case_api, prepare
from tests.sync.caseapi.hostile.hostility import UNTOLD
from tests.sync.caseapi.people import HANDLERS

PASSWORD = "a password for the tests"
DOCUMENT: dict[str, Any] = json.loads(description())
EXAMPLES, DESK_EXAMPLES = 40, 8
"""Cases of each operation and each way of making them; the desk's operations are many and share one way in."""


@schemathesis.serializer(PART_TYPE)
def _part(context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value, default=str).encode()


def operations() -> Iterator[Any]:
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        yield found.ok()


def served(case_api: CaseApi) -> set[tuple[str, str]]:
    """Return method and path of every route but the desk's pages and what Litestar adds by itself."""
    guard = make_app(case_api)
    assert isinstance(guard, Guard)
    app = guard._app
    assert isinstance(app, Litestar)
    routes = {(method, route.path_format) for route in app.routes for method in getattr(route, "methods", ())}
    return {(method, path) for method, path in routes if method != "OPTIONS" and not path.startswith("/desk")}


async def test_every_route_is_described_and_every_description_has_its_route(case_api: CaseApi) -> None:
    described = {(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert described == set(OPERATIONS)
    assert {(method, path) for method, path in served(case_api) if path != "/"} == described


async def test_the_description_is_served(desk: Desk) -> None:
    answer = await desk.client.get(DESCRIPTION_PATH)
    assert (answer.status_code, answer.json()) == (200, DOCUMENT)


def test_the_description_is_openapi() -> None:
    schemathesis.openapi.from_dict(DOCUMENT).validate()


def test_every_refusal_is_a_problem_document() -> None:
    for path in DOCUMENT["paths"].values():
        for operation in path.values():
            refusals = [answer for status, answer in operation["responses"].items() if status >= "400"]
            assert all(set(answer["content"]) == {"application/problem+json"} for answer in refusals)


class World:
    """One server and one tablet for all cases; each case may be signed by it."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.database = prepare(folder / "case.db", self.clock)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Tablet]:
        case_api = open_case_api(self.database, self.clock)
        desk = Desk(case_api, self.clock)
        await desk.import_small_district()
        async with desk.serving():
            tablet = await desk.tablet()
            await case_api.storage.orgs.put(HANDLERS)
            await case_api.accounts.add("desk", PASSWORD, (SeatRow("district_desk", DISTRICT),))
            tablet.client.headers["x-desk"], _ = await case_api.accounts.sign_in("desk", PASSWORD)
            yield tablet
        await case_api.storage.close()


async def _answer(tablet: Tablet, case: Any, is_signed: bool) -> httpx.Response:
    """Send a generated case as its bytes stand, signed by the tablet or not at all."""
    wanted = case.as_transport_kwargs(base_url=ORIGIN)
    given = {name: str(value) for name, value in (wanted["headers"] or {}).items()}
    request = tablet.client.build_request(
        wanted["method"],
        wanted["url"],
        params=wanted.get("params") or None,
        headers={name: value.encode("utf-8", "replace") for name, value in given.items()},
        content=wanted.get("data") if isinstance(wanted.get("data"), bytes | str) else None,
        json=wanted.get("json"),
    )
    token = request.headers.pop("x-desk")
    if DESK_API_PATH in request.url.path:
        for name in ("authorization", "cookie"):
            request.headers.pop(name, None)
        if is_signed:
            request.headers["authorization"] = f"Bearer {token}"
    elif is_signed:
        kind = request.headers.get("content-type", "application/json")
        request.headers.update(tablet.signed(request.method, str(request.url), request.read(), content_type=kind))
    return await tablet.client.send(request)


def _check(operation: Any, answer: httpx.Response, mode: GenerationMode) -> None:
    documented = operation.definition.raw["responses"]
    status = str(answer.status_code)
    beyond = {"404", "405"} if mode is GenerationMode.NEGATIVE else set()
    assert status in set(documented) | beyond, (operation.label, status, answer.text[:300])
    assert answer.status_code not in UNTOLD
    kinds = documented.get(status, {}).get("content", {"application/problem+json": {}})
    if answer.content:
        assert answer.headers["content-type"].partition(";")[0] in kinds, (operation.label, status)


CASES = [
    (f"{method} {path}", mode)
    for (method, path), operation in OPERATIONS.items()
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    # A request without anything to fill in cannot be filled in wrongly.
    if mode is GenerationMode.POSITIVE or operation.takes or operation.parameters
]


@pytest.mark.parametrize(("name", "mode"), CASES, ids=lambda value: getattr(value, "value", value))
def test_no_generated_request_makes_the_server_fail(tmp_path: Path, name: str, mode: GenerationMode) -> None:
    (operation,) = [each for each in operations() if each.label == name]
    cases = operation.as_strategy(generation_mode=mode)

    @given(cases, st.booleans())
    @settings(
        max_examples=DESK_EXAMPLES if DESK_API_PATH in name else EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def every(case: Any, is_signed: bool) -> None:
        _check(operation, loop.run_until_complete(_answer(tablet, case, is_signed)), mode)

    loop = asyncio.new_event_loop()
    running = World(tmp_path).running()
    tablet = loop.run_until_complete(running.__aenter__())
    try:
        every()
    finally:
        loop.run_until_complete(running.__aexit__(None, None, None))
        loop.close()
