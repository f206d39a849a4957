"""Records as they leave the tablet: nothing missing, nobody named at a check-in, nothing that a program obeys."""

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.services.exporting import COLUMNS, PERSONAL, Exporter, write_csv
from sync.journal import JournalEntry
from sync.records import Envelope
from tests.sync.tablet.makers import BUILDING, PERSON, envelope, record, uuid_text

CHECK_IN = msgspec.json.encode({"building": BUILDING, "method": "list"})


def entries(*records: Envelope) -> list[JournalEntry]:
    return [JournalEntry(n, "stream-1", saved, "stored") for n, saved in enumerate(records, 1)]


def lines_of(given_entries: Iterable[JournalEntry]) -> str:
    out = io.StringIO()
    Exporter().write_json_lines(given_entries, out)
    return out.getvalue()


def rows_of(given_entries: Iterable[JournalEntry]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines_of(given_entries).splitlines()]


def table_of(given_entries: Iterable[JournalEntry]) -> list[dict[str, str]]:
    out = io.StringIO()
    write_csv(io.StringIO(lines_of(given_entries)), out)
    return list(csv.DictReader(io.StringIO(out.getvalue(), newline="")))


def void_of(target: str) -> Envelope:
    return envelope("void", msgspec.json.encode({"target": target, "reason": "undo"}))


def test_a_record_leaves_with_its_place_its_state_and_all_it_says() -> None:
    saved = record("灯不亮")
    (row,) = rows_of([JournalEntry(7, "stream-1", saved, "quarantined", "unknown_ref")])
    assert (row["stream"], row["n"], row["state"], row["reason"]) == ("stream-1", 7, "quarantined", "unknown_ref")
    assert (row["id"], row["kind"], row["actor"]) == (saved.id, "visit", PERSON)
    assert row["body"]["note"] == "灯不亮"


def test_a_check_in_leaves_without_the_person() -> None:
    (row,) = rows_of(entries(envelope("check_in", CHECK_IN, shift=uuid_text())))
    assert not set(PERSONAL) & set(row)
    (cells,) = table_of(entries(envelope("check_in", CHECK_IN, shift=uuid_text())))
    assert [cells[name] for name in PERSONAL] == ["", "", ""]
    assert cells["body.building"] == BUILDING


def test_neither_does_the_withdrawal_of_a_check_in_name_who_made_it() -> None:
    arrived, visited = envelope("check_in", CHECK_IN), record()
    rows = rows_of(entries(arrived, visited, void_of(arrived.id), void_of(visited.id), void_of(uuid_text())))
    named = ["actor" in row for row in rows]
    assert named == [False, True, False, True, False], "of what is not here nobody knows whether it was a check-in"


def test_a_record_met_twice_while_a_fork_moves_it_leaves_once() -> None:
    first, second = entries(record(), record())
    moved = JournalEntry(1, "stream-2", second.record, "waiting")
    assert [row["id"] for row in rows_of([first, second, moved])] == [first.record.id, second.record.id]


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠x", "\u200b=1", "\x1b[2J=1"]


@pytest.mark.parametrize("note", FORMULAS)
def test_no_cell_begins_a_formula(note: str) -> None:
    (cells,) = table_of(entries(record(note)))
    assert not cells["body.note"].startswith(tuple("=+-@＝＋－＠\t\r"))


def test_a_number_stays_a_number() -> None:
    (cells,) = table_of(entries(envelope("check_in", msgspec.json.encode({"building": BUILDING, "floor": -1}))))
    assert cells["body.floor"] == "-1"


def test_lines_escape_what_a_terminal_would_obey_and_lose_nothing() -> None:
    note = "a\x1b]0;x\x07\x9b2J\u202eb\u2028\U000e0041c"
    text = lines_of(entries(record(note)))
    assert not set(text) & set("\x1b\x07\x9b\u202e\u2028\U000e0041")
    assert len(text.splitlines()) == 1
    assert json.loads(text)["body"]["note"] == note


HOSTILE_BODIES = {
    "a lone surrogate": b'{"note":"\\ud800"}',
    "a number of thousands of digits": b'{"note":' + b"9" * 6000 + b"}",
    "nested without end": b"[" * 20_000 + b"]" * 20_000,
    "no object": b"[1,2]",
    "null": b"null",
    "no JSON": b"\xff\xfe{",
    "odd names": b'{"=cmd":1,"":2,"\\u001b[2J":3}',
}


@pytest.mark.parametrize("body", HOSTILE_BODIES.values(), ids=HOSTILE_BODIES.keys())
def test_a_hostile_body_leaves_as_what_it_is_and_stops_nothing(body: bytes) -> None:
    given_entries = entries(envelope("visit", body), record("after it"))
    assert rows_of(given_entries)[1]["body"]["note"] == "after it"
    assert [cells["kind"] for cells in table_of(given_entries)] == ["visit", "visit"]
    assert lines_of(given_entries).encode()


@given(st.lists(st.text(max_size=60), max_size=8))
def test_both_files_hold_the_same_records_whatever_they_say(notes: list[str]) -> None:
    given_entries = entries(*(envelope("visit", json.dumps({"note": note}).encode()) for note in notes))
    rows, table = rows_of(given_entries), table_of(given_entries)
    assert [row["body"]["note"] for row in rows] == notes
    assert [cells["id"] for cells in table] == [row["id"] for row in rows]


def test_the_table_of_nothing_is_its_header() -> None:
    out = io.StringIO()
    write_csv(io.StringIO(), out)
    assert out.getvalue() == ",".join(f'"{name}"' for name in COLUMNS) + "\r\n"
