"""Somebody's day as the log shows it: the shifts of the day, one after the other, and what was recorded in none."""

from collections.abc import Callable

from fieldapp.services.facts import Fact, facts_of, shift_facts
from fieldapp.services.ports import Journal
from fieldapp.services.shift import Shifts
from fieldapp.services.shift_log import Log, ShiftLog

_LOOK_BACK = 200
"""Newest records looked through for those that were made in no shift; few are."""


class DayLog:
    """Reads the day of whoever is signed in, also when no shift is open any more.

    Args:
        person: returns the id of who is signed in, or None.
    """

    def __init__(self, journal: Journal, shifts: Shifts, log: ShiftLog, person: Callable[[], str | None]) -> None:
        self._journal = journal
        self._shifts = shifts
        self._log = log
        self._person = person

    def read(self) -> Log | None:
        """Return the log of the day, None when it holds nothing."""
        facts = self._facts()
        return self._log.of(facts) if facts else None

    def _facts(self) -> list[Fact]:
        outside = self._outside_shifts()
        known = {fact.id for fact in outside}
        of_shifts = [fact for shift in self._shifts.of_day() for fact in shift_facts(self._journal, shift)]
        # What was recorded in no shift and put right in one is told once.
        facts = [*(fact for fact in of_shifts if fact.first.record.amends not in known), *outside]
        stream = self._journal.summary().stream
        return sorted(facts, key=lambda fact: (fact.first.stream == stream, fact.first.n))

    def _outside_shifts(self) -> list[Fact]:
        person = self._person()
        return [
            fact
            for fact in facts_of(self._journal.entries(limit=_LOOK_BACK))
            if fact.first.record.shift is None
            and fact.first.record.actor == person
            and self._shifts.is_of_today(fact.first.record)
        ]
