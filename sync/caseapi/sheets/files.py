"""Files that appear whole or not at all: written beside their place, synced, renamed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.caseapi.errors import StorageFailed


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """Give a path beside a file's place; what was written there takes the place when the context ends well.

    Raises:
        StorageFailed: it could not be written; what stood there before still stands.
    """
    draft = target.with_name(f"{target.name}.new")
    try:
        draft.unlink(missing_ok=True)
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield draft
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(target)
    except OSError as exc:
        raise StorageFailed(f"{target} could not be written: {exc.strerror}") from exc
    finally:
        draft.unlink(missing_ok=True)
