"""What jobs ask for: GPUs from the sizes of a model, minutes from the tokens of a shard."""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import made
import pytest

from harness import needs
from harness.config import Settings, compose
from harness.engine.vllm.settings import Options
from harness.errors import EngineError, UnknownNameError, UsageError
from harness.launch.base import Needs
from harness.launch.errand import Errand
from harness.launch.site import KEYS as SITE_KEYS
from harness.launch.site import Site
from harness.launching import cluster_named, needs_of, new_launcher, terms_of
from harness.record import RoundPaths
from harness.shards import Shard, write_shards
from harness.workspace import Workspace, find_workspace

# Of `config.json` and the weights' headers: Llama 3.1 with 8 and 70 thousand million parameters
EIGHT = {"num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "hidden_size": 4096}
SEVENTY = {"num_hidden_layers": 80, "num_attention_heads": 64, "num_key_value_heads": 8, "hidden_size": 8192}


def checkpoint(folder: Path, config: dict[str, Any], parameters: int) -> Path:
    """A checkpoint that is all headers."""
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({**config, "max_position_embeddings": 131072}))
    header = json.dumps({"w": {"dtype": "BF16", "shape": [parameters], "data_offsets": [0, 2 * parameters]}}).encode()
    (folder / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header)
    return folder


@pytest.fixture
def place(workspace: Path) -> Workspace:
    return find_workspace(workspace)


def configured(place: Workspace, *overrides: str) -> Settings:
    return compose(place.configs, place.runs, "demo", overrides)


def errand(submission: str, kind: Any = "ask", overrides: tuple[str, ...] = ()) -> Errand:
    return Errand(kind, "demo", submission, 1 if kind == "ask" else 0, overrides)


@pytest.mark.parametrize(
    ("config", "parameters", "per_node", "gib", "gpus"),
    [
        (EIGHT, 8_030_000_000, 4, 79.1, 1),
        (EIGHT, 8_030_000_000, 4, 22.3, 2),
        (SEVENTY, 70_600_000_000, 4, 79.1, 3),
        (SEVENTY, 70_600_000_000, 8, 63.4, 4),
    ],
)
def test_a_model_takes_the_gpus_that_hold_it(
    tmp_path: Path, config: dict[str, Any], parameters: int, per_node: int, gib: float, gpus: int
) -> None:
    """Read from configuration and headers, for the memory of the site's GPUs, within a node."""
    folder = checkpoint(tmp_path / "c", config, parameters)
    submission = made.entry(dtype="bfloat16", context_length=8192)
    assert needs.spread_over(folder, submission, Options(), per_node, gib) == gpus


def test_a_number_of_gpus_that_is_said_counts(tmp_path: Path) -> None:
    """`engine.gpus` goes before the plan; what no node holds is refused, and not guessed."""
    folder = checkpoint(tmp_path / "c", SEVENTY, 70_600_000_000)
    submission = made.entry(dtype="bfloat16", context_length=8192)
    assert needs.spread_over(folder, submission, Options(gpus=3), 4, 79.1) == 3
    with pytest.raises(EngineError, match="do not fit"):
        needs.spread_over(folder, submission, Options(), 1, 79.1)


GPUS = ("cluster=slurm", "cluster.gpus_per_node=4", "cluster.gpu_gib=80", "cluster.cpus_per_gpu=8")


@pytest.mark.parametrize(
    ("name", "kind", "overrides", "expected"),
    [
        ("baselines/oracle", "ask", (), Needs(0, 4)),
        ("huggingface/smollm2-135m-instruct", "score", (), Needs(0, 4)),
        ("huggingface/smollm2-135m-instruct", "cut", (), Needs(0, 4)),
        ("huggingface/smollm2-135m-instruct", "ask", ("engine.device=cpu",), Needs(0, 4)),
        ("nobody/nothing", "ask", (), Needs(4, 32)),
    ],
)
def test_a_jobs_needs(place: Workspace, name: str, kind: str, overrides: tuple[str, ...], expected: Needs) -> None:
    """No GPU for what runs no weights; a node for what cannot be told, so that the job says what is wrong."""
    assert needs_of(place, configured(place, *GPUS), errand(name, kind, overrides)) == expected


def test_weights_on_a_gpu(place: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One for the transformers engine, the plan's for vLLM, none where the site has none."""
    folder = checkpoint(tmp_path / "c", SEVENTY, 70_600_000_000)
    monkeypatch.setattr(needs, "resolve_checkpoint", lambda *_: folder)
    needs._gpus.cache_clear()
    name = "huggingface/smollm2-135m-instruct"
    assert needs_of(place, configured(place, *GPUS), errand(name)) == Needs(1, 8)
    vllm = errand(name, "whole", ("engine=vllm", "engine.dtype=bfloat16"))
    memory = ("cluster.memory_gib_per_gpu=100",)
    assert needs_of(place, configured(place, *GPUS, *memory), vllm) == Needs(3, 24, None, 300)
    assert needs_of(place, configured(place, "cluster=slurm"), vllm) == Needs(0, 4)
    assert needs_of(place, configured(place), vllm) == Needs()
    needs._gpus.cache_clear()


@pytest.mark.parametrize(("tokens", "rate", "minutes"), [(100.0, None, None), (1_200_000, 500, 90), (1e9, 500, 120)])
def test_minutes(place: Workspace, tokens: float, rate: float | None, minutes: int | None) -> None:
    """Half as much again as predicted and a start, in steps of half an hour, within the site's limit."""
    run = RoundPaths(place.runs, "demo").run("baselines", "oracle")
    write_shards(run, [Shard(1, ("x",), tokens)])
    settings = configured(place, "cluster=slurm", "cluster.time_max=120", f"cluster.tokens_per_second={rate or 'null'}")
    assert needs_of(place, settings, errand("baselines/oracle")).minutes == minutes
    assert needs_of(place, settings, errand("baselines/oracle", "cut")).minutes is None


@pytest.mark.parametrize(
    ("overrides", "minutes"),
    [
        (("cluster.tokens_per_second=5000",), 90),
        (("cluster.tokens_per_second=5000", "worker.silence=1500"), 60),
        (("cluster.time_default=30",), 90),
        (("cluster.time_default=30", "cluster.time_max=60"), 60),
        (("cluster.time_default=120",), None),
    ],
)
def test_a_job_lasts_longer_than_a_silent_worker_is_given(
    place: Workspace, overrides: tuple[str, ...], minutes: int | None
) -> None:
    """A model that hangs ends by the worker's bound, as the team's; the site's limit would make it a fault of ours."""
    run = RoundPaths(place.runs, "demo").run("baselines", "oracle")
    write_shards(run, [Shard(1, ("x",), 100.0)])
    settings = configured(place, "cluster=slurm", *overrides)
    assert needs_of(place, settings, errand("baselines/oracle")).minutes == minutes


def test_the_longest_answer_fits(place: Workspace) -> None:
    """An answer by itself is slow, and cannot be cut off and go on: a job of few tokens has the time for it."""
    run = RoundPaths(place.runs, "demo").run("baselines", "oracle")
    write_shards(run, [Shard(1, ("x",), 100.0)])
    settings = configured(place, "cluster=slurm", "cluster.tokens_per_second=5000")
    short = needs_of(place, settings, errand("baselines/oracle")).minutes
    assert short is not None
    assert 60 * short >= needs.longest_answer(settings.round) / 10
    assert needs._minutes(Site(tokens_per_second=5000.0), 100.0, 32_768) == 120  # 15 and 1.5 x 54.6, in half hours


@pytest.mark.parametrize(
    "data",
    [
        b"\x01",
        b"\xff" * 8,
        (40).to_bytes(8, "little") + b"{" * 40,
        (4 << 20).to_bytes(8, "little") + b"[" * (4 << 20),
        *(len(one).to_bytes(8, "little") + one for one in (b'{"a":{"shape":3}}', b'{"a":3}', b"[]", b'{"a":{}}')),
    ],
)
def test_weights_that_are_none(place: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Torn or made up headers are told by the job, on a node's worth: they do not stop the round."""
    folder = checkpoint(tmp_path / "c", SEVENTY, 1)
    (folder / "model.safetensors").write_bytes(data)
    monkeypatch.setattr(needs, "resolve_checkpoint", lambda *_: folder)
    needs._gpus.cache_clear()
    vllm = errand("huggingface/smollm2-135m-instruct", "whole", ("engine=vllm",))
    assert needs_of(place, configured(place, *GPUS), vllm).gpus == 4
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").symlink_to("model.safetensors")
    assert needs_of(place, configured(place, *GPUS), vllm).gpus == 4
    needs._gpus.cache_clear()


def test_terms(place: Workspace) -> None:
    """A site is asked less often than this machine; what is not said is by the kind of cluster."""
    here, there = terms_of(configured(place)), terms_of(configured(place, "cluster=slurm"))
    assert (here.sharded, there.sharded) == (False, True)
    assert there.look_every > 10 * here.look_every
    assert there.tries == 20
    assert (here.elsewhere, there.elsewhere) == (False, True)
    assert terms_of(configured(place, "cluster.shard_tokens=100", "cluster.tries=2")).sharded
    bare = dataclasses.replace(configured(place), cluster={"kind": "slurm"})
    assert terms_of(bare).tries == 20
    for word in ("cluster.tries=0", "cluster.pause=x", "cluster.look_every=0"):
        with pytest.raises(UsageError, match="too little"):
            terms_of(configured(place, word))


def test_the_launcher_is_chosen_by_kind(place: Workspace, tmp_path: Path) -> None:
    """Unknown kinds and keys are named, with the valid ones."""
    paths = RoundPaths(tmp_path, "demo")
    there = new_launcher(configured(place, "cluster=slurm"), paths, print)
    assert isinstance(there.site, Site)  # type: ignore[attr-defined]
    for wrong, valid in (({"kind": "pbs"}, "local, slurm"), ({"kind": "local", "wokers": 2}, "did you mean workers")):
        with pytest.raises(UsageError) as caught:
            new_launcher(dataclasses.replace(configured(place), cluster=wrong), paths, print)
        assert valid in caught.value.remedy


def test_a_login_node_imports_no_torch(workspace: Path) -> None:
    """What a job takes is told by the name of its engine and the headers of its weights."""
    program = f"""
import sys
from pathlib import Path
from harness import needs
from harness.config import compose
from harness.launch.errand import Errand
from harness.workspace import find_workspace
place = find_workspace(Path({str(workspace)!r}))
needs.resolve_checkpoint = lambda *_: None
settings = compose(place.configs, place.runs, "demo", {list(GPUS)!r})
took = needs.needs_of(place, settings, Errand("ask", "demo", "huggingface/smollm2-135m-instruct", 1))
print(took.gpus, sorted({{"torch", "transformers", "vllm"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout == "1 []\n", done.stderr


def test_a_checkpoint_that_is_seen_from_here(place: Workspace) -> None:
    """A folder that is there; what is a package's or the hub's, or cannot be told, a job sees for itself."""
    name = "huggingface/smollm2-135m-instruct"
    manifest = place.submissions / name / "manifest.yaml"
    assert not needs.seen_from_here(place, name)  # of a package
    declared = re.sub(r"checkpoint:\n(  .*\n)+", "checkpoint:\n  kind: folder\n  path: model\n", manifest.read_text())
    manifest.write_text(declared)
    assert not needs.seen_from_here(place, name)
    (manifest.parent / "model").mkdir()
    assert needs.seen_from_here(place, name)
    assert not needs.seen_from_here(place, "nobody/nothing")


def test_which_cluster_a_command_names(place: Workspace) -> None:
    """The last one that its words choose, or the default of the configuration."""
    assert cluster_named(("cluster=jean_zay", "cluster.gpus=a100", "cluster=slurm")) == "slurm"
    assert cluster_named(("tracking=none",)) == "local"
    assert configured(place).cluster["kind"] == "local"
    assert "- cluster: local\n" in (place.configs / "config.yaml").read_text()


@pytest.mark.parametrize(
    ("overrides", "wrong", "valid"),
    [
        (("cluster=jean_zay", "cluster.partion=x"), "partion", "did you mean partition"),
        (("cluster=jean_zay", "+cluster.partion=x"), "partion", "did you mean partition"),
        (("cluster=slurm", "cluster.cpu.cpu=4"), "cpu", "valid: account"),
        (("cluster=local", "cluster.partition=x"), "partition", "workers"),
        (("cluster.wokers=2",), "wokers", "did you mean workers"),
    ],
)
def test_a_key_that_no_cluster_has(overrides: tuple[str, ...], wrong: str, valid: str) -> None:
    """In our words, with those there are, before Hydra says it in its own."""
    with pytest.raises(UnknownNameError, match=f"unknown key of a cluster '{wrong}'") as caught:
        cluster_named(overrides)
    assert valid in caught.value.remedy
    assert overrides[-1] in caught.value.where


def test_every_key_that_there_is_may_be_given(place: Workspace) -> None:
    """What the files of the clusters say, inner tables and a workspace's own file among them."""
    for words in (
        ("cluster=slurm", "cluster.cpu.cpus=2", "+cluster.options.comment=x", "+cluster.environment.HF_HOME=/x"),
        ("cluster=jean_zay", "cluster.gpus=a100", "cluster.choices.a100.qos=x"),
        ("cluster=local", "cluster.workers=2", "cluster.ladder_tokens=null"),
    ):
        cluster_named(words)
        configured(place, *words)
    every = [f"cluster.{key}=null" for key in sorted(SITE_KEYS - {"choices", "gpus"})]
    configured(place, "cluster=slurm", *every)  # so `defi` never has to say "+"
    cluster_named(("cluster=mine", "cluster.workers=2", "cluster.partition=x"))  # of which kind it is, its file says
