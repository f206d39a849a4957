"""A desk's database in memory, with one synthetic community: what pages and tests are tried on."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sync.caseapi.storage.judged import CaseRow
from sync.caseapi.storage.rows import (
    BuildingRounds,
    FoldLag,
    ForkRow,
    GapRow,
    QuarantinedRow,
    ReceiptRow,
    RoundDone,
    TabletRow,
    WaitingTablet,
)
from sync.clock import format_time
from sync.reference import GridEntry

NOW_MS = 1_795_400_103_000
"""2026-11-23 10:15:03 in Harbin."""

MINUTE_MS = 60_000
TABLET = UUID("01934c2e-7b1a-7c3d-9e4f-00000000a001")
OTHER_TABLET = UUID("01934c2e-7b1a-7c3d-9e4f-00000000a002")
STREAM = UUID("01934c2e-7b1a-7c3d-9e4f-00000000c001")


def grid(number: int, community: int = 1) -> tuple[str, GridEntry]:
    """Return a synthetic grid."""
    entry = GridEntry(
        name=f"第{number}网格",
        community=f"23010800100{community}",
        community_name=f"演示社区{community}",
        street_name="演示街道",
        district="230108",
        district_name="平房区（演示）",
    )
    return f"23010800100{community}-{number:02d}", entry


def round_done(number: int, **counts: int) -> RoundDone:
    """Return what a round found; counts by name."""
    found = {"not_stated": 0, "normal": 0, "issue": 0, "no_access": 0} | counts
    entrances = tuple(UUID(int=place) for place in range(sum(found.values())))
    return RoundDone(round=number, check_ins=len(entrances), entrances=entrances, **found)


def building(number: int, *rounds: RoundDone, grid: str = "230108001001-01") -> BuildingRounds:
    """Return a building with four entrances."""
    entrances = tuple((UUID(int=place), f"{place + 1}单元") for place in range(4))
    return BuildingRounds(UUID(int=1000 + number), f"友协大街{number}号楼", grid, entrances, rounds)


def case(number: int, **changed: object) -> CaseRow:
    """Return a case that arrived some minutes ago."""
    row = CaseRow(
        id=UUID(int=number),
        grid="230108001001-01",
        state="reported",
        matter="local:matter:10996",
        matter_name="楼道照明不亮",
        severity=2,
        building=UUID(int=1001),
        building_name="友协大街1号楼",
        entrance=None,
        place="二单元 3 楼",
        summary="灯不亮，夜里看不清台阶。",
        is_restricted=False,
        reported_at=format_time(NOW_MS - (number + 4) * MINUTE_MS, 480),
        received_ms=NOW_MS - number * MINUTE_MS,
        version=1,
        is_void=False,
    )
    return replace(row, **changed)  # type: ignore[arg-type]  # tests name fields of the row


def receipt(code: str, watermark: int, minutes_ago: int = 0, device: UUID = TABLET) -> ReceiptRow:
    """Return a receipt; its bytes are not looked at by the desk."""
    time_s = (NOW_MS - minutes_ago * MINUTE_MS) // 1000
    return ReceiptRow(code, STREAM, device, "230108001001-01", watermark, time_s, b"")


def tablet(device: UUID = TABLET, **changed: object) -> TabletRow:
    """Return a tablet that has delivered everything."""
    row = TabletRow(
        device=device,
        grid="230108001001-01",
        status="active",
        app="0.1.0",
        last_exchange_ms=NOW_MS - 2 * MINUTE_MS,
        unsettled=0,
        oldest_unsettled=None,
        quarantined=0,
        quarantined_here=0,
        free_bytes=10**9,
        last_fault=None,
        open_shifts=0,
        held=34,
        receipt_code="7K3M9Q",
    )
    return replace(row, **changed)  # type: ignore[arg-type]  # tests name fields of the row


@dataclass
class FakeDesk:
    """The `DeskReads` of a list: change a list and count it."""

    counter: int = 1
    case_rows: list[CaseRow] = field(default_factory=list)
    buildings: list[BuildingRounds] = field(default_factory=list)
    receipt_rows: list[ReceiptRow] = field(default_factory=list)
    tablet_rows: list[TabletRow] = field(default_factory=list)
    grid_rows: list[tuple[str, GridEntry]] = field(default_factory=list)
    fold_lag: FoldLag = field(default_factory=lambda: FoldLag(0))
    days: list[str] = field(default_factory=list)
    readings: int = 0
    quarantined_rows: list[QuarantinedRow] = field(default_factory=list)
    gap_rows: list[GapRow] = field(default_factory=list)
    fork_rows: list[ForkRow] = field(default_factory=list)
    waiting_rows: list[WaitingTablet] = field(default_factory=list)

    async def changes(self) -> int:
        return self.counter

    async def cases(self, limit: int = 100) -> Sequence[CaseRow]:
        self.readings += 1
        return self.case_rows[:limit]

    async def rounds(self, day: str, *, grid: str = "", community: str = "") -> Sequence[BuildingRounds]:
        self.days.append(day)
        return self.buildings

    async def receipts(self, limit: int = 100) -> Sequence[ReceiptRow]:
        return self.receipt_rows[:limit]

    async def tablets(self) -> Sequence[TabletRow]:
        return self.tablet_rows

    async def grids(self) -> Sequence[tuple[str, GridEntry]]:
        return self.grid_rows

    async def lag(self) -> FoldLag:
        return self.fold_lag

    async def quarantined(self) -> Sequence[QuarantinedRow]:
        return self.quarantined_rows

    async def gaps(self) -> Sequence[GapRow]:
        return self.gap_rows

    async def forks(self) -> Sequence[ForkRow]:
        return self.fork_rows

    async def waiting(self, now_ms: int) -> Sequence[WaitingTablet]:
        return self.waiting_rows


def busy_desk() -> FakeDesk:
    """Return a morning: two communities, some rounds, cases of every sort, receipts, tablets open and settled."""
    return FakeDesk(
        case_rows=[
            case(0, matter_name="疏散通道/楼道堵塞", summary="电动车停在二楼平台，轮椅过不去。", place="一单元 2 楼"),
            case(3),
            case(12, matter_name="燃气异味/隐患", severity=3, state="dispatched", summary="三楼有燃气味，已报修。"),
            case(41, matter_name="邻里纠纷", is_restricted=True, state="verifying"),
            case(1500, matter_name="庭院积雪未清", state="closed", place="", summary="积雪已清。"),
        ],
        buildings=[
            building(1, round_done(1, normal=3, issue=1), round_done(2, not_stated=1)),
            building(2, round_done(1, normal=4)),
            building(3, round_done(1, not_stated=2)),
            building(4, round_done(1, no_access=1, normal=2)),
            *[building(number) for number in range(5, 29)],
            *[building(number, grid="230108001002-01") for number in range(30, 55)],
        ],
        receipt_rows=[receipt("7K3M9Q", 34, 2), receipt("X0VT5B", 12, 55, OTHER_TABLET), receipt("4DHR2W", 21, 3000)],
        tablet_rows=[
            tablet(clock_offset_ms=1_200),
            tablet(
                OTHER_TABLET,
                unsettled=12,
                oldest_unsettled=format_time(NOW_MS - 130 * MINUTE_MS, 480),
                open_shifts=1,
                last_exchange_ms=NOW_MS - 55 * MINUTE_MS,
                receipt_code="X0VT5B",
                last_fault="E-NET",
                media_owed=3,
                clock_offset_ms=-7 * MINUTE_MS,
            ),
            tablet(UUID(int=0xA003), quarantined_here=1, receipt_code="4DHR2W"),
            tablet(UUID(int=0xA004), open_shifts=1, last_exchange_ms=None, receipt_code="", held=0),
        ],
        grid_rows=[grid(1), grid(1, community=2)],
        quarantined_rows=[
            QuarantinedRow(UUID(int=0xA003), "unknown_ref", 1),
            QuarantinedRow(UUID(int=0xA003), "bad_shape", 2),
        ],
        gap_rows=[GapRow(STREAM, 5, 10, OTHER_TABLET, "230108001001-01", NOW_MS - 60 * MINUTE_MS)],
        fork_rows=[ForkRow(UUID(int=9), STREAM, 10, OTHER_TABLET, "230108001001-01", NOW_MS - 60 * MINUTE_MS)],
        waiting_rows=[WaitingTablet("048213", "230108001002-01", NOW_MS - MINUTE_MS)],
    )
