"""Who signs in at the desk, and who looked at what: values and the contract."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

Look = Literal["page", "queue", "search", "contact"]
"""What was looked at: a case's page or a list by an auditor, a reporter's contact by anybody."""


@dataclass(frozen=True, slots=True)
class SeatRow:
    """What an account may act as, from one day until before another, ``YYYY-MM-DD``."""

    role: str
    org: str
    valid_from: str = "2000-01-01"
    valid_to: str = "9999-12-31"


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account.

    Attributes:
        id: of a person who also makes records, that person's id.
        name: to sign in with, in lower case.
        password: Argon2id verifier.
        revoked_ms: since when nobody signs in with it; None for never.
    """

    id: str
    name: str
    password: str
    made_ms: int
    revoked_ms: int | None = None
    seats: tuple[SeatRow, ...] = ()


@dataclass(frozen=True, slots=True)
class LookRow:
    """Somebody looked; `case` is None for a list."""

    account: str
    case: UUID | None
    what: str
    at_ms: int


class AccountStore(Protocol):
    """Keeps accounts and their sessions."""

    async def add(self, account: AccountRow) -> bool:
        """Write a new account with its seats; False when its id or its name is taken."""
        ...

    async def all(self) -> Sequence[AccountRow]:
        """Return every account, by name, revoked ones too."""
        ...

    async def named(self, name: str) -> AccountRow | None:
        """Return an account by its name, or None."""
        ...

    async def put_seat(self, account: str, seat: SeatRow) -> None:
        """Give an account a seat, in the place of the same one with other days."""
        ...

    async def set_password(self, account: str, password: str) -> None:
        """Change a verifier and end the account's sessions."""
        ...

    async def end_sessions(self, account: str) -> int:
        """End an account's sessions; return how many there were."""
        ...

    async def revoke(self, account: str, now_ms: int) -> None:
        """Let nobody sign in with an account any more, and end its sessions."""
        ...

    async def begin_session(self, token: bytes, account: str, now_ms: int, expires_ms: int) -> None:
        """Keep a session by its token's digest; sessions that have ended are forgotten."""
        ...

    async def session(self, token: bytes, now_ms: int) -> AccountRow | None:
        """Return the account of a session that has not ended, unless it was revoked."""
        ...

    async def end_session(self, token: bytes) -> None:
        """Forget a session."""
        ...


class LookStore(Protocol):
    """Keeps who looked at what only few may see."""

    async def add(self, account: str, case: UUID | None, what: Look, at_ms: int) -> None:
        """Write down a look."""
        ...

    async def of_case(self, case: UUID) -> Sequence[LookRow]:
        """Return the looks at a case, oldest first."""
        ...
