"""Arriving somewhere, from wherever one is: the first arrival of the day starts the shift."""

from typing import TYPE_CHECKING

from fieldapp.services.check_in import Arrived
from fieldapp.services.places import Place
from sync.records.shared import Method, TagSeen

if TYPE_CHECKING:
    from fieldapp.services import Services


def arrive_at(services: "Services", place: Place, method: Method, tag: TagSeen | None) -> Arrived:
    """Record an arrival with what a position says of it, and before it the start of the shift where none is open."""
    if services.shifts.current() is None:
        services.shifts.start()
    return services.check_ins.arrive(place, method, tag, geofence=services.positions.geofence(place))


def arrive_again(services: "Services", arrived: Arrived) -> Arrived:
    """Record an arrival that was held back because one was recorded shortly before, with its own evidence."""
    place = arrived.place.place
    geofence = services.positions.geofence(place)
    return services.check_ins.arrive_again(place, arrived.method, arrived.tag, geofence=geofence)
