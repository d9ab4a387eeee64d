"""IFBench's `count`, `ratio` and `sentence` kinds: how many, in which proportion, in which sentence."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from itertools import pairwise

from harness.public.instructions.base import Rule, Settings
from harness.public.instructions.reading import clauses, words

NAMES = (
    "Emma Liam Sophia Jackson Olivia Noah Ava Lucas Isabella Mason Mia Ethan Charlotte Alexander Amelia "
    "Benjamin Harper Leo Zoe Daniel Chloe Samuel Lily Matthew Grace Owen Abigail Gabriel Ella Jacob Scarlett "
    "Nathan Victoria Elijah Layla Nicholas Audrey David Hannah Christopher Penelope Thomas Nora Andrew Aria "
    "Joseph Claire Ryan Stella Jonathan"
).split()
PRONOUNS = frozenset(
    "i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her hers "
    "herself it its itself they them their theirs themselves".split()
)
CONJUNCTIONS = frozenset("and but for nor or so yet".split())
STOP_WORDS = frozenset(  # NLTK's English list, without the words that have an apostrophe: no word of a text has one
    "a about above after again against ain all am an and any are aren as at be because been before being below between "
    "both but by can couldn d did didn do does doesn doing don down during each few for from further had hadn has hasn "
    "have haven having he her here hers herself him himself his how i if in into is isn it its itself just ll m ma me "
    "mightn more most mustn my myself needn no nor not now o of off on once only or other our ours ourselves out over "
    "own re s same shan she should shouldn so some such t than that the their theirs them themselves then there these "
    "they this those through to too under until up ve very was wasn we were weren what when where which while who whom "
    "why will with won wouldn y you your yours yourself yourselves".split()
)
KEYWORD_COUNTS = {"keyword1": 1, "keyword2": 2, "keyword3": 3, "keyword4": 5, "keyword5": 7}
TOLERANCE = 2  # percentage points of overlap
_PUNCTUATION = string.punctuation + " "
_NOTHING = str.maketrans("", "", string.punctuation)
_JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
_INTERROBANG = re.compile(r"\?!|!\?")


def plain(text: str) -> str:
    """A text without ASCII punctuation."""
    return text.translate(_NOTHING)


def trimmed(word: str) -> str:
    """A word without the punctuation around it."""
    return word.strip(_PUNCTUATION)


def trigrams(text: str) -> set[str]:
    """Every three characters in a row."""
    return {text[n : n + 3] for n in range(len(text) - 2)}


def _unique_words(text: str, settings: Settings) -> bool:
    return bool(len({trimmed(word) for word in text.lower().split()} - {""}) >= settings["N"])


def _conjunctions(text: str, settings: Settings) -> bool:
    said = {trimmed(word).lower() for word in text.split()}
    return bool(len(said & CONJUNCTIONS) >= settings["small_n"])


def _punctuation(text: str, _: Settings) -> bool:
    """Each mark, beside those of one interrobang."""
    if not ("‽" in text or _INTERROBANG.search(text)):
        return False
    mark = "?!" if "?!" in text else "!?"
    return set(".,!?;:") <= set(text.replace(mark, "", 1))


def _pronouns(text: str, settings: Settings) -> bool:
    said = plain(text.replace("/", " ").lower()).split()
    return bool(sum(word in PRONOUNS for word in said) >= settings["N"])


def _keywords(text: str, settings: Settings) -> bool:
    lowered = text.lower()
    return all(lowered.count(settings[key].strip().lower()) == count for key, count in KEYWORD_COUNTS.items())


def _japanese(text: str, settings: Settings) -> bool:
    """Every nth word, but for numbers and lone punctuation, has a Japanese sign."""
    nth = int(settings["N"])
    every = [trimmed(word) for word in text.split()[nth - 1 :: nth]]
    return all(_JAPANESE.search(word) for word in every if word and not word.isdigit())


def _stop_words(text: str, settings: Settings) -> bool:
    said = [word.lower() for word in words(text)]
    return bool(said) and 100 * sum(word in STOP_WORDS for word in said) / len(said) <= settings["percentage"]


def _overlap(text: str, settings: Settings) -> bool:
    """How many of the text's trigrams the reference has too."""
    own = trigrams(text)
    share = 100 * len(own & trigrams(settings["reference_text"])) / len(own) if own else -100.0
    return bool(abs(share - settings["percentage"]) <= TOLERANCE)


def _endings(text: str) -> tuple[int, int, int]:
    """Sentences that state, ask and exclaim."""
    ends = [sentence[-1:] for sentence in clauses(text)]
    return ends.count("."), ends.count("?"), ends.count("!")


def _two_to_one(text: str, _: Settings) -> bool:
    endings = _endings(text)
    return endings[0] == 2 * endings[1]


def _same_length(text: str, _: Settings) -> bool:
    lengths = [len(sentence) for sentence in clauses(text)]
    return len(lengths) == 3 and len(set(lengths)) == 1


def _in_sentence(text: str, settings: Settings) -> bool:
    said, place = clauses(text), int(settings["N"])
    return len(said) >= place and settings["word"].lower() in said[place - 1].lower()


def _growing(text: str, settings: Settings) -> bool:
    """Every sentence has exactly so many more words than the one before."""
    counts = [len(plain(sentence).split()) for sentence in clauses(text)]
    return all(after - before == settings["small_n"] for before, after in pairwise(counts))


def alliterating(sentence: str) -> int:
    """Words of a sentence that stand in rows with one first letter; rows are counted together."""
    said = [word.lstrip(_PUNCTUATION) for word in sentence.lower().split()]
    letters = [word[0] for word in said if word]
    same = [before == after for before, after in pairwise(letters)]
    return sum(same) + sum(now and not before for before, now in pairwise([False, *same]))


def _alliteration(text: str, _: Settings) -> bool:
    counts = [alliterating(sentence) for sentence in clauses(text)]
    return all(before < after for before, after in pairwise(counts))


RULES: Mapping[str, Rule] = {
    "count:word_count_range": lambda text, own: own["min_words"] <= len(words(text)) <= own["max_words"],
    "count:unique_word_count": _unique_words,
    "count:conjunctions": _conjunctions,
    "count:person_names": lambda text, own: sum(name in text for name in NAMES) >= own["N"],
    "count:numbers": lambda text, own: len(re.findall(r"\d+", plain(text))) == own["N"],
    "count:punctuation": _punctuation,
    "count:pronouns": _pronouns,
    "count:keywords_multiple": _keywords,
    "count:words_japanese": _japanese,
    "ratio:stop_words": _stop_words,
    "ratio:overlap": _overlap,
    "ratio:sentence_type": _two_to_one,
    "ratio:sentence_balance": lambda text, _: len(set(_endings(text))) == 1,
    "ratio:sentence_words": _same_length,
    "sentence:keyword": _in_sentence,
    "sentence:increment": _growing,
    "sentence:alliteration_increment": _alliteration,
}
