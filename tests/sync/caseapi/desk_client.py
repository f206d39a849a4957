"""Somebody at a desk in tests: signs in over HTTP and acts on cases as they are."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import httpx

from sync.caseapi.storage.accounts import SeatRow
from tests.sync.caseapi.harness import GRID, Desk
from tests.sync.caseapi.people import HANDLERS

PASSWORD = "a password for the tests"
SEATS = {
    "leader": ("grid_leader", GRID),
    "community": ("community_desk", GRID[:12]),
    "street": ("street_desk", GRID[:9]),
    "district": ("district_desk", GRID[:6]),
    "heat": ("handler", "org-heat"),
    "water": ("handler", "org-water"),
    "auditor": ("auditor", ""),
}
"""Account names to role and organisation."""

ADMINISTRATORS = {"system": ("system_admin", ""), "security": ("security_admin", "")}
"""The same of those who read no case."""

Page = dict[str, Any]


class DeskClient:
    """One account, signed in with a token."""

    def __init__(self, desk: Desk, token: str) -> None:
        self.desk = desk
        self._headers = {"authorization": f"Bearer {token}"}

    async def get(self, path: str) -> httpx.Response:
        return await self.desk.client.get(f"/v1/desk/{path}", headers=self._headers)

    async def post(self, path: str, **body: Any) -> httpx.Response:
        return await self.desk.client.post(f"/v1/desk/{path}", json=body, headers=self._headers)

    async def page(self, case: UUID | str) -> Page:
        return taken(await self.get(f"cases/{case}"))

    async def queue(self, query: str = "") -> list[Page]:
        found: list[Page] = taken(await self.get(f"cases{query}"))["cases"]
        return found

    async def act(self, case: UUID | str, action: str, **said: Any) -> Page:
        """Take an action on a case as it is now, a minute later."""
        self.desk.clock.now_ms += 60_000
        version = (await self.page(case))["case"]["version"]
        return taken(await self.post(f"cases/{case}/acts", action=action, expected_version=version, **said))


def taken(answer: httpx.Response) -> Page:
    """Return what was answered to a request that was taken."""
    assert answer.status_code == 200, answer.text
    whole: Page = answer.json()
    return whole


async def sign_in(desk: Desk, name: str) -> DeskClient:
    answer = await desk.client.post("/v1/desk/sign-in", json={"name": name, "password": PASSWORD})
    return DeskClient(desk, taken(answer)["token"])


async def staffed(desk: Desk, names: Sequence[str] = tuple(SEATS)) -> dict[str, DeskClient]:
    """Make organisations and accounts and sign everybody in."""
    await desk.case_api.storage.orgs.put(HANDLERS)
    for name in names:
        await desk.case_api.accounts.add(name, PASSWORD, (SeatRow(*SEATS[name]),))
    return {name: await sign_in(desk, name) for name in names}
