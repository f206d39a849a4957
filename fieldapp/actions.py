"""What an action is, what it may need, and what is said when that is not so; the actions themselves: `keymap`."""

from enum import StrEnum
from typing import Literal

from msgspec import Struct

from fieldapp.text import N_

EVERYWHERE = "everywhere"
"""The panel of actions that every panel and every screen has."""

TYPING = "typing"
"""The page while a line is being typed: it has no keys of its own, digits are text then."""

TYPED_KEY = "F"
"""Stands before a digit on keys that choose while somebody types: F1 for the first row."""

CHOICE_KEYS = ("1", "2", "3", "4", "5", "6", "7", "8")
"""Digits of the rows and tiles that a choice is made from."""


class Need(StrEnum):
    """What must be so before an action makes sense."""

    SHIFT = "shift"
    NO_SHIFT = "no_shift"
    PLACES = "places"
    PENDING = "pending"
    RECEIPT = "receipt"
    DRAFT = "draft"
    BEFORE = "before"
    PLATE = "plate"
    LASTING = "lasting"
    WHOLE = "whole"
    BARE = "bare"
    OWN = "own"
    UNSTATED = "unstated"
    MENDABLE = "mendable"
    READERS = "readers"
    CAMERA = "camera"
    VOICE = "voice"
    PLAYER = "player"
    TASKS = "tasks"
    OPEN_CASES = "open_cases"


REASONS: dict[Need, str] = {
    Need.SHIFT: N_("Start the shift first"),
    Need.NO_SHIFT: N_("The shift is already going on"),
    Need.PLACES: N_("No buildings yet: connect once"),
    Need.PENDING: N_("Nothing is left open"),
    Need.RECEIPT: N_("Send first"),
    Need.DRAFT: N_("Nothing is begun"),
    Need.BEFORE: N_("Never chosen before"),
    Need.PLATE: N_("Not one of our plates or cards"),
    Need.LASTING: N_("A phone: its number changes"),
    Need.WHOLE: N_("Only a part of its number was read"),
    Need.BARE: N_("Every entrance has a plate"),
    Need.OWN: N_("Not yours, or withdrawn already"),
    Need.UNSTATED: N_("Its result is stated already"),
    Need.MENDABLE: N_("There is nothing to put right"),
    Need.READERS: N_("No reader is set up"),
    Need.CAMERA: N_("No camera"),
    Need.VOICE: N_("No recorder"),
    Need.PLAYER: N_("No player"),
    Need.TASKS: N_("Nothing is asked here now"),
    Need.OPEN_CASES: N_("No case is open"),
}
"""What a disabled action says, by the first need that is not met."""


class Action(Struct, frozen=True):
    """One thing that can be done.

    Attributes:
        id: ``panel.verb``; what a press is called.
        panel: where it can be done, or `EVERYWHERE`.
        keys: the keys that do it, the first one is shown; eight digits for a choice among what is shown.
        label: a few words, in English, to be translated when shown.
        note: a second line on a tile.
        spot: where it is touched: a tile, the bar, or whatever the panel shows for a choice.
        needs: what must be so.
        opens: the panel it opens, where that is all it does.
    """

    id: str
    panel: str
    keys: tuple[str, ...]
    label: str
    note: str = ""
    spot: Literal["tile", "bar", "choice"] = "tile"
    needs: tuple[Need, ...] = ()
    opens: str = ""

    @property
    def verb(self) -> str:
        """Return the name of the panel's method, without ``do_``."""
        return self.id.rpartition(".")[2]

    @property
    def is_choice(self) -> bool:
        """Return whether the key says which of several is meant."""
        return self.spot == "choice"
