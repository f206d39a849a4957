"""The import rules of pyproject.toml hold, and each of them can fail."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.house.tree import ROOT

CONFIG: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
CONTRACTS: list[dict[str, Any]] = CONFIG["contracts"]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the linter as `make check` does, over the packages of a folder."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def modules_of(contract: dict[str, Any]) -> list[str]:
    """Return every module a contract names that is ours, wildcards made concrete."""
    named: list[str] = []
    for key in ("source_modules", "forbidden_modules", "modules", "protected_modules", "allowed_importers"):
        named += contract.get(key, [])
    layers = [layer.strip() for given in contract.get("layers", []) for layer in given.split("|")]
    tails = [layer for layer in layers if not layer.startswith("(")]
    containers = contract.get("containers") or [""]
    named += [f"{container}.{tail}".strip(".") for container in containers for tail in tails]
    named += contract.get("containers", [])
    ours = [name for name in named if name.split(".")[0] in CONFIG["root_packages"]]
    return [concrete for name in ours for concrete in concrete_names(name)]


def concrete_names(name: str) -> list[str]:
    """Return a name, or two examples of a name that ends in a wildcard."""
    return [re.sub(r"\*+", example, name) for example in ("one", "two")] if "*" in name else [name]


def violation_of(contract: dict[str, Any]) -> tuple[str, str]:
    """Return (importer, imported) such that the import breaks the contract.

    Raises:
        KeyError: a type of contract this test does not know yet; teach it.
    """
    kind = contract["type"]
    if kind == "layers":
        prefix = f"{contract['containers'][0]}." if contract.get("containers") else ""
        upper, *_, lower = [layer.split("|")[-1].strip(" ()") for layer in contract["layers"]]
        return prefix + lower, prefix + upper
    if kind == "forbidden":
        return concrete_names(contract["source_modules"][-1])[0], concrete_names(contract["forbidden_modules"][-1])[0]
    if kind == "independence":
        first, second, *_ = [name for given in contract["modules"] for name in concrete_names(given)]
        return first, second
    return {"protected": ("fieldapp.planted", contract["protected_modules"][-1])}[kind]


def plant(folder: Path, module: str, text: str = "") -> None:
    """Write a module as a package, with the packages above it, leaving what is there already."""
    below = folder
    for part in module.split("."):
        below /= part
        below.mkdir(exist_ok=True)
        (below / "__init__.py").touch()
    with (below / "__init__.py").open("a", encoding="utf-8") as file:
        file.write(text)


def ini_lines(section: dict[str, Any]) -> str:
    """Return a section in the linter's other notation, one item of a list a line."""
    values = {key: "\n    ".join(["", *value]) if isinstance(value, list) else value for key, value in section.items()}
    return "".join(f"{key} = {value}\n" for key, value in values.items())


@pytest.fixture(params=range(len(CONTRACTS)), ids=[contract["name"][:40].replace(" ", "-") for contract in CONTRACTS])
def planted(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    """A tree of empty modules with one contract of ours over it."""
    contract = CONTRACTS[request.param]
    options = {key: value for key, value in CONFIG.items() if key != "contracts"}
    sections = {"importlinter": options, "importlinter:contract:planted": contract}
    text = "\n".join(f"[{name}]\n{ini_lines(section)}" for name, section in sections.items())
    tmp_path.joinpath(".importlinter").write_text(text, encoding="utf-8")
    for module in [*CONFIG["root_packages"], *modules_of(contract)]:
        plant(tmp_path, module)
    return tmp_path, contract


def test_every_import_rule_holds() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, f"an import crosses a wall; move the code or pass it in:\n{result.stdout}"


def test_every_module_that_a_rule_names_exists() -> None:
    missing = sorted(
        {
            name
            for contract in CONTRACTS
            for name in modules_of(contract)
            if not name.endswith((".one", ".two")) and not is_module(name)
        }
    )
    assert not missing, f"a rule about a module that is gone protects nothing; mend pyproject.toml: {missing}"


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return (path / "__init__.py").is_file() or path.with_suffix(".py").is_file()


def test_each_rule_is_kept_by_an_innocent_tree_and_broken_by_a_planted_import(
    planted: tuple[Path, dict[str, Any]],
) -> None:
    folder, contract = planted
    innocent = lint_imports(folder)
    assert "1 kept, 0 broken" in innocent.stdout, innocent.stdout
    importer, imported = violation_of(contract)
    plant(folder, importer, f"import {imported}\n")
    guilty = lint_imports(folder)
    assert "0 kept, 1 broken" in guilty.stdout, f"{importer} imports {imported} unnoticed:\n{guilty.stdout}"
