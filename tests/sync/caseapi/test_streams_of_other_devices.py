"""A tablet that got a new key goes on with the records it has, in a stream of its own, whatever is held of the old."""

from tests.sync.caseapi.harness import Desk


async def test_a_tablet_with_a_new_key_forks_although_the_server_was_restored_to_less(desk: Desk) -> None:
    before, after = await desk.tablet(), await desk.tablet()
    before.fill(5)
    await before.sync(end=2)
    after.stream, after.records = before.stream, before.records
    reply = await after.sync(start=5)
    assert (reply.state, reply.agreed, reply.receipt) == ("fork", None, None)
