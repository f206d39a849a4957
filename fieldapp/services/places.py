"""Places where somebody can be: a building, or one of its entrances."""

from dataclasses import dataclass

from fieldapp.services.ports import Reference


@dataclass(frozen=True, slots=True)
class Place:
    """A building and, where known, the entrance; both by id."""

    building: str
    entrance: str | None = None


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place with the names people use; empty where the reference data has none."""

    place: Place
    building_name: str
    entrance_name: str = ""


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
