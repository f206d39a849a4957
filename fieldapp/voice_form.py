"""A spoken note in a form: one key begins, the same key ends; it stays with the draft, is heard and removed there."""

import asyncio
from collections.abc import Collection, Sequence
from functools import partial

from fieldapp.form_steps import SaveStep, Step
from fieldapp.keymap import Need
from fieldapp.panel import Kit, Panel, StagePort, options_of
from fieldapp.photo_form import PhotoForm
from fieldapp.presentation.voices import seconds_text, voice_line, voice_refusal
from fieldapp.safety import beside
from fieldapp.services.voice_field import FIELD, WANTED, voices_in, voices_text
from fieldapp.services.voices import NotSaid, Speaking
from fieldapp.text import _
from fieldapp.widgets.tile import Face, Option
from sync.records import MediaRef


class VoiceForm(PhotoForm):
    """A form that takes photos and a spoken note."""

    def __init__(self, kit: Kit, stage: StagePort) -> None:
        super().__init__(kit, stage)
        self.speaking: Speaking | None = None
        self._is_ending = False

    @property
    def voices(self) -> tuple[MediaRef, ...]:
        """Return the spoken notes of the draft."""
        return voices_in(self.draft.values)

    def met(self) -> Collection[Need]:
        """Return whether a note can be recorded, or is there already, and whether one can be heard."""
        voices = self.services.voices
        has_voice = voices.records or bool(self.voices)
        needs = {Need.VOICE: has_voice, Need.PLAYER: voices.plays}
        return (*super().met(), *(need for need, is_met in needs.items() if is_met))

    def tick(self) -> None:
        """Show how long it is recorded; one that ended by itself is kept."""
        super().tick()
        if self.speaking is None:
            return
        if self.speaking.recording.is_running:
            self.stage.repaint()
        else:
            self.end_speaking()

    async def left(self) -> None:
        """Store what was typed, and end what is recorded: nobody speaks to a form that is not seen."""
        self.end_speaking()
        self.services.voices.hush()
        await super().left()

    async def speak(self) -> None:
        """Begin to record, or end it."""
        if self.speaking is not None:
            self.end_speaking()
            return
        begun = await self.work.do(self.services.voices.begin, self.FORM)
        if isinstance(begun, NotSaid):
            self.stage.flash(_("No spoken note"), voice_refusal(begun.reason), "warn")
            return
        self.speaking = begun
        self.draft.values[WANTED] = begun.id
        self.stage.repaint()

    def end_speaking(self) -> None:
        """End what is recorded; it comes into the draft in a turn of its own, when its program has closed it."""
        if self.speaking is not None and not self._is_ending:
            self._is_ending = True
            # The app's worker, not the form's: whoever leaves the form finds the note in it later.
            beside(self.app, "voice", partial(self._end, self.speaking), hears=self)

    def holds_save(self) -> bool:
        """Save when the note is kept."""
        if self.speaking is None:
            return super().holds_save()
        self.is_save_wanted = True
        self.end_speaking()
        return True

    async def remove_voice(self) -> None:
        """Take the note out of the draft."""
        await self.work.do(self.services.voices.remove, self.FORM)
        self.draft.values[FIELD] = ""
        self.stage.flash(_("Removed"), tone="plain")
        await self.stand()

    def listen(self) -> None:
        """Play the note beside everything else; asked again, from the beginning."""
        for voice in self.voices[:1]:
            beside(self.app, "listen", partial(listen, self, voice), hears=self)

    async def _end(self, speaking: Speaking) -> None:
        ended: MediaRef | NotSaid = NotSaid("program_failed")
        try:
            ended = await asyncio.to_thread(self.services.voices.end, speaking)
        finally:
            self.stage.take(lambda _stage: self._finish_voice(speaking, ended))

    async def _finish_voice(self, speaking: Speaking, ended: MediaRef | NotSaid) -> None:
        self.speaking, self._is_ending = None, False
        is_save_wanted, self.is_save_wanted = self.is_save_wanted, False
        result = await self.work.do(self.services.voices.finish, speaking, ended)
        if isinstance(result, NotSaid):
            self.draft.values[WANTED] = ""
            self.stage.flash(_("No spoken note"), voice_refusal(result.reason), "warn")
        elif isinstance(result, MediaRef):
            self.draft.values |= {FIELD: voices_text([*self.voices, result]), WANTED: ""}
            lasted = seconds_text(speaking.recording.lasts_s)
            self.stage.flash(_("Spoken note kept"), f"{lasted}  {voice_line([result])}")
            if is_save_wanted and self.display and isinstance(self.step, SaveStep):
                await self.step.save()
        if self.display:
            self.stage.repaint()


class SpeaksNote(Step):
    """A step at which a note can be spoken."""

    form: VoiceForm

    def voice_face(self, face: Face) -> Face:
        """Say how long it is recorded, or what is there."""
        form = self.form
        if form.speaking is not None:
            lasts = seconds_text(form.speaking.recording.lasts_s)
            return Face(face.key, _("Stop {time}").format(time=lasts), _("The microphone is on"), "urgent")
        return Face(face.key, _("Spoken note"), voice_line(form.voices)) if form.voices else face

    async def do_voice(self) -> None:
        """Begin to record, end it, or go to the note that is there."""
        if self.form.voices and self.form.speaking is None:
            await self.form.stand("voice")
        else:
            await self.form.speak()


class VoiceStep(Step):
    """The spoken note: listen to it, or remove it."""

    form: VoiceForm

    def title(self) -> str:
        """Return what it is."""
        return _("Spoken note")

    def note(self) -> str:
        """Return what it weighs."""
        return voice_line(self.form.voices)

    def before(self) -> str:
        """Return to where the form stands."""
        return self._back_to or self.form.form_work.next_step(self.form.draft.values)

    def tiles(self) -> Sequence[Option]:
        """Return what can be done with it."""
        return options_of(self.form, "tile")

    async def do_play(self) -> None:
        """Listen to it."""
        self.form.listen()

    async def do_remove(self) -> None:
        """Take it out of the draft."""
        await self.form.remove_voice()


async def listen(panel: Panel, voice: MediaRef) -> None:
    """Play a spoken note until it is over; say why it cannot be heard."""
    refused = await asyncio.to_thread(panel.services.voices.play, voice.sha256)
    if refused is not None:
        panel.stage.flash(_("Not heard"), voice_refusal(refused.reason), "warn")
