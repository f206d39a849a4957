"""Sign-in and lock: the names, then six digits that are not shown; a badge chooses the name."""

from collections.abc import Sequence

from fieldapp.plain.page import Listing, Page, Row, listing
from fieldapp.presentation.effects import refused_line
from fieldapp.services.session import PIN_DIGITS, Person, Refused
from fieldapp.text import _
from sync.journal import SyncStatus


class SignInPage(Page):
    """Asks who has the tablet in hand."""

    NAME = "sign_in"

    people: Sequence[Person] = ()
    person: Person | None = None

    @property
    def question(self) -> str:
        """Ask for the PIN, once it is known whose."""
        return _("PIN:") if self.person is not None else ""

    @property
    def is_secret(self) -> bool:
        """Return whether the PIN is asked for."""
        return self.person is not None

    @property
    def hears_keys(self) -> bool:
        """Return that a code is never one letter."""
        return True

    def opened(self, _argument: object) -> None:
        """Read who may sign in, and who was asked last."""
        self.people = self.services.session.people()
        self.person = self.services.session.state().person

    def title(self) -> str:
        """Return what is asked."""
        if self.person is not None:
            return _("{name}, enter your PIN").format(name=self.person.name)
        return _("Tap your badge or choose your name")

    def facts(self) -> Sequence[str]:
        """Return how to choose another name."""
        return (_("Six digits, then Enter; 0 for another name"),) if self.person is not None else ()

    def listing(self) -> Listing:
        """Return the names."""
        return listing([Row(person.id, person.name) for person in self.people], _("No names yet: connect once"))

    def chosen(self, row: Row) -> None:
        """Ask for a person's PIN."""
        self.person = self.services.session.find(row.key)

    def step_back(self) -> bool:
        """Ask for the name again."""
        was_asked, self.person = self.person is not None, None
        return was_asked

    def heard(self, text: str) -> bool:
        """Take a name that was typed whole, as a script does."""
        named = next((person for person in self.people if person.name == text), None)
        self.person = named or self.person
        return named is not None

    def person_given(self, person: Person) -> None:
        """Ask for the PIN of the person of a badge."""
        self.person = person

    def submitted(self, text: str) -> None:
        """Check the PIN; what is no PIN costs no try."""
        if self.person is None:
            return
        if len(text) != PIN_DIGITS or not (text.isascii() and text.isdecimal()):
            self.talk.say(_("A PIN has six digits"))
            return
        answer = self.services.session.sign_in(self.person.id, text)
        if isinstance(answer, Refused):
            self.talk.say(_("Not signed in"), refused_line(answer))
        else:
            self.talk.signed_in(answer.person.id)

    def sync_changed(self, status: SyncStatus) -> None:
        """Read the names anew; they may have come with a sync."""
        if status.phase == "done":
            self.people = self.services.session.people()
