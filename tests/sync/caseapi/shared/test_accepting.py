"""What of an exchange is new is decided by the chain alone: every overlap, every gap, every difference."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.caseapi.storage.accepting import Decision, StreamState, compared_places, decide, unopened
from sync.caseapi.storage.values import ArrivedRecord, Incoming
from sync.chain import first_head, next_head, record_digest
from sync.wire import Hello

DEVICE, OTHER, STREAM = UUID(int=1), UUID(int=2), UUID(int=3)
HELLO = Hello("0.1.0", "2026-11-23T16:00:00.000+08:00", 1, "b" * 36, unsettled=0, free_bytes=1)


def records(words: str) -> list[ArrivedRecord]:
    """Return a record for each letter."""
    return [ArrivedRecord(word.encode(), record_digest(word.encode()), "", "actor", "") for word in words]


def heads(words: str) -> list[bytes]:
    """Return the head at every place of a stream with a record for each letter, place 0 included."""
    found = [first_head(STREAM)]
    for record in records(words):
        found.append(next_head(found[-1], record.digest))
    return found


def incoming(words: str, start: int = 1, *, head: bytes | None = None, device: UUID = DEVICE) -> Incoming:
    """Return an exchange of all but the first records of a stream with a record for each letter."""
    chain = heads(words)
    sent = tuple(records(words)[start - 1 :])
    return Incoming(device, STREAM, start, chain[start - 1], chain[-1] if head is None else head, sent, HELLO, 0)


def held(words: str, *, device: UUID = DEVICE) -> StreamState:
    return StreamState(device, len(words), heads(words)[-1])


def decided(state: StreamState, kept: str, asked: Incoming) -> Decision:
    """Decide with the heads that a storage would look up, and no others."""
    chain = heads(kept)
    return decide(state, asked, {n: chain[n] for n in compared_places(state, asked)})


def new_of(decision: Decision, words: str) -> Sequence[tuple[int, bytes, bytes]]:
    found = [(each.n, each.record.raw, each.head) for each in decision.new]
    assert found == [(n, words[n - 1].encode(), heads(words)[n]) for n, _, _ in found]
    return found


def test_a_stream_that_nobody_opened_holds_nothing_and_is_whoevers_asks() -> None:
    state = unopened(incoming("ab"))
    assert state == StreamState(DEVICE, 0, first_head(STREAM))
    decision = decided(state, "", incoming("ab"))
    assert (decision.state, decision.agreed, decision.repeated) == ("ok", None, range(1, 1))
    assert [n for n, _, _ in new_of(decision, "ab")] == [1, 2]


@given(st.integers(0, 6), st.integers(1, 7), st.integers(0, 6))
def test_what_lies_past_the_watermark_is_new_and_the_rest_repeated(watermark: int, start: int, more: int) -> None:
    kept = "abcdef"[:watermark]
    words = "abcdefghijklm"[: start - 1 + more]
    asked = incoming(words, start)
    decision = decided(held(kept), kept, asked)
    if start - 1 > watermark:
        assert decision == Decision("rewind")
        return
    last = start - 1 + more
    assert decision.state == "ok"
    assert [n for n, _, _ in new_of(decision, words)] == list(range(watermark + 1, last + 1))
    assert list(decision.repeated) == list(range(start, min(last, watermark) + 1))


def test_places_are_compared_from_the_one_before_the_request_to_the_last_that_both_have() -> None:
    assert compared_places(held("abcd"), incoming("abcdef", 3)) == range(2, 5)
    assert compared_places(held("abcd"), incoming("abc", 3)) == range(2, 4)
    assert compared_places(held("abcd"), incoming("abcdef", 1)) == range(1, 5)
    assert list(compared_places(held(""), incoming("ab"))) == []
    assert list(compared_places(held("ab"), incoming("abcdef", 5))) == []


@given(st.integers(0, 5), st.integers(0, 5), st.integers(1, 6))
def test_a_stream_that_went_another_way_forks_at_the_last_place_of_both(same: int, apart: int, start: int) -> None:
    kept = "abcde"[:same] + "vwxyz"[:apart]
    words = "abcde"[:same] + "n"
    if start > len(words) or apart == 0:
        return
    decision = decided(held(kept), kept, incoming(words, start))
    assert (decision.state, decision.agreed, decision.new) == ("fork", same if start <= same + 1 else None, ())


def test_a_head_that_is_not_that_of_the_records_is_a_fork_that_stores_nothing() -> None:
    for kept in ("", "a", "ab"):
        decision = decided(held(kept), kept, incoming("ab", head=b"x" * 32))
        assert decision == Decision("fork", agreed=len(kept))
        assert (list(decision.new), list(decision.repeated)) == ([], [])


def test_a_place_before_that_is_not_agreed_on_is_a_fork_even_with_nothing_sent() -> None:
    asked = Incoming(DEVICE, STREAM, 3, b"x" * 32, b"x" * 32, (), HELLO, 0)
    decision = decided(held("abc"), "abc", asked)
    assert (decision.state, decision.agreed) == ("fork", None)
    asked = Incoming(DEVICE, STREAM, 1, b"x" * 32, b"x" * 32, (), HELLO, 0)
    decision = decided(held("abc"), "abc", asked)
    assert (decision.state, decision.agreed) == ("fork", None)


@pytest.mark.parametrize("start", [1, 2, 3])
def test_asking_with_nothing_to_send_adds_nothing_where_both_agree(start: int) -> None:
    decision = decided(held("abcd"), "abcd", incoming("abcd"[: start - 1], start))
    assert (decision.state, decision.new, list(decision.repeated)) == ("ok", (), [])


def test_another_tablets_stream_is_never_gone_on_with_nor_told_how_far_it_is_held() -> None:
    state = held("ab", device=OTHER)
    for words, start, agreed in (("ab", 1, 2), ("abc", 1, 2), ("abc", 3, 2), ("abcde", 5, None)):
        decision = decided(state, "ab", incoming(words, start))
        assert (decision.state, decision.agreed, decision.new) == ("fork", agreed, ())
