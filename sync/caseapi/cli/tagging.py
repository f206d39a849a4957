"""`plates` and `badges`: codes are made here, printed, and known to nobody afterwards."""

import argparse
import json
import os
import secrets
import sys
from pathlib import Path

from sync.caseapi.cli.administering import run_administrative
from sync.caseapi.cli.settings import settings_of
from sync.caseapi.config import ServerConfig
from sync.caseapi.errors import CommandRefused
from sync.caseapi.service.administration.commands import Result
from sync.caseapi.service.places.bearers import number_of
from sync.tags import PLATE_TOKEN_BYTES, Tag, plate_code, tag_digest


def run_plates(arguments: argparse.Namespace) -> int:
    """Issue plates and write the sheets; or list plates, or revoke one."""
    config = settings_of(arguments)
    if arguments.list:
        return _print_tags(
            arguments, run_administrative(config, "tags-list", {"role": "place", "grid": arguments.grid})
        )
    if arguments.revoke:
        return _revoke(arguments, config, "place")
    if arguments.out is None:
        raise CommandRefused("say where the sheets go: --out FILE.pdf")
    if arguments.replace and not (arguments.grid or arguments.building):
        raise CommandRefused("--replace needs --grid or --building: the plates that hang there count no more at once")
    asked = {"grid": arguments.grid, "building": arguments.building, "every": arguments.replace}
    places = run_administrative(config, "plate-places", asked)["places"]
    if not places:
        print("every place there has a plate; --replace makes new ones", file=sys.stderr)
        return 0
    done = _issued(arguments, config, places)
    if arguments.json:
        print(json.dumps(done))
    else:
        print(arguments.out)
    ended = f", {done['replaced']} replaced, {done['revoked']} revoked" if arguments.replace else ""
    print(
        f"{done['issued']} plates issued{ended}; keep the sheets as you keep keys, then destroy them", file=sys.stderr
    )
    return 0


def run_badge_issue(arguments: argparse.Namespace) -> int:
    """Give somebody a card; with `replace`, the one given before counts no more."""
    asked = {name: getattr(arguments, name) for name in ("person", "medium", "card", "by")}
    done = run_administrative(settings_of(arguments), "badge-issue", asked | {"replace": arguments.is_replacing})
    print(json.dumps(done) if arguments.json else number_of(done["digest"]))
    print(f"{done['issued']} issued, {done['replaced']} replaced", file=sys.stderr)
    return 0


def run_badge_revoke(arguments: argparse.Namespace) -> int:
    """Let a card, or all of somebody's, count no more."""
    return _revoke(arguments, settings_of(arguments), "inspector")


def run_badge_list(arguments: argparse.Namespace) -> int:
    """List the badges with who has them."""
    asked = {"role": "inspector", "grid": arguments.grid}
    return _print_tags(arguments, run_administrative(settings_of(arguments), "tags-list", asked))


def run_acts(arguments: argparse.Namespace) -> int:
    """List who imported, issued, replaced and revoked what, newest first."""
    for act in run_administrative(settings_of(arguments), "acts", {"limit": arguments.limit})["acts"]:
        line = "{at} {by} {act} {subject} {count}".format(**act)
        print(json.dumps(act, ensure_ascii=False) if arguments.json else line)
    return 0


def _issued(arguments: argparse.Namespace, config: ServerConfig, places: list[Result]) -> Result:
    """Draw the sheets beside where they go, let the plates count, then put the sheets there: never half a file."""
    from sync.caseapi.sheets.plates import Plate, write_plates

    codes = [plate_code(secrets.token_bytes(PLATE_TOKEN_BYTES)) for _ in places]
    digests = [tag_digest(Tag("qr", code)) for code in codes]
    plates = [
        Plate(code, number_of(digest), place["area"], place["name"], place["part"])
        for code, digest, place in zip(codes, digests, places, strict=True)
    ]
    out: Path = arguments.out
    beside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        beside.touch(mode=0o600, exist_ok=False)
        lacking = write_plates(plates, beside, size=arguments.size, font_file=config.font)
        issued = [(digest, place["target"]) for digest, place in zip(digests, places, strict=True)]
        asked = {"plates": issued, "by": arguments.by, "replace": arguments.replace}
        done = run_administrative(config, "plates-issue", asked)
        beside.replace(out)
    except OSError as exc:
        raise CommandRefused(f"{out} cannot be written: {exc.strerror or exc}") from exc
    finally:
        beside.unlink(missing_ok=True)
    if lacking:
        print(f"the font has no {' '.join(lacking)}: these stand as boxes", file=sys.stderr)
    return done


def _revoke(arguments: argparse.Namespace, config: ServerConfig, role: str) -> int:
    asked = {"named": arguments.revoke, "role": role, "by": arguments.by}
    done = run_administrative(config, "tags-revoke", asked)["revoked"]
    for tag in done:
        print(json.dumps(tag, ensure_ascii=False) if arguments.json else _line(tag))
    print(f"{len(done)} revoked", file=sys.stderr)
    return 0


def _print_tags(arguments: argparse.Namespace, result: Result) -> int:
    for tag in result["tags"]:
        print(json.dumps(tag, ensure_ascii=False) if arguments.json else _line(tag))
    return 0


def _line(tag: Result) -> str:
    return " ".join(filter(None, (tag["number"], tag["status"], tag["medium"], tag["grid"], tag["name"], tag["part"])))
