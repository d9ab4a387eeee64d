"""What a round states is read strictly, and every departure from it is named with its remedy."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.conditions.budgets import Budget
from harness.conditions.rules import Conditions, ConditionsError, budget_of, departures, read_conditions
from harness.errors import RoundError
from harness.types import CheckpointSource, Round, Submission

FACTS: dict[str, Any] = {
    "inference": {"engine": "vllm", "dtype": "bfloat16"},
    "hardware": {"accelerators": ["NVIDIA H100 80GB HBM3"], "memory_bytes": 64 * 2**30},
    "isolation": {"kind": "bubblewrap", "network": {"isolated": True}},
    "network": "isolated",
    "energy": {"measured": True, "why": ""},
}
STATED = {
    "isolation": "required",
    "network": "none",
    "engines": ["vllm"],
    "dtypes": ["bfloat16", "float32"],
    "accelerators": ["NVIDIA H100 80GB HBM3"],
    "min_memory": "32 GiB",
    "energy": {"idle": "subtract"},
    "budgets": [{"up_to": 10**9, "tokens_per_item": 256, "seconds": 3600}, {"seconds": 7200.5, "joules": 1e6}],
    "division": "open_allowed",
}


def changed(**facts: Any) -> dict[str, Any]:
    """The facts with one of them changed."""
    return {**copy.deepcopy(FACTS), **facts}


def test_conditions_are_read() -> None:
    """Every key lands in its field, sizes in bytes, classes as budgets."""
    assert read_conditions(STATED) == Conditions(
        isolation="required",
        network="none",
        engines=("vllm",),
        dtypes=("bfloat16", "float32"),
        accelerators=("NVIDIA H100 80GB HBM3",),
        min_memory=32 * 2**30,
        idle="subtract",
        budgets=(Budget(10**9, 256, 3600, None), Budget(None, None, 7200.5, 1e6)),
        division="open_allowed",
    )
    assert read_conditions({}) == Conditions()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"isolatoin": "none"}, "valid keys: accelerators, budgets"),
        ({"isolation": "please"}, "valid: required, preferred, none"),
        ({"network": "some"}, "valid: none, any"),
        ({"division": "open"}, "valid: controlled_only, open_allowed"),
        ({"engines": "vllm"}, "list of names"),
        ({"dtypes": [16]}, "list of names"),
        ({"min_memory": "16 GB"}, "16 GiB"),
        ({"min_memory": -1}, "min_memory"),
        ({"energy": {"idle": "halve"}}, "valid: keep, subtract"),
        ({"energy": {"watts": 3}}, "valid keys: idle"),
        ({"energy": "none"}, "no mapping"),
        ({"budgets": {"seconds": 3}}, "list of classes"),
        ({"budgets": [{"tokens": 3}]}, "valid keys: joules, seconds, tokens_per_item, up_to"),
        ({"budgets": [{"seconds": 0}]}, "positive"),
        ({"budgets": [{"seconds": float("nan")}]}, "positive"),
        ({"budgets": [{"tokens_per_item": True}]}, "positive"),
        ({"budgets": [{"up_to": 5}, {"up_to": 5}]}, "same `up_to`"),
    ],
)
def test_a_wrong_key_says_what_is_valid(raw: dict[str, Any], words: str) -> None:
    """Nothing that a round states is silently ignored."""
    with pytest.raises(RoundError) as caught:
        read_conditions(raw, "round x")
    assert words in str(caught.value)
    assert "round x" in str(caught.value)


def test_a_run_as_stated_departs_from_nothing() -> None:
    """Under the round's own conditions, and where a round states none, there is no departure."""
    assert departures(read_conditions(STATED), FACTS, joules=True) == []
    assert departures(Conditions(), changed(isolation={"kind": "none"}, network="not isolated")) == []


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("engines", {"inference": {"engine": "transformers", "dtype": "bfloat16"}}),
        ("dtypes", {"inference": {"engine": "vllm", "dtype": "float16"}}),
        ("accelerators", {"hardware": {"accelerators": ["NVIDIA T4"], "memory_bytes": 64 * 2**30}}),
        ("accelerators", {"hardware": {"accelerators": [], "memory_bytes": 64 * 2**30}}),
        ("min_memory", {"hardware": {"accelerators": ["NVIDIA H100 80GB HBM3"], "memory_bytes": 2**30}}),
        ("isolation", {"isolation": {"kind": "process", "reason": "no namespaces"}}),
        ("isolation", {"isolation": {"kind": "none", "reason": "in process"}}),
        ("network", {"network": "not isolated"}),
        ("budgets", {"energy": {"measured": False, "why": "no counter"}}),
    ],
)
def test_each_departure_is_named_alone(rule: str, facts: dict[str, Any]) -> None:
    """One changed fact is one departure, which says what is stated, what was found and what to do."""
    (found,) = departures(read_conditions(STATED), changed(**facts), joules=True)
    assert found.rule == rule
    assert found.stated
    assert found.found
    assert found.remedy


def test_a_program_of_the_organisers_runs_no_weights() -> None:
    """Engine, dtype, isolation and energy say nothing of a baseline; its machine does."""
    facts = changed(
        inference={"engine": "oracle", "dtype": "none"},
        isolation={"kind": "none"},
        network="not isolated",
        energy={"measured": False, "why": "no counter"},
        hardware={"accelerators": ["NVIDIA T4"], "memory_bytes": 64 * 2**30},
    )
    assert [one.rule for one in departures(read_conditions(STATED), facts, program=True, joules=True)] == [
        "accelerators"
    ]


def test_processors_alone_can_be_stated() -> None:
    """`none` among the accelerators allows a run without any, and no other."""
    stated = read_conditions({"accelerators": ["none"]})
    assert departures(stated, changed(hardware={"accelerators": [], "memory_bytes": 1})) == []
    assert len(departures(stated, FACTS)) == 1


def test_a_refusal_names_every_departure_and_remedy() -> None:
    """Whoever runs it reads at once all that is to be changed."""
    facts = changed(network="not isolated", inference={"engine": "transformers", "dtype": "float16"})
    error = str(ConditionsError(departures(read_conditions(STATED), facts), "a/b"))
    for words in ("a/b", "engines: transformers", "dtypes: float16", "network: not isolated", "engine=vllm", "bwrap"):
        assert words in error


def test_a_submission_has_its_classes_budget() -> None:
    """The class follows from the declared parameters."""
    round_ = Round("r", {}, "", "s", ("fr",), (), (1.0,), (), conditions=STATED)
    none = CheckpointSource("none")
    facts = (none, {}, "float32", "plain", "MIT", ("fr",), "", "", False, 10**9, 0, "d")
    assert budget_of(round_, Submission("a", "b", "T", "e", *facts)).tokens_per_item == 256


@pytest.mark.parametrize("name", ["demo", "practice", "suite"])
def test_our_rounds_state_conditions_that_hold_on_processors(name: str, checkout: Path) -> None:
    """The rounds that come with the project state what a machine without GPU and namespaces can keep."""
    raw = yaml.safe_load((checkout / f"configs/round/{name}.yaml").read_text(encoding="utf-8"))
    stated = read_conditions(raw["conditions"])
    facts = changed(
        inference={"engine": "transformers", "dtype": "float32"},
        hardware={"accelerators": [], "memory_bytes": 8 * 2**30},
        isolation={"kind": "process", "reason": "no namespaces"},
        network="not isolated",
    )
    assert departures(stated, facts) == []
    assert stated.isolation == "preferred"
