"""What can happen while a line is waited for."""

from collections.abc import Callable

from msgspec import Struct

from fieldapp.reader_news import ReaderRole
from fieldapp.services.tag_effect import Certainty
from sync.journal import SyncStatus


class Line(Struct, frozen=True):
    """A line was entered; as it came, without its end."""

    text: str


class InputEnded(Struct, frozen=True):
    """No line will come any more: the end of a pipe, Ctrl-D, a terminal that is gone."""


class Signalled(Struct, frozen=True):
    """The system asks the program to leave."""

    number: int


class Resumed(Struct, frozen=True):
    """The program was stopped for a while, and the terminal may have been set otherwise."""


class TagRead(Struct, frozen=True):
    """A reader gave a tag or a text."""

    medium: str
    value: str
    certainty: Certainty = "checked"


class LinkChanged(Struct, frozen=True):
    """A reader was found, lost, or fell silent."""

    name: str
    role: ReaderRole
    state: str


class ReaderFault(Struct, frozen=True):
    """A reader sent bytes that are no reading."""

    name: str
    reason: str


class SyncChanged(Struct, frozen=True):
    """The sync worker went on."""

    status: SyncStatus


class Done(Struct, frozen=True):
    """Work beside the lines has ended; `then` is called in their turn."""

    then: Callable[[], None]


Event = Line | InputEnded | Signalled | Resumed | TagRead | LinkChanged | ReaderFault | SyncChanged | Done
"""Everything that can happen, besides time passing."""
