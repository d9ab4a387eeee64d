"""Hostile and broken checkpoints, each refused with the right code, in bounded time and memory, nothing executed.

The intake runs as a process of its own with limits of the operating system: what hangs or grows is killed, and fails.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

_SPEC = importlib.util.spec_from_file_location("builders", Path(__file__).parent / "hostile/builders.py")
assert _SPEC is not None
assert _SPEC.loader is not None
builders = importlib.util.module_from_spec(_SPEC)
sys.modules["builders"] = builders
_SPEC.loader.exec_module(builders)

_SECONDS = 60  # of processor time for one check; the children of the libraries have limits of their own
_WAIT = 240  # seconds by the clock, after which a check that sleeps is killed
_MEMORY = 3 << 30  # bytes of address space: the intake itself loads no library that takes more
_NURSERY = """
import json, os, resource, sys
from pathlib import Path
from harness import frame
from harness.intake import dossier, examine
from harness.intake.dossier import Scope
from harness.intake.verdict import check_submission
from harness.workspace import Workspace
import jinja2, jsonschema, packaging.licenses
from confusable_homoglyphs import categories, confusables

frame._SECONDS, examine.SECONDS, examine._MEMORY = 2, 20, 1 << 30
sound = {"tokenizer": {"empty": False, "front": 1, "last": ""},
         "architecture": {"missing": [], "unexpected": [], "mismatched": []}}
for line in sys.stdin:
    path, answer, weights, libraries, seconds, memory = json.loads(line)
    child = os.fork()
    if child:
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        continue
    if not libraries:
        dossier.examine = lambda *_: sound
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    root = Path(path)
    workspace = Workspace(root, root / "runs", root / ".cache")
    verdict = check_submission(root / "submissions/team-a/entry-a", workspace, scope=Scope(weights=weights))
    Path(answer).write_text(json.dumps(verdict.to_json()))
    os._exit(0)
"""


@pytest.fixture(scope="module")
def nursery() -> Iterator[subprocess.Popen[str]]:
    """A process that has the intake loaded, and forks one child with limits for every check."""
    command = [sys.executable, "-c", _NURSERY]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True
    ) as process:
        yield process
        os.killpg(process.pid, signal.SIGKILL)


def checked(nursery: subprocess.Popen[str], entry: Any, case: Any) -> dict[str, Any]:
    """What the intake says, from a process with limits; where the libraries look, they have limits of their own."""
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    answer = entry.root / "verdict.json"
    question = [str(entry.root), str(answer), case.weights, case.libraries, _SECONDS, _MEMORY]
    watchdog = threading.Timer(_WAIT, lambda: os.killpg(nursery.pid, signal.SIGKILL))
    watchdog.start()
    try:
        print(json.dumps(question), file=nursery.stdin, flush=True)
        assert nursery.stdout.readline().strip() == "0"
    finally:
        watchdog.cancel()
    verdict: dict[str, Any] = json.loads(answer.read_text())
    return verdict


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", builders.CASES)
def test_every_hostile_checkpoint_is_refused_and_nothing_is_executed(
    name: str, entry: Any, tmp_path: Path, nursery: subprocess.Popen[str]
) -> None:
    """The right code among the findings, an entry that is not eligible, no fault of ours, and no mark left behind."""
    case, mark = builders.CASES[name], tmp_path / "mark"
    if not name.startswith("template"):
        entry.manifest["prompting"] = "plain"  # rendering a template takes a process of its own
    case.build(entry.checkpoint, entry.manifest, mark)
    if "text" in entry.manifest:
        (entry.folder / "manifest.yaml").write_text(entry.manifest["text"], encoding="utf-8")
    else:
        listed = entry.manifest.get("files") or entry.truth()
        (entry.folder / "manifest.yaml").write_text(yaml.safe_dump(entry.manifest | {"files": listed}))
    verdict = checked(nursery, entry, case)
    codes = {found["code"] for found in verdict["findings"]}
    assert set(case.codes) <= codes
    assert not verdict["eligible"]
    assert "intake.fault" not in codes
    refused = {found["code"] for found in verdict["findings"] if found["severity"] == "error"}
    assert set(case.codes) <= refused
    assert all(line.isprintable() for found in verdict["findings"] for line in found["what"].split("\n"))
    assert not mark.exists()


def test_the_sound_entry_they_are_made_from_passes(entry: Any, nursery: subprocess.Popen[str]) -> None:
    """Without a builder's change the same way of checking finds nothing: each case is refused for its change alone."""
    entry.write()
    assert checked(nursery, entry, builders.Case(lambda *_: None, (), weights=True))["findings"] == []


def test_there_are_many_and_the_mark_would_be_left(tmp_path: Path) -> None:
    """At least forty cases; and the pickles are live: loaded as torch would, one leaves its mark."""
    import pickle

    assert len(builders.CASES) >= 40
    mark = tmp_path / "mark"
    pickle.loads(builders.pickled(mark))
    assert mark.read_text() == "executed"
