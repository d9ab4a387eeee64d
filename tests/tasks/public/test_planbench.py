"""PlanBench: the problem in the prompt is that of the PDDL file, and plans run as the PDDL domain says."""

import re
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item
from tasks.public.planbench.blocks import Action, Fact, Problem, fault, read_plan, read_problem

NAME = "public/planbench"
TASK = load_task(NAME)
FOLDERS = {1: "generated_basic_3", 2: "generated_basic"}
COLOURS = dict(
    zip("abcdefghijkl", "red blue orange yellow white magenta black cyan green violet silver gold".split(), strict=True)
)
WORDS = {"handempty": "hand", "ontable": "table"}
ACTIONS = {"pick": "pick-up", "put": "put-down", "stack": "stack", "unstack": "unstack"}
TOWER = Problem(
    frozenset({("hand",), ("clear", "red"), ("on", "red", "blue"), ("table", "blue")}),
    frozenset({("on", "blue", "red")}),
)
SOLVED = "unstack the red block from on top of the blue block\nput down the red block\npick up the blue block\n"
SOLVED += "stack the blue block on top of the red block\n"


def items(level: int) -> list[Item]:
    return TASK.items(level, "en", "s", 1000)


def value(item: Item, text: str) -> float | None:
    return TASK.score(item, Completion(item.id, text, "stop", 1, 1, "")).value


def test_it_keeps_its_promises() -> None:
    """Published plans solve their problems, and no attack is above the card's chance."""
    assert check_task(NAME, 120) == []


@pytest.mark.parametrize("level", [1, 2])
def test_problems_are_those_of_the_pddl_files(mirror: Path, level: int) -> None:
    """What a prompt says holds at first and at the end is what the instance's file says."""
    for item in items(level):
        path = mirror / "planbench" / "pddl" / FOLDERS[level] / f"instance-{item.data['instance']}.pddl"
        initial, _, goal = path.read_text(encoding="utf-8").partition("(:goal")
        assert read_problem(item.question) == Problem(_said(initial.partition("(:init")[2]), _said(goal))


def test_mystery_problems_are_the_same_under_other_words() -> None:
    """Level 3 has the instances of level 1, whose facts it calls otherwise."""
    plain = {item.data["instance"]: read_problem(item.question) for item in items(1)}
    for item in items(3):
        found = read_problem(item.question)
        renamed = [
            frozenset((f[0], *(COLOURS[x] for x in f[1:])) for f in facts) for facts in (found.initial, found.goal)
        ]
        assert Problem(renamed[0], renamed[1]) == plain[item.data["instance"]]


def test_actions_do_what_the_pddl_domain_says(mirror: Path) -> None:
    """Random walks, one action in four not possible: the same verdict as the domain file's rules, step by step."""
    rules = _domain((mirror / "planbench" / "pddl" / "blocksworld_domain.pddl").read_text(encoding="utf-8"))
    rng, verdicts = Random(7), []
    for item in items(2)[:40]:
        problem = read_problem(item.question)
        facts, plan = set(problem.initial), []
        for _ in range(12):
            every = _actions(problem)
            possible = [action for action in every if _grounded(rules, action)[0] <= facts]
            plan.append(rng.choice(possible if rng.random() < 0.9 else every))
            needed, gone, new = _grounded(rules, plan[-1])
            allowed = needed <= facts
            facts = (facts - gone) | new
            verdicts.append(allowed)
            assert (fault(Problem(problem.initial, frozenset(facts)), plan) == "") == allowed
            if not allowed:
                break
    assert {True, False} == set(verdicts)


def test_a_problem_is_not_solved_at_first() -> None:
    """An empty plan reaches no goal, and neither does a published plan without its last action."""
    for level in (1, 2, 3):
        for item in items(level):
            assert value(item, "") == 0
            assert value(item, "\n".join(item.target.strip().split("\n")[:-1])) == 0


def test_the_plan_of_the_example_solves_nothing() -> None:
    """The prompt's own plan is possible or not, but reaches no other problem's goal."""
    for level in (1, 2, 3):
        for item in items(level):
            assert value(item, item.question.partition("[PLAN]")[2].partition("[PLAN END]")[0]) == 0


@pytest.mark.parametrize(
    ("text", "solved"),
    [
        (SOLVED, True),
        (f"\n{SOLVED}[PLAN END]\n\n[STATEMENT]\nAs initial conditions …", True),
        (f"First I think.\n[PLAN]\n{SOLVED}[PLAN END]", True),
        ("(unstack red blue)\n(put-down red)\n(pick-up blue)\n(stack blue red)", True),
        ("\n".join(f"{n}. {line.capitalize()}." for n, line in enumerate(SOLVED.strip().split("\n"), 1)), True),
        (SOLVED + "pick up the red block", False),
        (SOLVED + "unstack the blue block from on top of the red block", False),
        (SOLVED.replace("put down the red block\n", ""), False),
        (SOLVED.replace("the blue block\nput", "it\nput"), False),
        ("stack the blue block on top of the red block", False),
        ("[PLAN]\n" + SOLVED + "[PLAN END]\n[PLAN]\n", False),
        ("The goal is reached.", False),
        ("pick up\n" * 200_000, False),
        ("\ud800\0", False),
    ],
)
def test_plans_are_read_and_run(text: str, solved: bool) -> None:
    """In the prompt's words or as PDDL, numbered or not; each action must be possible and the goal hold at the end."""
    statement = (
        "[STATEMENT]\nthe red block is clear, the hand is empty, the red block is on top of the blue block and the "
    )
    statement += "blue block is on the table.\nMy goal is to have that the blue block is on top of the red block."
    assert read_problem(statement) == TOWER
    assert value(Item("x", NAME, 1, "en", "x", 0, statement, ""), text) == float(solved)


def test_a_fault_says_what_is_missing() -> None:
    """The first action that is not possible, with what it lacks."""
    plan = read_plan("pick up the blue block", TOWER)
    assert fault(TOWER, plan) == "action 1 (pick blue) is not possible: clear blue"


def _said(pddl: str) -> frozenset[Fact]:
    facts = [found.split() for found in re.findall(r"\(([a-z]+(?: [a-z])*)\s*\)", pddl)]
    known = [fact for fact in facts if fact[0] != "and"]
    return frozenset((WORDS.get(fact[0], fact[0]), *(COLOURS[name] for name in fact[1:])) for fact in known)


def _domain(pddl: str) -> dict[str, tuple[list[str], ...]]:
    """By action: parameters, facts needed, facts ended, facts made."""
    heads = [found.start() for found in re.finditer(r"\(:action", pddl)] + [len(pddl)]
    rules = {}
    for start, end in pairwise(heads):
        head, _, effect = pddl[start:end].partition(":effect")
        parameters = re.findall(r"\?\w+", head.partition(":precondition")[0])
        gone = re.findall(r"\(not \((.*?)\)\)", effect)
        made = re.findall(r"\((\w+(?: \?\w+)*)\)", re.sub(r"\(not \(.*?\)\)", "", effect))
        needed = re.findall(r"\((\w+(?: \?\w+)*)\)", head.partition(":precondition")[2])
        rules[re.search(r":action ([\w-]+)", head).group(1)] = (parameters, needed, gone, made)  # type: ignore[union-attr]
    return rules


def _grounded(rules: dict[str, tuple[list[str], ...]], action: Action) -> tuple[set[Fact], ...]:
    parameters, *parts = rules[ACTIONS[action[0]]]
    names = dict(zip(parameters, action[1:], strict=True))
    split = [[fact.split() for fact in part] for part in parts]
    return tuple({(WORDS.get(f[0], f[0]), *(names[x] for x in f[1:])) for f in part} for part in split)


def _actions(problem: Problem) -> list[Action]:
    names = sorted(problem.names)
    single = [(kind, x) for kind in ("pick", "put") for x in names]
    return [*single, *((kind, x, y) for kind in ("stack", "unstack") for x in names for y in names if x != y)]
