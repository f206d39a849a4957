"""What readers tell, whoever listens: the app turns it into messages, the plain mode into lines."""

from collections.abc import Sequence
from typing import Literal, Protocol

from msgspec import Struct

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


class ReaderCard(Struct, frozen=True):
    """What is to be seen of a reader.

    Attributes:
        state: a `devices.reading.LinkState`.
        port: empty while it is nowhere.
        model: empty while it is not known.
        trouble: name of the device error behind the state, empty when there is none.
        holder: who holds the port, where that is the trouble and can be seen.
        bytes_in: of the last minute; so are `frames` and `failures`.
        last_frame: beginning of the newest frame, in hex.
        read_age_s: seconds since a tag or a text was read, None before the first.
        fix: of a receiver: age in seconds, quality digit, spread in metres; None without a position.
        recording_s: seconds that a recording goes on, 0 without one.
        capture: path of the file that was recorded last, empty before.
    """

    name: str
    role: ReaderRole
    state: str
    port: str = ""
    model: str = ""
    trouble: str = ""
    holder: str = ""
    bytes_in: int = 0
    frames: int = 0
    failures: int = 0
    last_frame: str = ""
    read_age_s: float | None = None
    fix: tuple[float, int, float | None] | None = None
    recording_s: float = 0.0
    capture: str = ""


class TrialCard(Struct, frozen=True):
    """How a trial with a card in the hand stands.

    Attributes:
        baud: the speed at which is listened.
        is_asking: whether readers are being asked before a card is wanted.
        raw: the last bytes that arrived, in hex.
        fits: the models that understood them, the surest first, each with what it understood.
        models: every model, to choose from when none fits.
        trouble: name of the device error that keeps bytes from arriving, empty when nothing does.
    """

    baud: int
    is_asking: bool
    raw: str
    fits: tuple[tuple[str, str], ...]
    models: tuple[str, ...]
    trouble: str = ""


class DeviceFeed(Protocol):
    """The readers, as far as the app sees them; all but `start` and `stop` may wait for a port and a disk."""

    def start(self, news: ReaderNews) -> None:
        """Open the readers; from now on tell what they say."""

    def stop(self) -> None:
        """Close the readers; nothing is told afterwards."""

    def cards(self) -> Sequence[ReaderCard]:
        """Return what is to be seen of each reader; asked once a second while somebody looks."""

    def record(self, name: str, *, with_values: bool) -> bool:
        """Write down for half a minute what a reader's line carries; return False where that cannot be."""

    def begin_trial(self, name: str) -> bool:
        """Give a reader's port to a trial; return False where there is no port."""

    def trial(self, name: str) -> TrialCard | None:
        """Return how a reader's trial stands, None when there is none."""

    def next_speed(self, name: str) -> None:
        """Let a trial listen at the next speed."""

    def end_trial(self, name: str, model: str = "") -> None:
        """End a trial; a model that was chosen is the reader's from now on."""


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
