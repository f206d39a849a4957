"""A case's whole way over HTTP: from a tablet's record or a phone call to closed and answered."""

from pathlib import Path

import pytest

from sync.caseapi.service.verifying.cases import verify_cases
from sync.caseapi.storage.postgres.inspecting import PostgresInspection
from sync.caseapi.storage.postgres.store import PostgresStorage
from sync.caseapi.storage.sqlite.inspecting import SqliteInspection
from sync.records import TaskResult
from tests.sync.caseapi.desk_client import DeskClient, sign_in, staffed, taken
from tests.sync.caseapi.harness import BUILDING, MATTER, Desk, Tablet

DAY_MS = 86_400_000


async def handed_in(desk: Desk, tablet: Tablet) -> None:
    await tablet.sync()
    await desk.fold()


async def began(desk: Desk, tablet: Tablet, community: DeskClient, origin: str) -> str:
    """Return the id of a case that a tablet recorded, or that somebody called about."""
    if origin == "tablet":
        case = str(tablet.case("楼道漏水"))
        await handed_in(desk, tablet)
        return case
    call = {"matter": MATTER, "building": str(BUILDING), "description": "楼道漏水", "contact": "合成来电"}
    opened = taken(await community.post("cases", **call))
    return str(opened["case"]["id"])


async def answered(desk: Desk, tablet: Tablet, asker: DeskClient, case: str, kind: str) -> None:
    """Let a desk ask and the inspector's tablet answer, as its feed told it."""
    page = await asker.act(case, f"ask_{kind}", note="去看一下")
    reply = await tablet.sync()
    told = {each.id for feed in reply.feeds.values() for each in feed.entries if each.type == "task"}
    task = page["tasks"][-1]["id"]
    assert task in told
    tablet.record("task_result", TaskResult(task, kind, "yes", note="看过了"))  # type: ignore[arg-type]  # of two
    await handed_in(desk, tablet)


def inspected(desk: Desk, database: Path) -> SqliteInspection:
    storage = desk.case_api.storage
    return PostgresInspection(storage.place) if isinstance(storage, PostgresStorage) else SqliteInspection(database)


@pytest.mark.parametrize(
    ("engine", "origin"),
    [
        ("sqlite", "tablet"),
        ("sqlite", "phone"),
        pytest.param("postgres", "tablet", marks=pytest.mark.needs("postgres")),
    ],
)
async def test_a_case_goes_from_report_to_closed_and_answered(desk: Desk, database: Path, origin: str) -> None:
    who, tablet = await staffed(desk), await desk.tablet()
    community, street, district, heat = who["community"], who["street"], who["district"], who["heat"]
    case = await began(desk, tablet, community, origin)
    assert [line["id"] for line in await community.queue()] == [case]

    # Verified by the inspector, filed, dispatched, declined, and handed up to the street and the district.
    await answered(desk, tablet, community, case, "verify")
    await community.act(case, "file", condition="usual")
    await community.act(case, "dispatch", to_org="org-water", note="请到场")
    await who["water"].act(case, "decline", reason="不归我们管")
    await community.act(case, "transfer_level", reason="本级没有单位", to_level="street")
    assert await community.queue() == []
    assert [line["id"] for line in await street.queue()] == [case]
    await street.act(case, "transfer_level", reason="要区里定", to_level="district")
    await district.act(case, "dispatch", to_org="org-heat", assisting=["org-water"], mode="emergency")
    assert [line["id"] for line in await heat.queue()] == [line["id"] for line in await who["water"].queue()] == [case]
    await heat.act(case, "accept")

    # Late: supervised, explained.
    desk.clock.now_ms += 15 * DAY_MS
    district, heat = await sign_in(desk, "district"), await sign_in(desk, "heat")
    assert [line["id"] for line in await district.queue("?late=1")] == [case]
    page = taken(await district.post(f"cases/{case}/asides", kind="supervision", type="timeout", text="为何未办"))
    assert (page["due"]["is_overdue"], page["asides"][0]["state"]) == (True, "open")
    page = taken(await heat.post(f"cases/{case}/decisions", aside=page["asides"][0]["id"], text="等配件，今天到"))
    assert page["asides"][0]["state"] == "answered"

    # Handled, sent back, handled, rechecked by the inspector, closed, answered.
    await heat.act(case, "done", note="换了阀门")
    await district.act(case, "rework", reason="还漏")
    await heat.act(case, "done", note="换了整段管")
    await answered(desk, tablet, district, case, "recheck")
    page = await district.act(case, "close", note="已修好，已回复来电人")
    assert (page["case"]["state"], page["case"].get("is_overdue", False)) == ("closed", False)
    page = taken(await district.post(f"cases/{case}/asides", kind="satisfaction", score=3))
    assert page["asides"][-1]["score"] == 3

    done = [each["what"] for each in page["history"]]
    assert done == [
        *("report", "ask_verify", "answer_verify", "file", "dispatch", "decline", "transfer_level", "transfer_level"),
        *("dispatch", "accept", "done", "rework", "done", "ask_recheck", "answer_recheck", "close"),
    ]
    assert page["due"]["is_overdue"] is True
    assert await heat.queue() == []
    with inspected(desk, database) as inspection:
        assert verify_cases(inspection.case_files()).findings == ()
        assert inspection.queues_astray() == ()
