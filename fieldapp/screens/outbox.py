"""What waits and what is proven: the sync in one sentence, the receipt's code, and every record with its state."""

from collections.abc import Collection, Sequence
from functools import partial

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from fieldapp.keymap import Action, Need
from fieldapp.list_panel import ListPanel
from fieldapp.mend_turn import put_right
from fieldapp.panel import Kit, StagePort
from fieldapp.presentation.photos import photo_progress_text
from fieldapp.presentation.records import record_cells
from fieldapp.presentation.states import NO_PHOTOS, state_cell, totals_line
from fieldapp.presentation.syncing import MOVING, ClockFacts, facts_line, sync_text
from fieldapp.safety import beside
from fieldapp.services.outbox import OutboxRow
from fieldapp.text import _
from fieldapp.widgets.plain import PlainText
from fieldapp.widgets.progress import BlockBar
from fieldapp.widgets.windowed_list import PAGE_ROWS, Row, WindowedList
from sync.journal import Delivery, JournalSummary, SyncStatus


class OutboxPanel(ListPanel):
    """The outbox and the sync."""

    NAME = "outbox"

    summary: JournalSummary | None = None
    status: SyncStatus | None = None
    delivery: Delivery | None = None

    to_mend: tuple[str, ...] = ()
    """Ids of the records that can be put right here, newest first."""

    def __init__(self, kit: Kit, stage: StagePort) -> None:
        super().__init__(kit, stage)
        self._pages: dict[int, Sequence[OutboxRow]] = {}

    def compose(self) -> ComposeResult:
        """Lay out the sync, the receipt and the records."""
        with Horizontal(id="outbox-head"):
            with Vertical(id="outbox-words"):
                yield PlainText(id="outbox-text")
                yield PlainText(id="outbox-todo")
                yield PlainText(id="outbox-totals")
                yield PlainText(id="outbox-facts")
                yield PlainText(id="outbox-delivery")
            with Vertical(id="outbox-receipt"):
                yield PlainText(id="outbox-code-label")
                yield PlainText(id="outbox-code")
        yield BlockBar(id="outbox-bar")
        yield WindowedList(numbered=True, id="outbox-list")

    async def opened(self, _argument: object) -> None:
        """Read totals and the first page."""
        await self._read_totals()
        self._pages.clear()
        await self._read_page(0)

    def paint(self) -> None:
        """Show everything."""
        self._paint_head()
        count = self.summary.last_n - self.summary.purged if self.summary else 0
        rows = self.query_one(WindowedList)
        rows.show(count, self._rows, empty=_("Nothing yet. What is saved appears here."), keep_place=True)

    def tick(self) -> None:
        """Count down to the next try."""
        self._paint_head()

    def met(self) -> Collection[Need]:
        """Return whether there is a receipt, and something to put right."""
        has_receipt = self.summary is not None and self.summary.receipt is not None
        met = {Need.RECEIPT: has_receipt, Need.MENDABLE: bool(self.to_mend)}
        return [need for need, is_met in met.items() if is_met]

    def is_shown(self, action: Action) -> bool:
        """Offer to put right only where something is to be."""
        return action.verb != "mend" or bool(self.to_mend)

    async def sync_changed(self, status: SyncStatus) -> None:
        """Show how far it is; when it rests, read the states anew."""
        if status.phase in MOVING:
            is_photo_news = self.status is None or status.photos_sent != self.status.photos_sent
            self.status = status
            if is_photo_news:
                self.delivery = await self.work.do(self.services.outbox.delivery)
            self._paint_head()
        else:
            await self.opened(None)
            self.stage.repaint()

    async def do_send(self) -> None:
        """Ask for a sync now."""
        await self.work.do(self.services.exchange.request)
        self.status = await self.work.do(self.services.exchange.status)
        self.stage.repaint()

    async def do_receipt(self) -> None:
        """Show the receipt as a code for the desk's scanner."""
        if self.summary is not None and self.summary.receipt is not None:
            self.stage.show_screen("receipt", self.summary.receipt)

    async def do_mend(self) -> None:
        """Open the form of the highlighted record that is to be put right, else of the newest one."""
        rows = self.query_one(WindowedList)
        row = rows.row(rows.highlighted)
        if self.to_mend:
            await put_right(self, row.key if row is not None and row.key in self.to_mend else self.to_mend[0])

    async def chosen(self, row: Row) -> None:
        """Show a record whole."""
        found = next(
            (found for page in self._pages.values() for found in page if found.entry.record.id == row.key), None
        )
        if found is not None:
            await self.stage.go("record", found.line)

    async def _read_totals(self) -> None:
        self.summary = await self.work.do(self.services.outbox.summary)
        self.status = await self.work.do(self.services.exchange.status)
        self.delivery = await self.work.do(self.services.outbox.delivery)
        open_ones = await self.work.do(self.services.mending.open_ones) if self.summary.quarantined else ()
        self.to_mend = tuple(entry.record.id for entry in open_ones)

    async def _read_page(self, offset: int) -> None:
        newest = self.summary.last_n if self.summary else 0
        view = await self.work.do(self.services.outbox.page, limit=PAGE_ROWS, before_n=newest + 1 - offset)
        self._pages[offset] = view.rows
        self.query_one(WindowedList).refresh_rows()

    def _rows(self, offset: int, _limit: int) -> Sequence[Row] | None:
        page = self._pages.get(offset)
        if page is None:
            beside(self, f"page {offset}", partial(self._read_page, offset), replaces=True)
            return None
        return [self._row(row) for row in page]

    def _row(self, row: OutboxRow) -> Row:
        cells, state = record_cells(row.line), state_cell(row.entry)
        note = state.detail or cells.detail
        return Row(row.entry.record.id, f"{cells.time}  {cells.label}", f"       {note}", state.text, state.tone)

    def _paint_head(self) -> None:
        summary, status = self.summary, self.status
        if summary is None or status is None:
            return
        photos = self.delivery.photos if self.delivery is not None else NO_PHOTOS
        text = sync_text(status, summary, self.services.clock.now_ms(), photos)
        words = self.query_one("#outbox-text", PlainText)
        words.say(text.text)
        words.set_classes(f"-{text.tone}")
        self.query_one("#outbox-todo", PlainText).say(text.todo)
        self.query_one("#outbox-totals", PlainText).say(totals_line(summary))
        clock = self.services.clock
        facts = ClockFacts(clock.now_ms(), clock.stamp().offset_ms, self.services.zone)
        self.query_one("#outbox-facts", PlainText).say(facts_line(summary, status, facts))
        self._paint_delivery()
        code = summary.receipt.code if summary.receipt else "------"
        self.query_one("#outbox-code-label", PlainText).say(_("Receipt"))
        self.query_one("#outbox-code", PlainText).say(" ".join(code))
        is_moving = status.phase in MOVING
        done, total = (status.sent, status.total) if is_moving else (summary.watermark, summary.last_n)
        if photos.waiting and done == total:
            done, total = photos.sent, photos.total
        self.query_one(BlockBar).show(done, total)

    def _paint_delivery(self) -> None:
        """Say what the server holds, and whether the tablet may be switched off."""
        if self.delivery is None:
            return
        text = photo_progress_text(self.delivery)
        said = self.query_one("#outbox-delivery", PlainText)
        said.say(text.line)
        said.set_classes(f"-{text.tone}")
