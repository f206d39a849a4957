"""What districts, streets, communities and grids are called: only the entries of grids say it."""

from collections.abc import Mapping

import msgspec

from sync.caseapi.cases.permissions import CODE_DIGITS
from sync.reference import GridEntry
from sync.text import clean_line


def names_in(code: str, grid: GridEntry) -> dict[str, str]:
    """Return what a grid's entry says of names: of the grid and of all that it lies in, by their codes."""
    return {
        grid.district: grid.district_name,
        grid.community[: CODE_DIGITS["street"]]: grid.street_name,
        grid.community: grid.community_name,
        code: f"{grid.community_name} {grid.name}",
    }


def names_of(standing: Mapping[tuple[str, str, str], bytes]) -> dict[str, str]:
    """Return what districts, streets, communities and grids are called, by their codes.

    Args:
        standing: the entries of grids.
    """
    names: dict[str, str] = {}
    for (_, _, code), body in standing.items():
        names |= names_in(code, msgspec.json.decode(body, type=GridEntry))
    return {code: clean_line(name, max_chars=64) for code, name in names.items()}
