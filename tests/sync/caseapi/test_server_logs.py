"""What the case API logs: JSON lines that a terminal can show, without people, records or keys."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from sync.caseapi.logs import set_up_logs
from tests.sync.caseapi.harness import Desk


@pytest.fixture
def logs() -> Iterator[None]:
    set_up_logs(logging.INFO)
    yield
    structlog.reset_defaults()


@pytest.mark.usefixtures("logs")
def test_a_traceback_shows_where_but_no_value(capsys: pytest.CaptureFixture[str]) -> None:
    def work(badge: str) -> None:
        raise RuntimeError(f"a badge of {len(badge)} digits")

    try:
        work("0415263748")
    except RuntimeError:
        structlog.get_logger("test").exception("work_failed")
    line = capsys.readouterr().err
    assert json.loads(line)["event"] == "work_failed"
    assert "test_server_logs" in line
    assert "0415263748" not in line


@pytest.mark.usefixtures("logs")
async def test_a_hostile_path_is_logged_clean_and_short(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    await desk.client.get("/nope/%1b%5d0;x%07%c2%9b31m%e2%80%ae" + "a" * 3000)
    line = capsys.readouterr().err
    assert json.loads(line)["event"] == "refused"
    assert not {"\x1b", "\x9b", "\u202e"} & set(line)
    assert len(line) < 400
