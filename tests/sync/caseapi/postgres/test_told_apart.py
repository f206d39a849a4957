"""What PostgreSQL refuses because of the machine passes; what it refuses because of the statement comes again."""

import asyncpg
import pytest

from sync.caseapi.errors import StorageFailed
from sync.caseapi.storage.postgres.connection import is_of_storage

PASSING = [
    asyncpg.DiskFullError("no room"),
    asyncpg.DeadlockDetectedError("in the way"),
    asyncpg.SerializationError("in the way"),
    asyncpg.AdminShutdownError("going down"),
    asyncpg.ConnectionDoesNotExistError("gone"),
    asyncpg.InsufficientPrivilegeError("not yours"),
    asyncpg.InterfaceError("closed"),
    ConnectionResetError("gone"),
    TimeoutError("too slow"),
    StorageFailed("no"),
]
OURS = [
    asyncpg.UniqueViolationError("twice"),
    asyncpg.NotNullViolationError("nothing"),
    asyncpg.CardinalityViolationError("twice in one statement"),
    asyncpg.DataError("no such number"),
    asyncpg.CharacterNotInRepertoireError("a zero byte"),
    asyncpg.UndefinedTableError("nowhere"),
    asyncpg.ProgramLimitExceededError("too long"),
    AssertionError("a case without a beginning"),
    KeyError("a fault of ours"),
]


@pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
def test_what_passes_is_of_the_storage(error: Exception) -> None:
    assert is_of_storage(error)


@pytest.mark.parametrize("error", OURS, ids=lambda error: type(error).__name__)
def test_what_comes_again_is_ours(error: Exception) -> None:
    assert not is_of_storage(error)
