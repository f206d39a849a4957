"""Opens the form of a record that the server keeps apart, from wherever it is shown."""

from fieldapp.panel import Panel
from fieldapp.services.check_in import Arrived
from fieldapp.text import _
from sync.records import CheckIn, TagBind, TagReplace


async def put_right(panel: Panel, record_id: str) -> None:
    """Open the form of a record, filled with its values; a form that holds something else is opened as it is."""
    mend = await panel.work.do(panel.services.mending.begin, record_id)
    line = mend.line
    if isinstance(line.body, CheckIn) and line.place is not None:
        await panel.stage.go(mend.form, Arrived(line.entry, line.place, line.body.round), above_home=True)
        return
    if isinstance(line.body, TagBind | TagReplace):
        await panel.stage.go(mend.form, line, above_home=True)
        return
    if mend.is_busy:
        panel.stage.flash(_("Finish this first"), _("Something else was begun in this form"), "warn")
    await panel.stage.go(mend.form, above_home=True)
