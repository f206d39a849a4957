"""A tag nobody knows, or a plate that cannot be read: asked once, with the ways that always work."""

from collections.abc import Collection

from textual.app import ComposeResult
from textual.containers import Vertical

from fieldapp.keymap import Action, Need
from fieldapp.panel import Panel, camera_need, options_of
from fieldapp.presentation.effects import effect_said
from fieldapp.presentation.records import place_text
from fieldapp.services.tag_effect import PlateDamaged, UnknownTag
from fieldapp.text import _
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.tile import Face
from fieldapp.widgets.tile_grid import TileGrid


class UnknownPanel(Panel):
    """What to do about a tag."""

    NAME = "unknown"

    effect: UnknownTag | PlateDamaged | None = None

    def compose(self) -> ComposeResult:
        """Lay out what happened and the ways on."""
        with Vertical(id="unknown-card"):
            yield PlainText(id="unknown-word")
            yield PlainText(id="unknown-line")
        yield TileGrid(3, id="unknown-tiles")
        yield PlainText(id="unknown-note")

    async def opened(self, argument: object) -> None:
        """Take the effect."""
        if isinstance(argument, UnknownTag | PlateDamaged):
            self.effect = argument
            said = effect_said(argument)
            self.stage.flash(said.word, said.line, said.tone)

    def paint(self) -> None:
        """Say what happened."""
        if self.effect is None:
            return
        said = effect_said(self.effect)
        self.query_one("#unknown-word", PlainText).say(said.word)
        self.query_one("#unknown-line", PlainText).say(said.line)
        self.query_one("#unknown-note", PlainText).say(_("0 goes on without it. Nothing was recorded."))
        self.query_one(TileGrid).show(options_of(self, "tile"), highlighted=0)

    def is_shown(self, action: Action) -> bool:
        """Offer the place of last time only when there was one, the camera where one is, to put up what was read."""
        if action.verb == "mount":
            return isinstance(self.effect, UnknownTag)
        need = {"before": Need.BEFORE, "aim": Need.CAMERA}.get(action.verb)
        return need is None or need in self.met()

    def met(self) -> Collection[Need]:
        """Return whether this tag was given a place before, and whether it can be put up."""
        effect = self.effect
        if not isinstance(effect, UnknownTag):
            return {Need.PLACES} | camera_need(self)
        further = {
            Need.BEFORE: effect.chosen_before is not None,
            Need.PLATE: effect.no_plate != "foreign",
            Need.LASTING: effect.no_plate != "random",
            Need.WHOLE: effect.no_plate != "part",
        }
        return {Need.PLACES, *(need for need, is_met in further.items() if is_met)} | camera_need(self)

    def face(self, face: Face, action: Action) -> Face:
        """Name the place of last time."""
        if action.verb == "before" and isinstance(self.effect, UnknownTag) and self.effect.chosen_before:
            return Face(face.key, face.label, place_text(self.effect.chosen_before))
        return face

    async def do_before(self) -> None:
        """Take the place of last time."""
        if isinstance(self.effect, UnknownTag) and self.effect.chosen_before is not None:
            await self.stage.take_place(self.effect.chosen_before, self.effect)

    async def do_list(self) -> None:
        """Choose the place by hand."""
        await self.stage.go("places", self.effect)

    async def do_mount(self) -> None:
        """Put the tag up as a plate; a form that it was read for waits for its place."""
        if isinstance(self.effect, UnknownTag):
            await self.stage.go("mount", self.effect, above_home=not self.effect.in_form)
