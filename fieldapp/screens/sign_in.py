"""Sign-in and lock: the names at the left, six digits at the right; a badge chooses the name."""

from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Key
from textual.message import Message
from textual.screen import Screen

from fieldapp.keymap import ACTION_BY_ID, digit_key
from fieldapp.messages import Said, ShowScreen, SignedInNow, SyncChanged, TagRead, Trouble
from fieldapp.panel import Kit, everywhere_options
from fieldapp.presentation.effects import effect_said, refused_line
from fieldapp.presentation.troubles import trouble_text
from fieldapp.safety import beside, guarded
from fieldapp.services.session import Person, Refused, SignedIn
from fieldapp.services.tag_effect import ChoosePerson, DealtWith, Effect
from fieldapp.status_line import StatusLine
from fieldapp.text import _
from fieldapp.widgets.action_bar import ActionBar
from fieldapp.widgets.demo_strip import DemoStrip
from fieldapp.widgets.flash import FLASH_S, Flash
from fieldapp.widgets.pin_pad import PinPad
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.tile import TileField
from fieldapp.widgets.windowed_list import Row, WindowedList, pages_of

HELP = "everywhere.help"

TIGHT_ROWS = 18
"""Below this height of names and pad the keys of the PIN would be lower than a finger in a glove needs."""

REFUSAL_S = 3.0
"""How long a refusal stays to be read; keys go on meanwhile."""


class SignInBody(Horizontal):
    """Names and pad, beside each other."""

    def on_resize(self) -> None:
        """Note when there is little height, so that it is the keys' alone."""
        self.set_class(self.outer_size.height < TIGHT_ROWS, "-tight")


class SignInScreen(Screen[None]):
    """Asks who has the tablet in hand."""

    AUTO_FOCUS = ""

    class Answered(Message):
        """The PIN was looked at."""

        def __init__(self, answer: SignedIn | Refused) -> None:
            super().__init__()
            self.answer = answer

    class EffectKnown(Message):
        """It is known what a tag does here."""

        def __init__(self, effect: Effect) -> None:
            super().__init__()
            self.effect = effect

    def __init__(self, kit: Kit, _argument: object = None) -> None:
        super().__init__()
        self._kit = kit
        self._session = kit.services.session
        self._people: list[Person] = []
        self._chosen: Person | None = None

    def compose(self) -> ComposeResult:
        """Lay out names and pad."""
        yield StatusLine(self._kit)
        with SignInBody(id="sign-body"):
            with Vertical(id="sign-left"):
                yield PlainText(id="sign-title")
                yield WindowedList(numbered=True, id="sign-people")
            with Vertical(id="sign-right"):
                yield PinPad(id="sign-pad")
        yield ActionBar(id="sign-bar")
        if self._kit.demo is not None:
            yield DemoStrip(self._kit.demo, id="sign-demo")
        yield Flash(id="sign-flash")

    async def on_mount(self) -> None:
        """Read who may sign in, and who was asked last."""
        self.query_one(StatusLine).read_anew()
        await guarded(self._load(), self)

    def take_news(self, news: Message) -> None:
        """Show how readers and sync stand now; names may have come with a sync."""
        self.query_one(StatusLine).read_anew()
        if isinstance(news, SyncChanged) and news.status.phase == "done":
            beside(self, "people", self._read_people)

    async def _load(self) -> None:
        state = await self._kit.work.do(self._session.state)
        self._chosen = state.person
        await self._read_people()

    async def _read_people(self) -> None:
        self._people = await self._kit.work.do(self._session.people)
        self.relabel()

    def relabel(self) -> None:
        """Say everything in the language of the moment."""
        rows = [Row(person.id, person.name, person.seat) for person in self._people]
        listing = self.query_one(WindowedList)
        listing.show(len(rows), pages_of(rows), empty=_("No names yet: connect once"))
        self.query_one(ActionBar).show(everywhere_options("language", "look", "help"))
        self.query_one(StatusLine).paint()
        for strip in self.query(DemoStrip):
            strip.relabel()
        self._paint_person()

    def take_tag(self, read: TagRead) -> None:
        """Let a badge choose its person; a plate waits for the sign-in."""
        beside(self, "tag", partial(self._look_up, read))

    @on(Key)
    def _take_key(self, event: Key) -> None:
        key = digit_key(event.key)
        pad = self.query_one(PinPad)
        if event.key in ACTION_BY_ID[HELP].keys:
            event.stop()
            self.post_message(ShowScreen("help"))
            return
        if self._chosen is None:
            taken = key.isdecimal() and self.query_one(WindowedList).choose_numbered(int(key))
        elif key == "escape":
            self._choose(None)
            taken = True
        else:
            taken = pad.press("erase" if key in {"backspace", "delete"} else key)
        if taken or self.query_one(WindowedList).take_key(key):
            event.stop()

    @on(TileField.Pressed)
    def _take_press(self, event: TileField.Pressed) -> None:
        if event.press == HELP:
            event.stop()
            self.post_message(ShowScreen("help"))

    @on(WindowedList.Chosen)
    def _take_row(self, event: WindowedList.Chosen) -> None:
        event.stop()
        self._choose(next((person for person in self._people if person.id == event.row.key), None))

    @on(PinPad.Entered)
    def _take_pin(self, event: PinPad.Entered) -> None:
        if self._chosen is not None:
            self.query_one("#sign-title", PlainText).say(_("One moment"))
            beside(self, "pin", partial(self._ask, self._chosen.id, event.pin))

    @on(Answered)
    def _take_answer(self, event: Answered) -> None:
        if isinstance(event.answer, SignedIn):
            self.post_message(SignedInNow(event.answer.person.id))
            return
        said = refused_line(event.answer)
        # The title says it on, and the pad's first row is wanted at once.
        self.query_one(Flash).show(_("Not signed in"), said, tone="bad", seconds=FLASH_S)
        self.query_one("#sign-title", PlainText).say(said)

    @on(EffectKnown)
    def _take_effect(self, event: EffectKnown) -> None:
        if isinstance(event.effect, ChoosePerson):
            self._choose(event.effect.person)
        said = effect_said(event.effect)
        self.query_one(Flash).show(said.word, said.line, tone=said.tone)

    @on(Said)
    def _say(self, event: Said) -> None:
        self.query_one(Flash).show(event.word, event.line, tone=event.tone)

    @on(Trouble)
    def _tell_trouble(self, event: Trouble) -> None:
        text = trouble_text(event.code)
        self.query_one(Flash).show(f"{text.what} {text.code}", text.todo, tone="bad", seconds=REFUSAL_S)

    async def _ask(self, person: str, pin: str) -> None:
        self.post_message(self.Answered(await self._kit.work.do(self._session.sign_in, person, pin)))

    async def _look_up(self, read: TagRead) -> None:
        seen = self._kit.services.tags.seen
        try:
            effect = await self._kit.work.do(seen, read.medium, read.value, "locked", read.certainty)
        finally:
            read.done()
        if not isinstance(effect, DealtWith):
            self.post_message(self.EffectKnown(effect))

    def _choose(self, person: Person | None) -> None:
        self._chosen = person
        self.query_one(PinPad).clear()
        self._paint_person()

    def _paint_person(self) -> None:
        person = self._chosen
        asked = (
            _("{name}, enter your PIN").format(name=person.name) if person else _("Tap your badge or choose your name")
        )
        self.query_one("#sign-title", PlainText).say(asked)
        self.query_one(PinPad).set_class(person is None, "-waiting")
        if person is not None:
            places = [place for place, known in enumerate(self._people) if known.id == person.id]
            self.query_one(WindowedList).highlighted = places[0] if places else 0
