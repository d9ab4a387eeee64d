"""The worker's isolation, from both sides: what the worst of weights would see, and what of it reaches the harness."""

from __future__ import annotations

import dataclasses
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import psutil
import pytest

import harness
from harness.engine.base import EngineContext, OverdueError
from harness.engine.confined.cage import Bounds
from harness.engine.confined.engine import ConfinedEngine
from harness.engine.confined.messages import LONGEST_TEXT
from harness.engine.confined.process import working_bwrap
from harness.engine.transformers.engine import TransformersEngine
from harness.errors import CheckpointError, EngineError, SandboxUnavailableError, WorkerLostError
from harness.prompt import PromptStyle
from harness.types import Completion, Message, Request, Sampling

PACKAGE = Path(harness.__file__).resolve().parent
HOSTILE = Path(__file__).with_name("hostile.py")
Start = Callable[..., ConfinedEngine]


class Inner:
    """The hostile engine as the harness's side knows it: made, and never entered."""

    identity: ClassVar = {"name": "hostile"}
    tolerance = 0.0


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """A confined engine that runs the hostile one."""
    try:
        working_bwrap()
    except SandboxUnavailableError as error:
        pytest.skip(str(error))
    checkpoint = tmp_path / "weights"
    checkpoint.mkdir()
    (checkpoint / "config.json").write_text("{}")

    def make(act: str, **bounds: Any) -> ConfinedEngine:
        context = EngineContext(PromptStyle("plain"), checkpoint)
        configured = {"_target_": "harness.engine.replay.Hostile", "act": act}
        engine = ConfinedEngine(Inner(), context, configured, "required", Bounds(**{"silence": 60.0, **bounds}))
        stand_in = (HOSTILE, PACKAGE / "engine" / "replay.py")
        engine.cage = dataclasses.replace(engine.cage, shown=(*engine.cage.shown, stand_in))
        return engine

    return make


def request(text: str = "hello", item: str = "track/task/1/fr/0", **more: Any) -> Request:
    return Request(item, "en", (Message("user", text),), Sampling(256), **more)


def answers(engine: ConfinedEngine, *requests: Request) -> list[Completion]:
    with engine:
        return list(engine.run(requests or (request(),)))


def workers() -> list[psutil.Process]:
    """The workers of this process that are alive; other tests' sandboxes are none of them."""
    family = psutil.Process().children(recursive=True)
    return [child for child in family if any("confined.worker" in word for word in _words(child))]


def _words(child: psutil.Process) -> list[str]:
    try:
        return child.cmdline()
    except psutil.Error:  # it has ended meanwhile
        return []


def test_a_worker_answers(start: Start) -> None:
    """Answers come back under the items' own names, with what the conditions want to know."""
    engine = start("echo")
    asked = [request(f"text {n}", f"item {n}") for n in range(3)]
    assert {a.item: a.text for a in answers(engine, *asked)} == {f"item {n}": f"text {n}" for n in range(3)}
    assert 0.0 < engine.forward_seconds <= 0.5
    assert 0.0 < engine.drained_seconds <= engine.forward_seconds
    assert engine.notes == {"act": "echo"}
    assert engine.peak_memory_bytes > 1 << 20


def test_nothing_of_the_host_is_seen(start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No home, record, task, secret or process of the host; no name of an item; no capability; loopback alone."""
    monkeypatch.setenv("DEFI_ROUND_SECRET", "0123456789abcdef")
    (tmp_path / "secret.txt").write_text("hidden")
    root = PACKAGE.parent
    hidden = [tmp_path / "secret.txt", root / "tasks", root / "configs", root / "submissions", root / "shared"]
    hidden += [PACKAGE / name for name in ("task.py", "scoring", "record", "tracking.py", "cli", "attest")]
    hidden += [Path(name) for name in ("/etc/passwd", "/etc/shadow", "/var", "/run", "/home", "/sys/class/net")]
    engine = start("peek")
    (answer,) = answers(engine, request(" ".join(map(str, hidden))))
    seen = json.loads(answer.text)
    assert seen["there"] == []
    assert seen["importable"] == []
    assert seen["processes"] == ["1"]
    assert seen["interfaces"] == ["lo"]
    assert set(seen["capabilities"]) == {"0" * 16}
    assert seen["request"] == ["0", "user"]
    assert "0123456789abcdef" not in answer.text
    assert not {name for name in seen["environment"] if any(w in name for w in ("SECRET", "_TOKEN", "KEY", "DEFI"))}
    assert not [name for name in seen["modules"] if name.startswith(("tasks", "leaderboard"))]


def test_a_worker_imports_no_task_and_no_scorer(start: Start) -> None:
    """The modules of ours in a worker are the engines', the prompts' and the vocabulary's."""
    (answer,) = answers(start("peek"), request())
    allowed = {"harness", "harness.engine", "harness.prompt", "harness.frame", "harness.types", "harness.canonical"}
    allowed |= {"harness.errors"}
    others = [n for n in json.loads(answer.text)["modules"] if n not in allowed and not n.startswith("harness.engine.")]
    assert others == []


def test_nothing_of_the_host_is_touched(start: Start) -> None:
    """The checkpoint, the code and the system are read-only; no network, no new namespace, no other process."""
    engine = start("trespass")
    (answer,) = answers(engine, request(str(engine.cage.checkpoint)))
    tried = json.loads(answer.text)
    assert set(tried) >= {"write", "connect", "unshare", "ptrace"}
    assert "allowed" not in tried.values()


def test_the_canary_fails_inside_and_sings_outside(tmp_path: Path, start: Start) -> None:
    """Inside a cage none of the three connections is made; without one the record says that the network is there."""
    engine = start("echo")
    answers(engine)
    assert engine.isolation["kind"] == "bubblewrap"
    assert engine.isolation["network"]["isolated"] is True
    assert {what.split(":")[0] for what in engine.isolation["network"]["canary"].values()} == {"failed"}
    engine.policy = "none"
    engine._configured = {"_target_": "harness.engine.baselines.NullEngine"}
    engine._inner = type("Inner", (), {"identity": {}, "tolerance": 0.0})()
    with pytest.raises(Exception, match=r"plan|NullEngine"):
        engine.__enter__()
    assert engine.isolation["kind"] == "process"
    assert engine.isolation["network"]["isolated"] is False
    assert engine.isolation["network"]["canary"]["loopback"] == "reached"


LIES = ["unasked", "twice", "named", "spendthrift", "wordy", "numberless", "astronomic", "deep", "endless", "junk"]
LIES += ["flattering", "closing"]


@pytest.mark.parametrize("act", LIES)
def test_a_lie_on_the_channel_ends_the_worker(start: Start, act: str) -> None:
    """What is no answer to what was asked is refused; the harness goes on, and the worker is gone."""
    engine = start(act, silence=20.0)
    with pytest.raises(WorkerLostError, match="worker was lost"):
        answers(engine, request(), request(item="other"))
    assert workers() == []


@pytest.mark.parametrize("act", ["crash", "leave", "die-loading", "flood"])
def test_a_death_is_told(start: Start, act: str) -> None:
    """However a worker ends, the harness says how."""
    with pytest.raises(WorkerLostError, match=r"signal|status|closed") as caught:
        answers(start(act))
    if act == "flood":
        assert "the last  [31mline" in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_a_kill_from_outside_is_told(start: Start) -> None:
    """What the kernel does when memory runs out: the worker is gone between two answers."""
    engine = start("hang")
    with engine:
        threading.Timer(1.0, lambda: [child.kill() for child in workers()]).start()
        with pytest.raises(WorkerLostError, match=r"signal 9|status 137"):
            list(engine.run([request()]))


@pytest.mark.parametrize(
    ("act", "bounds", "words"),
    [
        ("hang", {"silence": 2.0}, "silent"),
        ("hoard", {"memory_bytes": 300 << 20}, "bytes of memory"),
        ("breed", {"processes": 20}, "processes"),
    ],
)
def test_what_takes_too_much_is_ended(start: Start, act: str, bounds: dict[str, Any], words: str) -> None:
    """Time, memory and processes are bounded from outside, and nothing is left behind."""
    begun = time.time()
    with pytest.raises(WorkerLostError, match=words):
        answers(start(act, **bounds))
    late = [p for p in psutil.process_iter(["create_time", "cmdline"]) if p.info["create_time"] >= begun]
    assert not [p for p in late if "confined.worker" in " ".join(p.info["cmdline"] or ()) and p.ppid() == os.getpid()]


def test_time_is_what_has_gone_by(start: Start) -> None:
    """Seconds that a worker claims are bounded by the clock on this side, below and above."""
    engine = start("boastful")
    begun = time.monotonic()
    (answer,) = answers(engine)
    assert answer.seconds == 0.0
    assert 0.0 <= engine.drained_seconds <= engine.forward_seconds <= time.monotonic() - begun


def test_no_word_of_a_question_comes_back_in_a_failure(start: Start) -> None:
    """In a sealed round what a worker says after it was asked is kept apart: its errors, its notes, its last line."""
    engine = start("whispering")
    engine._secretive = True
    with pytest.raises(EngineError) as caught:
        answers(engine, request("a sealed question"))
    assert "sealed question" not in str(caught.value)
    assert "sealed question" in engine.words
    assert engine.notes == {"act": "whispering", "memory_halvings": 3}
    told = start("whispering")
    with pytest.raises(EngineError, match="a sealed question"):
        answers(told, request("a sealed question"))


def test_a_worker_is_not_waited_for_beyond_the_budget(start: Start) -> None:
    """What the budget leaves is the patience: when it is over, it is the answer that is overdue."""
    engine = start("hang")
    with engine:
        engine.patience = 0.5
        with pytest.raises(OverdueError):
            list(engine.run([request()]))


def test_a_hole_in_the_cage_is_found(start: Start, tmp_path: Path) -> None:
    """A worker that sees what is private does not begin: the secrets of an organiser who keeps them below /usr."""
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "spring.json").write_text("{}")
    engine = start("echo")
    engine.cage = dataclasses.replace(
        engine.cage, shown=(*engine.cage.shown, (tmp_path, tmp_path)), private=(secrets, tmp_path / "gone")
    )
    with pytest.raises(SandboxUnavailableError, match="secrets"):
        engine.__enter__()
    engine.cage = dataclasses.replace(engine.cage, hidden=(secrets,))
    assert answers(engine)


def test_an_answer_beyond_measure_is_broken(start: Start) -> None:
    """Two megabytes of text are no answer: the weights' fault, and the harness keeps no part of it."""
    (answer,) = answers(start("long"))
    assert (answer.finish, answer.text) == ("broken", "")
    assert str(LONGEST_TEXT) in answer.error


def test_odd_characters_pass_as_they_are(start: Start) -> None:
    """Half characters, escapes and overrides are an answer like any other: what shows them makes them safe."""
    (answer,) = answers(start("surrogate"))
    assert answer.text == "\ud800 \x1b[31m \0 \u202e"


def test_infinite_log_likelihoods_are_broken_weights(start: Start) -> None:
    """What is no number is told as that, and not as a choice."""
    (answer,) = answers(start("infinite"), request(options=("a", "b")))
    assert (answer.finish, answer.option_logprobs) == ("broken", ())


def test_a_required_isolation_is_refused_where_there_is_none(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without bwrap a round that requires isolation does not run, and one that prefers it says why it has none."""

    def missing() -> str:
        raise SandboxUnavailableError("bwrap is not installed", where="sandbox")

    monkeypatch.setattr("harness.engine.confined.process.find_bwrap", missing)
    engine = start("echo")
    with pytest.raises(SandboxUnavailableError, match="not installed"):
        engine.__enter__()
    engine.policy = "preferred"
    with pytest.raises(Exception, match="Hostile"):  # outside a cage the real module stands there
        engine.__enter__()
    assert "not installed" in engine.isolation["reason"]


@pytest.mark.parametrize("name", ["DEFI_KEY", "DEFI_ROUND_SECRET", "DEFI_AGE_IDENTITY"])
def test_no_secret_is_at_hand_of_a_worker_without_a_cage(
    start: Start, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """An ordinary process of the same user could read them: it is not started beside them."""
    monkeypatch.setenv(name, "something")
    engine = start("echo")
    engine.policy = "none"
    with pytest.raises(SandboxUnavailableError, match=name):
        engine.__enter__()


def test_a_workers_error_is_told_as_the_engines_own(tmp_path: Path, tiny: ModuleType) -> None:
    """A checkpoint that does not load is a CheckpointError here as it is without a worker."""
    folder = tiny.tiny_checkpoint(tmp_path / "model", "grouped")
    (folder / "model.safetensors").write_bytes(b"\0" * 100)
    context = EngineContext(PromptStyle("plain"), folder)
    configured = {"_target_": "harness.engine.transformers.engine.TransformersEngine"}
    engine = ConfinedEngine(TransformersEngine(context, device="cpu"), context, {**configured, "device": "cpu"})
    with pytest.raises(CheckpointError):
        engine.__enter__()


def test_a_confined_model_answers_as_a_free_one(tmp_path: Path, tiny: ModuleType) -> None:
    """Texts, choices, log-likelihoods and token counts are the same, to the last bit in float32."""
    folder = tiny.tiny_checkpoint(tmp_path / "model", "grouped")
    context = EngineContext(PromptStyle("plain"), folder, "float32")
    configured = {"_target_": "harness.engine.transformers.engine.TransformersEngine", "device": "cpu"}
    asked = [request(f"what is {n}", f"i{n}") for n in range(4)] + [request("one or two", "c", options=("one", "two"))]
    with TransformersEngine(context, device="cpu") as free:
        expected = {a.item: dataclasses.replace(a, seconds=0.0) for a in free.run(asked)}
    confined = ConfinedEngine(TransformersEngine(context, device="cpu"), context, configured)
    found = {a.item: dataclasses.replace(a, seconds=0.0) for a in answers(confined, *asked)}
    assert found == expected
