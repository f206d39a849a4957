"""The pictures in the README show the program of this very tree, in both languages, and load nothing from anywhere."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.fieldapp.pictures import COMMAND, FOLDER, PICTURES, picture

ROOT = FOLDER.parents[1]


@pytest.mark.parametrize("file", PICTURES)
async def test_a_picture_is_what_the_program_shows(file: str) -> None:
    kept = (FOLDER / file).read_bytes() if (FOLDER / file).exists() else b""
    made = (await picture(file)).encode()
    # Not compared by pytest: the difference of two pictures tells nobody anything.
    is_same = kept == made
    assert is_same, f"{file} is out of date: run `{COMMAND}` and look at what changed"


@pytest.mark.parametrize("file", PICTURES)
def test_a_picture_is_sound_and_names_no_other_host(file: str) -> None:
    text = (FOLDER / file).read_text(encoding="utf-8")
    tag = ElementTree.fromstring(text).tag  # noqa: S314 - a file of ours
    assert tag == "{http://www.w3.org/2000/svg}svg"
    assert re.findall(r"https?://[^\"'\s)<]+", text) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"url\(|href|@import|<script|<image|<foreignObject", text)


def test_no_other_picture_lies_there() -> None:
    assert sorted(file.name for file in FOLDER.iterdir()) == sorted(PICTURES)


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_the_first_screen_of_the_readme_has_its_picture(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    shown = re.findall(r"!\[([^\]]+)\]\((docs/pictures/[^)]+)\)", text)
    assert shown
    assert all(words and (ROOT / Path(path)).is_file() for words, path in shown)
