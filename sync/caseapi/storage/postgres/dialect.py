"""The statements of this program as PostgreSQL reads them. Pure.

They are written once, in the words that SQLite and PostgreSQL share, and in a few of SQLite's that are put into
PostgreSQL's here: marks for what is bound, `insert or replace`, `insert or ignore`, a byte literal, a function's name.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Keys = Mapping[str, tuple[str, ...]]
"""Primary key of each table: `insert or replace` puts a row in the place of the one with its key."""

_TOKEN = re.compile(
    r"(?P<bytes>\bx'(?P<digits>[0-9a-fA-F]*)')|(?P<text>'(?:[^']|'')*')|\?(?P<place>\d*)|(?<![:\w]):(?P<name>[a-z_]\w*)"
    r"|\bas blob\b|\bas integer\b|\binstr(?=\()",
    re.IGNORECASE,
)
_WORDS = {"as blob": "as bytea", "as integer": "as bigint", "instr": "strpos"}
_INSERT = re.compile(r"^\s*insert or (?P<how>replace|ignore) into (?P<table>\w+) \((?P<columns>[^)]*)\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Translated:
    """A statement for PostgreSQL, and the names of what is bound, in order, where they have names."""

    sql: str
    names: tuple[str, ...] = ()

    def bound(self, parameters: Sequence[Any] | Mapping[str, Any]) -> list[Any]:
        """Return what is bound, in order, as PostgreSQL takes it."""
        given = [parameters[name] for name in self.names] if isinstance(parameters, Mapping) else parameters
        return [without_nul(value) if isinstance(value, str) else value for value in given]


def translate(sql: str, keys: Keys) -> Translated:
    """Return a statement as PostgreSQL reads it.

    Raises:
        KeyError: it puts rows into a table whose key is not known.
    """
    names: list[str] = []
    marks = 0

    def mark(found: re.Match[str]) -> str:
        nonlocal marks
        if found["name"]:
            if found["name"] not in names:
                names.append(found["name"])
            return f"${names.index(found['name']) + 1}"
        marks += 1
        return f"${found['place'] or marks}"

    def word(found: re.Match[str]) -> str:
        if found["text"]:
            return found["text"]
        if found["bytes"]:
            return rf"'\x{found['digits']}'::bytea"
        return _WORDS.get(found.group().lower()) or mark(found)

    return Translated(_TOKEN.sub(word, _plain_insert(sql, keys)), tuple(names))


def _plain_insert(sql: str, keys: Keys) -> str:
    found = _INSERT.match(sql)
    if found is None:
        return sql
    table, columns = found["table"], [column.strip() for column in found["columns"].split(",")]
    begun = f"insert into {table} ({', '.join(columns)}){sql[found.end() :]}"
    if found["how"].lower() == "ignore":
        return f"{begun} on conflict do nothing"
    key = keys[table]
    put = ", ".join(f"{column} = excluded.{column}" for column in columns if column not in key)
    return f"{begun} on conflict ({', '.join(key)}) do {f'update set {put}' if put else 'nothing'}"


def without_nul(text: str) -> str:
    """Return a text as PostgreSQL can keep it."""
    # PostgreSQL keeps every character in text but this one. What it stands in for is told apart in the record's bytes.
    return text.replace("\0", "\ufffd")
