"""The journal's values are facts: nobody can change one that another screen already shows."""

import msgspec
import pytest

from sync import journal

VALUES = [
    value
    for value in vars(journal).values()
    if isinstance(value, type) and issubclass(value, msgspec.Struct) and value.__module__ == journal.__name__
]


def test_there_are_values_to_hold_to_this() -> None:
    assert {"JournalEntry", "JournalSummary", "SyncStatus"} <= {value.__name__ for value in VALUES}


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value.__name__)
def test_a_value_is_frozen(value: type[msgspec.Struct]) -> None:
    assert value.__struct_config__.frozen


def test_an_idle_sync_claims_nothing() -> None:
    status = journal.SyncStatus("idle")
    assert (status.sent, status.total, status.fault, status.proven_at_ms, status.proven_again) == (
        0,
        0,
        None,
        None,
        False,
    )


def test_a_tablet_that_is_not_enrolled_names_no_server() -> None:
    enrolment = journal.Enrolment("none")
    assert (enrolment.origin, enrolment.digits, enrolment.device, enrolment.server) == ("", "", "", "")
