"""chrF and chrF++ of translations as a module of the `evaluate` library, computed by sacrebleu.

`evaluate.load("harness/metrics/modules/chrf")`, then
`compute(predictions=["the cat"], references=[["the cat", "a cat"]], word_order=2)`: predictions are texts, references
one or more texts each, and their number may vary. `score` is of the whole corpus (n-grams counted over all texts),
`scores` of each text, both in [0, 100] as sacrebleu has them; `signature` is sacrebleu's own. Of a single text, the
figure is that of `harness.metrics.chrf.chrf`.
"""

from collections.abc import Sequence
from itertools import zip_longest

import datasets
import evaluate

from harness.metrics.chrf import BETA, CHAR_ORDER, scorer

_DESCRIPTION = "Character n-gram F-score of translations; with word_order=2, chrF++. Computed by sacrebleu."
_CITATION = "Popović, M. (2015). chrF: character n-gram F-score for automatic MT evaluation. doi 10.18653/v1/W15-3049"


class Chrf(evaluate.Metric):
    """Texts and references in, a figure and sacrebleu's signature out."""

    def _info(self) -> evaluate.MetricInfo:
        text = datasets.Value("string")
        several = datasets.Features({"predictions": text, "references": datasets.Sequence(text)})
        return evaluate.MetricInfo(
            description=_DESCRIPTION,
            citation=_CITATION,
            inputs_description=__doc__,
            features=[several, datasets.Features({"predictions": text, "references": text})],
        )

    def _compute(
        self,
        predictions: Sequence[str],
        references: Sequence[str] | Sequence[Sequence[str]],
        char_order: int = CHAR_ORDER,
        word_order: int = 0,
        beta: int = BETA,
    ) -> dict[str, object]:
        """The corpus's figure, each text's, and the signature."""
        metric = scorer(char_order, word_order, beta)
        several = [[one] if isinstance(one, str) else list(one) for one in references]
        whole = metric.corpus_score(list(predictions), list(zip_longest(*several)))
        each = [metric.sentence_score(said, refs).score for said, refs in zip(predictions, several, strict=True)]
        return {"score": whole.score, "scores": each, "name": whole.name, "signature": str(metric.get_signature())}
