"""A tablet for measurements: enrolled, filled with the demo grid, somebody signed in."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fieldapp.bootstrap import open_tablet, services_over
from fieldapp.config import TabletConfig
from fieldapp.demo.stage import Stage
from fieldapp.services.session import SignedIn
from fieldapp.text import _, use_language

PROFILE_SHARE = 0.2
PROFILE_FSYNC_MS = 30
"""The tablet profile: its part of a processor, and how much longer each sync of its disk takes."""


@dataclass(frozen=True, slots=True)
class BenchTablet:
    """Where it is, what its home screen shows, and the world around it."""

    stage: Stage
    config: Path
    database: Path
    home_marker: str
    env: dict[str, str]


@contextmanager
def signed_in_tablet() -> Iterator[BenchTablet]:
    """Set up the demo's world and sign the first person of its grid in."""
    with Stage(lambda line: print(line, file=sys.stderr)) as stage:
        sign_in(stage, stage.tablet_database)
        use_language("zh_CN")
        yield BenchTablet(stage, stage.tablet_config, stage.tablet_database, _("Start shift"), {"LANG": "zh_CN.UTF-8"})


def sign_in(stage: Stage, database: Path) -> None:
    """Sign the first person of the demo's grid in on a tablet; it stays signed in for as long as it is used."""
    person = stage.grid.people[0]
    with open_tablet(database) as tablet:
        signed_in = services_over(tablet, TabletConfig()).session.sign_in(person.id, person.pin)
    if not isinstance(signed_in, SignedIn):
        raise SystemExit(f"the demo's person was refused: {signed_in}")
