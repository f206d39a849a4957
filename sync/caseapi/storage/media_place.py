"""Where photos are kept: the setting's address, and the one place where a store is made of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sync.caseapi.errors import ConfigInvalid
from sync.caseapi.storage.blobs import BlobStore, FileBlobs
from sync.caseapi.storage.staging import STAGING_FOLDER, Staging

FOLDER = "file"
"""Scheme of a folder; an address without any is one, too."""

STORES: dict[str, Callable[[str], BlobStore]] = {FOLDER: lambda folder: FileBlobs(Path(folder))}
"""What makes a store of what follows ``SCHEME://``; one of another kind is added here and nowhere else."""

_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class MediaPlace:
    """Where whole photos are kept, and where they grow until they are whole.

    Attributes:
        scheme: the kind of store, one of `STORES`.
        where: what the store is opened with, as a folder's path.
        arriving: the local folder of unfinished uploads; a folder of photos has it inside, so that a file that is
            whole is renamed and not copied.
    """

    scheme: str
    where: str
    arriving: Path

    def blobs(self) -> BlobStore:
        """Open the store of whole files."""
        return STORES[self.scheme](self.where)

    def staging(self, *, is_shared: bool = False) -> Staging:
        """Open the folder of unfinished uploads; for the rest see `Staging`."""
        return Staging(self.arriving, is_shared=is_shared)


def in_folder(folder: Path) -> MediaPlace:
    """Return the place of photos that lie in a folder."""
    return MediaPlace(FOLDER, str(folder), folder / STAGING_FOLDER)


def media_place(address: str, beside: Path) -> MediaPlace:
    """Return the place that an address names.

    Args:
        address: the path of a folder, ``file:///PATH``, or ``SCHEME://…`` of another store; empty: a folder beside
            the database.
        beside: the database's file.

    Raises:
        ConfigInvalid: no such store is known, or the folder has no absolute path.
    """
    if not address:
        return in_folder(beside.with_suffix(".media"))
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return in_folder(Path(address))
    scheme, where = found[1].lower(), found[2]
    if scheme not in STORES:
        # Only its beginning is said: an address may hold a password.
        known = ", ".join(f"{each}://" for each in STORES)
        raise ConfigInvalid(
            f"photos cannot be kept in {scheme}://, which is not known here; known are {known} and a folder's path"
        )
    if scheme != FOLDER:
        return MediaPlace(scheme, where, beside.with_suffix(f".{STAGING_FOLDER}"))
    if not where.startswith("/"):
        raise ConfigInvalid(f"a folder of photos is named as file:///PATH, with three slashes, not {address!r}")
    return in_folder(Path(where))
