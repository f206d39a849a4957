"""Records whose texts say nothing, or what a terminal obeys: each is judged by a rule, the program fails by none."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from sync.records import KINDS
from sync.records.base import Kind
from tests.sync.caseapi.harness import BUILDING, Desk, Tablet
from tests.sync.test_records_golden import GOLDEN

WORDS = ("", " ", "\u200b", "\u3000", "\u202e\ufeff", "\x00", "\x1b[2J", "\n" * 400, "\ufe0f", "e" + "\u0301" * 90)
PHOTOS = ("with", "without")


def spoilt(value: Any, words: str) -> Iterator[Any]:
    """Yield a value with one text in it said in other words, for every text that it holds."""
    if isinstance(value, str):
        yield words
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from ({**value, name: each} for each in spoilt(part, words))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from ([*value[:place], each, *value[place + 1 :]] for each in spoilt(part, words))


def sample(kind: str) -> dict[str, Any]:
    """Return the body of a kind's golden sample, at a building that the district has."""
    body: dict[str, Any] = msgspec.json.decode((GOLDEN / f"{kind}.v{KINDS[kind].version}.json").read_bytes())["body"]
    return {name: str(BUILDING) if name == "building" else part for name, part in body.items() if name != "entrance"}


def bring(tablet: Tablet, kind: str) -> None:
    """Append a kind's records: every text in all wrong words, with its files and without, of a case that is there."""
    case = str(tablet.case())
    for photos in PHOTOS:
        body = {name: part for name, part in sample(kind).items() if name != "media" or photos == "with"}
        body |= {"case": case} if "case" in body else {}
        for words in WORDS:
            for said in spoilt(body, words):
                tablet.record(kind, said)  # type: ignore[arg-type]  # encoded as it stands


@pytest.mark.parametrize("is_ruled", [True, False], ids=["ruled", "unruled"])
@pytest.mark.parametrize("kind", KINDS)
async def test_no_words_make_the_program_fail(
    desk: Desk, tablet: Tablet, monkeypatch: pytest.MonkeyPatch, kind: str, is_ruled: bool, faults: list[Any]
) -> None:
    bring(tablet, kind)
    for start in range(1, len(tablet.records) + 1, 400):
        await tablet.sync(start, min(start + 399, len(tablet.records)))
    if not is_ruled:
        monkeypatch.setitem(KINDS, kind, Kind(kind, KINDS[kind].version, KINDS[kind].body))
    await desk.fold()
    reasons = {row.reason for row in await desk.case_api.desk.quarantined()}
    if kind == "case_report" and not is_ruled:
        # Without its rules this kind is what no case can begin with; the records after it are judged all the same.
        assert {each["event"] for each in faults} == {"work_failed", "record_set_apart"}
        assert "not_judged" in reasons
        faults.clear()
    else:
        assert "not_judged" not in reasons
    assert (await desk.case_api.desk.lag()).records == 0
