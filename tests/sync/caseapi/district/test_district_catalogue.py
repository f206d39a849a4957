"""The catalogue has 250 national matters with the standard's gaps and 19 local ones, in both languages."""

import re
from collections import Counter

import pytest

from sync.caseapi.cases.timers import Limit
from sync.caseapi.district.catalogue import PUBLIC_NUMBERS, Matter, shipped_catalogue

GAPS = {"01016", "05001", "05004", "05005", "05006", "05007", "05008", "06031", "07005", "09007"}
"""Codes that the standard leaves out between its first and last of a major."""

TEN_MOST_USED = {"06010", "06011", "06012", "06017", "06036", "06042", "06045", "07003", "09005", "09006"}


@pytest.fixture(scope="module")
def national() -> list[Matter]:
    return [matter for matter in shipped_catalogue() if matter.standard == "national"]


@pytest.fixture(scope="module")
def local() -> list[Matter]:
    return [matter for matter in shipped_catalogue() if matter.standard == "local"]


def test_there_are_153_components_and_97_matters(national: list[Matter]) -> None:
    assert Counter(matter.kind for matter in national) == {"component": 153, "matter": 97}
    assert Counter(matter.major for matter in national) == {
        "01": 76, "02": 44, "03": 16, "04": 14, "05": 3, "06": 51, "07": 7, "08": 16, "09": 21, "10": 2,
    }  # fmt: skip


def test_the_gaps_are_those_of_the_standard(national: list[Matter]) -> None:
    codes = {matter.code for matter in national}
    last = {code[:2]: max(int(c) for c in codes if c[:2] == code[:2]) for code in codes}
    between = {f"{number:05d}" for major, end in last.items() for number in range(int(major) * 1000 + 1, end)}
    assert between - codes == GAPS


def test_a_component_is_reported_as_being_out_of_order_and_a_matter_by_its_name(national: list[Matter]) -> None:
    assert all(matter.name.endswith("异常") == (matter.major <= "05") for matter in national)
    names = {matter.code: matter.name for matter in national}
    assert names["01001"] == "供水井盖异常"
    assert names["06010"] == "暴露垃圾"
    assert names["10002"] == "架空线缆脱落"


def test_the_local_rows_count_down_from_10999(local: list[Matter]) -> None:
    assert [int(matter.code) for matter in local] == list(range(10_999, 10_980, -1))
    assert {matter.kind for matter in local} == {"matter"}
    assert all(matter.timer for matter in local)
    assert local[1].timer == Limit("urgent_hour", 24)


def test_no_code_and_no_name_stands_twice() -> None:
    matters = shipped_catalogue()
    assert len({matter.code for matter in matters}) == len(matters) == 269
    assert len({matter.name for matter in matters}) == 269
    assert len({matter.name_en for matter in matters}) == 269


def test_every_english_name_is_short_and_english() -> None:
    for matter in shipped_catalogue():
        assert re.fullmatch(r"[A-Z][A-Za-zç ,-]{2,47}", matter.name_en), matter.name_en
        assert re.fullmatch(r"[A-Z][a-z ]+", matter.group_en)
        assert matter.group_zh


def test_old_codes_lead_to_the_new_ones_and_each_to_one() -> None:
    aliases = [(alias, matter.code) for matter in shipped_catalogue() for alias in matter.alias_codes]
    assert len(dict(aliases)) == len(aliases)
    new_code = dict(aliases)
    assert [new_code[old] for old in ("01-10", "02-01", "03-11", "04-06")] == ["06010", "07001", "08011", "09006"]


def test_dangerous_matters_show_a_public_number_and_no_other_does() -> None:
    dangers = {matter.code: matter.emergency_number for matter in shipped_catalogue() if matter.is_danger}
    assert dangers == {"10989": "110", "10992": "119", "10994": "119", "09012": "119"}
    assert set(dangers.values()) <= set(PUBLIC_NUMBERS)
    assert not any(matter.emergency_number for matter in shipped_catalogue() if not matter.is_danger)


def test_disputes_and_calls_for_care_are_restricted_and_never_photographed() -> None:
    restricted = {matter.code: matter.photo for matter in shipped_catalogue() if matter.is_restricted}
    assert restricted == {"10986": "never", "10984": "never"}


def test_a_photo_is_needed_in_few_categories_and_optional_in_most() -> None:
    photos = Counter(matter.photo for matter in shipped_catalogue())
    assert photos["needed"] <= 5
    assert photos["optional"] >= 255


def test_common_are_the_ten_most_used_and_the_residential_ones() -> None:
    common = {matter.code for matter in shipped_catalogue() if matter.is_common}
    assert common == TEN_MOST_USED | {str(code) for code in range(10_981, 11_000)}
