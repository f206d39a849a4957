"""The conversation: says where one is and what can be done, takes what happens next, and says what came of it."""

import logging
import time
import unicodedata
from collections.abc import Callable

from fieldapp.keymap import EVERYWHERE, action_for
from fieldapp.plain.announcements import Announcements
from fieldapp.plain.console import Console, ConsoleGone
from fieldapp.plain.events import (
    Done,
    Event,
    InputEnded,
    Line,
    LinkChanged,
    ReaderFault,
    Resumed,
    Signalled,
    SyncChanged,
    TagRead,
)
from fieldapp.plain.keys import OF_EVERYWHERE, own_action
from fieldapp.plain.page import Page
from fieldapp.plain.saying import Reading, default_words, help_lines
from fieldapp.plain.tags import take_tag
from fieldapp.plain.talk import Talk
from fieldapp.presentation.troubles import UNEXPECTED, trouble_sentence
from fieldapp.services import Services
from fieldapp.services.errors import ServiceError
from fieldapp.services.tag_effect import TYPED
from fieldapp.text import LANGUAGE_SETTING, _, current_language, next_language, use_language
from sync.errors import DamagedPlate, SyncError
from sync.journal import SyncStatus
from sync.tags import looks_like_plate, parse_plate_code
from sync.text import clean_text

ERASED = "E-ERASED"
"""Code of a sync after which a revoked tablet is as new: it begins with joining."""

BACK = "0"
"""The line that goes back where a line is text."""

log = logging.getLogger("fieldapp")


class Conversation:
    """One conversation, from the first page until it is left; `take` is called with one event after the other.

    Attributes:
        status: the exit status once it is over, None before.
    """

    def __init__(
        self,
        services: Services,
        console: Console,
        post: Callable[[Event], None],
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.services = services
        self.status: int | None = None
        self._console = console
        self._now = now
        self._used_at = now()
        self.talk = Talk(services, self._say, post)
        self._news = Announcements()
        self._reading = Reading()

    @property
    def wants_lines(self) -> bool:
        """Return whether a line would be taken now: a script waits for what is under way, a person may go on."""
        return self.talk.waiting is None or self._console.is_typed_on

    def patience_s(self) -> float | None:
        """Return after how many seconds without an event `take` wants to be called with None."""
        if self.talk.page is not None and self.talk.page.polls_after_s is not None:
            return self.talk.page.polls_after_s
        if self.talk.is_locked or not self._console.is_typed_on:
            return None
        return max(self.services.session.idle_lock_s - (self._now() - self._used_at), 0.0)

    def begin(self) -> None:
        """Open the first page; a script always begins with the names, or its first lines would be other keys."""
        self._guarded(self.talk.open if self._console.is_typed_on else lambda: _open_anew(self.talk))

    def prompt(self) -> None:
        """Say what is new and where one is, then ask; nothing while a question is open, or something is waited for."""
        page = self.talk.page
        if self.status is not None or self.talk.waiting is not None or page is None:
            return
        if self._console.is_asking and self._reading.is_of(page, self.talk):
            return
        for line in self._news.taken():
            self._console.say(line)
        for line in self._reading.of(page, self.talk):
            self._console.say(line)
        question = page.question or default_words(page)
        self._console.ask(question, is_secret=page.is_secret)

    def take(self, event: Event | None) -> None:
        """Deal with an event; None for: the time has passed."""
        match event:
            case Line(text=text):
                self._used_at = self._now()
                self._guarded(lambda: self._take_line(text))
            case InputEnded():
                self.leave(0)
            case Signalled(number=number):
                self.leave(128 + number)
            case Resumed():
                self._reading.forget()
                self._console.say(_("Going on"))
            case _:
                self._guarded(lambda: self._take_news(event))
        waiting = self.talk.waiting
        if waiting is not None and waiting.is_over:
            self.talk.waiting = None

    def leave(self, status: int) -> None:
        """End the conversation; everything said to be saved is, and drafts stay."""
        if self.status is None:
            self.status = status
            drafts = self.services.forms.half_written()
            self._console.say(_("Left. What was begun is kept.") if drafts else _("Left."))

    def _take_news(self, event: Event | None) -> None:
        match event:
            case TagRead():
                self._used_at = self._now()
                take_tag(self.talk, event.medium, event.value, event.certainty)
            case ReaderFault(reason=reason):
                self._say(_("Not readable"), _("Scan once more ({reason})").format(reason=reason))
            case LinkChanged():
                self.talk.links[event.name] = (event.role, event.state)
                self._news.link_changed(event)
            case SyncChanged(status=status):
                self._take_sync(status)
            case Done(then=then):
                then()
            case _:
                self._pass_time()

    def _take_sync(self, status: SyncStatus) -> None:
        page = self.talk.page
        if page is None:
            return
        if status.fault is not None and status.fault.code == ERASED:
            if page.NAME != "enrol":
                self._say(trouble_sentence(ERASED))
                self.talk.open()
            return
        self._news.sync_changed(status)
        page.sync_changed(status)

    def _pass_time(self) -> None:
        page = self.talk.page
        if page is not None and page.polls_after_s is not None:
            page.poll()
        elif not self.talk.is_locked and self._now() - self._used_at >= self.services.session.idle_lock_s:
            self._say(_("Locked: nobody used it for a while"))
            self.talk.lock()

    def _take_line(self, text: str) -> None:
        page = self.talk.page
        if page is None:
            return
        self._console.answered(text)
        if self.talk.waiting is not None:
            self.talk.waiting.left()
            self.talk.waiting = None
            if not text.strip():
                return
        if not self.talk.is_locked:
            self.services.session.touch()
        if _is_plate(text) or (not page.question and looks_like_plate(text)):
            take_tag(self.talk, TYPED, text, "checked")
        elif page.question and not (page.hears_keys and self._take_common(page, _key_in(text))):
            self._take_text(page, clean_text(text).strip())
        elif page.question:
            return
        else:
            self._take_key(page, text)

    def _take_text(self, page: Page, text: str) -> None:
        if text == BACK:
            self._go_back(page)
        else:
            page.submitted(text)

    def _take_key(self, page: Page, text: str) -> None:
        key = _key_in(text)
        if not key:
            self._take_default(page)
        elif self._reading.choose(page, key):
            return
        elif (found := action_for(page.page, key, page.can_do)) is not None and not found[0].is_choice:
            page.act(found[0])
        elif not self._take_common(page, key) and not page.heard(clean_text(text).strip()):
            self._say(_("Not understood"), _("H says what can be done"))

    def _take_common(self, page: Page, key: str) -> bool:
        """Do what a key does on every page; return whether it does something."""
        everywhere, own = action_for(EVERYWHERE, key), own_action(key)
        if everywhere is not None and everywhere[0].verb in OF_EVERYWHERE:
            self._everywhere(everywhere[0].verb, page)
            return True
        if own is not None:
            self._own(own.verb, page)
        return own is not None

    def _take_default(self, page: Page) -> None:
        wanted = page.default()
        action = next((action for action in page.offered() if action.id == wanted), None)
        if action is not None:
            page.act(action)
        else:
            self._reading.forget()

    def _everywhere(self, verb: str, page: Page) -> None:
        if verb == "back":
            self._go_back(page)
        elif verb == "undo":
            self.talk.undoing.take_back()
        elif verb == "help":
            self._console.say("\n".join(help_lines(page)))
        elif verb == "language":
            use_language(next_language(current_language()))
            self.services.settings.put(LANGUAGE_SETTING, current_language())
            self._reading.forget()

    def _own(self, verb: str, page: Page) -> None:
        if verb == "leave":
            self.leave(0)
        elif verb == "again":
            self._reading.forget()
        else:
            self._reading.turn(page, forward=verb == "more")

    def _go_back(self, page: Page) -> None:
        if not page.step_back() and not self.talk.is_locked:
            self.talk.back()

    def _say(self, *parts: str) -> None:
        self._console.say("  ".join(part for part in parts if part))

    def _guarded(self, work: Callable[[], None]) -> None:
        """Do some work; what goes wrong becomes a sentence with a code, and drafts and records stay as they are."""
        try:
            work()
        except (ServiceError, SyncError) as refused:
            log.warning("turn_refused code=%s", refused.code)
            self._console.say(trouble_sentence(refused.code))
        except ConsoleGone:
            raise
        except Exception:
            log.exception("turn_failed")
            self._console.say(trouble_sentence(UNEXPECTED))
            if not self.talk.is_locked:
                self.talk.home()


def _open_anew(talk: Talk) -> None:
    """Open joining, or the sign-in with all names, whoever was signed in a moment ago."""
    talk.services.session.lock()
    talk.open()
    if talk.page is not None:
        talk.page.step_back()


def _key_in(text: str) -> str:
    """Return the key that a line stands for, as the keymap names it."""
    key = unicodedata.normalize("NFKC", text).strip().lower()
    return "question_mark" if key == "?" else key


def _is_plate(text: str) -> bool:
    try:
        parse_plate_code(text)
    except DamagedPlate:
        return False
    return True
