"""Calls commands of the tablet as a user does: a process of its own, an empty home, a language by LANG."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fieldapp.bootstrap import open_tablet
from fieldapp.text import Language, _, current_language, use_language
from sync.tablet.store.identity import Membership
from tests.sync.tablet.makers import record

LANGUAGES = {"zh_CN": "zh_CN.UTF-8", "en": "en_US.UTF-8"}


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def rows(self) -> list[Any]:
        """Return standard output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Home:
    """An account with a tablet of its own in a folder."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / ".config" / "fieldapp" / "config.toml"

    @property
    def database(self) -> Path:
        return self.folder / ".local" / "share" / "fieldapp" / "tablet.db"

    def environment(self, language: str = "en") -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": LANGUAGES[language]}

    def configure(self, text: str) -> Path:
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text(text, encoding="utf-8")
        return self.config

    def call(
        self,
        *words: str,
        language: str = "en",
        stdin: bytes = b"",
        env: Mapping[str, str] = {},
        before: Callable[[], None] | None = None,
    ) -> Ended:
        """Run a command to its end; `before` runs in the child."""
        done = subprocess.run(
            fieldapp(*words),
            input=stdin,
            capture_output=True,
            env={**self.environment(language), **env},
            check=False,
            timeout=60,
            preexec_fn=before,
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    @contextmanager
    def running(self, *words: str, language: str = "en") -> Iterator[subprocess.Popen[str]]:
        """Run a command beside the test; it is killed at the end if it still runs."""
        with subprocess.Popen(
            fieldapp(*words),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment(language),
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def join(self, origin: str) -> None:
        """Let the tablet believe that it joined a district."""
        with open_tablet(self.database) as tablet:
            tablet.store.identity.keep_device_key(bytes(range(32)))
            device = "018f8e2e-0000-7000-8000-000000000001"
            keys = {"receipt_key": bytes(32), "seal_key": bytes(32)}
            membership = Membership(origin=origin, pins=(), code="", digits="", device=device, server="", **keys)
            tablet.store.identity.keep("joined", membership)

    def save(self, *notes: str) -> list[str]:
        """Save a visit for each note; return the records' ids."""
        with open_tablet(self.database) as tablet:
            return [tablet.store.journal.append(record(note)).record.id for note in notes]


def said(language: Language, message: str) -> str:
    """Return a message in a language."""
    before = current_language()
    use_language(language)
    try:
        return _(message)
    finally:
        use_language(before)


def fieldapp(*words: str) -> list[str]:
    """Return the command line of a command."""
    return [sys.executable, "-m", "fieldapp", *words]
