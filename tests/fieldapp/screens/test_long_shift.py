"""What a long shift leaves in memory."""

from fieldapp.queried import KEPT
from tests.fieldapp.fakes import PLATE_ENTRANCE_11, PLATE_ENTRANCE_12, make_world
from tests.fieldapp.robot import robot_in


async def test_a_widget_forgets_what_it_will_not_ask_again() -> None:
    async with robot_in(make_world().signed_in()) as robot:
        for _arrival in range(8):
            for plate in (PLATE_ENTRANCE_11, PLATE_ENTRANCE_12):
                await robot.scan(plate)
                await robot.press("1")
        kept = {str(node): len(node._query_one_cache) for node in robot.app.screen.walk_children(with_self=True)}
        assert max(kept.values()) <= KEPT, kept
