"""XWinograd (Tikhonov and Ryabinin 2021, arXiv:2106.12066): what a pronoun refers to, of two candidates.

Scored as lm-evaluation-harness's `xwinograd` does, by the partial evaluation of Trinh and Le (2018): the candidate
that, put in the pronoun's place, makes the rest of the sentence likelier. There, the rest is weighed after two prompts.
Here, one prompt ends before the pronoun, and four continuations are weighed after it, each candidate with the rest and
each one alone: log p(candidate, rest) - log p(candidate) is log p(rest | candidate), the same number wherever a
tokenizer splits between words. `full` among the metrics weighs each candidate with the rest.

The first 300 English rows and all French and Portuguese ones, read from a mirror folder: the source mixes languages.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Sequence
from pathlib import Path

from harness.public import PublicTask, Row
from harness.task import Telling
from harness.types import Completion, Item, Score

_GAP = "_"
_QUOTES = {"``": '"', "''": '"'}  # as the tokens have them, and the sentences


class XWinograd(PublicTask):
    """Sentences with a pronoun that only sense can resolve."""

    parallel = False

    def documents(self, level: int, language: str) -> Sequence[Row]:
        """The rows of the language. The file has no header: its first row stands where the columns' names would."""
        rows = self.source.rows("test")
        return [row for row in (list(rows[0]), *(list(row.values()) for row in rows)) if row[0] == language]

    def tell(self, structure: Row, language: str) -> Telling:
        """The sentence with a gap; its options are the candidates with the rest, then the candidates alone."""
        *_, sentence, tokens, pronoun, candidates = structure
        said, (first, _), _ = json.loads(pronoun)
        start = _start(sentence, json.loads(tokens), first)
        head, rest = sentence[:start], sentence[start + len(said) :]
        space = head[len(head.rstrip()) :]
        names = [name for name, *_ in json.loads(candidates)]
        options = (*(f"{space}{name} {rest.strip()}" for name in names), *(f"{space}{name}" for name in names))
        target = [right for *_, right in json.loads(candidates)].index(True)
        return Telling(f"{head}{_GAP}{rest}", target, options, {"pronoun": said})

    def prompt(self, item: Item) -> str | None:
        """What precedes the pronoun."""
        return item.question.partition(_GAP)[0].rstrip()

    def score(self, item: Item, completion: Completion) -> Score:
        """The candidate after which the rest is likelier."""
        whole = super().score(item, completion)
        if not whole.answer:  # nothing was weighed
            return whole
        full = completion.option_logprobs[: len(item.options) // 2]
        alone = completion.option_logprobs[len(full) :]
        rests = tuple(_less(both, name) for both, name in zip(full, alone, strict=True))
        shown = dataclasses.replace(item, options=item.options[: len(full)])
        partial = super().score(shown, dataclasses.replace(completion, option_logprobs=rests))
        entire = super().score(shown, dataclasses.replace(completion, option_logprobs=full))
        return dataclasses.replace(partial, metrics={"full": entire.value or 0.0})


def _start(sentence: str, tokens: Sequence[str], place: int) -> int:
    """Where a token begins in its sentence."""
    at = 0
    for token in tokens[:place]:
        text = _QUOTES.get(token, token)
        at = sentence.index(text, at) + len(text)
    return sentence.index(tokens[place], at)


def _less(both: float, first: float) -> float:
    """From log p(first, rest) and log p(first), log p(rest | first); what is impossible stays so."""
    return both - first if both > -math.inf else both


TASK = XWinograd(Path(__file__).parent)
