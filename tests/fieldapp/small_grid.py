"""A grid of three buildings, four entrances and four people; all of it made up."""

from sync.ids import uuid7_at
from sync.reference import BuildingEntry, EntranceEntry, GridEntry, MatterEntry, PersonEntry, TagEntry
from sync.tags import Tag, plate_code, tag_digest
from tests.fieldapp.fake_ports import START_MS, FakeReference


def fixed_id(number: int) -> str:
    """Return the id of the synthetic thing with a number."""
    return str(uuid7_at(START_MS - 86_400_000, number.to_bytes(10, "big")))


GRID = "230108-synthetic-1"
PERSON_1, PERSON_2, PERSON_3, PERSON_4 = (fixed_id(number) for number in range(1, 5))
PIN_1, PIN_2 = "314159", "271828"
BUILDING_1, BUILDING_2, BUILDING_3 = (fixed_id(number) for number in range(11, 14))
ENTRANCE_11, ENTRANCE_12, ENTRANCE_21, ENTRANCE_22 = (fixed_id(number) for number in range(21, 25))
PLATE_BUILDING_1, PLATE_ENTRANCE_11, PLATE_ENTRANCE_12, PLATE_OLD, PLATE_STRANGE, PLATE_BUILDING_3 = (
    plate_code(number.to_bytes(10, "big")) for number in range(101, 107)
)
BADGE_1, BADGE_2, BADGE_REVOKED, BADGE_FOREIGN, CARD_VISITOR, FOB_ENTRANCE_21, BADGE_STRANGE = (
    f"010203{number:04X}" for number in range(1, 8)
)
MATTER_LITTER, MATTER_GAS, MATTER_DISPUTE, MATTER_LIGHT, MATTER_LAMP = (
    "national:matter:06010",
    "local:matter:10992",
    "local:matter:10986",
    "local:matter:10996",
    "national:component:01037",
)


def small_grid() -> FakeReference:
    """Return a grid of three buildings, four entrances and four people; all of it made up."""
    reference = FakeReference(GRID, GridEntry("合成网格 1", "230108999999", "合成社区", "合成街道", "230108", "平房区"))
    for place, person in enumerate((PERSON_1, PERSON_2, PERSON_3, PERSON_4), 1):
        pin = {1: PIN_1, 2: PIN_2}.get(place, f"{place}" * 6)
        reference.person_rows[person] = PersonEntry(
            f"网格员 {place}", f"seat-{place}", GRID, f"fake:{pin}", "2027-11-23T00:00:00.000+08:00"
        )
    names = (("1号楼", "1hl"), ("2号楼", "2hl"), ("甲3号楼", "j3hl"))
    for order, (building, (name, initials)) in enumerate(zip((BUILDING_1, BUILDING_2, BUILDING_3), names, strict=True)):
        reference.building_rows[building] = BuildingEntry(name, GRID, f"合成路 {order + 1} 号", initials, order=order)
    doors = (
        (ENTRANCE_11, BUILDING_1, 1),
        (ENTRANCE_12, BUILDING_1, 2),
        (ENTRANCE_21, BUILDING_2, 1),
        (ENTRANCE_22, BUILDING_2, 2),
    )
    for entrance, building, number in doors:
        reference.entrance_rows[entrance] = EntranceEntry(building, f"{number}单元", number)
    _add_tags(reference)
    _add_matters(reference)
    return reference


def _add_tags(reference: FakeReference) -> None:
    rows = (
        ("qr", PLATE_BUILDING_1, TagEntry("qr", "place", BUILDING_1)),
        ("qr", PLATE_BUILDING_3, TagEntry("qr", "place", BUILDING_3)),
        ("qr", PLATE_ENTRANCE_11, TagEntry("qr", "place", ENTRANCE_11)),
        ("qr", PLATE_ENTRANCE_12, TagEntry("qr", "place", ENTRANCE_12)),
        ("qr", PLATE_OLD, TagEntry("qr", "place", ENTRANCE_11, "replaced")),
        ("em", FOB_ENTRANCE_21, TagEntry("em", "place", ENTRANCE_21)),
        ("em", BADGE_1, TagEntry("em", "inspector", PERSON_1)),
        ("em", BADGE_2, TagEntry("em", "inspector", PERSON_2)),
        ("em", BADGE_REVOKED, TagEntry("em", "inspector", PERSON_3, "revoked")),
        ("em", BADGE_FOREIGN, TagEntry("em", "inspector", fixed_id(99))),
        ("em", CARD_VISITOR, TagEntry("em", "visitor", "志愿者卡 7")),
    )
    for medium, value, entry in rows:
        reference.tag_rows[tag_digest(Tag(medium, value))] = entry


def _add_matters(reference: FakeReference) -> None:
    reference.matter_rows = {
        MATTER_LITTER: MatterEntry(
            "national", "matter", "06010", "暴露垃圾", "Exposed litter", "市容环境", "Street scene", "bllj", common=True
        ),
        MATTER_LAMP: MatterEntry(
            "national", "component", "01037", "路灯", "Street lamp", "市政公用设施", "Utilities", "ld"
        ),
        MATTER_LIGHT: MatterEntry(
            "local", "matter", "10996", "楼道照明不亮", "Stair light out", "居民区", "Homes", "ldzmbl", common=True
        ),
        MATTER_GAS: MatterEntry(
            "local",
            "matter",
            "10992",
            "燃气异味",
            "Smell of gas",
            "居民区",
            "Homes",
            "rqyw",
            danger=True,
            emergency_number="119",
        ),
        MATTER_DISPUTE: MatterEntry(
            "local", "matter", "10986", "邻里纠纷", "Dispute", "居民区", "Homes", "lljf", restricted=True, photo="never"
        ),
    }
