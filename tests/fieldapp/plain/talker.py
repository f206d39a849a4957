"""Somebody who uses the plain mode: types lines, scans, taps, and hears what is said.

talker = Talker(make_world().signed_in())
talker.scans(PLATE_ENTRANCE_11)
talker.types("1")
assert talker.hears("Normal, saved")
assert talker.keys == 1
"""

import io
from queue import SimpleQueue

from fieldapp.plain.console import Console
from fieldapp.plain.conversation import Conversation
from fieldapp.plain.events import Event, InputEnded, Line, LinkChanged, ReaderFault, SyncChanged, TagRead
from fieldapp.services.tag_effect import Certainty
from sync.records import Body, decode_body, kind_of
from tests.fieldapp.fakes import World

PATIENCE_S = 20.0
"""Longest that work beside the lines may take."""


class FakeEcho:
    """A terminal's echo; what it was told, in order."""

    def __init__(self) -> None:
        self.shown: list[bool] = []
        self.is_closed = False

    def show(self, is_shown: bool) -> None:
        self.shown.append(is_shown)

    def close(self) -> None:
        self.is_closed = True


class Talker:
    """A person in front of a conversation, or a script when nobody types.

    Attributes:
        keys: lines entered so far.
        said: everything that was said, one line each.
    """

    def __init__(self, world: World, *, is_typed: bool = True) -> None:
        self.world = world
        self.keys = 0
        self.echo = FakeEcho()
        self._out = io.StringIO()
        self._posted: SimpleQueue[Event] = SimpleQueue()
        self._heard_from = 0
        console = Console(self._out, self.echo if is_typed else None, is_shared=is_typed)  # type: ignore[arg-type]  # a fake
        self.conversation = Conversation(
            world.services, console, self._posted.put, now=lambda: world.clock.mono_ms / 1000
        )
        world.exchange.subscribe(lambda status: self._posted.put(SyncChanged(status)))
        self.conversation.begin()
        self.conversation.prompt()

    def types(self, *lines: str) -> None:
        """Enter lines, each when the one before is dealt with; each one counts."""
        self._listen()
        for line in lines:
            self.keys += 1
            self._happens(Line(line))

    def scans(self, code: str) -> None:
        """Scan a code with the scan engine."""
        self.reads("line", code)

    def taps(self, card: str) -> None:
        """Hold a card against the badge reader."""
        self.reads("em", card)

    def reads(self, medium: str, value: str, certainty: Certainty = "checked") -> None:
        """Let a reader give a value."""
        self._listen()
        self._happens(TagRead(medium, value, certainty))

    def link(self, name: str, state: str) -> None:
        """Let a reader's link change."""
        self._happens(LinkChanged(name, "badge" if name.startswith("badge") else "scanner", state))

    def fault(self, reason: str) -> None:
        """Let a reader send what is no reading."""
        self._listen()
        self._happens(ReaderFault("scan1", reason))

    def waits(self) -> None:
        """Wait for what happens next beside the lines, and for what has happened since."""
        self._listen()
        self._happens(self._posted.get(timeout=PATIENCE_S))
        while not self._posted.empty():
            self._happens(self._posted.get_nowait())

    def lets_pass(self, seconds: float) -> None:
        """Do nothing for a while."""
        self._listen()
        self.world.clock.advance(seconds)
        self._happens(None)

    def ends_input(self) -> None:
        """Let the input end."""
        self._listen()
        self._happens(InputEnded())

    def hears(self, *words: str) -> bool:
        """Return whether words were said since the last thing done, in this order."""
        place = 0
        for part in words:
            place = self.heard.find(part, place)
            if place < 0:
                return False
            place += len(part)
        return True

    @property
    def heard(self) -> str:
        """Return what was said since the last thing done."""
        return self._out.getvalue()[self._heard_from :]

    @property
    def text(self) -> str:
        """Return everything that was said."""
        return self._out.getvalue()

    @property
    def page(self) -> str:
        """Return the name of the page where one is."""
        page = self.conversation.talk.page
        return page.NAME if page is not None else ""

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of everything saved, oldest first."""
        return [row.record.kind for row in self.world.journal.rows]

    def body(self, place: int = -1) -> Body:
        """Return what a saved record says."""
        record = self.world.journal.rows[place].record
        kind = kind_of(record)
        assert kind is not None
        return decode_body(kind, record.body)

    def _listen(self) -> None:
        self._heard_from = len(self._out.getvalue())

    def _happens(self, event: Event | None) -> None:
        self.conversation.take(event)
        self.conversation.prompt()
