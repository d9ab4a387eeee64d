"""Names of teams, entries and tasks as parts of file names: pure and injective.

A name that is safe as it is keeps itself; any other gets a hash of it, behind a `~` that no safe name can hold.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

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


def submission_part(team: str, entry: str) -> str:
    """`TEAM--ENTRY`, as every file of a submission is called."""
    return f"{slug(team)}--{slug(entry)}"
