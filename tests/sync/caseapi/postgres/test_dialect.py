"""Statements of this program as PostgreSQL reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.caseapi.storage.postgres.dialect import translate

KEYS = {"person": ("district_id", "id"), "seat": ("district_id", "id")}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("select a from t where b = ? and c = ?", "select a from t where b = $1 and c = $2"),
        ("select ?2, ?1, ?1", "select $2, $1, $1"),
        ("select '?', 'it''s ?', ?", "select '?', 'it''s ?', $1"),
        ("update t set body = x'' where a = x'0aFF'", r"update t set body = '\x'::bytea where a = '\x0aFF'::bytea"),
        ("select cast(raw as blob), cast(? as integer)", "select cast(raw as bytea), cast($1 as bigint)"),
        ("select instr(orgs, ' '), 'instr('", "select strpos(orgs, ' '), 'instr('"),
        ("select a::text, max(b) from t", "select a::text, max(b) from t"),
        (
            "insert or ignore into person (district_id, id) values (?, ?)",
            "insert into person (district_id, id) values ($1, $2) on conflict do nothing",
        ),
        (
            "insert or replace into person (district_id, id, name, age) select ?, ?, name, 1 from t",
            "insert into person (district_id, id, name, age) select $1, $2, name, 1 from t"
            " on conflict (district_id, id) do update set name = excluded.name, age = excluded.age",
        ),
        (
            "insert or replace into seat (district_id, id) values (?, ?)",
            "insert into seat (district_id, id) values ($1, $2) on conflict (district_id, id) do nothing",
        ),
    ],
)
def test_a_statement_is_put_into_the_other_engines_words(written: str, read: str) -> None:
    assert translate(written, KEYS).sql == read


def test_what_is_bound_by_name_is_bound_in_the_order_in_which_it_is_named() -> None:
    made = translate("select :b, :a, :b", KEYS)
    assert made.sql == "select $1, $2, $1"
    assert made.bound({"a": 1, "b": 2}) == [2, 1]


def test_rows_are_put_only_where_the_key_is_known() -> None:
    with pytest.raises(KeyError):
        translate("insert or replace into nobody (id) values (?)", KEYS)


@given(st.text())
def test_every_text_but_the_character_that_postgresql_lacks_is_bound_as_it_is(text: str) -> None:
    (bound,) = translate("select ?", KEYS).bound([text])
    assert bound == text.replace("\0", "\ufffd")


@given(st.text(alphabet=st.characters(exclude_characters="'", exclude_categories=["Cs"])))
def test_nothing_inside_a_text_is_read_as_a_word(text: str) -> None:
    assert translate(f"select '{text}', ?", KEYS).sql == f"select '{text}', $1"
