"""Cells of a list: texts, some of which say how they stood in a workbook."""

from msgspec import Struct


class Number(str):
    """A cell that a workbook keeps as a number: zeros in front are gone, long ones may be cut."""

    __slots__ = ()


class Spoilt(str):
    """A cell that cannot be taken as it stands.

    Attributes:
        says: the fault's template.
    """

    says: str

    def __new__(cls, shown: str, says: str) -> "Spoilt":
        """Return a cell that shows as it does, with what is wrong."""
        made = super().__new__(cls, shown)
        made.says = says
        return made


class Line(Struct, frozen=True):
    """A line of a list that is not empty; `number` counts from 1."""

    number: int
    cells: list[str]


MAX_ROWS = 20_000
"""Most rows of a list: a city's largest district has some 10,000 seats, and nobody looks through more."""

MAX_COLUMNS = 64
"""Most columns; the widest list has twelve."""

MAX_FILE_BYTES = 16 * 1024 * 1024
"""Largest file: 20,000 rows of buildings are 4 MB."""

MEGABYTE = 1024 * 1024
