"""A notice of the desk, whole: who says it, until when, and its words; opened once, it is no new one any more."""

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.events import Key
from textual.widget import Widget

from fieldapp.keymap import Action
from fieldapp.messages import TurnEnded
from fieldapp.panel import Panel
from fieldapp.presentation.casework import notice_facts, notice_text, notice_title
from fieldapp.services.casework import Notice
from fieldapp.text import _
from fieldapp.widgets.plain import PlainText


class NoticeBody(VerticalScroll):
    """The room for the words; arrows and wheel move them."""

    @on(Key)
    def _take_key(self, event: Key) -> None:
        page, end = self.page_rows, self.max_scroll_y
        rows = {"up": -1, "down": 1, "pageup": -page, "pagedown": page, "home": -end, "end": end}
        if event.key in rows:
            event.stop()
            self.scroll_relative(y=rows[event.key], animate=False)

    @property
    def page_rows(self) -> int:
        """Return how far a page goes: one line stays, so that the eye finds where it was."""
        return max(self.size.height - 1, 1)

    def read_on(self) -> None:
        """Show what follows; behind the end it begins again."""
        if self.scroll_offset.y >= self.max_scroll_y:
            self.scroll_to(y=0, animate=False)
        else:
            self.scroll_relative(y=self.page_rows, animate=False)


class NoticePanel(Panel):
    """The page of a notice."""

    NAME = "notice"

    notice_id = ""
    notice: Notice | None = None
    is_long = False

    def compose(self) -> ComposeResult:
        """Lay out the facts and the words."""
        yield PlainText(id="notice-title", classes="panel-title")
        yield PlainText(id="notice-facts")
        with NoticeBody(id="notice-body"):
            yield PlainText(id="notice-text")

    async def opened(self, argument: object) -> None:
        """Read the notice; `argument` is its id, None for the same as before."""
        self.notice_id = argument if isinstance(argument, str) else self.notice_id
        self.notice = await self.work.do(self.services.casework.open_notice, self.notice_id)
        self._body.scroll_to(y=0, animate=False)

    def paint(self) -> None:
        """Show it, or that it is over."""
        notice = self.notice
        title = self.query_one("#notice-title", PlainText)
        title.say(notice_title(notice) if notice else _("This notice is over or was withdrawn"), style="bold")
        title.set_class(notice is not None and notice.entry.urgent, "-bad")
        facts = self.query_one("#notice-facts", PlainText)
        facts.say(notice_facts(notice, self.services.zone) if notice else "")
        facts.display = bool(facts.text)
        self.query_one("#notice-text", PlainText).say(notice_text(notice) if notice else "")
        self._body.display = notice is not None

    def on_mount(self) -> None:
        """Hear from the layout whether the words find room."""
        self.watch(self._body, "show_vertical_scrollbar", self._take_length, init=False)

    def focus_target(self) -> Widget | None:
        """Give the arrow keys to the words."""
        return self._body

    def is_shown(self, _action: Action) -> bool:
        """Offer to read on where there is more than finds room."""
        return self.is_long

    def enter_press(self) -> str:
        """Let Enter read on too."""
        return "notice.on" if self.is_long else ""

    async def do_on(self) -> None:
        """Show what follows; behind the end it begins again."""
        self._body.read_on()

    @property
    def _body(self) -> NoticeBody:
        return self.query_one(NoticeBody)

    def _take_length(self, is_long: bool) -> None:
        self.is_long = is_long
        self.post_message(TurnEnded())
