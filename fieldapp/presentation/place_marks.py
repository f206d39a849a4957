"""What stands beside a place in the list of places: whether it was seen, or has a plate."""

from msgspec import Struct

from fieldapp.presentation.today import building_count
from fieldapp.services.mounting import PlateProgress
from fieldapp.services.places import Place
from fieldapp.services.round import RoundProgress
from fieldapp.text import _


class Mark(Struct, frozen=True):
    """A word or a count, and whether the place is done."""

    text: str = ""
    is_done: bool = False


class PlaceMarks(Struct, frozen=True):
    """Marks of buildings, by id, and of the places in them."""

    buildings: dict[str, Mark] = {}
    places: dict[Place, Mark] = {}

    def of_building(self, building: str) -> Mark:
        """Return how many of a building's places are done."""
        return self.buildings.get(building, Mark())

    def of_place(self, place: Place) -> Mark:
        """Return whether a place is done."""
        return self.places.get(place, Mark())


def round_marks(progress: RoundProgress) -> PlaceMarks:
    """Return which places were seen in the round."""
    return PlaceMarks(
        {each.id: Mark(building_count(each), each.seen == len(each.places)) for each in progress.buildings},
        {place.place: Mark(_("seen"), True) for each in progress.buildings for place in each.places if place.is_seen},
    )


def plate_marks(progress: PlateProgress) -> PlaceMarks:
    """Return which places have a plate."""
    return PlaceMarks(
        {
            each.id: Mark(f"{each.mounted}/{len(each.doors)}", each.mounted == len(each.doors))
            for each in progress.buildings
        },
        {door.place.place: Mark(_("has a plate"), True) for door in progress.every() if door.has_plate},
    )
