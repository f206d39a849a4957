"""What comes into a queue is counted, once for each time, in the transaction that moves the case."""

import sqlite3

import pytest

from sync.caseapi.storage.administration import AdministrativeAct
from sync.caseapi.storage.casework import QueueWanted
from sync.caseapi.storage.sqlite.connection import connect_writing
from tests.sync.caseapi.harness import GRID, Clock, Desk, open_storage, prepare
from tests.sync.caseapi.people import HANDLER, did, walked

COMMUNITY_DESK, HEAT, STREET_DESK = QueueWanted(desk=GRID[:12]), QueueWanted(org="org-heat"), QueueWanted(desk=GRID[:9])
WHOLE = QueueWanted(within=GRID[:6])


async def arrived(desk: Desk) -> list[int]:
    casework = desk.case_api.storage.casework
    return [await casework.arrived([queue]) for queue in (COMMUNITY_DESK, HEAT, STREET_DESK, WHOLE)]


async def test_a_case_counts_where_it_comes_in_and_again_when_it_comes_back(desk: Desk) -> None:
    case = await walked(desk)
    assert await arrived(desk) == [1, 0, 0, 1]
    case = await did(desk, case, "file")
    case = await did(desk, case, "dispatch")
    assert await arrived(desk) == [1, 1, 0, 1]
    case = await did(desk, case, "decline", HANDLER)
    case = await did(desk, case, "dispatch")
    assert await arrived(desk) == [1, 2, 0, 1]
    await walked(desk, "transfer_level")
    assert await arrived(desk) == [2, 2, 1, 2]
    assert await desk.case_api.storage.casework.arrived([COMMUNITY_DESK, HEAT, HEAT]) == 4


async def test_no_line_of_what_administrators_did_can_be_changed_or_removed(tmp_path) -> None:
    clock = Clock()
    path = prepare(tmp_path / "case.db", clock)
    storage = open_storage(path, clock)
    await storage.administration.add(AdministrativeAct(1, "", "org-put", "org-heat"))
    await storage.close()
    connection = connect_writing(path)
    for statement in ("update administrative_act set account = 'x'", "delete from administrative_act"):
        with pytest.raises(sqlite3.IntegrityError, match="stays written"):
            connection.execute(statement)
    connection.close()
