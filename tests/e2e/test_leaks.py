"""A whole sealed round with marked items, published before and after its reveal: what may be read when, and what never.

Every item of the round carries texts that are nowhere else: in its question, its answer, an option, its cluster and
its scoring data, in both languages and with accents. The echo repeats questions, the oracle says targets, reasons quote
them; so records are full of them, and the whole publication is searched.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from leaks import leaks

from harness.anchors import VARIABLE as ANCHORS_VARIABLE
from harness.cli.main import main
from harness.commitment import item_key
from harness.config import compose
from harness.record import read_json
from harness.sealed_round import VARIABLE
from harness.task import RESERVED_SEEDS, ProceduralTask
from harness.types import Completion, Item, Score

ROUND = """
name: spring
title: {fr: Printemps, en: Spring}
date: "2027-03-01"
seed: sealed
languages: [fr, en]
levels: 1
counts: 7
tasks: [understanding/reading_choice, problem_solving/word_problems]
level_weights: uniform
conditions: {isolation: required}
submissions: [baselines/oracle, baselines/null, baselines/echo, baselines/constant, baselines/random]
"""
KINDS = ("question", "answer", "option", "cluster", "canary")
MARKS = {  # own items and anchors, by language; clusters are shared by both
    ("own", "fr", "question"): "la mélusine zéphyrœuvrée d’Aÿ",
    ("own", "en", "question"): "a quaggish cœlacanth’s naïveté",
    ("own", "fr", "answer"): "réponse œdipianissime çà-et-là",
    ("own", "en", "answer"): "answer of façadish phœnixery",
    ("own", "fr", "option"): "l’option ambiguë des Pyrénéïdes",
    ("own", "en", "option"): "the option of Brontëan résumés",
    ("own", "fr", "canary"): "canari 5f2e81aa-41f0-énigmatique",
    ("own", "en", "canary"): "canary 90c1e7d3-77ab-énigmatique",
    ("anchor", "fr", "question"): "une ancre hélicoïdale hœrmétique",
    ("anchor", "en", "question"): "an anchor coöperating æstivally",
    ("anchor", "fr", "answer"): "réplique d’ancre aiguë-maléfiçante",
    ("anchor", "en", "answer"): "anchored répartee of diæresis",
    ("anchor", "fr", "option"): "l’option d’ancre contiguë-bœuf",
    ("anchor", "en", "option"): "an anchor’s optional crème-brûléeness",
    ("anchor", "fr", "canary"): "canari d3adbe11-ancre-énigmatique",
    ("anchor", "en", "canary"): "canary ca11ab1e-anchor-énigmatique",
}
CLUSTER = "grappe-inavouée-œcuménique"
SECRETS: dict[str, str | bytes] = {" ".join(key): mark for key, mark in MARKS.items()} | {"cluster": CLUSTER}


def call(*words: str) -> int:
    try:
        main(list(words))
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def done(*words: str) -> None:
    assert call(*words) == 0, words


@pytest.fixture
def sealed(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with a sealed round of baselines that has anchors, and every item of it marked."""
    for name in (VARIABLE, ANCHORS_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    for folder in (workspace / "submissions").iterdir():
        if folder.name != "baselines":
            shutil.rmtree(folder)
    (workspace / "docs").mkdir()
    (workspace / "docs/rounds.md").write_text("Nobody cheats.\n")
    mark(monkeypatch, workspace)
    return workspace


def mark(monkeypatch: pytest.MonkeyPatch, workspace: Path) -> None:
    """Mark every item that is no public one, its right answer, and what is read and said of any answer to it."""
    made: Callable[..., Item] = ProceduralTask._item
    gold: Callable[..., Completion] = ProceduralTask.gold
    score: Callable[..., Score] = ProceduralTask.score

    def marked_item(self: Any, level: int, language: str, seed: str, index: int) -> Item:
        item = made(self, level, language, seed, index)
        if seed in RESERVED_SEEDS or seed.startswith("canaries "):
            return item
        kept = read_json(workspace / "secrets/year.anchors.json") or {}
        whose = "anchor" if seed == kept.get("seed") else "own"
        mine = {kind: MARKS.get((whose, language, kind), CLUSTER) for kind in KINDS}
        options = tuple(f"{option} {mine['option']}" for option in item.options)
        head, number = item.cluster.rsplit("/", 1)
        data = {**item.data, "canary": mine["canary"], "answer": mine["answer"]}
        question = f"{item.question}\n{mine['question']}"
        return dataclasses.replace(
            item, question=question, options=options, data=data, cluster=f"{head}/{CLUSTER}/{number}"
        )

    def marked_gold(self: Any, item: Item) -> Completion:
        said = gold(self, item)
        return dataclasses.replace(said, text=f"{said.text}\n{item.data['answer']}") if "answer" in item.data else said

    def marked_score(self: Any, item: Item, completion: Completion) -> Score:
        found = score(self, item, completion)
        told = item.data.get("answer", "")
        return dataclasses.replace(found, reason=f"{found.reason} it is {told}", answer=f"{found.answer} {told}")

    monkeypatch.setattr(ProceduralTask, "_item", marked_item)
    monkeypatch.setattr(ProceduralTask, "gold", marked_gold)
    monkeypatch.setattr(ProceduralTask, "score", marked_score)


def secrets_of(sealed: Path) -> dict[str, str | bytes]:
    """Everything that makes the items: the round's secret, salt, seed and key, and the anchors'."""
    kept = json.loads((sealed / "secrets/spring.json").read_text())
    seed = compose(sealed / "configs", sealed / "runs", "spring").round.seed
    anchors = json.loads((sealed / "secrets/year.anchors.json").read_text())["seed"]
    made = {"secret": kept["secret"], "salt": kept["salt"], "seed": seed, "anchors' seed": anchors}
    return {name: bytes.fromhex(value) for name, value in made.items()} | {
        "key": item_key(seed),
        "anchors' key": item_key(anchors),
    }


def played(sealed: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The round from its anchors to its last answer."""
    done("anchors", "new", "year")
    line = capfd.readouterr().out.splitlines()[-1]
    (sealed / "configs/round/spring.yaml").write_text(ROUND + line)
    done("round", "new", "spring")
    done("round", "close", "spring", "--source", "drand")
    now = datetime.datetime.now(datetime.UTC).isoformat()
    done("round", "draw", "spring", "--randomness", "8f3c" * 16, "--dated", now)
    for name in ("oracle", "null", "echo", "constant", "random"):  # one by one in this process, which knows the marks
        done("run", f"baselines/{name}", "--round", "spring", "tracking=none", "cluster=local")


def test_a_publication_tells_nothing_sealed_before_the_reveal_and_no_anchor_after_it(
    sealed: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Before: no mark, no seed. After: the round's own questions, answers and options, and still no anchor."""
    played(sealed, capfd)
    texts: dict[str, str | bytes] = {**SECRETS, **secrets_of(sealed)}
    in_records = leaks(sealed / "runs/spring/baselines", SECRETS)
    asked = {" ".join(key) for key in MARKS if key[2] in ("question", "answer")} | {"cluster"}
    assert asked <= in_records.keys(), "the marks were asked, said and recorded"

    site = sealed / "site"
    done("publish", "--round", "spring", "--out", str(site))
    assert leaks(site, texts) == {}
    assert not list(site.rglob("items")), "no page of a question"
    assert not (sealed / "runs/spring/.items").exists()

    done("round", "reveal", "spring")
    done("publish", "--round", "spring", "--out", str(site))
    found = leaks(site, texts)
    shown = {name for name in SECRETS if name.startswith("own") and not name.endswith("canary")}
    assert shown <= found.keys(), "everything of the round's own questions is there"
    assert found.keys() <= shown | {"cluster", "seed", "secret", "salt"}
    for name in shown:
        assert any("items/" in place for place in found[name])

    done("anchors", "retire", "year")
    done("publish", "--round", "spring", "--out", str(site))
    retired = leaks(site, SECRETS)
    assert {name for name in SECRETS if name.startswith("anchor") and not name.endswith("canary")} <= retired.keys()


def test_what_was_made_ready_to_show_is_shown_by_the_log_alone(sealed: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Files made after a reveal are not read where the log does not say revealed, or the secret is another."""
    from harness.commitment import CommitmentError
    from leaderboard.revealed import revealed_items

    played(sealed, capfd)
    runs = sealed / "runs/spring"
    log, before = (runs / "log.jsonl").read_bytes(), (runs / "seed.json").read_bytes()
    done("round", "reveal", "spring")
    done("publish", "--round", "spring", "--out", str(sealed / "site"))
    assert revealed_items(runs) is not None
    after = (runs / "seed.json").read_bytes()
    (runs / "seed.json").write_bytes(before)
    assert revealed_items(runs) is None
    (runs / "seed.json").write_bytes(after)
    (runs / "log.jsonl").write_bytes(log)
    assert revealed_items(runs) is None
    other = json.loads(after) | {"secret": "ab" * 32}
    (runs / "seed.json").write_text(json.dumps(other))
    with pytest.raises(CommitmentError, match="committed"):
        revealed_items(runs)
