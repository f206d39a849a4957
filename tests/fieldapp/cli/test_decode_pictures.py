"""`fieldapp devices decode --model image`: a line for each code, files in their order, what is no picture is said."""

from pathlib import Path

import pytest

from tests.devices.hard_pictures import code, plate
from tests.fieldapp.cli.command_line import Home
from tests.sync.imaging.made_pictures import as_bytes, scene

DECODE = ("devices", "decode", "--model", "image")


def picture_of(folder: Path, name: str, *texts: str | bytes) -> str:
    """Write a picture with codes beside one another; return its path."""
    labels = [code(text) for text in texts]
    sheet = scene(max(sum(label.width + 40 for label in labels), 640), 480).convert("L")
    left = 20
    for label in labels:
        sheet.paste(label, (left, 20))
        left += label.width + 40
    (folder / name).write_bytes(as_bytes(sheet, "PNG"))
    return str(folder / name)


def reading(file: str, value: str) -> dict[str, str]:
    return {"event": "reading", "file": file, "value": value}


def fault(file: str, reason: str) -> dict[str, str]:
    return {"event": "fault", "file": file, "reason": reason}


def test_each_code_is_a_line_and_the_files_keep_their_order(home: Home, tmp_path: Path) -> None:
    two = picture_of(tmp_path, "b.png", plate(1), "平房区 3 号楼".encode())
    none = picture_of(tmp_path, "a.png")
    one = f"{tmp_path}/./{Path(picture_of(tmp_path, 'c.png', plate(2))).name}"
    ended = home.call(*DECODE, two, none, one)
    assert (ended.status, ended.err) == (0, "")
    assert sorted(ended.rows[:2], key=str) == sorted([reading(two, plate(1)), reading(two, "平房区 3 号楼")], key=str)
    assert ended.rows[2:] == [fault(none, "no_code"), reading(one, plate(2))]


def test_a_file_that_is_no_picture_is_said_and_the_others_are_read(home: Home, tmp_path: Path) -> None:
    good = picture_of(tmp_path, "good.png", plate(1))
    (tmp_path / "notes.txt").write_text("no picture")
    ended = home.call(*DECODE, str(tmp_path / "notes.txt"), str(tmp_path / "gone.jpg"), good)
    assert ended.status == 0
    assert [row.get("reason") for row in ended.rows] == ["not_a_picture", "gone", None]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_it_fails_when_not_one_file_can_be_looked_at(home: Home, tmp_path: Path, language: str) -> None:
    ended = home.call(*DECODE, str(tmp_path / "gone.jpg"), str(tmp_path), language=language)
    assert ended.status == 1
    assert [row["reason"] for row in ended.rows] == ["gone", "not_a_file"]
    assert ended.err.strip()


def test_a_hostile_code_and_a_hostile_name_cannot_reach_the_terminal(home: Home, tmp_path: Path) -> None:
    text = "a\x1b[31m\x9b2J\u202eb\u2028c"
    file = picture_of(tmp_path, "x\x1b]0;\x07\u202ey.png", text.encode())
    ended = home.call(*DECODE, file)
    assert ended.rows == [reading(file, ended.rows[0]["value"])]
    assert "\u202e" in ended.rows[0]["value"], "the value is whole"
    assert ended.out.removesuffix("\n").isprintable()


def test_a_name_that_is_no_text_is_told_so_that_it_can_be_found_again(home: Home, tmp_path: Path) -> None:
    name = b"caf\xe9.png".decode("utf-8", "surrogateescape")
    file = picture_of(tmp_path, name, plate(1))
    ended = home.call(*DECODE, file)
    assert ended.rows == [reading(file, plate(1))]


def test_without_a_file_it_is_wrong_usage(home: Home) -> None:
    ended = home.call(*DECODE)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.strip()


def test_several_recordings_of_a_serial_reader_are_wrong_usage(home: Home, tmp_path: Path) -> None:
    ended = home.call("devices", "decode", "--model", "line", str(tmp_path / "a"), str(tmp_path / "b"))
    assert (ended.status, ended.out) == (2, "")


def test_without_the_extra_it_says_what_to_install(home: Home, tmp_path: Path) -> None:
    absent = tmp_path / "sitecustomize.py"
    absent.write_text(
        "import importlib.util as u\nfind = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'zxingcpp' else find(name, *rest)\n"
    )
    ended = home.call(*DECODE, picture_of(tmp_path, "a.png", "XG1"), env={"PYTHONPATH": str(tmp_path)})
    assert (ended.status, ended.out) == (1, "")
    assert "xunge[camera]" in ended.err
