"""What a code means, why the rule exists, what to do, and an example of what breaks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.errors import UnknownNameError
from harness.intake.strict import parse_yaml
from harness.intake.verdict import explanations

_PAGE = Path(__file__).with_name("explanations.yaml")


@dataclass(frozen=True, slots=True)
class Explanation:
    """All there is to say about one code."""

    code: str
    meaning: str
    why: str
    remedy: str
    example: str

    def __str__(self) -> str:
        """Five lines for a terminal."""
        parts = {"why": self.why, "remedy": self.remedy, "example": self.example}
        return "\n".join([f"{self.code}: {self.meaning}", *(f"  {key}: {text}" for key, text in parts.items())])


def explain(code: str) -> tuple[Explanation, ...]:
    """One code's explanation, or those of `all`; UnknownNameError lists the codes, nearest first."""
    known = _all()
    if code == "all":
        return tuple(known.values())
    if code not in known:
        raise UnknownNameError("code", code, [*known, "all"])
    return (known[code],)


def _all() -> Mapping[str, Explanation]:
    """Every code, in the order in which findings are shown."""
    more = parse_yaml(_PAGE.read_bytes())
    return {code: Explanation(code, meaning, **more[code]) for code, meaning in explanations().items()}
