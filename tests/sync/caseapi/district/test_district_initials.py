"""Names are found by their pinyin initials in every reading, without pypinyin at run time."""

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from sync.caseapi.district import initials
from sync.caseapi.district.catalogue import DATA, shipped_catalogue
from sync.caseapi.district.initials import MAX_SPELLINGS, initials_of
from sync.caseapi.district.model import District


def shipped_lines() -> list[tuple[str, ...]]:
    text = (DATA / initials.TABLE_FILE).read_text("utf-8")
    return [tuple(line.split(",")) for line in text.splitlines()[1:]]


def test_the_shipped_table_is_what_pypinyin_says_of_every_character_in_use() -> None:
    used = initials.characters(initials.names_in_use())
    assert shipped_lines() == initials.readings_table(used)


def test_the_catalogue_ships_the_initials_of_every_name() -> None:
    assert all(matter.initials == initials_of(matter.name) for matter in shipped_catalogue())


def test_no_shipped_name_has_so_many_readings_that_some_are_cut() -> None:
    assert max(len(matter.initials) for matter in shipped_catalogue()) < MAX_SPELLINGS


def test_every_building_can_be_found_by_its_initials(district: District) -> None:
    assert all(building.initials == initials_of(building.name) for building in district.buildings)
    first = district.buildings[0]
    assert first.name == "青年小区 1号楼"
    assert "qnxq1hl" in first.initials


def test_no_character_of_a_generated_name_lacks_in_the_table(district: District) -> None:
    known = {line[0] for line in shipped_lines()}
    assert set(initials.characters(building.name for building in district.buildings)) <= known


def test_each_reading_of_a_character_gives_a_spelling() -> None:
    assert set(initials_of("行道树")) == {"xds", "hds"}


def test_a_part_behind_a_slash_is_found_by_itself() -> None:
    assert "nqbr" in initials_of("室温不达标/暖气不热")
    assert "swbdbnqbr" in initials_of("室温不达标/暖气不热")


def test_letters_and_digits_stay_and_marks_go() -> None:
    assert "jjbjdsosyc" in initials_of("紧急报警点SOS异常")
    assert "syqjg" in initials_of("输油（气）井盖")
    assert initials_of("") == ("",)


@given(st.text(max_size=60))
def test_any_text_has_at_most_so_many_spellings_per_part_all_of_plain_letters(text: str) -> None:
    spellings = initials_of(text)
    assert len(spellings) <= MAX_SPELLINGS * (text.count("/") + 1)
    assert all(spelling.isascii() and (spelling.isalnum() or not spelling) for spelling in spellings)


def test_generating_the_district_imports_no_pypinyin() -> None:
    program = (
        "import sys; from sync.caseapi.district.generate import generate; generate(1); print('pypinyin' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.strip() == "False"
