"""Opens the form of a record that the server keeps apart, from wherever it is shown."""

from fieldapp.form_turns import say_aside
from fieldapp.panel import Panel
from fieldapp.services.check_in import Arrived
from sync.records import CheckIn, TagBind, TagReplace


async def put_right(panel: Panel, record_id: str) -> None:
    """Open the form of a record, filled with its values."""
    mend = await panel.work.do(panel.services.mending.begin, record_id)
    line = mend.line
    if isinstance(line.body, CheckIn) and line.place is not None:
        await panel.stage.go(mend.form, Arrived(line.entry, line.place, line.body.round), above_home=True)
        return
    if isinstance(line.body, TagBind | TagReplace):
        await panel.stage.go(mend.form, line, above_home=True)
        return
    await panel.stage.go(mend.form, above_home=True)
    say_aside(panel, mend.aside)
