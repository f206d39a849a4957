"""What the desk asks of a case, and what inspectors answer."""

from typing import TYPE_CHECKING
from uuid import UUID

from sync.reference import decode_entry

if TYPE_CHECKING:
    from tests.faults.schedule import Player


def ask(player: "Player") -> None:
    """Let the desk ask for a look at one of the cases it knows."""
    server = player.world.server
    cases = [UUID(bytes=case) for (case,) in server.query("select id from cases order by id")] if server.is_up else []
    if not cases:
        return
    case, task_type = player.random.choice(cases), player.random.choice(("verify", "recheck"))
    player.world.note("desk", f"asks to {task_type} {case}")
    server.ask(lambda api: api.casework.ask(case, task_type, "看一看"), lambda _: None)


def answer(player: "Player") -> None:
    """Answer a task that came down, once more now and then, and send the answer."""
    tablet = player.running()
    rows = tablet.query("select id, body from reference_rows where type = 'task' and not retired order by id")
    if not rows:
        return
    task, body = player.random.choice(rows)
    entry = decode_entry("task", body)
    tablet.save_one(lambda: tablet.records.answer(task, entry.type))
    tablet.sync()
