"""`defi engine noise` in a workspace."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from harness.cli.main import main
from harness.freezing import SAMPLES_SEED
from harness.task import RESERVED_SEEDS

SCHEMA = Path(__file__).parents[3] / "docs/schemas/noise.schema.json"


def noise(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = 0
    try:
        main(["engine", "noise", *words])
    except SystemExit as stop:
        code = int(stop.code or 0)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_promised_shape(capsys: pytest.CaptureFixture[str], workspace: Path) -> None:
    """`--json` is what other programs read; a baseline repeats exactly; no record is written."""
    code, out, _ = noise(capsys, "baselines/random", "--items", "12", "--repeats", "1", "--json")
    assert code == 0
    found = json.loads(out)
    jsonschema.validate(found, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert found["floor"]["largest"] == 0.0
    assert (found["choose"], found["generate"], found["within_tolerance"]) == (6, 6, True)
    assert found["seed"] == SAMPLES_SEED in RESERVED_SEEDS
    assert not (workspace / "runs").exists()


def test_the_table_names_every_circumstance(capsys: pytest.CaptureFixture[str], workspace: Path) -> None:
    """A row for each repeat, and the verdict in words."""
    code, out, _ = noise(capsys, "baselines/echo", "--items", "4", "--repeats", "2")
    assert code == 0
    assert all(name in out for name in ("again", "order 1", "order 2", "one at a time", "all repeats"))
    assert "within the tolerance" in out


def test_wrong_words_are_words(capsys: pytest.CaptureFixture[str], workspace: Path) -> None:
    """Unknown entries, overrides and options are named, with no traceback."""
    assert noise(capsys, "baselines/rnadom")[0] == 2
    assert noise(capsys, "baselines/random", "dtype")[0] == 2
    code, _, err = noise(capsys, "baselines/random", "+engine.speed=3")
    assert code == 2
    assert "speed" in err


@pytest.mark.model
def test_a_real_engine_is_within_its_tolerance(
    capsys: pytest.CaptureFixture[str], workspace: Path, smollm2: Path
) -> None:
    """SmolLM2 in float32 under every circumstance that this engine has: the published floor, on a few items.

    PITFALLS: continuous batching at temperature 0: a noise floor from repeats is published (docs/noise.md).
    """
    small = ["round.levels=1", "round.counts=4", "round.level_weights=uniform", "engine.dtype=float32"]
    words = ["huggingface/smollm2-135m-instruct", "--items", "6", "--repeats", "1", "--json", *small]
    code, out, err = noise(capsys, *words)
    assert code == 0, err
    found = json.loads(out)
    jsonschema.validate(found, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert {one["name"] for one in found["repeats"]} == {
        "again",
        "order 1",
        "one at a time",
        "one row",
        "little at a time",
    }
    assert found["within_tolerance"]
    assert found["floor"]["differ"] == []
    assert found["floor"]["logprobs"] > 0
