"""Gaps in words: French and English sentences, what to write in them, and every form that fills them."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from tasks.understanding.language_craft import (
    english_agreement,
    english_homophones,
    english_verbs,
    french_agreement,
    french_homophones,
    french_verbs,
)
from tasks.understanding.language_craft.exercise import GRADES, PEOPLE, WOMEN, Gap, Teller, Told
from tasks.understanding.language_craft.numbers import spell
from tasks.understanding.language_craft.verbs import VERBS, Verb

GAP = "___"
_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "en": "January February March April May June July August September October November December".split(),
}
_EITHER = re.compile(r"\(([^()]*/[^()]*)\)")
_NO_ELISION = re.compile(r"\b([Qq]u|[Dd])e (?=[AEIOU])")
_PERSONS = (
    0,
    1,
    2,
    2,
    2,
    2,
    3,
    4,
    5,
    5,
)  # the third more often: in English, the present of the others is the bare verb
_VOWEL = tuple("aeiouéèêh")  # of verb forms: none in the table begins with an aspirate h
_TENSES_FR = (
    ("présent",),
    ("présent",),
    ("imparfait", "futur"),
    ("passé composé", "conditionnel"),
    ("subjonctif", "plus-que-parfait", "passé simple"),
    ("futur antérieur", "conditionnel passé", "subjonctif passé", "passé simple"),
    ("subjonctif imparfait", "passé antérieur", "subjonctif plus-que-parfait"),
)
_TENSES_EN = (
    ("simple present",),
    ("simple present", "simple past"),
    ("simple past", "simple future"),
    ("present perfect", "past continuous"),
    ("past perfect", "present conditional", "future continuous"),
    ("future perfect", "conditional perfect", "present perfect continuous"),
    ("past perfect continuous", "future perfect continuous", "conditional perfect continuous"),
)
_IN_TENSE = {  # how a tense is named after the verb to conjugate
    "présent": "au présent",
    "imparfait": "à l'imparfait",
    "futur": "au futur simple",
    "conditionnel": "au conditionnel présent",
    "subjonctif": "au subjonctif présent",
    "passé simple": "au passé simple",
    "passé composé": "au passé composé",
    "plus-que-parfait": "au plus-que-parfait",
    "futur antérieur": "au futur antérieur",
    "conditionnel passé": "au conditionnel passé (1re forme)",
    "subjonctif passé": "au subjonctif passé",
    "subjonctif imparfait": "au subjonctif imparfait",
    "passé antérieur": "au passé antérieur",
    "subjonctif plus-que-parfait": "au subjonctif plus-que-parfait",
}


def told(gap: Gap, language: str) -> Told:
    """A gap in a language."""
    return _TELLERS[language, gap.kind](gap)


def _verbs(grade: int) -> list[Verb]:
    """Those of the grade; from grade 3 on, all but the easiest."""
    return [verb for verb in VERBS if verb.grade == min(grade, 3) or (grade > 3 and verb.grade == 2)]


def _verb(gap: Gap) -> Verb:
    verbs = _verbs(gap.grade)
    return verbs[gap.picks[0] % len(verbs)]


def _choose(gap: Gap, language: str) -> Told:
    groups = _homophones(language)[gap.grade]
    choices, sentences = groups[gap.picks[0] % len(groups)]
    right = choices[gap.picks[1] % len(choices)]
    fitting = [sentence for sentence, choice in sentences if choice == right]
    sentence = _filled(fitting[gap.picks[2] % len(fitting)], gap, language)
    return Told(sentence, _either(choices, language), (right,))


def _either(choices: Sequence[str], language: str) -> str:
    """The order to choose, with each choice in quotes: "ou" and "or" may be choices themselves."""
    quoted = [f"« {choice} »" if language == "fr" else f'"{choice}"' for choice in choices]
    listed, last = ", ".join(quoted[:-1]), quoted[-1]
    return f"Complétez par {listed} ou {last}." if language == "fr" else f"Fill the gap with {listed} or {last}."


def _agree(gap: Gap, language: str) -> Told:
    rows = _agreement(language)[gap.grade]
    sentence, words = rows[gap.picks[0] % len(rows)]
    word, forms = words[gap.picks[1] % len(words)]
    if not gap.grade:
        order = f"Complétez par le pluriel de « {word} »." if language == "fr" else f'Write the plural of "{word}".'
        return Told(_filled(sentence, gap, language), order, forms)
    if language == "fr":
        return Told(_filled(sentence, gap, language), f"Complétez par « {word} » bien accordé.", forms)
    shown, present, _ = sentence.partition(" (present)")
    order = f'Fill the gap with the right form of "{word}"{" in the present" if present else ""}.'
    return Told(_filled(shown, gap, language), order, forms)


def _spell(gap: Gap, language: str) -> Told:
    words = spell(gap.number, language)
    if language == "fr":
        digits = f"{gap.number:,}".replace(",", " ")
        sentence = f"Le {_day(gap, 'fr')}, {gap.name} a noté le nombre {digits}."
        return Told(sentence, f"Écrivez {digits} en toutes lettres.", (words,))
    return Told(
        f"On {_day(gap, 'en')}, {gap.name} noted the number {gap.number:,}.",
        f"Write {gap.number:,} in words.",
        (words,),
    )


def _conjugate_french(gap: Gap) -> Told:
    verb, tenses = _verb(gap), _TENSES_FR[gap.grade - 1]
    tense = tenses[gap.picks[1] % len(tenses)]
    person, feminine = _PERSONS[gap.picks[2] % len(_PERSONS)], gap.picks[3] % 2
    if tense in french_verbs.COMPOUND and french_verbs.takes_be(verb.fr):
        person = (2, 5)[gap.picks[0] // 1000 % 2]  # the others do not say whether the participle is feminine or plural
    form = french_verbs.conjugate(verb.fr, tense, person, feminine=bool(feminine))
    subject = french_verbs.PRONOUNS[feminine][person]
    elided = "j'" if subject == "je" and form.startswith(_VOWEL) else f"{subject} "
    if tense.startswith("subjonctif"):
        wanted = "Il faut" if tense in {"subjonctif", "subjonctif passé"} else "Il fallait"
        that = "qu'" if elided[0] in "ie" else "que "
        sentence = f"{wanted} {that}{elided}{GAP} {verb.fr_rest} avec {gap.name} le {_day(gap, 'fr')}."
    else:
        sentence = f"Le {_day(gap, 'fr')}, {elided}{GAP} {verb.fr_rest} avec {gap.name}."
    return Told(sentence, f"Complétez par « {verb.fr} » {_IN_TENSE[tense]}.", (form, elided + form))


def _conjugate_english(gap: Gap) -> Told:
    verb, tenses = _verb(gap), _TENSES_EN[gap.grade - 1]
    tense = tenses[gap.picks[1] % len(tenses)]
    if tense.endswith("continuous") and not verb.action:
        active = [other for other in _verbs(gap.grade) if other.action]
        verb = active[gap.picks[0] % len(active)]
    person, feminine = _PERSONS[gap.picks[2] % len(_PERSONS)], gap.picks[3] % 2
    forms = english_verbs.conjugate(verb.en, tense, person)
    subject = english_verbs.PRONOUNS[feminine][person]
    sentence = f"On {_day(gap, 'en')}, {subject} {GAP} {verb.en_rest} with {gap.name}."
    order = f'Fill the gap with "{verb.en}" in the {tense}.'
    return Told(sentence, order, (*forms, *(f"{subject} {form}" for form in forms)))


def _day(gap: Gap, language: str) -> str:
    month = _MONTHS[language][gap.month]
    return f"{'1er' if gap.day == 1 and language == 'fr' else gap.day} {month}"


def _filled(sentence: str, gap: Gap, language: str) -> str:
    """A table's sentence with one of each alternative, its date and people, and the elisions that their names want."""
    day = _day(gap, language)
    other = PEOPLE[(gap.person + 1 + gap.picks[3] % (len(PEOPLE) - 1)) % len(PEOPLE)]
    text = varied(sentence, gap.picks[3]).format(
        date=f"{'Le' if language == 'fr' else 'On'} {day}",
        day=day,
        name=gap.name,
        N=other,
        il="elle" if gap.name in WOMEN else "il",
        e="e" if gap.name in WOMEN else "",
    )
    return _NO_ELISION.sub(r"\1'", text) if language == "fr" else text


def varied(sentence: str, pick: int) -> str:
    """The sentence with one of `(a/b/c)` each time, as a number picks."""

    def one(match: re.Match[str]) -> str:
        nonlocal pick
        options = match[1].split("/")
        pick, place = divmod(pick, len(options))
        return options[place]

    return _EITHER.sub(one, sentence)


Words = tuple[tuple[str, tuple[str, ...]], ...]  # each with its right forms


@functools.cache
def _agreement(language: str) -> tuple[tuple[tuple[str, Words], ...], ...]:
    """By grade, sentences with the words that may stand in their gap."""
    table = french_agreement.AGREEMENT if language == "fr" else english_agreement.AGREEMENT
    grades: list[list[tuple[str, Words]]] = [[] for _ in range(GRADES)]
    for row in table.splitlines():
        grade, sentence, listed = row.split("|")
        pairs = (word.split(":") for word in listed.split(", "))
        grades[int(grade)].append((sentence, tuple((word, tuple(forms.split("/"))) for word, forms in pairs)))
    return tuple(map(tuple, grades))


@functools.cache
def _homophones(language: str) -> tuple[tuple[tuple[tuple[str, ...], list[tuple[str, str]]], ...], ...]:
    """By grade, groups of choices with their sentences, each with its right choice."""
    table = french_homophones.HOMOPHONES if language == "fr" else english_homophones.HOMOPHONES
    grades: list[list[tuple[tuple[str, ...], list[tuple[str, str]]]]] = [[] for _ in range(GRADES)]
    groups: list[tuple[str, str]] = []
    for row in table.splitlines():
        said, _, choice = row.rpartition("=")
        if said.isdigit():
            groups = []
            grades[int(said)].append((tuple(choice.split(" / ")), groups))
        else:
            groups.append((said, choice))
    return tuple(map(tuple, grades))


_TELLERS: dict[tuple[str, str], Teller] = {
    ("fr", "conjugation"): _conjugate_french,
    ("en", "conjugation"): _conjugate_english,
    **{(language, "number"): functools.partial(_spell, language=language) for language in ("fr", "en")},
    **{(language, "agreement"): functools.partial(_agree, language=language) for language in ("fr", "en")},
    **{(language, "homophone"): functools.partial(_choose, language=language) for language in ("fr", "en")},
}
