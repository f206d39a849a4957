"""A file that a record names can no longer be sent: it is missing on its tablet, or no longer what was taken."""

from typing import Literal

from sync.records.base import Body, Digest, Kind, Uuid

LossReason = Literal["missing", "damaged"]
"""Missing: there is no such file; damaged: its bytes no longer have its digest."""


class MediaLost(Body, frozen=True):
    """Nothing more is owed of a file; the records that name it stay as they are.

    Attributes:
        sha256: name of the file.
        record: id of the first record that names it.
    """

    sha256: Digest
    record: Uuid
    reason: LossReason


KIND = Kind("media_lost", 1, MediaLost)
