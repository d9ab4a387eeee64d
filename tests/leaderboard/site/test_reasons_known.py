"""Whatever a scorer can say is known in French: its answers are tried, and its source is read."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import harness
import tasks
from harness.task import Task, load_task, task_names
from harness.types import Completion, Item
from leaderboard.site.language import Language
from leaderboard.site.reasons import reason

FR, EN = Language("fr"), Language("en")
CATALOGUE = "leaderboard/site/i18n/reasons.fr.yaml"


def _answers(task: Task, item: Item, other: Item) -> Iterator[Completion]:
    """Wrong answers of many kinds, and the task's own ones cut, doubled, turned around or to another question."""
    gold = task.gold(item).text
    half, words, lines = gold[: len(gold) // 2], gold.split(), gold.splitlines()
    texts = (
        *("", "7", "un deux trois", "<think>", item.question[-600:], '{"a": 1}', '{"a; b": [1, ', "Answer: 9 -> 3; 4"),
        *(task.gold(other).text, half, f"```\n{half}", f"{gold}\n{gold[:-1]}", f"{gold} {gold}", " ".join(words[::-1])),
        *(gold.replace("e", "a"), gold.replace("1", "2"), "\n".join(lines[:-1]), "\n".join(lines[::-1])),
        f"{gold.rstrip('.!')}; Zorglub a mangé 4 321 €.",
    )
    yield from (Completion(item.id, text, "stop", 0, 0, "") for text in texts)
    if task.card.kind == "dialogue":
        played: Any = task
        for said in (("7",), ("done",), tuple(played.play(item)[:-1]) or ("x",), tuple(played.play(other))):
            yield Completion(item.id, said[-1], "stop", 0, 0, "", turns=said)


@pytest.mark.parametrize("name", task_names())
def test_every_reason_that_a_family_gives_is_known(name: str) -> None:
    """On four levels in both languages, for many wrong answers: the reason is told in French, and in English."""
    task, found = load_task(name), set[str]()
    for level, language in itertools.product(
        sorted({1, 2, (task.card.levels + 1) // 2, task.card.levels}), task.card.languages
    ):
        item, other = task.items(level, language, "s", 2)
        if not item.options:
            scores = [task.score(item, completion) for completion in _answers(task, item, other)]
            found |= {score.reason for score in scores if score.value is not None and score.reason}
    for text in sorted(found):
        for say in (FR, EN):
            assert reason(text, say, name).lang == say.code, f"{name} says {text!r}: give it French in {CATALOGUE}"
    assert found or name == "understanding/reading_choice", "options give no reason"


# --- the programs' own texts -------------------------------------------------------------------------------------

# What a place of a program's text may hold, tried one after the other until the whole is known.
HELD = (
    *("7", "Paris", "planned", "33%", "0.50", "fr", "first", '"cat"', "files", "minutes", "it says", "wrong", "slow"),
    *("7 instead of 7", "1 by 2 instead of 3 by 4", "a level 1 (fr)", "wrong at hidden test 3", "part 1: 7 words"),
    *("the text repeats itself", "a shard's share of "),
)
GIVERS = {  # whose argument at this place is a reason
    "Judgement": 2,
    "failed": 1,
    "EndedError": 1,
    "_unscored": 1,
    "PromptError": 0,
    "ContextOverflowError": 0,
}
JOINED = {  # what comes before and after a text that is no whole reason, by the file's end
    "sandbox/grading.py": ("wrong: ", ""),
    "sandbox/streams.py": ("flooded: ", ""),
    "sandbox/cell.py": ("crashed: ", ""),
    "sandbox/program.py": ("crashed: ", ""),
    "cruxeval/__init__.py": ("wrong: ", ""),
    "program_synthesis/__init__.py": ("", "; 7 of 7 pass"),
    "outlined_text/reading.py": ("part 1: ", ""),
}
NAMED = {"reason", "error"}  # and what arguments and variables of this name are
SPEAKERS = {  # and what functions of this name return or yield
    *("fault", "_faults", "lacks", "_compared", "shortfall", "unasked", "_spared", "_reason"),
}
WHERE = (
    *("tasks", "leaderboard/standing.py", "harness/task.py", "harness/scoring", "harness/metrics/prose.py"),
    *("harness/public/instructions/verdict.py", "harness/sandbox/streams.py", "harness/sandbox/cell.py"),
    *("harness/sandbox/program.py", "harness/sandbox/grading.py", "harness/engine", "harness/frame.py"),
    *("harness/conditions/budgets.py",),
)
FROM = {  # the task under whose name a shared file's texts are read
    "metrics/prose.py": "content_production/faithful_summary",
    "verdict.py": "public/ifeval",
    "sandbox": "public/mbpp",
}
# Beginnings of texts that no page shows, each with why.
NEVER_SHOWN = {
    "it was given up": "the caller's own doing, while the machine stops",
    "its sandbox belongs to the process that this one was forked from": "a mistake of ours in tests alone",
    "a text of ": "of a set of texts whose likelihood is measured: no score",
    "a text without a token": "of a set of texts whose likelihood is measured: no score",
    "the engine runs in the harness's own process": "of an isolation, not of a score",
    "the round asks for no isolation": "of an isolation, not of a score",
}


def _texts(node: ast.expr | None) -> Iterator[ast.Constant | ast.JoinedStr]:
    """The literals that an expression may come to."""
    match node:
        case ast.Constant(value=str() as text) if " " in text.strip():
            yield node
        case ast.JoinedStr():
            yield node
        case ast.IfExp(body=one, orelse=other):
            yield from (*_texts(one), *_texts(other))
        case ast.BoolOp(values=values):
            yield from itertools.chain.from_iterable(map(_texts, values))
        case ast.BinOp(op=ast.Mult(), left=left):
            yield from _texts(left)


def _given(tree: ast.Module) -> Iterator[ast.Constant | ast.JoinedStr]:
    """The literals that a module gives as reasons."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=args) if name in GIVERS and len(args) > GIVERS[name]:
                yield from _texts(args[GIVERS[name]])
            case ast.Call(func=ast.Attribute(attr="broken"), args=[one, *_]):
                yield from _texts(one)
            case ast.keyword(arg=str() as name, value=value) if name in NAMED:
                yield from _texts(value)
            case ast.Assign(targets=[ast.Name(id="reason" | "why")], value=value):
                yield from _texts(value)
            case ast.AnnAssign(target=ast.Name(id="_ENDED"), value=ast.Dict(values=values)):
                yield from itertools.chain.from_iterable(map(_texts, values))
            case ast.FunctionDef(name=name) if name in SPEAKERS:
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Return | ast.Yield):
                        yield from _texts(inner.value)


def _filled(node: ast.Constant | ast.JoinedStr) -> Iterator[str]:
    """A text with all that its places may hold; one place is as another but for the first three."""
    if isinstance(node, ast.Constant):
        yield str(node.value).replace("{}", "7")
        return
    count = sum(isinstance(part, ast.FormattedValue) for part in node.values)
    for held in itertools.product(HELD, repeat=min(count, 3)):
        values = iter([*held, *(held[-1:] * count)])
        yield "".join(str(one.value) if isinstance(one, ast.Constant) else next(values) for one in node.values)


def _sources() -> Iterator[tuple[Path, str]]:
    """Files that give reasons, each with the task under whose name they are read."""
    root = Path(str(harness.__file__)).parent.parent
    folder = Path(str(tasks.__file__)).parent
    for file in itertools.chain.from_iterable(
        [p] if p.suffix else sorted(p.rglob("*.py")) for p in map(root.joinpath, WHERE)
    ):
        inside = file.relative_to(folder).parts if file.is_relative_to(folder) else ()
        shared = next((task for part, task in FROM.items() if part in file.as_posix()), "")
        yield file, "/".join(inside[:2]) or shared


def test_every_text_of_a_program_is_known() -> None:
    """A literal that the source gives as a reason has its French: whoever adds one is told here where to put it."""
    seen, unknown = 0, set[str]()
    for file, task in _sources():
        for node in _given(ast.parse(file.read_text(encoding="utf-8"))):
            candidates = list(_filled(node))
            if (
                not candidates
                or candidates[0].startswith(tuple(NEVER_SHOWN))
                or not re.search("[a-z]{2}", "".join(candidates[:1]))
            ):
                continue
            seen += 1
            before, after = next((parts for end, parts in JOINED.items() if file.as_posix().endswith(end)), ("", ""))
            candidates += [f"{before}{text}{after}" for text in candidates]
            if not any(reason(text, FR, task).lang == "fr" for text in candidates):
                unknown.add(f"{file.name} ({task}): {ast.unparse(node)}")
    assert unknown == set(), f"give them French in {CATALOGUE}"
    assert seen > 100, "the scan no longer finds the texts"
