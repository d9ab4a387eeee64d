"""Plans: everything that can change a score is hashed before a model is loaded."""

from __future__ import annotations

import dataclasses
import json

import made
import pytest

from harness.canonical import plain, sha256_json
from harness.commitment import CommitmentError, SealedSeed, item_key, keyed, seed_sha256
from harness.errors import PlanChangedError, PlanError, UnknownNameError
from harness.plan import make_plan, public_round, refuse_changed, round_items
from harness.prompt import PromptStyle
from harness.types import Round, RoundTask

TASK = "understanding/reading_choice"
ROUND = Round(
    name="tiny",
    title={"fr": "Petite manche", "en": "Tiny round"},
    date="2026-11-22",
    seed="s",
    languages=("fr", "en"),
    tasks=(RoundTask(TASK, 2, (4, 3)),),
    level_weights=(0.5, 0.5),
    submissions=(),
)
SUBMISSION = made.entry(
    team="t", entry="e", title="T", engine="null", files={"model.safetensors": "ab" * 32}, baseline=False
)
ENGINE = {"name": "null", "dtype": "float32"}
STYLE = PromptStyle("plain")


def test_the_same_arguments_give_the_same_hash() -> None:
    """A plan is a pure function, and its JSON holds its hash."""
    one, two = (make_plan(ROUND, SUBMISSION, STYLE, ENGINE) for _ in range(2))
    assert one == two
    assert one.to_json()["hash"] == two.hash
    assert json.loads(json.dumps(one.to_json())) == one.to_json()


def test_items_come_by_task_level_and_language() -> None:
    """The plan's order is the seeded one, and counts are per level and language."""
    items = list(round_items(ROUND))
    assert len(items) == 2 * (4 + 3)
    assert [(i.level, i.language, i.index) for i in items[:5]] == [(1, "fr", n) for n in range(4)] + [(1, "en", 0)]


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("engine.dtype", {"engine": {"name": "null", "dtype": "bfloat16"}}),
        ("style.digest", {"style": PromptStyle("chat", "{% for m in messages %}{{ m.content }}{% endfor %}")}),
        ("round.seed", {"round_": dataclasses.replace(ROUND, seed="other")}),
        ("submission_digest", {"submission": dataclasses.replace(SUBMISSION, digest="ef" * 32)}),
        (
            "checkpoint.model.safetensors",
            {"submission": dataclasses.replace(SUBMISSION, files={"model.safetensors": "00" * 32})},
        ),
    ],
)
def test_whatever_can_change_a_score_changes_the_hash(part: str, change: dict[str, object]) -> None:
    """A changed part changes the hash, and the refusal names it."""
    arguments = {"round_": ROUND, "submission": SUBMISSION, "style": STYLE, "engine": ENGINE}
    before = make_plan(**arguments)  # type: ignore[arg-type]
    after = make_plan(**{**arguments, **change})  # type: ignore[arg-type]
    assert before.hash != after.hash
    with pytest.raises(PlanChangedError) as caught:
        refuse_changed(plain(before.to_json()), after, "t/e")
    assert part in caught.value.fields


def test_a_round_title_or_other_submissions_change_nothing() -> None:
    """Who else runs, and how the round is called on the page, is not part of a result's identity."""
    other = dataclasses.replace(ROUND, title={"fr": "x", "en": "y"}, submissions=("a/b",))
    assert make_plan(other, SUBMISSION, STYLE, ENGINE).hash == make_plan(ROUND, SUBMISSION, STYLE, ENGINE).hash


def test_the_same_plan_or_none_is_welcome() -> None:
    """A new record and one of the same plan go on."""
    plan = make_plan(ROUND, SUBMISSION, STYLE, ENGINE)
    refuse_changed(None, plan, "t/e")
    refuse_changed(plain(plan.to_json()), plan, "t/e")


def test_a_task_twice_or_too_many_levels_is_refused() -> None:
    """Items have one id each; a round cannot ask for levels that a task does not have."""
    twice = dataclasses.replace(ROUND, tasks=ROUND.tasks * 2)
    with pytest.raises(PlanError, match="share an id"):
        make_plan(twice, SUBMISSION, STYLE, ENGINE)
    high = dataclasses.replace(ROUND, tasks=(RoundTask(TASK, 99, (1,) * 99),))
    with pytest.raises(UnknownNameError, match="99"):
        make_plan(high, SUBMISSION, STYLE, ENGINE)


def test_a_plan_holds_no_target_and_no_question() -> None:
    """Hashes stand for the items: a plan can be shown before a round is revealed."""
    text = json.dumps(make_plan(ROUND, SUBMISSION, STYLE, ENGINE).to_json(), ensure_ascii=False)
    for item in round_items(ROUND):
        assert item.question not in text
        assert not any(option in text for option in item.options if len(option) > 3)


def test_a_template_that_refuses_is_a_plan_error() -> None:
    """A template that raises stops the plan, before any model is loaded."""
    style = PromptStyle("chat", "{{ raise_exception('no') }}")
    with pytest.raises(PlanError, match="refuses"):
        make_plan(ROUND, SUBMISSION, style, ENGINE)


SEALED = dataclasses.replace(ROUND, seed=SealedSeed("5eed" * 16), sealed=True)


def test_a_sealed_plan_names_its_seed_by_a_digest_and_keys_its_hashes() -> None:
    """What is written holds neither the seed nor the hash that a right guess of an item has."""
    plan = make_plan(SEALED, SUBMISSION, STYLE, ENGINE)
    written = plan.to_json()
    text = json.dumps(written)
    assert "5eed5eed" not in text
    assert written["round"]["seed_sha256"] == seed_sha256(SEALED.seed)
    assert "key" not in written
    key = item_key(SEALED.seed)
    for item, open_, row in zip(round_items(SEALED), plan.items, written["items"], strict=True):
        assert open_.item_sha256 == sha256_json(item), (
            "in memory the hashes are open: an engine's are compared with them"
        )
        for kind in ("item", "request", "prompt"):
            digest = getattr(open_, f"{kind}_sha256")
            assert digest not in text
            assert row[f"{kind}_sha256"] == keyed(kind, digest, key)
    assert "5eed5eed" not in repr(plan)
    assert repr(key)[2:-1] not in repr(plan)


def test_a_sealed_plan_is_hashed_as_it_is_written() -> None:
    """So anyone computes its hash from `plan.json` alone; a record of it goes on, and another seed is refused."""
    plan = make_plan(SEALED, SUBMISSION, STYLE, ENGINE)
    written = plan.to_json()
    assert plan.hash == sha256_json({key: value for key, value in written.items() if key != "hash"}) == written["hash"]
    refuse_changed(written, plan, "t/e")
    other = make_plan(dataclasses.replace(SEALED, seed=SealedSeed("0" * 64)), SUBMISSION, STYLE, ENGINE)
    with pytest.raises(PlanChangedError) as caught:
        refuse_changed(written, other, "t/e")
    assert caught.value.fields == ["items", "round.seed_sha256"]


def test_an_open_round_is_planned_as_ever() -> None:
    """Its seed and its open hashes stand in the plan, and nothing says that it is sealed."""
    written = make_plan(ROUND, SUBMISSION, STYLE, ENGINE).to_json()
    assert written["round"] == {
        "name": "tiny",
        "date": "2026-11-22",
        "seed": "s",
        "languages": ["fr", "en"],
        "level_weights": [0.5, 0.5],
    }
    assert [row["item_sha256"] for row in written["items"]] == [sha256_json(item) for item in round_items(ROUND)]
    assert public_round(ROUND).keys() == {field.name for field in dataclasses.fields(Round)} - {
        "sealed",
        "stopping",
        "anchors",
    }


def test_a_sealed_round_without_its_seed_has_no_plan() -> None:
    """Nothing is planned, frozen or made before the drawing."""
    unknown = dataclasses.replace(SEALED, seed=SealedSeed("", CommitmentError("the round is only opened")))
    for attempt in (
        lambda: make_plan(unknown, SUBMISSION, STYLE, ENGINE),
        lambda: public_round(unknown),
        lambda: next(iter(round_items(unknown))),
    ):
        with pytest.raises(CommitmentError, match="only opened"):
            attempt()
