"""A real window in which the pinyin input method composes, as the kiosk has it: what it commits is saved once."""

from pathlib import Path

import pytest

from tests.fieldapp.terminal.input_method import typed_in

PNG = b"\x89PNG\r\n"

pytestmark = [
    *(pytest.mark.needs(name) for name in ("tmux", "xvfb", "xterm", "pinyin", "dbus", "xdotool", "import", "fonts")),
    pytest.mark.timeout(120),
]


def test_pinyin_is_composed_at_the_cursor_and_its_characters_are_saved_once(tmp_path: Path) -> None:
    assert typed_in(tmp_path) == "你好"
    pictures = sorted(path.name for path in tmp_path.glob("*.png"))
    assert pictures == ["after.png", "candidates.png", "typed.png"]
    assert all((tmp_path / name).read_bytes().startswith(PNG) for name in pictures)
