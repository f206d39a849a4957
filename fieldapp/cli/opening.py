"""What commands over the tablet's database have in common: configuration, language, a database that will not open."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fieldapp.cli.failure import CommandFailed
from fieldapp.config import LoadedConfig, load_config
from fieldapp.text import choose_language, use_language
from sync.errors import SyncError

if TYPE_CHECKING:
    from sync.tablet.tablet import Tablet


def configuration(args: argparse.Namespace) -> LoadedConfig:
    """Return the configuration in force, speaking its language; what is wrong with it is said on stderr."""
    loaded = load_config(os.environ, given=Path(args.config) if args.config else None)
    use_language(choose_language(loaded.config.language, os.environ))
    for problem in loaded.problems:
        from fieldapp.presentation.settings import config_sentence

        print(config_sentence(problem), file=sys.stderr)
    return loaded


@contextmanager
def opened_tablet(loaded: LoadedConfig) -> "Iterator[Tablet]":
    """Open the configured tablet.

    Raises:
        CommandFailed: it cannot be opened; the sentence says why, with its code, and what to do.
    """
    from fieldapp.bootstrap import database_path, open_tablet

    if loaded.database_is_doubtful:
        raise CommandFailed(f"{loaded.file}: it is not clear which database is meant; mend the file first (E-CONFIG)")
    path = database_path(loaded.config)
    try:
        with open_tablet(path) as tablet:
            yield tablet
    except (SyncError, OSError) as exc:
        raise CommandFailed(refusal(path, exc)) from exc


def refusal(path: Path, error: SyncError | OSError) -> str:
    """Return what is said of a database that does not open: the sentence of its code, then the file and the cause."""
    from fieldapp.presentation.troubles import trouble_sentence

    code = error.code if isinstance(error, SyncError) else "E-DISK"
    return f"{trouble_sentence(code)}\n{path}: {error}"
