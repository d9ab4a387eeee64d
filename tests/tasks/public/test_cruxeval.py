"""CRUXEval asks as its authors do, and judges as running the assertion does, with function and answer apart."""

from __future__ import annotations

from typing import Any

import pytest

from harness.sandbox import Limits, run_program, unavailable
from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item

NAME = "public/cruxeval"
TASK = load_task(NAME)
OUTPUT, INPUT = 1, 2
isolated = pytest.mark.skipif(unavailable() is not None, reason=str(unavailable()))


def items(level: int) -> list[Item]:
    return sorted(TASK.items(level, "en", "s", 1000), key=lambda item: item.cluster)


def value(item: Item, text: str) -> float | None:
    return TASK.score(item, Completion(item.id, text, "stop", 1, 1, "")).value


@isolated
def test_it_keeps_its_promises() -> None:
    """Published assertions score 1 and no baseline is above chance."""
    assert check_task(NAME, 3) == []


def test_which_functions_are_asked() -> None:
    """All outputs; the inputs that are literals."""
    assert [len(items(level)) for level in (OUTPUT, INPUT)] == [600, 592]


UNDONE = {  # what lm-eval's few-shot rows and delimiters make of the published examples
    'assert f("x9j") == ??': "assert f(x9j) == ??",
    'assert f("x9j") == "x9ja"': "assert f(x9j) == x9ja",
    '== "banana"': "== banana",
    "examples.\n\n": "examples.\n",
    "the function.\n\n": "the function.\n",
}


@pytest.mark.parametrize(("level", "name"), [(OUTPUT, "output"), (INPUT, "input")])
def test_it_asks_as_published(level: int, name: str, lm_eval: Any) -> None:
    """The prompts of lm-eval's tasks, once its changes to the published text are made.

    They are three strings without quotes, a space and a line end more or less, and no "[ANSWER]" at the end.
    """
    files, greedy = {"test": "cruxeval/test.jsonl"}, {"until": ["[/ANSWER]"], "do_sample": False}
    peer = lm_eval(f"cruxeval/cruxeval_{name}.yaml", 150, files, unsafe_code=False, repeats=1, generation_kwargs=greedy)
    asked = {item.question: TASK.request(item).messages[0].content for item in items(level)}
    compared = 0
    for document in peer.documents:
        if prompt := asked.get(document.row["code"]):
            head, mark, last = prompt.rpartition("[/ANSWER]")  # the examples, and the function that is asked about
            for ours, theirs in UNDONE.items():
                head = head.replace(ours, theirs, 1 if ours.endswith("\n") else -1)
            assert last.endswith("[/PYTHON]\n[ANSWER]\n")
            last = last.removesuffix("\n[ANSWER]\n")
            assert document.prompt == head.replace("[/PYTHON]\n", "[/PYTHON] \n") + mark + last
            compared += 1
    assert compared >= 140
    assert document.sampling.stop == TASK.card.stop


def published(item: Item, said: str) -> bool:
    """The authors' runner: what they take of an answer, executed below the function, here in the sandbox."""
    if item.level == OUTPUT:
        said = said.split("==")[1] if "==" in said else said
        allowed = f"f({item.data['input']})" not in said
    else:
        said = said.split("==")[0].split("assert")[-1]
        allowed = "f(" in said
    program = f"{item.question}\nassert {item.data['output']} == {said.strip()}"
    return allowed and run_program(program, limits=Limits(seconds=20)).verdict == "done"


@isolated
@pytest.mark.parametrize("level", [OUTPUT, INPUT])
def test_it_judges_as_published(level: int) -> None:
    """The verdict of the authors' runner, for the published answer, one in other words, and wrong ones."""
    for item in items(level)[::75]:
        given, wanted = item.data["input"], item.data["output"]
        for text in (
            f"assert f({given}) == {wanted}",
            f"assert f({given}) == ({wanted})" if level == OUTPUT else f" f( {given} )",
            f"assert f({given}) == [{wanted}]" if level == OUTPUT else f"assert f(*({given},), 0) == {wanted}",
            f"f({given})" if level == OUTPUT else wanted,
        ):
            assert value(item, text) == float(published(item, text)), text


def own(level: int, code: str, given: str, wanted: str) -> Item:
    data = {"input": given, "output": wanted}
    return Item("public/cruxeval/en/L01/00000", NAME, level, "en", "c", 0, code, "…", data=data)


JOIN = ("def f(a, b):\n    return a + '==' + b", "'x', 'y == z'", "'x==y == z'")
READ = {
    "the assertion": (OUTPUT, "assert f('x', 'y == z') == 'x==y == z'", 1),
    "with tags": (OUTPUT, "[ANSWER]\nassert f('x', 'y == z') == 'x==y == z'\n[/ANSWER]\nDone.", 1),
    "the value alone": (OUTPUT, "'x==y == z'", 1),
    "other quotes": (OUTPUT, 'assert f("x", "y == z") == "x==y == z" # so', 1),
    "the sides in brackets": (OUTPUT, "assert (f('x', 'y == z') == ('x==y == z')), 'no'", 1),
    "more lines": (OUTPUT, "assert f('x', 'y == z') == 'x==y == z'\n\nassert f('', '') == '=='", 1),
    "no assertion": (OUTPUT, "import os", 0),
    "two answers": (OUTPUT, "'x==y == z' or 'x'\n'x'", 1),  # the first statement, which is one
    "in a fence": (OUTPUT, "It joins them.\n```python\nassert f('x', 'y == z') == 'x==y == z'\n```", 1),
    "a wrong value": (OUTPUT, "assert f('x', 'y == z') == 'x==y'", 0),
    "no value": (OUTPUT, "assert f('x', 'y == z') ==", 0),
    "the function": (OUTPUT, "assert f('x', 'y == z') == f('x', 'y == z')", 0),
    "prose": (OUTPUT, "The output is x==y == z.", 0),
    "nothing": (OUTPUT, "", 0),
    "what equals everything": (OUTPUT, "type('A', (str,), {'__eq__': lambda s, o: True, '__hash__': None})()", 0),
    "an exit": (OUTPUT, "__import__('os')._exit(0)", 0),
    "the call": (INPUT, "assert f('x', 'y == z') == 'x==y == z'", 1),
    "the call alone": (INPUT, "f('x', 'y == z')", 1),
    "other arguments": (INPUT, "[ANSWER]\nassert f('x==y ', ' z') == 'x==y == z'\n[/ANSWER]", 1),
    "named arguments": (INPUT, "```\nassert f(b='y == z', a='x') == 'x==y == z'\n```", 1),
    "wrong arguments": (INPUT, "assert f('x', 'y') == 'x==y == z'", 0),
    "too few arguments": (INPUT, "assert f('x') == 'x==y == z'", 0),
    "the output itself": (INPUT, "'x==y == z'", 0),
    "the output, with a call in it": (INPUT, "assert (f('a', 'b') and 'x==y == z') == 'x==y == z'", 0),
    "a call of its own": (INPUT, "assert (lambda f: f())(lambda: [(), {'a': 'x', 'b': 'y == z'}])", 1),  # it says so
    "a patched function": (INPUT, "f((lambda: [__import__('sys').modules['program'].__dict__.update(f=1)])(), 'b')", 0),
    "arguments without the call": (INPUT, "[('x', 'y == z'), {}]", 0),
    "names that are none": (INPUT, "[f() and (), {1: 'f('}]", 0),
    "a deaf list": (INPUT, "f(*[type('A', (list,), {'__add__': lambda s, o: 'x==y == z'})()] * 2)", 0),
}


@isolated
@pytest.mark.parametrize("name", READ)
def test_how_an_answer_is_read(name: str) -> None:
    """Tags, fences and both sides of an assertion by the rule at the top of the task; nothing else is an answer."""
    level, text, expected = READ[name]
    assert value(own(level, *JOIN), text) == expected


@isolated
def test_verdict_in_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reason begins with the verdict."""
    monkeypatch.setattr("tasks.public.cruxeval.LIMITS", Limits(seconds=1))
    item = own(INPUT, "def f(n):\n    while n: pass\n    return n", "0", "0")
    assert value(item, "f(0)") == 1
    for text, reason in (
        ("f(False", "wrong: SyntaxError"),
        ("f(1)", "slow: "),
        ("f(__import__('os')._exit(0))", "crashed: "),
        ("f('a' * 10**7)", "flooded: "),
        ("f(open('/etc/passwd').read())", "blocked: "),
        ("g(0)", "wrong: NameError"),
        ("f(0.5 - 0.5, 1)", "wrong: TypeError"),
        ("f(lambda: 1)", "wrong: TypeError"),
        ("0", "wrong: the answer is no call of f"),
    ):
        score = TASK.score(item, Completion(item.id, text, "stop", 1, 1, ""))
        assert score.reason.startswith(reason), score.reason
        assert score.value == 0
