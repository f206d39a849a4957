"""The command line's grammar."""

import argparse
from collections.abc import Callable
from pathlib import Path

from sync.caseapi.cases.permissions import ROLES
from sync.caseapi.cli import (
    accounts,
    administering,
    checking,
    exporting,
    listing,
    moving,
    restoring,
    serving,
    tagging,
    upkeep,
)
from sync.caseapi.lists.kinds import COLUMNS

_Run = Callable[[argparse.Namespace], int]


def build_parser() -> argparse.ArgumentParser:
    """Return the parser; every command sets `run`, a function of the parsed arguments that returns the exit code."""
    parser = argparse.ArgumentParser(prog="caseapi", description="The central case API of a district.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_serve(commands)
    _add(commands, "init", "make the database and its keys", administering.run_init).add_argument(
        "--district", help="code of the district, six digits"
    )
    _add_imports(commands)
    _add_enrol(commands)
    _add_devices(commands)
    _add_tags(commands)
    _add_accounts(commands)
    _add_orgs(commands)
    _add_export(commands)
    _add_upkeep(commands)
    _add_report(commands)
    verify = _add(commands, "verify", "recompute every chain and receipt", checking.run_verify)
    verify.add_argument("--without-photos", action="store_true", help="leave the files of photos unread")
    verify.add_argument("--json", action="store_true", help="print the counts as one JSON object")
    verify.add_argument("--receipts", type=Path, metavar="FILE", help="check this receipt, or file of receipts, alone")
    verify.add_argument("--key", help="the public receipt key for --receipts: base64, hex digits or a file with it")
    verify.add_argument("--show-key", action="store_true", help="print the public receipt key, and end")
    backup = _add(commands, "backup", "copy the database into a file while it is in use", checking.run_backup)
    backup.add_argument("file", type=Path)
    restore = _add(commands, "restore", "put a backup in the database's place", restoring.run_restore)
    restore.add_argument("file", type=Path, nargs="?", help="the backup; none for PostgreSQL, after pg_restore")
    restore.add_argument("--json", action="store_true", help="print what was lost as one JSON object")
    _add_moving(commands)
    doctor = _add(commands, "doctor", "say what is wrong, in words", checking.run_doctor)
    doctor.add_argument("--json", action="store_true", help="print one JSON object for each check")
    return parser


def _add_moving(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    summary = "copy a SQLite database into PostgreSQL and compare every row"
    move = commands.add_parser("migrate-storage", help=summary, description=summary)
    move.add_argument("--from", dest="source", required=True, metavar="URL", help="sqlite:///PATH")
    move.add_argument("--to", dest="target", required=True, metavar="URL", help="postgresql://USER@HOST/NAME, empty")
    move.add_argument("--json", action="store_true", help="print the rows of each table as one JSON object")
    move.set_defaults(run=moving.run_migrate_storage)


def _run_report(arguments: argparse.Namespace) -> int:
    # Its words are those of the desk's pages, which no other command loads.
    from sync.caseapi.cli.reporting import run_report

    return run_report(arguments)


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, summary: str, run: _Run
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=summary, description=summary)
    command.add_argument("--config", type=Path, help="TOML file of settings")
    command.add_argument("--db", help="sqlite:///PATH or postgresql://USER@HOST/NAME")
    command.add_argument("--receipt-key", help="key file; without it, beside the database")
    command.add_argument("--seal-key", help="key file; without it, beside the database")
    command.add_argument("--receipts-log", help="file of receipts outside the database; without it, beside it")
    command.add_argument("--media", help="folder of photos; without it, beside the database")
    command.set_defaults(run=run)
    return command


def _add_serve(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    serve = _add(commands, "serve", "serve tablets and the desk", serving.run_serve)
    serve.add_argument("--host", help="address to listen on")
    serve.add_argument("--port", type=int, help="port to listen on; 0 takes a free one")
    serve.add_argument("--port-file", type=Path, help="file that gets the port once the server listens")
    serve.add_argument("--origin", help="scheme, host and port by which tablets reach this server")
    serve.add_argument("--name", help="what tablets show as the server's name")
    serve.add_argument(
        "--desk-open", action="store_true", default=None, help="show the desk to other machines than this one, too"
    )
    serve.add_argument("--zone", help="time zone in which a day is a day")
    serve.add_argument("--json", action="store_true", help="print the addresses as one JSON object")


def _add_imports(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    imported = _add(
        commands, "import", "import a pack, its catalogue, or a list as an office keeps it", listing.run_import
    )
    imported.add_argument("kind", choices=administering.IMPORT_KINDS)
    imported.add_argument("path", type=Path, metavar="FILE", help="of a list: .csv or .xlsx")
    imported.add_argument("--dry-run", action="store_true", help="check a list and say what it would change")
    imported.add_argument("--whole", action="store_true", help="the list is whole: what is not in it ends")
    imported.add_argument("--by", default=listing.who(), metavar="NAME", help="who does it, for the record")
    template = commands.add_parser("template", help="an empty list to fill in", description="An empty list to fill in.")
    template.add_argument("kind", choices=sorted(COLUMNS))
    template.add_argument("--out", type=Path, required=True, metavar="FILE.xlsx")
    template.set_defaults(run=listing.run_template)
    demo = _add(commands, "demo-data", "import the synthetic district", administering.run_demo_data)
    demo.add_argument("--seed", type=int, default=administering.DEFAULT_SEED)
    demo.add_argument("--pack", type=Path, metavar="DIR", help="also write it there as files, codes in clear")
    for command in (imported, demo):
        command.add_argument("--pin-cost", choices=("full", "demo"), help="how hard the PINs' verifiers are")
        command.add_argument("--json", action="store_true", help="print what changed as one JSON object")


def _add_enrol(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    enrol = _add(commands, "enrol", "let a tablet in", administering.run_enrol)
    step = enrol.add_mutually_exclusive_group(required=True)
    step.add_argument("--grid", help="the grid it works in: makes a one-time code, as QR and text")
    step.add_argument("--confirm", metavar="DIGITS", help="the six digits that the tablet shows")
    enrol.add_argument("--origin", help="scheme, host and port by which tablets reach this server")
    enrol.add_argument("--json", action="store_true", help="print one JSON object")


def _add_devices(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    devices = _add(commands, "devices", "list the tablets", administering.run_devices)
    devices.add_argument("--json", action="store_true", help="print one JSON object for each tablet")
    revoke = _add(commands, "revoke", "revoke a tablet: what it still holds is drained", administering.run_revoke)
    revoke.add_argument("device", help="the tablet's id")
    again = _add(
        commands,
        "photos-again",
        "let tablets send photos again that are missing or damaged here",
        administering.run_photos_again,
    )
    again.add_argument("--json", action="store_true", help="print one JSON object")
    device = commands.add_parser("device", help="one tablet", description="One tablet.")
    wipe = _add(
        device.add_subparsers(metavar="COMMAND", required=True),
        "wipe",
        "erase a tablet at its next contact, whatever is left on it; two administrators must say so",
        administering.run_wipe,
    )
    wipe.add_argument("device", help="the tablet's id")
    wipe.add_argument("--administrator", required=True, metavar="NAME", help="who says so")
    wipe.add_argument("--json", action="store_true", help="print what would be lost as one JSON object")


def _add_tags(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    plates = _add(commands, "plates", "issue plates for places that have none, as sheets to print", tagging.run_plates)
    plates.add_argument("--out", type=Path, metavar="FILE.pdf", help="where the sheets go")
    where = plates.add_mutually_exclusive_group()
    where.add_argument("--grid", default="", help="for places of this grid alone")
    where.add_argument("--building", default="", metavar="ID", help="for places of this building alone")
    where.add_argument("--missing", action="store_true", help="for every place of the district that has none")
    where.add_argument(
        "--revoke", default="", metavar="PLATE", help="revoke one: its code, its number, or its place's id"
    )
    plates.add_argument("--list", action="store_true", help="list the plates")
    plates.add_argument("--replace", action="store_true", help="new ones for all there; the old ones count no more")
    plates.add_argument("--size", choices=("large", "small"), default="large", help="two or eight on a sheet of A4")
    badges = commands.add_parser("badges", help="the cards of people", description="The cards of people.")
    steps = badges.add_subparsers(metavar="COMMAND", required=True)
    issue = _add(steps, "issue", "give somebody a card", tagging.run_badge_issue)
    replace = _add(steps, "replace", "give somebody another card; the old one counts no more", tagging.run_badge_issue)
    for command, is_replacing in ((issue, False), (replace, True)):
        command.add_argument("person", help="the person's id, or the seat's: grid, hyphen, number")
        command.add_argument("card", help="its number as a reader sends it, in hex digits")
        command.add_argument("--medium", choices=("em", "a", "epc"), default="em", help="EM4100, 14443-A or UHF")
        command.set_defaults(is_replacing=is_replacing)
    revoke = _add(steps, "revoke", "let a card count no more", tagging.run_badge_revoke)
    revoke.add_argument("revoke", metavar="CARD", help="its number, or whose it is: all of theirs")
    listed = _add(steps, "list", "list the cards with who has them", tagging.run_badge_list)
    listed.add_argument("--grid", default="", help="of this grid alone")
    for command in (plates, issue, replace, revoke):
        command.add_argument("--by", default=listing.who(), metavar="NAME", help="who does it, for the record")
    acts = _add(commands, "acts", "who imported, issued, replaced and revoked what, newest first", tagging.run_acts)
    acts.add_argument("--limit", type=int, default=100, metavar="COUNT")
    for command in (plates, issue, replace, revoke, listed, acts):
        command.add_argument("--json", action="store_true", help="print JSON")


def _add_accounts(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    of = commands.add_parser("accounts", help="who signs in at the desk", description="Who signs in at the desk.")
    steps = of.add_subparsers(metavar="COMMAND", required=True)
    add = _add(steps, "add", "make an account; a password that is not given is made and printed once", accounts.run_add)
    add.add_argument("--person", default="", metavar="ID", help="the person's id, where it makes records, too")
    listed = _add(steps, "list", "list the accounts with their seats", accounts.run_list)
    seat = _add(steps, "seat", "give an account one more seat, or a seat other days", accounts.run_seat)
    revoke = _add(steps, "revoke", "let nobody sign in with an account any more", accounts.run_revoke)
    password = _add(steps, "password", "give an account another password, and sign it out", accounts.run_password)
    for command in (add, seat, revoke, password):
        command.add_argument("account", metavar="NAME", help="name to sign in with")
    for command in (add, seat):
        command.add_argument("--role", required=True, choices=ROLES)
        command.add_argument("--org", default="", help="code of its district, street, community, grid or organisation")
    _add_days(seat)
    for command in (add, password):
        command.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    for command in (add, listed, password):
        command.add_argument("--json", action="store_true", help="print JSON")


def _add_orgs(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    of = commands.add_parser("orgs", help="who is given cases", description="Who is given cases.")
    steps = of.add_subparsers(metavar="COMMAND", required=True)
    put = _add(steps, "put", "write an organisation, in the place of the one with its code", accounts.run_put_org)
    put.add_argument("code", help="one word, for good")
    put.add_argument("--title", required=True, help="its name")
    put.add_argument("--patch", required=True, help="code of the district, street or community that it works for")
    put.add_argument("--number", default="", help="to be called in an emergency; tablets show it")
    put.add_argument("--kind", choices=("handler", "partner"), default="handler", help="a partner only assists")
    _add_days(put)
    listed = _add(steps, "list", "list the organisations", accounts.run_list_orgs)
    listed.add_argument("--json", action="store_true", help="print JSON")


def _add_export(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    export = _add(commands, "export", "write a table into a file, as a role may see it", exporting.run_export)
    export.add_argument("kind", choices=(*exporting.KINDS, "boundaries"), help="boundaries are written as GeoJSON")
    export.add_argument("--format", choices=exporting.FORMATS, default="csv", help="csv unless said otherwise")
    export.add_argument("--out", type=Path, required=True, metavar="FILE")
    export.add_argument("--from", dest="from_day", metavar="DAY", help="first day, YYYY-MM-DD")
    export.add_argument("--to", dest="to_day", metavar="DAY", help="last day, YYYY-MM-DD")
    export.add_argument("--as", dest="account", default="", metavar="ACCOUNT", help="what this account may see")
    export.add_argument("--language", choices=("zh", "en"), default="zh", help="of headings and words")
    export.add_argument("--json", action="store_true", help="print what was written as one JSON object")


def _add_report(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    report = _add(commands, "report", "write the report of a day", _run_report)
    report.add_argument("--day", metavar="DAY", help="YYYY-MM-DD; today unless said otherwise")
    report.add_argument("--area", metavar="CODE", help="a street, a community or a grid; the district without it")
    report.add_argument("--out", type=Path, required=True, metavar="FILE", help="FILE.html or FILE.pdf")
    report.add_argument("--language", choices=("zh", "en"), default="zh")


def _add_upkeep(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    erase = _add(
        commands, "erase-contacts", "erase the contacts of cases that are long over", upkeep.run_erase_contacts
    )
    erase.add_argument("--vacuum", action="store_true", help="also write the file anew; the server must be stopped")
    of = commands.add_parser("cases", help="cases as a whole", description="Cases as a whole.")
    steps = of.add_subparsers(metavar="COMMAND", required=True)
    rebuild = _add(
        steps, "rebuild", "fold the events of every case again and put right what differs", upkeep.run_rebuild
    )
    rebuild.add_argument("--after", metavar="ID", help="go on after this case, as an earlier run said")
    for command in (erase, rebuild):
        command.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        command.add_argument("--json", action="store_true", help="print the counts as one JSON object")


def _add_days(command: argparse.ArgumentParser) -> None:
    command.add_argument("--valid-from", default="2000-01-01", metavar="DAY", help="first day on which it counts")
    command.add_argument("--valid-to", default="9999-12-31", metavar="DAY", help="day from which it does not any more")
