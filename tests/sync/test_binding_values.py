"""What the driver takes without its detour is stored and read back as it was."""

import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from sync.binding import bind_directly

Value = bytes | str | int | float | None


@given(
    st.lists(
        st.none()
        | st.binary(max_size=50)
        | st.integers(-(2**63), 2**63 - 1)
        | st.floats(allow_nan=False)
        | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
        min_size=1,
        max_size=8,
    )
)
def test_every_value_comes_back_as_it_was_bound(values: list[Value]) -> None:
    bind_directly()
    connection = sqlite3.connect(":memory:")
    row = connection.execute(f"select {', '.join('?' * len(values))}", values).fetchone()
    connection.close()
    assert [(type(value), value) for value in row] == [(type(value), value) for value in values]


def test_both_ends_bind_directly() -> None:
    import sync.caseapi.storage.sqlite.connection
    import sync.tablet.store.connections

    for module in (sync.tablet.store.connections, sync.caseapi.storage.sqlite.connection):
        assert module.bind_directly is bind_directly
    assert {(kind, sqlite3.PrepareProtocol) for kind in (bytes, type(None))} <= set(sqlite3.adapters)
