"""Versions of the catalogue and its draft, on every engine: added once and in order, or not at all."""

from dataclasses import replace
from pathlib import Path

import pytest

from sync.caseapi.storage.catalogue import DraftRow, VersionRow
from tests.contracts.storages import ENGINES, opened
from tests.sync.caseapi.harness import Clock

ONE, TWO = (VersionRow(number, number * 10, "", number, "为什么", b"\x00body") for number in (1, 2))
ROW = DraftRow("local:matter:10999", b"{}", "a", 7)


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_version_is_added_with_the_draft_it_holds_or_not_at_all(
    request: pytest.FixtureRequest, tmp_path: Path, engine: str
) -> None:
    storage = opened(request, engine, tmp_path, Clock())
    try:
        kept = storage.catalogue
        assert await kept.put_draft(ROW, 0)
        assert not await kept.put_draft(ROW, 0)
        assert not await kept.put_draft(ROW, 6)
        (standing,) = await kept.draft()
        assert standing == ROW
        assert await kept.put_draft(ROW, 7)
        (again,) = await kept.draft()
        assert again.changed_ms > 7

        assert not await kept.publish([ONE], [ROW])
        assert not await kept.publish([TWO], [again])
        assert (list(await kept.versions()), list(await kept.draft())) == ([], [again])
        assert await kept.publish([ONE, TWO], [again])
        assert not await kept.publish([TWO], [])
        assert (list(await kept.versions()), list(await kept.draft())) == ([ONE, TWO], [])

        later = replace(ROW, matter="local:matter:20999")
        for each in (ROW, later):
            await kept.put_draft(each, 0)
        first, second = await kept.draft()
        three = replace(TWO, number=3)
        assert await kept.publish([three], [first])
        assert (list(await kept.versions()), list(await kept.draft())) == ([ONE, TWO, three], [second])
        await kept.drop_draft(later.matter)

        await kept.put_draft(ROW, 0)
        await kept.drop_draft(ROW.matter)
        assert list(await kept.draft()) == []
    finally:
        await storage.close()
