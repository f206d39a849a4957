"""The round and the week, building by building; a building that is chosen leads to its page."""

from collections.abc import Sequence

from msgspec.structs import replace

from fieldapp.keymap import Action
from fieldapp.plain.page import Face, Listing, Page, Row, listing
from fieldapp.presentation.buildings import building_facts, building_title, round_counts, round_title, state_words
from fieldapp.presentation.weeks import building_week, building_week_mark, building_week_title, week_words
from fieldapp.services.buildings import BuildingRow, RoundView, nearest_first
from fieldapp.services.week import BuildingWeek, RoundWeek
from fieldapp.text import _


class BuildingsPage(Page):
    """A list of buildings."""

    def chosen(self, row: Row) -> None:
        """Go to a building."""
        self.talk.go("building", row.key)


class RoundPage(BuildingsPage):
    """The buildings of the grid as they stand in the round."""

    NAME = "round"

    view: RoundView | None = None
    is_left_only = False
    is_nearest_first = True

    def opened(self, _argument: object) -> None:
        """Read the buildings."""
        self.view = self.services.buildings.round()

    def closed(self) -> None:
        """Begin with all buildings the next time."""
        self.is_left_only, self.is_nearest_first = False, True

    def title(self) -> str:
        """Return which round it is, and the order."""
        if self.view is None or not self.view.has_position:
            return round_title(self.view) if self.view is not None else ""
        order = _("nearest first") if self.is_nearest_first else _("in route order")
        return "  ".join([round_title(self.view), order])

    def facts(self) -> Sequence[str]:
        """Return how many buildings stand how."""
        return (round_counts(self.view),) if self.view is not None else ()

    def listing(self) -> Listing:
        """Return the buildings."""
        view = self.view
        if view is None or not view.rows:
            return listing((), _("No buildings yet: connect once, key 5 on today"))
        rows = view.left if self.is_left_only else view.rows
        ordered = nearest_first(rows) if view.has_position and self.is_nearest_first else rows
        return listing([_round_row(row) for row in ordered], _("Nothing is left in this round"))

    def is_shown(self, action: Action) -> bool:
        """Offer another order only where a position makes one."""
        return action.verb != "order" or (self.view is not None and self.view.has_position)

    def face(self, face: Face, action: Action) -> Face:
        """Say what the keys lead to."""
        if action.verb == "left" and self.is_left_only:
            return replace(face, label=_("All buildings"))
        if action.verb == "order" and self.is_nearest_first:
            return replace(face, label=_("Route order"))
        return face

    def do_left(self) -> None:
        """Say only what is left, or all again."""
        self.is_left_only = not self.is_left_only

    def do_order(self) -> None:
        """Change the order; the distances are those of now."""
        self.is_nearest_first = not self.is_nearest_first
        self.view = self.services.buildings.round()


class WeekPage(BuildingsPage):
    """The last seven days of the grid's buildings."""

    NAME = "week"

    week: RoundWeek | None = None

    def opened(self, _argument: object) -> None:
        """Read the week."""
        self.week = self.services.weeks.rounds()

    def title(self) -> str:
        """Return what is listed."""
        return "  ".join([_("Rounds of seven days"), _("as recorded on this tablet")])

    def facts(self) -> Sequence[str]:
        """Return how much was seen."""
        return (week_words(self.week),) if self.week is not None else ()

    def listing(self) -> Listing:
        """Return the buildings, with the days on which each was looked at."""
        week = self.week
        rows = [_week_row(row, week) for row in week.rows] if week is not None else []
        return listing(rows, _("No buildings yet: connect once, key 5 on today"))


def _round_row(row: BuildingRow) -> Row:
    return Row(
        row.id, building_title(row), "  ".join(text for text in (state_words(row.state), building_facts(row)) if text)
    )


def _week_row(row: BuildingWeek, week: RoundWeek) -> Row:
    words = (building_week_mark(row), building_week(row, week.days))
    return Row(row.id, building_week_title(row), "  ".join(text for text in words if text))
