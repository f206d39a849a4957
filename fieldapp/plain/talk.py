"""What pages may ask of the conversation: other pages, undo, tags carried out, the lock."""

import threading
from collections.abc import Callable, Mapping
from typing import TypeVar

from fieldapp.plain.events import Done, Event
from fieldapp.plain.page import Page, Waiting
from fieldapp.plain.stack import HOME, PAGES, PageStack, page_class
from fieldapp.plain.tags import carry_out, take_place
from fieldapp.plain.undo import Undoable, Undoing
from fieldapp.services import Services
from fieldapp.services.opening import opening
from fieldapp.services.places import NamedPlace
from fieldapp.services.tag_effect import Effect, UnknownTag
from sync.errors import SyncError
from sync.journal import JournalEntry

T = TypeVar("T")


class Talk:
    """The pages of a conversation, and what they do to it.

    Args:
        say: says a line, its parts with commas between.
        post: lets something happen in its turn, from any thread.
    """

    def __init__(self, services: Services, say: Callable[..., None], post: Callable[[Event], None]) -> None:
        self.services = services
        self.links: dict[str, tuple[str, str]] = {}
        self.waiting: Waiting | None = None
        self.moves = 0
        """How often one has come to a page, also to the same one again."""

        self.say = say
        self._post = post
        self._stack = PageStack(self._made)
        self._front: Page | None = None
        self._person: str | None = None
        self.undoing = Undoing(self)

    @property
    def page(self) -> Page | None:
        """Return where one is: joining, sign-in, or a page of the shift."""
        return self._front or self._stack.current

    @property
    def is_locked(self) -> bool:
        """Return whether nobody may work now."""
        return self._front is not None

    @property
    def form(self) -> Page | None:
        """Return the form that is open, also when a list for it lies above; None without one."""
        return self._stack.form

    def open(self) -> None:
        """Open joining, sign-in, or the very field that was left."""
        place, person = opening(self.services)
        if person is not None:
            self.signed_in(person)
        else:
            self._stack.clear()
            self._show_front(place)

    def knows(self, name: str) -> bool:
        """Return whether there is a page of that name here."""
        return name in PAGES

    def go(self, name: str, argument: object = None, *, above_home: bool = False) -> None:
        """Open another page above this one, or above the home page alone."""
        self._move()
        self._stack.go(name, argument, above_home=above_home)

    def back(self) -> None:
        """Return to the page below; the home page stays."""
        self._move()
        self._stack.back()

    def home(self) -> None:
        """Return to the home page."""
        self.go(HOME)

    def lock(self, person: str | None = None) -> None:
        """Lock the tablet; `person` is asked for the PIN next, None for whoever was signed in."""
        session = self.services.session
        if person is None:
            session.lock()
        else:
            session.choose(person)
        self._show_front("sign_in")

    def signed_in(self, person: str) -> None:
        """Go on with somebody's shift: where it is, for somebody else where that person left it."""
        self._front = None
        if person != self._person or self._stack.current is None:
            self._begin_shift(person)
        elif not self._stack.current.FORM:
            self._stack.current.opened(None)
        remembered = self.services.tags.take_remembered()
        if remembered is not None:
            self.carry_out(remembered)

    def wait_for(self, waiting: Waiting) -> None:
        """Ask for no line until something has ended."""
        self.waiting = waiting

    def beside(self, work: Callable[[], T], then: Callable[[T | None, SyncError | None], None]) -> None:
        """Do work in a thread of its own; `then` is called in its turn with what came of it, or with the fault."""

        def run() -> None:
            result: T | None = None
            fault: SyncError | None = None
            try:
                result = work()
            except SyncError as error:
                fault = error
            finally:
                # Also after what nobody foresaw: somebody waits for this.
                self._post(Done(lambda: then(result, fault)))

        # A thread that hangs in a camera or a network does not keep the program from ending.
        threading.Thread(target=run, name="plain-work", daemon=True).start()

    def offer_undo(self, entry: JournalEntry, *, form: str = "", values: Mapping[str, str] = {}) -> None:
        """Offer to take a save back; taking a form's save back fills the form in again."""
        self.undoing.offer(Undoable(entry, form, dict(values)))

    def carry_out(self, effect: Effect) -> None:
        """Do what a tag's effect says."""
        carry_out(self, effect)

    def take_place(self, place: NamedPlace, tag: UnknownTag | None) -> None:
        """Give a place chosen by hand to the open form, else check in there; `tag` is what it was chosen for."""
        take_place(self, place, tag)

    def _move(self) -> None:
        self.moves += 1
        self.waiting = None

    def _begin_shift(self, person: str) -> None:
        self._person = person
        self.undoing.offer(None)
        self._stack.clear()
        last = self.services.forms.last_open()
        if last is not None:
            self.go(last.form, last.field)
        else:
            self.home()

    def _show_front(self, name: str) -> None:
        self._move()
        self._front = self._made(name)
        self._front.opened(None)

    def _made(self, name: str) -> Page:
        made: Page = page_class(name)(self)
        return made
