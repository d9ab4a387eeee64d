"""MBPP asks as it was published, over the sanitized rows, and judges as running its asserts does."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.sandbox import Limits, run_program, unavailable
from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item

NAME = "public/mbpp"
TASK = load_task(NAME)
FILES = {"test": "mbpp/sanitized.json"}
isolated = pytest.mark.skipif(unavailable() is not None, reason=str(unavailable()))


def items() -> list[Item]:
    return sorted(TASK.items(1, "en", "s", 1000), key=lambda item: item.cluster)


def value(item: Item, text: str) -> float | None:
    return TASK.score(item, Completion(item.id, text, "stop", 1, 1, "")).value


@pytest.fixture
def peer(mirror: Path, lm_eval: Any, peer_runs_in_sandbox: None) -> Any:
    """lm-eval's `mbpp_plus` (its `mbpp` for rows that say `prompt`), with the same rows as examples."""
    rows = {row["task_id"]: row for row in json.loads((mirror / FILES["test"]).read_text(encoding="utf-8"))}
    shots = [{**rows[number], "is_fewshot": True} for number in (2, 3, 4)]
    samples = {"sampler": "first_n", "samples": shots}
    return lm_eval("mbpp/mbpp_plus.yaml", 108, FILES, unsafe_code=False, fewshot_config=samples)


@isolated
def test_it_keeps_its_promises() -> None:
    """Published solutions score 1 and no baseline is above zero."""
    assert check_task(NAME, 3) == []


def test_it_asks_and_judges_as_lm_eval(peer: Any) -> None:
    """The prompts of lm-eval over a hundred rows, its stop string, and its value for answers to some of them."""
    found = {document.row["task_id"]: document for document in peer.documents}
    documents = [document for number, document in found.items() if 11 <= number <= 510]
    asked = [TASK.request(item).messages[0].content for item in items()[: len(documents)]]
    assert [document.prompt for document in documents] == asked
    assert len(documents) >= 90
    assert {document.sampling.stop for document in documents} == {TASK.card.stop}
    for document, item in list(zip(documents, items(), strict=False))[::25]:
        if unavailable() is None:
            for text in (f"{item.target}\n", "def no_such(): pass\n"):
                assert value(item, text) == peer.judge(document, [text])["pass_at_1,none"], text


@isolated
@pytest.mark.parametrize("place", [0, 29, 56, 65, 67])
def test_it_judges_as_running_the_asserts(place: int) -> None:
    """The verdict on a solution and its mutants is that of program, imports and asserts in one sandbox.

    Among the rows are those that compare sets, allow a tolerance and name a function as Python names one of its own.
    """
    item = items()[place]
    for text in (item.target, *mutants(item.target)):
        published = "\n".join([text, *item.data["imports"], *item.data["tests"]])
        passed = run_program(published, limits=Limits(seconds=20)).verdict == "done"
        assert value(item, text) == float(passed), text


def mutants(code: str) -> Iterator[str]:
    """The program with None returned, and with its last constant one off."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Return):
            node.value = None
    yield ast.unparse(tree)
    tree = ast.parse(code)
    constants = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and type(n.value) is int]
    for constant in constants[-1:]:
        constant.value += 1
        yield ast.unparse(tree)


OWN = Item(
    "public/mbpp/en/L01/00000",
    "public/mbpp",
    1,
    "en",
    "c",
    0,
    "…",
    "…",
    data={
        "functions": ["area"],
        "imports": ["import math"],
        "tests": ["assert math.isclose(area(2), 12.566, rel_tol=0.001)", "assert area(0) == 0"],
    },
)
CODE = "import math\ndef area(r):\n    return math.pi * r * r\n"
READ = {
    "as published": (f"{CODE}[DONE]", 1),
    "tags around": (f"[BEGIN]\n{CODE}[DONE]\nand more [BEGIN] x [DONE]", 1),
    "no tag": (CODE, 1),
    "in a fence": (f"Here it is:\n```python\n{CODE}```\nIt multiplies.", 1),
    "in the second fence": (f"```\narea(2)\n```\n```python\n{CODE}\n", 1),
    "without its import, as the tests have it": ("def area(r): return math.pi * r * r", 1),
    "wrong": ("def area(r): return r", 0),
    "another name": (CODE.replace("area", "Area"), 0),
    "a math of its own": ("class math:\n    isclose = lambda *a, **k: True\n    pi = 0\ndef area(r): return 0", 0),
    "prose": ("The area is pi r squared.", 0),
    "nothing": ("", 0),
}


@isolated
@pytest.mark.parametrize("name", READ)
def test_how_an_answer_is_read(name: str) -> None:
    """Tags and code fences by the rule at the top of the task."""
    text, expected = READ[name]
    assert value(OWN, text) == expected


def test_no_example_is_asked() -> None:
    """The worked examples are of the rows set apart for them."""
    prompts = {TASK.request(item).messages[0].content.removesuffix(item.question) for item in items()}
    assert len(prompts) == 1
    (shots,) = prompts
    assert shots.count("[BEGIN]") == shots.count("[DONE]") == 3
    assert not any(item.question in shots for item in items())
