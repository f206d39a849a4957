"""What can be wrong with a list, in sentences that the desk translates: one template each, filled in where said."""

from collections.abc import Callable

from msgspec import Struct

from sync.text import clean_line

MAX_FAULTS = 200
"""Faults that are named one by one; who mends two hundred uploads again, and a sentence says how many there are."""

MAX_QUOTED_CHARS = 40
"""How much of a cell is quoted in a fault."""


def N_(message: str) -> str:  # noqa: N802 - the name that gettext's tools know
    """Mark a message for the desk's catalogue."""
    return message


# The file as a whole
UNREADABLE = N_("cannot be read: {why}")
TOO_LARGE = N_("has more than {most} MB; a list of a whole city has less")
EMPTY_FILE = N_("holds nothing")
NO_ENCODING = N_("is neither UTF-8 nor GB18030; save it as “CSV UTF-8” or as .xlsx")
UTF16 = N_("is UTF-16, which Excel calls Unicode text; save it as “CSV UTF-8” or as .xlsx")
NO_CSV = N_("cannot be read as CSV from here on; is a quotation mark left open?")
OLD_EXCEL = N_("is an old .xls or has a password; save it as .xlsx without one")
NO_WORKBOOK = N_("is no workbook that can be read; save it again as .xlsx, or as “CSV UTF-8”")
BOMB = N_("would unpack to more than {most} MB; a list of a whole city has less")
DECLARES = N_("holds declarations that no spreadsheet program writes")
NO_SHEET = N_("has no sheet that is shown")
TOO_MANY_ROWS = N_("has more than {most} rows; split it, for instance by street")
TOO_WIDE = N_("has more than {most} columns")
NO_ROWS = N_("has a line of headings and no rows below it")
NEVER_WHOLE = N_("cannot be taken as whole: a grid ends by the day in its column valid_to, a border not at all")
MORE = N_("and {more} more faults of this file")

# The line of headings
NO_HEADING = N_("is missing from the line of headings")
STRANGE_HEADING = N_("is no column of such a list; it takes {columns}")
TWICE_HEADING = N_("stands twice in the line of headings")

# A cell
EMPTY = N_("is empty")
ERROR_CELL = N_("holds the error {shown} of a formula")
FORMULA = N_("holds a formula; paste its value instead")
MERGED = N_("the cells {cells} are merged; unmerge them and fill in each")
UNCLEAN = N_("holds control characters or a line break, or is longer than {most} characters")
TOO_MANY_CELLS = N_("has more cells than the line of headings")
NOT_DIGITS = N_("must be {length} digits, is {shown}")
LOST_ZEROS = N_("must be {length} digits, is {shown}; Excel drops zeros in front: format the column as text")
SCIENTIFIC = N_("is {shown}: Excel has shortened the number; format the column as text and enter it again")
NOT_WHOLE = N_("must be a whole number from {low} to {high}, is {shown}")
NOT_DEGREES = N_("must be decimal degrees, is {shown}")
NOT_CHOICE = N_("must be one of {options}, is {shown}")
NOT_DAY = N_("must be a day like 2026-12-01, is {shown}")
DAY_AS_NUMBER = N_("is {shown}, a day as Excel counts it; format the column as text and write it like 2026-12-01")
NOT_ID = N_("must be an id as the program made it, is {shown}")
NOT_NUMBER = N_("must be a telephone number, is {shown}")

# A row among others
TWICE = N_("{shown} stands in line {first} already")
ENDS_FIRST = N_("ends on {until}, before it begins")
UNKNOWN_GRID = N_("there is no grid {shown} here; import the grids first")
OTHER_DISTRICT = N_("{shown} is no code of this district, {district}…")
WEAK_PIN = N_("is too easy to guess")
SWAPPED = N_("looks like longitude and latitude swapped: longitude comes first")
NOT_CHINA = N_("{shown} is no longitude and latitude in China")
OUTSIDE = N_("{shown} lies outside the border of its grid; is the datum right?")
SHIFTED = N_("the buildings lie outside their grids; they fit when the coordinates are taken as {datum}")
NO_DATUM = N_("is empty: say CGCS2000, WGS84 or GCJ02; a wrong guess puts a building 500 m away")
BAIDU = N_("BD-09 is not converted: have the coordinates exported as CGCS2000, WGS84 or GCJ02")
HALF_POINT = N_("longitude and latitude are given together or not at all")
NO_STREET = N_("the street of {shown}, its first 9 digits, is not known and not in this list")
NO_COMMUNITY = N_("the community of {shown}, its first 12 digits, is not known and not in this list")
NO_LEVEL = N_("a code has 9 digits for a street, 12 for a community, 15 for a grid; this one has {length}")
NOT_WORD = N_("must be one word of letters, digits and hyphens, is {shown}")
BAD_ENTRANCES = N_("must be a number from 0 to 99, or names with 、 between, is {shown}")
NO_END = N_("a street or community ends with its grids; leave the cell empty")
STILL_USED = N_("still has {count} buildings and seats; move or end them first")

# A border
NO_JSON = N_("is no GeoJSON: {why}")
NO_COLLECTION = N_("must be a FeatureCollection")
OTHER_CRS = N_("has the coordinates of {shown}: export it as WGS 84 or CGCS2000")
NO_CODE = N_("needs the property code: the 15 digits of a grid, the 12 of a community or the 9 of a street")
NO_POLYGON = N_("must be a Polygon, or a MultiPolygon of one part, is {shown}")
NO_RING = N_("a ring needs at least four points, the last like the first")
LONG_RING = N_("a ring has at most {most} points, this one has {count}; simplify the line")
NO_POINT = N_("every point is a longitude and a latitude")
SAME_POINT = N_("a ring passes through the same point twice")
CROSSES = N_("a ring crosses itself")
HOLE_OUTSIDE = N_("a hole lies outside its border")
UNKNOWN_AREA = N_("there is no {shown} here; import the tree first")
OVERLAP = N_("the grids {first} and {second} overlap by {percent} % of the smaller one")
SHIFTED_BORDER = N_(
    "{count} of the {all} buildings of {shown} lie outside; they fit if the border is {datum}: export it as WGS 84"
)
LACKS_BORDER = N_("{count} grids have no border yet: {shown}")
SOME_OUTSIDE = N_("{count} of the {all} buildings of {shown} lie outside its border")


class Fault(Struct, frozen=True):
    """One fault.

    Attributes:
        line: in the file, from 1; 0 where the whole file is meant.
        column: its heading as the file writes it; empty where the whole line is meant.
        says: one of the templates above, and `given` what is filled in.
    """

    file: str
    line: int
    column: str
    says: str
    given: dict[str, str]

    def sentence(self, words: Callable[[str], str] = str) -> str:
        """Return what is wrong, in words of a language."""
        return words(self.says).format(**self.given)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}{f' {self.column}' if self.column else ''}: {self.sentence()}"


class Faults:
    """The faults of one file, in the order found; of very many the first are kept and the rest counted."""

    def __init__(self, file: str) -> None:
        self.file = clean_line(file, max_chars=100) or "?"
        self.kept: list[Fault] = []
        self.more = 0

    def __bool__(self) -> bool:
        return bool(self.kept)

    def add(self, says: str, *, line: int = 0, column: str = "", **given: object) -> None:
        """Add one; what is filled in may quote the file and is cleaned."""
        if len(self.kept) == MAX_FAULTS:
            self.more += 1
            return
        filled = {name: clean_line(str(value), max_chars=300) for name, value in given.items()}
        self.kept.append(Fault(self.file, line, clean_line(column, max_chars=60), says, filled))

    def all(self) -> tuple[Fault, ...]:
        """Return the faults, with a last one that says how many are left out."""
        left_out = (Fault(self.file, 0, "", MORE, {"more": str(self.more)}),) if self.more else ()
        return (*self.kept, *left_out)


def quoted(text: str) -> str:
    """Return a cell as a fault quotes it."""
    return f"“{clean_line(text, max_chars=MAX_QUOTED_CHARS)}”"
