"""What readers tell, whoever listens: the app turns it into messages, the plain mode into lines."""

from typing import Literal, Protocol

from fieldapp.services.tag_effect import Certainty

ReaderRole = Literal["scanner", "badge", "receiver", "reader"]
"""What a reader is for, in the words of the status line; ``reader`` while it is not known."""


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


class CameraNews(Protocol):
    """Takes what a camera that looks for codes sees; called in the camera's own threads."""

    def viewed(self, width: int, height: int, gray: bytes, sight: str) -> object:
        """Take the newest frame; see `fieldapp.messages.CameraView`."""

    def code_read(self, text: str, at_monotonic: float) -> object:
        """Take the text of a code, once for each time it comes into sight."""

    def camera_ended(self, trouble: str) -> object:
        """Hear why no further frame comes; see `fieldapp.messages.CameraEnded`."""


class CodeCamera(Protocol):
    """A camera that looks for codes; it is on between `open` and `close`."""

    def open(self, news: CameraNews) -> None:
        """Switch it on; from now on tell what it sees. Returns at once."""

    def fit(self, columns: int, rows: int) -> None:
        """Make views no larger than so many pixels."""

    def close(self) -> None:
        """Switch it off; it is off when this returns, and nothing is told afterwards. It may be off already."""
