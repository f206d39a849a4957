"""What the shift screen does when a tag is read: the effect comes from the services' table, here it is carried out."""

from fieldapp.panel import Kit, StagePort
from fieldapp.presentation.effects import effect_said
from fieldapp.services.arriving import arrive_at
from fieldapp.services.places import NamedPlace
from fieldapp.services.tag_effect import (
    Certainty,
    CheckInAt,
    ChoosePerson,
    DealtWith,
    Effect,
    HandOver,
    PlateDamaged,
    RememberForSignIn,
    ReplacedTag,
    SetFormPlace,
    Situation,
    UnknownTag,
    WhichTag,
)
from fieldapp.text import _
from sync.records.shared import Method, TagSeen


class TagTurns:
    """Carries out effects of tags on a stage."""

    def __init__(self, kit: Kit, stage: StagePort) -> None:
        self._services = kit.services
        self._work = kit.work
        self._stage = stage

    async def take(self, medium: str, value: str, certainty: Certainty) -> None:
        """Do what a tag does here and now; a mode takes it for itself."""
        if self._stage.mode is not None:
            await self._stage.mode.tag_read(medium, value, certainty)
            return
        situation: Situation = "form" if self._stage.form is not None else "open"
        effect = await self._work.do(self._services.tags.seen, medium, value, situation, certainty)
        await self.carry_out(effect)

    async def carry_out(self, effect: Effect) -> None:
        """Do what an effect says."""
        match effect:
            case RememberForSignIn() if self._stage.mode is not None:
                self._stage.flash(_("Once more"), _("Nothing checks in here"), "warn")
            case CheckInAt() | RememberForSignIn():
                await self._arrive(effect.place, effect.method, effect.tag)
            case SetFormPlace():
                await self._give_form(effect.place)
                self._say(effect)
            case UnknownTag() | PlateDamaged():
                await self._stage.go("unknown", effect)
            case WhichTag():
                await self._stage.go("which", effect)
            case HandOver():
                await self._stage.go("handover", effect.person)
            case ChoosePerson():
                await self._stage.lock_up(effect.person.id)
            case DealtWith():
                return
            case ReplacedTag():
                self._say(effect)
                if effect.then is not None:
                    await self.carry_out(effect.then)
            case _:
                self._say(effect)

    def _say(self, effect: Effect) -> None:
        said = effect_said(effect)
        self._stage.flash(said.word, said.line, said.tone)

    async def take_place(self, place: NamedPlace, tag: UnknownTag | None) -> None:
        """Give a place chosen by hand to the mode or the open form, else check in there, for a tag that had none."""
        if (mode := self._stage.mode) is not None:
            await self._stage.go(mode.NAME)
            await mode.place_given(place)
            return
        if tag is not None:
            await self._work.do(self._services.tags.remember_choice, tag.tag, place.place)
        if self._stage.form is not None:
            await self._give_form(place)
        elif tag is not None:
            await self._arrive(place, tag.method, tag.tag)
        else:
            await self._arrive(place, "list", None)

    async def _arrive(self, place: NamedPlace, method: Method, tag: TagSeen | None) -> None:
        arrived = await self._work.do(arrive_at, self._services, place.place, method, tag)
        await self._stage.go("arrived", arrived, above_home=True)

    async def _give_form(self, place: NamedPlace) -> None:
        form = self._stage.form
        if form is not None:
            await form.place_given(place)
            await self._stage.go(form.NAME)
