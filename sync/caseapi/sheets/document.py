"""A report as headings, figures and tables: one source for the page, the file and the paper."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it is called and what it means."""

    value: str
    words: str
    means: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts; the first cell of each is its heading. `widths` are shares of the line, one for each column."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report.

    Attributes:
        id: within the page.
        lead: a sentence before the rest; `after` one behind it.
        empty: what is said where there is no table; empty for nothing.
    """

    id: str
    heading: str
    lead: str = ""
    figures: tuple[Figure, ...] = ()
    table: Table | None = None
    after: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A report.

    Attributes:
        title, area, day: what it is of.
        made: when and by what it was made, in a sentence.
        meaning: heading of what the numbers mean.
    """

    language: str
    title: str
    area: str
    day: str
    made: str
    lead: str
    sections: tuple[Section, ...]
    meaning: str

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Return every number of it, in order."""
        return tuple(figure for section in self.sections for figure in section.figures)
