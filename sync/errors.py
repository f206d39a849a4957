"""The errors of the wire, and their stable codes.

SyncError                     code
├── DamagedPlate              E-PLATE     a plate code fails its grammar or check digits
├── WireError                 E-WIRE      a message does not have the protocol's shape
│   └── BodyTooLarge          E-SIZE      a body is larger than the protocol allows, also after inflating
├── RecordRejected            E-RECORD    a record has a field that breaks its rules; raised before it is stored
├── ReceiptInvalid            E-RECEIPT   a receipt's shape or signature is wrong
├── ProofInvalid              E-PROOF     a reply was not made by the server this tablet is enrolled with
└── SignatureInvalid          E-SIGN      a request is not signed by the device it names
    └── ClockSkewed           E-CLOCK     it is signed, but at a time too far from the server's

Each end adds its own tree beside its own code (`sync.tablet.errors`, `sync.caseapi.errors`). A code never changes
its meaning: it stands on the tablet, in the logs and in the documents.
"""


class SyncError(Exception):
    """Something about a message, a record or a code is not as the contract says."""

    code = "E-SYNC"


class DamagedPlate(SyncError):
    """A plate code fails its grammar or its check digits."""

    code = "E-PLATE"


class WireError(SyncError):
    """A message does not have the shape of the protocol."""

    code = "E-WIRE"


class BodyTooLarge(WireError):
    """A body is larger than the protocol allows, before or after inflating."""

    code = "E-SIZE"


class RecordRejected(SyncError):
    """A record has a field that breaks its kind's rules; raised before anything is stored.

    Attributes:
        path: where in the record, as in ``$.body.note``.
    """

    code = "E-RECORD"

    def __init__(self, message: str, path: str = "$") -> None:
        super().__init__(message)
        self.path = path


class ReceiptInvalid(SyncError):
    """A receipt has the wrong shape or was not signed by the key it should be."""

    code = "E-RECEIPT"


class ProofInvalid(SyncError):
    """A reply was not made by the server that this tablet is enrolled with."""

    code = "E-PROOF"


class SignatureInvalid(SyncError):
    """A request is not signed by the device that it names, or does not cover what it must."""

    code = "E-SIGN"


class ClockSkewed(SignatureInvalid):
    """A request is signed at a time too far from the server's."""

    code = "E-CLOCK"
