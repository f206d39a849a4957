"""`import` and `template`: a pack, a catalogue, and the lists that offices keep."""

import argparse
import getpass
import json
import sys

from sync.caseapi.cli.administering import print_imported, run_administrative
from sync.caseapi.cli.settings import settings_of
from sync.caseapi.district.area import Area
from sync.caseapi.service.administration.commands import Arguments, Result
from sync.caseapi.service.places.importing import TAKEN_KINDS

_ACTS = {"add": "added", "change": "changed", "end": "ended", "keep": "left alone"}


def run_import(arguments: argparse.Namespace) -> int:
    """Import a pack, a catalogue or a list; on any fault nothing is changed."""
    config = settings_of(arguments)
    if arguments.kind in ("pack", "people") and config.pin_cost == "full" and not arguments.dry_run:
        print("each PIN's verifier takes a tenth of a second to make …", file=sys.stderr)
    wanted: Arguments = {
        "kind": arguments.kind,
        "path": str(arguments.path.absolute()),
        "pin_cost": config.pin_cost,
        "dry_run": arguments.dry_run,
        "whole": arguments.whole,
        "by": arguments.by,
    }
    result = run_administrative(config, "import", wanted)
    if arguments.json or arguments.kind not in TAKEN_KINDS:
        print_imported(arguments, result)
    else:
        _print_list(result)
    return 0


def run_template(arguments: argparse.Namespace) -> int:
    """Write an empty list with its headings, what stands in each column, and a made-up row as an example."""
    from sync.caseapi.lists.template import write_template

    write_template(arguments.kind, arguments.out)
    print(
        f"{arguments.out}: fill it in, then: caseapi import {arguments.kind} {arguments.out} --dry-run", file=sys.stderr
    )
    return 0


def export_boundaries(arguments: argparse.Namespace) -> int:
    """Write every border that stands as GeoJSON."""
    from sync.caseapi.lists.borders import write_borders
    from sync.caseapi.sheets.files import whole_file

    config, is_last = settings_of(arguments), False
    borders: list[tuple[str, str, Area]] = []
    while not is_last:
        after = borders[-1][0] if borders else ""
        page = run_administrative(config, "boundaries", {"after": after})
        borders += page["borders"]
        is_last = page["is_last"]
    with whole_file(arguments.out) as draft, draft.open("wb") as file:
        file.writelines(write_borders(borders))
    told = {"kind": "boundaries", "rows": len(borders), "file": str(arguments.out)}
    print(json.dumps(told, ensure_ascii=False) if arguments.json else len(borders))
    return 0


def who() -> str:
    """Return the name of who runs the command, as the system knows it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "?"


def _print_list(result: Result) -> None:
    will = "would be " if result["dry_run"] else ""
    for item in result["items"]:
        when = f" from {item['day']}" if item["day"] else ""
        print(f"{will}{_ACTS[item['act']]}{when}: {item['label']}")
    for code in result["codes"]:
        print("first PIN of {grid} {seat} {name}: {pin}".format(**code))
    for note in result["notes"]:
        print(note, file=sys.stderr)
    counts = ", ".join(f"{count} {_ACTS[act]}" for act, count in result["counts"].items())
    listed = sum(result["counts"].values()) - result["counts"]["keep"] - len(result["items"])
    more = f" ({listed} of them not listed)" if listed else ""
    print(f"{counts}{more}", file=sys.stderr)
    if result["codes"]:
        print("the PINs are shown this once and kept nowhere: hand them over now", file=sys.stderr)
    says = "nothing was changed" if result["dry_run"] else f"{result['changed']} entries are new for tablets"
    print(says, file=sys.stderr)
