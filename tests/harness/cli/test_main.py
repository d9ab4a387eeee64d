"""The command line: verbs, help, errors in words, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import jsonschema
import pytest

from harness.cli.main import VERBS, defi

SCHEMAS = Path(__file__).parents[3] / "docs/schemas"
Call = Callable[..., tuple[int, str, str]]


def verbs() -> list[list[str]]:
    """Every verb and its sub-verbs, as words."""
    context = click.Context(defi)
    found = [[]]
    for name in VERBS:
        command = defi.get_command(context, name)
        found.append([name])
        if isinstance(command, click.Group):
            found += [[name, sub] for sub in command.list_commands(context)]
    return found


@pytest.mark.parametrize("words", verbs(), ids=" ".join)
def test_every_verb_has_help_with_an_example(words: list[str], call: Call) -> None:
    """--help exits 0 and, where a verb does something itself, shows a line that begins with `defi`."""
    code, out, _ = call(*words, "--help")
    assert code == 0
    command: click.Command | None = defi
    for word in words:
        command = command.get_command(click.Context(command), word)  # type: ignore[union-attr]
    if words and not isinstance(command, click.Group):
        assert f"  defi {' '.join(words)}" in out


def test_the_table_of_verbs_says_what_the_modules_say() -> None:
    """The lines shown without importing a module are the first lines of the verbs' own help."""
    context = click.Context(defi)
    for name, (_, _, line) in VERBS.items():
        command = defi.get_command(context, name)
        assert command is not None
        assert (command.help or "").strip().splitlines()[0] == line


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rnu"], "run"),
        (["task", "sample", "problem_solving/word_problem"], "problem_solving/word_problems"),
        (["task", "check", "no/such"], "understanding/reading_choice"),
        (["run", "baselines/oracel", "--round", "demo"], "baselines/oracle"),
        (["run", "../../etc", "--round", "demo"], "baselines/oracle"),
        (["run", "baselines/oracle", "--round", "dmeo"], "demo"),
        (["run", "baselines/oracle", "--round", "demo", "engine=orcale"], "oracle"),
        (["round", "run", "dmeo"], "demo"),
        (["round", "status", "dmeo"], "demo"),
        (["rank", "--round", "demo"], "none exist yet"),
        (["publish", "--round", "demo", "--out", "site"], "none exist yet"),
        (["track", "--round", "demo"], "none exist yet"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_unknown_name_lists_the_valid_ones(words: list[str], said: str, call: Call) -> None:
    """Exit 2, the valid names, no traceback."""
    code, _, err = call(*words)
    assert code == 2
    assert said in err.split("valid", 1)[1]
    assert "Traceback" not in err


def test_debug_shows_the_traceback() -> None:
    """Only --debug lets an error of ours through."""
    command = [sys.executable, "-m", "harness.cli.main"]
    plain = subprocess.run([*command, "task", "check", "no/such"], capture_output=True, text=True)
    debug = subprocess.run([*command, "--debug", "task", "check", "no/such"], capture_output=True, text=True)
    assert "Traceback" not in plain.stderr
    assert "Traceback" in debug.stderr


def test_help_imports_nothing_heavy() -> None:
    """`defi --help` loads none of the libraries that take a second (its time is measured in `make bench`)."""
    heavy = ["torch", "transformers", "mlflow", "datasets", "evaluate", "hydra", "numpy", "scipy", "yaml", "rich"]
    code = f"""
import sys
from harness.cli.main import main
try:
    main(["--help"])
except SystemExit:
    pass
print([name for name in {heavy} if name in sys.modules])
"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "[]"


def test_task_list_has_the_promised_shape(call: Call) -> None:
    """`defi task list --json` is what other programs read."""
    code, out, _ = call("task", "list", "--json")
    assert code == 0
    rows = json.loads(out)
    jsonschema.validate(rows, json.loads((SCHEMAS / "task-list.schema.json").read_text()))
    assert len(rows) >= 5
    assert all(row["name"].startswith(row["track"] + "/") for row in rows)


def test_task_sample_has_the_promised_shape(call: Call) -> None:
    """`defi task sample --json` gives items with their prompts; the same words give the same items."""
    words = ["task", "sample", "understanding/reading_choice", "--level", "2", "--lang", "fr", "--seed", "7"]
    code, out, _ = call(*words, "--count", "2", "--json")
    assert code == 0
    items = json.loads(out)
    assert len(items) == 2
    jsonschema.validate(items, json.loads((SCHEMAS / "task-sample.schema.json").read_text()))
    assert items[0]["prompt"].endswith("Réponse :")
    assert json.loads(call(*words, "--count", "1", "--json")[1]) == items[:1]


def test_a_baseline_runs_ranks_and_publishes(call: Call, workspace: Path) -> None:
    """One submission through every verb: record, standings, site, in a small round."""
    listed = "round.submissions=[baselines/oracle,baselines/random]"
    tasks = "round.tasks=[understanding/reading_choice]"
    small = ["round.levels=2", "round.counts=4", tasks, listed, "tracking=none"]
    for entry in ("oracle", "random"):
        assert call("run", f"baselines/{entry}", "--round", "demo", *small)[0] == 0
    code, out, _ = call("rank", "--round", "demo", "--json")
    assert code == 0
    table = json.loads(out)
    assert {row["submission"] for row in table["standings"]} == {"baselines/oracle", "baselines/random"}
    assert "baselines/oracle" in call("rank", "--round", "demo")[1]
    assert call("publish", "--round", "demo", "--out", str(workspace / "site"))[0] == 0
    assert json.loads((workspace / "site/round.json").read_text()) == table
    status = {row["submission"]: row for row in json.loads(call("round", "status", "demo", "--json")[1])["submissions"]}
    assert [status[f"baselines/{entry}"]["state"] for entry in ("oracle", "random")] == ["scored", "scored"]
    assert status["google/gemma-3-270m"]["state"] == "not started"


def test_a_finished_record_outlives_wrong_words(call: Call, workspace: Path) -> None:
    """A mistyped engine, option or round never changes what a finished record says."""
    words = ["run", "baselines/oracle", "--round", "demo", "tracking=none"]
    small = ["round.levels=1", "round.counts=4", "round.tasks=[understanding/reading_choice]"]
    assert call(*words, *small)[0] == 0
    record = workspace / "runs/demo/baselines/oracle"
    before = {path.name: path.read_bytes() for path in record.iterdir() if path.is_file()}
    wrong = ["engine=constant", "engine._target_=os.system", "+engine.foo=1", "round.counts=5", "round.name=../x"]
    for word in wrong:
        code, _, err = call(*words, *small, word)
        assert code in (1, 2), word
        assert "Traceback" not in err
        assert "report it" not in err, word
    assert before == {path.name: path.read_bytes() for path in record.iterdir() if path.is_file()}


def test_a_run_that_died_is_said_to_have_stopped(call: Call, workspace: Path) -> None:
    """A state that says `running` with nobody at work is shown as stopped, with what to do."""
    small = ["round.levels=1", "round.counts=4", "round.tasks=[understanding/reading_choice]", "tracking=none"]
    assert call("run", "baselines/oracle", "--round", "demo", *small)[0] == 0
    state = workspace / "runs/demo/baselines/oracle/state.json"
    state.write_text(state.read_text().replace("scored", "running"))
    rows = {row["submission"]: row for row in json.loads(call("round", "status", "demo", "--json")[1])["submissions"]}
    assert rows["baselines/oracle"]["state"] == "stopped"
    assert "same command" in rows["baselines/oracle"]["reason"]


def test_a_refused_submission_lists_every_finding(call: Call, workspace: Path) -> None:
    """A manifest with several faults gets a finding each; the run is refused with exit 1."""
    folder = workspace / "submissions/baselines/oracle"
    manifest = folder / "manifest.yaml"
    manifest.write_text(manifest.read_text().replace("license:", "licence:") + "\nsurprise: 1\n")
    code, out, _ = call("submission", "check", str(folder), "--json")
    assert code == 1
    verdict = json.loads(out)
    assert verdict["eligible"] is False
    assert len(verdict["findings"]) >= 3
    for found in verdict["findings"]:
        assert set(found) == {"code", "severity", "where", "what", "remedy"}
    code, out, err = call("run", "baselines/oracle", "--round", "demo")
    assert code == 1
    assert "surprise" in out
    assert "not eligible" in err


def test_a_new_submission_is_made_and_checked(call: Call, workspace: Path) -> None:
    """The template becomes an entry, which is not eligible before it is filled in, and never overwritten."""
    assert call("submission", "new", "my-team/first-try")[0] == 0
    folder = workspace / "submissions/my-team/first-try"
    assert (folder / "manifest.yaml").is_file()
    assert call("submission", "check", str(folder))[0] == 1
    assert call("submission", "new", "my-team/first-try")[0] != 0


def test_checking_nothing_is_a_usage_error(call: Call, workspace: Path) -> None:
    """A path that is not there exits 2."""
    assert call("submission", "check", str(workspace / "nowhere"))[0] == 2
