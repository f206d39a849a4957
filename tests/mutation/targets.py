"""Which modules are judged, by which tests, and which of their mutants are no other program."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

GOAL = 0.85
"""Least share of mutants that the tests must notice, of each target and of each module of the core."""

CORE = (
    "sync/tablet/engine.py",
    "sync/chain.py",
    "sync/caseapi/storage/accepting.py",
    "sync/caseapi/storage/feed_chain.py",
)
"""Modules that need the goal for themselves: what is sent, what is held, what is new, where a feed ends."""


@dataclass(frozen=True, slots=True)
class Target:
    """Modules that the same tests judge.

    Attributes:
        modules: globs of source files, relative to the repository.
        tests: globs of test files; those that start processes of their own see no mutant and are left out.
    """

    name: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]

    def sources(self) -> list[str]:
        """Return the paths of the modules, in order."""
        return _found(self.modules)

    def test_files(self) -> list[str]:
        """Return the paths of the test files, in order."""
        return [path for path in _found(self.tests) if path not in _PROCESSES]


_PROCESSES = {
    "tests/sync/caseapi/test_serve_process.py",
    "tests/sync/caseapi/hostile/test_hostile_sockets.py",
    "tests/sync/caseapi/hostile/test_described_api.py",
    "tests/sync/tablet/test_store_kills.py",
    "tests/sync/tablet/test_tls_pinning.py",
}

_OF_SHARED = (
    *("gaps_and_forks", "group_commit", "feed_heads", "feed_paging", "restoring", "storage_opening", "verifying"),
    *("media_folders_on_disk", "media_http", "media_place", "media_places", "media_resumed", "media_shared_folder"),
    *("receipt_log_on_disk", "search_text", "case_search", "near_cases", "desk_administration", "casework"),
    *("judging_and_folding", "exports", "imports", "revocation"),
)
"""Tests of what the modules do that all storages share; those of the whole server would only take longer."""

TARGETS = (
    Target(
        "tablet",
        ("sync/tablet/engine.py", "sync/chain.py", "sync/tablet/store/*.py"),
        (
            "tests/sync/test_chain_heads.py",
            "tests/sync/test_recorded_exchanges.py",
            "tests/sync/tablet/test_*.py",
            "tests/sync/hostile/test_*.py",
            "tests/contracts/test_journal_contract.py",
        ),
    ),
    Target(
        "shared",
        ("sync/caseapi/storage/*.py",),
        (
            "tests/sync/caseapi/shared/test_*.py",
            *(f"tests/sync/caseapi/test_{name}.py" for name in _OF_SHARED),
            "tests/sync/caseapi/cases/test_case_figures.py",
            "tests/sync/caseapi/places/test_place_lists.py",
            "tests/contracts/test_storage*.py",
            "tests/contracts/test_blob_store_contract.py",
        ),
    ),
    Target(
        "postgres",
        ("sync/caseapi/storage/postgres/*.py",),
        (
            "tests/sync/caseapi/postgres/test_*.py",
            "tests/sync/caseapi/test_grid_notices.py",
            "tests/sync/caseapi/test_case_end_to_end.py",
            "tests/contracts/test_storage*.py",
        ),
    ),
    Target(
        "caseapi",
        ("sync/caseapi/storage/sqlite/*.py",),
        (
            "tests/sync/caseapi/test_*.py",
            "tests/sync/caseapi/places/test_*.py",
            "tests/sync/caseapi/desk/test_desk_over_storage.py",
            "tests/contracts/test_storage*.py",
        ),
    ),
)


def _found(globs: tuple[str, ...]) -> list[str]:
    return [str(path.relative_to(ROOT)) for each in globs for path in sorted(ROOT.glob(each))]
