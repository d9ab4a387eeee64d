"""BFCL asks and judges as the package `bfcl-eval` does, whose own code is called here."""

import copy
import importlib
import sys
from collections.abc import Iterator
from typing import Any
from unittest.mock import MagicMock

import pytest

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item
from tasks.public.bfcl.reading import read_calls, strict_calls

NAME = "public/bfcl"
TASK = load_task(NAME)
LEVELS = (1, 2, 3, 4, 5)
CATEGORY = {1: "simple_python", 2: "multiple", 3: "simple_python", 4: "parallel", 5: "parallel_multiple"}
HEAVY = (  # what the package imports of models and of other languages, and needs for neither prompt nor judgement
    "tenacity",
    "bfcl_eval.constants.model_config",
    "bfcl_eval.model_handler.parser.java_parser",
    "bfcl_eval.model_handler.parser.js_parser",
)


def items(level: int) -> list[Item]:
    return TASK.items(level, "en", "s", 1000)


def judged(item: Item, text: str) -> Any:
    return TASK.score(item, Completion(item.id, text, "stop", 1, 1, ""))


def variants(gold: str) -> list[str]:
    """A right answer, said otherwise or spoilt in one place."""
    return [
        gold,
        gold[1:-1],
        f"```{gold}```",
        gold.upper(),
        gold.replace("'", '"'),
        gold.replace("a", "A").replace("A", "a", 1),
        gold.replace("1", "2"),
        gold.replace("5", "5.0"),
        gold.replace("0", "0.0", 1),
        gold.replace("[", "(").replace("]", ")"),
        gold.replace("True", "'True'"),
        gold.replace(" ", ""),
        gold.replace(")]", ", more=1)]"),
        gold.replace("=", "=-", 1),
        gold.replace("='", "=['").replace("',", "'],"),
        f"[{', '.join(reversed(gold[1:-1].split('), ')))}]",
        gold[:-1] + ", " + gold[1:],
        gold.partition(", ")[0] + ")]",
        f"Here it is: {gold}",
        "[]",
        "",
        "None of the functions can be used.",
        "f(",
    ]


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, Any, Any]]:
    """The package's reader, prompts and judge, without the libraries of the models it can ask."""
    pytest.importorskip("bfcl_eval", reason="bfcl-eval is not installed: pip install --no-deps bfcl-eval==2026.3.23")
    known = set(sys.modules)
    for name in HEAVY:
        monkeypatch.setitem(sys.modules, name, MagicMock())
    sys.modules["bfcl_eval.constants.model_config"].MODEL_CONFIG_MAPPING = {  # type: ignore[attr-defined]
        "m": MagicMock(underscore_to_dot=False)
    }
    names = ("model_handler.utils", "utils", "eval_checker.ast_eval.ast_checker")
    yield tuple(importlib.import_module(f"bfcl_eval.{name}") for name in names)  # type: ignore[misc]
    for name in set(sys.modules) - known - set(HEAVY):
        if name.startswith("bfcl_eval"):
            del sys.modules[name]


def test_it_keeps_its_promises() -> None:
    """Published answers score 1, and no attack is above chance."""
    assert check_task(NAME, 250) == []


def test_levels_hold_every_row_once() -> None:
    """580 rows; every other one of level 3 has no answer."""
    assert [len(items(level)) for level in LEVELS] == [80, 100, 240, 100, 60]
    assert len({item.question + str(item.data) for level in LEVELS for item in items(level)}) == 580
    assert sum(not item.target for item in items(3)) == 120
    assert all(item.target for level in (1, 2, 4, 5) for item in items(level))


@pytest.mark.parametrize("level", LEVELS)
def test_it_asks_and_judges_as_the_package(package: tuple[Any, Any, Any], level: int) -> None:
    """The same system message and, where the whole answer is read, the same verdict on right and spoilt answers."""
    handler, rows, checker = package
    language = checker.Language.PYTHON
    seen = set()
    for item in items(level)[:60]:
        functions = rows._func_doc_language_specific_pre_processing(
            copy.deepcopy(item.data["functions"]), CATEGORY[level]
        )
        system = handler.formulate_system_prompt(handler.DEFAULT_SYSTEM_PROMPT_FORMAT, functions)
        assert [(m.role, m.content) for m in TASK.request(item).messages] == [
            ("system", system),
            ("user", item.question),
        ]
        text = TASK.gold(item).text if item.target else f"[{functions[0]['name']}(a=1)]"
        for answer in variants(text):
            try:
                calls = handler.default_decode_ast_prompting(answer)
            except Exception:
                calls = []
            if item.target:
                verdict = (
                    bool(calls)
                    and checker.ast_checker(functions, calls, item.target, language, CATEGORY[level], "m")["valid"]
                )
            else:
                verdict = rows.is_empty_output(calls)
            assert judged(item, answer).metrics["strict"] == float(verdict), answer
            seen.add(verdict)
    assert seen == {True, False}


@pytest.mark.parametrize(
    ("text", "strict"),
    [
        ("[f.g(a=1, b='x')]", True),
        ("f.g(a=1, b='x')", True),
        ("`f.g(a=1, b='x')`", True),
        ("[f.g(a=3 - 2, b='x')]", True),
        ("```python\n[f.g(a=1, b='x')]\n```", False),
        ("I call it.\n[f.g(a=1, b='x')]\nDone.", False),
    ],
)
def test_calls_are_read(text: str, strict: bool) -> None:
    """Alone, or in a fence or on a line of their own."""
    assert read_calls(text) == [("f.g", {"a": 1, "b": "x"})]
    assert bool(strict_calls(text)) == strict


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[1]",
        "f",
        "lambda: f(a=1)",
        "[f(a=9**9**9)]",
        "[f(a='x'*10**9)]",
        "[f(a=1/0)]",
        "[f(a={[]: 1})]",
        "[f(a=" + "[" * 3000,
        "[f(a=" + "-" * 7000 + "1)]",
        "[f(a=" + "1+" * 3900 + "1)]",
        "[f(a=" + "9" * 7000 + ")]",
        "[f(a='\\d')" * 10_000,
        "\ud800\0",
        "(" * 100_000,
    ],
)
def test_what_is_no_call_is_read_as_none(text: str) -> None:
    """Nothing is evaluated, and no text raises."""
    assert read_calls(text) == []


def test_a_number_no_float_can_hold_is_wrong() -> None:
    """It is compared as it is, where a float is wanted."""
    function = {"name": "f", "parameters": {"properties": {"a": {"type": "float"}}, "required": ["a"]}}
    item = Item("x", NAME, 1, "en", "x", 0, "?", [{"f": {"a": [1.0]}}], data={"functions": [function]})
    assert judged(item, "[f(a=1)]").value == 1
    assert judged(item, f"[f(a={'9' * 400})]").value == 0
