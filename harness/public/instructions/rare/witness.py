"""Texts that follow IFBench's instructions: one for each kind, made so that most pairs are followed by one or both."""

from __future__ import annotations

import itertools
import string
from collections.abc import Callable, Iterator, Mapping, Sequence

from harness.public.instructions.base import Settings
from harness.public.instructions.rare import fixed
from harness.public.instructions.rare.counting import CONJUNCTIONS, KEYWORD_COUNTS, NAMES, TOLERANCE, trigrams
from harness.public.instructions.rare.shapes import PARTS, options
from harness.public.instructions.rare.wordplay import ONLY_THIS, clustered
from harness.public.instructions.verdict import verdict

Maker = Callable[[Settings], str]
_AFRICA = (
    "Algeria,Angola,Benin,Botswana,Burkina Faso,Burundi,Cabo Verde,Cameroon,Central African Republic,Chad,"
    "Comoros,Congo,Democratic Republic of the Congo,Djibouti,Egypt,Equatorial Guinea,Eritrea,Eswatini,"
    "Ethiopia,Gabon,Gambia,Ghana,Guinea,Guinea-Bissau,Ivory Coast,Kenya,Lesotho,Liberia,Libya,Madagascar,"
    "Malawi,Mali,Mauritania,Mauritius,Morocco,Mozambique,Namibia,Niger,Nigeria,Rwanda,Sao Tome and Principe,"
    "Senegal,Seychelles,Sierra Leone,Somalia,South Africa,South Sudan,Sudan,Tanzania,Togo,Tunisia,Uganda,"
    "Zambia,Zimbabwe"
).split(",")
_CLUSTERED = "Birds sing"  # every word has two consonants in a row, no stop word, few vowels
_JUNK = ("zxqj", "qvzk", "kqxw", "wvxz", "jzqk")  # words with clusters, and with trigrams that no reference has
_LETTERS = "qzxjkvwy"


def witness(kinds: Sequence[str], settings: Sequence[Settings]) -> str | None:
    """A text that strictly follows one or two instructions; None where no candidate does."""
    for text in _candidates(dict(zip(kinds, settings, strict=True))):
        if all(verdict(text, kinds, settings).strict):
            return text
    return None


def _candidates(asked: Mapping[str, Settings]) -> Iterator[str]:
    """Each kind's own text, texts of several kinds one after the other, then what pairs need."""
    alone = [MAKERS[kind](own) for kind, own in asked.items()]
    yield from alone
    for between, order in itertools.product((" ", "\n"), itertools.permutations(alone)):
        yield between.join(order)
    if "format:line_indent" in asked:
        yield "\n".join(" " * n + f"{part}." for n, part in enumerate(alone[-1].rstrip(".").split(". ")))
    if "count:word_count_range" in asked:
        wanted = asked["count:word_count_range"]["min_words"]
        yield from (f"{text} {'bird ' * max(0, int(wanted) - len(text.split()))}".strip() for text in alone)
    if "ratio:overlap" in asked:
        rest = " ".join(MAKERS[kind](own) for kind, own in asked.items() if kind != "ratio:overlap")
        yield _overlapping(asked["ratio:overlap"], f"{rest} ")
        yield _overlapping_words(asked["ratio:overlap"])


def _overlapping(own: Settings, start: str = "") -> str:
    """A text that begins so, with as much of the reference and as many strange words as the share needs."""
    strange = "".join("".join(three) for three in itertools.product(_LETTERS, repeat=3)) * 2
    reference: str = own["reference_text"]
    for length in (*range(3, 120), *range(120, len(reference) + 1, 10), len(reference)):
        text = start + reference[:length]
        low, high = 0, len(strange)
        while low < high:  # the share falls as strange letters are added
            middle = (low + high) // 2
            low, high = (middle + 1, high) if _share(text + strange[:middle], own) > 0 else (low, middle)
        if abs(_share(text + strange[:low], own)) <= TOLERANCE:
            return text + strange[:low]
    return start


def _overlapping_words(own: Settings) -> str:
    """The reference's words that have a consonant cluster, then strange words until the share is right."""
    said = sorted({word for word in own["reference_text"].split() if clustered(word.lower())}, key=len, reverse=True)
    for count in range(len(said), 0, -1):
        text = " ".join(said[:count])
        for junk in itertools.islice(itertools.product(_JUNK, repeat=2), 200):
            if _share(text, own) <= TOLERANCE:
                break
            text += f" {junk[0]}{junk[1]}"
        if abs(_share(text, own)) <= TOLERANCE:
            return text
    return ""


def _share(text: str, own: Settings) -> float:
    """By how many percentage points a text's overlap is above what is asked for."""
    found = trigrams(text)
    return 100 * len(found & trigrams(own["reference_text"])) / len(found) - float(own["percentage"])


def _numbers(own: Settings) -> str:
    return " ".join(str(n) for n in range(1, int(own["N"]) + 1))


def _in_sentence(own: Settings) -> str:
    return f"{_CLUSTERED}. " * (int(own["N"]) - 1) + f"A {own['word']} too."


def _at_place(own: Settings) -> str:
    return f"{_CLUSTERED}. " * (int(own["n"]) - 1) + "bird " * (int(own["m"]) - 1) + str(own["keyword"])


def _growing(own: Settings) -> str:
    """Three sentences; the first word is in italics, so that it is a thesis too."""
    counts = [1 + n * int(own["small_n"]) for n in range(1, 4)]
    return " ".join("<i>Birds</i>" + " sing" * (count - 1) + "." for count in counts)


def _keywords(own: Settings) -> str:
    return " ".join(" ".join([own[key].strip()] * count) for key, count in KEYWORD_COUNTS.items())


def _again(own: Settings) -> str:
    return " ".join(["Please", *own["prompt_to_repeat"].split()[1:]])


def _span(own: Settings) -> str:
    return " ".join(own["prompt_to_repeat"].split()[own["n_start"] : own["n_end"]])


def _table(columns: Sequence[str], rows: int, field: str) -> str:
    return "\n".join([",".join(columns)] + [",".join([field] * len(columns))] * rows)


MAKERS: Mapping[str, Maker] = {
    "count:word_count_range": lambda own: " ".join(["bird"] * int(own["min_words"])),
    "count:unique_word_count": _numbers,
    "count:conjunctions": lambda _: " ".join(sorted(CONJUNCTIONS)),
    "count:person_names": lambda _: " ".join(NAMES),
    "count:numbers": _numbers,
    "count:punctuation": lambda _: "Well, birds: birds sing; yes. Really?! Good! Why?",
    "count:pronouns": lambda own: " ".join(["she"] * int(own["N"])),
    "count:keywords_multiple": _keywords,
    "count:words_japanese": lambda own: "bird " * (int(own["N"]) - 1) + "鳥",
    "ratio:stop_words": lambda _: _CLUSTERED,
    "ratio:overlap": _overlapping,
    "ratio:sentence_type": lambda _: f"{_CLUSTERED}. {_CLUSTERED}. {_CLUSTERED}?",
    "ratio:sentence_balance": lambda _: f"{_CLUSTERED}. {_CLUSTERED}? {_CLUSTERED}!",
    "ratio:sentence_words": lambda _: "Cats nap. Dogs run. Owls fly.",
    "sentence:keyword": _in_sentence,
    "sentence:increment": _growing,
    "sentence:alliteration_increment": lambda _: "Cats purr. Big birds fly. Seven small seals swim.",
    "words:alphabet": lambda _: "apple bird cat dog",
    "words:vowel": lambda _: "she sees three trees",
    "words:consonants": lambda _: _CLUSTERED,
    "words:palindrome": lambda _: "level radar civic kayak refer rotor madam tenet stats solos",
    "words:prime_lengths": lambda _: "we saw seven",
    "words:repeats": lambda _: _CLUSTERED,
    "words:no_consecutive": lambda _: _CLUSTERED,
    "words:last_first": lambda _: "Birds sing. Sing loud.",
    "words:paragraph_last_first": lambda _: "Birds like birds",
    "words:keywords_specific_position": _at_place,
    "words:words_position": lambda own: f"Birds {own['keyword']} and {own['keyword']} birds",
    "repeat:repeat_change": _again,
    "repeat:repeat_simple": lambda _: ONLY_THIS,
    "repeat:repeat_span": _span,
    "format:options": lambda own: options(own["options"])[0],
    "format:parentheses": lambda _: "(apple (bird [cat {dog (eagle)}]))",
    "format:quotes": lambda _: '"a \'b "c" d\' e"',
    "format:newline": lambda _: "Birds\nsing",
    "format:line_indent": lambda _: "Birds\n sing\n  loud",
    "format:quote_unquote": lambda _: '"Birds" are animals',
    "format:list": lambda own: f"red {own['sep']} blue {own['sep']} green",
    "format:thesis": lambda _: f"<i>{_CLUSTERED}</i> loud",
    "format:sub-bullets": lambda _: "* birds\n  - eagles",
    "format:no_bullets_bullets": lambda _: f"{_CLUSTERED}. {_CLUSTERED}.\n* eagles\n* doves",
    "format:title_case": lambda _: "Birds Sing",
    "format:output_template": lambda _: "\n".join(f"{part} {_CLUSTERED}" for part in PARTS),
    "format:no_whitespace": lambda _: "Birds",
    "custom:multiples": lambda _: " ".join(fixed.MULTIPLES),
    "custom:reverse_newline": lambda _: "\n".join(sorted(_AFRICA, reverse=True)),
    "custom:character_reverse": lambda _: "elgae dlab ehT",
    "custom:sentence_alphabet": lambda _: " ".join(f"{letter}oo sings." for letter in string.ascii_uppercase),
    "custom:european_capitals_sort": lambda _: ", ".join(fixed.CAPITALS),
    "custom:csv_city": lambda _: _table(fixed.CITY_COLUMNS, 7, "1"),
    "custom:csv_special_character": lambda _: _table(fixed.PRODUCT_COLUMNS, 14, '"A&B"'),
    "custom:date_format_list": lambda _: "1805-12-02",
}
