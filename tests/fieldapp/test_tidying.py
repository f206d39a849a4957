"""What the toolkit remembers of a day's texts is forgotten while nobody waits, and what points at itself is freed."""

import gc
import weakref
from collections.abc import Iterator

import pytest
from rich.cells import cell_len
from rich.segment import Segment

from fieldapp.cli.tablet_app import TabletApp
from fieldapp.tidying import REMEMBERED_TEXTS, Tidying
from sync.journal import RESTING, SyncStatus
from tests.fieldapp.fakes import make_world
from tests.fieldapp.rest import come_to_rest


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


class Knot:
    """Points at itself."""

    def __init__(self) -> None:
        self.itself = self


def test_texts_that_were_shown_are_forgotten() -> None:
    cell_len("08:31 已到")
    Segment("08:31 平新大街").split_cells(5)
    assert all(remembered.cache_info().currsize for remembered in REMEMBERED_TEXTS)
    Tidying()()
    assert not any(remembered.cache_info().currsize for remembered in REMEMBERED_TEXTS)


def test_what_points_at_itself_is_freed_and_what_was_there_at_first_is_left_alone() -> None:
    tidy = Tidying()
    tidy()
    stays = gc.get_freeze_count()
    assert stays > 0
    knot = weakref.ref(Knot())
    assert knot() is not None
    tidy()
    assert knot() is None
    assert gc.get_freeze_count() <= stays


@pytest.mark.parametrize("phase", ["connecting", "sending", "receiving", *RESTING])
async def test_the_app_tidies_up_whenever_a_sync_has_ended(phase: str) -> None:
    world = make_world().signed_in()
    tidied: list[None] = []
    app = TabletApp(world.services, begin=lambda: None, tidy=lambda: tidied.append(None))
    async with app.run_test():
        await come_to_rest(app)
        world.exchange.become(SyncStatus(phase))
        await come_to_rest(app)
        assert len(tidied) == (phase in RESTING)
