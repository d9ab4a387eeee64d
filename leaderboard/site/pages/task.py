"""A page for each task; and, beyond `ROWS` submissions, the pages on which its results go on."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from harness.types import Json
from leaderboard.site import reasons, routes, samples, task_results
from leaderboard.site.paging import ROWS, batches
from leaderboard.site.site import Site

_REASON = 400  # characters of a reason that nobody translates
FLAGS = ("too_easy", "too_hard", "negative", "key")


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """Every task's page, then the further pages of its results."""
    for name, task in site.view.tasks.items():
        contestants, apart, baselines = site.view.on_task(name)
        pager = batches(len(contestants) + len(apart), ROWS, functools.partial(routes.task_page, name))
        for batch in pager:
            groups = task_results.shown(contestants, apart, baselines, batch)
            bodies = list(task_results.bodies(site, task, groups, routes.to_home(batch.path)))
            shared: dict[str, Any] = {"task": task, "bodies": bodies, "pager": pager, "here": batch}
            if batch.first > 1:
                yield batch.path, site.render("task_more.html.j2", batch.path, **shared)
            else:
                shared |= {"rows": contestants, **_first(site, task)}
                yield batch.path, site.render("task.html.j2", batch.path, **shared)


def _first(site: Site, task: Json) -> dict[str, Any]:
    """What only a task's first page has beside its results: its samples, and what its questions are worth."""
    shown = samples.by_level(task, site.say.code)
    return {
        "samples": shown,
        "questions": site.sources.items.count(task["name"]) if site.sources.items else 0,
        "judged": any(sample.get("bad") for _, found in shown for sample in found),
        "quality": _quality(task),
        "reason": lambda text: reasons.reason(text, site.say, task["name"], _REASON),
    }


def _quality(task: Json) -> Json:
    """What is known of the task's items, with the sums over its levels; None where nothing is."""
    found = task.get("quality")
    if not found:
        return None
    total = {name: sum(level[name] for level in found["levels"]) for name in ("items", *FLAGS)}
    return {**found, "total": total, "flags": FLAGS}
