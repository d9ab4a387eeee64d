"""`round.json`: its shape, its order, what it leaves out, and that the same records give the same bytes."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from trial import COUNT, LEVELS, TASKS, frozen, run, table, unlucky, up_to

from leaderboard.publish import round_json
from leaderboard.table import standings_rows, table_from_runs

SPARED = "problem_solving/b: 2 of 60 items are unscored: no place before they are run again"


@pytest.fixture(scope="module")
def schema(checkout: Path) -> dict[str, Any]:
    """The published JSON Schema, itself checked."""
    loaded: dict[str, Any] = json.loads((checkout / "docs/schemas/round.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(loaded)
    return loaded


@pytest.fixture(scope="module")
def full() -> dict[str, Any]:
    """A round with contestants, baselines, and runs that have no place."""
    half = run("delta/half")
    return table(
        run("alpha/two", up_to(2)),
        run("bravo/one", up_to(1)),
        run("charlie/unlucky", lambda row: None if unlucky(row) else float(row.level <= 2)),
        replace(half, scores=half.scores[:50], plan=None),
        run("echo/broken", scores=(), state="failed", reason="the checkpoint has no tokenizer", completions=()),
        run("organisers/oracle", lambda row: 1.0, baseline=True),
        run("organisers/null", lambda row: 0.25 if row.chance else 0.0, baseline=True),
    )


def test_table_fits_its_schema(full: dict[str, Any], schema: dict[str, Any]) -> None:
    """Every kind of run gives a table of the published shape, and so does a round nobody entered."""
    jsonschema.validate(full, schema)
    jsonschema.validate(table(), schema)


def test_schema_refuses_what_it_does_not_know(full: dict[str, Any], schema: dict[str, Any]) -> None:
    """An unknown key, a missing one, or a rank of one number is not a round table."""
    for spoil in (
        lambda row: row.update(target="x"),
        lambda row: row.pop("unscored"),
        lambda row: row.update(rank=[1]),
        lambda row: row["by_task"]["problem_solving/a"]["curve"][0].update(answer="x"),
    ):
        spoiled = json.loads(json.dumps(full))
        spoil(spoiled["standings"][0])
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(spoiled, schema)


def test_order_and_ranks(full: dict[str, Any]) -> None:
    """Contestants by area, then baselines, then what has no place; baselines stand where they would."""
    assert [(row["submission"], row["rank"]) for row in full["standings"]] == [
        ("alpha/two", [1, 2]),
        ("charlie/unlucky", [1, 2]),
        ("bravo/one", [3, 3]),
        ("organisers/oracle", [1, 1]),
        ("organisers/null", [4, 4]),
        ("delta/half", None),
        ("echo/broken", None),
    ]


def test_the_open_division_takes_nobodys_place(full: dict[str, Any], schema: dict[str, Any]) -> None:
    """An entry under other conditions moves no rank and no comparison; it stands apart, where it would have been."""
    contestants = [run("alpha/two", up_to(2)), run("bravo/one", up_to(1))]
    best = run("mike/elsewhere", up_to(3))
    apart = replace(best, conditions={"division": "open", "departures": [{"rule": "engines", "found": "a secret"}]})
    oracle = run("organisers/oracle", lambda row: 1.0, baseline=True)
    alone, beside = table(*contestants, oracle), table(*contestants, oracle, apart)
    jsonschema.validate(beside, schema)
    assert [(row["submission"], row["rank"], row["division"]) for row in beside["standings"]] == [
        ("alpha/two", [1, 1], "controlled"),
        ("bravo/one", [2, 2], "controlled"),
        ("mike/elsewhere", [1, 1], "open"),
        ("organisers/oracle", [1, 1], "controlled"),
    ]
    assert beside["comparisons"] == alone["comparisons"]
    assert beside["standings"][2]["departures"] == ["engines"]
    assert "secret" not in json.dumps(beside)
    assert [row["division"] for row in standings_rows(beside)].count("open") == 1


@pytest.mark.parametrize("said", [None, "refused", "Controlled", ["controlled"]])
def test_what_does_not_say_its_conditions_takes_no_place(said: Any, schema: dict[str, Any]) -> None:
    """Only `controlled`, to the letter, competes: a record without its division, or with a refused one, has no rank."""
    best, others = run("mike/best", up_to(3)), [run("alpha/two", up_to(2)), run("bravo/one", up_to(1))]
    kept = {key: value for key, value in best.conditions.items() if key != "division"}
    made = table(*others, replace(best, conditions=kept if said is None else {**kept, "division": said}))
    jsonschema.validate(made, schema)
    assert [(row["submission"], row["rank"], row["division"]) for row in made["standings"]] == [
        ("alpha/two", [1, 1], "controlled"),
        ("bravo/one", [2, 2], "controlled"),
        ("mike/best", None, "refused"),
    ]
    assert made["standings"][2]["reason"] == "the record does not say that it was made under the round's conditions"
    assert "mike/best" not in json.dumps(made["comparisons"])


def test_energy_is_published_as_measured(schema: dict[str, Any]) -> None:
    """Joules with their scope, per right answer and by task; what was not measured says why."""
    measured = {
        "measured": True,
        "joules": 360.0,
        "scope": "gpu",
        "idle": "subtract",
        "why": "",
        "sessions": ["secret"],
    }
    facts = {"energy": measured, "division": "controlled"}
    made = table(replace(run("alpha/two", up_to(2)), conditions=facts), run("bravo/one"))
    jsonschema.validate(made, schema)
    first, second = (row["energy"] for row in made["standings"])
    assert (first["joules"], first["idle"], first["scope"]) == (360.0, "subtract", "gpu")
    assert first["by_task"] == dict.fromkeys(TASKS, 120.0)
    assert (second["measured"], second["joules"]) == (False, None)
    assert "secret" not in json.dumps(made)


def test_public_conditions_hold_no_words_of_the_machine() -> None:
    """Of the isolation the kind is public, of the budget what is limited, of the environment nothing."""
    budget = {"planned": {"seconds": 60, "joules": None}, "spent": {"seconds": 5.0, "joules": None}, "overrun": ""}
    facts = {
        "isolation": {"kind": "process", "reason": "secret path"},
        "budget": budget,
        "environment": {"A": "secret"},
    }
    made = table(replace(run("alpha/two"), conditions=facts))
    found = made["standings"][0]["conditions"]
    assert found == {"isolation": "process", "budget": {"planned": {"seconds": 60}, "spent": {"seconds": 5.0}}}


def test_a_reason_names_no_folder_of_the_machine() -> None:
    """An error's words may hold the whole path of a file: its last part is enough for whoever reads the standings."""
    reason = "/home/jane/runs/spring-2027/alpha/two/plan.json: this is torn\n  remedy: look at /srv/weights/model"
    made = table(replace(run("alpha/two"), state="failed", reason=reason))
    assert made["standings"][0]["reason"] == "…/plan.json: this is torn\n  remedy: look at …/model"


@pytest.mark.parametrize(
    ("given", "shown"), [("t@example.org", ""), ("https://example.org/t", "https://example.org/t")]
)
def test_an_address_to_write_to_is_the_organisers(given: str, shown: str) -> None:
    """A team's e-mail address is in nothing that everybody may read; a page on the web is."""
    one = run("alpha/two")
    made = table(replace(one, submission={**one.submission, "contact": given}))
    assert made["standings"][0]["declared"]["contact"] == shown
    assert "t@example.org" not in json.dumps(made)


def test_answers_that_came_too_late_are_counted() -> None:
    """The share of questions that a spent budget left unanswered stands beside those cut."""
    whole = run("alpha/slow", up_to(1))
    late: Any = "late"
    scores = tuple(replace(row, category=late) if row.level == 3 else row for row in whole.scores)
    (row,) = table(replace(whole, scores=scores))["standings"]
    assert row["late"] == pytest.approx(1 / 3)
    assert row["by_task"]["understanding/c"]["late"] == pytest.approx(1 / 3)


def test_ties_keep_their_interval_whatever_they_are_called() -> None:
    """Equal submissions have equal intervals; their names decide only which line comes first."""
    rows = table(run("zulu/same", up_to(1)), run("alpha/same", up_to(1)), run("mike/better", up_to(3)))["standings"]
    assert [(row["submission"], row["rank"]) for row in rows] == [
        ("mike/better", [1, 1]),
        ("alpha/same", [2, 3]),
        ("zulu/same", [2, 3]),
    ]


def test_questions_beyond_the_context_are_counted() -> None:
    """The share of questions that a model's context does not hold is beside those unscored and cut."""
    whole = run("alpha/short", up_to(1))
    scores = [replace(row, category="beyond") if row.level == 3 else row for row in whole.scores]
    (row,) = table(replace(whole, scores=scores))["standings"]
    assert row["beyond"] == pytest.approx(1 / 3, abs=0.2)
    assert row["beyond"] == round(sum(one.level == 3 for one in scores) / len(scores), 6)


def test_numbers_by_hand(full: dict[str, Any]) -> None:
    """Two of three levels right everywhere: 2/3 without chance; with chance 1/4 the third level counts -1/3."""
    row = full["standings"][0]
    lone = (1 + 1 - 1 / 3) / 3
    assert row["by_task"]["problem_solving/a"]["area"]["value"] == pytest.approx(2 / 3, abs=1e-6)
    assert row["by_track"]["understanding"]["value"] == pytest.approx(lone, abs=1e-6)
    assert row["area"]["value"] == pytest.approx((2 / 3 + lone) / 2, abs=1e-6)
    assert row["by_language"]["fr"]["value"] == row["area"]["value"]
    assert row["language_gap"]["value"] == 0
    assert row["language_gap"]["low"] < 0 < row["language_gap"]["high"]
    assert (row["level_cleared"], row["by_task"]["understanding/c"]["level_cleared"]) == (2, 2)
    assert row["by_task"]["problem_solving/a"]["by_language"]["en"]["level_cleared"] == 2
    assert (full["tasks"][0]["levels"], full["tasks"][0]["card_levels"]) == (3, 9)
    assert (row["items"], row["seconds"], row["cap_hit"], row["plan"]) == (180, 90.0, 0.1, "p" * 64)
    first = row["by_task"]["understanding/c"]["curve"][0]
    assert (first["level"], first["language"], first["value"], first["items"], first["clusters"]) == (
        1,
        "all",
        1,
        20,
        10,
    )


def test_perfect_answers_say_how_far_the_questions_reach(full: dict[str, Any]) -> None:
    """The levels that the round can certify are those its oracle clears; with four questions a cell there are fewer."""
    oracle = next(row for row in full["standings"] if row["entry"] == "oracle")
    reached = {"level": oracle["level_cleared"], "level_80": oracle["level_cleared_80"]}
    assert full["round"]["certifiable"] == reached
    few = frozen()
    for part in few["round"]["tasks"]:
        part["counts"] = [COUNT, 4, 1]
    found = table_from_runs(few, [])["round"]["certifiable"]
    assert found["level_80"] <= found["level"] < LEVELS


def test_unscored_is_not_wrong(full: dict[str, Any]) -> None:
    """Unscored items leave the mean and are counted where they are."""
    clean, unlucky = full["standings"][:2]
    assert unlucky["area"]["value"] == clean["area"]["value"]
    assert unlucky["unscored"] == pytest.approx(1 / 180, abs=1e-6)
    assert (unlucky["provisional"], clean["provisional"]) == (False, False)
    curve = unlucky["by_task"]["problem_solving/b"]["curve"]
    assert [(p["level"], p["items"], p["unscored"]) for p in curve if p["language"] == "fr"] == [
        (1, 9, 1),
        (2, 10, 0),
        (3, 10, 0),
    ]


def test_leaving_out_the_hard_questions_does_not_pay() -> None:
    """Above 1 % unscored there is no place and nobody is beaten, however good the rest looks."""
    abstains = run("alpha/abstains", lambda row: 1.0 if row.level == 1 or row.index == 0 else None)
    made = table(abstains, run("bravo/honest", lambda row: float(row.index > 1)))
    rows = {row["submission"]: row for row in made["standings"]}
    assert rows["alpha/abstains"]["rank"] is None
    assert rows["alpha/abstains"]["provisional"] is True
    assert "unscored" in rows["alpha/abstains"]["reason"]
    assert rows["bravo/honest"]["rank"] == [1, 1]
    assert made["comparisons"] == []


@pytest.mark.parametrize(("spared", "placed"), [(1, True), (2, False)])
def test_hard_questions_of_one_task_cannot_be_left_out(spared: int, placed: bool) -> None:
    """Below 1 % over all, and above in one task: no rank, and the task is named; one lost item decides nothing."""
    uneven, honest = frozen(), run("alpha/spares", up_to(2))
    for part in uneven["round"]["tasks"][::2]:
        part["counts"] = [4 * COUNT] * LEVELS
    rows = [row for row in honest.scores if row.task == "problem_solving/b"]
    rows = [replace(row, value=None) if k < spared else row for k, row in enumerate(rows)]
    rows += [
        replace(row, item=f"{row.item}.{k}", cluster=f"{row.cluster}.{k}", index=4 * row.index + k)
        for row in honest.scores
        for k in range(4)
        if row.task != "problem_solving/b"
    ]
    assert sum(row.value is None for row in rows) / len(rows) < 0.01
    (row,) = table_from_runs(uneven, [replace(honest, scores=tuple(rows))], replicates=50)["standings"]
    assert (row["rank"] is not None, row["provisional"]) == (placed, not placed)
    assert row["reason"] == ("" if placed else SPARED)


def test_unfinished_runs_have_no_place_and_a_reason(full: dict[str, Any]) -> None:
    """A partial run shows what it has; a failed one its reason; neither has a rank or an area it did not earn."""
    half, broken = full["standings"][-2:]
    assert (half["area"], half["provisional"], half["reason"]) == (None, True, "50 of 180 items have a result")
    assert list(half["by_task"]) == ["problem_solving/a"]
    assert half["by_task"]["problem_solving/a"]["by_language"]["fr"]["area"] is not None
    assert (broken["state"], broken["reason"]) == ("failed", "the checkpoint has no tokenizer")
    assert (broken["by_task"], broken["area"], broken["items"]) == ({}, None, 0)


def test_a_level_where_nothing_is_scored_gives_no_place() -> None:
    """All items run but a whole cell unscored: there is no area, so no rank, and the cell is named."""
    (row,) = table(run("alpha/mute", lambda row: None if (row.level, row.language) == (3, "en") else 1.0))["standings"]
    assert (row["rank"], row["area"]) == (None, None)
    assert row["reason"].startswith("nothing could be scored in problem_solving/a level 3 (en)")
    assert row["by_language"]["fr"]["value"] == 1


def test_comparisons_are_all_pairs_of_contestants(full: dict[str, Any]) -> None:
    """Each pair once, in the order of the standings; a real difference's interval excludes 0."""
    pairs = [(pair["a"], pair["b"], pair["real"]) for pair in full["comparisons"]]
    assert pairs == [
        ("alpha/two", "charlie/unlucky", False),
        ("alpha/two", "bravo/one", True),
        ("charlie/unlucky", "bravo/one", True),
    ]
    for pair in full["comparisons"]:
        assert pair["low"] < pair["difference"] < pair["high"]
        assert pair["real"] == (pair["low"] > 0)


def test_nothing_hidden_is_published(full: dict[str, Any]) -> None:
    """Neither answers, nor the round's seed, nor environments and paths of machines reach round.json."""
    text = json.dumps(full)
    assert "secret" not in text
    assert "hidden" not in text
    assert full["tasks"][0]["samples"] == [
        {"level": 1, "language": "fr", "question": "1 + 1 ?", "options": [], "answer": "2"}
    ]


def test_same_records_same_bytes() -> None:
    """The order in which runs are read changes no byte."""
    runs = [run("alpha/two", up_to(2)), run("bravo/one", lambda row: float(row.index % 3 == 0)), run("charlie/no")]
    first, second = round_json(table(*runs)), round_json(table(*reversed(runs)))
    assert first == second
    assert json.loads(first)["schema"] == "grand-defi/round/3"


def test_rows_for_a_terminal(full: dict[str, Any]) -> None:
    """One flat row each: a shared place as a range, none as an empty text."""
    rows = standings_rows(full)
    assert [row["rank"] for row in rows] == ["1-2", "1-2", "3", "1", "4", "", ""]
    assert rows[0]["area"] == full["standings"][0]["area"]["value"]
    assert (rows[-1]["area"], rows[-1]["state"]) == (None, "failed")
