"""`accounts` and `orgs`: who signs in at the desk, and who is given cases."""

import argparse
import json
import sys

from sync.caseapi.cli.administering import run_administrative
from sync.caseapi.cli.settings import settings_of


def run_add(arguments: argparse.Namespace) -> int:
    """Make an account; without a given password one is made and shown once."""
    wanted = {"name": arguments.account, "role": arguments.role, "org": arguments.org, "person": arguments.person}
    result = run_administrative(settings_of(arguments), "account-add", wanted | _given_password(arguments))
    return _print_password(arguments, result, f"account {result['name']} is made")


def run_list(arguments: argparse.Namespace) -> int:
    """List the accounts with their seats."""
    for account in run_administrative(settings_of(arguments), "account-list", {})["accounts"]:
        seats = ", ".join(f"{seat['role']} {seat['org']}".rstrip() for seat in account["seats"])
        revoked = f" revoked {account['revoked_at']}" if account["revoked_at"] else ""
        print(json.dumps(account, ensure_ascii=False) if arguments.json else f"{account['name']}: {seats}{revoked}")
    return 0


def run_seat(arguments: argparse.Namespace) -> int:
    """Give an account one more seat, or another end to one it has."""
    days = {"valid_from": arguments.valid_from, "valid_to": arguments.valid_to}
    wanted = {"name": arguments.account, "role": arguments.role, "org": arguments.org} | days
    run_administrative(settings_of(arguments), "account-seat", wanted)
    print(f"{arguments.account} is {arguments.role} {arguments.org}".rstrip(), file=sys.stderr)
    return 0


def run_revoke(arguments: argparse.Namespace) -> int:
    """Let nobody sign in with an account any more; its sessions end now."""
    run_administrative(settings_of(arguments), "account-revoke", {"name": arguments.account})
    print(f"account {arguments.account} is revoked", file=sys.stderr)
    return 0


def run_password(arguments: argparse.Namespace) -> int:
    """Give an account another password; whoever is signed in with it is signed out."""
    wanted = {"name": arguments.account} | _given_password(arguments)
    result = run_administrative(settings_of(arguments), "account-password", wanted)
    return _print_password(arguments, result, f"account {arguments.account} has another password")


def run_put_org(arguments: argparse.Namespace) -> int:
    """Write an organisation that cases are given to."""
    names = ("code", "patch", "number", "kind", "valid_from", "valid_to")
    wanted = {"name": arguments.title} | {name: getattr(arguments, name) for name in names}
    run_administrative(settings_of(arguments), "org-put", wanted)
    print(f"organisation {arguments.code} is written", file=sys.stderr)
    return 0


def run_list_orgs(arguments: argparse.Namespace) -> int:
    """List the organisations that cases are given to."""
    for org in run_administrative(settings_of(arguments), "org-list", {})["orgs"]:
        line = "{code} {kind} {name} patch {patch} {number} {valid_from} to {valid_to}".format(**org)
        print(json.dumps(org, ensure_ascii=False) if arguments.json else " ".join(line.split()))
    return 0


def _given_password(arguments: argparse.Namespace) -> dict[str, str]:
    return {"password": sys.stdin.readline().rstrip("\n")} if arguments.password_stdin else {}


def _print_password(arguments: argparse.Namespace, result: dict[str, object], says: str) -> int:
    if arguments.json:
        print(json.dumps(result))
    elif "password" in result:
        print(result["password"])
    print(says, file=sys.stderr)
    return 0
