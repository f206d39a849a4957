"""How far today's round is: which entrances and buildings were seen, shown and never enforced."""

from msgspec import Struct

from fieldapp.services.facts import Fact, shift_facts
from fieldapp.services.places import Place
from fieldapp.services.ports import Journal, Reference, Settings
from sync.records import CheckIn, ShiftStart

LAST_ROUND = 2
"""Rounds of a day that a check-in can name."""


class PlaceProgress(Struct, frozen=True):
    """One place of the round.

    Attributes:
        check_in: the newest check-in there in this round, None while not seen.
    """

    place: Place
    name: str
    check_in: Fact | None = None

    @property
    def is_seen(self) -> bool:
        """Return whether somebody was there in this round."""
        return self.check_in is not None


class BuildingProgress(Struct, frozen=True):
    """One building of the round; its places are its entrances, or itself where it has none.

    Attributes:
        at_building: the newest check-in at the building as a whole, where it has entrances.
    """

    id: str
    name: str
    places: tuple[PlaceProgress, ...]
    at_building: Fact | None = None

    @property
    def seen(self) -> int:
        """Return how many of its places were seen."""
        return sum(place.is_seen for place in self.places)


class RoundProgress(Struct, frozen=True):
    """The round of the moment."""

    number: int
    buildings: tuple[BuildingProgress, ...] = ()

    @property
    def seen(self) -> int:
        """Return how many places were seen."""
        return sum(building.seen for building in self.buildings)

    @property
    def total(self) -> int:
        """Return how many places the round has."""
        return sum(len(building.places) for building in self.buildings)

    @property
    def is_complete(self) -> bool:
        """Return whether every place was seen; a grid without places never is."""
        return 0 < self.total == self.seen


class Rounds:
    """Derives rounds from the check-ins of a shift."""

    def __init__(self, journal: Journal, reference: Reference, settings: Settings) -> None:
        self._journal = journal
        self._reference = reference
        self._settings = settings

    def number(self, shift: str | None) -> int:
        """Return the round that a check-in made now belongs to."""
        return 1 if shift is None else self.progress(shift).number

    def progress(self, shift: str) -> RoundProgress:
        """Return the progress of the round of the moment; a shift of one planned round stays in it."""
        return self.progress_of(shift, shift_facts(self._journal, shift))

    def progress_of(self, shift: str, facts: list[Fact]) -> RoundProgress:
        """Return the same from the shift's facts, for who has read them already."""
        if self._settings.get(_chosen_name(shift)) is None:
            first = self._of_round(facts, 1)
            if not first.is_complete or planned_rounds(facts) < LAST_ROUND:
                return first
        return self._of_round(facts, LAST_ROUND)

    def untouched(self) -> RoundProgress:
        """Return the first round as it stands before anybody has begun it."""
        return self._of_round([], 1)

    def begin_second(self, shift: str) -> None:
        """Begin round 2 although round 1 is not complete."""
        self._settings.put(_chosen_name(shift), str(LAST_ROUND))

    def back_to_first(self, shift: str) -> None:
        """Take `begin_second` back."""
        self._settings.put(_chosen_name(shift), None)

    def done(self, shift: str) -> int:
        """Return how many rounds are complete."""
        facts = shift_facts(self._journal, shift)
        return sum(self._of_round(facts, number).is_complete for number in range(1, LAST_ROUND + 1))

    def _of_round(self, facts: list[Fact], number: int) -> RoundProgress:
        seen = {
            Place(fact.body.building, fact.body.entrance): fact
            for fact in facts
            if isinstance(fact.body, CheckIn) and not fact.is_void and fact.body.round == number
        }
        entrances: dict[str, list[PlaceProgress]] = {}
        for entrance_id, entrance in self._reference.entrances().items():
            place = Place(entrance.building, entrance_id)
            entrances.setdefault(entrance.building, []).append(PlaceProgress(place, entrance.name, seen.get(place)))
        return RoundProgress(
            number,
            tuple(
                _building(building_id, entry.name, entrances.get(building_id, []), seen.get(Place(building_id)))
                for building_id, entry in self._reference.buildings().items()
            ),
        )


def planned_rounds(facts: list[Fact]) -> int:
    """Return the rounds that a shift's start planned, as many as check-ins can name, at least one."""
    planned = next((fact.body.rounds_planned for fact in facts if isinstance(fact.body, ShiftStart)), LAST_ROUND)
    return max(1, min(planned, LAST_ROUND))


def _building(building_id: str, name: str, entrances: list[PlaceProgress], whole: Fact | None) -> BuildingProgress:
    if entrances:
        return BuildingProgress(building_id, name, tuple(entrances), whole)
    return BuildingProgress(building_id, name, (PlaceProgress(Place(building_id), name, whole),))


def _chosen_name(shift: str) -> str:
    return f"round.{shift}"
