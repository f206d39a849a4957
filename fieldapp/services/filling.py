"""What each form does besides being filled in: how it begins, which step comes next, how it is saved."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from fieldapp.services.forms import YES, HalfWritten, Incomplete, Saved, SaveResult, Warned
from fieldapp.services.matter_picker import Matter, MatterPicker
from fieldapp.services.photo_field import FIELD
from fieldapp.services.places import Spot
from fieldapp.services.privacy import warnings_in
from fieldapp.services.shift import OpenShift
from fieldapp.services.today import TodayView
from fieldapp.services.voice_field import FIELD as VOICE
from fieldapp.text import N_
from sync.records import ShiftStart
from sync.records.shift_start import Weather

if TYPE_CHECKING:
    from fieldapp.services import Services

MATTERS_OFFERED = 8
"""Categories offered for one key; the others are found by typing."""

DAYS_OFF = {
    1: N_("Tomorrow"),
    3: N_("In three days"),
    7: N_("In a week"),
    14: N_("In two weeks"),
    30: N_("In a month"),
    0: N_("Not again"),
}
"""When to come again, in days from today; 0 is never."""


class FormWork:
    """What one form does besides being filled in; all but `next_step` may block."""

    FORM: ClassVar[str] = ""

    def __init__(self, services: "Services") -> None:
        self.services = services

    def begin(self) -> dict[str, str]:
        """Read what the form needs; return the draft."""
        return self.services.forms.values(self.FORM)

    def next_step(self, _values: Mapping[str, str]) -> str:
        """Return the step that comes next, by what is filled in."""
        return ""

    def save(self, _values: Mapping[str, str], *, anyway: bool) -> SaveResult:  # noqa: ARG002 - the subclasses' signature
        """Save the record."""
        return Incomplete(self.next_step({}))


class ProblemWork(FormWork):
    """What the problem form does, and the catalogue it chooses from."""

    FORM = "problem"

    def __init__(self, services: "Services") -> None:
        super().__init__(services)
        self._problems = services.problems
        self.picker = MatterPicker({})

    def begin(self) -> dict[str, str]:
        """Read the catalogue; return the draft."""
        self.picker = self._problems.picker()
        return super().begin()

    def next_step(self, values: Mapping[str, str]) -> str:
        """Ask for the category, then for words, then show the whole."""
        if not values.get("matter"):
            return "matter"
        if not values.get("description") and not values.get(FIELD) and not values.get(VOICE):
            return "description"
        is_open = values.get("self_resolved") == YES and not values.get("action")
        return "action" if is_open else "review"

    def save(self, values: Mapping[str, str], *, anyway: bool) -> SaveResult:
        """Save the problem."""
        return self._problems.save(values, anyway=anyway)

    def choose(self, matter: Matter) -> dict[str, str]:
        """Put a category into the draft; return the fields that follow from it."""
        return self._problems.choose(matter)

    def offered(self) -> list[Matter]:
        """Return the categories used lately, then the common ones."""
        return [*self.picker.recent(), *self.picker.common()]

    def found(self, query: str) -> list[Matter]:
        """Return the categories that fit what was typed, the offered ones before anything is."""
        return self.picker.find(query) if query.strip() else self.offered()


class VisitWork(FormWork):
    """What the visit form does."""

    FORM = "visit"

    def next_step(self, values: Mapping[str, str]) -> str:
        """Ask why, then how it went."""
        return "outcome" if values.get("purpose") else "purpose"

    def save(self, values: Mapping[str, str], *, anyway: bool) -> SaveResult:
        """Save the visit."""
        return self.services.visits.save(values, anyway=anyway)


class ShiftStartWork(FormWork):
    """What starting a shift does."""

    FORM = "shift_start"

    def next_step(self, _values: Mapping[str, str]) -> str:
        """Ask for the weather."""
        return "weather"

    def start(self, weather: str) -> OpenShift:
        """Start the shift in a kind of weather."""
        known: Weather = weather  # type: ignore[assignment]  # the form's choices are the record's
        return self.services.shifts.start(ShiftStart(weather=known))


class ShiftEndWork(FormWork):
    """What ending a shift does."""

    FORM = "shift_end"

    def __init__(self, services: "Services") -> None:
        super().__init__(services)
        self.view: TodayView | None = None

    def begin(self) -> dict[str, str]:
        """Read what the shift holds; return the draft."""
        self.look()
        return super().begin()

    def look(self) -> None:
        """Read what the shift holds, and what of it waits."""
        self.view = self.services.today.view()

    def next_step(self, _values: Mapping[str, str]) -> str:
        """Show the whole."""
        return "review"

    def save(self, values: Mapping[str, str], *, anyway: bool) -> SaveResult:
        """Save the end and ask for a sync."""
        if not anyway and (warnings := warnings_in(values, ("note",))):
            return Warned(warnings)
        shift = self.services.shifts.current()
        rounds = self.services.rounds.done(shift.id) if shift else 0
        entry = self.services.shifts.end(rounds_done=rounds, note=values.get("note", ""), draft=self.FORM)
        self.services.exchange.request()
        return Saved(entry)


def begin_here(services: "Services", form: str, spot: Spot | None = None) -> HalfWritten | None:
    """Make a form's draft the one that was begun at a place, or where the last check-in was.

    Returns:
        What was put aside for it.
    """
    return services.forms.begin_at(form, spot or services.check_ins.spot())


def day_off(today: date, days: int) -> str:
    """Return the day so many days off as the forms hold it, empty for 0."""
    return (today + timedelta(days=days)).isoformat() if days else ""


def next_severity(severity: str) -> str:
    """Return the severity that follows, the first after the last; what is no severity counts as usual."""
    return str(severity_of(severity) % 3 + 1)


def severity_of(severity: str) -> int:
    """Return a form's severity as a number; what is none counts as usual."""
    return int(severity) if severity in {"1", "2", "3"} else 2
