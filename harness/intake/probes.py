"""Texts that a tokenizer must be able to give back, and whether it does.

What it may change is how a text is written, not what it says: spaces, case, accents, and characters that are outside
its vocabulary. The texts are prompts as a round asks them, prose, numbers and code, and words drawn from the hash of
the tokenizer: nobody can make an exception for words that are not known before the file is finished.
"""

from __future__ import annotations

import random
import string
import unicodedata
from collections.abc import Callable, Iterator, Sequence

Encode = Callable[[str], Sequence[int]]
Decode = Callable[[Sequence[int]], str]

_WORDS = 200
_LETTERS = string.ascii_lowercase + "éèàçùêîôœ"
_NEEDED = frozenset(string.ascii_lowercase + string.digits)  # characters that a vocabulary may not drop without a mark
_RUN = 16_000  # characters of one kind, one after the other
_RUNS = ("a", "Z", "é", "7", " ", "\n", "-", "!", "a ", "a1", "'s", " \n", "漢")
_TEXTS = (
    "Répondez par le nombre seulement.\n\nQuestion : Dimanche après-midi, Caroline a 35 autocollants. Nora a 44 "
    "autocollants. Combien d'autocollants Nora a-t-elle ?\nRéponse : 44\n\nQuestion : Samedi soir, Daniel a 77 photos.",
    "Answer with the number only.\n\nQuestion: On Sunday afternoon, Caroline has 35 stickers. Nora has 44 stickers. "
    "How many stickers does Nora have?\nAnswer: 44\n\nQuestion: On Saturday evening, Daniel has 77 photos.\nAnswer:",
    "Quelle est la capitale de la France ? « L’été, dit-elle, où naît l’œuvre… », et ça coûte 1 234,56 € à Noël.",
    "What is the capital of France? “It's late,” she said; they're 50 % sure - (a), [b] or {c}? #1 & @home!",
    "0 1 12 123 1234 12345 3.14159 -7 +8 1e-9 2^10 = 1024; 17 * 23 = 391; 10/4 > 2; 99 < 100",
    'def mean(values: list[float]) -> float:\n    """The mean."""\n    return sum(values) / len(values)  # n > 0\n',
    '{"name": "zebra", "steps": [1, 2, 3], "done": false, "path": "a\\\\b/c_d"}\n\tif (x != y) { z[0] ^= ~k; }',
)


def losses(encode: Encode, decode: Decode, unknown: int | None, seed: str) -> Iterator[str]:
    """What a tokenizer does to the texts that it should not; nothing for a sound one.

    Args:
        encode: a text's token ids, without special tokens.
        decode: what ids spell, special tokens included.
        unknown: the token for what is outside the vocabulary.
        seed: of the random words.
    """
    texts = [*_TEXTS, _words(seed)]
    for text in texts:
        if not gives_back(text, list(encode(text)), encode, decode, unknown):
            yield f"a text is not given back: {text[:60]!r}"
    whole = "\n\n".join(texts)
    counts = [len(encode(whole * times)) for times in (1, 2, 4, 8)]
    if sorted(set(counts)) != counts:
        yield f"a longer text has no more tokens: {counts} for 1, 2, 4 and 8 times a text"
    for run in _RUNS:  # time and memory are the process's limits
        if not len(encode(run * (_RUN // len(run)))) and run.strip().isascii() and run.strip():
            yield f"{_RUN:,} characters {run!r} have no token"


def gives_back(text: str, ids: list[int], encode: Encode, decode: Decode, unknown: int | None) -> bool:
    """Whether ids spell a text, where an unknown token stands for anything, and a character that is lost is outside."""
    pieces: list[list[int]] = [[]]
    for token in ids:
        if token == unknown and unknown is not None:
            pieces.append([])
        else:
            pieces[-1].append(token)
    said = [_plain(decode(piece)) if piece else "" for piece in pieces]
    outside = {character for character in set(text) if _outside(character, encode, decode)}
    wanted = _plain("".join(character for character in text if character not in outside))
    return _in_order(said, wanted)


def _in_order(pieces: list[str], text: str) -> bool:
    """Whether the pieces stand in the text in this order, the first at its beginning and the last at its end."""
    if len(pieces) == 1:
        return pieces[0] == text
    first, *middle, last = pieces
    if not text.startswith(first) or not text.endswith(last) or len(first) + len(last) > len(text):
        return False
    place, end = len(first), len(text) - len(last)
    for piece in middle:
        place = text.find(piece, place, end)
        if place < 0:
            return False
        place += len(piece)
    return True


def _outside(character: str, encode: Encode, decode: Decode) -> bool:
    """Whether a character has no token at all, which is allowed of rare ones."""
    plain = _plain(character)
    return character.casefold() not in _NEEDED and plain not in _plain(decode(encode(character)))


def _plain(text: str) -> str:
    """What a text says: no case, no marks, no spaces."""
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(c for c in letters if c != "▁" and not c.isspace() and unicodedata.category(c)[0] not in "MC")


def _words(seed: str) -> str:
    drawn = random.Random(seed)
    words = ("".join(drawn.choices(_LETTERS, k=drawn.randint(2, 12))) for _ in range(_WORDS))
    return " ".join(f"{word}{drawn.choice(('', '', '.', ',', ' ?', ' !'))}" for word in words)
