"""`init`, `demo-data`, `enrol`, `devices`, `revoke`: beside a running server they ask it."""

import argparse
import asyncio
import json
import sys

from sync.caseapi.cli.settings import settings_of
from sync.caseapi.config import ServerConfig
from sync.caseapi.control import ask_server
from sync.caseapi.district.generate import DEFAULT_SEED, generate
from sync.caseapi.district.pack import write_pack
from sync.caseapi.opening import initialise, inspect, open_case_api
from sync.caseapi.service.administration.commands import IMPORT_KINDS, Arguments, Result, run_command
from sync.caseapi.service.verifying.media import verify_media

__all__ = ["DEFAULT_SEED", "IMPORT_KINDS"]


def run_init(arguments: argparse.Namespace) -> int:
    """Make the database and its keys."""
    config = settings_of(arguments)
    initialise(config)
    print(f"database and keys are ready: {config.place or config.database}", file=sys.stderr)
    return 0


def run_demo_data(arguments: argparse.Namespace) -> int:
    """Import the synthetic district; its PINs are public, so their verifiers are cheap unless asked otherwise."""
    config = settings_of(arguments)
    wanted: Arguments = {"seed": arguments.seed, "pin_cost": arguments.pin_cost or "demo"}
    print("importing the synthetic district; it stands for no real person or address …", file=sys.stderr)
    print_imported(arguments, run_administrative(config, "demo-data", wanted))
    if arguments.pack is not None:
        arguments.pack.mkdir(parents=True, exist_ok=True)
        write_pack(generate(arguments.seed), arguments.pack)
    return 0


def run_enrol(arguments: argparse.Namespace) -> int:
    """Make a one-time code, or confirm the digits of a tablet that used one."""
    config = settings_of(arguments)
    if arguments.confirm is not None:
        result = run_administrative(config, "enrol-confirm", {"digits": arguments.confirm})
        print(json.dumps(result) if arguments.json else result["device"])
        print(f"the tablet is enrolled for grid {result['grid']}", file=sys.stderr)
        return 0
    result = run_administrative(config, "enrol-offer", {"grid": arguments.grid, "origin": config.origin})
    if arguments.json:
        print(json.dumps(result))
        return 0
    print(_qr_text(result["offer"]))
    print(result["offer"])
    print(f"valid until {result['expires_at']}; then: caseapi enrol --confirm DIGITS", file=sys.stderr)
    return 0


def run_devices(arguments: argparse.Namespace) -> int:
    """List the tablets."""
    for device in run_administrative(settings_of(arguments), "devices", {})["devices"]:
        line = "{device} grid {grid} {status} unsettled {unsettled} held {held} {receipt_code}".format(**device)
        print(json.dumps(device, ensure_ascii=False) if arguments.json else line.rstrip())
    return 0


def run_revoke(arguments: argparse.Namespace) -> int:
    """Revoke a tablet: it is drained, then erased."""
    result = run_administrative(
        settings_of(arguments), "device-status", {"device": arguments.device, "status": "revoked"}
    )
    print(f"{result['device']} is revoked; what it still holds will be kept in quarantine", file=sys.stderr)
    return 0


def run_photos_again(arguments: argparse.Namespace) -> int:
    """Hash every photo, and let tablets send again those that are missing or damaged."""
    config = settings_of(arguments)
    with inspect(config) as inspection:
        found = verify_media(inspection.media(), config.media_place.blobs())
    result = run_administrative(config, "photos-again", {"names": found.unsound}) if found.unsound else {"asked": 0}
    print(json.dumps(result) if arguments.json else result["asked"])
    print(f"{found.missing} missing, {found.damaged} damaged; tablets keep photos for 30 days", file=sys.stderr)
    return 0


def run_wipe(arguments: argparse.Namespace) -> int:
    """Let an administrator say that a tablet is wiped at once; shows what would be lost."""
    wanted = {"device": arguments.device, "administrator": arguments.administrator}
    result = run_administrative(settings_of(arguments), "device-wipe", wanted)
    if arguments.json:
        print(json.dumps(result))
    else:
        since = f", the oldest of {result['oldest_unsettled']}" if result["oldest_unsettled"] else ""
        print(f"would be lost: {result['unsettled']} records{since}; {result['media_owed']} photos")
        print(f"as the tablet said at {result['last_exchange'] or 'no time: it never spoke'}")
    says = (
        "it is erased at its next contact" if result["wiped"] else "a second administrator must say so within an hour"
    )
    print(f"{result['confirmations']} of 2 administrators agree: {says}", file=sys.stderr)
    return 0


def run_administrative(config: ServerConfig, command: str, wanted: Arguments) -> Result:
    """Run an administrative command: by the running server where there is one, else on the database itself."""
    # Of a PostgreSQL database nobody is the owner: a command opens it beside whoever else does.
    answered = ask_server(config.control_path, command, wanted) if config.place is None else None
    return asyncio.run(_run_alone(config, command, wanted)) if answered is None else answered


async def _run_alone(config: ServerConfig, command: str, wanted: Arguments) -> Result:
    case_api = open_case_api(config)
    try:
        await case_api.catalogue.versions()
        return await run_command(case_api, command, wanted)
    finally:
        await case_api.storage.close()


def print_imported(arguments: argparse.Namespace, result: Result) -> None:
    """Print how many rows and how much news there was."""
    if arguments.json:
        print(json.dumps(result))
        return
    rows = ", ".join(f"{count} {name}" for name, count in result["rows"].items())
    print(f"{rows}; {result['changed']} entries are new for tablets")


def _qr_text(text: str) -> str:
    from io import StringIO

    import qrcode

    # The least correction: with a pin in it, the code must still fit a small terminal.
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_L, border=2)
    code.add_data(text)
    drawn = StringIO()
    code.print_ascii(out=drawn, invert=True)
    return drawn.getvalue()
