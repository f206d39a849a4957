"""A spoken note in a form: one key begins, the same key ends; it stays with the draft, is heard and removed there."""

from collections.abc import Collection, Sequence

from fieldapp.keymap import Need
from fieldapp.plain.form import SaveStep, Step
from fieldapp.plain.page import Face, TalkPort
from fieldapp.plain.photos import PhotoForm, SavesPhotos
from fieldapp.presentation.voices import seconds_text, voice_line, voice_refusal
from fieldapp.services.voice_field import FIELD, WANTED, voices_in, voices_text
from fieldapp.services.voices import NotSaid, Speaking
from fieldapp.text import _
from sync.errors import SyncError
from sync.records import MediaRef

LOOK_AFTER_S = 1.0
"""How often a recording is looked at that may end by itself."""


class VoiceForm(PhotoForm):
    """A form that takes photos and a spoken note."""

    def __init__(self, talk: TalkPort) -> None:
        super().__init__(talk)
        self.speaking: Speaking | None = None
        self._is_ending = False

    @property
    def voices(self) -> tuple[MediaRef, ...]:
        """Return the spoken notes of the draft."""
        return voices_in(self.values)

    @property
    def is_over(self) -> bool:
        """Return whether photo and note are in the draft, or nobody waits for them."""
        return super().is_over and (not self._is_ending or self.is_left_alone)

    @property
    def polls_after_s(self) -> float | None:
        """Return how often a recording is looked at."""
        return LOOK_AFTER_S if self.speaking is not None and not self._is_ending else None

    def poll(self) -> None:
        """Keep a note whose recording has ended by itself."""
        if self.speaking is not None and not self.speaking.recording.is_running:
            self.end_speaking()

    def met(self) -> Collection[Need]:
        """Return whether a note can be recorded, or is there already, and whether one can be heard."""
        voices = self.services.voices
        needs = {Need.VOICE: voices.records or bool(self.voices), Need.PLAYER: voices.plays}
        return (*super().met(), *(need for need, is_met in needs.items() if is_met))

    def closed(self) -> None:
        """End what is recorded or played: nobody speaks to a form that is not there."""
        self.end_speaking()
        self.services.voices.hush()
        super().closed()

    def speak(self) -> None:
        """Begin to record, or end it."""
        if self.speaking is not None:
            self.end_speaking()
            return
        begun = self.services.voices.begin(self.FORM)
        if isinstance(begun, NotSaid):
            self.talk.say(_("No spoken note"), voice_refusal(begun.reason))
            return
        self.speaking = begun
        self.values[WANTED] = begun.id

    def end_speaking(self) -> None:
        """End what is recorded, and wait until its program has closed it."""
        speaking = self.speaking
        if speaking is None or self._is_ending:
            return
        self._is_ending, self.is_left_alone = True, False
        self.talk.say(_("A moment"), _("The spoken note is being kept"))
        self.talk.beside(
            lambda: self.services.voices.end(speaking), lambda ended, fault: self._ended(speaking, ended, fault)
        )
        self.talk.wait_for(self)

    def remove_voice(self) -> None:
        """Take the note out of the draft."""
        self.services.voices.remove(self.FORM)
        self.values[FIELD] = ""
        self.talk.say(_("Removed"))
        self.stand()

    def _ended(self, speaking: Speaking, ended: MediaRef | NotSaid | None, fault: SyncError | None) -> None:
        self.speaking, self._is_ending = None, False
        is_save_wanted, self.is_save_wanted = self.is_save_wanted, False
        result = self.services.voices.finish(speaking, ended or NotSaid("program_failed"))
        if isinstance(result, NotSaid):
            self.values[WANTED] = ""
            self.talk.say(_("No spoken note"), voice_refusal(result.reason))
        elif isinstance(result, MediaRef):
            self.values |= {FIELD: voices_text([*self.voices, result]), WANTED: ""}
            self.talk.say(_("Spoken note kept"), seconds_text(speaking.recording.lasts_s), voice_line([result]))
            if is_save_wanted and self.talk.page is self and isinstance(self.step, SaveStep):
                self.step.save()
        if fault is not None:
            raise fault


class SpeaksNote(SavesPhotos):
    """A step at which a note can be spoken, and that saves when it is kept."""

    form: VoiceForm

    def voice_face(self, face: Face) -> Face:
        """Say that it is recorded, or what is there."""
        form = self.form
        if form.speaking is not None:
            return Face(face.key, _("Stop"), _("The microphone is on"))
        return Face(face.key, face.label, voice_line(form.voices) or face.note)

    def voice_words(self) -> str:
        """Return that there is a spoken note, and what it weighs; empty for none."""
        spoken = voice_line(self.form.voices)
        return "  ".join([_("Spoken note"), spoken]) if spoken else ""

    def save(self) -> None:
        """Save the record when what is recorded is in the draft."""
        if self.form.speaking is None:
            super().save()
            return
        self.form.is_save_wanted = True
        self.form.end_speaking()

    def do_voice(self) -> None:
        """Begin to record, end it, or go to the note that is there."""
        if self.form.voices and self.form.speaking is None:
            self.form.stand("voice")
        else:
            self.form.speak()


class VoiceStep(Step):
    """The spoken note: listen to it, or remove it."""

    form: VoiceForm

    def title(self) -> str:
        """Return what it is."""
        return _("Spoken note")

    def facts(self) -> Sequence[str]:
        """Return what it weighs."""
        return (voice_line(self.form.voices),)

    def before(self) -> str:
        """Return to where the form stands."""
        return self._back_to or self.form.work.next_step(self.form.values)

    def do_play(self) -> None:
        """Listen to it."""
        for voice in self.form.voices[:1]:
            listen(self.form.talk, voice)

    def do_remove(self) -> None:
        """Take it out of the draft."""
        self.form.remove_voice()


def listen(talk: TalkPort, voice: MediaRef) -> None:
    """Play a spoken note beside everything else; say why it cannot be heard."""

    def over(refused: NotSaid | None, fault: SyncError | None) -> None:
        if refused is not None:
            talk.say(_("Not heard"), voice_refusal(refused.reason))
        if fault is not None:
            raise fault

    talk.beside(lambda: talk.services.voices.play(voice.sha256), over)
