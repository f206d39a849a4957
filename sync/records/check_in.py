"""A fact about a building: somebody was there and, where stated, what was looked at.

A scan alone records *arrived*: the result is ``not_stated`` until the inspector says more, by an amendment.
"""

from typing import Annotated, Literal

from msgspec import Meta, field

from sync.errors import RecordRejected
from sync.records.base import Body, Kind, Uuid
from sync.records.shared import Geofence, Method, TagSeen

Result = Literal["not_stated", "normal", "issue", "no_access"]
CheckPoint = Literal["stair", "lights", "door", "fire_gear", "yard"]
CheckState = Literal["ok", "issue", "na"]


class CheckIn(Body, frozen=True):
    """Arrived at a building or one of its entrances.

    Attributes:
        building: id of the building.
        entrance: id of the entrance, where the tag or the person said one.
        floor: storey, when stated.
        tag: evidence of the tag; None when chosen from the list.
        round: 1 or 2.
        geofence: where the tablet was relative to the building; coordinates are never kept.
        checks: what was looked at, point by point.
        cases: ids of the problems reported at this visit.
    """

    building: Uuid
    method: Method
    entrance: Uuid | None = None
    floor: Annotated[int, Meta(ge=-5, le=99)] | None = None
    tag: TagSeen | None = None
    round: Annotated[int, Meta(ge=1, le=2)] = 1
    result: Result = "not_stated"
    geofence: Geofence = "unknown"
    checks: dict[CheckPoint, CheckState] = field(default_factory=dict)
    cases: Annotated[tuple[Uuid, ...], Meta(max_length=50)] = ()


def _check(body: CheckIn) -> None:
    if body.method in ("qr", "rfid") and body.tag is None:
        raise RecordRejected("a check-in by scan or badge carries its tag", "$.body.tag")
    if body.result == "normal" and "issue" in body.checks.values():
        raise RecordRejected("normal, yet one of the checks is an issue", "$.body.result")


KIND = Kind("check_in", 1, CheckIn, _check)
