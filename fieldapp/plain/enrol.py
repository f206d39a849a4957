"""Joining a district: type or scan the code of the desk, compare six digits, done."""

from collections.abc import Callable, Sequence

from fieldapp.plain.page import Page, TalkPort
from fieldapp.text import _
from sync.errors import SyncError
from sync.journal import Enrolment

POLL_S = 3.0
"""How often the desk is asked whether it has confirmed."""


class EnrolPage(Page):
    """Joins this tablet to a district's case API."""

    NAME = "enrol"

    def __init__(self, talk: TalkPort) -> None:
        super().__init__(talk)
        self.enrolment = Enrolment("none")
        self.is_asking = False
        self._told = ""
        """Code of the fault that was told last, which is not told again at every question."""

    @property
    def question(self) -> str:
        """Ask for the code until the desk knows this tablet."""
        return _("Code:") if self.enrolment.status == "none" else ""

    @property
    def polls_after_s(self) -> float | None:
        """Return how long to wait before the desk is asked again."""
        return POLL_S if self.enrolment.status == "pending" else None

    @property
    def hears_keys(self) -> bool:
        """Return that a code is never one letter."""
        return True

    def opened(self, _argument: object) -> None:
        """Read how the joining stands."""
        self.enrolment = self.services.enroller.state()

    def title(self) -> str:
        """Return where one is."""
        return _("Join a district")

    def facts(self) -> Sequence[str]:
        """Return what is to be done now."""
        if self.enrolment.status != "pending":
            return (_("Scan the code that the desk shows, or type it and press Enter."),)
        return (
            _("Compare these six digits with the desk. It confirms them there."),
            " ".join(self.enrolment.digits),
            _("Waiting for the desk"),
        )

    def takes_tag(self, value: str) -> bool:
        """Take a scanned joining code."""
        self.submitted(value)
        return True

    def submitted(self, text: str) -> None:
        """Send this tablet's key with the code, and wait for the answer."""
        if text and not self.is_asking:
            self.talk.say(_("One moment"))
            self._ask(lambda: self.services.enroller.begin(text.strip()))
            self.talk.wait_for(self)

    def poll(self) -> None:
        """Ask the desk whether it has confirmed."""
        if not self.is_asking:
            self._ask(self.services.enroller.poll)

    @property
    def is_over(self) -> bool:
        """Return whether the desk has answered."""
        return not self.is_asking

    def left(self) -> None:
        """Let the question go on by itself."""

    def _ask(self, what: Callable[[], Enrolment]) -> None:
        self.is_asking = True
        self.talk.beside(what, self._known)

    def _known(self, enrolment: Enrolment | None, fault: SyncError | None) -> None:
        self.is_asking = False
        told, self._told = self._told, fault.code if fault is not None else ""
        if fault is not None and fault.code != told:
            raise fault
        if enrolment is None:
            return
        self.enrolment = enrolment
        if enrolment.status == "confirmed":
            self.talk.say(_("Joined"))
            self.talk.open()
