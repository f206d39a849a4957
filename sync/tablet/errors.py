"""What goes wrong on the tablet's end, and the stable codes that stand on its screen, in logs and in documents.

SyncError
├── StoreError            E-STORE      the tablet's database refused; nothing was stored
│   ├── DiskFull          E-DISK       the disk is full or failing
│   ├── StoreCorrupt      E-CORRUPT    the file is damaged, or is no database of this program; it is left as it is
│   ├── StoreBusy         E-HELD       another connection held the database for too long
│   ├── StoreOwned        E-OWNED      another process already has this database open
│   ├── SchemaNewer       E-NEWER      the database was written by a newer version of this program
│   ├── MigrationEdited   E-MIGRATION  an applied migration step no longer has the text it had
│   ├── PhotoRefused      E-PHOTO      a picture is empty, too large, unreadable or not what its type says
│   └── StoreClosed       E-CLOSED     the database was already closed
└── ExchangeError         E-EXCHANGE   a sync did not come to its end; nothing on the tablet is lost
    ├── NotEnrolled       E-ENROL      this tablet has not joined a district yet
    ├── ServerUnreachable E-OFFLINE    no connection
    │   ├── ConnectionCut E-OFFLINE    there was one, and it broke
    │   └── ServerSilent  E-TIMEOUT    connected, but no answer in time
    ├── PortalAnswered    E-PORTAL     something answered that is not the case API
    ├── ServerUntrusted   E-PIN        the server's key is not one of the pinned keys; nothing was sent
    ├── ServerBusy        E-BUSY       the server asks to wait
    │   └── ServerFailed  E-SERVER     the server failed; it will be asked again
    ├── BatchTooLarge     E-SIZE       the server wants smaller requests
    ├── ClockRefused      E-CLOCK      the server refused the tablet's time, also after correction
    ├── ServerRefused     (its own)    the server refused, with the code it gave
    ├── StreamForked      E-FORK       the server holds other records at our places
    ├── ProtocolTooOld    E-UPGRADE    the server wants a newer program; records are still stored
    ├── TabletRevoked     E-REVOKED    this tablet was revoked; what it sends is kept apart
    │   └── TabletErased  E-ERASED     this tablet was revoked, has erased what it held, and may join anew
    └── NoProgress        E-STALL      the server answers, but takes nothing
"""

from sync.errors import SyncError


class StoreError(SyncError):
    """The tablet's database refused; nothing was stored."""

    code = "E-STORE"


class DiskFull(StoreError):
    """The disk that holds the database is full or failing."""

    code = "E-DISK"


class StoreCorrupt(StoreError):
    """The database is damaged, or is no database of this program; the file is left as it is."""

    code = "E-CORRUPT"


class StoreBusy(StoreError):
    """Another connection held the database for too long."""

    code = "E-HELD"


class StoreOwned(StoreError):
    """Another process already has this database open."""

    code = "E-OWNED"


class SchemaNewer(StoreError):
    """The database was written by a newer version of this program."""

    code = "E-NEWER"


class MigrationEdited(StoreError):
    """A migration step that was applied to this database no longer has the text it had."""

    code = "E-MIGRATION"


class PhotoRefused(StoreError):
    """A picture is empty, too large, unreadable, or not what its type says; nothing was kept."""

    code = "E-PHOTO"


class StoreClosed(StoreError):
    """The database was already closed."""

    code = "E-CLOSED"


class ExchangeError(SyncError):
    """A sync did not come to its end; nothing on the tablet is lost by it."""

    code = "E-EXCHANGE"


class NotEnrolled(ExchangeError):
    """This tablet has not joined a district yet."""

    code = "E-ENROL"


class ServerUnreachable(ExchangeError):
    """There is no connection to the server, or it broke."""

    code = "E-OFFLINE"


class ConnectionCut(ServerUnreachable):
    """There was a connection to the server, and it broke."""


class ServerSilent(ServerUnreachable):
    """The server was reached and did not answer in time."""

    code = "E-TIMEOUT"


class PortalAnswered(ExchangeError):
    """Something answered that is not the case API this tablet is enrolled with; nothing counts as sent."""

    code = "E-PORTAL"


class ServerUntrusted(ExchangeError):
    """The server's key is not one of the pinned keys; nothing was sent to it."""

    code = "E-PIN"


class ServerBusy(ExchangeError):
    """The server asks to come back later.

    Attributes:
        retry_after_s: how much later, at least.
    """

    code = "E-BUSY"

    def __init__(self, message: str, retry_after_s: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class ServerFailed(ServerBusy):
    """The server failed at its own work; it will be asked again."""

    code = "E-SERVER"


class BatchTooLarge(ExchangeError):
    """The server wants smaller requests."""

    code = "E-SIZE"


class ClockRefused(ExchangeError):
    """The server refused the tablet's time, also after it was corrected."""

    code = "E-CLOCK"


class ServerRefused(ExchangeError):
    """The server refused, with a code of its own."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class StreamForked(ExchangeError):
    """The server holds other records at the places of this tablet's records."""

    code = "E-FORK"


class ProtocolTooOld(ExchangeError):
    """The server wants a newer version of this program."""

    code = "E-UPGRADE"


class TabletRevoked(ExchangeError):
    """This tablet was revoked; what it still sends is kept apart by the server."""

    code = "E-REVOKED"


class TabletErased(TabletRevoked):
    """This tablet was revoked; the server holds all that it held, and the tablet has erased it."""

    code = "E-ERASED"


class NoProgress(ExchangeError):
    """The server answers properly, but takes nothing and gives nothing."""

    code = "E-STALL"
