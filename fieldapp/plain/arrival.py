"""After a scan: where one is, that it is saved, and the few things that can be said of it."""

from collections.abc import Collection, Mapping, Sequence

from msgspec.structs import replace

from fieldapp.keymap import Action, Need
from fieldapp.plain.casework import open_task
from fieldapp.plain.drafts import open_form
from fieldapp.plain.page import Face, Listing, Page, Row, listing
from fieldapp.presentation.casework import cases_label, task_ask, task_type
from fieldapp.presentation.effects import arrived_said, effect_said, pending_line
from fieldapp.presentation.records import place_text
from fieldapp.presentation.words import CHECK_POINTS, CHECK_STATES, word
from fieldapp.services.arriving import arrive_again
from fieldapp.services.casework import OpenTask
from fieldapp.services.check_in import Arrived
from fieldapp.services.points import POINTS, checks_of, result_of, turned, with_issue
from fieldapp.services.tag_effect import PlateDamaged, UnknownTag
from fieldapp.text import _
from sync.records.check_in import CheckPoint, CheckState, Result


class ArrivedPage(Page):
    """An arrival."""

    NAME = "arrived"

    arrived: Arrived | None = None
    tasks: Sequence[OpenTask] = ()
    open_cases = 0

    def opened(self, argument: object) -> None:
        """Take an arrival, and see what is asked and known there."""
        if isinstance(argument, Arrived):
            self.arrived = argument
            building, casework = argument.place.place.building, self.services.casework
            self.tasks, self.open_cases = casework.tasks_at(building), len(casework.cases(building))
            if argument.is_recorded:
                self.talk.offer_undo(argument.entry)

    def title(self) -> str:
        """Return that it is saved, or that it was already, and where."""
        if self.arrived is None:
            return ""
        said = arrived_said(self.arrived)
        return "  ".join([_("Arrived, saved") if self.arrived.is_recorded else said.word, said.line])

    def facts(self) -> Sequence[str]:
        """Return which place before still waits."""
        return (pending_line(self.arrived),) if self.arrived is not None else ()

    def met(self) -> Collection[Need]:
        """Return whether an earlier arrival is open, and whether something is asked or known here."""
        found = {
            Need.PENDING: self.arrived is not None and self.arrived.pending is not None,
            Need.TASKS: bool(self.tasks),
            Need.OPEN_CASES: self.open_cases > 0,
        }
        return [need for need, is_met in found.items() if is_met]

    def is_shown(self, action: Action) -> bool:
        """Offer the place before only when it is open, a second arrival only when nothing was recorded."""
        arrived = self.arrived
        if action.verb == "previous":
            return arrived is not None and arrived.pending is not None
        if action.verb in ("task", "cases"):
            return bool(self.tasks if action.verb == "task" else self.open_cases)
        return action.verb != "again" or (arrived is not None and not arrived.is_recorded)

    def face(self, face: Face, action: Action) -> Face:
        """Say what is asked here, and how many cases are open."""
        if action.verb == "task" and self.tasks:
            return Face(face.key, task_type(self.tasks[0]), task_ask(self.tasks[0]))
        return Face(face.key, cases_label(self.open_cases)) if action.verb == "cases" else face

    def default(self) -> str:
        """Return that it was normal."""
        return "arrived.normal"

    def do_task(self) -> None:
        """Answer what the desk wants to know of this building."""
        open_task(self.talk, self.tasks[0])

    def do_cases(self) -> None:
        """Go through the open cases of this building."""
        if self.arrived is not None:
            self.talk.go("cases", self.arrived.place.place.building)

    def do_normal(self) -> None:
        """Say that all looked at was in order."""
        self._state("normal", _("Normal, saved"))

    def do_no_access(self) -> None:
        """Say that nobody could get in."""
        self._state("no_access", _("No access, saved"))

    def do_problem(self) -> None:
        """Report a problem at this place."""
        if self.arrived is not None:
            open_form(self.talk, "problem", self.arrived.spot)

    def do_visit(self) -> None:
        """Record a visit at this place."""
        if self.arrived is not None:
            open_form(self.talk, "visit", self.arrived.spot)

    def do_points(self) -> None:
        """Look at the five points one by one."""
        if self.arrived is not None:
            self.talk.go("points", self.arrived)

    def do_remark(self) -> None:
        """Say which one point is not fine."""
        if self.arrived is not None:
            self.talk.go("remark", self.arrived)

    def do_previous(self) -> None:
        """Say that the place before this one was normal."""
        if self.arrived is None or self.arrived.pending is None:
            return
        pending = self.arrived.pending
        entry = self.services.check_ins.say_normal(pending.entry)
        self.talk.say(_("Normal, saved"), place_text(pending.place))
        self.talk.offer_undo(entry)
        self.arrived = replace(self.arrived, pending=None)

    def do_again(self) -> None:
        """Record a second arrival on purpose."""
        if self.arrived is not None:
            self.talk.go("arrived", arrive_again(self.services, self.arrived), above_home=True)

    def _state(self, result: Result, said: str) -> None:
        if self.arrived is not None:
            entry = self.services.check_ins.say(self.arrived.entry, result)
            self.talk.say(said, place_text(self.arrived.place))
            self.talk.offer_undo(entry)
            self.talk.home()


class PointsPage(Page):
    """Five points of a place."""

    NAME = "points"

    arrived: Arrived | None = None
    checks: Mapping[CheckPoint, CheckState] = {}

    def opened(self, argument: object) -> None:
        """Take the arrival and what was said of it before."""
        if isinstance(argument, Arrived):
            self.arrived = argument
            self.checks = checks_of(argument.entry)

    def title(self) -> str:
        """Return what is asked."""
        return "  ".join([_("What did you look at?"), place_text(self.arrived.place) if self.arrived else ""])

    def facts(self) -> Sequence[str]:
        """Return how it goes."""
        return (_("Press a point again to change it; 9 saves"),)

    def listing(self) -> Listing:
        """Return the points."""
        return listing([Row(point, word(CHECK_POINTS, point), self._state(point)) for point in POINTS])

    def chosen(self, row: Row) -> None:
        """Turn a point."""
        point = next(point for point in POINTS if point == row.key)
        self.checks = turned(self.checks, point)

    def default(self) -> str:
        """Return to save."""
        return "points.save"

    def do_save(self) -> None:
        """State it: an issue is one, all fine is normal."""
        if self.arrived is None:
            return
        result = result_of(self.checks)
        entry = self.services.check_ins.say(self.arrived.entry, result, dict(self.checks))
        self.talk.say(_("Saved"), place_text(self.arrived.place))
        self.talk.offer_undo(entry)
        if result == "issue":
            open_form(self.talk, "problem", self.arrived.spot, above_home=True)
        else:
            self.talk.home()

    def _state(self, point: CheckPoint) -> str:
        state = self.checks.get(point)
        return word(CHECK_STATES, state) if state else _("not looked at")


class RemarkPage(Page):
    """The points of a place; the one that is chosen is not fine."""

    NAME = "remark"

    arrived: Arrived | None = None

    def opened(self, argument: object) -> None:
        """Take the arrival."""
        if isinstance(argument, Arrived):
            self.arrived = argument

    def title(self) -> str:
        """Return what is asked."""
        return "  ".join([_("What is not fine?"), place_text(self.arrived.place) if self.arrived else ""])

    def listing(self) -> Listing:
        """Return the points."""
        return listing([Row(point, word(CHECK_POINTS, point)) for point in POINTS])

    def chosen(self, row: Row) -> None:
        """State that a point is not fine."""
        if self.arrived is None:
            return
        point = next(point for point in POINTS if point == row.key)
        checks = with_issue(checks_of(self.arrived.entry), point)
        entry = self.services.check_ins.say(self.arrived.entry, "issue", checks)
        self.talk.say(word(CHECK_STATES, "issue"), f"{place_text(self.arrived.place)}  {word(CHECK_POINTS, point)}")
        self.talk.offer_undo(entry)
        self.talk.home()


class UnknownPage(Page):
    """A tag nobody knows, or a plate that cannot be read: asked once, with the ways that always work."""

    NAME = "unknown"

    effect: UnknownTag | PlateDamaged | None = None

    def opened(self, argument: object) -> None:
        """Take the effect."""
        if isinstance(argument, UnknownTag | PlateDamaged):
            self.effect = argument

    def title(self) -> str:
        """Return what happened."""
        if self.effect is None:
            return ""
        said = effect_said(self.effect)
        return f"{said.word}  {said.line}"

    def facts(self) -> Sequence[str]:
        """Return that nothing was recorded."""
        return (_("0 goes on without it. Nothing was recorded."),)

    def met(self) -> Collection[Need]:
        """Return whether this tag was given a place before."""
        has_before = isinstance(self.effect, UnknownTag) and self.effect.chosen_before is not None
        return (Need.PLACES, Need.BEFORE) if has_before else (Need.PLACES,)

    def is_shown(self, action: Action) -> bool:
        """Offer the place of last time only when there was one."""
        return action.verb != "before" or Need.BEFORE in self.met()

    def face(self, face: Face, action: Action) -> Face:
        """Name the place of last time."""
        if action.verb == "before" and isinstance(self.effect, UnknownTag) and self.effect.chosen_before:
            return Face(face.key, face.label, place_text(self.effect.chosen_before))
        return face

    def default(self) -> str:
        """Return the first of the ways."""
        return "unknown.before" if Need.BEFORE in self.met() else "unknown.list"

    def do_before(self) -> None:
        """Take the place of last time."""
        if isinstance(self.effect, UnknownTag) and self.effect.chosen_before is not None:
            self.talk.take_place(self.effect.chosen_before, self.effect)

    def do_list(self) -> None:
        """Choose the place by hand."""
        self.talk.go("places", self.effect)
