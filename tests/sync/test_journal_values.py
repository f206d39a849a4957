"""The journal's values are facts: nobody can change one that another screen already shows."""

import dataclasses

import pytest

from sync import journal

VALUES = [value for value in vars(journal).values() if dataclasses.is_dataclass(value) and isinstance(value, type)]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value.__name__)
def test_a_value_is_frozen_and_slotted(value: type) -> None:
    assert value.__dataclass_params__.frozen  # type: ignore[attr-defined]  # dataclasses write it there
    assert "__slots__" in vars(value)


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
