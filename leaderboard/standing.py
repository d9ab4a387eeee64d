"""One submission's row of `round.json`: its run and its estimates put into words and numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Protocol

from harness.metrics.intervals import PROVISIONAL
from harness.types import Completion, Json, ScoreRow
from leaderboard.discretion import pathless
from leaderboard.energy import energy_row
from leaderboard.ranking import Design, Interval
from leaderboard.ranking.rows import as_rows, rates, tally, unscored
from leaderboard.ranking.summary import Summary, TaskSummary

_DECLARED = (
    "license",
    "languages",
    "parameters",
    "dtype",
    "prompting",
    "training_data",
    "contact",
    "context_length",
    "engine",
)
# the environment may name paths and people, and so may the words of an isolation that failed
_PUBLIC_CONDITIONS = ("hardware", "system", "packages", "network", "inference", "budget")
_BUDGET = ("planned", "spent")
_SIZES = ((10**9, "under_1b"), (10**10, "1b_to_10b"), (10**11, "10b_to_100b"))  # parameters below, class
_FEW = 2  # unscored items of a task from which its share of them counts: one lost item of a small round is bad luck


class Run(Protocol):
    """What a standing needs of a run; `harness.record.Run` has it."""

    @property
    def team(self) -> str:
        """The team's name."""

    @property
    def entry(self) -> str:
        """The entry's name."""

    @property
    def submission(self) -> Mapping[str, Json]:
        """The fields of `types.Submission`."""

    @property
    def plan(self) -> Mapping[str, Json] | None:
        """The plan, of which only the hash is published."""

    @property
    def completions(self) -> Sequence[Completion]:
        """Raw answers, for the time they took."""

    @property
    def scores(self) -> Sequence[ScoreRow]:
        """The judgements."""

    @property
    def conditions(self) -> Mapping[str, Json]:
        """Hardware, packages, energy."""

    @property
    def state(self) -> str:
        """Where the run stands; only "scored" gives a place."""

    @property
    def reason(self) -> str:
        """Why, in words the team can act on."""


def run_id(run: Run) -> str:
    """`TEAM/ENTRY`."""
    return f"{run.team}/{run.entry}"


def division(run: Run) -> str:
    """`controlled`, `open` where a run was made under other conditions than the round's, `refused` for any other word.

    What has not been run to its end yet may not say it; what has, and does not, takes no place.
    """
    said = run.conditions.get("division")
    if said is None and run.state != "scored":
        return "controlled"
    return said if said in ("controlled", "open") else "refused"


def contests(run: Run) -> bool:
    """Whether a run may take a place: baselines and the open division take nobody's."""
    return not run.submission.get("baseline", False) and division(run) == "controlled"


def size_class(parameters: int | None) -> str:
    """The class of so many parameters, in tenfold steps; `none` of a baseline, which has none, `unknown` unsaid."""
    if not parameters:
        return "unknown" if parameters is None else "none"
    return next((name for bound, name in _SIZES if parameters < bound), "from_100b")


def shortfall(design: Design, run: Run) -> str:
    """What keeps a run from a place, in words; empty when every item was run and every cell has a scored one.

    At most 1 % of the items may be unscored, over all and in each task (one item apart, which decides nothing there).
    """
    if run.state != "scored":
        return run.reason or f"the run is {run.state}"
    if division(run) == "refused":
        return "the record does not say that it was made under the round's conditions"
    expected = {
        (task.name, level, language): count
        for task in design.tasks
        for level, count in enumerate(task.counts, 1)
        for language in task.languages
    }
    ran = tally(run.scores)
    done = sum(min(items, expected.get(cell, 0)) for cell, (items, _) in ran.items())
    if done < sum(expected.values()):
        return f"{done} of {sum(expected.values())} items have a result"
    if blank := [
        f"{task} level {level} ({language})"
        for task, level, language in expected
        if expected[task, level, language] and not ran.get((task, level, language), (0, 0))[1]
    ]:
        return f"nothing could be scored in {', '.join(blank[:3])}" + (" …" if len(blank) > 3 else "")
    lost = rates(run.scores)["unscored"]
    if lost > PROVISIONAL:  # or leaving out the hard questions would pay
        return f"{lost:.1%} of the items are unscored: no place before they are run again"
    return _spared(design, run.scores)


def unasked(items: int) -> str:
    """What keeps a run from a place whose ladders are not finished; empty when they are."""
    return f"{items} items are still to be asked" if items else ""


def _spared(design: Design, rows: Sequence[ScoreRow]) -> str:
    """The tasks in which too much is unscored: hard items of one skill would vanish among those of all others."""
    found = unscored(rows)
    for task in design.tasks:
        lost, asked = found.get(task.name, (0, 0))
        if lost >= _FEW and lost / asked > PROVISIONAL:
            return f"{task.name}: {lost} of {asked} items are unscored: no place before they are run again"
    return ""


def standing_row(run: Run, place: int, summary: Summary, ranks: tuple[int, int] | None, short: str) -> dict[str, Json]:
    """The row of the submission at `place` in the summary's arrays; `short` says why it has no rank, if so."""
    shares, submission = rates(run.scores), run.submission
    half, most = summary.cleared.values()
    return {
        "submission": run_id(run),
        "team": run.team,
        "entry": run.entry,
        "title": submission.get("title", ""),
        "baseline": bool(submission.get("baseline", False)),
        "country": submission.get("country") or None,
        "weights": submission.get("weights") or "unknown",
        "size_class": size_class(submission.get("parameters")),
        "division": division(run),
        "departures": [one["rule"] for one in run.conditions.get("departures", ())],
        "state": run.state,
        "reason": pathless(run.reason or (short if run.state == "scored" else "")),  # other states say it by themselves
        "provisional": bool(short) or shares["unscored"] > PROVISIONAL,
        "rank": list(ranks) if ranks else None,
        "level_cleared": int(half[place]),
        "level_cleared_80": int(most[place]),
        "area": interval(summary.area, place),
        "by_task": _by_task(run, place, summary),
        "by_track": {track: interval(area, place) for track, area in summary.by_track.items()},
        "by_language": {language: interval(area, place) for language, area in summary.by_language.items()},
        "language_gap": interval(summary.gap, place) if summary.gap else None,
        "energy": energy_row(run.conditions.get("energy"), run.completions, run.scores),
        **shares,
        "items": sum(items for items, _ in tally(run.scores).values()),
        "seconds": sum(completion.seconds for completion in run.completions),
        "declared": {**{key: submission.get(key) for key in _DECLARED}, "contact": _contact(submission)},
        "digest": submission.get("digest", ""),
        "plan": run.plan.get("hash") if run.plan else None,
        "conditions": _public(run.conditions),
    }


def _contact(submission: Mapping[str, Json]) -> str:
    """A web address; an e-mail address was given to the organisers, to write to, and not to everybody."""
    said = str(submission.get("contact") or "")
    return said if said.startswith("https://") else ""


def _public(conditions: Mapping[str, Json]) -> dict[str, Json]:
    """What anyone may read of a record's conditions: of the isolation its kind alone, of budgets those there are."""
    found = {key: conditions[key] for key in _PUBLIC_CONDITIONS if key in conditions}
    if "budget" in found:
        planned, spent = ({k: v for k, v in found["budget"][key].items() if v is not None} for key in _BUDGET)
        found["budget"] = {"planned": planned, "spent": spent} if planned else {}
    isolation = conditions.get("isolation")
    return {**found, "isolation": isolation.get("kind", "none")} if isolation else found


def interval(estimate: Interval, place: int) -> dict[str, float] | None:
    """One submission's value with its bounds; None where a mean it needs does not exist."""
    value = float(estimate.value[place])
    if math.isnan(value):
        return None
    return {"value": value, "low": float(estimate.low[place]), "high": float(estimate.high[place])}


def _by_task(run: Run, place: int, summary: Summary) -> dict[str, Json]:
    """The tasks of which anything was run."""
    found = as_rows(run.scores)
    chosen = {name: task for name, task in summary.tasks.items() if name in found.layout.tasks}
    return {name: _task(task, place, rates(found, name)) for name, task in chosen.items()}


def _task(task: TaskSummary, place: int, shares: Mapping[str, float]) -> dict[str, Json]:
    half, most = task.cleared.values()
    return {
        "level_cleared": int(half[place]),
        "level_cleared_80": int(most[place]),
        "area": interval(task.area, place),
        "by_language": {
            language: {
                "level_cleared": int(task.language_cleared[language][place]),
                "area": interval(area, place),
            }
            for language, area in task.language_area.items()
        },
        "curve": _curve(task, place),
        **shares,
    }


def _curve(task: TaskSummary, place: int) -> list[dict[str, Json]]:
    points = []
    for stratum, estimates in task.points:
        for language, estimate in estimates.items():
            own = slice(None) if language == "all" else stratum.languages.index(language)
            groups = stratum.groups if language == "all" else stratum.language_groups[own]
            bounds: dict[str, Json] = {"value": None, "low": None, "high": None, **(interval(estimate, place) or {})}
            points.append(
                {
                    "level": stratum.level,
                    "language": language,
                    **bounds,
                    "items": int(stratum.items[own, place].sum()),
                    "clusters": int(groups[place]),
                    "unscored": int(stratum.unscored[own, place].sum()),
                }
            )
    return points
