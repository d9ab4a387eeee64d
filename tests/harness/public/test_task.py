"""Public benchmarks are tasks: documents in a seeded order, published prompts, outside every round's seal."""

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
import yaml

from harness.config import read_round
from harness.errors import RoundError, TaskError, UnknownNameError
from harness.public import PublicTask, Row
from harness.task import Judgement, Telling, is_public, load_card, load_task, task_names, tasks_root
from harness.types import Item

CARD = {
    "track": "problem_solving",
    "kind": "choose",
    "levels": 2,
    "rungs": [1, 4],
    "languages": ["fr", "en", "de"],
    "chance": 0.5,
    "license": "MIT",
    "source": "invented",
    **{key: {"fr": "x", "en": "x"} for key in ("title", "skill", "judging", "ladder")},
    "shots": 0,
    "max_new_tokens": 0,
}


class Sums(PublicTask):
    """Invented rows."""

    def documents(self, level: int, language: str) -> Sequence[Row]:
        return [{"n": n} for n in range(5)]

    def tell(self, structure: Row, language: str) -> Telling:
        return Telling(f"{language}: {structure['n']}", structure["n"] % 2, ("even", "odd"))

    def prompt(self, item: Item) -> str | None:
        return f"Is it odd?\n{item.question} is"


class Spoken(Sums):
    """As messages."""

    def prompt(self, item: Item) -> str | None:
        return None

    def judge(self, item: Item, text: str) -> Judgement:
        return Judgement(1.0)


def folder(root: Path, **changes: object) -> Path:
    """A benchmark's folder with a card and sources."""
    place = root / "public" / "sums"
    place.mkdir(parents=True, exist_ok=True)
    (place / "task.yaml").write_text(yaml.safe_dump({**CARD, **changes}))
    file = {"path": "a.jsonl", "mirror": "a.jsonl", "rows": 1, "sha256": "0"}
    (place / "data.yaml").write_text(json.dumps({"repository": "a/b", "revision": "c", "files": {"test": file}}))
    return place


def test_documents_come_in_a_seeded_order_all_of_them_once(tmp_path: Path) -> None:
    """A longer run extends a shorter one, and a level ends with its documents, however many are asked for."""
    task = Sums(folder(tmp_path))
    items = task.items(1, "fr", "s", 50)
    assert sorted(item.question for item in items) == [f"fr: {n}" for n in range(5)]
    assert task.items(1, "fr", "s", 2) == items[:2]
    assert [item.question for item in task.items(1, "fr", "t", 5)] != [item.question for item in items]


def test_a_document_shares_its_cluster_in_every_language(tmp_path: Path) -> None:
    """What is said in several languages is not independent; where documents differ, clusters do."""
    task = Sums(folder(tmp_path))
    french, german = task.items(1, "fr", "s", 5), task.items(1, "de", "s", 5)
    assert [item.cluster for item in french] == [item.cluster for item in german]
    assert len({item.cluster for item in french}) == 5
    task.parallel = False
    assert not {item.cluster for item in french} & {item.cluster for item in task.items(1, "de", "s", 5)}


def test_options_stay_in_their_published_order(tmp_path: Path) -> None:
    """A family's options are moved to balanced places; a benchmark's are part of what was published."""
    items = Sums(folder(tmp_path)).items(1, "en", "s", 5)
    assert {item.options for item in items} == {("even", "odd")}
    assert [item.target for item in items] == [int(item.question[-1]) % 2 for item in items]


def test_a_published_prompt_goes_out_as_it_is(tmp_path: Path) -> None:
    """One verbatim message; without a published prompt, instruction and question are messages."""
    task = Sums(folder(tmp_path))
    (item,) = task.items(1, "en", "s", 1)
    (message,) = task.request(item).messages
    assert (message.role, message.content) == ("verbatim", f"Is it odd?\n{item.question} is")
    assert task.request(item).options == ("even", "odd")
    with pytest.raises(TaskError, match=r"prompt\(\) or instruction\(\)"):
        Spoken(folder(tmp_path)).request(item)


def test_nothing_is_drawn(tmp_path: Path) -> None:
    """Rows are given."""
    with pytest.raises(TaskError, match="draws nothing"):
        Sums(folder(tmp_path)).draw(Random(0), 1, 0)


def test_a_benchmark_card_says_track_and_rungs(tmp_path: Path) -> None:
    """Its folder is no track, its levels are none of the challenge's, and its languages may be others of Europe."""
    card = load_card(folder(tmp_path))
    assert (card.name, card.track, card.rungs) == ("public/sums", "problem_solving", (1, 4))
    with pytest.raises(UnknownNameError, match="xx"):
        load_card(folder(tmp_path, languages=["xx"]))
    with pytest.raises(TaskError, match="rungs"):
        load_card(folder(tmp_path, rungs=[1, 2, 3]))


def test_families_and_benchmarks_are_listed_apart() -> None:
    """`task_names` gives the families; nobody meets a benchmark who does not ask for it."""
    assert "public/ntrex" in task_names(public=True)
    assert not set(task_names()) & set(task_names(public=True))
    assert all(is_public(name) == (load_task(name).card.rungs != ()) for name in task_names(public=True))


def _round(*tasks: object, **changes: object) -> dict[str, object]:
    title = {"fr": "x", "en": "x"}
    settings = {"name": "r", "title": title, "date": "2026-11-22", "seed": "s", "languages": ["fr", "de"], "levels": 3}
    rest = {"counts": 2, "tasks": list(tasks), "level_weights": "uniform", "submissions": ["a/b"]}
    return {**settings, **rest, **changes}


def test_a_round_of_families_has_no_benchmark() -> None:
    """Rows that anyone can read never count beside sealed items."""
    with pytest.raises(RoundError, match="public benchmarks beside"):
        read_round(_round("problem_solving/algebra", "public/ntrex", languages=["fr"]))
    with pytest.raises(UnknownNameError, match="'de'"):
        read_round(_round("problem_solving/algebra"))
    assert read_round(_round("public/ntrex")).languages == ("fr", "de")


def test_tasks_of_a_round_may_have_levels_of_their_own() -> None:
    """A benchmark of one part stands beside one of three; more than the round has is refused."""
    parts = read_round(_round({"name": "public/a", "levels": 1}, {"name": "public/b", "counts": [3, 2, 1]})).tasks
    assert [(part.levels, part.counts) for part in parts] == [(1, (2,)), (3, (3, 2, 1))]
    with pytest.raises(RoundError, match="4 levels"):
        read_round(_round({"name": "public/a", "levels": 4}))


@pytest.mark.parametrize("name", task_names(public=True))
def test_no_text_of_a_card_is_cut(name: str) -> None:
    """In YAML an unquoted " #" begins a comment: each sentence of a card ends, and what it opens is closed."""
    card = load_card(tasks_root() / name)
    for said in (card.skill, card.judging, card.ladder):
        for text in said.values():
            assert text[-1] in ".!?)", text
            assert all(text.count(a) == text.count(b) for a, b in ("()", "«»", "“”")), text
