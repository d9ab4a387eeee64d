"""What any answer must be beside the conditions: a real text, in the language asked, and not the question again.

The instruction says all of it, so that nobody is judged by a hidden rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from harness.metrics.text import ends_sentence, sentences, word_forms, words

SHORTEST = 3  # words of a sentence
_COPIED = 5  # forms in a row that make a copy of the question
_OWN = 2  # words a sentence, on average, that the conditions do not give
_GRAMMAR = {
    "fr": """le la les l un une des du de d au aux à et ou mais en dans sur sous avec pour par chez vers ce cet cette
        ces son sa ses mon ma mes leur leurs notre votre il elle ils elles je tu nous vous on qui que est sont se s
        ne n pas plus y quand si comme derrière devant""",
    "en": """the a an of to in on at by for with from and or but is are was were be has have had his her its their my
        your our he she it they i you we this that these those who which not as when if under behind outside near
        into over up out after before while will can there all some every""",
}


def fault(text: str, language: str, limit: int, given: Sequence[str], source: str) -> str:
    """Why this is not a text at all, or nothing. `source` is what must not be copied, `given` the words asked for."""
    return next(_faults(text, language, limit, given, source), "")


def _faults(text: str, language: str, limit: int, given: Sequence[str], source: str) -> Iterator[str]:
    """Every fault, cheapest first: a text that is too long is looked at no further."""
    count = len(words(text))
    if count > limit:
        yield f"{count} words, {limit} at most"
    found = sentences(text)
    if not found or not ends_sentence(text):
        yield "the text does not end as a sentence does"
    forms = [word_forms(sentence) for sentence in found]
    if any(len(words(sentence)) < SHORTEST for sentence in found):
        yield f"a sentence has fewer than {SHORTEST} words"
    if any(2 * len(set(group)) <= len(group) for group in forms) or len({tuple(g) for g in forms}) < len(forms):
        yield "the text repeats itself"
    if _own_words(forms, given) < _OWN * len(forms):
        yield "the text holds little but the words given"
    if not _in_language(found, language):
        yield f"the sentences are not in the language asked ({language})"
    if _copies(word_forms(text), word_forms(source)):
        yield "the text copies the question"


def _own_words(forms: Sequence[Sequence[str]], given: Sequence[str]) -> int:
    asked = {form for word in given for form in word_forms(word)}
    return sum(form not in asked for group in forms for form in group)


def _in_language(found: Sequence[str], language: str) -> bool:
    """Half of the sentences hold a grammatical word of the language, and the text no more of another's."""
    runs = [_RUNS.findall(sentence.lower()) for sentence in found]
    spoken = sum(not _KNOWN[language].isdisjoint(group) for group in runs)
    counts = {lang: sum(run in known for group in runs for run in group) for lang, known in _KNOWN.items()}
    return 2 * spoken >= len(found) and counts[language] == max(counts.values())


def _copies(text: Sequence[str], source: Sequence[str]) -> bool:
    runs = {tuple(source[n : n + _COPIED]) for n in range(len(source) - _COPIED + 1)}
    return any(tuple(text[n : n + _COPIED]) in runs for n in range(len(text) - _COPIED + 1))


_RUNS = re.compile(r"[^\W_]+")  # accents kept: `à` is French, `a` mostly English
_KNOWN = {language: frozenset(text.split()) for language, text in _GRAMMAR.items()}
