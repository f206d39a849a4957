"""Records as they leave the tablet: JSON Lines and CSV, check-ins without the person.

A check-in is a fact about a building; who made it, or took it back, stays in the journal. Cells that a spreadsheet
would take for a formula begin with an apostrophe (OWASP, CSV injection); what a terminal would obey is escaped.
"""

import csv
import json
import re
from collections.abc import Iterable
from typing import Any, TextIO

from sync.journal import JournalEntry
from sync.text import clean_text

PERSONAL = ("actor", "seat", "shift")
"""Fields of the envelope that a check-in and its withdrawal leave behind."""

COLUMNS = ("stream", "n", "state", "reason", "id", "kind", "v", "at", "grid", "actor", "seat", "shift", "amends")
"""Leading columns of the CSV; the body's fields follow, sorted."""

MAX_BRACKETS = 500
"""Most opening brackets of a body that is read as JSON; one of ours has a few, a hostile one nests without end."""

MAX_CELL_CHARS = 32_000
"""Longest cell; spreadsheets cut at 32,767."""

_FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")
_UNSEEN = re.compile(
    "[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e0fff]"
)


class Exporter:
    """Takes records one after the other, each id once, and knows which of them were check-ins."""

    def __init__(self) -> None:
        self._kinds: dict[str, str] = {}

    def write_json_lines(self, entries: Iterable[JournalEntry], out: TextIO) -> int:
        """Write one JSON object per line, in the order given; return how many."""
        count = 0
        for entry in entries:
            # A fork under way moves records on; whoever reads meanwhile may meet them again in their new place.
            if entry.record.id not in self._kinds:
                out.write(json_line(self.exported(entry)))
                count += 1
        return count

    def exported(self, entry: JournalEntry) -> dict[str, object]:
        """Return one record as it leaves: place, state, envelope and body in one flat-headed object."""
        record = entry.record
        self._kinds[record.id] = record.kind
        body = _body_of(entry)
        facts: dict[str, object] = {
            "stream": entry.stream,
            "n": entry.n,
            "state": entry.state,
            "reason": entry.reason,
            "id": record.id,
            "kind": record.kind,
            "v": record.v,
            "at": record.at,
            "grid": record.grid,
            "actor": record.actor,
            "seat": record.seat,
            "shift": record.shift,
            "amends": record.amends,
            "body": body,
        }
        if record.kind == "check_in" or (record.kind == "void" and self._is_of_check_in(body)):
            for field in PERSONAL:
                del facts[field]
        return facts

    def _is_of_check_in(self, body: object) -> bool:
        """Tell whether a withdrawal is a check-in's; one of a record that is not here might be."""
        target = body.get("target") if isinstance(body, dict) else None
        return self._kinds.get(str(target), "check_in") == "check_in"


def json_line(facts: dict[str, object]) -> str:
    """Return a record as one line; what is not seen, or turns the text around, stands as an escape."""
    text = json.dumps(facts, ensure_ascii=False)
    return _UNSEEN.sub(_escaped, text) + "\n"


def write_csv(lines: TextIO, out: TextIO) -> None:
    """Write the table of the JSON Lines in a file that is read twice; structured values stand as JSON in their cell."""
    fields: set[str] = set()
    for line in lines:
        fields.update(f"body.{name}" for name in _body_in(json.loads(line)))
    lines.seek(0)
    table = csv.DictWriter(out, [*COLUMNS, *sorted(fields)], quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writeheader()
    for line in lines:
        row = json.loads(line)
        named = {f"body.{name}": value for name, value in _body_in(row).items()}
        del row["body"]
        table.writerow({name: _cell(value) for name, value in {**row, **named}.items()})


def _body_of(entry: JournalEntry) -> object:
    """Return what the body says; its mere text where it cannot be read."""
    raw = bytes(entry.record.body)
    try:
        if raw.count(b"[") + raw.count(b"{") <= MAX_BRACKETS:
            return json.loads(raw)
    except ValueError:
        pass  # such as a number of thousands of digits
    return raw.decode("utf-8", "replace")


def _body_in(row: dict[str, Any]) -> dict[str, Any]:
    body = row["body"]
    return body if isinstance(body, dict) else {}


def _escaped(match: re.Match[str]) -> str:
    return json.dumps(match.group())[1:-1]


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = clean_text(text, max_chars=MAX_CELL_CHARS)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA_STARTS) else text
