"""IFBench's kinds of instruction (Pyatkin et al. 2025, arXiv:2507.02833): unusual ones, which few models practise.

Three of its 58 kinds are not here, as their published rules ask a part-of-speech tagger, a syllable dictionary or a
list of emoji; three more (`custom:mcq_count_length`, `custom:word_reverse`, `custom:csv_quotes`) have no row in use.
"""

from collections.abc import Mapping

from harness.public.instructions.base import Rule
from harness.public.instructions.rare import counting, fixed, shapes, wordplay

RULES: Mapping[str, Rule] = {**counting.RULES, **wordplay.RULES, **shapes.RULES, **fixed.RULES}
LEFT_OUT = frozenset({"format:emoji", "words:odd_even_syllables", "words:start_verb"})
