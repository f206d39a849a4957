"""The Chinese catalogue is whole: nothing untranslated, nothing stale, no placeholder lost."""

import ast
import re
from collections.abc import Iterator
from string import Formatter

import pytest

from tests.house.tree import ROOT, Source, listed, sources
from tests.tools.catalogue import MO, PO, extracted, mo_bytes, po_bytes, stored, untranslated, updated

CATALOGUE = stored()
MESSAGE_CALLS = frozenset({"_", "N_", "ngettext", "pgettext"})


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def pairs() -> Iterator[tuple[str, str]]:
    for message in CATALOGUE:
        if message.id:
            english = message.id if isinstance(message.id, str) else message.id[-1]
            chinese = [message.string] if isinstance(message.string, str) else list(message.string or ())
            yield from ((english, string) for string in chinese)


def test_every_message_has_its_chinese() -> None:
    findings = [repr(message.id) for message in untranslated(updated(CATALOGUE, extracted()))]
    assert not findings, listed(findings, "run python -m tests.tools.catalogue, translate, run it again")


def test_the_catalogue_in_the_tree_is_what_the_command_writes() -> None:
    assert PO.read_bytes() == po_bytes(updated(CATALOGUE, extracted())), "run python -m tests.tools.catalogue"


def test_the_compiled_catalogue_is_fresh() -> None:
    assert MO.read_bytes() == mo_bytes(CATALOGUE), "run python -m tests.tools.catalogue"


def test_no_translation_is_a_guess() -> None:
    assert not [message.id for message in CATALOGUE if message.fuzzy and message.id]


def test_every_placeholder_survives_translation() -> None:
    findings = [f"{english!r}: {chinese!r}" for english, chinese in pairs() if names_in(english) != names_in(chinese)]
    assert not findings, listed(findings, "use the same {names} in both languages")


def test_every_translation_can_be_filled() -> None:
    for _, chinese in pairs():
        chinese.format(**dict.fromkeys(names_in(chinese), 1))


def test_what_is_translated_is_chinese() -> None:
    findings = [english for english, chinese in pairs() if re.search("[a-z]{3}", english) and chinese == english]
    assert not findings, listed(findings, "left in English")


def test_sentences_use_chinese_punctuation() -> None:
    findings = [
        chinese for _, chinese in pairs() if re.search(r"[\u3400-\u9fff][,;!?](?![0-9])|[\u3400-\u9fff]\.$", chinese)
    ]
    assert not findings, listed(findings, "write the full-width mark")


def unusable_calls(source: Source) -> Iterator[str]:
    """Yield calls whose message no tool can extract: f-strings, concatenations, calls that stand inside an f-string."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.JoinedStr):
            yield from (f"{source.at(call)}: inside an f-string" for call in ast.walk(node) if is_looked_up(call))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MESSAGE_CALLS:
            for argument in node.args[: 1 if node.func.id in {"_", "N_"} else 2]:
                if isinstance(argument, ast.JoinedStr | ast.BinOp):
                    yield f"{source.at(argument)}: {ast.unparse(argument)[:60]}"


def is_looked_up(node: ast.AST) -> bool:
    """Return whether a literal is looked up here; to Python 3.11's tokens an f-string is one word, calls and all."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in MESSAGE_CALLS
        and isinstance(node.args[0], ast.Constant)
    )


def test_no_message_is_put_together_before_it_is_looked_up() -> None:
    findings = [found for source in sources("fieldapp/") for found in unusable_calls(source)]
    assert not findings, listed(findings, "_() takes one literal; fill it with .format() afterwards")


@pytest.mark.parametrize(
    "planted",
    ['_(f"{n} records")', '_("a" + b)', 'ngettext(f"{n}", "x", n)', 'N_("%d" % n)', """f"{_('x')} {n}\""""],
)
def test_a_planted_unusable_call_is_found(planted: str) -> None:
    assert list(unusable_calls(Source("planted.py", planted, ast.parse(planted))))


def test_no_message_is_looked_up_while_a_module_is_loaded() -> None:
    """A message looked up at import speaks the language of that moment for ever."""
    findings = [
        f"{source.at(node)}: {ast.unparse(node)[:60]}"
        for source in sources("fieldapp/")
        for node in module_level_lookups(source.tree)
    ]
    assert not findings, listed(findings, "mark it with N_ and look it up when it is shown")


def module_level_lookups(tree: ast.AST) -> Iterator[ast.Call]:
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id in {"_", "ngettext"}:
            yield child
        yield from module_level_lookups(child)


def test_the_catalogue_travels_with_the_package() -> None:
    assert MO.is_relative_to(ROOT / "fieldapp")
