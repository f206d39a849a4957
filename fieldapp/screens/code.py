"""Typing the code that stands under a plate's square: groups, look-alikes and case do not matter."""

from textual import on
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Input

from fieldapp.keymap import TYPING
from fieldapp.panel import Panel
from fieldapp.presentation.effects import effect_said
from fieldapp.services.tag_effect import TYPED, PlateDamaged, Situation, read_tag
from fieldapp.text import _
from fieldapp.widgets.line import PlainInput
from fieldapp.widgets.plain import PlainText
from sync.cards import looks_like_card
from sync.tags import PLATE_LENGTH, PLATE_PREFIX

GROUP = 4
"""Characters of a group, as on the plate."""


class CodePanel(Panel):
    """A line for a plate code."""

    NAME = "code"

    fault = ""
    notice = ""

    def compose(self) -> ComposeResult:
        """Lay out title, line and what is read so far."""
        yield PlainText(id="code-title", classes="panel-title")
        yield PlainInput(id="code-line", max_length=40)
        yield PlainText(id="code-read")
        yield PlainText(id="code-help")

    @property
    def page(self) -> str:
        """Leave the digits to the line."""
        return TYPING

    async def opened(self, argument: object) -> None:
        """Begin with an empty line; `argument` may be a sentence that says why the code is to be typed."""
        self.fault = ""
        self.notice = f"{argument}\n\n" if isinstance(argument, str) and argument else ""
        self.query_one(PlainInput).put("")

    def paint(self) -> None:
        """Say what is wanted."""
        self.query_one("#code-title", PlainText).say(_("Type the code of the plate or card, then Enter"), style="bold")
        self.query_one(PlainInput).placeholder = f"{PLATE_PREFIX} ...."
        help_words = _(
            "It stands under the square code. Spaces and small letters do not matter; {prefix} may be left out."
        ).format(prefix=PLATE_PREFIX)
        card_words = _("Of a card, the ten digits on it, or those with a comma.")
        self.query_one("#code-help", PlainText).say_pieces(
            (self.fault or self.notice, "bold"), (f"{help_words}\n\n{card_words}", "")
        )
        self._show_read(self.query_one(PlainInput).value)

    def focus_target(self) -> Widget | None:
        """Give the keys to the line."""
        return self.query_one(PlainInput)

    async def submitted(self, text: str) -> None:
        """Do what a scan of this code would do; a damaged one stays to be mended."""
        if self.stage.mode is not None:
            await self._give_mode(text)
            return
        situation: Situation = "form" if self.stage.form is not None else "open"
        effect = await self.work.do(self.services.tags.seen, TYPED, text, situation)
        if isinstance(effect, PlateDamaged):
            self._refuse(effect)
            return
        await self.stage.back()
        await self.stage.carry_out(effect)

    async def _give_mode(self, text: str) -> None:
        read = read_tag(TYPED, text)
        if isinstance(read, PlateDamaged):
            self._refuse(read)
            return
        await self.stage.back()
        if self.stage.mode is not None:
            await self.stage.mode.tag_read(TYPED, text, "checked")

    def _refuse(self, damaged: PlateDamaged) -> None:
        said = effect_said(damaged)
        self.stage.flash(said.word, said.line, said.tone)
        # The big word goes after a moment; what is wrong stays until the line is changed.
        self.fault = f"{said.word}  {said.line}\n\n"
        self.paint()

    @on(Input.Changed)
    def _read_on(self, event: Input.Changed) -> None:
        event.stop()
        self.fault = ""
        self.paint()

    def _show_read(self, text: str) -> None:
        if looks_like_card(text):
            self.query_one("#code-read", PlainText).say_pieces(
                (" ".join(text.split()), "bold"), ("   ", ""), (_("Number of a card"), "")
            )
            return
        code = "".join(char for char in text.upper() if char.isalnum())
        if code and not PLATE_PREFIX.startswith(code[: len(PLATE_PREFIX)]):
            code = PLATE_PREFIX + code
        groups = " ".join(code[place : place + GROUP] for place in range(0, len(code), GROUP))
        count = _("{read} of {whole} characters").format(read=len(code), whole=PLATE_LENGTH)
        self.query_one("#code-read", PlainText).say_pieces((groups, "bold"), ("   ", ""), (count, ""))
