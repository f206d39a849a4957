"""What all pages share. A page mirrors a panel of the app: the same name, keys and words, said line by line."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import ClassVar, Protocol, TypeVar

from msgspec import Struct

from fieldapp.keymap import BEGUN_AT_A_PLACE, Action, Need, actions_of, reason_against
from fieldapp.services import Services
from fieldapp.services.places import NamedPlace
from fieldapp.services.session import Person
from fieldapp.services.tag_effect import Effect, UnknownTag
from fieldapp.text import _
from sync.errors import SyncError
from sync.journal import JournalEntry, SyncStatus

T = TypeVar("T")


class Waiting(Protocol):
    """Something that is under way while no line is asked for; where somebody types, a line leaves it to itself."""

    @property
    def is_over(self) -> bool:
        """Return whether it has ended."""

    def left(self) -> None:
        """Hear that nobody waits any more."""


class TalkPort(Protocol):
    """What a page may ask of the conversation it is part of."""

    services: Services

    @property
    def links(self) -> Mapping[str, tuple[str, str]]:
        """Return each reader's role and how its link stands, by the reader's name."""

    @property
    def page(self) -> "Page | None":
        """Return where one is."""

    @property
    def is_locked(self) -> bool:
        """Return whether nobody may work now."""

    @property
    def form(self) -> "Page | None":
        """Return the form that is open, also when a list for it lies above; None without one."""

    def say(self, *parts: str) -> None:
        """Say a line, its parts with commas between."""

    def knows(self, name: str) -> bool:
        """Return whether there is a page of that name here."""

    def go(self, name: str, argument: object = None, *, above_home: bool = False) -> None:
        """Open another page above this one, or above the home page alone."""

    def back(self) -> None:
        """Return to the page below; the home page stays."""

    def home(self) -> None:
        """Return to the home page."""

    def offer_undo(self, entry: JournalEntry, *, form: str = "", values: Mapping[str, str] = {}) -> None:
        """Offer to take a save back; taking a form's save back fills the form in again."""

    def carry_out(self, effect: Effect) -> None:
        """Do what a tag's effect says."""

    def take_place(self, place: NamedPlace, tag: UnknownTag | None) -> None:
        """Give a place chosen by hand to the open form, else check in there."""

    def lock(self, person: str | None = None) -> None:
        """Lock the tablet; `person` is asked for the PIN next."""

    def signed_in(self, person: str) -> None:
        """Go on with somebody's shift."""

    def open(self) -> None:
        """Begin where the program opens: joining, sign-in, or the shift."""

    def wait_for(self, waiting: Waiting) -> None:
        """Ask for no line until something has ended."""

    def beside(self, work: Callable[[], T], then: Callable[[T | None, SyncError | None], None]) -> None:
        """Do work in a thread of its own; `then` is called in its turn with what came of it, or with the fault."""


class Row(Struct, frozen=True):
    """One thing to choose from.

    Attributes:
        key: what choosing it means.
        label: what it is.
        note: what else there is to say of it.
    """

    key: str
    label: str
    note: str = ""


class Listing(Struct, frozen=True):
    """Rows to choose from, a few at a time.

    Attributes:
        count: how many there are.
        rows: gives rows by offset and limit.
        empty: what is said when there are none.
    """

    count: int
    rows: Callable[[int, int], Sequence[Row]]
    empty: str = ""


def listing(rows: Sequence[Row], empty: str = "") -> Listing:
    """Return a listing of rows that are in memory."""
    return Listing(len(rows), lambda offset, limit: rows[offset : offset + limit], empty)


class Face(Struct, frozen=True):
    """How an action is said: its key, its label, and what else there is to say of it."""

    key: str
    label: str
    note: str = ""


class PageWords:
    """What a page says; a ``do_<verb>`` method does what an action of the keymap says, the others are not offered."""

    NAME: ClassVar[str] = ""
    """Its name in the registry and in the keymap."""

    FORM: ClassVar[str] = ""
    """Name of the form it fills, empty when it fills none."""

    TAKES_PLACE: ClassVar[bool] = False
    """Whether a tag that is read here becomes the form's place."""

    def __init__(self, talk: TalkPort) -> None:
        self.talk = talk
        self.services = talk.services

    @property
    def page(self) -> str:
        """Return the name under which the keymap lists what can be done now."""
        return self.NAME

    @property
    def question(self) -> str:
        """Return what is asked of a line that is text; empty where a line is a key."""
        return ""

    @property
    def hears_keys(self) -> bool:
        """Return whether the keys for everywhere are heard where a text is asked for: no such text is one letter."""
        return False

    @property
    def is_secret(self) -> bool:
        """Return whether what is typed is not to be seen."""
        return False

    def title(self) -> str:
        """Return where one is."""
        return ""

    def facts(self) -> Sequence[str]:
        """Return what stands there, line by line; empty ones are passed over."""
        return ()

    def passing(self) -> Sequence[str]:
        """Return what changes with the time alone: said with the page, and no reason to say it again."""
        return ()

    def listing(self) -> Listing | None:
        """Return what can be chosen from by the keys of a choice, None where there is nothing of the kind."""
        return None

    def met(self) -> Collection[Need]:
        """Return which needs of actions are met."""
        return ()

    def is_shown(self, _action: Action) -> bool:
        """Return whether an action is offered at all now."""
        return True

    def face(self, face: Face, _action: Action) -> Face:
        """Return how an action is said as things stand, given how it usually is."""
        return face

    def default(self) -> str:
        """Return the action that an empty line does, empty for none."""
        return ""

    def doer(self) -> object:
        """Return the object whose ``do_<verb>`` methods carry actions out."""
        return self

    def can_do(self, action: Action) -> bool:
        """Return whether an action is this page's, is known here, and is offered now."""
        has_way = self.talk.knows(action.opens) if action.opens else hasattr(self.doer(), f"do_{action.verb}")
        return has_way and self.is_shown(action)

    def offered(self) -> list[Action]:
        """Return what can be done now besides choosing from the listing, in the keymap's order."""
        return [action for action in actions_of(self.page) if not action.is_choice and self.can_do(action)]

    def face_of(self, action: Action, *, is_brief: bool = True) -> Face:
        """Return how an action is said; one that cannot be done now says why.

        Args:
            is_brief: without what is always the same to say of it.
        """
        reason = reason_against(action, self.met())
        note = reason or (_(action.note) if action.note and not is_brief else "")
        return self.face(Face(action.keys[0], _(action.label), note), action)


class Page(PageWords):
    """One page, and what it does about what happens to it."""

    def opened(self, argument: object) -> None:
        """Load what is said; `argument` is what the caller of `go` gave, None on a return."""

    def closed(self) -> None:
        """Note that the page is no longer there, also not below another one."""

    def chosen(self, row: Row) -> None:
        """Act on a row that was chosen."""

    def step_back(self) -> bool:
        """Go one step back inside the page; return whether there was one."""
        return False

    def submitted(self, text: str) -> None:
        """Act on a line that is text."""

    def heard(self, _text: str) -> bool:
        """Act on a line that is no key; return whether it was understood."""
        return False

    def takes_tag(self, _value: str) -> bool:
        """Take a tag as something else than a tag; return whether it was taken."""
        return False

    def person_given(self, person: Person) -> None:
        """Take the person of a badge on the locked tablet; only the sign-in is given one."""

    def place_given(self, place: NamedPlace) -> None:
        """Take the place of a scanned plate; only a form is given one."""

    @property
    def polls_after_s(self) -> float | None:
        """Return after how many seconds without an event `poll` is to be called; None for never."""
        return None

    def poll(self) -> None:
        """Look whether something has changed."""

    def sync_changed(self, status: SyncStatus) -> None:
        """Say what the sync worker does, where that matters."""

    def act(self, action: Action) -> None:
        """Do what an action says, or say why not."""
        if reason := reason_against(action, self.met()):
            self.talk.say(_(action.label), reason)
        elif action.opens in BEGUN_AT_A_PLACE:
            from fieldapp.plain.drafts import open_form

            open_form(self.talk, action.opens)
        elif action.opens:
            self.talk.go(action.opens)
        else:
            getattr(self.doer(), f"do_{action.verb}")()
