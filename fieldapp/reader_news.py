"""What readers tell, whoever listens: the app turns it into messages, the plain mode into lines."""

from typing import Literal, Protocol

from fieldapp.services.tag_effect import Certainty

ReaderRole = Literal["scanner", "badge"]
"""What a reader is for, in the words of the status line."""


class ReaderNews(Protocol):
    """Takes what readers say; called in the readers' own threads."""

    def tag_read(self, medium: str, value: str, at_monotonic: float, certainty: Certainty) -> object:
        """Take a tag; see `fieldapp.messages.TagRead`."""

    def link_changed(self, name: str, role: ReaderRole, state: str) -> object:
        """Hear that a reader was found, lost, or fell silent."""

    def reader_fault(self, name: str, reason: str) -> object:
        """Hear that a reader sent bytes that are no reading."""


class DeviceFeed(Protocol):
    """The readers, as far as the app sees them."""

    def start(self, news: ReaderNews) -> None:
        """Open the readers; from now on tell what they say."""

    def stop(self) -> None:
        """Close the readers; nothing is told afterwards."""
