"""Numbers of people in free text are warned of, however they are written, and other numbers are let be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.services.privacy import numbers_in, warnings_in


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("电话13800138000", ("phone_number",)),
        ("138-0013-8000", ("phone_number",)),
        ("138 0013 8000。", ("phone_number",)),
        ("+8613800138000", ("phone_number",)),
        ("１３８００１３８０００", ("phone_number",)),
        ("身份证230108195001011234", ("id_number",)),
        ("23010819500101123x", ("id_number",)),
        ("230108 19500101 1234", ("id_number",)),
        ("230108195001011234和13800138000", ("id_number", "phone_number")),
        ("", ()),
        ("3号楼2单元502", ()),
        ("12345热线", ()),
        ("楼牌01234567890123456789", ()),
        ("23800138000", ()),
        ("订单99913800138000999", ()),
    ],
)
def test_what_is_warned_of(text: str, kinds: tuple[str, ...]) -> None:
    assert numbers_in(text) == kinds


def test_warnings_name_their_fields_in_order() -> None:
    values = {"description": "13800138000", "action": "230108195001011234", "place": "3号楼"}
    found = [(warning.field, warning.kind) for warning in warnings_in(values, ("place", "description", "action"))]
    assert found == [("description", "phone_number"), ("action", "id_number")]


@given(st.text())
def test_any_text_can_be_looked_through(text: str) -> None:
    assert set(numbers_in(text)) <= {"id_number", "phone_number"}


@given(st.text(alphabet="abc 巡 。", max_size=20), st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_telephone_number_is_found_between_any_words(words: str, number: str) -> None:
    assert "phone_number" in numbers_in(f"{words}{number}{words}")
