"""The mutants are programs with one slip each, and the book of those that are no other program is true."""

import ast

import pytest

from tests.mutation.children import Book
from tests.mutation.equivalents import EQUIVALENT
from tests.mutation.mutants import Mutant, compiled, mutants_of
from tests.mutation.sql import is_statement, sql_slips
from tests.mutation.targets import ROOT, TARGETS

SOURCE = '''"""Says how much fits."""
LIMIT = 3


def fits(sizes: list[int], most: int = LIMIT) -> bool:
    """Tell whether it fits."""
    total = 0
    for size in sizes:
        if size < 0:
            raise ValueError(f"{size} is below 0")
        total += size
    log.info("asked", size=1)
    return total <= most and not (total == 1)
'''


def kinds() -> set[tuple[int, str, str]]:
    return {(mutant.line, mutant.kind, mutant.after) for mutant in mutants_of("fits.py", SOURCE)}


def test_every_slip_that_matters_is_made() -> None:
    assert kinds() == {
        (2, "constant", "4"),
        (7, "constant", "1"),
        (9, "comparison", "size <= 0"),
        (9, "comparison", "size >= 0"),
        (9, "constant", "1"),
        (10, "removed", "pass"),
        (11, "arithmetic", "total -= size"),
        (11, "removed", "pass"),
        (13, "return", "return None"),
        (13, "boolean", "total <= most or not total == 1"),
        (13, "boolean", "total == 1"),
        (13, "comparison", "total < most"),
        (13, "comparison", "total > most"),
        (13, "comparison", "total != 1"),
        (13, "constant", "2"),
    }


def test_what_only_says_what_others_do_has_no_slips() -> None:
    source = (
        'class Store(Protocol):\n    async def newest(self, limit: int = 50) -> int:\n        "Find."\n        ...\n'
    )
    assert mutants_of("store.py", source) == []
    assert len(mutants_of("store.py", source.replace("...", "return 1"))) == 2


def test_a_mutant_has_its_slip_and_no_other() -> None:
    for mutant in mutants_of("fits.py", SOURCE):
        right, wrong = ast.parse(SOURCE), compiled(mutant, SOURCE, "fits.py")
        assert wrong != compile(right, "fits.py", "exec"), mutant.name


def test_a_mutant_behaves_as_its_slip_says() -> None:
    (mutant,) = [each for each in mutants_of("fits.py", SOURCE) if each.after == "total < most"]
    space: dict[str, object] = {"log": type("Log", (), {"info": staticmethod(lambda *_, **__: None)})}
    exec(compiled(mutant, SOURCE, "fits.py"), space)  # noqa: S102 - the slip stands in this file
    fits = space["fits"]
    assert callable(fits)
    assert (fits([2]), fits([3])) == (True, False)


def test_a_slip_inside_a_function_names_the_lines_that_must_run() -> None:
    lines = {(mutant.line, tuple(mutant.lines)) for mutant in mutants_of("fits.py", SOURCE)}
    assert lines == {(2, ()), *((line, (line,)) for line in (7, 9, 10, 11, 13))}


@pytest.mark.parametrize(
    ("text", "slips"),
    [
        ("select n from records where n > ?", {"select n from records where n >= ?"}),
        ("update feeds set number = ? where scope = ?", {"update feeds set number = ? where scope <> ?"}),
        ("select a from b order by a limit ?", {"select a from b order by a desc limit ?"}),
        ("select max(n) from records", {"select min(n) from records"}),
    ],
)
def test_statements_of_sql_slip_where_they_compare(text: str, slips: set[str]) -> None:
    assert set(sql_slips(text)) == slips


def test_a_sentence_is_no_statement() -> None:
    assert not is_statement("reading a setting")
    assert not is_statement("create table facts (name text) strict")


def test_a_slip_is_judged_by_the_tests_that_run_it_the_quickest_first() -> None:
    book = Book(
        tests={("a.py", 1): {"slow", "quick", "broken"}, ("a.py", 2): {"other"}, ("b.py", 1): {"far"}},
        seconds={"slow": 2.0, "quick": 1.0, "other": 3.0, "far": 0.5, "broken": 0.1},
        failed={"broken"},
    )
    assert book.judging("a.py", range(1, 2)) == ["quick", "slow"]
    assert book.judging("a.py", range(2, 5)) == ["other"]
    assert book.judging("a.py", range(7, 8)) == []
    assert book.judging("a.py", range(0)) == ["quick", "slow", "other", "far"]
    assert book.judging("only_values.py", range(0)) == ["far", "quick", "slow", "other"]


def _every_mutant() -> list[Mutant]:
    return [
        mutant
        for target in TARGETS
        for path in target.sources()
        for mutant in mutants_of(path, (ROOT / path).read_text(encoding="utf-8"))
    ]


def test_every_mutant_called_equivalent_can_still_be_made_and_says_why() -> None:
    names = {mutant.name for mutant in _every_mutant()}
    assert not {name for name in EQUIVALENT if name not in names}
    assert all(len(reason) > 10 for reason in EQUIVALENT.values())


def test_the_tests_of_every_target_are_there() -> None:
    assert all(target.sources() and target.test_files() for target in TARGETS)
