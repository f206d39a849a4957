"""The app over a made-up tablet, for a terminal: ``python -m tests.fieldapp.terminal.program LANGUAGE SAVED``.

When it has ended, SAVED holds what was recorded and what is half written. KEYBOARD_COMMAND in the environment calls an
on-screen keyboard, LETTERS_COMMAND makes the terminal's letters large.
"""

import json
import os
import shlex
import sys
from pathlib import Path

from devices.wedge import WedgeFilter
from fieldapp.app import FieldApp
from fieldapp.switched import larger_letters, on_screen_keyboard
from fieldapp.text import use_language
from sync.records import decode_body, kind_of
from sync.tags import is_plate_code
from tests.fieldapp.fakes import World, make_world


def main(language: str, saved: str) -> int:
    """Run until somebody leaves or the terminal is gone."""
    use_language("en" if language == "en" else "zh_CN")
    world = make_world()
    app = FieldApp(
        world.services,
        wedge=WedgeFilter(accepts=is_plate_code),
        keyboard=on_screen_keyboard(shlex.split(os.environ.get("KEYBOARD_COMMAND", ""))),
        letters=larger_letters(shlex.split(os.environ.get("LETTERS_COMMAND", ""))),
    )
    app.run()
    part = Path(f"{saved}.part")
    part.write_text(json.dumps(told_of(world)))
    part.replace(saved)
    return app.return_code or 0


def told_of(world: World) -> dict[str, object]:
    """Return what was recorded, oldest first, how often a sync was asked for, and the fields of drafts."""
    records = []
    for row in world.journal.rows:
        kind = kind_of(row.record)
        result = getattr(decode_body(kind, row.record.body), "result", "") if kind is not None else ""
        records.append([row.record.kind, result])
    forms = world.services.forms
    return {
        "records": records,
        "syncs": world.exchange.requests,
        "drafts": {half.name: dict(half.values) for half in forms.half_written()},
    }


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
