"""What screens can be to the app, apart from being shown."""

from typing import Protocol, runtime_checkable

from textual.message import Message

from fieldapp.messages import TagRead
from fieldapp.stage import Stage


@runtime_checkable
class TakesTags(Protocol):
    """A screen on which a tag does something."""

    def take_tag(self, read: TagRead) -> None:
        """Do it."""


@runtime_checkable
class Relabels(Protocol):
    """A screen that can say everything anew."""

    def relabel(self) -> None:
        """Say it in the language of the moment."""


@runtime_checkable
class TakesNews(Protocol):
    """A screen that shows how readers and sync stand."""

    def take_news(self, news: Message) -> None:
        """Show it."""


@runtime_checkable
class HasStage(Protocol):
    """The screen of the shift."""

    person: object

    @property
    def stage(self) -> Stage:
        """Return its stage."""


@runtime_checkable
class OpensHome(Protocol):
    """A screen that opens where the app was last seen, or at home if that is asked for."""

    opens_home: bool
