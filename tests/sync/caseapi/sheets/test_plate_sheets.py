"""Sheets of plates: both codes are read back from the drawn page, the hand code stands there, the font is inside."""

import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from sync.caseapi.errors import CommandRefused
from sync.caseapi.sheets.fonts import sheet_font
from sync.caseapi.sheets.plates import MM, SIZES, Plate, code_matrix, hand_lines, write_plates
from sync.tags import parse_plate_code, plate_code

LONG = "哈尔滨市平房区新疆街道友谊路一百二十八号院老干部宿舍楼 甲栋"


def plates(count: int) -> list[Plate]:
    names = ["青年小区 3号楼", LONG, "Building 7"]
    return [
        Plate(plate_code(bytes([n]) * 10), f"00{n:02d}-A1B2", "街道 社区 第3网格", names[n % 3], f"{n}单元" * (n > 0))
        for n in range(count)
    ]


def test_a_code_is_of_the_size_that_was_measured_and_is_typed_in_groups() -> None:
    code = plate_code(b"0123456789")
    assert len(code_matrix(code)) == 25
    first, second = hand_lines(code)
    assert parse_plate_code(f"{first} {second}") == code


@pytest.mark.parametrize("size", SIZES)
def test_plates_lie_within_a4_and_a_code_with_its_quiet_zone_within_its_plate(size: str) -> None:
    format_ = SIZES[size]
    assert format_.columns * format_.width <= 200
    assert format_.rows * format_.height <= 287
    assert format_.code < format_.height
    # Side by side the quiet zones of the two codes may share their margin, never reach into dark modules.
    assert 2 * format_.code * (25 + 4) / 33 <= format_.width
    assert pytest.approx(72) == MM * 25.4


@pytest.mark.needs("droid")
@pytest.mark.needs("pdftoppm")
@pytest.mark.parametrize(("size", "count"), [("large", 3), ("small", 9)])
def test_both_codes_of_every_plate_are_read_back_from_the_drawn_page(
    size: str, count: int, tmp_path: Path, program: Callable[[str], str]
) -> None:
    made = plates(count)
    assert write_plates(made, tmp_path / "p.pdf", size=size) == ""
    subprocess.run([program("pdftoppm"), "-r", "100", "-gray", "p.pdf", "p"], cwd=tmp_path, check=True)
    pages = sorted(tmp_path.glob("p-*.pgm"))
    assert len(pages) == 2
    found = Counter(read.text for page in pages for read in zxingcpp.read_barcodes(Image.open(page)))
    assert found == Counter({plate.code: 2 for plate in made})
    data = (tmp_path / "p.pdf").read_bytes()
    assert b"/FontFile2" in data
    assert b"Helvetica" not in data


@pytest.mark.needs("droid")
def test_characters_that_the_font_lacks_are_named(tmp_path: Path) -> None:
    (plate, *_) = plates(1)
    rare = Plate(plate.code, plate.number, plate.area, "\U00020bb7楼", "")
    assert write_plates([rare], tmp_path / "p.pdf") == "\U00020bb7"


def test_a_font_that_cannot_be_embedded_is_refused_with_what_to_install(tmp_path: Path) -> None:
    bad = tmp_path / "font.ttf"
    for content in (None, b"OTTO not TrueType", b""):
        if content is not None:
            bad.write_bytes(content)
        with pytest.raises(CommandRefused, match="install Debian's fonts-droid-fallback"):
            sheet_font(str(bad))
        sheet_font.cache_clear()
