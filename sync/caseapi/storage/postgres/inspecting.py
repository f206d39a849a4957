"""Reads a whole PostgreSQL database again in one consistent view, for verification; beside running servers, too."""

from types import TracebackType
from typing import Any, cast

from sync.caseapi.errors import CaseApiError, StorageFailed
from sync.caseapi.storage.postgres.connection import FAILED, PostgresConnection
from sync.caseapi.storage.postgres.migrating import shipped_steps
from sync.caseapi.storage.postgres.opening import read_identity
from sync.caseapi.storage.postgres.place import DatabasePlace
from sync.caseapi.storage.postgres.readers import ONE_VIEW
from sync.caseapi.storage.sqlite.inspecting import SqliteInspection
from sync.caseapi.storage.sqlite.migrating import check_schema

SAFE_SETTINGS = ("fsync", "full_page_writes")
"""Off, each of them loses with the power what tablets were told is on the disk; of a commit our own word counts."""


class PostgresInspection(SqliteInspection):
    """The `Inspection` of PostgreSQL; a context in which nothing changes.

    Attributes:
        is_as_made: no dump was played back since the database got its incarnation.
    """

    def __init__(self, place: DatabasePlace) -> None:
        """Open a database for reading only.

        Raises:
            DatabaseMissing: it has no tables of ours.
            SchemaRefused: it is of a newer program, or a step was edited.
            StorageFailed: the server cannot be reached, or refuses.
        """
        self._asked = PostgresConnection(place, is_streaming=True)
        # What is asked is written in the words that both engines read.
        self._connection = cast(Any, self._asked)
        try:
            self._asked.script(ONE_VIEW)
            identity = read_identity(self._asked)
            check_schema(self._connection, shipped_steps())
        except (*FAILED, CaseApiError):
            self._asked.close()
            raise
        self.incarnation, self.district, self.is_as_made = identity.incarnation, identity.district, identity.is_as_made

    def __enter__(self) -> "PostgresInspection":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._asked.close()
        if isinstance(exc, FAILED):
            raise StorageFailed(f"the database cannot be read: {exc}") from exc

    def integrity(self) -> str:
        """Return ``ok``, or by which setting the server would lose what it has told tablets."""
        for name in SAFE_SETTINGS:
            (value,) = self._asked.execute(f"select current_setting('{name}')").fetchone()
            if value == "off":
                return f"the server's setting {name} is off: a power cut may lose what tablets were told"
        return "ok"

    def engine(self) -> str:
        """Return name and version of the engine."""
        (version,) = self._asked.execute("select current_setting('server_version')").fetchone()
        return f"PostgreSQL {version}"
