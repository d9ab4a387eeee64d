"""Anchors: where they stand, that rounds share them and nothing else, and that their seed is a secret of its own."""

from __future__ import annotations

import dataclasses
import json
from fractions import Fraction
from pathlib import Path

import made
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.anchors import (
    MOST,
    VARIABLE,
    anchors_sha256,
    demand_anchors,
    is_anchor,
    keep_anchors,
    own_items,
    places,
    read_anchors,
    secret_path,
    unseal_anchors,
    with_anchors,
)
from harness.canonical import sha256_json
from harness.cli.main import main
from harness.commitment import CommitmentError, SealedSeed, item_key, keyed
from harness.config import compose, read_round
from harness.errors import DefiError, RoundError
from harness.plan import Plan, make_plan, public_round, round_items
from harness.prompt import PromptStyle
from harness.task import load_task
from harness.types import Anchors, Item, Round, RoundTask

TASK = "problem_solving/word_problems"
OPEN = Anchors(0.15, "shared")
ROUND = Round(
    name="spring",
    title={"fr": "Printemps", "en": "Spring"},
    date="2027-03-01",
    seed="s",
    languages=("fr", "en"),
    tasks=(RoundTask(TASK, 2, (20, 7)), RoundTask("understanding/reading_choice", 1, (14,))),
    level_weights=(0.5, 0.5),
    submissions=(),
    anchors=OPEN,
)
SUMMER = dataclasses.replace(ROUND, name="summer", seed="t")
SEALED = dataclasses.replace(
    ROUND,
    seed=SealedSeed("5eed" * 16),
    sealed=True,
    anchors=Anchors(0.15, SealedSeed("a5" * 32), "year", anchors_sha256("a5" * 32)),
)
CONFIGURED = """
name: spring
title: {fr: Printemps, en: Spring}
date: "2027-03-01"
seed: sealed
languages: [fr, en]
levels: 1
counts: 14
tasks: [problem_solving/word_problems]
level_weights: uniform
conditions: {isolation: required}
submissions: [baselines/oracle]
"""


def drawn(seed: str, count: int) -> list[Item]:
    return load_task(TASK).items(2, "fr", seed, count)


def planned(round_: Round) -> Plan:
    return make_plan(round_, made.entry(), PromptStyle("plain"), {"name": "null"})


@given(st.integers(0, 300), st.integers(1, 150))
def test_every_prefix_keeps_the_share(count: int, thousandths: int) -> None:
    """Of the first n places floor(n * share) are anchors', whatever the count: never more than the share."""
    share = thousandths / 1000
    taken = places(count, share)
    assert [sum(taken[:n]) for n in range(count + 1)] == [
        int(Fraction(thousandths, 1000) * n) for n in range(count + 1)
    ]
    assert places(300, share)[:count] == taken


@given(st.integers(0, 30), st.integers(0, 30))
def test_a_shorter_run_is_a_prefix_of_a_longer_one(first: int, second: int) -> None:
    """The order is fixed by the two seeds alone, so partial runs stay paired."""
    short, long = sorted((first, second))
    items = list(with_anchors(drawn, "s", long, OPEN))
    assert items[:short] == list(with_anchors(drawn, "s", short, OPEN))
    assert [item.index for item in items] == list(range(long))
    own = list(own_items(drawn, "s", long, OPEN.share))
    assert own == [item for item in items if not is_anchor(item.id)]


def test_rounds_share_their_anchors_and_nothing_else() -> None:
    """An anchor has one id, one question and one cluster in both rounds; own items of different rounds differ."""
    spring, summer = ({item.id: item for item in round_items(round_)} for round_ in (ROUND, SUMMER))
    anchors = [name for name in spring if is_anchor(name)]
    assert anchors == [name for name in summer if is_anchor(name)]
    assert len(anchors) == 2 * (3 + 1 + 2)
    assert all(spring[name] == summer[name] for name in anchors)
    own = {item.question for name, item in spring.items() if not is_anchor(name)}
    assert not own & {item.question for name, item in summer.items() if item.level == 2 and not is_anchor(name)}
    for cell in ((TASK, 1, "fr", 20), (TASK, 2, "en", 7), ("understanding/reading_choice", 1, "fr", 14)):
        part = [item for item in spring.values() if (item.task, item.level, item.language) == cell[:3]]
        assert len(part) == cell[3]
        assert sum(is_anchor(item.id) for item in part) <= MOST * len(part)


def test_anchors_are_told_in_both_languages_and_alone_in_their_cluster() -> None:
    """The French and the English telling of an anchor are one cluster, with no other item in it."""
    clusters: dict[str, list[Item]] = {}
    for item in round_items(ROUND):
        clusters.setdefault(item.cluster, []).append(item)
    assert {tuple(item.language for item in members) for members in clusters.values()} == {("fr", "en")}
    assert {len({is_anchor(item.id) for item in members}) for members in clusters.values()} == {1}


def test_both_sequences_are_numbered_without_gaps() -> None:
    """Own items and anchors are the first of their seeds: a family that cycles through kinds keeps its cycle."""
    items = list(with_anchors(drawn, "s", 20, OPEN))
    questions = [item.question for item in items if not is_anchor(item.id)]
    assert questions == [item.question for item in drawn("s", 17)]
    assert [item.question for item in items if is_anchor(item.id)] == [item.question for item in drawn("shared", 3)]


def test_the_plans_hash_covers_the_anchors() -> None:
    """Another anchor seed, another share or none is another plan; without anchors a plan is as it ever was."""
    none = dataclasses.replace(ROUND, anchors=None)
    others = [none, *(dataclasses.replace(ROUND, anchors=Anchors(*two)) for two in ((0.15, "x"), (0.1, "shared")))]
    assert len({planned(round_).hash for round_ in (ROUND, *others)}) == 4
    assert planned(ROUND).to_json()["round"]["anchors"] == {"share": 0.15, "seed": "shared"}
    assert "anchors" not in public_round(none)


def test_a_sealed_plan_keys_anchors_by_their_own_seed() -> None:
    """Whoever learns the round's seed still cannot tell an anchor that he guessed; neither seed is written."""
    written = planned(SEALED).to_json()
    text = json.dumps(written)
    assert "5eed5eed" not in text + repr(planned(SEALED)) + repr(SEALED)
    assert "a5" * 6 not in text + repr(planned(SEALED)) + repr(SEALED)
    assert written["round"]["anchors"] == public_round(SEALED)["anchors"]
    assert set(written["round"]["anchors"]) == {"share", "set", "sha256"}
    for item, row in zip(round_items(SEALED), written["items"], strict=True):
        key = item_key("a5" * 32 if is_anchor(item.id) else "5eed" * 16)
        assert row["item_sha256"] == keyed("item", sha256_json(item), key)
    later = dataclasses.replace(SEALED, name="summer", seed=SealedSeed("0" * 64))
    hashes = [
        {row["id"]: row["request_sha256"] for row in planned(round_).to_json()["items"] if is_anchor(row["id"])}
        for round_ in (SEALED, later)
    ]
    assert hashes[0] == hashes[1], "so that `defi link` sees whether an anchor was asked alike"


@pytest.mark.parametrize(
    ("raw", "sealed", "said"),
    [
        ({"share": 0.16, "seed": "x"}, False, "at most 0.15"),
        ({"share": 0, "seed": "x"}, False, "at most 0.15"),
        ({"share": 0.1}, False, "needs the keys seed, share"),
        ({"share": 0.1, "seed": 3}, False, "must be a text"),
        ({"share": 0.1, "seed": "shots"}, False, "kept for public items"),
        ({"share": 0.1, "seed": "own"}, False, "the round's own"),
        ({"share": 0.1, "seed": "x"}, True, "needs the keys set, sha256, share"),
        ({"share": 0.1, "set": "year", "sha256": "00" * 32}, False, "an open round's have a seed"),
        ({"share": 0.1, "set": "../year", "sha256": "00" * 32}, True, "is none of a set"),
        ({"share": 0.1, "set": "year", "sha256": "short"}, True, "is none of a set"),
        ([], False, "needs the keys"),
    ],
)
def test_a_wrong_key_is_named(raw: object, sealed: bool, said: str) -> None:
    """An anchors' seed never stands in a sealed round's configuration, nor a secret's name in an open one's."""
    with pytest.raises(RoundError, match=said):
        read_anchors(raw, "spring", ("shots", "own"), sealed=sealed, practice=False)


def test_a_round_of_benchmarks_has_no_anchors() -> None:
    """What is published is the same in every round already."""
    with pytest.raises(RoundError, match="public benchmarks"):
        read_anchors({"share": 0.1, "seed": "x"}, "practice", (), sealed=False, practice=True)


def test_a_round_reads_its_anchors() -> None:
    """The key is optional, and a misspelt one beside it is still refused."""
    raw = {
        "name": "r",
        "title": {"fr": "M", "en": "R"},
        "date": "2027-03-01",
        "seed": "s",
        "languages": ["fr"],
        "levels": 1,
        "counts": 7,
        "tasks": [TASK],
        "level_weights": "uniform",
        "submissions": ["t/e"],
    }
    assert read_round(raw).anchors is None
    assert read_round({**raw, "anchors": {"share": 0.15, "seed": "x"}}).anchors == Anchors(0.15, "x")
    with pytest.raises(RoundError, match="anchor"):
        read_round({**raw, "anchor": {}})
    for seed in ("s", "gold"):
        with pytest.raises(RoundError, match=f"the seed '{seed}' is the round's own or kept"):
            read_round({**raw, "anchors": {"share": 0.15, "seed": seed}})


@pytest.fixture
def secrets(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The organisers' folder of secrets, with nothing in the environment."""
    monkeypatch.delenv(VARIABLE, raising=False)
    return workspace / "secrets"


def kept(secrets: Path) -> Anchors:
    return Anchors(0.15, SealedSeed(""), "year", keep_anchors(secrets, "year"))


def test_a_set_is_drawn_once_and_read_by_nobody_else(secrets: Path) -> None:
    """Its file has mode 600; a second set of its name, a file that others can read, and another seed are refused."""
    anchors = kept(secrets)
    path = secret_path(secrets, "year")
    assert path.stat().st_mode & 0o777 == 0o600
    found = unseal_anchors(anchors, secrets, secrets)
    assert anchors_sha256(demand_anchors(found)) == anchors.sha256
    assert str(found.seed) not in repr(found)
    with pytest.raises(CommitmentError, match="there is such a set"):
        keep_anchors(secrets, "year")
    path.chmod(0o644)
    with pytest.raises(CommitmentError, match="others can read"):
        demand_anchors(unseal_anchors(anchors, secrets, secrets))
    path.chmod(0o600)
    for text, said in ((json.dumps({"seed": "ab" * 32}), "not the set"), ('{"seed": "abc"}', "damaged"), ("x", "dam")):
        path.write_text(text)
        with pytest.raises(CommitmentError, match=said) as error:
            demand_anchors(unseal_anchors(anchors, secrets, secrets))
        assert "ab" * 32 not in str(error.value)


def test_the_environment_may_hold_the_seed(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine that keeps no files; another set's seed there is refused."""
    anchors = kept(secrets)
    seed = json.loads(secret_path(secrets, "year").read_text())["seed"]
    secret_path(secrets, "year").unlink()
    with pytest.raises(CommitmentError, match="not on this machine"):
        demand_anchors(unseal_anchors(anchors, secrets, secrets))
    monkeypatch.setenv(VARIABLE, seed)
    assert demand_anchors(unseal_anchors(anchors, secrets, secrets)) == seed
    monkeypatch.setenv(VARIABLE, "ab" * 32)
    with pytest.raises(CommitmentError, match="not the set"):
        demand_anchors(unseal_anchors(anchors, secrets, secrets))


def call(*words: str) -> int:
    try:
        main(list(words))
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_a_set_lives_from_new_to_retired(secrets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rounds name its digest; it is published in all, only when each is revealed, and then needs no secret."""
    assert call("anchors", "new", "year") == 0
    line = capsys.readouterr().out.splitlines()[-1]
    workspace, rounds = secrets.parent, ("spring", "summer")
    for name in rounds:
        text = CONFIGURED.replace("spring", name).replace("Spring", name) + line
        (workspace / f"configs/round/{name}.yaml").write_text(text)
    (workspace / "docs").mkdir()
    (workspace / "docs/rounds.md").write_text("Nobody cheats.\n")
    for name in rounds:
        assert call("round", "new", name) == 0
    assert call("anchors", "retire", "year") == 1
    assert "not revealed" in capsys.readouterr().err
    settings = compose(workspace / "configs", workspace / "runs", "spring")
    assert settings.round.anchors is not None
    seed = settings.round.anchors.seed
    assert len(seed) == 64
    published = {path: path.read_text() for path in (workspace / "runs").rglob("*") if path.is_file()}
    assert not any(seed in text for text in published.values())
    for name in rounds:
        path = workspace / f"runs/{name}/seed.json"
        told = {"revealed": {"at": "", "unfinished": {}, "reason": ""}}
        path.write_text(json.dumps({**json.loads(path.read_text()), **told}))
    assert call("anchors", "retire", "year") == 0
    assert call("anchors", "retire", "none") == 2
    secret_path(secrets, "year").unlink()
    again = unseal_anchors(settings.round.anchors, workspace / "runs/summer", secrets)
    assert demand_anchors(again) == seed
    assert (workspace / "runs/spring/anchors.json").exists()


def test_a_round_without_its_anchors_seed_has_no_items() -> None:
    """Nothing is planned with fewer items than the round has: the reason is said instead."""
    unknown = Anchors(0.15, SealedSeed("", CommitmentError("the anchors' secret is elsewhere")), "year", "00" * 32)
    with pytest.raises(DefiError, match="elsewhere"):
        planned(dataclasses.replace(SEALED, anchors=unknown))
