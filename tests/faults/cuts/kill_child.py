"""A tablet that saves and syncs for ever and says each thing once it is so; made to be killed.

Run as ``python -m tests.faults.cuts.kill_child DATABASE SEED HOW``; HOW is ``apart`` where a process of its own speaks
with the server, as in the app.
"""

import sys
from base64 import b64encode
from pathlib import Path
from random import Random

from sync.ids import uuid7_at
from sync.records import encode
from tests.faults.cuts.inspector import PHOTO_BYTES, opened, with_photo
from tests.sync.caseapi.media_desk import JPEG
from tests.sync.tablet.makers import AT_MS, record

PHOTO_EVERY = 3
"""One record of so many has a photo."""


def main(database: str, seed: str, how: str) -> None:
    rng = Random(seed)
    tablet = opened(Path(database), is_apart=how == "apart")
    print("ready", flush=True)
    while True:
        for _ in range(rng.randrange(1, 6)):
            made = record("杀" * rng.randrange(200), record_id=str(uuid7_at(AT_MS, rng.randbytes(10))))
            if not rng.randrange(PHOTO_EVERY):
                data = JPEG + rng.randbytes(rng.randrange(1, 2 * PHOTO_BYTES))
                made = with_photo(made, tablet.store.media.attach(data, mime="image/jpeg", role="before"))
            tablet.store.journal.append(made)
            print("saved", b64encode(encode(made)).decode(), flush=True)
        status = tablet.sync_once()
        receipt = tablet.store.journal.summary().receipt
        if status.fault is None and receipt is not None:
            print("proven", b64encode(receipt.signed).decode(), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
