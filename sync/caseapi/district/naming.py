"""The words from which the synthetic district's names are made; no street address and no person behind any of them."""

from sync.caseapi.district.model import Slot

ESTATES = ("小区", "家园", "花园")
"""What follows a community's name in the names of its estates, one for each row of its grids."""

SLOT_NAMES: dict[Slot, str] = {"leader": "网格长", "steward": "网格员", "officer": "执法员", "informant": "信息员"}
"""How the four seats are called here; a deployment has its own words."""

VISITOR_CARD = "访客卡"

_COMMUNITY = "社区"
_BUILDING = "号楼"
_ENTRANCE = "单元"

VOCABULARY = (*ESTATES, _BUILDING, _ENTRANCE)
"""Words of building names besides the communities' own, for the table of initials."""


def estate_name(community_name: str, row: int) -> str:
    """Return an estate's name, as in 青年小区 for the northern grids of 青年社区."""
    return community_name.removesuffix(_COMMUNITY) + ESTATES[row]


def building_name(estate: str, number: int) -> str:
    """Return a building's name, as in 青年小区 3号楼."""
    return f"{estate} {number}{_BUILDING}"


def entrance_name(number: int) -> str:
    """Return an entrance's name, as in 2单元."""
    return f"{number}{_ENTRANCE}"


def grid_name(serial: int) -> str:
    """Return a grid's name within its community, as in 第3网格."""
    return f"第{serial}网格"


def person_name(slot: Slot, grid_number: int, seat_number: int) -> str:
    """Return a seat holder's name, as in 网格员 0001-2: grid in the district, seat in the grid."""
    return f"{SLOT_NAMES[slot]} {grid_number:04d}-{seat_number}"
