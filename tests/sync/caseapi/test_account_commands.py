"""`caseapi accounts` and `caseapi orgs`: passwords are shown once, faults say what would be right."""

import io
import json
from pathlib import Path

import pytest

from sync.caseapi.cli import main
from tests.sync.caseapi.harness import GRID, Clock, prepare


@pytest.fixture
def db(tmp_path: Path, clock: Clock) -> str:
    return f"sqlite:///{prepare(tmp_path / 'case.db', clock)}"


def test_an_account_is_made_listed_seated_and_revoked(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    desk = ["--role", "community_desk", "--org", GRID[:12], "--db", db]
    assert main(["accounts", "add", "Desk", *desk]) == 0
    password = capsys.readouterr().out.strip()
    assert len(password.replace("-", "")) == 16
    assert main(["accounts", "seat", "desk", "--role", "street_desk", "--org", GRID[:9], "--db", db]) == 0
    assert main(["accounts", "revoke", "desk", "--db", db]) == 0
    assert main(["accounts", "list", "--json", "--db", db]) == 0
    (account,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [seat["role"] for seat in account["seats"]] == ["community_desk", "street_desk"]
    assert account["revoked_at"] is not None
    assert "password" not in account


def test_a_password_is_read_from_standard_input(
    db: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for command in (["add", "one", "--role", "auditor"], ["password", "one"]):
        monkeypatch.setattr("sys.stdin", io.StringIO("a password of mine\n"))
        assert main(["accounts", *command, "--password-stdin", "--json", "--db", db]) == 0
        assert "password" not in json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["accounts", "add", "one", "--role", "community_desk", "--org", "12"], "org: 12 is no organisation"),
        (["accounts", "revoke", "nobody"], "name: there is no account 'nobody'"),
        (["orgs", "put", "two words", "--title", "x", "--patch", GRID[:6]], "code: an organisation's code is one word"),
        (["orgs", "put", "x", "--title", "x", "--patch", "999999"], "patch: the patch is a code of this district"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    db: str, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--db", db]) == 1
    assert says in capsys.readouterr().err
    assert main(["accounts", "list", "--db", db]) == main(["orgs", "list", "--db", db]) == 0
    assert capsys.readouterr().out == ""


def test_an_organisation_is_written_and_written_over(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    put = ["orgs", "put", "heat", "--patch", GRID[:6], "--db", db]
    assert main([*put, "--title", "合成供热站"]) == 0
    assert main([*put, "--title", "合成供热站", "--number", "0451-1", "--valid-to", "2027-01-01"]) == 0
    assert main(["orgs", "list", "--db", db]) == 0
    assert capsys.readouterr().out == f"heat handler 合成供热站 patch {GRID[:6]} 0451-1 2000-01-01 to 2027-01-01\n"
