"""What is added travels with what belongs to it: a kind with its sample, a reader with its capture, and no more."""

import ast

import pytest

from devices.models import MODELS, Model
from sync.records import KINDS
from tests.contracts.codec_frames import CAPTURES, good_frames
from tests.house.tree import ROOT, sources, tracked_files

GOLDEN = "tests/sync/golden/"

MAY_NAME_READERS = ("devices/models/", "devices/emulator/", "fieldapp/demo/")
"""Where a reader is called by its name: what it is, its double, and the demo's own three readers."""

MEDIA = frozenset(model.medium for model in MODELS.values())
"""Names of media; one reader is called like the medium of what it reads."""


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_record_kind_has_a_golden_sample(kind: str) -> None:
    samples = [name for name in tracked_files() if name.startswith(GOLDEN) and kind in name.removeprefix(GOLDEN)]
    assert samples, f"write a sample of {kind!r} into {GOLDEN}: its bytes are the contract with every older tablet"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_record_kind_lives_in_the_file_of_its_name(kind: str) -> None:
    assert (ROOT / "sync" / "records" / f"{kind}.py").is_file()


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.name)
def test_a_reader_is_one_file_and_one_capture(model: Model) -> None:
    assert f"devices/models/{model.name}.py" in tracked_files()
    capture = CAPTURES / f"{model.name}.jsonl"
    assert capture.relative_to(ROOT).as_posix() in tracked_files(), "record what the real reader sends"
    assert good_frames(model) or model.role == "gnss", "a capture holds at least one good frame"


def test_a_reader_is_one_line_of_the_registry_besides_its_import() -> None:
    (registry,) = sources("devices/models/__init__.py")
    lines = [line.strip() for line in registry.text.splitlines()]
    imported = {
        line.split(" import ")[0].rpartition(".")[2] for line in lines if line.startswith("from devices.models.")
    }
    assert imported - {"base"} == set(MODELS)
    named = [line.removesuffix(",") for line in lines if line.isupper() and line.endswith(",")]
    assert len(named) == len(set(named)) == len(MODELS)


def test_nothing_else_knows_a_reader_by_its_name() -> None:
    found = [
        f"{source.at(node)} names {node.value!r}"
        for source in sources("devices/", "fieldapp/", "sync/")
        if not source.path.startswith(MAY_NAME_READERS)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and node.value in MODELS.keys() - MEDIA
    ]
    assert not found, "\n".join(found)
