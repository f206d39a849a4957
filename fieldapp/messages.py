"""What the world tells the app, and what its parts tell one another; device threads may post these at any time.

Only `@on` handlers change what is shown. The Protocols here are what `fieldapp.bootstrap` hands in.
"""

from collections.abc import Callable, Sequence
from typing import Literal, Protocol, runtime_checkable

from msgspec import Struct
from textual.message import Message

from fieldapp.presentation.tones import Tone
from fieldapp.reader_news import ReaderRole
from fieldapp.services.tag_effect import Certainty
from sync.journal import SyncStatus


class TagRead(Message):
    """A reader, a wedge or a paste gave a tag or a text.

    Attributes:
        medium: the reading's medium; `line` for what was typed by a wedge or pasted.
        value: hex digits of a card, or the text of a code, as read.
        at_monotonic: the reader's monotonic time in seconds.
        certainty: how sure the reading is.
        done: called when the tag has been dealt with; the next one waits for it.
    """

    def __init__(
        self,
        medium: str,
        value: str,
        at_monotonic: float,
        certainty: Certainty = "checked",
        done: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__()
        self.done = done
        self.medium = medium
        self.value = value
        self.at_monotonic = at_monotonic
        self.certainty: Certainty = certainty


class LinkChanged(Message):
    """A reader was found, lost, or fell silent.

    Attributes:
        name: the reader's name; one role may have several readers.
        state: a `devices.reading.LinkState`: ``ready``, ``lost``, ``absent``, …
        done: called when it is taken; the newest that came meanwhile follows.
    """

    def __init__(self, name: str, role: ReaderRole, state: str, done: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        self.done = done
        self.name = name
        self.role = role
        self.state = state


class ReaderFault(Message):
    """A reader sent bytes that are no reading; `reason` is a `devices.reading.FaultReason`, `done` as of a link."""

    def __init__(self, name: str, reason: str, done: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        self.done = done
        self.name = name
        self.reason = reason


class CameraView(Message):
    """The camera's newest frame.

    Attributes:
        width: columns of pixels.
        height: rows of them.
        gray: a byte for each, row by row.
        sight: a `devices.camera.Sight`: ``nothing``, ``dark``, ``far``, ``unread`` or ``read``.
    """

    def __init__(self, width: int, height: int, gray: bytes, sight: str) -> None:
        super().__init__()
        self.width = width
        self.height = height
        self.gray = gray
        self.sight = sight

    def can_replace(self, message: Message) -> bool:
        """Let the newest of several waiting ones stand for all."""
        return isinstance(message, CameraView)


class CameraEnded(Message):
    """The camera gives no further frame; `trouble` is a `devices.frames.CameraTrouble`."""

    def __init__(self, trouble: str) -> None:
        super().__init__()
        self.trouble = trouble


class SyncChanged(Message):
    """The sync worker went on."""

    def __init__(self, status: SyncStatus) -> None:
        super().__init__()
        self.status = status

    def can_replace(self, message: Message) -> bool:
        """Let the newest of several waiting ones stand for all."""
        return isinstance(message, SyncChanged)


class Said(Message):
    """A word to flash over the screen, with a line beneath it."""

    def __init__(self, word: str, line: str = "", tone: Tone = "good") -> None:
        super().__init__()
        self.word = word
        self.line = line
        self.tone = tone


class Trouble(Message):
    """Something was not done; the code stands on the screen, in the log and in the documents."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


class UndoOffered(Message):
    """The last save can be taken back for so many seconds; 0 takes the offer away."""

    def __init__(self, what: str, seconds: float) -> None:
        super().__init__()
        self.what = what
        self.seconds = seconds


class LineEntered(Message):
    """A line that was typed was ended with Enter."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class TurnEnded(Message):
    """A key, a touch or a tag has been dealt with: the keys and the status line may have changed."""

    def can_replace(self, message: Message) -> bool:
        """Let one stand for several waiting ones."""
        return isinstance(message, TurnEnded)


class ShowScreen(Message):
    """A whole screen is to be put on top."""

    def __init__(self, name: str, argument: object = None) -> None:
        super().__init__()
        self.screen_name = name
        self.argument = argument


class SignedInNow(Message):
    """Somebody has signed in; `person` is the id."""

    def __init__(self, person: str) -> None:
        super().__init__()
        self.person = person


class Joined(Message):
    """The desk has confirmed this tablet."""


class LockWanted(Message):
    """Lock the tablet; `person` is who is asked for the PIN next, None for whoever was signed in."""

    def __init__(self, person: str | None = None) -> None:
        super().__init__()
        self.person = person


Post = Callable[[Message], object]
"""Gives a message to the app from any thread."""


class PostedCameraNews:
    """Posts what a camera sees to the panel that shows it; what it reads goes on to the app as every other tag does."""

    def __init__(self, post: Post) -> None:
        self._post = post

    def viewed(self, width: int, height: int, gray: bytes, sight: str) -> object:
        """Post a frame."""
        return self._post(CameraView(width, height, gray, sight))

    def code_read(self, text: str, at_monotonic: float) -> object:
        """Post a code as a scan engine's text."""
        return self._post(TagRead("line", text, at_monotonic))

    def camera_ended(self, trouble: str) -> object:
        """Post why no further frame comes."""
        return self._post(CameraEnded(trouble))


class PressedKey(Protocol):
    """One key as the terminal names it."""

    @property
    def name(self) -> str:
        """Return the key's name."""

    @property
    def character(self) -> str | None:
        """Return what it types, if anything."""


@runtime_checkable
class Typed(Protocol):
    """Keys a person typed, to be handled as typing, in this order; a scan has them too."""

    @property
    def keys(self) -> tuple[PressedKey, ...]:
        """Return the keys."""


@runtime_checkable
class Scanned(Typed, Protocol):
    """Keys that were a scan."""

    @property
    def text(self) -> str:
        """Return the scanned text."""


class WedgePort(Protocol):
    """The filter that tells scanners which type like a keyboard from people who type."""

    @property
    def deadline_s(self) -> float | None:
        """Return when `expire` must be asked, None while no key is held."""

    def feed(self, key: str, character: str | None, now: float) -> object:
        """Take a key; a `Scanned` or `Typed` answer is to be acted on, any other means: held."""

    def expire(self, now: float) -> object:
        """Decide the held keys when their time has come; None when it has not."""


class DemoAction(Struct, frozen=True):
    """One key of the demo strip."""

    id: str
    label: str
    key: str


class DemoActions(Protocol):
    """What the demo lets its player do."""

    def actions(self) -> Sequence[DemoAction]:
        """Return the keys of the strip in the language of the moment."""

    def hint(self) -> str:
        """Return one line that says what to try next."""

    def run(self, action: str, mode: str = "") -> str:
        """Do it and return what to say about it, or an empty text; may block, called off the event loop.

        Args:
            mode: name of the mode that takes the tags now, empty for none.
        """


class Sounding(Protocol):
    """What plays a tone without making anybody wait."""

    def play(self, sound: Literal["accepted", "look"]) -> None:
        """Play one of the two tones."""


class Switched(Protocol):
    """Something outside the app that is on or off, switched without making anybody wait."""

    def want(self, is_wanted: bool) -> None:
        """Be on, or off."""


class StatusTouched(Message):
    """A finger pressed the status line."""
