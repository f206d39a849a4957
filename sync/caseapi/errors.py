"""The errors of the case API, and their stable codes.

CaseApiError                  E-CASEAPI
├── Overloaded                E-BUSY      too many exchanges wait; try again in a moment
├── StorageFailed             E-STORE     the database could not write or read: full disk, input or output error
├── WorkFailed                E-INTERNAL  a fault of the program in a piece of work; nothing of it was kept
├── SchemaRefused             E-SCHEMA    the database is newer than this program, or an applied step was edited
├── DatabaseInUse             E-INUSE     another process owns this database
├── DatabaseMissing           E-NODB      there is no database at this place, or it has no tables of ours
├── DatabaseRestored          E-RESTORED  the database was played back from a dump, and nobody has said so yet
├── ConfigInvalid             E-CONFIG    a setting is unknown or has a wrong value
├── KeyUnreadable             E-KEY       a key file is missing, damaged or readable by others
├── UnknownDevice             E-DEVICE    no device of this district has this id
├── DeviceLocked              E-LOCKED    the device was revoked and has been erased
├── CodeRefused               E-CODE      a one-time code is unknown, expired or used by another key
├── DigitsRefused             E-DIGITS    no waiting tablet shows these six digits, or more than one
├── ProtocolUnknown           E-PROTOCOL  the request speaks a protocol that this program does not know
├── NotNamed                  E-UNNAMED   no stored record names this file; again after the next exchange
├── OffsetConflict            E-OFFSET    a part begins elsewhere than what is held ends
├── WrongHash                 E-HASH      a whole upload does not have its hash: it was discarded
├── SnapshotGone              E-SNAPSHOT  the snapshot is no longer kept; the next exchange offers a new one
├── UnknownGrid               E-GRID      no such grid is imported
├── UnknownCase               E-CASE      there is no such case, or none that the asker may see
├── NotThere                  E-NONE      there is no such category, version, account or tablet
├── ActRefused                E-ACT       the case does not allow this now, or not by this account
├── VersionConflict           E-VERSION   somebody else acted on the case first; both texts are handed back
├── InputRefused              E-INPUT     a field of a desk's request says what cannot be
├── SheetRefused              E-SHEET     categories of the catalogue have faults; nothing was changed
├── DraftChanged              E-DRAFT     somebody else edited or published the catalogue meanwhile
├── NotAllowed                E-RIGHT     the account has no seat with the right for this
├── SignInRefused             E-SIGNIN    name or password is wrong, or nobody is signed in any more
├── SignInPaused              E-PAUSED    too many wrong passwords for this name; try again later
├── ImportRefused             E-IMPORT    the files have faults; nothing was changed
└── CommandRefused            E-COMMAND   the running server refused an administrative command
"""

from collections.abc import Sequence
from typing import Any

from sync.errors import SyncError


class CaseApiError(SyncError):
    """Something went wrong in the case API, not in a message of a tablet."""

    code = "E-CASEAPI"


class Overloaded(CaseApiError):
    """Too many exchanges wait already.

    Attributes:
        retry_after_s: whole seconds after which to try again, at least; spread where it is sent.
    """

    code = "E-BUSY"

    def __init__(self, message: str, retry_after_s: int = 1) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class StorageFailed(CaseApiError):
    """The database could not be written or read; nothing of the failed piece of work was kept."""

    code = "E-STORE"


class WorkFailed(CaseApiError):
    """The program failed in a piece of work, not the storage; nothing of it was kept, and the log says why."""

    code = "E-INTERNAL"


class SchemaRefused(CaseApiError):
    """The database is of a newer program, or a schema step was edited after it was applied."""

    code = "E-SCHEMA"


class DatabaseInUse(CaseApiError):
    """Another process owns this database."""

    code = "E-INUSE"


class DatabaseMissing(CaseApiError):
    """There is no database of ours at this place."""

    code = "E-NODB"


class DatabaseRestored(CaseApiError):
    """The database was played back from a dump: before it is served, it needs an incarnation of its own."""

    code = "E-RESTORED"

    def __init__(self) -> None:
        super().__init__("this database was played back from a dump; before it is served, run: caseapi restore")


class ConfigInvalid(CaseApiError):
    """A setting is unknown or has a wrong value; the sentence names file, key and what would be right."""

    code = "E-CONFIG"


class KeyUnreadable(CaseApiError):
    """A key file is missing, damaged, or readable by others."""

    code = "E-KEY"


class UnknownDevice(CaseApiError):
    """No device of this district has this id."""

    code = "E-DEVICE"


class DeviceLocked(CaseApiError):
    """The device was revoked and has been erased."""

    code = "E-LOCKED"


class CodeRefused(CaseApiError):
    """A one-time code is unknown, expired, or was used by another key."""

    code = "E-CODE"


class DigitsRefused(CaseApiError):
    """No waiting tablet shows these six digits, or more than one does."""

    code = "E-DIGITS"


class ProtocolUnknown(CaseApiError):
    """The request speaks a protocol that this program does not know."""

    code = "E-PROTOCOL"


class NotNamed(CaseApiError):
    """No stored record of this tablet names this file, or not yet."""

    code = "E-UNNAMED"


class OffsetConflict(CaseApiError):
    """A part begins elsewhere than what is held of its file ends.

    Attributes:
        offset: where the next part begins.
        length: of the whole file.
    """

    code = "E-OFFSET"

    def __init__(self, message: str, *, offset: int, length: int) -> None:
        super().__init__(message)
        self.offset = offset
        self.length = length


class WrongHash(CaseApiError):
    """A whole upload does not have the hash it is named by; it was discarded, the record stays."""

    code = "E-HASH"


class SnapshotGone(CaseApiError):
    """The snapshot is no longer kept; the next exchange offers a new one."""

    code = "E-SNAPSHOT"


class UnknownGrid(CaseApiError):
    """No such grid is imported."""

    code = "E-GRID"


class UnknownCase(CaseApiError):
    """There is no such case, or none that who asks may see."""

    code = "E-CASE"


class NotThere(CaseApiError):
    """What an address names is not there."""

    code = "E-NONE"


class ActRefused(CaseApiError):
    """A case does not allow an action now, or not by who asked.

    Attributes:
        why: ``right``, ``not_lead`` or a word of `cases.life.Misfit.why` and of `cases.asides`.
        missing: what the action should have said.
        allowed: what the case allows now, each action with the roles that may take it.
    """

    code = "E-ACT"

    def __init__(
        self,
        message: str,
        *,
        why: str,
        missing: tuple[str, ...] = (),
        allowed: tuple[tuple[str, tuple[str, ...]], ...] = (),
    ) -> None:
        super().__init__(message)
        self.why = why
        self.missing = missing
        self.allowed = allowed


class VersionConflict(CaseApiError):
    """Somebody else acted on a case since it was read; nothing was changed.

    Attributes:
        version: of the case now.
        mine: what the refused act said, so that it is not lost.
        theirs: what was done and said since, as (action, organisation, words).
    """

    code = "E-VERSION"

    def __init__(self, message: str, *, version: int, mine: str, theirs: tuple[tuple[str, str, str], ...]) -> None:
        super().__init__(message)
        self.version = version
        self.mine = mine
        self.theirs = theirs


class InputRefused(CaseApiError):
    """A field of a desk's request says what cannot be.

    Attributes:
        field: its name.
    """

    code = "E-INPUT"

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class SheetRefused(CaseApiError):
    """Categories of the catalogue cannot be published as they are.

    Attributes:
        faults: every one of them, as `cases.catalogue.Fault` values.
    """

    code = "E-SHEET"

    def __init__(self, faults: Sequence[Any]) -> None:
        super().__init__(f"{len(faults)} faults in the catalogue, the first: {faults[0]}")
        self.faults = tuple(faults)


class DraftChanged(CaseApiError):
    """Somebody else edited or published the catalogue since it was read; nothing was changed."""

    code = "E-DRAFT"


class NotAllowed(CaseApiError):
    """No seat of the account has the right.

    Attributes:
        who: roles that have it.
    """

    code = "E-RIGHT"

    def __init__(self, message: str, who: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.who = who


class SignInRefused(CaseApiError):
    """Name or password is wrong, or the session has ended."""

    code = "E-SIGNIN"


class SignInPaused(CaseApiError):
    """Too many wrong passwords for one name.

    Attributes:
        retry_after_s: whole seconds after which to try again; where it is sent, a little is added.
    """

    code = "E-PAUSED"

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class ImportRefused(CaseApiError):
    """The files have faults; nothing was changed.

    Attributes:
        faults: one sentence each, naming file, line and column.
    """

    code = "E-IMPORT"

    def __init__(self, message: str, faults: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


class CommandRefused(CaseApiError):
    """The running server refused an administrative command; the sentence is the server's."""

    code = "E-COMMAND"
