"""The engine alone, where a tablet is to be erased, forks at its end, or has no room for what the feeds bring."""

import pytest

from sync.tablet.engine import ApplyPage, Erase, Forget, Fork, Judgement, Settle, judge, plan_request, read_reply
from sync.tablet.values import Batch, Stream
from sync.wire import FeedPage, Hello, Snapshot, SyncReply
from tests.sync.tablet.makers import entry, uuid_text
from tests.sync.tablet.test_engine import CURSORS, HEADS, KEY, STREAM, agreed_proof, answer, batch, reply

NOBODY_WAITS = Hello("test", "2026-11-23T08:15:03.120+08:00", 1, "boot", 0)
ONE_WAITS = Hello("test", "2026-11-23T08:15:03.120+08:00", 1, "boot", 1)
PHOTO = "ab" * 32


def judged(
    asked: Batch, value: SyncReply, *, hello: Hello = NOBODY_WAITS, is_erased: bool = False, is_pulling: bool = True
) -> Judgement:
    request = plan_request(asked, cursors=CURSORS, hello=hello, is_erased=is_erased, is_pulling=is_pulling)
    proven = read_reply(answer(value), stream=str(STREAM), receipt_key=KEY.public_key())
    return judge(asked, proven, own_head=HEADS[value.watermark], request=request)


@pytest.mark.parametrize(("asked", "is_erased", "is_said"), [(5, True, True), (5, False, False), (2, True, False)])
def test_that_all_is_erased_is_said_once_nothing_waits(asked: int, is_erased: bool, is_said: bool) -> None:
    request = plan_request(batch(asked), cursors=CURSORS, hello=NOBODY_WAITS, is_erased=is_erased)
    assert request.erased is is_said


def test_a_tablet_says_nothing_of_erasing_and_pulls_unless_it_is_told_otherwise() -> None:
    request = plan_request(batch(5), cursors=CURSORS, hello=NOBODY_WAITS)
    assert (request.erased, request.pull) == (False, True)


def test_the_key_goes_when_the_server_has_heard_that_all_is_erased() -> None:
    told = judged(batch(5), reply(state="erase"), is_erased=True)
    assert (told.effects, told.more, told.notice) == ((Forget(),), False, "erased")


def test_a_server_that_erases_nothing_takes_no_key_away() -> None:
    told = judged(batch(5), reply(), is_erased=True)
    assert [type(effect) for effect in told.effects] == [Settle]
    assert (told.more, told.notice) == (False, "")


def test_empty_hands_settle_first_and_are_erased_then() -> None:
    told = judged(batch(5), reply(state="erase"))
    settle, erase = told.effects
    assert isinstance(settle, Settle)
    assert (erase, told.more, told.notice) == (Erase(at_once=False), True, "revoked")
    assert Erase() == Erase(at_once=False)


@pytest.mark.parametrize(
    ("asked", "hello", "owed"),
    [(2, NOBODY_WAITS, []), (5, ONE_WAITS, []), (5, NOBODY_WAITS, [PHOTO])],
    ids=["records", "others waiting", "photos"],
)
def test_whatever_is_not_handed_over_is_erased_at_once(asked: int, hello: Hello, owed: list[str]) -> None:
    told = judged(batch(asked), reply(state="erase", media_owed=owed), hello=hello)
    assert (told.effects, told.more) == ((Erase(at_once=True),), True)


def test_both_may_agree_on_all_that_was_sent_and_still_fork() -> None:
    told = judged(batch(), reply(state="fork", agreed=5, agreed_proof=agreed_proof(5)))
    assert (told.effects, told.more) == ((Fork(5),), True)


def test_a_proof_with_a_stray_character_is_none() -> None:
    told = judged(batch(), reply(state="fork", agreed=3, agreed_proof=f"{agreed_proof(3)[:8]}!{agreed_proof(3)[8:]}"))
    assert told.effects == (Fork(None),)


def test_a_stream_that_agrees_on_nothing_with_the_old_one_says_so() -> None:
    stream = Stream(1, str(STREAM), "old", None, 0, HEADS[0], 0)
    request = plan_request(Batch(stream, (), HEADS[0], HEADS[0], 0), cursors={}, hello=NOBODY_WAITS)
    assert request.forked_from == ("old", 0)


@pytest.mark.parametrize(
    ("page", "is_applied"),
    [
        (FeedPage((3, "c" * 16), entries=[entry(3, "verdict", uuid_text(1), {})]), True),
        (FeedPage((4, "d" * 16), entries=[entry(4, "verdict", uuid_text(1), {})]), True),
        (FeedPage((4, "d" * 16)), True),
        (FeedPage((3, "c" * 16)), False),
        (FeedPage((4, "d" * 16), snapshot=Snapshot(4, "d" * 16, "d" * 64, 10)), False),
        (FeedPage((3, "c" * 16), snapshot=Snapshot(4, "d" * 16, "d" * 64, 10)), False),
    ],
    ids=["entries", "entries further on", "further on", "nothing new", "snapshot further on", "snapshot"],
)
def test_without_room_only_pages_of_the_tablets_own_feed_are_taken(page: FeedPage, is_applied: bool) -> None:
    feeds = {"device:1": page, "grid:2": FeedPage((9, "e" * 16), more=True)}
    told = judged(batch(), reply(feeds=feeds), is_pulling=False)
    applied = (ApplyPage("device:1", tuple(page.entries), page.cursor),) if is_applied else ()
    assert (told.effects[1:], told.more) == (applied, False)


@pytest.mark.parametrize(("cursor", "is_applied"), [((3, "c" * 16), False), ((4, "d" * 16), True)])
def test_a_page_that_says_nothing_new_is_no_work(cursor: tuple[int, str], is_applied: bool) -> None:
    told = judged(batch(), reply(feeds={"device:1": FeedPage(cursor)}))
    assert told.effects[1:] == ((ApplyPage("device:1", (), cursor),) if is_applied else ())
