"""Putting up plates: the next entrance is shown, a scan puts its plate up, and the one after it comes by itself."""

from collections.abc import Collection

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.containers import Vertical

from fieldapp.keymap import Action, Need
from fieldapp.mode_panel import ModePanel
from fieldapp.panel import Kit, StagePort, camera_need, options_of
from fieldapp.presentation.plates import (
    REASON_ORDER,
    mount_fact,
    mount_place,
    mounted_said,
    outcome_said,
    plates_count,
    reason_words,
)
from fieldapp.presentation.records import place_text
from fieldapp.services.mount_round import Mounted, MountRound
from fieldapp.services.places import NamedPlace
from fieldapp.services.shift_log import LogLine
from fieldapp.services.tag_effect import Certainty, UnknownTag
from fieldapp.text import _
from fieldapp.widgets.cells import spread
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.progress import BlockBar
from fieldapp.widgets.tile import Face, Option
from fieldapp.widgets.tile_grid import TileGrid
from sync.journal import JournalEntry


class MountPanel(ModePanel):
    """The mode in which plates are put up."""

    NAME = "mount"

    def __init__(self, kit: Kit, stage: StagePort) -> None:
        super().__init__(kit, stage)
        self.round = MountRound(kit.services.mounting)
        self._is_choosing = False

    def compose(self) -> ComposeResult:
        """Lay out how far the grid is, the card of the entrance, and the tiles."""
        yield PlainText(id="mount-title", classes="panel-title")
        yield BlockBar(id="mount-bar")
        with Vertical(id="mount-card"):
            yield PlainText(id="mount-place")
            yield PlainText(id="mount-fact")
        yield TileGrid(3, id="mount-tiles")

    @property
    def page(self) -> str:
        """Return the keymap's page of what is asked."""
        return f"{self.NAME}.{self.round.question}" if self.round.question else self.NAME

    async def opened(self, argument: object) -> None:
        """See how far the grid is; take a tag that was read elsewhere, or a record to put right, in hand."""
        self._is_choosing = False
        await self.work.do(self.round.look)
        if isinstance(argument, UnknownTag) and argument.no_plate is None:
            self.round.take_up(argument)
        if isinstance(argument, LogLine):
            self.round.mend(argument.entry)

    async def closed(self) -> None:
        """Begin anew the next time."""
        self.round = MountRound(self.services.mounting)

    def paint(self) -> None:
        """Show the entrance, and what is asked."""
        work = self.round
        title = self.query_one("#mount-title", PlainText)
        title.say_pieces((_("Put up plates"), "bold"), ("   ", ""), (plates_count(work.progress), ""))
        self.query_one(BlockBar).show(work.progress.mounted, work.progress.total)
        card = self.query_one("#mount-card")
        card.set_class(work.question is not None, "-asked")
        card.set_class(work.question is None and (work.door is None or work.door.has_plate), "-there")
        self.query_one("#mount-place", PlainText).say(spread(mount_place(work)))
        self.query_one("#mount-fact", PlainText).say(mount_fact(work))
        tiles = _reason_tiles() if work.question == "replace" else options_of(self, "tile")
        self.query_one(TileGrid).show(tiles, highlighted=0 if work.question == "move" else None)

    def met(self) -> Collection[Need]:
        """Return what is there to work with."""
        progress = self.round.progress
        has_bare = progress.mounted < progress.total
        needs = {Need.PLACES: progress.total > 0, Need.BARE: has_bare}
        return {need for need, is_met in needs.items() if is_met} | camera_need(self)

    def is_shown(self, action: Action) -> bool:
        """Offer the entrance on the card for a tag in hand when there is one, and the camera where one is."""
        if action.verb == "aim":
            return Need.CAMERA in self.met()
        return action.verb != "at" or self.round.door is not None

    def face(self, face: Face, action: Action) -> Face:
        """Name the entrance that a tag in hand would be put up at."""
        if action.verb == "at" and self.round.door is not None:
            return replace(face, note=place_text(self.round.door.place))
        return face

    async def step_back(self) -> bool:
        """Let go of what is in hand."""
        was_asked = self.round.question is not None
        self.round.leave()
        return was_asked

    async def tag_read(self, medium: str, value: str, certainty: Certainty) -> None:
        """Put a tag up, or say what stands in the way."""
        is_choosing = self._is_choosing
        if not self.display:
            await self.stage.go(self.NAME)
        door = self.round.door
        came = await self.work.do(self.round.read, medium, value, certainty, is_choosing=is_choosing)
        if came is None or isinstance(came, Mounted):
            await self._after(came)
        elif said := outcome_said(came, door):
            self.stage.flash(said.word, said.line, said.tone)

    async def place_given(self, place: NamedPlace) -> None:
        """Go to an entrance chosen from the list."""
        await self._after(await self.work.do(self.round.go_to, place.place))

    async def taken_back(self, entry: JournalEntry) -> None:
        """Go back to the entrance that lost its plate again."""
        await self.work.do(self.round.taken_back, entry)

    async def do_skip(self) -> None:
        """Leave this entrance out."""
        self.round.skip()
        self.stage.repaint()

    async def do_list(self) -> None:
        """Choose another entrance."""
        self._is_choosing = True
        await self.stage.go("places")

    async def do_here(self) -> None:
        """Put up here what hung elsewhere."""
        await self._after(await self.work.do(self.round.move_here))

    async def do_there(self) -> None:
        """Leave it where it is."""
        self.round.leave()
        self.stage.repaint()

    async def do_at(self) -> None:
        """Put the tag in hand up at the entrance that comes next."""
        if self.round.door is not None:
            await self._after(await self.work.do(self.round.go_to, self.round.door.place.place))

    async def do_pick(self, choice: int) -> None:
        """Say what became of the old plate, by its place from 1."""
        reasons = (*REASON_ORDER, None)
        if choice <= len(reasons):
            await self._after(await self.work.do(self.round.choose, reasons[choice - 1]))

    async def _after(self, mounted: Mounted | None) -> None:
        if mounted is None:
            self.stage.repaint()
            return
        said = mounted_said(mounted)
        self.stage.flash(said.word, said.line, said.tone)
        self.stage.offer_undo(mounted.entry, said.line)
        if self.stage.form is not None:
            # The tag was read for a form: it has its place now.
            await self.stage.form.place_given(mounted.place)
            await self.stage.go(self.stage.form.NAME)
            return
        self.stage.repaint()


def _reason_tiles() -> list[Option]:
    words = enumerate(reason_words(), 1)
    return [Option(f"mount.replace.pick:{place}", Face(str(place), word)) for place, word in words]
