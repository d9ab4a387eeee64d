"""Where every page lives, and how pages point at one another: relative links only, so any folder is a host.

A file name is a pure, injective function of what it shows: names that are safe as they are keep themselves, any other
gets a hash of the original, behind a `~` that no safe name can hold.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

HOME = "index.html"
METHOD = "method.html"
ROUND_JSON = "round.json"
ICON = "assets/icon.svg"

_SAFE = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_LONGEST = 60  # two of these, a folder and a suffix stay under every file system's 255 bytes
_HASH_DIGITS = 16


def slug(name: str) -> str:
    """A file name part of lower-case letters, digits and `. _ -`; different names never share one."""
    if len(name) <= _LONGEST and _SAFE.fullmatch(name):
        return name
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", ascii_name.lower())
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_DIGITS]
    return f"{'-'.join(words)[:40].strip('-') or 'x'}~{digest}"


def submission_page(team: str, entry: str) -> str:
    """Path of a submission's page, below its language's folder."""
    return f"submissions/{slug(team)}--{slug(entry)}.html"


def task_page(name: str) -> str:
    """Path of a task's page (`track/task`), below its language's folder."""
    track, _, task = name.partition("/")
    return f"tasks/{slug(track)}--{slug(task)}.html"


def to_home(path: str) -> str:
    """The prefix that leads from a page (its path below its language's folder) back to that folder."""
    return "../" * path.count("/")
