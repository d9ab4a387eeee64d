"""chrF of a text against references, by sacrebleu, cheap enough to be asked for every item.

chrF (Popović 2015, doi 10.18653/v1/W15-3049) is an F-score of character n-grams up to six, with recall counting beta
times as much as precision; chrF++ (Popović 2017, doi 10.18653/v1/W17-4770) adds words and pairs of words. The same
figures as a module of the `evaluate` library: `harness/metrics/modules/chrf`.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sacrebleu.metrics.chrf import CHRF

CHAR_ORDER, WORD_ORDER, BETA = 6, 2, 2


def chrf(said: str, references: Sequence[str], word_order: int = WORD_ORDER) -> float:
    """The chrF of one text against the closest of its references, in [0, 1]; chrF++ unless `word_order` is 0.

    Character n-grams are taken across spaces, and orders longer than the shorter text are left out.
    """
    return float(scorer(CHAR_ORDER, word_order, BETA).sentence_score(said, list(references)).score) / 100


@functools.cache
def scorer(char_order: int, word_order: int, beta: int) -> CHRF:
    """Built once for each setting; sacrebleu is heavy to import, and listing tasks does not need it."""
    from sacrebleu.metrics.chrf import CHRF

    return CHRF(char_order=char_order, word_order=word_order, beta=beta)
