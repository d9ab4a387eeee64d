"""A page for each task."""

from __future__ import annotations

from collections.abc import Iterator

from harness.types import Json
from leaderboard.site import samples
from leaderboard.site.site import Site

FLAGS = ("too_easy", "too_hard", "negative", "key")


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """Every task's page."""
    for name, task in site.view.tasks.items():
        path = site.view.task_pages[name]
        rows, *others = site.view.on_task(name)
        shown = samples.by_level(task, site.say.code)
        groups = [group for group in zip(("open", "baselines"), others, strict=True) if group[1]]
        questions = site.sources.items.count(name) if site.sources.items else 0
        values = {"task": task, "rows": rows, "groups": groups, "samples": shown, "questions": questions}
        values |= {
            "judged": any(sample.get("bad") for _, found in shown for sample in found),
            "quality": _quality(task),
        }
        yield path, site.render("task.html.j2", path, **values)


def _quality(task: Json) -> Json:
    """What is known of the task's items, with the sums over its levels; None where nothing is."""
    found = task.get("quality")
    if not found:
        return None
    total = {name: sum(level[name] for level in found["levels"]) for name in ("items", *FLAGS)}
    return {**found, "total": total, "flags": FLAGS}
