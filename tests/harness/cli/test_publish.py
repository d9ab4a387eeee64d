"""`defi publish`: one thing at a time, the list of publications, and the way back."""

import importlib.util
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from leaderboard.publish import publish

Call = Any

_CONFTEST = Path(__file__).parents[2] / "leaderboard/conftest.py"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Two publications of a small round; the second stands."""
    spec = importlib.util.spec_from_file_location("example_tables", _CONFTEST)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for submissions in (1, 2):
        publish(module.example_table(submissions=submissions, tasks=1, levels=2), tmp_path / "site")
    return tmp_path / "site"


def test_publications_are_listed(call: Call, out: Path) -> None:
    """A table for people, and JSON for programs; what stands is marked."""
    code, said, _ = call("publish", "--out", str(out), "--list")
    assert code == 0
    assert "example" in said
    code, said, _ = call("publish", "--out", str(out), "--list", "--json")
    assert code == 0
    assert [(one["id"], one["rounds"], one["stands"]) for one in json.loads(said)] == [
        (1, ["example"], False),
        (2, ["example"], True),
    ]


@pytest.mark.parametrize("words", [["--rollback"], ["--rollback", "1"]])
def test_the_way_back(call: Call, out: Path, words: list[str]) -> None:
    """Without an id the one before; it says which publication stands again."""
    code, said, _ = call("publish", "--out", str(out), *words)
    assert code == 0
    assert said.startswith("publication 1 of 20")
    assert json.loads((out / "rounds.json").read_bytes())["rounds"][0]["submissions"] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--rollback"),
        (["--round", "demo", "--list"], "more than one thing"),
        (["--rollback", "--keep", "3"], "give --round ROUND"),
        (["--serve", "--url", "https://defi.example/"], "give --round ROUND"),
        (["--serve", "--contact", "defi@example.org"], "give --round ROUND"),
        (["--rollback", "x"], "'x' is no publication"),
        (["--rollback", "7"], "valid: 1, 2"),
    ],
)
def test_words_that_say_nothing_are_refused(call: Call, out: Path, words: list[str], said: str) -> None:
    """Exit 2, with what is possible."""
    code, _, told = call("publish", "--out", str(out), *words)
    assert code == 2
    assert said in told


def test_a_folder_without_a_publication_is_told(call: Call, tmp_path: Path) -> None:
    """A mistyped folder is no empty list."""
    code, _, told = call("publish", "--out", str(tmp_path / "siet"), "--list")
    assert code == 1
    assert "no publication is here" in told
    assert "siet" in told


def test_what_is_kept_is_listed_where_the_site_was_lost(call: Call, out: Path) -> None:
    """The way back is found by its list, whatever happened to the folder itself."""
    shutil.rmtree(out)
    code, said, _ = call("publish", "--out", str(out), "--list", "--json")
    assert code == 0
    assert [(one["id"], one["stands"]) for one in json.loads(said)] == [(1, False), (2, False)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--contact", "the organisers"], "e-mail address (challenge@example.org)"),
        (["--url", "grand-defi.example"], "give the whole of it: https://"),
    ],
)
def test_an_address_is_looked_at_before_the_round(call: Call, out: Path, words: list[str], said: str) -> None:
    """A large round takes long to rank: what is wrong with the words is told first, even where no such round is."""
    code, _, told = call("publish", "--out", str(out), "--round", "nowhere", *words)
    assert code == 1
    assert said in told
