"""The reconciliation: every tablet and grid with what is not here yet and why, never a person; gaps, forks, digits."""

from dataclasses import fields, replace
from uuid import UUID

import httpx
import pytest

from sync.caseapi.desk.text import texts_of
from sync.caseapi.desk.views.handover import REASONS, TABLETS_SHOWN, HandoverLine, HandoverView, handover_view
from sync.caseapi.desk.views.words import Now
from sync.caseapi.storage.rows import FoldLag, QuarantinedRow, TabletRow
from sync.wire import Reason
from tests.sync.caseapi.desk.desk_server import ZONE, desk_app
from tests.sync.caseapi.desk.fake_reads import MINUTE_MS, NOW_MS, FakeDesk, busy_desk, grid, tablet

TEXTS = texts_of("en")
GRIDS = dict([grid(1), grid(1, community=2)])
OTHER_GRID = "230108001002-01"


def view(*tablets: TabletRow, community: str = "", quarantined: tuple[QuarantinedRow, ...] = ()) -> HandoverView:
    return handover_view(tablets, quarantined, GRIDS, community=community, now=Now(NOW_MS, ZONE), texts=TEXTS)


def only(*tablets: TabletRow, **said: object) -> HandoverLine:
    (one,) = view(*tablets, **said).grids[0].lines  # type: ignore[arg-type]  # a test names what it changes
    return one


async def page(reads: FakeDesk, path: str = "/desk/handover?lang=en") -> httpx.Response:
    transport = httpx.ASGITransport(app=desk_app(reads), client=("127.0.0.1", 40000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8650") as client:
        return await client.get(path)


def test_a_tablet_that_handed_everything_over_is_listed_as_settled() -> None:
    line = only(tablet())
    assert line.is_settled
    assert view(tablet()).settled == 1


@pytest.mark.parametrize(
    "changed", [{"unsettled": 1}, {"media_owed": 2}, {"open_shifts": 1}, {"status": "revoked"}, {"is_wiped": True}]
)
def test_whatever_is_left_keeps_a_tablet_open(changed: dict[str, object]) -> None:
    assert not only(tablet(**changed)).is_settled


def test_what_is_kept_apart_is_shown_by_reason() -> None:
    row = tablet()
    kept = (QuarantinedRow(row.device, "bad_shape", 2), QuarantinedRow(row.device, "unknown_ref", 1))
    line = only(row, quarantined=kept)
    assert [chip.text for chip in line.kept_apart] == [f"{REASONS['bad_shape']} 2", REASONS["unknown_ref"]]


def test_every_reason_of_the_closed_list_has_words() -> None:
    assert set(REASONS) == set(Reason.__args__)  # type: ignore[attr-defined]  # a Literal


@pytest.mark.parametrize(
    ("offset_ms", "says"),
    [(None, None), (0, "right"), (-119_000, "right"), (7 * MINUTE_MS, "7 min fast"), (-7 * MINUTE_MS, "7 min slow")],
)
def test_a_clock_is_right_fast_or_slow(offset_ms: int | None, says: str | None) -> None:
    clock = only(tablet(clock_offset_ms=offset_ms)).clock
    assert (clock.text if clock else None) == says


def test_a_grid_sums_up_all_its_tablets_also_those_not_listed() -> None:
    open_one = tablet(UUID(int=1), unsettled=4, media_owed=3)
    settled = [tablet(UUID(int=10 + place)) for place in range(TABLETS_SHOWN)]
    shown = view(open_one, *settled)
    (one,) = shown.grids
    assert (len(one.lines), one.tablets, one.unsettled, one.photos) == (1, TABLETS_SHOWN + 1, 4, 3)
    assert shown.left_out == TABLETS_SHOWN


def test_a_chosen_community_lists_all_its_tablets() -> None:
    rows = [tablet(UUID(int=place + 1), grid=OTHER_GRID if place % 2 else "230108001001-01") for place in range(80)]
    rows.sort(key=lambda row: row.grid)
    shown = view(*rows, community="230108001002")
    assert (shown.chosen, shown.left_out) == ("演示社区2", 0)
    assert [len(each.lines) for each in shown.grids] == [40]


def test_erased_tablets_have_nothing_to_hand_over() -> None:
    assert view(tablet(status="erased")).tablets == 0


def test_a_line_has_no_room_for_a_person() -> None:
    names = {field.name for field in fields(HandoverLine)}
    assert names == {"tablet", "states", "seen", "unsettled", "oldest", "kept_apart", "photos", "clock"}


async def test_the_page_shows_tablets_gaps_forks_and_digits() -> None:
    answer = await page(busy_desk())
    assert answer.status_code == 200
    for text in ("tablet A002", "048 213", "records 5 to 10", "after record 10", "7 min slow", "Reconciliation"):
        assert text in answer.text


async def test_the_page_of_the_day_shows_the_digits_too_and_leads_there() -> None:
    answer = await page(busy_desk(), "/desk?lang=en")
    assert "048 213" in answer.text
    assert 'href="/desk/handover?lang=en"' in answer.text


async def test_the_live_parts_are_those_of_the_page() -> None:
    reads = busy_desk()
    live = await page(reads, "/desk/live?page=handover&lang=en")
    assert 'id="handover"' in live.text
    assert 'id="rounds"' not in live.text
    assert "page=handover" in live.text


async def test_a_desk_without_tablets_says_so() -> None:
    answer = await page(FakeDesk(fold_lag=FoldLag(0)))
    assert "No tablet is enrolled yet." in answer.text
    assert "None: every history goes on as one line." in answer.text


async def test_hostile_words_stay_text() -> None:
    reads = busy_desk()
    reads.quarantined_rows = [QuarantinedRow(reads.tablet_rows[0].device, "<script>alert(1)</script>", 1)]
    reads.tablet_rows[0] = replace(reads.tablet_rows[0], grid="<b>grid</b>")
    assert "<script>alert" not in (await page(reads)).text
    assert "<b>grid" not in (await page(reads)).text
