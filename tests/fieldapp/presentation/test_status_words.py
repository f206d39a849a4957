"""The words of the status bar: what was proven on another day says which day that was."""

import pytest
from msgspec.structs import replace

from fieldapp.presentation.status import StatusWord, status_words
from fieldapp.services.moments import CHINA
from fieldapp.services.today import Battery, TodayView
from fieldapp.text import use_language
from fieldapp.widgets.cells import width_of
from fieldapp.widgets.status_bar import gap_of, words_that_fit
from sync.journal import SyncStatus
from tests.fieldapp.fakes import START_MS, make_world

MINUTE_MS, DAY_MS = 60_000, 86_400_000
PROVEN_MS = START_MS + 11 * MINUTE_MS
"""Monday, 08:11."""

LINKS = {"badge": ("badge", "open"), "scan": ("scan", "open")}


def words_at(now_ms: int) -> list[StatusWord]:
    return status_words(proven_view(), LINKS, now_ms, CHINA)


def proven_view() -> TodayView:
    view = make_world().signed_in().services.today.view()
    battery = Battery(percent=64, is_charging=False)
    return replace(view, sync=SyncStatus("idle", proven_at_ms=PROVEN_MS), battery=battery)


@pytest.mark.parametrize(
    ("now_ms", "chinese", "english"),
    [
        (PROVEN_MS + 2 * MINUTE_MS, "交到 08:11", "proven 08:11"),
        (PROVEN_MS + 15 * 60 * MINUTE_MS, "交到 08:11", "proven 08:11"),
        (PROVEN_MS + 16 * 60 * MINUTE_MS, "交到 11-23 08:11", "proven 11-23 08:11"),
        (PROVEN_MS + 5 * DAY_MS, "交到 11-23 08:11", "proven 11-23 08:11"),
        (PROVEN_MS - DAY_MS, "交到 11-23 08:11", "proven 11-23 08:11"),
    ],
)
def test_the_last_proof_says_its_day_when_that_is_not_today(now_ms: int, chinese: str, english: str) -> None:
    for language, word in (("zh_CN", chinese), ("en", english)):
        use_language(language)
        assert word in [each.text for each in words_at(now_ms)]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_day_of_the_last_proof_is_read_on_the_smallest_screen(language: str) -> None:
    use_language(language)  # type: ignore[arg-type]  # one of the two
    kept = words_that_fit(words_at(PROVEN_MS + 5 * DAY_MS), 78)
    assert sum(width_of(word.text) for word in kept) + gap_of(kept, 78) * (len(kept) - 1) <= 78
    assert any("11-23" in word.text for word in kept)
