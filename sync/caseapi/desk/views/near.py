"""Cases that may be the same as one: shown beside it, each with the one act that says so."""

from collections.abc import Sequence
from dataclasses import dataclass

from sync.caseapi.desk.directory import Directory
from sync.caseapi.desk.text import Texts
from sync.caseapi.desk.views.queue import QueueLine, queue_lines, told
from sync.caseapi.desk.views.words import Moment, Now, clock_words
from sync.caseapi.service.casework.views import CaseView


@dataclass(frozen=True, slots=True)
class NearLine:
    """A case that may be the same.

    Attributes:
        void: which of both can be voided as a repeat of the other: its id, and `version` of it; empty for neither.
        kept: the other one's id.
        is_this: the case of the page is the one to be voided.
    """

    line: QueueLine
    reported: Moment | None
    clock: str
    void: str
    version: int
    kept: str
    is_this: bool


def near_lines(
    near: Sequence[CaseView], view: CaseView, directory: Directory, *, now: Now, texts: Texts
) -> tuple[NearLine, ...]:
    """Return the cases that may be the same as one, in the order given."""
    lines = queue_lines([each.case for each in near], directory, now=now, texts=texts)
    return tuple(_line(each, line, view, now, texts) for each, line in zip(near, lines, strict=True))


def _line(other: CaseView, line: QueueLine, view: CaseView, now: Now, texts: Texts) -> NearLine:
    # The later report repeats the earlier one, where that can still be said.
    both = sorted((view, other), key=lambda each: each.case.reported_at, reverse=True)
    void = next((each for each in both if _may_void(each)), None)
    kept = other if void is view else view
    at_ms = told(other.case.reported_at)
    return NearLine(
        line=line,
        reported=None if at_ms is None else now.moment(at_ms, texts),
        clock=clock_words(other.case.clock, texts),
        void="" if void is None else str(void.case.id),
        version=0 if void is None else void.case.version,
        kept=str(kept.case.id),
        is_this=void is view,
    )


def _may_void(view: CaseView) -> bool:
    return any(offer.action == "void" and not offer.why for offer in view.offers)
