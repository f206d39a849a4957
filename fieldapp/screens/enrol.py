"""Joining a district: scan or type the code of the desk, compare six digits, done."""

from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.screen import Screen

from fieldapp.messages import Joined, LineEntered, Said, TagRead, Trouble
from fieldapp.panel import Kit, everywhere_options
from fieldapp.presentation.troubles import trouble_text
from fieldapp.safety import beside
from fieldapp.text import _
from fieldapp.widgets.action_bar import ActionBar
from fieldapp.widgets.flash import Flash
from fieldapp.widgets.line import PlainInput
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.progress import BigNumber
from sync.journal import Enrolment

POLL_S = 3.0
"""How often the desk is asked whether it has confirmed."""

TROUBLE_S = 5.0


class EnrolScreen(Screen[None]):
    """Joins this tablet to a district's case API."""

    AUTO_FOCUS = ""

    class Known(Message):
        """It is known how the joining stands."""

        def __init__(self, enrolment: Enrolment) -> None:
            super().__init__()
            self.enrolment = enrolment

    def __init__(self, kit: Kit, _argument: object = None) -> None:
        super().__init__()
        self._kit = kit
        self._enrolment = Enrolment("none")

    def compose(self) -> ComposeResult:
        """Lay out the two steps."""
        yield PlainText(id="enrol-title", classes="panel-title")
        with Vertical(id="enrol-body"):
            yield PlainText(id="enrol-words")
            yield PlainInput(id="enrol-line", max_length=400)
            yield BigNumber(id="enrol-digits")
            yield PlainText(id="enrol-note")
        yield ActionBar(id="enrol-bar")
        yield Flash(id="enrol-flash")

    async def on_mount(self) -> None:
        """Read how the joining stands; from now on ask the desk."""
        self._take_known(self.Known(await self._kit.work.do(self._kit.services.enroller.state)))
        self.set_interval(POLL_S, self.poll)

    def take_tag(self, read: TagRead) -> None:
        """Take a scanned joining code."""
        self._begin(read.value)
        read.done()

    def relabel(self) -> None:
        """Say everything in the language of the moment."""
        is_pending = self._enrolment.status == "pending"
        self.query_one("#enrol-title", PlainText).say(_("Join a district"))
        words = (
            _("Compare these six digits with the desk. It confirms them there.")
            if is_pending
            else _("Scan the code that the desk shows, or type it and press Enter.")
        )
        self.query_one("#enrol-words", PlainText).say(words)
        line = self.query_one(PlainInput)
        line.display = not is_pending
        line.placeholder = "XGE1 https://..."
        digits = self.query_one(BigNumber)
        digits.display = is_pending
        digits.show(f"{self._enrolment.digits[:3]} {self._enrolment.digits[3:]}")
        self.query_one("#enrol-note", PlainText).say(_("Waiting for the desk") if is_pending else "")
        self.query_one(ActionBar).show(everywhere_options("language", "look"))
        self.set_focus(None if is_pending else line)

    @on(LineEntered)
    def _take_line(self, event: LineEntered) -> None:
        event.stop()
        self._begin(event.text)

    @on(Known)
    def _take_known(self, event: Known) -> None:
        self._enrolment = event.enrolment
        if event.enrolment.status == "confirmed":
            self.post_message(Joined())
        else:
            self.relabel()

    @on(Said)
    def _say(self, event: Said) -> None:
        self.query_one(Flash).show(event.word, event.line, tone=event.tone)

    @on(Trouble)
    def _tell_trouble(self, event: Trouble) -> None:
        text = trouble_text(event.code)
        self.query_one(Flash).show(f"{text.what} {text.code}", text.todo, tone="bad", seconds=TROUBLE_S)

    def _begin(self, text: str) -> None:
        beside(self, "enrol", partial(self._ask, text))

    def poll(self) -> None:
        """Ask the desk whether it has confirmed, while that is waited for."""
        if self._enrolment.status == "pending":
            beside(self, "enrol", partial(self._ask, ""))

    async def _ask(self, text: str) -> None:
        enroller = self._kit.services.enroller
        answer = await (self._kit.work.do(enroller.begin, text.strip()) if text else self._kit.work.do(enroller.poll))
        self.post_message(self.Known(answer))
