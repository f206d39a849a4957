"""A problem is reported, or solved on the spot. The case's id is this record's id."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sync.errors import RecordRejected
from sync.records.base import Body, Code, Kind, Sealed, Uuid, whole
from sync.records.shared import MediaRef, is_blank

Origin = Literal["patrol", "resident", "walk_in", "studio", "order"]


class Point(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Where the problem is (not the person): degrees, datum as tagged."""

    lat: Annotated[float, Meta(ge=-90, le=90)]
    lon: Annotated[float, Meta(ge=-180, le=180)]
    crs: Literal["CGCS2000", "WGS84"]
    accuracy_m: Annotated[float, Meta(ge=0, le=100_000)] | None = None
    fix_age_s: Annotated[float, Meta(ge=0)] | None = None


class CaseReport(Body, frozen=True):
    """A problem at a place.

    Attributes:
        standard: catalogue the code is from; the same five digits mean a component and a matter.
        matter_kind: component or matter.
        matter_code: five digits of the catalogue.
        condition: the filing condition, where the inspector can tell.
        place: words for the place, when no building fits.
        severity: 1 can wait, 2 usual, 3 danger.
        self_resolved: solved on the spot; `action` says how.
        contact: the reporter's contact, sealed.
        check_in: id of the check-in during which it was seen.
    """

    standard: Literal["national", "local"]
    matter_kind: Literal["component", "matter"]
    matter_code: Annotated[str, Meta(pattern=whole("[0-9]{5}"))]
    origin: Origin = "patrol"
    condition: Code | None = None
    building: Uuid | None = None
    entrance: Uuid | None = None
    place: Annotated[str, Meta(max_length=256)] = ""
    point: Point | None = None
    description: Annotated[str, Meta(max_length=2000)] = ""
    severity: Annotated[int, Meta(ge=1, le=3)] = 2
    self_resolved: bool = False
    action: Annotated[str, Meta(max_length=500)] = ""
    media: Annotated[tuple[MediaRef, ...], Meta(max_length=40)] = ()
    contact: Sealed | None = None
    restricted: bool = False
    check_in: Uuid | None = None


def _check(body: CaseReport) -> None:
    if body.building is None and body.point is None and is_blank(body.place):
        raise RecordRejected("a problem needs a building, a place or a point", "$.body.building")
    if not body.media and is_blank(body.description):
        raise RecordRejected("a problem needs one sentence or a photo", "$.body.description")
    if body.self_resolved and is_blank(body.action):
        raise RecordRejected("solved on the spot: say what was done", "$.body.action")


KIND = Kind("case_report", 1, CaseReport, _check)
