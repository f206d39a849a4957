"""A target, and a module of the core, reaches the goal by itself: no other one's tests make up for its own."""

from tests.mutation.scores import FAIR_SAMPLE, Score, fallen_short, parts_of, total_of
from tests.mutation.targets import CORE, GOAL, TARGETS

MANY = 10_000


def score(killed: int, survived: int, *, unjudged: int = 0, equivalent: int = 0) -> Score:
    made = killed + survived + equivalent
    return Score(made + unjudged, made, killed, equivalent, ["a slip"] * survived)


def test_what_is_no_other_program_counts_neither_way() -> None:
    assert score(3, 1, equivalent=50).share == 0.75
    assert score(0, 0, equivalent=5).share == 1.0


def test_scores_are_added_up_with_every_survivor() -> None:
    total = total_of([score(3, 1, unjudged=2), score(1, 2, equivalent=4)])
    assert total == Score(13, 11, 4, 4, ["a slip"] * 3)


def test_all_that_reach_the_goal_pass_and_the_goal_itself_is_reached() -> None:
    assert fallen_short({path: score(85, 15) for target in TARGETS for path in target.sources()}) == []
    assert GOAL == 0.85


def test_a_target_falls_short_by_itself() -> None:
    good = {path: score(MANY, 0) for target in TARGETS[:-1] for path in target.sources()}
    (weak, *_) = TARGETS[-1].sources()
    assert fallen_short({**good, weak: score(84, 16)}) == [TARGETS[-1].name]


def test_a_module_of_the_core_falls_short_in_the_midst_of_a_good_target() -> None:
    for core in CORE:
        good = {path: score(MANY, 0) for target in TARGETS for path in target.sources()}
        assert fallen_short({**good, core: score(5, 1)}) == [core]


def test_all_together_fall_short_when_each_was_judged_by_too_few() -> None:
    few = {target.sources()[-1]: score(15, 10, unjudged=90) for target in TARGETS}
    assert fallen_short(few) == ["all"]


def test_a_sample_of_too_few_says_nothing_of_a_part() -> None:
    core = CORE[0]
    assert fallen_short({core: score(0, FAIR_SAMPLE - 1, unjudged=1)}) == []
    assert core in fallen_short({core: score(0, FAIR_SAMPLE, unjudged=1)})
    assert core in fallen_short({core: score(0, 1)})


def test_a_part_that_was_not_asked_for_is_not_told() -> None:
    assert list(parts_of({"sync/chain.py": score(7, 0)})) == ["tablet", "sync/chain.py"]


def test_every_module_of_the_core_belongs_to_a_target() -> None:
    assert set(CORE) <= {path for target in TARGETS for path in target.sources()}
