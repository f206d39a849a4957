"""What is read at a door is short: a sentence of the hot flows has at most 20 Chinese characters."""

import pytest

from tests.fieldapp.text.sentences import length_of, pairs_of, sentences_of
from tests.house.tree import ROOT, listed
from tests.tools.catalogue import stored

MOST_CHARACTERS = 20
"""More is not read at a glance."""

ARRIVED = ("screens/arrived.py", "screens/remark.py", "presentation/effects.py", "services/check_in.py")
PROBLEM = ("screens/problem.py", "form_steps.py", "form_panel.py", "photo_form.py", "presentation/forms.py")
VISIT = (
    "screens/visit.py",
    "services/forms.py",
    "services/problem.py",
    "presentation/words.py",
    "presentation/photos.py",
)
SHIFT_END = ("screens/shift_end.py", "screens/shift_start.py", "presentation/states.py", "presentation/syncing.py")
TODAY = ("screens/today.py", "presentation/today.py", "presentation/status.py", "widgets/action_bar.py")
EVERYWHERE = ("keymap.py", "stage.py", "panel.py", "tag_turns.py", "presentation/troubles.py")
HOT = {f"fieldapp/{name}" for name in (*ARRIVED, *PROBLEM, *VISIT, *SHIFT_END, *TODAY, *EVERYWHERE)}


def too_long(chinese: str) -> list[str]:
    return [part for part in sentences_of(chinese) if length_of(part) > MOST_CHARACTERS]


def test_every_hot_sentence_is_read_at_a_glance() -> None:
    hot = [message for message in stored() if {name for name, _line in message.locations} & HOT]
    assert len(hot) > 250, "the files that are named hold the hot flows"
    findings = [f"{long} ({length_of(long)})" for _english, chinese in pairs_of(hot) for long in too_long(chinese)]
    assert not findings, listed(findings, f"at most {MOST_CHARACTERS} Chinese characters in a sentence")


@pytest.mark.parametrize("name", sorted(HOT))
def test_a_hot_file_is_there(name: str) -> None:
    assert (ROOT / name).is_file()


def test_characters_are_counted_and_marks_and_what_is_filled_in_are_not() -> None:
    ten = "一二三四五六七八九十"
    assert not too_long(f"{ten}，{ten}。{{place}} 8:00，{ten}{ten}！")
    assert too_long(f"好。{ten}，{ten}{{place}}百") == [f"{ten}，{ten}百"]
