"""Sites: what their files may say, and the sbatch scripts that come of them."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import marks
import pytest
from fake_site import FakeSite

from harness.config import compose, names_of
from harness.errors import UnknownNameError, UsageError
from harness.launch.base import Needs
from harness.launch.errand import Errand
from harness.launch.site import Site, expand, read_site
from harness.launch.slurm import SlurmLauncher

GOLDEN = Path(__file__).parents[2] / "golden/sbatch"
FILES = {
    "slurm": (),
    "jean_zay-v100": ("cluster=jean_zay", "cluster.gpus=v100"),
    "jean_zay-a100": ("cluster=jean_zay", "cluster.gpus=a100"),
    "jean_zay-h100": ("cluster=jean_zay",),
    "eurohpc_leonardo": ("cluster=eurohpc_leonardo",),
    "eurohpc_lumi": ("cluster=eurohpc_lumi",),
    "eurohpc_jupiter": ("cluster=eurohpc_jupiter",),
    "eurohpc_marenostrum": ("cluster=eurohpc_marenostrum",),
}
VARIABLES = {"IDRPROJ": "abc", "DEFI_ACCOUNT": "EHPC-1"}
FOLDERS = ("SCRATCH", "WORK", "DEFI_SCRATCH", "DEFI_IMAGES", "SINGULARITY_ALLOWED_DIR")


def site_of(checkout: Path, tmp_path: Path, *overrides: str) -> Site:
    words = [*(overrides or ("cluster=slurm",)), "cluster.hostname=null"]
    return read_site(compose(checkout / "configs", tmp_path / "runs", "demo", words).cluster)


def scripts(site: FakeSite, made: Site, folder: Path) -> str:
    """What is sent for two shards on a node's GPUs, and for one job without; places and names made the same."""
    one = SlurmLauncher("spring", folder / "runs/spring", folder / "runs/spring/private/jobs", made, marks.touch)
    gpus = min(made.gpus_per_node, 2)
    with one:
        errands = [Errand("ask", "spring", "team/one", n) for n in (1, 2)]
        memory = (made.memory_gib_per_gpu or 0) * gpus
        one.send(errands, Needs(gpus, max(1, gpus * made.cpus_per_gpu), 90, memory or None))
        one.send([Errand("score", "spring", "team/one")], Needs(0, made.cpu.cpus, None, made.cpu.memory_gib))
    text = "\n".join(site.sent).replace(str(folder), "/folder").replace(sys.executable, "/python")
    return re.sub("[0-9a-f]{12}", "0123456789ab", text)


@pytest.mark.parametrize("name", FILES)
def test_the_scripts_of_a_site(
    site: FakeSite, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Golden files: a GPU array and a CPU job of every site, word for word."""
    for variable in FOLDERS:
        monkeypatch.setenv(variable, str(tmp_path))
    for variable, value in VARIABLES.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setenv("DEFI_CACHE", str(tmp_path / "cache"))
    made = site_of(checkout, tmp_path, *FILES[name])
    assert scripts(site, made, tmp_path) == (GOLDEN / f"{name}.txt").read_text()


def test_every_site_has_a_golden_file(checkout: Path) -> None:
    """A site is not added without one."""
    named = {name.partition("-")[0] for name in FILES}
    assert named == set(names_of(checkout / "configs", "cluster")) - {"local"}
    assert {path.stem for path in GOLDEN.iterdir()} == set(FILES)


def test_what_a_site_adds(site: FakeSite, tmp_path: Path) -> None:
    """Setup lines, a container, options and environment of the site reach the script, in that order."""
    made = Site(
        setup=("ulimit -n 4096",),
        container="singularity exec /x.sif python3",
        options={"comment": "défi"},
        environment={"HF_HOME": '$SCRATCH/"hf"'},
        memory_gib_per_gpu=8,
        gpus_per_node=2,
        gpu_gib=8.0,
        array_parallelism=1,
    )
    text = scripts(site, made, tmp_path)
    assert "#SBATCH --comment='défi'" in text
    assert "#SBATCH --array=0-1%1" in text
    assert "#SBATCH --mem=16G" in text
    assert "singularity exec /x.sif python3 -u -m submitit.core._submit" in text
    assert text.index("ulimit -n 4096") < text.index('export HF_HOME="$SCRATCH/\\"hf\\""')


def test_a_time_limit_is_bounded(site: FakeSite, tmp_path: Path) -> None:
    """No job asks for more than the site gives."""
    assert "#SBATCH --time=45\n" in scripts(site, Site(time_default=30, time_max=45), tmp_path)


def test_a_variable_is_named_and_never_literal() -> None:
    """`$NAME` in a value is replaced; one that is not set is an error that says so."""
    assert expand("$IDRPROJ@h100", "cluster.account", {"IDRPROJ": "abc"}) == "abc@h100"
    assert expand(None, "cluster.account", {}) is None
    with pytest.raises(UsageError, match="IDRPROJ is not set") as caught:
        expand("$IDRPROJ@h100", "cluster.account", {})
    assert caught.value.where == "cluster.account"


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"partion": "x"}, "did you mean partition"),
    ({"cpu": {"gpus": 1}}, "valid: account"),
    ({"gpus": "b200", "choices": {"h100": {}}}, "valid: h100"),
    ({"choices": {"h100": {}}}, "valid: h100"),
    ({"gpus_per_node": "4"}, "whole number"),
    ({"gpus_per_node": -1}, "whole number"),
    ({"exclusive": 1}, "true or false"),
    ({"account": ""}, "text"),
    ({"modules": "arch/h100"}, "list"),
    ({"environment": {"A": None}}, "table"),
    ({"tokens_per_second": "fast"}, "number"),
    ({"gpus_per_node": 4}, "GiB of one GPU"),
    ({"time_default": 90, "time_max": 60}, "minutes"),
]


@pytest.mark.parametrize(("raw", "remedy"), WRONG)
def test_a_key_that_is_wrong(raw: dict[str, Any], remedy: str) -> None:
    """Says which, and what it may be."""
    with pytest.raises(UsageError) as caught:
        read_site({"kind": "slurm", **raw})
    assert remedy in caught.value.remedy
    assert caught.value.where.startswith("cluster")


def test_a_choice_is_laid_over_the_rest() -> None:
    """What a kind of GPU says goes before what the site says."""
    raw = {"gpus": "b", "partition": "p", "choices": {"a": {"partition": "x"}, "b": {"partition": "y", "qos": "q"}}}
    made = read_site(raw)
    assert (made.partition, made.qos) == ("y", "q")
    with pytest.raises(UnknownNameError):
        read_site({**raw, "gpus": "c"})
