"""Slips in SQL: the storage modules think in statements, so that is where their faults would be."""

import re
from collections.abc import Iterator

_STATEMENT = re.compile(r"\s*(select|insert|update|delete|with|begin|commit|rollback|savepoint|release|pragma)\b")
_PART = re.compile(r"\b(where|order by|on conflict|and|values)\b.*[=?<>]|\b(asc|desc)\b|\bwhere\b|\border by\b")

_SLIPS = (
    (r" >= ", " > "),
    (r" > ", " >= "),
    (r" <= ", " < "),
    (r" < ", " <= "),
    (r" = (?=\?|:|\d|')", " <> "),
    (r"(?<=\w) (?:<>|!=) ", " = "),
    (r" and (?!\?)", " or "),
    (r" or (?!ignore|replace)", " and "),
    (r" desc\b", ""),
    (r"\border by (?:\w+\.)?\w+(?! desc)(?=,|$| limit)", lambda found: f"{found[0]} desc"),
    (r"\bis not null\b", "is null"),
    (r"\bis null\b", "is not null"),
    (r"\bmin\(", "max("),
    (r"\bmax\(", "min("),
    (r"\bnot exists\b", "exists"),
    (r"(?<!not )\bexists\b", "not exists"),
    (r"\bnot in\b", "in"),
    (r"(?<!not )\bin \(", "not in ("),
    (r" \+ ", " - "),
    (r"(?<= )\d+\b", lambda found: str(int(found[0]) + 1)),
    (r"\bdistinct ", ""),
    (r"\bleft join\b", "join"),
    (r"\bexcluded\.(\w+)(?=,|$| where)", lambda found: found[1]),
    (r"^begin immediate$", "begin"),
)
"""Pattern and what a slip would leave; each place is a mutant of its own."""


_NEVER_SEEN = ("limit ", "select ")
"""What stands before numbers that nothing depends on: `limit 1` of a row that is fetched alone, `exists (select 1`."""


def is_statement(text: str) -> bool:
    """Tell whether a text is a statement of SQL, or a part of one, that reads or writes rows."""
    return bool(_STATEMENT.match(text) or (text.startswith(" ") and _PART.search(text)))


def sql_slips(text: str) -> Iterator[str]:
    """Yield the text with one slip each."""
    for pattern, wrong in _SLIPS:
        for found in re.finditer(pattern, text):
            inserted = wrong if isinstance(wrong, str) else wrong(found)
            slipped = text[: found.start()] + inserted + text[found.end() :]
            before = text[: found.start()]
            is_unseen = found[0].isdigit() and before.endswith(_NEVER_SEEN)
            is_assigned = found[0] == " = " and _assigns(before)
            if slipped != text and not is_unseen and not is_assigned:
                yield slipped


def _assigns(before: str) -> bool:
    """Tell whether an equals sign after this text sets a column instead of comparing it."""
    return before.rfind(" set ") > max(before.rfind(" where "), before.rfind(" on ("))
