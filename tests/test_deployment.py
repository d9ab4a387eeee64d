"""The deployment files: what they pin and promise is what the project runs with."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

FOLDER = Path(__file__).resolve().parent.parent / "docs/deployment"
ROOT = FOLDER.parent.parent


@pytest.fixture(scope="module")
def mlflow_version() -> str:
    found = re.search(r'"mlflow==([\d.]+)"', (ROOT / "pyproject.toml").read_text())
    assert found is not None
    return found[1]


def test_the_compose_file_pins_what_the_project_pins(mlflow_version: str) -> None:
    """The server is of the client's version, and no image floats."""
    services = yaml.safe_load((FOLDER / "compose.yaml").read_text())["services"]
    build = services["mlflow"]["build"]["dockerfile_inline"]
    assert f"mlflow=={mlflow_version} psycopg2-binary==" in build
    images = [*(one["image"] for one in services.values()), re.findall(r"FROM (\S+)", build)[0]]
    assert [image for image in images if not re.search(r":\d+\.\d+", image)] == []


def test_the_server_runs_no_jobs_and_is_not_open() -> None:
    """Job execution is off, the port is on loopback, and the password is in no file."""
    services = yaml.safe_load((FOLDER / "compose.yaml").read_text())["services"]
    assert services["mlflow"]["environment"]["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] == "false"
    assert services["mlflow"]["ports"] == ["${MLFLOW_ADDRESS:-127.0.0.1}:5000:5000"]
    assert "ports" not in services["postgres"]
    assert services["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith("${MLFLOW_DB_PASSWORD:?")


@pytest.mark.parametrize("name", ["compose.yaml", "mlflow.sbatch"])
def test_the_server_is_called_with_options_that_it_has(name: str) -> None:
    """By the command line of the version that is pinned."""
    from mlflow.cli import server

    text = (FOLDER / name).read_text()
    if name == "compose.yaml":
        words = yaml.safe_load(text)["services"]["mlflow"]["command"]
    else:
        words = re.findall(r"^mlflow server (?:.*\\\n)*.*", text, re.M)[0].split()
    assert words[:2] == ["mlflow", "server"]
    given = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert len(given) >= 5
    assert given - {option for one in server.params for option in one.opts} == set()


def test_the_batch_script_is_one_and_refuses_without_a_folder(tmp_path: Path) -> None:
    """Bash reads it; without DEFI_TRACKING it says so before it touches anything."""
    script = FOLDER / "mlflow.sbatch"
    assert subprocess.run(["bash", "-n", script]).returncode == 0
    done = subprocess.run(["bash", script], cwd=tmp_path, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})
    assert done.returncode != 0
    assert "DEFI_TRACKING" in done.stderr
    assert list(tmp_path.iterdir()) == []
    assert "MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false" in script.read_text()
