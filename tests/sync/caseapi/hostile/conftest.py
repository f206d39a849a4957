"""A tablet that a small district knows, and a server whose log is read for faults of ours and shows no refusals."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from tests.sync.caseapi.harness import Desk, Tablet
from tests.sync.caseapi.hostile.hostility import OURS


@pytest.fixture(autouse=True)
def faults() -> Iterator[list[dict[str, Any]]]:
    """Hear of every fault of the program; a test in which there is one fails."""
    heard: list[dict[str, Any]] = []

    def listen(_: Any, __: str, event: Any) -> Any:
        if event["event"] in OURS:
            heard.append(dict(event))
            raise structlog.DropEvent
        return event

    shown = structlog.get_config()["processors"]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR), processors=[listen, *shown])
    yield heard
    structlog.reset_defaults()
    assert heard == [], "the program failed by what it was sent"


@pytest.fixture
async def tablet(desk: Desk) -> Tablet:
    return await desk.tablet()
