"""A sentence for every stable code: what happened, and what to do. Nothing here is ever an exception's own text."""

from msgspec import Struct

from fieldapp.text import N_, _


class TroubleText(Struct, frozen=True):
    """What is said of a fault, in the language of the moment.

    Attributes:
        what: what happened.
        todo: what to do.
    """

    code: str
    what: str
    todo: str

    @property
    def headline(self) -> str:
        """Return what happened, with the code."""
        return _("{what} ({code})").format(what=self.what, code=self.code)

    @property
    def sentence(self) -> str:
        """Return both parts with the code, on one line."""
        return _("{what} {todo} ({code})").format(what=self.what, todo=self.todo, code=self.code)


TROUBLES: dict[str, tuple[str, str]] = {
    # Scanning
    "E-PLATE": (N_("Plate not readable."), N_("Scan again, type it, or use the list.")),
    # The camera that reads codes
    "E-CAMERA": (N_("No camera found."), N_("Plug it in, then 1. 2 types the code.")),
    "E-CAMBUSY": (N_("Another program has the camera."), N_("Close that program, then 1.")),
    "E-CAMRIGHTS": (N_("The camera may not be used."), N_("Tell support. 2 types the code.")),
    "E-CAMTOOL": (N_("The camera program is missing."), N_("Have it installed. 2 types the code.")),
    "E-CAMREADER": (N_("What reads codes is missing."), N_("Have it installed. 2 types the code.")),
    "E-CAMSILENT": (N_("The camera gives no picture."), N_("Unplug it once, then 1.")),
    "E-CAMLOST": (N_("The camera has gone."), N_("Plug it in again, then 1.")),
    # The tablet's own disk
    "E-DISK": (N_("Disk full: nothing was saved."), N_("Free some space, then press again.")),
    "E-FOLDER": (N_("The data folder cannot be used."), N_("Mend its place or its rights. Nothing is lost.")),
    "E-STORE": (N_("The disk refused: not saved."), N_("Press again; if it stays, call support.")),
    "E-CORRUPT": (N_("The database is damaged."), N_("Do not delete it. Call support.")),
    "E-HELD": (N_("The database is busy."), N_("Press again in a moment.")),
    "E-OWNED": (N_("Xunge is already running."), N_("Use the open window.")),
    "E-NEWER": (N_("The data is from a newer version."), N_("Update this program. Nothing is lost.")),
    "E-MIGRATION": (N_("The program was changed."), N_("Install it again. Nothing is lost.")),
    "E-CLOSED": (N_("The database is closed."), N_("Start the program again.")),
    # Recording
    "E-RECORD": (N_("A field does not fit."), N_("Correct it and save again.")),
    "E-SIGNIN": (N_("Nobody is signed in."), N_("Sign in first.")),
    "E-ACTOR": (N_("This record is a colleague's."), N_("Only its author can change it.")),
    "E-STATE": (N_("That is not possible now."), N_("Look at the list and try again.")),
    "E-SERVICE": (N_("That did not work."), N_("Nothing was lost. Try again.")),
    # Sending
    "E-OFFLINE": (N_("No network."), N_("Go on working; it sends by itself later.")),
    "E-TIMEOUT": (N_("The server does not answer."), N_("Go on working; it tries again.")),
    "E-PORTAL": (N_("This network wants a sign-in page."), N_("Use another network. Nothing was sent.")),
    "E-PIN": (N_("This is not our server."), N_("Use another network. Nothing was sent.")),
    "E-PROOF": (N_("The answer is not from our server."), N_("Use another network. Nothing counts as sent.")),
    "E-RECEIPT": (N_("The receipt does not fit."), N_("Nothing counts as sent. Call support.")),
    "E-CLOCK": (N_("The tablet's clock is wrong."), N_("Go on working; times are corrected.")),
    "E-ENROL": (N_("This tablet has not joined yet."), N_("Scan the joining code of the desk.")),
    "E-DEVICE": (N_("The server does not know this tablet."), N_("Go on working and tell the desk.")),
    "E-SIGN": (N_("The server refuses the signature."), N_("Go on working and tell the desk.")),
    "E-LOCKED": (N_("This tablet was withdrawn."), N_("Hand it in at the desk.")),
    "E-REVOKED": (N_("This tablet was withdrawn."), N_("Hand it in at the desk.")),
    "E-PHOTO": (N_("This photo cannot be used."), N_("Take it again. The record can be saved.")),
    "E-ERASED": (N_("This tablet was withdrawn and is empty."), N_("The server holds all it had. Join it anew.")),
    "E-CERT": (N_("The server's certificate has run out."), N_("Go on working and tell the desk.")),
    "E-ROOM": (
        N_("Disk nearly full: nothing new is fetched."),
        N_("Recording goes on. Send, then tell the desk."),
    ),
    "E-CODE": (N_("The joining code is no longer good."), N_("Ask the desk for a new one.")),
    "E-DIGITS": (N_("The six digits do not fit."), N_("Compare them with the desk again.")),
    "E-FORK": (N_("The server holds other records."), N_("All is sent anew by itself.")),
    "E-BUSY": (N_("The server is busy."), N_("Go on working; it tries again.")),
    "E-SERVER": (N_("The server has a fault."), N_("Go on working; it tries again.")),
    "E-STALL": (N_("The server takes nothing."), N_("Go on working and tell the desk.")),
    "E-UPGRADE": (N_("This program is too old."), N_("Records are still stored. Update soon.")),
    "E-PROTOCOL": (N_("Server and tablet do not fit."), N_("Update this program. Nothing is lost.")),
    "E-SIZE": (N_("Too much at once."), N_("It is sent in smaller parts.")),
    "E-WIRE": (N_("The answer is not readable."), N_("Go on working; it tries again.")),
    "E-SNAPSHOT": (N_("The download is out of date."), N_("It is fetched anew by itself.")),
    "E-EXCHANGE": (N_("Sending did not finish."), N_("Nothing is lost; it tries again.")),
    "E-SYNC": (N_("Something is not as it should be."), N_("Nothing was lost. Try again.")),
    # Starting and ending
    "E-CRASH": (N_("The program has stopped."), N_("What was saved is safe. Start it again.")),
    "E-CONFIG": (N_("A setting is wrong."), N_("The usual value is used.")),
}
"""Code to what happened and what to do. A code never changes its meaning."""

UNEXPECTED = "E-APP"
"""Code of a failure that nobody foresaw; the log has the rest."""

UNKNOWN = (N_("Something went wrong."), N_("Nothing was lost. Try again."))
"""What is said of a code that this program does not know."""


def trouble_text(code: str) -> TroubleText:
    """Return what is said of a code."""
    what, todo = TROUBLES.get(code, UNKNOWN)
    return TroubleText(code, _(what), _(todo))


def trouble_sentence(code: str) -> str:
    """Return what is said of a code, on one line, with the code."""
    return trouble_text(code).sentence
