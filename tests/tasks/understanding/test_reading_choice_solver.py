"""A reader that knows only the texts (regular expressions, no module of the task) finds exactly one answer."""

import re
from dataclasses import dataclass, field

import pytest

from harness.task import load_task

TASK = load_task("understanding/reading_choice")
LEVELS = range(1, TASK.card.levels + 1)

OBJECTS = {
    "en": "car house scarf bike hat coat bag boat umbrella".split(),
    "fr": "voiture maison écharpe vélo chapeau manteau sac bateau parapluie".split(),
}
ROLES = {
    "en": {
        "sibling": "brother|sister",
        "teacher": "teacher",
        "pupil": "pupil",
        "landlord": "landlord|landlady",
        "tenant": "tenant",
        "supplier": "supplier",
        "customer": "customer",
        "left": "left-hand neighbour",
        "right": "right-hand neighbour",
    },
    "fr": {
        "sibling": "frère|sœur",
        "teacher": "professeure?",
        "pupil": "élève",
        "landlord": "propriétaire",
        "tenant": "locataire",
        "supplier": "fournisseu(?:r|se)",
        "customer": "cliente?",
        "left": "voisine? de gauche",
        "right": "voisine? de droite",
    },
}
OPPOSITE = dict(
    [("sibling", "sibling")]
    + [
        pair
        for a, b in (("teacher", "pupil"), ("landlord", "tenant"), ("supplier", "customer"), ("left", "right"))
        for pair in ((a, b), (b, a))
    ]
)
NOUN = {lang: "(?P<noun>" + "|".join(roles.values()) + ")" for lang, roles in ROLES.items()}
KEY = {lang: "(?P<key>" + "|".join(words) + ")" for lang, words in OBJECTS.items()}
THE = r"(?:[Ll]e |[Ll]a |[Ll]')"
OF = r"d(?:e |')(?P<who>\w+)"

SENTENCES = {  # first match wins
    "en": [
        ("swap", r"In (?P<year>\d+), (?P<who>\w+) and (?P<other>\w+) swapped (?P<key>\w+)"),
        ("move", r"In (?P<year>\d+), (?P<who>\w+) moved to (?P<a>\w+)"),
        ("older", r"(?P<who>\w+) is older than (?P<other>\w+)"),
        ("older", r"(?P<other>\w+) is younger than (?P<who>\w+)"),
        ("link", rf"(?P<who>\w+)'s {NOUN['en']} is (?P<other>\w+)"),
        ("link", rf"(?P<other>\w+) is (?P<who>\w+)'s {NOUN['en']}"),
        ("is", rf"(?:In 2000, )?(?P<who>\w+)'s {KEY['en']} (?:is|was) either (?P<a>\w+) or (?P<b>\w+)"),
        ("not", rf"(?:In 2000, )?(?P<who>\w+)'s {KEY['en']} (?:is|was) not (?P<a>\w+)"),
        ("is", rf"(?P<who>\w+)'s {KEY['en']} is (?P<a>\w+)"),
        ("is", rf"(?P<who>\w+) has an? (?P<a>\w+) {KEY['en']}"),
        ("city", r"(?P<who>\w+) lives in either (?P<a>\w+) or (?P<b>\w+)"),
        ("not city", r"(?P<who>\w+) does not live in (?P<a>\w+)"),
        ("city", r"(?P<who>\w+) lives in (?P<a>\w+)"),
        ("instrument", r"(?P<who>\w+) plays the (?P<a>\w+)"),
        ("animal", r"(?P<who>\w+) has an? (?P<a>\w+)"),
        ("job", r"(?P<who>\w+) is either an? (?P<a>\w+) or an? (?P<b>\w+)"),
        ("not job", r"(?P<who>\w+) is not an? (?P<a>\w+)"),
        ("job", r"(?P<who>\w+) is an? (?P<a>[a-z ]+)"),
    ],
    "fr": [
        ("swap", r"En (?P<year>\d+), (?P<who>\w+) et (?P<other>\w+) ont échangé leurs (?P<key>\w+)"),
        ("move", r"En (?P<year>\d+), (?P<who>\w+) s'est installée? à (?P<a>\w+)"),
        ("older", r"(?P<who>\w+) est plus âgée? qu(?:e |')(?P<other>\w+)"),
        ("older", r"(?P<other>\w+) est plus jeune qu(?:e |')(?P<who>\w+)"),
        ("link", rf"{THE}{NOUN['fr']} {OF} est (?P<other>\w+)"),
        ("link", rf"(?P<other>\w+) est {THE}{NOUN['fr']} {OF}"),
        ("is", rf"(?:En 2000, )?{THE}{KEY['fr']} {OF} (?:est|était) (?P<a>\w+) ou (?P<b>\w+)"),
        ("not", rf"(?:En 2000, )?{THE}{KEY['fr']} {OF} n'(?:est|était) pas (?P<a>\w+)"),
        ("is", rf"{THE}{KEY['fr']} {OF} est (?P<a>\w+)"),
        ("is", rf"(?P<who>\w+) a une? {KEY['fr']} (?P<a>\w+)"),
        ("city", r"(?P<who>\w+) habite à (?P<a>\w+) ou à (?P<b>\w+)"),
        ("not city", r"(?P<who>\w+) n'habite pas à (?P<a>\w+)"),
        ("city", r"(?P<who>\w+) habite à (?P<a>\w+)"),
        ("instrument", r"(?P<who>\w+) joue (?:du |de la |de l')(?P<a>\w+)"),
        ("animal", r"(?P<who>\w+) a une? (?P<a>\w+)"),
        ("job", r"(?P<who>\w+) est (?P<a>\w+) ou (?P<b>\w+)"),
        ("not job", r"(?P<who>\w+) n'est pas (?P<a>\w+)"),
        ("job", r"(?P<who>\w+) est (?P<a>\w+)"),
    ],
}
QUESTIONS = {
    "en": [
        ("key", rf"what colour (?:is|was) (?P<who>\w+)'s {KEY['en']}"),
        ("key", rf"what colour (?:is|was) the {KEY['en']} of (?P<who>.+)"),
        ("city", r"in which city (?:does|did) (?P<who>.+) live"),
        ("job", r"what is (?P<who>\w+)'s job"),
        ("job", r"what is the job of (?P<who>.+)"),
        ("animal", r"which animal does (?P<who>.+) have"),
        ("instrument", r"which instrument does (?P<who>.+) play"),
        ("name", r"what is the name of (?P<who>.+)"),
        ("name", r"what is (?P<who>.+)'s name"),
    ],
    "fr": [
        ("key", rf"de quelle couleur (?:est|était) {THE}{KEY['fr']} (?:du |de la |de l'|de |d')(?P<who>.+)"),
        ("city", r"dans quelle ville habit(?:e|ait) (?P<who>.+)"),
        ("job", r"quel est le métier (?:du |de la |de l'|de |d')(?P<who>.+)"),
        ("animal", r"quel animal possède (?P<who>.+)"),
        ("instrument", r"de quel instrument joue (?P<who>.+)"),
        ("name", r"comment s'appelle (?P<who>.+)"),
    ],
}
CHAIN = {
    "en": [rf"(?P<who>\w+)'s {NOUN['en']}", rf"(?:the )?{NOUN['en']} of (?P<who>.+)"],
    "fr": [rf"(?:le |la |l')?{NOUN['fr']} (?:du |de la |de l'|de |d')(?P<who>.+)"],
}
HOLDER = {
    "en": [
        ("city", r"(?:the )?person who lives in (?P<a>\w+)"),
        ("instrument", r"(?:the )?person who plays the (?P<a>\w+)"),
        ("key", rf"(?:the )?person who has an? (?P<a>\w+) {KEY['en']}"),
        ("animal", r"(?:the )?person who has an? (?P<a>\w+)"),
        ("job", r"the (?P<a>[a-z ]+)"),
    ],
    "fr": [
        ("city", r"(?:la )?personne qui habite à (?P<a>\w+)"),
        ("instrument", r"(?:la )?personne qui joue (?:du |de la |de l')(?P<a>\w+)"),
        ("key", rf"(?:la )?personne qui a une? {KEY['fr']} (?P<a>\w+)"),
        ("animal", r"(?:la )?personne qui a une? (?P<a>\w+)"),
        ("job", r"(?:le |la |l')?(?P<a>[a-zéèœ]+)"),
    ],
}
RANK = {
    "en": r"(?:the )?(?P<rank>second |third |fourth )?(?P<end>oldest|youngest) person",
    "fr": r"(?:la )?(?P<rank>deuxième |troisième |quatrième )?personne la plus (?P<end>âgée|jeune)",
}
ORDINALS = {None: 1, "second ": 2, "third ": 3, "fourth ": 4, "deuxième ": 2, "troisième ": 3, "quatrième ": 4}


@dataclass
class Reader:
    """What a text says."""

    language: str
    may: dict[tuple[str, str], set[str]] = field(default_factory=dict)  # (person, key) -> values left
    excluded: list[tuple[str, str, str]] = field(default_factory=list)
    links: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    moves: dict[str, dict[int, str]] = field(default_factory=dict)
    swaps: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    older: set[tuple[str, str]] = field(default_factory=set)

    def read(self, sentence: str) -> None:
        """Take one sentence in."""
        for sort, pattern in SENTENCES[self.language]:
            if found := re.fullmatch(pattern, sentence):
                self._keep(sort, found.groupdict())
                return
        raise AssertionError(f"unreadable: {sentence}")

    def _keep(self, sort: str, got: dict[str, str]) -> None:
        who = got["who"]
        if sort == "swap":
            assert int(got["year"]) not in self.swaps
            self.swaps[int(got["year"])] = (who, got["other"], re.sub("(?:ves|s|x)$", "", got["key"]))
        elif sort == "move":
            homes = self.moves.setdefault(who, {})
            assert int(got["year"]) not in homes
            homes[int(got["year"])] = got["a"]
        elif sort == "older":
            self.older.add((who, got["other"]))
        elif sort == "link":
            role = self._role(got["noun"])
            self.links.setdefault((who, role), set()).add(got["other"])
            self.links.setdefault((got["other"], OPPOSITE[role]), set()).add(who)
        elif sort.startswith("not"):
            self.excluded.append((who, got.get("key") or sort[4:], got["a"]))
        else:
            key = got.get("key") or sort
            assert (who, key) not in self.may
            self.may[who, key] = {got["a"], got.get("b") or got["a"]}

    def _role(self, noun: str) -> str:
        (role,) = [role for role, forms in ROLES[self.language].items() if re.fullmatch(forms, noun)]
        return role

    def answer(self, question: str) -> str:
        """The only answer."""
        for who, key, value in self.excluded:
            self.may[who, key].remove(value)
        dated = re.fullmatch(r"(?:(?:In|En) (\d+), )?(.+?) ?\?", question)
        year, asked = int(dated[1] or 0), dated[2][0].lower() + dated[2][1:]
        for sort, pattern in QUESTIONS[self.language]:
            if found := re.fullmatch(pattern, asked):
                person = self.person(found["who"])
                return person if sort == "name" else self._value(person, found["key"] if sort == "key" else sort, year)
        raise AssertionError(f"unreadable: {question}")

    def person(self, text: str) -> str:
        """The only person a description fits."""
        for pattern in CHAIN[self.language]:
            if found := re.fullmatch(pattern, text):
                (other,) = self.links[self.person(found["who"]), self._role(found["noun"])]
                return other
        if found := re.fullmatch(RANK[self.language], text):
            order = self._order()
            place = ORDINALS[found["rank"]] - 1
            return order[place] if found["end"] in {"oldest", "âgée"} else order[-1 - place]
        if text[0].isupper():
            return text
        for sort, pattern in HOLDER[self.language]:
            if found := re.fullmatch(pattern, text):
                key = found["key"] if sort == "key" else sort
                (holder,) = [who for (who, k), left in self.may.items() if k == key and left == {found["a"]}]
                return holder
        raise AssertionError(f"unreadable: {text}")

    def _order(self) -> list[str]:
        """The only order the comparisons allow."""
        left, order = {name for pair in self.older for name in pair}, []
        while left:
            (top,) = [name for name in left if not any(young == name and old in left for old, young in self.older)]
            order.append(top)
            left.remove(top)
        return order

    def _value(self, person: str, key: str, year: int) -> str:
        if key == "city" and self.moves:
            return self.moves[person][max(when for when in self.moves[person] if when <= year)]
        now = {}
        for (who, k), left in self.may.items():
            if k == key:
                (now[who],) = left
        for when in sorted(self.swaps):
            a, b, thing = self.swaps[when]
            assert key.startswith(thing)
            if when <= year:
                now[a], now[b] = now[b], now[a]
        return now[person]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("level", LEVELS)
def test_one_right_answer(level: int, language: str) -> None:
    """A reader of the text alone finds one answer, it is the target, and no other option equals it."""
    for item in TASK.items(level, language, "solver", 40):
        passage, question = item.question.split("\n")
        reader = Reader(language)
        for sentence in passage.removesuffix(".").split(". "):
            reader.read(sentence)
        answer = reader.answer(question)
        assert item.options.index(answer) == item.target
        assert len(set(item.options)) == 4
