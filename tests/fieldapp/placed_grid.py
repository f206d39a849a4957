"""The small grid with its buildings on the map."""

import msgspec

from sync.reference import CaseEntry, ContactEntry, SeenEntry
from tests.fieldapp.fake_ports import FakeReference
from tests.fieldapp.fake_receiver import LAT, LON
from tests.fieldapp.small_grid import BUILDING_1, BUILDING_2, BUILDING_3, ENTRANCE_12, fixed_id, small_grid


def placed_grid() -> FakeReference:
    """Return the small grid with places on the map, a note, a contact, a case, and doors where others were last."""
    reference = small_grid()
    for place, building in enumerate((BUILDING_1, BUILDING_2, BUILDING_3)):
        entry = reference.building_rows[building]
        reference.building_rows[building] = msgspec.structs.replace(entry, lat=LAT + 0.003 - place * 0.001, lon=LON)
    entry = reference.building_rows[BUILDING_1]
    reference.building_rows[BUILDING_1] = msgspec.structs.replace(entry, note="院内台阶结冰")
    reference.contact_rows = {fixed_id(60): ContactEntry("物业值班（合成）", "0000-0001")}
    reference.case_rows = {
        fixed_id(61): CaseEntry(
            "handling", "楼道照明不亮", building=BUILDING_1, reported_at="2026-11-20T08:00:00+08:00"
        )
    }
    reference.seen_rows = {
        ENTRANCE_12: SeenEntry("2026-11-22T07:42:00Z", "no_access"),
        BUILDING_3: SeenEntry("2026-11-22T08:05:00Z", "normal"),
    }
    return reference
