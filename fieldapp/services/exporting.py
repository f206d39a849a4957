"""Records as they leave the tablet: JSON Lines and CSV, check-ins without the person.

A check-in is a fact about a building; who made it stays in the journal. Cells that a spreadsheet would take for a
formula begin with an apostrophe (OWASP, CSV injection).
"""

import csv
import io
import json
from collections.abc import Iterable

from sync.journal import JournalEntry
from sync.text import clean_text

PERSONAL = ("actor", "seat", "shift")
"""Fields of the envelope that a check-in leaves behind."""

COLUMNS = ("stream", "n", "state", "id", "kind", "v", "at", "grid", "actor", "seat", "shift", "amends")
"""Leading columns of the CSV; the body's fields follow, sorted."""

_FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")


def exported_record(entry: JournalEntry) -> dict[str, object]:
    """Return one record as it leaves: place, state, envelope and body in one flat-headed object."""
    record = entry.record
    facts: dict[str, object] = {
        "stream": entry.stream,
        "n": entry.n,
        "state": entry.state,
        "id": record.id,
        "kind": record.kind,
        "v": record.v,
        "at": record.at,
        "grid": record.grid,
        "actor": record.actor,
        "seat": record.seat,
        "shift": record.shift,
        "amends": record.amends,
        "body": json.loads(bytes(record.body)),
    }
    if record.kind == "check_in":
        for field in PERSONAL:
            del facts[field]
    return facts


def json_lines(entries: Iterable[JournalEntry]) -> str:
    """Return one JSON object per line, in the order given."""
    return "".join(json.dumps(exported_record(entry), ensure_ascii=False) + "\n" for entry in entries)


def csv_table(entries: Iterable[JournalEntry]) -> str:
    """Return a table with a header; structured values stand as JSON in their cell."""
    rows = [exported_record(entry) for entry in entries]
    bodies = [row.pop("body") for row in rows]
    fields = sorted({f"body.{name}" for body in bodies if isinstance(body, dict) for name in body})
    out = io.StringIO()
    table = csv.DictWriter(out, [*COLUMNS, *fields], quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writeheader()
    for row, body in zip(rows, bodies, strict=True):
        named = {f"body.{name}": value for name, value in body.items()} if isinstance(body, dict) else {}
        table.writerow({name: _cell(value) for name, value in {**row, **named}.items()})
    return out.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = clean_text(text)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA_STARTS) else text
