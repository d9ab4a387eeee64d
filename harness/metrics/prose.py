"""What any prose must be, whatever it is about: sentences of the language asked, neither a list of words nor a loop.

A person sees at once that "Roof Marie 450 May fence" is no prose; without a dictionary, a list of words is told from
sentences by its small words: too few of them, or a long run of words with none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from harness.metrics.text import ends_sentence, sentences, word_forms, words

_SMALL = {
    "fr": """le la les l un une des du de d au aux a et ou mais en dans sur sous avec pour par chez vers ce cet cette
        ces son sa ses mon ma mes ton ta tes leur leurs notre nos votre vos il elle ils elles je j tu nous vous on qui
        que qu est sont se s ne n pas plus y quand si comme c car donc ont etait etaient fut sera seront avait va vont
        doit doivent tres tout toute tous toutes aussi puis alors dont ou cela ceci avant apres sans entre jusqu ici
        ainsi lors ete afin contre selon depuis pendant moins deja maintenant""",
    "en": """the a an of to in on at by for with from and or but is are was were be been has have had his her its their
        my your our he she it they i you we this that these those who which not as when if into over up out after
        before while will would can could there all some every very him them me us what where how so then than also
        must should may might both each against about until since during only more less now no s""",
}
_SHORTEST = 3  # words of a sentence, on average and of the longest
_LEAST_SMALL, _MOST_SMALL = 0.15, 0.8  # share of small words
_LONGEST_RUN = 9  # words in a row that are not small
_JOINED = 4  # words between two spaces ("qu'est-ce", "arc-en-ciel"): more are joined to escape a count
_LOOP = 5  # words in a row that should not come back
_MOST_LOOPED = 0.2  # share of the runs of that length that may


def fault(text: str, language: str) -> str:
    """Why this is no prose of the language, or nothing."""
    return next(_faults(text, language), "")


def lines_and_sentences(text: str) -> list[str]:
    """The sentences; a line never goes on in the next paragraph."""
    return [sentence for line in text.splitlines() for sentence in sentences(line)]


def _faults(text: str, language: str) -> Iterator[str]:
    found = lines_and_sentences(text)
    groups = [word_forms(sentence) for sentence in found]
    forms = [form for group in groups for form in group]
    if any(len(word_forms(run)) > _JOINED for run in words(text)):
        yield "words are joined without spaces"
    if not forms or not ends_sentence(text.rstrip(" \n*_`")):
        yield "the text does not end as a sentence does"
    if len(forms) < _SHORTEST * len(groups):
        yield "there are no real sentences"
    if len({tuple(group) for group in groups}) < len(groups) or _loops(forms):
        yield "the text repeats itself"
    counts = {lang: sum(form in small for form in forms) for lang, small in _WORDS.items()}
    if counts[language] < max(counts.values()):
        yield f"the text is not in the language asked ({language})"
    if not _LEAST_SMALL <= counts[language] / len(forms) <= _MOST_SMALL:
        yield "the text is a list of words"
    if any(_longest_bare_run(group, _WORDS[language]) > _LONGEST_RUN for group in groups):
        yield "a sentence is a list of words"


def _loops(forms: Sequence[str]) -> bool:
    """Whether too many runs of words come back, or a short text says little but one thing."""
    if 3 * len(set(forms)) < len(forms) and len(forms) < 60:
        return True
    runs = Counter(tuple(forms[n : n + _LOOP]) for n in range(len(forms) - _LOOP + 1))
    return sum(count - 1 for count in runs.values()) > _MOST_LOOPED * max(1, runs.total())


def _longest_bare_run(forms: Sequence[str], small: frozenset[str]) -> int:
    longest = run = 0
    for form in forms:
        run = run if form.isdigit() else 0 if form in small else run + 1
        longest = max(longest, run)
    return longest


_WORDS = {language: frozenset(text.split()) for language, text in _SMALL.items()}
