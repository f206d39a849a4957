"""What all panels share. A panel is one view of the shift screen; its keys stand in the keymap.

A panel loads in `opened`, shows what it holds in `paint`, and does what a key asks in a method ``do_<verb>``. The stage
calls these one after the other, so a panel's code reads from top to bottom and never meets itself.
"""

from collections.abc import Callable, Collection, Coroutine, Mapping
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

from msgspec import Struct
from msgspec.structs import replace
from textual.containers import Container
from textual.widget import Widget

from fieldapp.keymap import (
    ACTION_BY_ID,
    BEGUN_AT_A_PLACE,
    EVERYWHERE,
    LANGUAGE_NAMES,
    Action,
    Need,
    action_for,
    actions_of,
    reason_against,
)
from fieldapp.messages import DemoActions
from fieldapp.ordered import OrderedWork
from fieldapp.presentation.tones import Tone
from fieldapp.queried import keep_few_answers
from fieldapp.reader_news import CodeCamera, DeviceFeed
from fieldapp.services import Services
from fieldapp.services.places import NamedPlace
from fieldapp.services.tag_effect import Effect, UnknownTag
from fieldapp.text import _, current_language, next_language
from fieldapp.widgets.plain import TypingLine
from fieldapp.widgets.tile import Face, Option
from fieldapp.widgets.tile_grid import TileGrid
from fieldapp.widgets.windowed_list import Row, WindowedList
from sync.journal import JournalEntry, SyncStatus

if TYPE_CHECKING:
    from fieldapp.mode_panel import ModePanel

SECOND_TAP_MS = 400
"""A finger in a glove often taps twice; what comes this soon after a list was opened was meant for the one before."""


class StagePort(Protocol):
    """What a panel may ask of the screen it stands on."""

    @property
    def form(self) -> "Panel | None":
        """Return the form that is open, also when a list or a code for it lies above; None without one."""

    @property
    def mode(self) -> "ModePanel | None":
        """Return the mode that takes every tag, also when a list or a code for it lies above; None without one."""

    async def carry_out(self, effect: Effect) -> None:
        """Do what a tag's effect says."""

    async def take_place(self, place: NamedPlace, tag: UnknownTag | None) -> None:
        """Give a place chosen by hand to the open form, else check in there; `tag` is what it was chosen for."""

    async def go(self, panel: str, argument: object = None, *, above_home: bool = False) -> None:
        """Open another panel above this one, or above the home panel alone."""

    async def back(self) -> None:
        """Return to the panel below; the home panel stays."""

    async def home(self) -> None:
        """Return to the home panel."""

    def flash(self, word: str, line: str = "", tone: Tone = "good") -> None:
        """Show a big word for a moment."""

    def offer_undo(self, entry: JournalEntry, what: str, *, form: str = "", values: Mapping[str, str] = {}) -> None:
        """Offer to take a save back; taking a form's save back fills the form in again."""

    def repaint(self) -> None:
        """Show the panel and its keys anew."""

    def take(self, do: "Callable[[StagePort], Coroutine[None, None, None]]") -> None:
        """Do something when its turn comes: for work that was done beside the turns and has come to its end."""

    async def lock_up(self, person: str | None = None) -> None:
        """Put away what is unsaved and lock the tablet; `person` is asked for the PIN next."""

    def show_screen(self, name: str, argument: object = None) -> None:
        """Put a whole screen on top."""


class Kit(Struct, frozen=True):
    """What panels and screens work with."""

    services: Services
    work: OrderedWork
    demo: DemoActions | None = None
    links: dict[str, tuple[str, str]] = {}
    """Reader's name to its role and its link's state, as last told."""
    camera: CodeCamera | None = None
    """What codes are read with by aiming, None where no camera is set up."""
    devices: DeviceFeed | None = None
    """The readers, None where the app has none to look at."""


class Panel(Container):
    """One view of the shift screen."""

    NAME: ClassVar[str] = ""
    """Its name in the registry, in the keymap and as its id."""

    FORM: ClassVar[str] = ""
    """Name of the form it fills, empty when it fills none."""

    TAKES_PLACE: ClassVar[bool] = False
    """Whether a tag that is read here becomes the form's place."""

    is_inside: bool = False
    """Whether it shows something of its own that `step_back` leaves, with no further keys in the bar."""

    def __init__(self, kit: Kit, stage: StagePort) -> None:
        super().__init__(id=self.NAME, classes="panel")
        keep_few_answers(self)
        self.services = kit.services
        self.camera = kit.camera
        self.devices = kit.devices
        self.work = kit.work
        self.stage = stage

    @property
    def page(self) -> str:
        """Return the name under which the keymap lists what can be done now."""
        return self.NAME

    async def opened(self, argument: object) -> None:
        """Load what is shown; `argument` is what the caller of `go` gave, None on a return."""

    async def left(self) -> None:
        """Put away what is unsaved, before another panel comes."""

    async def closed(self) -> None:
        """Note that the panel is no longer on the stage, also not below another one."""

    def put_away_now(self) -> None:
        """Put away what is unsaved and wait for it: the program is being ended."""

    def paint(self) -> None:
        """Show what is loaded, in the language of the moment."""

    def tick(self) -> None:
        """Show what changes with the time."""

    def met(self) -> Collection[Need]:
        """Return which needs of actions are met."""
        return camera_need(self)

    async def step_back(self) -> bool:
        """Go one step back inside the panel; return whether there was one."""
        return False

    async def chosen(self, row: Row) -> None:
        """Act on a row that was chosen in a list."""

    async def submitted(self, text: str) -> None:
        """Act on a line that was typed and ended with Enter."""

    async def place_given(self, place: NamedPlace) -> None:
        """Take the place of a scanned plate; only a form is given one."""

    async def sync_changed(self, status: SyncStatus) -> None:
        """Show what the sync worker does, where that matters."""

    async def act(self, action: Action, choice: int) -> None:
        """Do what an action says."""
        if reason := reason_against(action, self.met()):
            self.stage.flash(_(action.label), reason, "warn")
            return
        if action.opens in BEGUN_AT_A_PLACE:
            from fieldapp.form_turns import open_form

            await open_form(self, action.opens)
            return
        if action.opens:
            await self.stage.go(action.opens)
            return
        method = getattr(self.doer(), f"do_{action.verb}")
        await (method(choice) if action.is_choice else method())

    def doer(self) -> object:
        """Return the object whose ``do_<verb>`` methods carry actions out."""
        return self

    def focus_target(self) -> Widget | None:
        """Return the widget that wants the keys first, None for the panel's own keys."""
        return None

    def is_shown(self, _action: Action) -> bool:
        """Return whether an action is shown at all now; one that is not has no key either."""
        return True

    def face(self, face: Face, _action: Action) -> Face:
        """Return how an action looks as things stand, given how it usually does."""
        return face

    def enter_press(self) -> str:
        """Return what Enter presses: the highlighted tile, nothing by default."""
        grid = shown_grid(self)
        return grid.default.press if grid is not None and grid.default is not None else ""


def camera_need(panel: Panel) -> set[Need]:
    """Return the need of a camera where there is one, for `Panel.met`."""
    return {Need.CAMERA} if panel.camera is not None else set()


def options_of(panel: Panel, spot: Literal["tile", "bar"]) -> list[Option]:
    """Return a panel's actions of a spot as tiles; those that cannot be done now say why."""
    return [
        Option(action.id, panel.face(_usual_face(panel, action), action))
        for action in actions_of(panel.page)
        if action.spot == spot and panel.is_shown(action)
    ]


def action_of(panel: Panel, key: str) -> tuple[Action, int] | None:
    """Return the action that a key does on a panel now, and which of its keys it is."""
    return action_for(panel.page, key, panel.is_shown)


def shown_grid(panel: Panel) -> TileGrid | None:
    """Return the tiles that are shown on a panel."""
    return next((grid for grid in panel.query(TileGrid) if grid.display), None)


def shown_rows(panel: Panel) -> WindowedList | None:
    """Return the list that is shown on a panel."""
    return next((rows for rows in panel.query(WindowedList) if rows.display), None)


def _usual_face(panel: Panel, action: Action) -> Face:
    reason = reason_against(action, panel.met())
    note = reason or (_(action.note) if action.note else "")
    return Face(action.keys[0].upper(), _(action.label), note, tone="off" if reason else "plain")


def everywhere_options(*verbs: str) -> list[Option]:
    """Return tiles of actions that every screen has, in the order asked for."""
    return [_everywhere_option(ACTION_BY_ID[f"{EVERYWHERE}.{verb}"]) for verb in verbs]


def bar_of(panel: Panel, *, is_home: bool) -> list[Option]:
    """Return what the bar shows for a panel, undo apart."""
    if panel.is_inside:
        return everywhere_options("back")
    if is_home:
        return [*options_of(panel, "bar"), *everywhere_options("help", "language", "look", "size")]
    back = everywhere_options("back")
    if isinstance(panel.focus_target(), TypingLine):
        # While a line is typed the digits are text.
        back = [Option(option.press, replace(option.face, key=_("Esc"))) for option in back]
    return [*back, *options_of(panel, "bar"), *everywhere_options("more")]


def _everywhere_option(action: Action) -> Option:
    label = _(action.label)
    if action.verb == "language":
        label = LANGUAGE_NAMES[next_language(current_language())]
    return Option(action.id, Face(action.keys[0].upper(), label))
