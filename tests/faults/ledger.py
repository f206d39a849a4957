"""What inspectors were told, and which copies were destroyed: the truth that a world is measured by."""

from hashlib import sha256

from sync.media import naming_of


class Ledger:
    """Knows every record by the digest of its bytes."""

    def __init__(self) -> None:
        self.shown: dict[bytes, str] = {}
        self.tried: dict[bytes, str] = {}
        self.bytes_of: dict[bytes, bytes] = {}
        self.destroyed: set[bytes] = set()
        self.erased: set[bytes] = set()
        self.restored_away: set[bytes] = set()
        self.purged: set[bytes] = set()
        self.spoilt: set[bytes] = set()
        self.photos_lost: set[str] = set()
        self.photos_unnamed: set[str] = set()

    @staticmethod
    def digest(data: bytes) -> bytes:
        """Return the digest by which a record is known here."""
        return sha256(data).digest()

    def attempted(self, record_id: str, data: bytes) -> None:
        """Hear that a save begins: from now on these bytes may be on disk."""
        digest = self.digest(data)
        self.tried[digest] = record_id
        self.bytes_of[digest] = data

    def saved(self, record_id: str, data: bytes) -> None:
        """Hear that the inspector was shown a record as saved."""
        self.shown[self.digest(data)] = record_id

    def destroys(self, before: set[bytes], after: set[bytes]) -> None:
        """Hear of a disaster that took copies from a tablet."""
        self.destroyed |= before - after

    def erases(self, before: set[bytes]) -> None:
        """Hear that a revoked tablet erased what it held, as it must, once the server has proven to hold it."""
        self.erased |= before

    def spoils(self, before: bytes, after: bytes) -> None:
        """Hear that a disk has changed the bytes of a record."""
        digest = self.digest(after)
        self.tried[digest] = self.tried.get(self.digest(before), "a spoilt record")
        self.bytes_of[digest] = after
        self.spoilt.add(digest)
        self.destroyed.add(self.digest(before))
        naming = naming_of(before)
        self.photos_unnamed |= {ref.sha256 for ref in naming.media} if naming is not None else set()

    def restores(self, before: set[bytes], after: set[bytes]) -> None:
        """Hear that an older copy took the place of the server's database."""
        self.restored_away |= before - after

    def is_nowhere(self, digest: bytes, survived: set[bytes]) -> bool:
        """Tell whether no copy of a record survives, by disasters that nobody could help."""
        has_left = digest in self.erased or digest in self.purged
        lawfully = digest in self.destroyed or (has_left and digest in self.restored_away)
        return lawfully and digest not in survived
