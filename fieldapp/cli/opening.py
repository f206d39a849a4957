"""What commands over the tablet's database have in common: configuration, language, a database that will not open."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fieldapp.cli.app_start import AppStart
from fieldapp.cli.failure import CommandFailed
from fieldapp.config import LoadedConfig, load_config
from fieldapp.text import _, choose_language, use_language
from sync.errors import SyncError

if TYPE_CHECKING:
    import argparse

    from sync.tablet.beside import Told
    from sync.tablet.store import Store
    from sync.tablet.tablet import Tablet

OWNED = "E-OWNED"
"""Code of a database that another process has open."""

_FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def configuration(args: "argparse.Namespace | AppStart") -> LoadedConfig:
    """Return the configuration in force, speaking its language; what is wrong with it is said on stderr."""
    loaded = load_config(os.environ, given=Path(args.config) if args.config else None)
    use_language(choose_language(loaded.config.language, os.environ))
    for problem in loaded.problems:
        from fieldapp.presentation.settings import config_sentence

        print(config_sentence(problem), file=sys.stderr)
    return loaded


def configured_database(loaded: LoadedConfig) -> Path:
    """Return the path of the database.

    Raises:
        CommandFailed: the configuration leaves open which one is meant; opening the usual one could look as if
            records were gone.
    """
    from fieldapp.bootstrap import database_path

    if loaded.database_is_doubtful:
        doubt = _("It is not clear which database is meant: mend the settings first.")
        raise CommandFailed(f"{loaded.file}: {doubt} (E-CONFIG)", code="E-CONFIG")
    return database_path(loaded.config)


@contextmanager
def opened_tablet(loaded: LoadedConfig, *, is_apart: bool = False) -> "Iterator[Tablet]":
    """Open the configured tablet; from now on this process writes its log.

    Args:
        is_apart: a process of its own speaks with the server, as fits a program that stays.

    Raises:
        CommandFailed: it cannot be opened, or stopped working; the sentence says why, with its code, and what to do.
    """
    from fieldapp.bootstrap import open_tablet
    from fieldapp.logs import log_to_file

    path = configured_database(loaded)
    with ExitStack() as stack:
        try:
            tablet = stack.enter_context(open_tablet(path, is_apart=is_apart))
        except (SyncError, OSError) as exc:
            raise refusal(path, exc) from exc
        log_to_file(path)
        try:
            yield tablet
        except SyncError as exc:
            raise refusal(path, exc) from exc


def synced_by_app(loaded: LoadedConfig) -> "Told | None":
    """Let the running app sync, and return how that ended; None when no app answers."""
    from sync.tablet.beside import ask_to_sync

    return ask_to_sync(configured_database(loaded))


@contextmanager
def readable_store(loaded: LoadedConfig) -> "Iterator[Store]":
    """Open the configured tablet's database to read it; while the app has it open, beside the app.

    Raises:
        CommandFailed: it cannot be read; the sentence says why, with its code, and what to do.
    """
    with ExitStack() as stack:
        try:
            store = stack.enter_context(opened_tablet(loaded)).store
        except CommandFailed as failure:
            if failure.code != OWNED:
                raise
            store = stack.enter_context(_beside(configured_database(loaded)))
        yield store


@contextmanager
def _beside(path: Path) -> "Iterator[Store]":
    from fieldapp.bootstrap import store_beside
    from fieldapp.logs import log_nowhere

    log_nowhere()
    try:
        with store_beside(path) as store:
            yield store
    except SyncError as exc:
        raise refusal(path, exc) from exc


def refusal(path: Path, error: SyncError | OSError) -> CommandFailed:
    """Return what is said of a database that does not open: the sentence of its code, then the file and the cause."""
    from fieldapp.presentation.troubles import trouble_sentence

    code = code_of_refusal(error)
    return CommandFailed(f"{trouble_sentence(code)}\n{path}: {error}", code=code)


def code_of_refusal(error: SyncError | OSError) -> str:
    """Return the code of what is wrong; a folder that cannot be used is told apart from a disk that is full."""
    cause = error if isinstance(error, OSError) else error.__cause__
    if isinstance(error, OSError) or error.code == "E-DISK":
        is_place = isinstance(cause, OSError) and cause.errno not in _FULL_DISK
        return "E-FOLDER" if is_place else "E-DISK"
    return error.code
