"""Choosing a place by hand: buildings, then doors; and typing the code of a plate."""

from collections.abc import Mapping, Sequence

from fieldapp.keymap import CHOICE_KEYS
from fieldapp.plain.page import Listing, Page, Row, listing
from fieldapp.presentation.away import building_note
from fieldapp.presentation.effects import effect_said
from fieldapp.presentation.today import building_count
from fieldapp.services.finding import BuildingChoice, BuildingFinder
from fieldapp.services.round import BuildingProgress
from fieldapp.services.tag_effect import TYPED, PlateDamaged, Situation, UnknownTag
from fieldapp.text import _
from sync.tags import PLATE_PREFIX


class PlacesPage(Page):
    """The list of places."""

    NAME = "places"

    finder = BuildingFinder({}, {})
    progress: Mapping[str, BuildingProgress] = {}
    building: BuildingChoice | None = None
    tag: UnknownTag | None = None
    query = ""
    is_typing = False

    @property
    def question(self) -> str:
        """Ask what to find, while something is looked for."""
        return _("Number (3-2), initials, characters:") if self.is_typing else ""

    def opened(self, argument: object) -> None:
        """Read the buildings and the round; `argument` may be the tag, or the building, to choose a place for."""
        self.tag = argument if isinstance(argument, UnknownTag) else None
        self.building = argument if isinstance(argument, BuildingChoice) else None
        self.query, self.is_typing = "", False
        shift = self.services.shifts.current()
        buildings = self.services.rounds.progress(shift.id).buildings if shift else ()
        self.finder = self.services.finder.buildings()
        self.progress = {building.id: building for building in buildings}

    def title(self) -> str:
        """Return what is asked, and what for."""
        return "  ".join([self.building.name if self.building else _("Which building?"), self._purpose()])

    def listing(self) -> Listing:
        """Return buildings, or the doors of one."""
        if self.building is not None:
            return listing([*self._door_rows(self.building), Row("", _("The whole building"))])
        found = self.finder.find(self.query)
        return Listing(
            len(found),
            lambda offset, limit: [self._building_row(choice) for choice in found[offset : offset + limit]],
            _("Nothing fits") if self.query else _("No buildings yet: connect once"),
        )

    def chosen(self, row: Row) -> None:
        """Take a building or a door."""
        if self.building is not None:
            self.talk.take_place(self.building.place_at(row.key), self.tag)
            return
        found = next((choice for choice in self.finder.find(self.query) if choice.id == row.key), None)
        if found is not None and found.door:
            self.talk.take_place(found.place_at(found.door), self.tag)
        elif found is not None and found.has_doors:
            self.building = found
        elif found is not None:
            self.talk.take_place(found.only_place(), self.tag)

    def step_back(self) -> bool:
        """Leave the question, the doors, or what was found."""
        if self.is_typing:
            self.is_typing = False
        elif self.building is not None:
            self.building = None
        elif self.query:
            self.query = ""
        else:
            return False
        return True

    def submitted(self, text: str) -> None:
        """Find what fits."""
        self.query, self.is_typing = text, False

    def heard(self, text: str) -> bool:
        """Look for something else."""
        if not self.query or self.building is not None or text in CHOICE_KEYS:
            return False
        self.query = text
        return True

    def do_find(self) -> None:
        """Ask what to find a building by."""
        self.is_typing, self.building = True, None

    def _building_row(self, choice: BuildingChoice) -> Row:
        progress = self.progress.get(choice.id)
        mark = building_count(progress) if progress else ""
        return Row(choice.id, choice.title, "  ".join(text for text in (building_note(choice), mark) if text))

    def _door_rows(self, building: BuildingChoice) -> list[Row]:
        progress = self.progress.get(building.id)
        seen = {place.place.entrance for place in progress.places if place.is_seen} if progress else set()
        return [Row(door, name, _("seen") if door in seen else "") for door, name in building.entrances]

    def _purpose(self) -> str:
        if self.tag is not None:
            return _("For the tag that nobody knows")
        return _("For the form") if self.talk.form is not None else _("Check-in from the list")


class CodePage(Page):
    """A line for a plate's code."""

    NAME = "code"

    @property
    def question(self) -> str:
        """Ask for the code."""
        return _("Code:")

    @property
    def hears_keys(self) -> bool:
        """Return that a code is never one letter."""
        return True

    def title(self) -> str:
        """Return what is asked."""
        return _("Type the code of the plate or card, then Enter")

    def facts(self) -> Sequence[str]:
        """Return where the code stands."""
        words = _("It stands under the square code. Spaces and small letters do not matter; {prefix} may be left out.")
        return (words.format(prefix=PLATE_PREFIX), _("Of a card, the ten digits on it, or those with a comma."))

    def submitted(self, text: str) -> None:
        """Do what a scan of this code would do; after a damaged one, ask again."""
        if not text:
            return
        situation: Situation = "form" if self.talk.form is not None else "open"
        effect = self.services.tags.seen(TYPED, text, situation)
        if isinstance(effect, PlateDamaged):
            said = effect_said(effect)
            self.talk.say(said.word, said.line)
            return
        self.talk.back()
        self.talk.carry_out(effect)
