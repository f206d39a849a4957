"""Opens the form of a record that the server keeps apart."""

from fieldapp.plain.drafts import say_aside
from fieldapp.plain.page import TalkPort
from fieldapp.services.check_in import Arrived
from fieldapp.text import _
from sync.records import CheckIn


def put_right(talk: TalkPort, record_id: str) -> None:
    """Open the form of a record, filled with its values."""
    mend = talk.services.mending.begin(record_id)
    line = mend.line
    if isinstance(line.body, CheckIn) and line.place is not None:
        talk.go(mend.form, Arrived(line.entry, line.place, line.body.round), above_home=True)
        return
    if not talk.knows(mend.form):
        talk.say(_("Put up plates"), _("Only in the app with a screen"))
        return
    talk.go(mend.form, above_home=True)
    say_aside(talk, mend.aside)
