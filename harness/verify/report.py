"""What a verification says: one verdict a check, and never a silence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from harness.types import Json

Verdict = Literal["ok", "failed", "not checked"]
SCHEMA = "grand-defi/verification/1"


@dataclass(frozen=True, slots=True)
class Check:
    """One question that was put to a record, and the answer."""

    verdict: Verdict
    words: str  # what was compared, or what is wrong, or why nothing could be compared
    where: str = ""  # the file, line or item at fault
    name: str = ""  # of the question; the one who asks all of them gives it


@dataclass(frozen=True, slots=True)
class Report:
    """All answers about one record."""

    record: str
    checks: tuple[Check, ...]
    sealed: bool = True  # whether there is a seal: without one, nothing vouches for the record

    @property
    def failed(self) -> bool:
        """Whether anything is not as it should be."""
        return any(check.verdict == "failed" for check in self.checks)

    @property
    def sentence(self) -> str:
        """The whole in one sentence; what was not checked is never passed over."""
        wrong, open_ = self._names("failed"), self._names("not checked")
        left = f"; not checked: {', '.join(open_)}" if open_ else ""
        if wrong:
            bare = "" if self.sealed else ", and not sealed"
            return f"{self.record}: NOT as it says ({', '.join(wrong)}){bare}{left}."
        if not self.sealed:
            return f"{self.record}: not sealed, so that nothing is proven; what was checked holds{left}."
        if open_:
            return f"{self.record}: what was checked holds{left}."
        return f"{self.record}: everything holds."

    def to_json(self) -> dict[str, Json]:
        """For programs."""
        checks = [{"name": c.name, "verdict": c.verdict, "where": c.where, "what": c.words} for c in self.checks]
        facts = {"failed": self.failed, "sealed": self.sealed}
        return {"schema": SCHEMA, "record": self.record, **facts, "checks": checks}

    def _names(self, verdict: Verdict) -> list[str]:
        return list(dict.fromkeys(check.name for check in self.checks if check.verdict == verdict))


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 line, 2 lines; `many` is the plural that takes more than an s."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def ok(words: str) -> Check:
    """Compared, and as it should be."""
    return Check("ok", words)


def failed(where: str, words: str) -> Check:
    """Compared, and not as it should be; or so damaged that nothing can be compared."""
    return Check("failed", words, where)


def not_checked(words: str) -> Check:
    """Not compared: what that would need is not at hand."""
    return Check("not checked", words)
