"""Places where somebody can be: a building, or one of its entrances."""

from collections.abc import Mapping

from msgspec import Struct

from fieldapp.services.ports import Reference


class Place(Struct, frozen=True):
    """A building and, where known, the entrance; both by id."""

    building: str
    entrance: str | None = None


class NamedPlace(Struct, frozen=True):
    """A place with the names people use; empty where the reference data has none."""

    place: Place
    building_name: str
    entrance_name: str = ""


class Spot(Struct, frozen=True):
    """Where a form is begun: a place, and the check-in there, where there is one.

    Attributes:
        check_in: id of the check-in, empty for none.
    """

    place: Place
    check_in: str = ""

    @property
    def key(self) -> str:
        """Return the place as a draft remembers it."""
        return spot_key(self.place.building, self.place.entrance or "")


def spot_key(building: str, entrance: str) -> str:
    """Return a place as a draft remembers it, empty for none."""
    return f"{building}/{entrance}" if building else ""


def place_of_target(reference: Reference, target: str) -> Place | None:
    """Return the place that a tag's target names, or None when the reference data knows no such place."""
    if target in reference.buildings():
        return Place(target)
    entrance = reference.entrances().get(target)
    return Place(entrance.building, target) if entrance is not None else None


def named(reference: Reference, place: Place) -> NamedPlace:
    """Return a place with its names."""
    building = reference.buildings().get(place.building)
    entrance = reference.entrances().get(place.entrance) if place.entrance else None
    return NamedPlace(place, building.name if building else "", entrance.name if entrance else "")


def place_in(reference: Reference, values: Mapping[str, str]) -> NamedPlace | None:
    """Return the place that a form's values name, None for none yet."""
    building = values.get("building", "")
    return named(reference, Place(building, values.get("entrance") or None)) if building else None
