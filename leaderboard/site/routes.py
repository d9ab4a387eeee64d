"""Where every page lives, and how pages point at one another: relative links only, so any folder is a host.

A file name is a pure, injective function of what it shows: names that are safe as they are keep themselves, any other
gets a hash of the original, behind a `~` that no safe name can hold.
"""

from __future__ import annotations

import re

from leaderboard import names

HOME = "index.html"
METHOD = "method.html"
COMPARE = "compare.html"
TRADEOFFS = "tradeoffs.html"
ABOUT = "about.html"
RULES = "rules.html"
THREATS = "threats.html"
GLOSSARY = "glossary.html"
ACCESSIBILITY = "accessibility.html"
CHANGELOG = "changelog.html"
PRESS = "press.html"
EMBED = "embed.html"
DATA = "data.html"
ROUND_CARD = "og/round.png"
ITEMS = "items/index.html"
QUESTIONS = "data/outcomes/questions.json"
ROUND_JSON = "round.json"
ICON = "assets/icon.svg"
ROUNDS = "rounds"  # these three: in the publication's root
ROUNDS_JSON = "rounds.json"
NOT_FOUND = "404.html"

slug = names.slug


def standings_page(number: int) -> str:
    """Path of a page of the standings, below its language's folder; the first is the front page."""
    return HOME if number == 1 else f"standings/{number}.html"


def submission_page(team: str, entry: str) -> str:
    """Path of a submission's page, below its language's folder."""
    return f"submissions/{slug(team)}--{slug(entry)}.html"


def task_page(name: str, number: int = 1) -> str:
    """Path of a page of a task (`track/task`), below its language's folder; from the second on only of its results."""
    track, _, task = name.partition("/")
    return f"tasks/{slug(track)}--{slug(task)}{'' if number == 1 else f'--{number}'}.html"


def items_page(task: str) -> str:
    """Path of the list of a task's questions, below its language's folder."""
    track, _, name = task.partition("/")
    return f"items/{slug(track)}--{slug(name)}/index.html"


def item_page(item: str) -> str:
    """Path of a question's page, below its language's folder: for good, as an item's id never changes."""
    track, task, *rest = item.split("/")
    place = "--".join(slug(part.lower() if re.fullmatch(r"L\d+", part) else part) for part in rest)
    return f"items/{slug(track)}--{slug(task)}/{place}.html"


def to_home(path: str) -> str:
    """The prefix that leads from a page (its path below its language's folder) back to that folder."""
    return "../" * path.count("/")


def badge(team: str, entry: str, language: str) -> str:
    """Path of a submission's badge, below its round's folder."""
    return f"badges/{slug(team)}--{slug(entry)}.{language}.svg"


def card(team: str, entry: str) -> str:
    """Path of a submission's picture for shared links (Open Graph), below its round’s folder; for both languages."""
    return f"og/{slug(team)}--{slug(entry)}.png"


def submission_data(team: str, entry: str) -> str:
    """Path of a submission's part of the data, below its round's folder."""
    return f"data/submissions/{names.submission_part(team, entry)}.json"


def curve_file(team: str, entry: str) -> str:
    """Path of a submission's curves as CSV, below its round's folder."""
    return f"data/curves/{slug(team)}--{slug(entry)}.csv"


def outcome_file(team: str, entry: str) -> str:
    """Path of a submission's scores on the questions that anybody may read, below its round's folder."""
    return f"data/outcomes/{slug(team)}--{slug(entry)}.json"


def round_folder(name: str) -> str:
    """A round's folder, below the publication's root; from another round's root it is `../` and its last part."""
    return f"{ROUNDS}/{slug(name)}"
