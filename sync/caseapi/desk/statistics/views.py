"""Sums of cases as the page tells them; a small number is told and not broken down."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sync.caseapi.cases.figures import median_hours
from sync.caseapi.cases.states import VOID_REASONS
from sync.caseapi.desk.directory import Directory
from sync.caseapi.desk.text import Texts
from sync.caseapi.desk.views.case_page import VOID_NAMES
from sync.caseapi.desk.views.queue import matter_name
from sync.caseapi.storage.figures import Counts, FigureRow, summed
from sync.text import clean_line

FEW = 5
"""What is less is not broken down further."""

CHART_WIDTH, CHART_HEIGHT = 720, 200
_CHART_FOOT, _CHART_TOP = 24, 22


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole; where the whole is small, neither part nor percentage is told."""

    part: int
    whole: int

    @property
    def is_told(self) -> bool:
        """Return whether the whole is large enough."""
        return self.whole >= FEW

    @property
    def percent(self) -> int:
        """Return the share in whole percent."""
        return round(100 * self.part / self.whole) if self.whole else 0


@dataclass(frozen=True, slots=True)
class FigureLine:
    """The figures of an area or a category.

    Attributes:
        code: of a community, to look at it closer.
        hours: the median until handled; None where none or too few were.
        is_few: no more than its first number is told.
    """

    code: str
    name: str
    received: int
    filed: int
    void: int
    closed: int
    suspended: int
    in_time: Share
    reworked: Share
    hours: int | None
    is_few: bool


@dataclass(frozen=True, slots=True)
class StatisticsView:
    """The page."""

    total: FigureLine
    reasons: tuple[tuple[str, int], ...]
    communities: tuple[FigureLine, ...]
    matters: tuple[FigureLine, ...]

    @property
    def is_broken_down(self) -> bool:
        """Return whether there is enough to break it down."""
        return bool(self.communities or self.matters)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the chart."""

    x: int
    y: int
    width: int
    height: int
    count: int


@dataclass(frozen=True, slots=True)
class ChartMonth:
    """A month of the chart: its name, and its two bars."""

    month: str
    name: str
    x: int
    received: Bar
    closed: Bar


@dataclass(frozen=True, slots=True)
class ChartView:
    """Cases received and closed, month by month."""

    width: int
    height: int
    most: int
    months: tuple[ChartMonth, ...]


def statistics_view(
    of_area: Sequence[FigureRow],
    of_communities: Sequence[FigureRow],
    communities: Sequence[str],
    directory: Directory,
    texts: Texts,
) -> StatisticsView:
    """Return the figures of an area, by community and by category, each in the order of its code: nobody is ranked."""
    by_matter, by_community = _sums(of_area, lambda row: row.matter), _sums(of_communities, lambda row: row.area)
    whole = by_matter.pop("", Counter())
    total = _line("", "", whole)
    is_enough = max(total.received, total.closed) >= FEW
    names = {matter: matter_name(matter, _chinese(directory, matter), directory, texts) for matter in by_matter}
    return StatisticsView(
        total=total,
        reasons=_reasons(whole, texts),
        communities=tuple(
            _line(code, directory.named(code), by_community.get(code, Counter())) for code in communities if is_enough
        ),
        matters=tuple(
            _line("", clean_line(names[matter]), by_matter[matter])
            for matter in sorted(by_matter, key=_code_of)
            if is_enough and by_matter[matter].total()
        ),
    )


def chart_view(rows: Sequence[FigureRow], span: tuple[str, str], texts: Texts) -> ChartView:
    """Return the months of a span, those without a case too."""
    by_month = _sums(rows, lambda row: row.month)
    months = [span[0]]
    while months[-1] < span[1]:
        months.append(month_before(months[-1], -1))
    most = max((max(by_month[month]["received"], by_month[month]["closed"]) for month in by_month), default=0)
    step = CHART_WIDTH // len(months)
    return ChartView(
        width=CHART_WIDTH,
        height=CHART_HEIGHT,
        most=most,
        months=tuple(
            ChartMonth(
                month=month,
                name=texts("{number}/{year}").format(number=int(month[5:]), year=month[2:4]),
                x=place * step + step // 2,
                received=_bar(by_month.get(month, Counter())["received"], most, place * step + step // 6, step // 3),
                closed=_bar(by_month.get(month, Counter())["closed"], most, place * step + step // 2, step // 3),
            )
            for place, month in enumerate(months)
        ),
    )


def month_before(month: str, count: int) -> str:
    """Return the month that lies so many before one, as ``YYYY-MM``."""
    passed = int(month[:4]) * 12 + int(month[5:]) - 1 - count
    return f"{passed // 12:04}-{passed % 12 + 1:02}"


def _bar(count: int, most: int, x: int, width: int) -> Bar:
    room = CHART_HEIGHT - _CHART_FOOT - _CHART_TOP
    height = round(room * count / most) if most else 0
    return Bar(x, CHART_HEIGHT - _CHART_FOOT - height, width, height, count)


def _sums(rows: Iterable[FigureRow], key: Callable[[FigureRow], str]) -> dict[str, Counter[str]]:
    found: dict[str, list[Counts]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row.counts)
    return {name: Counter(summed(counts)) for name, counts in found.items()}


def _line(code: str, name: str, counts: Mapping[str, int]) -> FigureLine:
    found = Counter(counts)
    return FigureLine(
        code=code,
        name=name,
        received=found["received"],
        filed=found["filed"],
        void=found["void"],
        closed=found["closed"],
        suspended=found["suspended"],
        in_time=Share(found["in_time"], found["due"]),
        reworked=Share(found["reworked"], found["handled"]),
        hours=median_hours(found) if found["handled"] >= FEW else None,
        is_few=max(found["received"], found["closed"]) < FEW,
    )


def _reasons(counts: Mapping[str, int], texts: Texts) -> tuple[tuple[str, int], ...]:
    if counts.get("void", 0) < FEW:
        return ()
    return tuple((texts(VOID_NAMES[reason]), counts.get(f"void_{reason}", 0)) for reason in VOID_REASONS)


def _code_of(matter: str) -> str:
    return matter.rpartition(":")[2]


def _chinese(directory: Directory, matter: str) -> str:
    entry = directory.matters.get(matter)
    return entry.name if entry is not None else ""
