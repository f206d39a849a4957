"""A tablet that a small district knows, and a server that does not log each of a thousand refusals."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from tests.sync.caseapi.harness import Desk, Tablet


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    yield
    structlog.reset_defaults()


@pytest.fixture
async def tablet(desk: Desk) -> Tablet:
    return await desk.tablet()
