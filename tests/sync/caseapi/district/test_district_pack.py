"""A pack comes back as it was written, and a broken one is refused with the place of every fault."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.caseapi.district.model import District
from sync.caseapi.district.pack import OPTIONAL_FILES, PACK_FILES, README, read_pack, write_pack
from sync.caseapi.district.problems import ImportProblem, PackRefused
from sync.tags import Tag, tag_digest

Change = Callable[[str], str]


def refusal(folder: Path) -> tuple[ImportProblem, ...]:
    with pytest.raises(PackRefused) as refused:
        read_pack(folder)
    return refused.value.problems


def change(file: Path, edit: Change) -> None:
    text = file.read_text("utf-8")
    edited = edit(text)
    assert edited != text
    file.write_text(edited, "utf-8")


def line(text: str, number: int) -> str:
    return text.split("\n")[number - 1]


def without_line(number: int) -> Change:
    def edit(text: str) -> str:
        lines = text.split("\n")
        return "\n".join(lines[: number - 1] + lines[number:])

    return edit


def with_line_twice(number: int) -> Change:
    return lambda text: text.replace(line(text, number), f"{line(text, number)}\n{line(text, number)}")


def with_cell(number: int, column: str, value: str) -> Change:
    def edit(text: str) -> str:
        lines = text.split("\n")
        cells = lines[number - 1].split(",")
        cells[lines[0].split(",").index(column)] = value
        return "\n".join([*lines[: number - 1], ",".join(cells), *lines[number:]])

    return edit


def with_tag(medium: str, value: str, *, of: str) -> Change:
    """Make the first tag another one, with the digest of the number that a reader sends."""

    def edit(text: str) -> str:
        lines = text.split("\n")
        cells = lines[1].split(",")
        lines[1] = ",".join([medium, value, tag_digest(Tag(medium, of)), *cells[3:]])
        return "\n".join(lines)

    return edit


def with_radius(radius: str) -> Change:
    def edit(text: str) -> str:
        header, *lines = text.rstrip("\n").split("\n")
        return "\n".join([f"{header},radius_m", *(f"{each},{radius}" for each in lines), ""])

    return edit


def test_a_written_district_is_read_back_equal(district: District, tmp_path: Path) -> None:
    write_pack(district, tmp_path)
    assert read_pack(tmp_path) == district


def test_the_same_district_is_written_with_the_same_bytes(hamlet: District, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_pack(hamlet, tmp_path / name)
    for name in (*PACK_FILES, *OPTIONAL_FILES, README):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_pack_says_in_both_languages_that_it_is_synthetic(pack: Path) -> None:
    note = (pack / README).read_text("utf-8")
    assert "合成演示数据" in note
    assert "Synthetic demonstration data" in note


def test_a_pack_saved_by_a_spreadsheet_with_byte_order_mark_and_crlf_is_read(hamlet: District, pack: Path) -> None:
    for file in pack.glob("*.csv"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n") + b",,,\r\n")
        file.write_bytes(file.read_bytes().removesuffix(b",,,\r\n") + b"\r\n")
    assert read_pack(pack) == hamlet


def test_a_tag_may_be_handed_over_as_its_digest_alone(hamlet: District, tmp_path: Path) -> None:
    sealed = replace(hamlet, tags=tuple(replace(tag, value="") for tag in hamlet.tags))
    write_pack(sealed, tmp_path)
    assert read_pack(tmp_path) == sealed


def test_a_card_whose_ten_digits_look_like_a_printed_number_is_taken_by_its_digest(pack: Path) -> None:
    change(pack / "tags.csv", with_tag("em", "0006547886", of="0006547886"))
    assert "0006547886" in {tag.value for tag in read_pack(pack).tags}


@pytest.mark.parametrize(
    ("file", "edit", "place", "sentence"),
    [
        ("org.csv", with_cell(2, "code", "23010"), "org.csv:2 code", "must be 6 digits"),
        ("org.csv", with_cell(3, "parent_code", "230199"), "org.csv:3 parent_code", "code of a district"),
        ("org.csv", with_cell(4, "synthetic", "yes"), "org.csv:4 synthetic", "must be one of “0”, “1”, is “yes”"),
        ("org.csv", with_cell(5, "level", "block"), "org.csv:5 level", "must be one of"),
        ("org.csv", with_line_twice(5), "org.csv:6 code", "stands in this file already"),
        ("org.csv", without_line(2), "org.csv:2 parent_code", "code of a district"),
        ("people.csv", with_cell(3, "pin", "12345"), "people.csv:3 pin", "must be 6 digits"),
        ("people.csv", with_cell(3, "pin", "１２３４５６"), "people.csv:3 pin", "must be 6 digits"),
        ("people.csv", with_cell(3, "slot", "boss"), "people.csv:3 slot", "“leader”"),
        ("people.csv", with_cell(3, "person_id", "7"), "people.csv:3 person_id", "must be a UUID"),
        ("people.csv", with_cell(3, "name", ""), "people.csv:3 name", "is empty"),
        ("people.csv", with_cell(3, "name", "a\x1b[2J"), "people.csv:3 name", "control characters"),
        ("people.csv", with_line_twice(2), "people.csv:3 seat_id", "stands in this file already"),
        ("people.csv", with_cell(2, "grid_id", "230108001002999"), "people.csv:2 grid_id", "is not in org.csv"),
        ("buildings.csv", with_cell(2, "lon", "east"), "buildings.csv:2 lon", "must be decimal degrees"),
        ("buildings.csv", with_cell(2, "lon", "nan"), "buildings.csv:2 lon", "must be decimal degrees"),
        ("buildings.csv", with_cell(2, "lat", "45.5"), "buildings.csv:2 lon", "lies outside the border of the grid"),
        ("buildings.csv", with_cell(2, "lat", "4.5"), "buildings.csv:2 lon", "lies outside the border of the grid"),
        ("buildings.csv", with_cell(2, "datum", ""), "buildings.csv:2 datum", "is empty: say CGCS2000, WGS84 or GCJ02"),
        ("buildings.csv", with_cell(2, "datum", "bd-09"), "buildings.csv:2 datum", "BD-09 is not converted"),
        ("buildings.csv", with_cell(2, "datum", "EPSG:4326"), "buildings.csv:2 datum", "must be CGCS2000"),
        ("buildings.csv", with_cell(2, "datum", "GCJ02"), "buildings.csv:2 lon", "is the datum right?"),
        ("buildings.csv", with_radius("5"), "buildings.csv:2 radius_m", "from 10 to 1000"),
        ("buildings.csv", with_radius("far"), "buildings.csv:2 radius_m", "from 10 to 1000"),
        ("entrances.csv", with_cell(2, "number", "0"), "entrances.csv:2 number", "from 1 to 99"),
        ("entrances.csv", with_cell(3, "number", "1"), "entrances.csv:3 number", "has an entrance 1 already"),
        ("entrances.csv", with_cell(2, "households", "-1"), "entrances.csv:2 households", "whole number"),
        ("tags.csv", with_cell(2, "value", "XG1CZ0TW9ZK43EBNCWD41"), "tags.csv:2 value", "check digits"),
        ("tags.csv", with_cell(2, "digest", "0" * 64), "tags.csv:2 digest", "is not the digest"),
        ("tags.csv", with_tag("em", "0006547886", of="010063E9AE"), "tags.csv:2 value", "printed on the card"),
        ("tags.csv", with_tag("em", '"099,59822"', of="010063E9AE"), "tags.csv:2 value", "printed on the card"),
        ("tags.csv", with_tag("em", "0006547887", of="010063E9AE"), "tags.csv:2 digest", "is not the digest"),
        ("tags.csv", with_tag("em", "010063E9", of="010063E9"), "tags.csv:2 value", "must have 10 digits"),
        ("tags.csv", with_tag("a", "08A1B2C3", of="08A1B2C3"), "tags.csv:2 value", "drawn anew at every tap"),
        ("tags.csv", with_cell(2, "medium", "nfc"), "tags.csv:2 medium", "must be one of"),
        ("tags.csv", with_cell(2, "target_id", ""), "tags.csv:2 target_id", "nothing is not in buildings.csv"),
        ("tags.csv", with_cell(2, "role", "inspector"), "tags.csv:2 target_id", "is not in people.csv"),
        ("tags.csv", with_line_twice(2), "tags.csv:3 digest", "stands in this file already"),
        ("catalogue.csv", with_cell(2, "code", "9902"), "catalogue.csv:2 code", "must be 5 digits"),
        ("catalogue.csv", with_cell(3, "timer_amount", "0"), "catalogue.csv:3 timer_amount", "from 1 to 999"),
        ("catalogue.csv", with_cell(3, "timer_type", ""), "catalogue.csv:3 timer_type", "“work_day”"),
        ("catalogue.csv", with_cell(3, "emergency_number", "96777"), "catalogue.csv:3 emergency_number", "“119”"),
        ("catalogue.csv", with_cell(3, "danger", "1"), "catalogue.csv:3 emergency_number", "number to call first"),
        ("catalogue.csv", with_cell(3, "major", "09"), "catalogue.csv:3 major", "first two digits"),
        ("tags.csv", lambda text: text.replace("medium,", "media,", 1), "tags.csv:1 medium", "is missing"),
        ("tags.csv", lambda text: text.replace("label", "label,note", 1), "tags.csv:1 “note”", "is no column"),
        ("tags.csv", lambda text: text.replace("label", "role", 1), "tags.csv:1 role", "stands twice"),
        ("tags.csv", lambda text: text.replace("place", "place,", 1), "tags.csv:2", "has 8 cells"),
        ("tags.csv", lambda text: text.replace("qr", '"qr', 1), "tags.csv:", "is not CSV"),
    ],
)
def test_a_broken_table_is_refused_with_file_line_and_column(
    pack: Path, file: str, edit: Change, place: str, sentence: str
) -> None:
    change(pack / file, edit)
    told = [str(problem) for problem in refusal(pack)]
    assert any(text.startswith(place) and sentence in text for text in told), told


@pytest.mark.parametrize(
    ("edit", "place", "sentence"),
    [
        (lambda text: text[:-5], "grids.geojson:", "is not a GeoJSON feature collection"),
        (lambda text: text.replace("CGCS2000", "GCJ02"), "grids.geojson datum", "must say CGCS2000 or WGS84"),
        (lambda text: text.replace('"datum":"CGCS2000",', ""), "grids.geojson datum", "must say CGCS2000 or WGS84"),
        (lambda text: text.replace("Polygon", "Point", 1), "grids.geojson features[0]", "Point"),
        (lambda text: text.replace('"grid"', '"cell"', 1), "grids.geojson features[2]", "cell"),
        (lambda text: text.replace("[126.596,45.5937]", "[45.5937,126.596]"), "grids.geojson features[0]", "swapped"),
        (lambda text: text.replace("[126.596,45.5937],", "[126.6,45.5],", 1), "grids.geojson features[0]", "at least"),
        (without_line(2), "grids.geojson features", "has no border of the street 230108001"),
        (with_line_twice(2), "grids.geojson features[1]", "has a border already"),
        (
            lambda text: text.replace('"code":"230108001"', '"code":"230108009"', 1),
            "grids.geojson features",
            "has a border of the street 230108009, which org.csv lacks",
        ),
    ],
)
def test_broken_borders_are_refused_with_their_place(pack: Path, edit: Change, place: str, sentence: str) -> None:
    change(pack / "grids.geojson", edit)
    told = [str(problem) for problem in refusal(pack)]
    assert any(text.startswith(place) and sentence in text for text in told), told


def test_a_border_file_of_hostile_depth_or_text_is_refused_in_plain_words(pack: Path) -> None:
    for hostile in ("[" * 200_000, '{"type":"FeatureCollection","features":[],"more":' + "[" * 200_000):
        (pack / "grids.geojson").write_text(hostile, "utf-8")
        assert refusal(pack)[0].file == "grids.geojson"
    feature = '{"type":"Feature\\u001b[2J","properties":{}}'
    text = f'{{"type":"FeatureCollection","datum":"WGS84","features":[{feature}]}}'
    (pack / "grids.geojson").write_text(text, "utf-8")
    assert all(str(problem).isprintable() for problem in refusal(pack))


def test_a_pack_without_ground_plans_and_contacts_is_whole(hamlet: District, pack: Path) -> None:
    for file in OPTIONAL_FILES:
        (pack / file).unlink()
    bare = tuple(replace(building, outline=()) for building in hamlet.buildings)
    assert read_pack(pack) == replace(hamlet, buildings=bare, contacts=())


def test_a_contact_of_a_building_is_read_with_its_group(hamlet: District, tmp_path: Path) -> None:
    building = hamlet.buildings[0]
    contact = replace(hamlet.contacts[0], building_id=building.id, grid_id=building.grid_id, group="市容环境")
    write_pack(replace(hamlet, contacts=(contact,)), tmp_path)
    assert read_pack(tmp_path).contacts == (contact,)


@pytest.mark.parametrize(
    ("edit", "place", "sentence"),
    [
        (with_cell(2, "number", "call me"), "contacts.csv:2 number", "must be digits"),
        (with_cell(2, "number", ""), "contacts.csv:2 number", "is empty"),
        (with_cell(3, "grid_id", "230108001002999"), "contacts.csv:3 grid_id", "is not in org.csv"),
        (with_cell(2, "building_id", "7"), "contacts.csv:2 building_id", "is not in buildings.csv"),
        (with_line_twice(2), "contacts.csv:3 id", "stands in this file already"),
    ],
)
def test_a_broken_contact_is_refused_with_its_place(pack: Path, edit: Change, place: str, sentence: str) -> None:
    change(pack / "contacts.csv", edit)
    [problem] = refusal(pack)
    assert str(problem).startswith(place)
    assert sentence in problem.message


def test_a_contact_of_a_building_in_another_grid_is_refused(hamlet: District, tmp_path: Path) -> None:
    building = hamlet.buildings[0]
    other = next(grid.id for grid in hamlet.grids if grid.id != building.grid_id)
    contact = replace(hamlet.contacts[0], building_id=building.id, grid_id=other)
    write_pack(replace(hamlet, contacts=(contact,)), tmp_path)
    assert "another grid" in refusal(tmp_path)[0].message


def test_the_outline_of_an_unknown_building_and_a_bent_one_are_refused(hamlet: District, pack: Path) -> None:
    building_id = hamlet.buildings[0].id
    change(pack / "buildings.geojson", lambda text: text.replace(building_id, building_id[::-1]))
    assert "buildings.csv lacks" in refusal(pack)[0].message
    change(pack / "buildings.geojson", lambda text: text.replace("[[[", "[[[1.0,1.0],[", 1))
    assert {problem.column for problem in refusal(pack)} == {"features", "features[0].geometry.coordinates[0]"}


@pytest.mark.parametrize("file", PACK_FILES)
def test_a_missing_file_is_named(pack: Path, file: str) -> None:
    (pack / file).unlink()
    problems = refusal(pack)
    assert [problem.file for problem in problems] == [file]
    assert "cannot be read" in problems[0].message


@pytest.mark.parametrize("file", PACK_FILES)
def test_a_file_in_another_encoding_is_named_with_the_line(pack: Path, file: str) -> None:
    content = (pack / file).read_bytes()
    head, tail = content.split(b"\n", 1)
    (pack / file).write_bytes(head + b"\n\xc6\xbd\xb7\xbf" + tail)
    first = refusal(pack)[0]
    assert (first.file, first.line) == (file, 2)
    assert "UTF-8" in first.message


def test_every_fault_is_told_at_once_and_none_that_only_follows_from_another(pack: Path) -> None:
    change(pack / "buildings.csv", with_cell(2, "name", ""))
    change(pack / "people.csv", with_cell(4, "pin", "x"))
    told = [f"{problem.file}:{problem.line} {problem.column}" for problem in refusal(pack)]
    assert told == ["people.csv:4 pin", "buildings.csv:2 name"]


def test_a_refusal_is_one_sentence_with_a_stable_code(pack: Path) -> None:
    change(pack / "people.csv", with_cell(4, "pin", "x"))
    with pytest.raises(PackRefused, match=r"people\.csv:4 pin: must be 6 digits, is “x”") as refused:
        read_pack(pack)
    assert refused.value.code == "E-IMPORT"
    assert refused.value.faults == ("people.csv:4 pin: must be 6 digits, is “x”",)


def test_control_characters_in_a_file_never_reach_the_message(pack: Path) -> None:
    change(pack / "people.csv", with_cell(2, "pin", "\x1b]0;x\x07"))
    assert all(str(problem).isprintable() for problem in refusal(pack))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    file=st.sampled_from((*PACK_FILES, *OPTIONAL_FILES)),
    at=st.floats(0, 1),
    cut=st.integers(0, 40),
    noise=st.binary(max_size=12),
)
def test_any_damage_is_refused_in_words_or_changes_nothing_that_is_checked(
    hamlet: District, pack: Path, file: str, at: float, cut: int, noise: bytes
) -> None:
    write_pack(hamlet, pack)
    content = (pack / file).read_bytes()
    start = int(at * len(content))
    (pack / file).write_bytes(content[:start] + noise + content[start + cut :])
    told: tuple[ImportProblem, ...] = ()
    try:
        read_pack(pack)
    except PackRefused as refused:
        told = refused.problems
    assert all(problem.message and str(problem).isprintable() for problem in told)
