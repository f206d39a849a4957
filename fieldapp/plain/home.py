"""The home page: how far the round is, what comes next, and the keys of the day; and handing the tablet over."""

from collections.abc import Collection, Sequence

from msgspec.structs import replace

from fieldapp.keymap import Action, Need
from fieldapp.plain.drafts import go_on
from fieldapp.plain.page import Face, Page
from fieldapp.presentation.casework import tasks_label, urgent_line
from fieldapp.presentation.outside import shown
from fieldapp.presentation.records import place_text
from fieldapp.presentation.status import status_words
from fieldapp.presentation.syncing import MOVING
from fieldapp.presentation.today import (
    NEXT_ACTIONS,
    is_for_today,
    round_line,
    today_counts,
    today_needs,
    today_next,
    today_title,
)
from fieldapp.services.session import Person
from fieldapp.services.today import TodayView
from fieldapp.text import _
from sync.journal import SyncStatus


class TodayPage(Page):
    """Today at a glance."""

    NAME = "today"

    view: TodayView | None = None

    def opened(self, _argument: object) -> None:
        """Read today's view."""
        self.view = self.services.today.view()

    def title(self) -> str:
        """Return whose day it is, and how far the round is."""
        view = self.view
        if view is None:
            return ""
        if view.round is None or view.person is None:
            return today_title(view)
        return f"{view.person.name}  {round_line(view.round)}"

    def facts(self) -> Sequence[str]:
        """Return what the desk says urgently, the counts, and what comes next."""
        view = self.view
        return (urgent_line(view.asked), today_counts(view), today_next(view)) if view is not None else ()

    def passing(self) -> Sequence[str]:
        """Return how the tablet stands."""
        if self.view is None:
            return ()
        clock = self.services.clock
        words = status_words(self.view, self.talk.links, clock.now_ms(), self.services.zone)
        return ("  ".join(word.text for word in words if word.text),)

    def met(self) -> Collection[Need]:
        """Return what is there to work with."""
        return today_needs(self.view) if self.view is not None else ()

    def is_shown(self, action: Action) -> bool:
        """Offer one of start and end, and what is begun only when something is."""
        return is_for_today(action.verb, set(self.met()))

    def face(self, face: Face, action: Action) -> Face:
        """Say how much is asked."""
        if action.verb != "tasks" or self.view is None:
            return face
        return Face(face.key, tasks_label(self.view.asked), face.note)

    def default(self) -> str:
        """Return what comes next."""
        return NEXT_ACTIONS.get(self.view.next, "today.place") if self.view is not None else ""

    def sync_changed(self, status: SyncStatus) -> None:
        """Take in what came to be asked and said meanwhile: it is read out before the next question."""
        asked = self.services.today.asked() if status.phase not in MOVING else None
        if self.view is not None and asked is not None:
            self.view = replace(self.view, asked=asked)

    def do_resume(self) -> None:
        """Go on with what is half written; of several, ask which."""
        match self.view.drafts if self.view is not None else ():
            case [half]:
                go_on(self.talk, half.name)
            case [_half, *_others]:
                self.talk.go("drafts")

    def do_normal(self) -> None:
        """Say that the place of the last arrival was normal."""
        if self.view is not None and self.view.pending is not None:
            pending = self.view.pending
            entry = self.services.check_ins.say_normal(pending.entry)
            self.talk.say(_("Normal, saved"), place_text(pending.place))
            self.talk.offer_undo(entry)
            self.talk.home()

    def do_lock(self) -> None:
        """Lock the tablet."""
        self.talk.lock()


class HandoverPage(Page):
    """Offers the tablet to somebody else."""

    NAME = "handover"

    person: Person | None = None

    def opened(self, argument: object) -> None:
        """Take the person whose badge it was."""
        if isinstance(argument, Person):
            self.person = argument

    def title(self) -> str:
        """Ask."""
        name = shown(self.person.name) if self.person else ""
        return _("This is the badge of {name}. Hand the tablet over?").format(name=name)

    def default(self) -> str:
        """Return to go on as before."""
        return "handover.stay"

    def do_go(self) -> None:
        """Lock and ask the colleague's PIN."""
        if self.person is not None:
            self.talk.home()
            self.talk.lock(self.person.id)

    def do_stay(self) -> None:
        """Go on as before."""
        self.talk.back()
