"""The lists that are taken in: their columns, and what a row says."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Literal, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from sync.caseapi.district.area import CHINA_LAT, CHINA_LON, Point
from sync.caseapi.district.datum import Source
from sync.caseapi.lists import faults as f
from sync.caseapi.lists.cells import Line
from sync.caseapi.lists.columns import NEVER, Column, Row, check_days, find_twice, rows_of
from sync.caseapi.lists.faults import Faults, quoted

GRID_DIGITS = 15
LEVEL_OF_DIGITS = {9: "street", 12: "community", 15: "grid"}
ALWAYS = "0001-01-01"
"""The day on which what says no beginning began."""

MAX_ENTRANCES = 99
_FEWEST_PIN_DIGITS = 3
_PIN_DIGITS = 6
_MAX_NAME_CHARS = 40

ListKind = Literal["people", "orgs", "units", "buildings"]

_FROM = Column("valid_from", "生效日期", "first day, 2026-12-01; empty: today", "从哪天起，留空为今天", "", ("from",))
_TO = Column(
    "valid_to",
    "失效日期",
    "day from which not any more; empty: no end",
    "到哪天为止（当天不算），留空为长期",
    "",
    ("until",),
)
_GRID = Column("grid", "网格编码", "15 digits", "15 位数字", "230108001001001", ("grid_id", "网格"), is_needed=True)

PEOPLE = (
    _GRID,
    Column(
        "seat",
        "席位",
        "one of the four seats, or 1 to 4",
        "四个席位之一，或 1 至 4",
        "网格员",
        ("slot", "岗位"),
        is_needed=True,
    ),
    Column("name", "姓名", "as colleagues call them", "姓名", "网格员 1", is_needed=True),
    Column(
        "person_id",
        "人员编号",
        "for somebody known who moves or is renamed",
        "已在册的人调动或改名时填",
        "",
        ("person",),
    ),
    Column("pin", "六位密码", "empty: one is made and shown once", "留空则自动生成，只显示一次", "", ("口令", "密码")),
    Column("seat_id", "席位编号", "may be left out", "可不填", ""),
    _FROM,
    _TO,
)
ORGS = (
    Column("code", "单位代码", "one word, for good", "一个词，长期不变", "heat-1", is_needed=True),
    Column("name", "单位名称", "its name", "名称", "供热站 1", is_needed=True),
    Column("kind", "类别", "handler or partner", "处置单位或协作单位", "处置单位", is_needed=True),
    Column(
        "patch",
        "负责区域",
        "code of district, street or community",
        "区、街道或社区编码",
        "230108",
        ("area",),
        is_needed=True,
    ),
    Column("number", "值班电话", "shown on tablets", "显示在平板上", "0000 0001", ("phone", "电话")),
    _FROM,
    _TO,
)
UNITS = (
    Column(
        "code",
        "编码",
        "9 digits: street, 12: community, 15: grid",
        "9 位街道、12 位社区、15 位网格",
        "230108001001001",
        is_needed=True,
    ),
    Column("name", "名称", "its name", "名称", "第1网格", is_needed=True),
    _FROM,
    _TO,
)
BUILDINGS = (
    _GRID,
    Column(
        "name",
        "楼栋名称",
        "as people call it",
        "大家怎么叫就怎么写",
        "青年小区 1号楼",
        ("building", "名称"),
        is_needed=True,
    ),
    Column("address", "地址", "street address", "详细地址", "", ()),
    Column(
        "entrances", "单元", "how many, or their names with 、 between", "几个单元，或用、隔开的名称", "3", ("单元数",)
    ),
    Column("lon", "经度", "decimal degrees", "十进制度", "", ("longitude",)),
    Column("lat", "纬度", "decimal degrees", "十进制度", "", ("latitude",)),
    Column("datum", "坐标系", "CGCS2000, WGS84 or GCJ02", "CGCS2000、WGS84 或 GCJ02", "", ("crs",)),
    Column(
        "radius_m",
        "半径",
        "metres from its point that still count as there, 10 to 1000",
        "离坐标点多少米内算在场，10 至 1000",
        "",
    ),
    Column(
        "note",
        "备注",
        "what everybody who goes there should know; nothing of people",
        "去的人应知道的事，不写个人情况",
        "",
    ),
    Column(
        "building_id",
        "楼栋编号",
        "for one that is known and moves or is renamed",
        "已在册的楼栋改名或划归其他网格时填",
        "",
        ("id",),
    ),
    _FROM,
    _TO,
)
COLUMNS: dict[ListKind, Sequence[Column]] = {"people": PEOPLE, "orgs": ORGS, "units": UNITS, "buildings": BUILDINGS}

_SLOTS = ("leader", "steward", "officer", "informant")
_ORG_KINDS: dict[str, Literal["handler", "partner"]] = {
    "handler": "handler",
    "处置单位": "handler",
    "处置": "handler",
    "partner": "partner",
    "协作单位": "partner",
    "协作": "partner",
}
_SOURCES: dict[str, Source] = {
    "CGCS2000": "CGCS2000",
    "WGS84": "WGS84",
    "GCJ02": "GCJ02",
    "国家2000": "CGCS2000",
    "2000国家大地坐标系": "CGCS2000",
    "火星坐标": "GCJ02",
}


class Seated(Struct, frozen=True):
    """Somebody in a seat: grid, number of the seat from 1, name, for some days; empty id: known by seat and name."""

    row: Row
    grid: str
    seat: int
    name: str
    person: str
    pin: str
    begins: str
    ends: str


class Org(Struct, frozen=True):
    """An organisation that is given cases."""

    row: Row
    code: str
    kind: Literal["handler", "partner"]
    name: str
    patch: str
    number: str
    begins: str
    ends: str


class Unit(Struct, frozen=True):
    """A street, community or grid; its code begins with the code of what it belongs to."""

    row: Row
    code: str
    name: str
    begins: str
    ends: str


class Place(Struct, frozen=True):
    """A building with the names of its entrances; `point` as handed over, None for none; empty: as it was."""

    row: Row
    grid: str
    name: str
    address: str
    entrances: tuple[str, ...]
    point: Point | None
    source: Source
    radius_m: int | None
    note: str
    building: str
    begins: str
    ends: str


Value = TypeVar("Value")


def read_people(lines: Sequence[Line], seat_names: Sequence[str], faults: Faults) -> list[Seated]:
    """Return who sits where; a seat may have several people one after the other, never two on a day."""
    words = {word: n for n, name in enumerate(seat_names, 1) for word in (name, _SLOTS[n - 1], str(n))}

    def seated(row: Row) -> Seated:
        grid, name = row.digits("grid", GRID_DIGITS), row.text("name")
        pin = row.digits("pin", _PIN_DIGITS) if row.optional("pin") else ""
        if pin and is_weak(pin):
            row.fail("pin", f.WEAK_PIN)
        if len(name) > _MAX_NAME_CHARS:
            row.fail("name", f.UNCLEAN, most=_MAX_NAME_CHARS)
        begins, ends = _days(row)
        return Seated(row, grid, row.choice("seat", words), name, row.id("person_id"), pin, begins, ends)

    found = _succeeded(_values(rows_of(lines, PEOPLE, faults), seated))
    _check_periods(found, lambda each: f"{each.grid}-{each.seat}", "seat", lambda each: seat_names[each.seat - 1])
    _check_periods([each for each in found if each.person], lambda each: each.person, "person_id", None)
    return found


def read_orgs(lines: Sequence[Line], district: str, faults: Faults) -> list[Org]:
    """Return the organisations; each code stands once."""

    def org(row: Row) -> Org:
        code, patch, number = row.text("code"), row.text("patch"), row.optional("number")
        if code and not _is_word(code):
            row.fail("code", f.NOT_WORD, shown=quoted(code))
        if patch and not (patch.startswith(district) and patch.isdigit() and len(patch) in (6, 9, 12)):
            row.fail("patch", f.OTHER_DISTRICT, shown=quoted(patch), district=district)
        if not set("0123456789 -+()").issuperset(number):
            row.fail("number", f.NOT_NUMBER, shown=quoted(number))
        begins, ends = _days(row)
        return Org(row, code, row.choice("kind", _ORG_KINDS), row.text("name"), patch, number, begins, ends)

    found = _values(rows_of(lines, ORGS, faults), org)
    find_twice((each.row, "code", each.code) for each in found)
    return found


def read_units(lines: Sequence[Line], district: str, faults: Faults) -> list[Unit]:
    """Return streets, communities and grids of this district; a code may have several names one after the other."""

    def unit(row: Row) -> Unit:
        code = row.text("code")
        if code and (not code.isascii() or not code.isdigit()):
            row.fail("code", f.NOT_DIGITS if "+" not in code else f.SCIENTIFIC, length="9/12/15", shown=quoted(code))
        elif code and len(code) not in (6, *LEVEL_OF_DIGITS):
            row.fail("code", f.NO_LEVEL, length=len(code))
        elif code and not code.startswith(district):
            row.fail("code", f.OTHER_DISTRICT, shown=quoted(code), district=district)
        begins, ends = _days(row)
        if ends != NEVER and len(code) != GRID_DIGITS:
            row.fail("valid_to", f.NO_END)
        return Unit(row, code, row.text("name"), begins, ends)

    found = _values(rows_of(lines, UNITS, faults), unit)
    find_twice((each.row, "code", f"{each.code} {each.begins}".removesuffix(f" {ALWAYS}")) for each in found)
    return found


def read_buildings(lines: Sequence[Line], faults: Faults) -> list[Place]:
    """Return the buildings; each id, and each name within a grid, stands once."""

    def place(row: Row) -> Place:
        grid, name, point = row.digits("grid", GRID_DIGITS), row.text("name"), _point(row)
        source = _source(row) if point is not None else "CGCS2000"
        begins, ends = _days(row)
        return Place(
            *(row, grid, name, row.optional("address"), _entrances(row), point, source),
            *(
                row.integer("radius_m", 10, 1000) if row.optional("radius_m") else None,
                row.optional("note"),
                row.id("building_id"),
            ),
            *(begins, ends),
        )

    found = _values(rows_of(lines, BUILDINGS, faults), place)
    find_twice((each.row, "building_id", each.building) for each in found)
    find_twice((each.row, "name", f"{each.grid} {each.name}") for each in found)
    return found


def is_weak(pin: str) -> bool:
    """Return whether a PIN is among the first that somebody tries: few different digits, or all in a run."""
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    return len(set(pin)) < _FEWEST_PIN_DIGITS or len(steps) == 1


def _days(row: Row) -> tuple[str, str]:
    begins, ends = row.day("valid_from", empty=ALWAYS), row.day("valid_to", empty=NEVER)
    check_days(row, begins, ends)
    return begins, ends


def _point(row: Row) -> Point | None:
    lon, lat = row.degrees("lon"), row.degrees("lat")
    if lon is None or lat is None:
        if (lon is None) != (lat is None) and row.is_sound:
            row.fail("lon" if lon is None else "lat", f.HALF_POINT)
        return None
    if CHINA_LON[0] <= lon <= CHINA_LON[1] and CHINA_LAT[0] <= lat <= CHINA_LAT[1]:
        return lon, lat
    is_swapped = CHINA_LON[0] <= lat <= CHINA_LON[1] and CHINA_LAT[0] <= lon <= CHINA_LAT[1]
    row.fail("lon", f.SWAPPED if is_swapped else f.NOT_CHINA, shown=f"{lon}, {lat}")
    return None


def _source(row: Row) -> Source:
    said = row.optional("datum")
    if not said:
        row.fail("datum", f.NO_DATUM)
        return "CGCS2000"
    if said.upper().replace("-", "").replace("_", "") == "BD09" or said == "百度坐标":
        row.fail("datum", f.BAIDU)
        return "CGCS2000"
    return row.choice("datum", _SOURCES)


def _entrances(row: Row) -> tuple[str, ...]:
    said = row.optional("entrances")
    if said.isascii() and said.isdigit() and len(said) < 3:
        return tuple(f"{number}单元" for number in range(1, int(said) + 1))
    names = tuple(name.strip() for name in said.replace("，", "、").replace(",", "、").split("、") if name.strip())
    if len(names) > MAX_ENTRANCES or len(set(names)) < len(names) or (said and not names) or said.isdigit():
        row.fail("entrances", f.BAD_ENTRANCES, shown=quoted(said))
    return names


def _succeeded(people: Iterable[Seated]) -> list[Seated]:
    """Return the same in which who has no end ends where the next one of the seat begins."""
    seats: dict[tuple[str, int], list[Seated]] = {}
    for each in sorted(people, key=lambda each: (each.begins, each.row.line)):
        held = seats.setdefault((each.grid, each.seat), [])
        if held and held[-1].ends == NEVER and held[-1].begins < each.begins:
            held[-1] = replace(held[-1], ends=each.begins)
        held.append(each)
    return sorted((each for held in seats.values() for each in held), key=lambda each: each.row.line)


def _check_periods(
    found: Iterable[Seated], key: Callable[[Seated], str], column: str, shown: Callable[[Seated], str] | None
) -> None:
    latest: dict[str, Seated] = {}
    for each in sorted(found, key=lambda each: (key(each), each.begins, each.row.line)):
        before = latest.get(key(each))
        if before is not None and each.begins < before.ends and each.grid and before.grid:
            words = shown(each) if shown is not None else key(each)
            each.row.fail(column, f.TWICE, shown=quoted(words), first=before.row.line)
        latest[key(each)] = each


def _is_word(code: str) -> bool:
    return code.isascii() and code.replace("-", "").isalnum() and len(code) <= 40


def _values(rows: Iterable[Row], parse: Callable[[Row], Value]) -> list[Value]:
    return [parse(row) for row in rows]


def headings(kind: ListKind) -> Mapping[str, str]:
    """Return a list's Chinese headings by their English ones."""
    return {each.name: each.chinese for each in COLUMNS[kind]}
