"""Every call falls to one share, and none of them is the one that all others wait for."""

from hypothesis import given
from hypothesis import strategies as st

from tests.faults.cuts.points import ENOUGH, Aim, shared
from tests.faults.cuts.preload import FAULTS, Point

SORTS = {"lock shm": 258, "write wal": 81, "read database": 65, "read wal": 62, "stat database": 24, "sync wal": 13}
SORTS |= {"write socket": 11, "read socket": 9, "write shm": 8, "open photo": 4} | {f"close {n}": 1 for n in range(20)}
"""Calls of a tablet's shift, about."""

OF = 6


def aims_at(sorts: dict[str, int]) -> list[Aim]:
    points = [Point(call, n) for call, count in sorts.items() for n in range(1, count + 1)]
    return [(point, fault) for point in points for fault in FAULTS]


def test_shares_are_of_about_the_same_size() -> None:
    sizes = [len(shared(aims_at(SORTS), share, OF)) for share in range(OF)]

    assert max(sizes) <= 1.15 * sum(sizes) / OF


@given(sorts=st.dictionaries(st.sampled_from(sorted(SORTS)), st.integers(1, 90), max_size=5), of=st.integers(1, OF))
def test_every_call_falls_to_one_share(sorts: dict[str, int], of: int) -> None:
    aims = aims_at(sorts)
    dealt = [aim for share in range(of) for aim in shared(aims, share, of)]

    assert sorted(dealt, key=aims.index) == aims


def test_a_share_has_all_of_a_sort_or_enough_to_meet_it_with_every_fault() -> None:
    for share in range(OF):
        mine = [point.call for point, _fault in shared(aims_at(SORTS), share, OF)]
        for call in set(mine):
            assert mine.count(call) >= min(SORTS[call], ENOUGH) * len(FAULTS)
