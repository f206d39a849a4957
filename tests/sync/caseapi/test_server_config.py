"""Settings: a wrong one is named with its file, its key and what would be right."""

from pathlib import Path

import pytest

from sync.caseapi.config import ServerConfig, load_config
from sync.caseapi.errors import ConfigInvalid


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "caseapi.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_flags_stand_above_the_file_and_the_file_above_the_defaults(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, 'port = 9000\nname = "区"\n'), {"port": 9001, "host": None})
    assert (config.port, config.name, config.host) == (9001, "区", "127.0.0.1")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prot = 1\n", "unknown setting 'prot'; did you mean 'port'?"),
        ("zzzzzzz = 1\n", "valid settings: db, host"),
        ('port = "8650"\n', "port: Expected `int`, got `str`"),
        ("port = 70000\n", "port: Expected `int` <= 65535"),
        ('zone = "Mars/Olympus"\n', "zone: no time zone"),
        ('zone = "../etc/passwd"\n', "zone: no time zone"),
        ('origin = "ftp://x"\n', "origin: "),
        ('db = "mysql://x"\n', "db: this program stores in"),
        ('media = "s3://key:secret@host/bucket"\n', "media: photos cannot be kept in s3://, which is not known here"),
        ('media = "s3://bucket"\n', "known are file:// and a folder's path"),
        ('media = "file://photos"\n', "media: a folder of photos is named as file:///PATH"),
        ("port = \n", "is not TOML"),
        ('pins = ["abc"]\n', "pins[0]: "),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigInvalid) as refused:
        load_config(written(tmp_path, text), {})
    assert "caseapi.toml" in str(refused.value)
    assert said in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match=r"nothing\.toml"):
        load_config(tmp_path / "nothing.toml", {})


@pytest.mark.parametrize(
    ("settings", "origin"),
    [
        ({}, "http://127.0.0.1:9"),
        ({"host": "::1"}, "http://[::1]:9"),
        ({"host": "0.0.0.0"}, ""),  # noqa: S104 - nothing is bound
        ({"host": "::", "origin": "https://case.example"}, "https://case.example"),
    ],
)
def test_tablets_are_told_an_address_that_they_can_reach(settings: dict[str, str], origin: str) -> None:
    assert load_config(None, settings).reached_at(9) == origin


def test_keys_and_receipts_stand_beside_the_database() -> None:
    config = ServerConfig(db="sqlite:////var/lib/x/case.db")
    folder = Path("/var/lib/x")
    assert config.database == folder / "case.db"
    assert config.receipt_key_path == folder / "case.receipt-key.json"
    assert config.receipts_log_path == folder / "case.receipts.log"
    assert config.control_path == folder / "case.db.sock"
