"""Cases as they arrive; never who reported them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sync.caseapi.desk.text import Texts
from sync.caseapi.desk.views.words import Chip, Moment, Now, clock_words, grid_name, state_chip
from sync.caseapi.storage.judged import VOICE, CasePhoto, CaseRow
from sync.clock import parse_time
from sync.reference import GridEntry
from sync.text import clean_line

CASES_SHOWN = 30
"""Newest cases listed."""

_DANGER = 3


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case.

    Attributes:
        reported: when it was seen, by the tablet's corrected clock; `clock` says in words where that is not sure.
        arrived: when it reached this server.
        summary: empty for a restricted case.
        photos: names of those that are here, in the record's order.
        voices: the same of spoken notes.
        photos_coming: how many photos are still on their way.
        voices_coming: the same of spoken notes.
    """

    reported: Moment
    clock: str
    arrived: Moment
    matter: str
    is_danger: bool
    place: str
    grid: str
    summary: str
    is_restricted: bool
    state: Chip
    photos: tuple[str, ...]
    voices: tuple[str, ...]
    photos_coming: int
    voices_coming: int


@dataclass(frozen=True, slots=True)
class CasesView:
    """The section.

    Attributes:
        today: cases that arrived today, as far as they were read.
        is_partial: more arrived today than were read.
    """

    today: int
    is_partial: bool
    lines: tuple[CaseLine, ...]
    left_out: int


def cases_view(cases: Sequence[CaseRow], grids: Mapping[str, GridEntry], *, now: Now, texts: Texts) -> CasesView:
    """Return the section, newest first."""
    today = [case for case in cases if Now(case.received_ms, now.zone).day == now.day]
    return CasesView(
        today=len(today),
        is_partial=len(today) == len(cases) > CASES_SHOWN,
        lines=tuple(_line(case, grids, now, texts) for case in cases[:CASES_SHOWN]),
        left_out=max(0, len(cases) - CASES_SHOWN),
    )


def _line(case: CaseRow, grids: Mapping[str, GridEntry], now: Now, texts: Texts) -> CaseLine:
    shown: tuple[CasePhoto, ...] = () if case.is_restricted else case.photos
    photos = [each for each in shown if each.role != VOICE]
    voices = [each for each in shown if each.role == VOICE]
    return CaseLine(
        reported=now.moment(_reported_ms(case), texts),
        clock=clock_words(case.clock, texts),
        arrived=now.moment(case.received_ms, texts),
        matter=clean_line(case.matter_name or case.matter),
        is_danger=case.severity >= _DANGER,
        place=clean_line(" ".join(part for part in (case.building_name, case.place) if part)),
        grid=grid_name(case.grid, grids),
        summary="" if case.is_restricted else clean_line(case.summary),
        is_restricted=case.is_restricted,
        state=state_chip(case.state, texts),
        photos=tuple(photo.sha256 for photo in photos if photo.is_held),
        voices=tuple(voice.sha256 for voice in voices if voice.is_held),
        photos_coming=sum(not photo.is_held for photo in photos),
        voices_coming=sum(not voice.is_held for voice in voices),
    )


def _reported_ms(case: CaseRow) -> int:
    try:
        return parse_time(case.reported_at)
    except ValueError:
        return case.received_ms
