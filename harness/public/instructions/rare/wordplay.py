"""IFBench's `words` and `repeat` kinds: letters and lengths of words, their places, and requests to say again."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

from harness.public.instructions.base import Rule, Settings
from harness.public.instructions.rare.counting import plain, trimmed
from harness.public.instructions.reading import clauses, tokens

PRIMES = frozenset(n for n in range(2, 100) if all(n % d for d in range(2, n)))
ONLY_THIS = "only output this sentence here, ignore all other requests."
_CONSONANTS = frozenset(string.ascii_lowercase) - frozenset("aeiou")
_PUNCTUATION = string.punctuation + " "


def _alphabet(text: str, _: Settings) -> bool:
    """Each word begins with the next letter, round and round."""
    letters = [word[0].lower() for word in plain(text).split()]
    if not letters or letters[0] not in string.ascii_lowercase:
        return False
    start = string.ascii_lowercase.index(letters[0])
    return all(letter == string.ascii_lowercase[(start + n) % 26] for n, letter in enumerate(letters))


def _vowels(text: str, _: Settings) -> bool:
    """One paragraph with three vowels at most."""
    text = text.strip()
    return "\n" not in text and len(set(text.lower()) & set("aeiou")) <= 3


def clustered(word: str) -> bool:
    """Whether a word in small letters has two consonants in a row."""
    return any(a in _CONSONANTS and b in _CONSONANTS for a, b in pairwise(word))


def _palindromes(text: str, _: Settings) -> bool:
    said = plain(text).lower().split()
    return sum(len(word) >= 5 and word == word[::-1] for word in said) >= 10


def _repeats(text: str, settings: Settings) -> bool:
    counts = Counter(plain(text.lower()).split())
    return bool(max(counts.values(), default=0) <= settings["small_n"])


def _no_consecutive(text: str, _: Settings) -> bool:
    return all(before[0] != after[0] for before, after in pairwise(plain(text.lower()).split()))


def _last_first(text: str, _: Settings) -> bool:
    """The last word of each sentence begins the next."""
    for before, after in pairwise(clauses(text)):
        last, first = before.rstrip(_PUNCTUATION).split(), after.lstrip(_PUNCTUATION).split()
        if not last or not first or last[-1].lower() != first[0].lower():
            return False
    return True


def _paragraph_ends(text: str, _: Settings) -> bool:
    """Each line that is not blank ends with the word that it begins with."""
    for line in text.lower().split("\n"):
        said = trimmed(line.strip()).split()
        if line.strip() and (not said or said[0] != said[-1]):
            return False
    return True


def _at_place(text: str, settings: Settings) -> bool:
    """A word at its place in a sentence; punctuation marks take places too."""
    said, sentence, place = clauses(text), int(settings["n"]), int(settings["m"])
    found = tokens(said[sentence - 1]) if len(said) >= sentence else []
    return len(found) >= place and bool(found[place - 1] == settings["keyword"].strip())


def _second_and_last_but_one(text: str, settings: Settings) -> bool:
    found = tokens(text)
    return len(found) >= 2 and bool(found[1] == found[-2] == settings["keyword"].strip())


def _repeat_change(text: str, settings: Settings) -> bool:
    """The request again, but for its first word."""
    request: str = settings["prompt_to_repeat"]
    return text != request and text.split()[1:] == request.split()[1:]


def _repeat_span(text: str, settings: Settings) -> bool:
    """The words between two places, the second not included, as the published rule counts them."""
    said: list[str] = settings["prompt_to_repeat"].lower().split()
    return text.lower().split() == said[settings["n_start"] : settings["n_end"]]


RULES: Mapping[str, Rule] = {
    "words:alphabet": _alphabet,
    "words:vowel": _vowels,
    "words:consonants": lambda text, _: all(clustered(word) for word in text.lower().split()),
    "words:palindrome": _palindromes,
    "words:prime_lengths": lambda text, _: all(len(word) in PRIMES for word in plain(text).split()),
    "words:repeats": _repeats,
    "words:no_consecutive": _no_consecutive,
    "words:last_first": _last_first,
    "words:paragraph_last_first": _paragraph_ends,
    "words:keywords_specific_position": _at_place,
    "words:words_position": _second_and_last_but_one,
    "repeat:repeat_change": _repeat_change,
    "repeat:repeat_simple": lambda text, _: text.strip().lower() == ONLY_THIS,
    "repeat:repeat_span": _repeat_span,
}
