"""A configuration can be wrong in every way, and the shift goes on."""

import ast
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fieldapp.config
from fieldapp.config import LoadedConfig, ReaderConfig, TabletConfig, find_file, load_config, read_config
from fieldapp.presentation.settings import config_sentence
from fieldapp.text import use_language

FILE = Path("config.toml")


@pytest.fixture(autouse=True)
def _english(_language_is_put_back: None) -> None:
    use_language("en")


def read(text: str) -> LoadedConfig:
    return read_config(text.encode(), FILE)


def test_a_whole_file_is_used_as_it_stands() -> None:
    loaded = read(
        'database = "/data/t.db"\nlanguage = "en"\ntheme = "night"\ntext_size = "large"\nidle_lock_s = 60\n'
        'time_zone = "Asia/Urumqi"\n'
        '[[reader]]\nport = "/dev/a"\nmodel = "line"\n[[reader]]\nport = "/dev/b"\nmodel = "em4100"\nrole = "badge"\n'
    )
    readers = (ReaderConfig("/dev/a", "line", ""), ReaderConfig("/dev/b", "em4100", "badge"))
    assert loaded == LoadedConfig(TabletConfig("/data/t.db", "en", "night", "large", 60, readers, "Asia/Urumqi"), FILE)


def test_without_a_file_the_usual_values_hold(tmp_path: Path) -> None:
    assert load_config({"XDG_CONFIG_HOME": str(tmp_path)}, home=tmp_path) == LoadedConfig(TabletConfig())


def test_the_nearest_file_wins(tmp_path: Path) -> None:
    own = tmp_path / ".config" / "fieldapp" / "config.toml"
    own.parent.mkdir(parents=True)
    own.write_text('theme = "night"\n')
    named, given_ = tmp_path / "named.toml", tmp_path / "given.toml"
    assert find_file({}, given=None, home=tmp_path) == own
    assert find_file({"FIELDAPP_CONFIG": str(named)}, given=None, home=tmp_path) == named
    assert find_file({"FIELDAPP_CONFIG": str(named)}, given=given_, home=tmp_path) == given_
    assert load_config({}, home=tmp_path).config.theme == "night"


@pytest.mark.parametrize(
    ("text", "key", "nearest", "reason"),
    [
        ('databse = "x"', "databse", "database", "unknown_key"),
        ('lang = "en"', "lang", "language", "unknown_key"),
        ("qqqq = 1", "qqqq", "", "unknown_key"),
        ("idle_lock_s = 5", "idle_lock_s", "", "bad_value"),
        ('idle_lock_s = "long"', "idle_lock_s", "", "bad_value"),
        ('theme = "pink"', "theme", "", "bad_value"),
        ("reader = 7", "reader", "", "bad_value"),
        ('[[reader]]\nport = "/dev/a"\nmodle = "line"', "reader.modle", "reader.model", "unknown_key"),
        ('[[reader]]\nport = "/dev/a"', "reader", "", "bad_value"),
        ("theme = ", "", "", "syntax"),
    ],
)
def test_a_fault_is_named_with_its_nearest_key_and_the_usual_value_used(
    text: str, key: str, nearest: str, reason: str
) -> None:
    loaded = read(text)
    assert loaded.config == TabletConfig()
    (problem,) = loaded.problems
    assert (problem.key, problem.nearest, problem.reason, problem.code) == (key, nearest, reason, "E-CONFIG")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_sentence_names_file_key_and_nearest_key(language: str) -> None:
    use_language(language)  # type: ignore[arg-type]  # one of the two
    (problem,) = read('databse = "x"').problems
    sentence = config_sentence(problem)
    for part in ("config.toml", "databse", "database", "E-CONFIG"):
        assert part in sentence


def test_one_bad_reader_does_not_take_the_others_with_it() -> None:
    loaded = read('[[reader]]\nport = 5\nmodel = "line"\n[[reader]]\nport = "/dev/b"\nmodel = "em4100"\n')
    assert [reader.port for reader in loaded.config.readers] == ["/dev/b"]
    assert len(loaded.problems) == 1


def test_a_broken_line_does_not_take_the_database_with_it() -> None:
    loaded = read('database = "/data/t.db"\ntheme = pink\nlanguage = "en"\n')
    assert (loaded.config.database, loaded.config.language) == ("/data/t.db", "en")
    assert not loaded.database_is_doubtful


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("", False),
        ('theme = "pink"', False),
        ('database = "/data/t.db"\nfoo = 1', False),
        ("database = 5", True),
        ('databse = "/data/t.db"', True),
        ('database = "/data/t.db', True),
    ],
)
def test_it_is_said_when_a_fault_may_hide_the_database(text: str, doubtful: bool) -> None:
    assert read(text).database_is_doubtful is doubtful


def test_a_named_file_that_is_missing_or_unreadable_is_said(tmp_path: Path) -> None:
    missing = load_config({}, given=tmp_path / "none.toml", home=tmp_path)
    assert [problem.reason for problem in missing.problems] == ["missing"]
    assert missing.database_is_doubtful
    folder = load_config({}, given=tmp_path, home=tmp_path)
    assert [problem.reason for problem in folder.problems] == ["unreadable"]
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * (fieldapp.config.MAX_FILE_BYTES + 1))
    assert [problem.reason for problem in load_config({}, given=large, home=tmp_path).problems] == ["unreadable"]


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read_config(b"\xef\xbb\xbf" + b'theme = "night"', FILE).config.theme == "night"


@given(st.binary(max_size=300))
def test_no_bytes_stop_the_program(data: bytes) -> None:
    for problem in read_config(data, FILE).problems:
        assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in config_sentence(problem))


def test_nested_beyond_reason_is_only_a_syntax_fault() -> None:
    assert [problem.reason for problem in read("x = " + "[" * 100_000).problems] == ["syntax"]


@pytest.mark.parametrize("struct", [TabletConfig, ReaderConfig])
def test_every_setting_says_what_it_is(struct: type[msgspec.Struct]) -> None:
    source = Path(fieldapp.config.__file__).read_text(encoding="utf-8")
    (node,) = [
        node for node in ast.parse(source).body if isinstance(node, ast.ClassDef) and node.name == struct.__name__
    ]
    for setting, below in zip(node.body, [*node.body[1:], None], strict=True):
        if isinstance(setting, ast.AnnAssign):
            assert isinstance(below, ast.Expr), ast.unparse(setting)
            assert isinstance(below.value, ast.Constant), ast.unparse(setting)


def test_the_settings_that_tablets_leave_the_depot_with_are_all_read() -> None:
    file = Path(__file__).resolve().parents[2] / "deploy" / "tablet" / "config.toml"
    loaded = read_config(file.read_bytes(), file)
    assert loaded.problems == ()
    assert [(reader.port, reader.model) for reader in loaded.config.readers] == [("auto", "auto")] * 3
