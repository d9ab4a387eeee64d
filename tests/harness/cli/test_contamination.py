"""`defi contamination`: evidence on the command line, and a case where it is asked for."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from harness.cli.main import main
from harness.freezing import freeze
from harness.record import RoundPaths
from harness.types import Round, RoundTask

SHAPE = json.loads((Path(__file__).parents[3] / "docs/schemas/contamination.schema.json").read_text())
TASK = "problem_solving/word_problems"
ROUND = Round("tiny", {}, "2026-11-22", "s", ("en",), (RoundTask(TASK, 1, (6,)),), (1.0,), ())


def call(*words: str) -> int:
    try:
        main(list(words))
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_an_entry_without_weights_is_asked_and_not_read(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A baseline answers pairs of items; what needs weights says that it was not made; nothing is flagged."""
    words = ("--set", TASK, "--level", "4", "--lang", "en", "--count", "8", "--draw", "x", "--json")
    assert call("contamination", "baselines/random", *words) == 0
    found = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, SHAPE)
    assert [one["method"] for one in found["evidence"] if one["p"] is not None] == ["perturbed_pairs"]
    assert len(found["evidence"]) == 6
    assert (found["flagged"], found["case"], found["seed"]) == ([], None, "x")


def test_scores_of_two_records_open_a_case(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A revealed record far above the sealed one is flagged, and a case in the round holds the evidence, open."""
    freeze(RoundPaths(workspace / "runs", "tiny"), ROUND)
    for name, right in (("revealed", 1.0), ("sealed", 0.0)):
        (workspace / name).mkdir()
        row = {"task": TASK, "level": 1, "language": "en", "chance": 0.0, "value": right, "capped": False}
        more = {"category": "right" if right else "wrong", "answer": "", "reason": "", "metrics": {}}
        lines = [json.dumps({**row, **more, "item": f"i{n}", "cluster": f"c{n}", "index": n}) for n in range(20)]
        (workspace / name / "scores.jsonl").write_text("\n".join(lines) + "\n")
    rows = workspace / "set.jsonl"
    rows.write_text('{"text": "a"}\n')
    records = ("--revealed", str(workspace / "revealed"), "--sealed", str(workspace / "sealed"))
    assert call("contamination", "baselines/null", "--set", str(rows), *records, "--case", "tiny") == 0
    out = capsys.readouterr().out
    assert "not a verdict" in out
    assert "opened case" in out
    case = json.loads((workspace / "runs/tiny/cases/1.json").read_text())
    assert (case["state"], case["submission"]) == ("open", "baselines/null")
    jsonschema.validate(case["contamination"], SHAPE)
    assert case["contamination"]["flagged"] == ["revealed_gap"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--set", "missing.jsonl"), "no such file"),
        (("--set", "problem_solving/word_problem"), "problem_solving/word_problems"),
        (("--set", TASK, "--against", "x.jsonl"), "makes its own fresh items"),
        (("--set", TASK, "--revealed", "x"), "one record alone"),
        (("--set", "interaction/deduction"), "dialogue"),
    ],
)
def test_unusable_arguments_say_what_to_do(
    workspace: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    """Every error is in words, exits 2 and names a remedy."""
    assert call("contamination", "baselines/null", *words) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "remedy" in err
