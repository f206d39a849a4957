"""What administrators did is kept for good, and cases that come into a queue are counted, on every engine."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from sync.caseapi.storage.administration import AdministrativeAct
from sync.caseapi.storage.base import Storage
from sync.caseapi.storage.casework import QueueWanted
from tests.contracts.storages import ENGINES, opened
from tests.sync.caseapi.harness import Clock

ACT = AdministrativeAct(7, "account", "account-revoke", "某人", "一句话")


@pytest.fixture(params=ENGINES)
async def storage(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Storage]:
    storage = opened(request, request.param, tmp_path, Clock())
    yield storage
    await storage.close()


async def test_acts_are_read_newest_first_page_by_page(storage: Storage) -> None:
    acts = [replace(ACT, about=str(number), outcome="refused" if number else "done") for number in range(5)]
    for act in acts:
        await storage.administration.add(act)
    first = await storage.administration.newest(limit=3)
    rest = await storage.administration.newest(before=first[-1][0], limit=3)
    assert [act for _, act in (*first, *rest)] == acts[::-1]


async def test_a_queue_into_which_nothing_came_has_no_arrivals(storage: Storage) -> None:
    assert await storage.casework.arrived([QueueWanted(desk="230108001001"), QueueWanted(org="org-heat")]) == 0
    assert await storage.casework.arrived([]) == 0
