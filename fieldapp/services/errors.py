"""What the services refuse, with stable codes.

ServiceError        E-SERVICE
├── NotSignedIn     E-SIGNIN    nobody is signed in, so a record would have no author
├── NotYours        E-ACTOR     only its author may change or withdraw a record on the tablet
└── NothingToDo     E-STATE     the record or shift is not in a state that allows this

Expected answers (a wrong PIN, a missing field, a doubled scan) are values, not errors. What the disk refuses comes
through as it is, an error of the `sync.errors.SyncError` tree with its own code.
"""


class ServiceError(Exception):
    """A use case cannot be carried out; nothing was stored."""

    code = "E-SERVICE"


class NotSignedIn(ServiceError):
    """Nobody is signed in."""

    code = "E-SIGNIN"


class NotYours(ServiceError):
    """The record was made by somebody else."""

    code = "E-ACTOR"


class NothingToDo(ServiceError):
    """The record or the shift is not in a state that allows this."""

    code = "E-STATE"
