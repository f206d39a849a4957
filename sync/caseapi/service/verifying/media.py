"""Compares the photos that records name with the files that are kept."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from sync.caseapi.storage.blobs import BlobStore
from sync.caseapi.storage.rows import MediaRow


@dataclass(slots=True)
class MediaFindings:
    """What was found.

    Attributes:
        named: files that records name.
        owed: those that a tablet has still to send.
        missing: those that were held and are not there any more.
        damaged: those that are there and no longer have their hash.
        unsound: names of the missing and the damaged ones.
    """

    named: int = 0
    owed: int = 0
    missing: int = 0
    damaged: int = 0
    unsound: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Tell whether every file that was ever held is there as it came."""
        return not (self.missing or self.damaged)


def verify_media(rows: Iterable[MediaRow], blobs: BlobStore | None) -> MediaFindings:
    """Return what counting every named file, and hashing every held one, finds.

    Args:
        blobs: where the files are; None leaves them unread.
    """
    found = MediaFindings()
    for row in rows:
        found.named += 1
        found.owed += row.is_owed and not row.is_held
        if row.is_held and blobs is not None:
            _verify_one(row.sha256, blobs, found)
    return found


def _verify_one(name: str, blobs: BlobStore, found: MediaFindings) -> None:
    data = blobs.read(name)
    if data is None:
        found.missing += 1
        found.unsound.append(name)
        found.findings.append(f"photo {name}: it was held and is not there")
    elif sha256(data).hexdigest() != name:
        found.damaged += 1
        found.unsound.append(name)
        found.findings.append(f"photo {name}: its bytes are not what was received")
