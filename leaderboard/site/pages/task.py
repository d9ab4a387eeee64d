"""A page for each task."""

from __future__ import annotations

from collections.abc import Iterator

from leaderboard.site import samples
from leaderboard.site.site import Site


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """Every task's page."""
    for name, task in site.view.tasks.items():
        path = site.view.task_pages[name]
        rows, *others = site.view.on_task(name)
        shown = samples.by_level(task, site.say.code)
        groups = [group for group in zip(("open", "baselines"), others, strict=True) if group[1]]
        yield path, site.render("task.html.j2", path, task=task, rows=rows, groups=groups, samples=shown)
