"""A day in a real terminal: signed in, arrived, normal, a remark, a problem, the end; keys, clicks, another size, gone.

The terminal is tmux; what is waited for is what the pane shows.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

from fieldapp.text import Language, _, current_language, use_language
from tests.fieldapp.fakes import PIN_1, PLATE_ENTRANCE_11, PLATE_ENTRANCE_12
from tests.fieldapp.terminal.app_terminal import AppTerminal

pytestmark = [pytest.mark.needs("tmux"), pytest.mark.timeout(300)]

NOTE = "灯不亮"


@pytest.mark.parametrize(
    ("language", "size", "other"),
    [("zh_CN", (80, 24), (56, 18)), ("en", (56, 18), (80, 24))],
)
def test_a_day_by_keys_scans_and_clicks_survives_another_size_and_a_lost_terminal(
    program: Callable[[str], str],
    tmp_path: Path,
    language: Language,
    size: tuple[int, int],
    other: tuple[int, int],
) -> None:
    before = current_language()
    use_language(language)
    terminal = AppTerminal(program("tmux"), tmp_path, columns=size[0], rows=size[1])
    try:
        terminal.start(language)
        sign_in(terminal)
        arrive(terminal)
        report(terminal, other)
        end_the_shift(terminal)
        half_write(terminal)
        told = terminal.hang_up()
    finally:
        use_language(before)
        terminal.close()

    assert told["records"] == [
        ["shift_start", ""],
        ["check_in", "not_stated"],
        ["check_in", "normal"],
        ["check_in", "not_stated"],
        ["check_in", "issue"],
        ["case_report", ""],
        ["shift_end", ""],
    ]
    assert told["syncs"] >= 1
    assert told["drafts"]["problem"]["description"] == NOTE


def sign_in(terminal: AppTerminal) -> None:
    """Choose the first name and type the PIN."""
    terminal.wait_for("网格员 1")
    terminal.press("1")
    terminal.wait_for(_("{name}, enter your PIN").format(name="").split()[-1].strip("，"))
    terminal.type(PIN_1)
    terminal.wait_for(_("Start shift"))


def arrive(terminal: AppTerminal) -> None:
    """Arrive at two doors; the first is normal, at the second one thing is not fine."""
    terminal.scan(PLATE_ENTRANCE_11)
    terminal.wait_for(_("No access"))
    terminal.press("1")
    terminal.wait_for(_("End shift"), arrivals(1))
    terminal.scan(PLATE_ENTRANCE_12)
    terminal.wait_for(_("No access"))
    terminal.press("8")
    terminal.wait_for(_("Fire gear"))
    terminal.press("2")
    terminal.wait_for(_("End shift"), arrivals(2))


def report(terminal: AppTerminal, other: tuple[int, int]) -> None:
    """Report a problem; the window gets another size while it is half filled in."""
    terminal.press("2")
    terminal.wait_for(_("All, find"))
    terminal.press("1")
    terminal.wait_for(_("Own words"))
    terminal.resize(*other)
    terminal.wait_until(lambda screen: is_laid_out(screen, *other), "the other size")
    terminal.press("1")
    terminal.wait_for(_("How pressing"))
    terminal.press("1")
    terminal.wait_for(_("End shift"))


def end_the_shift(terminal: AppTerminal) -> None:
    """End the shift and send, by clicks alone."""
    send = _("End and send")
    terminal.click_until(_("End shift"), lambda screen: send in screen)
    terminal.click_until(send, lambda screen: _("Send now") in screen)


def half_write(terminal: AppTerminal) -> None:
    """Begin another report in own words."""
    terminal.press("0")
    terminal.wait_for(_("Start shift"))
    terminal.press("2")
    terminal.wait_for(_("All, find"))
    terminal.press("1")
    terminal.wait_for(_("Own words"))
    terminal.press("9")
    terminal.wait_for(_("Type, then Enter"))
    terminal.type(NOTE)
    terminal.wait_for(NOTE)


def is_laid_out(screen: str, columns: int, rows: int) -> bool:
    """Return whether the status line reaches to the last column and the bar stands in the last rows."""
    first, *_between, bar, last = screen.splitlines()[:rows]
    return cell_len(first) == columns - 1 and first.endswith(":00") and (_("Own words") in bar + last)


def arrivals(count: int) -> str:
    """Return how the line of counts begins."""
    words = _("Arrived {arrived}  Problems {problems}  Visits {visits}")
    return words.partition("  ")[0].format(arrived=count)
