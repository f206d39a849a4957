"""Receipts: the six characters that stand on the tablet too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sync.caseapi.desk.text import Texts
from sync.caseapi.desk.views.words import Moment, Now, grid_name, tablet_name
from sync.caseapi.storage.rows import ReceiptRow
from sync.reference import GridEntry
from sync.text import clean_line

RECEIPTS_SHOWN = 24
"""Newest receipts listed."""


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A receipt given."""

    code: str
    tablet: str
    grid: str
    records: str
    at: Moment


@dataclass(frozen=True, slots=True)
class ReceiptsView:
    """The section.

    Attributes:
        today: receipts given today, as far as they were read.
        is_partial: more were given today than were read.
    """

    today: int
    is_partial: bool
    lines: tuple[ReceiptLine, ...]
    left_out: int


def receipts_view(
    receipts: Sequence[ReceiptRow], grids: Mapping[str, GridEntry], *, now: Now, texts: Texts
) -> ReceiptsView:
    """Return the section, newest first."""
    today = [receipt for receipt in receipts if Now(receipt.time_s * 1000, now.zone).day == now.day]
    return ReceiptsView(
        today=len(today),
        is_partial=len(today) == len(receipts) > RECEIPTS_SHOWN,
        lines=tuple(_line(receipt, grids, now, texts) for receipt in receipts[:RECEIPTS_SHOWN]),
        left_out=max(0, len(receipts) - RECEIPTS_SHOWN),
    )


def _line(receipt: ReceiptRow, grids: Mapping[str, GridEntry], now: Now, texts: Texts) -> ReceiptLine:
    held = texts.plural("{count} record held", "{count} records held", receipt.watermark)
    return ReceiptLine(
        code=clean_line(receipt.code),
        tablet=tablet_name(receipt.device),
        grid=grid_name(receipt.grid, grids),
        records=held.format(count=receipt.watermark),
        at=now.moment(receipt.time_s * 1000, texts),
    )
