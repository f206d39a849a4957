"""The `AccountStore` and the `LookStore` of SQLite."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sync.caseapi.storage.accounts import AccountRow, Look, LookRow, SeatRow
from sync.caseapi.storage.sqlite.readers import Readers
from sync.caseapi.storage.sqlite.writer import Writer

_Result = TypeVar("_Result")

_ACCOUNT = "select account.id, name, password, account.made_ms, revoked_ms from account"


class SqliteAccounts:
    """Keeps accounts and their sessions."""

    def __init__(self, writer: Writer, readers: Readers, district: str) -> None:
        self._writer = writer
        self._readers = readers
        self._district = district

    async def add(self, account: AccountRow) -> bool:
        """Write a new account with its seats; False when its id or its name is taken."""

        def work(connection: sqlite3.Connection) -> bool:
            values = (self._district, account.id, account.name, account.password, account.made_ms, account.revoked_ms)
            added = connection.execute(
                "insert into account (district_id, id, name, password, made_ms, revoked_ms)"
                " values (?, ?, ?, ?, ?, ?) on conflict do nothing",
                values,
            )
            if added.rowcount == 1:
                for seat in account.seats:
                    _put_seat(connection, self._district, account.id, seat)
            return added.rowcount == 1

        return await self._write(work)

    async def all(self) -> Sequence[AccountRow]:
        """Return every account, by name."""

        def read(connection: sqlite3.Connection) -> list[AccountRow]:
            rows = connection.execute(f"{_ACCOUNT} where district_id = ? order by name", (self._district,)).fetchall()
            return [_account(connection, self._district, row) for row in rows]

        return await self._readers.read(read)

    async def named(self, name: str) -> AccountRow | None:
        """Return an account by its name, or None."""

        def read(connection: sqlite3.Connection) -> AccountRow | None:
            row = connection.execute(
                f"{_ACCOUNT} where district_id = ? and name = ?", (self._district, name)
            ).fetchone()
            return None if row is None else _account(connection, self._district, row)

        return await self._readers.read(read)

    async def put_seat(self, account: str, seat: SeatRow) -> None:
        """Give an account a seat."""
        await self._write(lambda connection: _put_seat(connection, self._district, account, seat))

    async def set_password(self, account: str, password: str) -> None:
        """Change a verifier and end the account's sessions."""

        def work(connection: sqlite3.Connection) -> None:
            key = (self._district, account)
            connection.execute("update account set password = ? where district_id = ? and id = ?", (password, *key))
            connection.execute("delete from session where district_id = ? and account = ?", key)

        await self._write(work)

    async def end_sessions(self, account: str) -> int:
        """End an account's sessions."""

        def work(connection: sqlite3.Connection) -> int:
            key = (self._district, account)
            return connection.execute("delete from session where district_id = ? and account = ?", key).rowcount

        return await self._write(work)

    async def revoke(self, account: str, now_ms: int) -> None:
        """Let nobody sign in with an account any more, and end its sessions."""

        def work(connection: sqlite3.Connection) -> None:
            key = (self._district, account)
            connection.execute(
                "update account set revoked_ms = coalesce(revoked_ms, ?) where district_id = ? and id = ?",
                (now_ms, *key),
            )
            connection.execute("delete from session where district_id = ? and account = ?", key)

        await self._write(work)

    async def begin_session(self, token: bytes, account: str, now_ms: int, expires_ms: int) -> None:
        """Keep a session; those that have ended are forgotten."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "delete from session where district_id = ? and expires_ms <= ?", (self._district, now_ms)
            )
            connection.execute(
                "insert into session (district_id, token, account, made_ms, expires_ms) values (?, ?, ?, ?, ?)",
                (self._district, token, account, now_ms, expires_ms),
            )

        await self._write(work)

    async def session(self, token: bytes, now_ms: int) -> AccountRow | None:
        """Return the account of a session that has not ended."""

        def read(connection: sqlite3.Connection) -> AccountRow | None:
            row = connection.execute(
                "select account.id, name, password, account.made_ms, revoked_ms from session join account"
                " on account.district_id = session.district_id and account.id = session.account"
                " where session.district_id = ? and token = ? and expires_ms > ? and revoked_ms is null",
                (self._district, token, now_ms),
            ).fetchone()
            return None if row is None else _account(connection, self._district, row)

        return await self._readers.read(read)

    async def end_session(self, token: bytes) -> None:
        """Forget a session."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("delete from session where district_id = ? and token = ?", (self._district, token))

        await self._write(work)

    async def _write(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        return await self._writer.run(work, is_alone=True)


class SqliteLooks:
    """Keeps who looked at what only few may see."""

    def __init__(self, writer: Writer, readers: Readers, district: str) -> None:
        self._writer = writer
        self._readers = readers
        self._district = district

    async def add(self, account: str, case: UUID | None, what: Look, at_ms: int) -> None:
        """Write down a look."""
        values = (self._district, account, case.bytes if case is not None else None, what, at_ms)

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "insert into case_look (district_id, account, case_id, what, at_ms) values (?, ?, ?, ?, ?)", values
            )

        await self._writer.run(work, is_alone=True)

    async def of_case(self, case: UUID) -> Sequence[LookRow]:
        """Return the looks at a case, oldest first."""

        def read(connection: sqlite3.Connection) -> list[LookRow]:
            rows = connection.execute(
                "select account, what, at_ms from case_look where district_id = ? and case_id = ?"
                " order by at_ms, given",
                (self._district, case.bytes),
            )
            return [LookRow(account, case, what, at_ms) for account, what, at_ms in rows]

        return await self._readers.read(read)


def _account(connection: sqlite3.Connection, district: str, row: tuple[Any, ...]) -> AccountRow:
    seats = connection.execute(
        "select role, org, valid_from, valid_to from account_seat where district_id = ? and account = ?"
        " order by role, org",
        (district, row[0]),
    )
    account, name, password, made_ms, revoked_ms = row
    return AccountRow(account, name, password, made_ms, revoked_ms, tuple(SeatRow(*seat) for seat in seats))


def _put_seat(connection: sqlite3.Connection, district: str, account: str, seat: SeatRow) -> None:
    connection.execute(
        "insert or replace into account_seat (district_id, account, role, org, valid_from, valid_to)"
        " values (?, ?, ?, ?, ?, ?)",
        (district, account, seat.role, seat.org, seat.valid_from, seat.valid_to),
    )
