"""What any answer must be beside the conditions: a real text, in the language asked, and not the question again.

The instruction says all of it ("real sentences"), so that nobody is judged by a hidden rule. A salad is told from a
sentence by its small words alone: it ends with an article, strings determiners and conjunctions, or has no word of its
own that could be its verb. Salads that avoid all three pass; natural sentences should never be refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from harness.metrics.text import ends_sentence, sentences, word_forms, words

SHORTEST = 3  # words of a sentence
_JOINED = 4  # words between two spaces: more are joined to escape a count
_COPIED = 5  # forms in a row that make a copy of the question
_OWN = 2  # words a sentence, on average, that the conditions do not give
_SHORT_SHARE = 3  # at most one sentence in so many, but always one, may be an interjection
_GRAMMAR = {
    "fr": """le la les l un une des du de d au aux à et ou mais en dans sur sous avec pour par chez vers ce cet cette
        ces son sa ses mon ma mes leur leurs notre votre il elle ils elles je tu nous vous on qui que est sont se s
        ne n pas plus y quand si comme derrière devant a ont était étaient fut avait avaient puis très tout toute tous
        toutes aussi deux trois quatre cinq quel quelle quels
        quelles chaque plusieurs quelques c j qu où donc car alors voici voilà lui moi toi
        entre sans après avant""",
    "en": """the a an of to in on at by for with from and or but is are was were be has have had his her its their my
        your our he she it they i you we this that these those who which not as when if under behind outside near
        into over up out after before while will can there all some every one two three four five does did do says
        said sees saw went goes very him them me us what where how so then many few both each against about here""",
}
_BOTH = frozenset(
    "a on i me as or an but s d if fit plus comment six table place son ton dire pas mine car chat".split()
)
_MARKS = {  # how a word may look in one language and hardly in the other
    "fr": re.compile(r"[éèêëàâçùûîïôœ]|\b(?:qu|[cdjlmnst])['’]\w|\w(?:eau|eux|aient|ait|euse|oir)\b", re.I),
    "en": re.compile(r"\w['’]s\b|n['’]t\b|\w(?:ing|ly|ght|ould|ow)\b|\bw\w|\w(?:th|sh|ck)(?:e[ds])?\b", re.I),
}
# Words that say nothing of themselves: a sentence needs another one of its own, if only its verb.
_EMPTY = {
    "fr": """le la les l un une des du de d au aux à et ou mais en dans sur sous avec pour par chez vers ce cet cette
        ces son sa ses mon ma mes ton ta tes leur leurs notre votre il elle ils elles je tu nous vous on qui que qu dont
        où se s ne n pas plus y si comme quand car donc or ni derrière devant entre sans""",
    "en": """the an of to in on at by for with from and or but his her its their my your our he she it they i you we
        this that these those who which not as when if under behind outside near into over up out while so than a s""",
}
_DETERMINERS = {
    "fr": "le la les un une des du au aux cet cette ces son sa ses mon ma mes ton ta tes notre votre",
    "en": "the an a my your our its their every",
}
# What no sentence ends with, and what does not follow a determiner or another conjunction.
_OPEN = {
    "fr": f"{_DETERMINERS['fr']} de et ou mais si qui que dans sur chez par vers ce à d l ne n car donc dont",
    "en": f"{_DETERMINERS['en']} and or but if of from",
}
_AFTER = {
    "fr": "le la les un une des du au aux cet cette ces mon ma mes et ou mais qui que dans chez par vers",
    "en": "the an a my your our its their every and or but of to at by for with from is are was were has he she they",
}
_JOINS = {"fr": "et|ou|mais|dans|chez|vers", "en": "and|or|but|of|from"}


def fault(text: str, language: str, limit: int, given: Sequence[str], source: str) -> str:
    """Why this is not a text at all, or nothing. `source` is what must not be copied, `given` the words asked for."""
    return next(_faults(text, language, limit, given, source), "")


def _faults(text: str, language: str, limit: int, given: Sequence[str], source: str) -> Iterator[str]:
    """Every fault, cheapest first: a text that is too long is looked at no further."""
    count = len(words(text))
    if count > limit:
        yield f"{count} words, {limit} at most"
    if any(len(word_forms(run)) > _JOINED for run in words(text)):
        yield "words are joined without spaces"
    found = sentences(text)
    if not found or not ends_sentence(text):
        yield "the text does not end as a sentence does"
    forms = [word_forms(sentence) for sentence in found]
    short = [sentence for sentence in found if len(words(sentence)) < SHORTEST]
    if not _interjections(short, len(found)):
        yield f"a sentence has fewer than {SHORTEST} words"
    if any(2 * len(set(group)) <= len(group) for group in forms) or len({tuple(g) for g in forms}) < len(forms):
        yield "the text repeats itself"
    if _own_words(forms, given) < _OWN * len(forms):
        yield "the text holds little but the words given"
    if any(_is_salad(sentence, language, given) for sentence in found if sentence not in short):
        yield "a sentence is none: it lacks a verb, or stops before its end"
    if not _in_language(found, language):
        yield f"the sentences are not in the language asked ({language})"
    if _copies(word_forms(text), word_forms(source)):
        yield "the text copies the question"


def _own_words(forms: Sequence[Sequence[str]], given: Sequence[str]) -> int:
    asked = {form for word in given for form in word_forms(word)}
    return sum(form not in asked for group in forms for form in group)


def _interjections(short: Sequence[str], count: int) -> bool:
    """Whether the sentences that are too short can pass: "Bonjour Nora !" beside full ones, or "cria Paul." after."""
    allowed = max(1, count // _SHORT_SHARE) if count > 1 else 0
    return len(short) <= allowed and all(s[0].islower() or s.rstrip(_QUOTES)[-1:] in ("!", "?") for s in short)


def _is_salad(sentence: str, language: str, given: Sequence[str]) -> bool:
    """Whether words stand in a row without making a sentence, as far as can be told without a dictionary."""
    asked = {form for word in given for form in word_forms(word)}
    runs = _RUNS.findall(sentence.lower())
    own = [run for run in runs if not asked.issuperset(word_forms(run))]
    # A word asked for as a noun can stand as the verb: "Zoé montre un camion".
    common = frozenset(form for word in given if word[:1].islower() for form in word_forms(word))
    known = _DETERMINER_WORDS[language]
    own += [
        b for a, b, c in zip(runs, runs[1:], runs[2:], strict=False) if b in common and a not in known and c in known
    ]
    empty = _EMPTY_WORDS[language] - ({"a"} if "a" in runs[1:-1] and language == "fr" else set())
    if all(run in empty for run in own) or runs[-1] in _OPEN_WORDS[language]:
        return True
    return _UNJOINED[language].search(sentence.lower()) is not None


def _in_language(found: Sequence[str], language: str) -> bool:
    """A third of the sentences show the language, and the text has no more words of another's."""
    runs = [_RUNS.findall(sentence.lower()) for sentence in found]
    spoken = sum(
        not _KNOWN[language].isdisjoint(group) or _MARKS[language].search(sentence) is not None
        for sentence, group in zip(found, runs, strict=True)
    )
    counts = {lang: sum(run in known - _BOTH for group in runs for run in group) for lang, known in _KNOWN.items()}
    return 3 * spoken >= len(found) and counts[language] == max(counts.values())


def _copies(text: Sequence[str], source: Sequence[str]) -> bool:
    runs = {tuple(source[n : n + _COPIED]) for n in range(len(source) - _COPIED + 1)}
    return any(tuple(text[n : n + _COPIED]) in runs for n in range(len(text) - _COPIED + 1))


_RUNS = re.compile(r"[^\W_]+")  # accents kept: `à` is French, `a` mostly English
_KNOWN = {language: frozenset(text.split()) for language, text in _GRAMMAR.items()}
_QUOTES = "\"'»”’)* "
_EMPTY_WORDS = {language: frozenset(text.split()) for language, text in _EMPTY.items()}
_DETERMINER_WORDS = {language: frozenset(text.split()) for language, text in _DETERMINERS.items()}
_OPEN_WORDS = {language: frozenset(text.split()) for language, text in _OPEN.items()}
_UNJOINED = {  # hyphens and apostrophes apart: "donne-le à Zoé", "l'un et l'autre"
    language: re.compile(
        rf"(?<![\w'’-])(?:{'|'.join(_DETERMINERS[language].split())}) (?:{'|'.join(_AFTER[language].split())})(?![\w-])"
        rf"|\b(?:{_JOINS[language]}) (?:{_JOINS[language]})(?![\w-])"
    )
    for language in _GRAMMAR
}
