"""An earlier record is withdrawn. Nothing is deleted: the fact and its withdrawal both stay."""

from typing import Literal

from sync.records.base import Body, Kind, Uuid

VoidReason = Literal["undo", "wrong_place", "duplicate", "test", "mistake"]


class Void(Body, frozen=True):
    """Withdraws a record.

    Attributes:
        target: id of the withdrawn record.
        reason: ``undo`` is the ten-second undo.
    """

    target: Uuid
    reason: VoidReason


KIND = Kind("void", 1, Void)
