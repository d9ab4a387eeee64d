"""The questions that everybody may read: a list for each task, and for each question what submissions answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.types import Json
from leaderboard.item_data import path_of, standings_order
from leaderboard.revealed import SHOWN, Answer, Revealed, ShownItem
from leaderboard.site import routes
from leaderboard.site.language import Language
from leaderboard.site.literal import LONGEST, QUESTION, excerpt, literal
from leaderboard.site.reasons import Said, reason
from leaderboard.site.site import Site
from leaderboard.site.sources import Sources

_EXCERPT = 240  # characters of a question in the list: what the search looks through
_ORDER = ("right", "partial", "wrong", "cut", "beyond", "late", "unscored")


def exists(sources: Sources) -> bool:
    """Whether the round has questions to show."""
    return sources.items is not None and any(task in sources.items.tasks for task in _names(sources.table))


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """The overview, a list for each task, and a page for each question."""
    items = site.sources.items
    if items is None or not exists(site.sources):
        return
    withheld = sum(items.withheld(name) for name in site.view.tasks)
    yield routes.ITEMS, site.render("items.html.j2", routes.ITEMS, items=items, withheld=withheld)
    for name in (name for name in site.view.tasks if name in items.tasks):
        yield from _task_pages(site, items, site.view.tasks[name])


@dataclass(frozen=True, slots=True)
class _Told:
    """An answer as a page prints it."""

    answer: Answer
    text: str
    more: int  # characters that are left out
    read: str
    reason: Said


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of a task's list."""

    href: str
    level: int
    language: str
    number: int
    excerpt: str
    right: int
    total: int


def _task_pages(site: Site, items: Revealed, task: Json) -> Iterator[tuple[str, str]]:
    name = task["name"]
    # One task's items are in memory at a time, with answers of the submissions shown; see `leaderboard.revealed`.
    found = list(items.load(name, standings_order(site.view.table)))
    numbers = _numbers(found)
    rows = [_row(item, numbers[item.id]) for item in found]
    path = routes.items_page(name)
    shared = {"task": task, "items": items, "data": path_of(name)}
    levels = sorted({row.level for row in rows})
    languages = list(dict.fromkeys(row.language for row in rows))
    yield path, site.render("items_task.html.j2", path, scripts=("items",), rows=rows, levels=levels, spoken=languages,
                            **shared)  # fmt: skip
    tellings: dict[str, list[ShownItem]] = {}
    for item in found:
        tellings.setdefault(item.cluster, []).append(item)
    for before, item, after in zip([None, *found[:-1]], found, [*found[1:], None], strict=True):
        path = routes.item_page(item.id)
        values = {
            "item": item,
            "number": numbers[item.id],
            "before": before,
            "after": after,
            "tellings": [other for other in tellings[item.cluster] if other.id != item.id],
            "counts": [(category, item.counts[category]) for category in _ORDER if category in item.counts],
            "total": sum(item.counts.values()),
            "answers": [_told(answer, site.say, name) for answer in item.answers],
            "missing": max(len(items.submissions) - SHOWN, 0),
            "asked": _asked(item.messages),
            "options": [literal(option) for option in item.options],
            "expected": literal(item.answer[:QUESTION]),
        }
        yield path, site.render("item.html.j2", path, **shared, **values)


def _names(table: Json) -> list[str]:
    return [task["name"] for task in table["tasks"]]


def _numbers(items: Sequence[ShownItem]) -> dict[str, int]:
    """Each question's number within its level and language, from 1."""
    seen: Counter[tuple[int, str]] = Counter()
    numbers = {}
    for item in items:
        seen[item.level, item.language] += 1
        numbers[item.id] = seen[item.level, item.language]
    return numbers


def _row(item: ShownItem, number: int) -> _Row:
    href = routes.item_page(item.id).rpartition("/")[2]
    counted = sum(item.counts.values())
    shown = excerpt(item.question, _EXCERPT)
    return _Row(href, item.level, item.language, number, shown, item.counts.get("right", 0), counted)


def _told(answer: Answer, say: Language, task: str) -> _Told:
    text, read = (literal(one[:LONGEST]) for one in (answer.text, answer.read))
    said, taken = " ".join(text.split()), " ".join(read.split())
    same = said == taken or (len(taken) > _EXCERPT and said.startswith(taken))  # what is read may be cut
    return _Told(
        answer, text, max(len(answer.text) - LONGEST, 0), "" if same else read, reason(answer.reason, say, task)
    )


def _asked(messages: Sequence[Json]) -> dict[str, Json]:
    """A prompt in parts: what is to be done, the worked examples, and the question."""
    shown = [{"role": one["role"], "text": literal(one["content"][:QUESTION])} for one in messages]
    return {
        "instructions": [one for one in shown[:-1] if one["role"] == "system"],
        "examples": [one for one in shown[:-1] if one["role"] != "system"],
        "question": shown[-1],
        "more": max(len(messages[-1]["content"]) - QUESTION, 0),
    }
