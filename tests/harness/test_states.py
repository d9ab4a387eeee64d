"""Where a run stands: what is written down of it, and what of that is a line of the round's log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import harness.states
from harness.attest.log import read_log
from harness.canonical import dumps
from harness.commitment import SCHEMA
from harness.record import RoundPaths, RunPaths, read_json
from harness.states import mark
from harness.types import Json

_PUBLISHED = """schema round commitment generator generator_digest rules rules_digest opened closed randomness
seed_sha256 secret salt revealed""".split()


def logged(run: RunPaths) -> list[str]:
    return [entry.facts["state"] for entry in read_log(run.round_folder / "log.jsonl")]


def publish(run: RunPaths, revealed: Json) -> None:
    """What a sealed round shows of its seed."""
    content = {**dict.fromkeys(_PUBLISHED), "schema": SCHEMA, "revealed": revealed}
    (run.round_folder / "seed.json").write_text(dumps(content))


@pytest.fixture
def run(tmp_path: Path) -> RunPaths:
    return RoundPaths(tmp_path, "tiny").run("team", "one")


@pytest.mark.parametrize("sealed", [False, True])
def test_shards_that_begin_are_one_line(run: RunPaths, *, sealed: bool) -> None:
    """Fifty shards make one line of a round's log; what was asked anew after another state makes one more."""
    mark(run, "planned")
    if sealed:
        publish(run, None)
    for _ in range(50):
        mark(run, "running")
    assert logged(run) == ["planned", "running"]
    mark(run, "failed")
    mark(run, "running")
    mark(run, "running")
    assert logged(run) == ["planned", "running", "failed", "running"]
    mark(run, "scored")
    mark(run, "scored")
    assert logged(run)[4:] == ["scored", "scored"]


def test_what_begins_after_the_reveal_is_a_line(run: RunPaths) -> None:
    """A record that was being asked when the items became public cannot be gone on with unseen."""
    mark(run, "running")
    publish(run, {"at": "2027-03-01T00:00:00+00:00", "unfinished": [], "reason": ""})
    mark(run, "running")
    assert logged(run) == ["running", "running"]


def test_a_kill_never_loses_the_line(run: RunPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between log and state, the state is not believed to be logged when it is not."""

    def dying(*_: Any) -> None:
        raise KeyboardInterrupt

    for name in ("write_json", "append"):
        with monkeypatch.context() as patch:
            patch.setattr(harness.states, name, dying)
            with pytest.raises(KeyboardInterrupt):
                mark(run, "running")
        assert read_json(run.state) is None
    mark(run, "running")
    assert logged(run)[-1] == read_json(run.state)["state"] == "running"
