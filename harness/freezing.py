"""A round, frozen when it first runs: for the leaderboard, which loads no task, and against later changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from harness.canonical import changed_fields, plain, sha256_json
from harness.config import generator_digests
from harness.dialogue import right_answer
from harness.errors import PlanChangedError
from harness.examples import judged_examples
from harness.plan import public_round
from harness.record import RoundPaths, freeze_round, list_runs, read_json
from harness.task import is_public, load_task
from harness.types import Json, Round

SAMPLES_SEED = "public samples"  # of the items a task's page shows: no round may use it


def freeze(paths: RoundPaths, round_: Round) -> None:
    """Write the round, its tasks' cards and sample items for the leaderboard, which loads no task.

    PlanChangedError when the round has been run with another configuration: what is published keeps its round. Its
    title may change, and submissions may be added. CommitmentError when it is sealed and has no seed yet.
    """
    cards = [load_task(part.name).card for part in round_.tasks]
    before = read_json(paths.frozen)
    frozen = plain({"round": public_round(round_), "cards": cards, **_drawn(round_, before or {})})
    begun = any(run.plan.exists() for run in list_runs(paths))  # before the first plan, nothing depends on it
    if begun and before is not None and (changed := _changed_round(before["round"], frozen["round"])):
        raise PlanChangedError(f"round {round_.name}", changed)
    freeze_round(paths, frozen)


def _changed_round(before: Mapping[str, Json], after: Mapping[str, Json]) -> list[str]:
    """What of a round is not as it was opened, but for its title and its list of submissions."""
    free = {"title", "submissions"}
    old, new = ({key: value for key, value in facts.items() if key not in free} for facts in (before, after))
    return list(changed_fields(old, new))


def _drawn(round_: Round, before: Mapping[str, Json]) -> dict[str, Json]:
    """The sample items; those drawn `before` where the same code and the same tasks would draw and judge them again."""
    parts = [[part.name, part.levels] for part in round_.tasks]
    key = sha256_json({"parts": parts, "generator": generator_digests(round_)})
    if before.get("samples_of") == key:
        return {"samples_of": key, "samples": before["samples"]}
    samples = [row for part in round_.tasks for row in _samples(part.name, part.levels)]
    judged = [said for row in samples for said in (row["good"], row["bad"]) if said]
    whole = all(said["value"] is not None for said in judged)  # or a machine with a sandbox judges them again
    return {"samples_of": key if whole else "", "samples": samples}


def _samples(name: str, levels: int) -> Iterable[dict[str, Json]]:
    """One item of each level and language, with its answer; drawn from a seed that no round uses."""
    task = load_task(name)
    for level in range(1, levels + 1 if not is_public(name) else 1):  # whose rows are others' to publish
        for language in task.card.languages:
            (item,) = task.items(level, language, SAMPLES_SEED, 1)
            instruction = "\n\n".join(m.content for m in task.request(item).messages if m.role == "system")
            yield {
                "task": name,
                "level": level,
                "language": language,
                "question": f"{instruction}\n\n{item.question}".strip(),
                "options": list(item.options),
                "answer": right_answer(task, item),
                **judged_examples(task, item, SAMPLES_SEED),
            }
