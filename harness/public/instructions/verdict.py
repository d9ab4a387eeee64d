"""Whether a text follows its instructions, strictly and loosely (Zhou et al. 2023, section 2.2).

Loosely, an instruction is followed if it is after the first line, the last line, both, or all stars are taken away:
an opening such as "Sure, here it is:" or Markdown's emphasis then costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.errors import UnknownNameError
from harness.public.instructions import english, french, spanish
from harness.public.instructions.base import Rule, Settings
from harness.public.instructions.rare import RULES as RARE
from harness.task import Judgement

LONGEST_READ = 60_000  # characters: no answer within a benchmark's budget is longer
RULES: Mapping[str, Rule] = {
    **english.RULES,
    **{f"fr:{kind}": rule for kind, rule in french.RULES.items()},
    **{f"es:{kind}": rule for kind, rule in spanish.RULES.items()},
    **RARE,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which instructions are followed, in their order."""

    strict: tuple[bool, ...]
    loose: tuple[bool, ...]


def follows(text: str, kind: str, settings: Settings) -> bool:
    """Whether a text follows one instruction; a blank one follows none. UnknownNameError on a kind without a rule."""
    if kind not in RULES:
        raise UnknownNameError("kind of instruction", kind, RULES, where="instructions")
    return bool(text.strip()) and RULES[kind](text, settings)


def verdict(text: str, kinds: Sequence[str], settings: Sequence[Settings]) -> Verdict:
    """Every instruction's verdict on the first `LONGEST_READ` characters of a text."""
    text = text[:LONGEST_READ]
    forms, strict, loose = dict.fromkeys(_forms(text)), [], []
    for kind, own in zip(kinds, settings, strict=True):
        strict.append(follows(text, kind, own))
        loose.append(strict[-1] or any(follows(form, kind, own) for form in forms))
    return Verdict(tuple(strict), tuple(loose))


def judged(text: str, kinds: Sequence[str], settings: Sequence[Settings], *, value: str = "strict") -> Judgement:
    """The prompt-level verdict as the value, strict or loose; all four usual figures among the metrics."""
    found = verdict(text, kinds, settings)
    metrics = {
        "strict": float(all(found.strict)),
        "loose": float(all(found.loose)),
        "strict_instructions": sum(found.strict) / len(kinds),
        "loose_instructions": sum(found.loose) / len(kinds),
    }
    missed = [kind for kind, kept in zip(kinds, getattr(found, value), strict=True) if not kept]
    reason = f"not followed: {', '.join(missed)}" if missed else ""
    return Judgement(metrics[value], text[:2000], reason, metrics)


def _forms(text: str) -> list[str]:
    """A text without its first line, its last line or both, each with its stars and without them."""
    lines = text.split("\n")
    forms = [text, *("\n".join(part).strip() for part in (lines[1:], lines[:-1], lines[1:-1]))]
    return [*forms, *(form.replace("*", "") for form in forms)]
