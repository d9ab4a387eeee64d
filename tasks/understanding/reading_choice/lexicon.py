"""The words: people, values and relations, each with its French and English forms.

First names and cities are written alike in both languages. Values an option may show do not change with the gender
of their bearer, so that an option's form never betrays the right one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Gender = Literal["f", "m"]


@dataclass(frozen=True, slots=True)
class Word:
    """One thing in both languages. `fr_f` is the French feminine, of an adjective or of a person's noun."""

    fr: str
    en: str
    gender: Gender = "m"  # French grammatical gender, of things
    fr_f: str = ""
    en_f: str = ""
    fr_plural: str = ""
    en_plural: str = ""

    def french(self, gender: Gender) -> str:
        """The form for a feminine or masculine bearer."""
        return self.fr_f if gender == "f" and self.fr_f else self.fr

    def english(self, gender: Gender) -> str:
        """The form for a feminine or masculine bearer."""
        return self.en_f if gender == "f" and self.en_f else self.en


WOMEN = (
    "Alice Anna Carmen Claire Diana Elsa Emma Eva Irma Judith Julia Laura Lisa Marie Marion Nina Olivia Sarah Sofia "
    "Wanda"
).split()
MEN = (
    "Adam Albert Arthur Bruno Daniel David Eric Gabriel Ivan Karl Martin Max Nathan Oscar Paul Robert Samuel Simon "
    "Victor Vincent"
).split()
PEOPLE: tuple[str, ...] = (*WOMEN, *MEN)


def gender_of(person: int) -> Gender:
    """Gender of a person of PEOPLE."""
    return "f" if person < len(WOMEN) else "m"


_CITIES = (
    "Berlin Bordeaux Boston Budapest Cardiff Chicago Dakar Dublin Lima Lyon Madrid Marseille Milan Munich Nairobi Oslo "
    "Paris Prague Rome Sydney Tokyo Toronto Tunis Turin Zagreb"
).split()
CITIES = tuple(Word(city, city) for city in _CITIES)

COLOURS = (
    Word("rouge", "red"),
    Word("bleu", "blue", fr_f="bleue"),
    Word("vert", "green", fr_f="verte"),
    Word("jaune", "yellow"),
    Word("noir", "black", fr_f="noire"),
    Word("blanc", "white", fr_f="blanche"),
    Word("gris", "grey", fr_f="grise"),
    Word("rose", "pink"),
    Word("orange", "orange"),
    Word("violet", "purple", fr_f="violette"),
    Word("marron", "brown"),
    Word("beige", "beige"),
)

ANIMALS = (
    Word("chat", "cat"),
    Word("chien", "dog"),
    Word("lapin", "rabbit"),
    Word("cheval", "horse"),
    Word("canard", "duck"),
    Word("perroquet", "parrot"),
    Word("âne", "donkey"),
    Word("mouton", "sheep"),
    Word("chèvre", "goat", "f"),
    Word("tortue", "turtle", "f"),
    Word("poule", "hen", "f"),
    Word("vache", "cow", "f"),
)

INSTRUMENTS = (
    Word("piano", "piano"),
    Word("violon", "violin"),
    Word("saxophone", "saxophone"),
    Word("accordéon", "accordion"),
    Word("orgue", "organ"),
    Word("violoncelle", "cello"),
    Word("banjo", "banjo"),
    Word("tuba", "tuba"),
    Word("guitare", "guitar", "f"),
    Word("flûte", "flute", "f"),
    Word("trompette", "trumpet", "f"),
    Word("clarinette", "clarinet", "f"),
)

_SAME_FOR_ALL = (
    Word("fleuriste", "florist"),
    Word("dentiste", "dentist"),
    Word("pilote", "pilot"),
    Word("journaliste", "journalist"),
    Word("libraire", "bookseller"),
    Word("architecte", "architect"),
    Word("peintre", "painter"),
    Word("photographe", "photographer"),
    Word("juge", "judge"),
    Word("garagiste", "mechanic"),
    Word("comptable", "accountant"),
    Word("bibliothécaire", "librarian"),
    Word("interprète", "interpreter"),
    Word("chimiste", "chemist"),
    Word("géologue", "geologist"),
    Word("poète", "poet"),
)
_GENDERED = (
    Word("boulanger", "baker", fr_f="boulangère"),
    Word("infirmier", "nurse", fr_f="infirmière"),
    Word("jardinier", "gardener", fr_f="jardinière"),
    Word("avocat", "lawyer", fr_f="avocate"),
    Word("coiffeur", "hairdresser", fr_f="coiffeuse"),
    Word("cuisinier", "cook", fr_f="cuisinière"),
    Word("danseur", "dancer", fr_f="danseuse"),
    Word("facteur", "postal worker", fr_f="factrice"),
)
JOBS = (*_SAME_FOR_ALL, *_GENDERED)
ASKED_JOBS = len(_SAME_FOR_ALL)  # only the first ones may be options

OBJECTS = {
    "car": Word("voiture", "car", "f", fr_plural="voitures", en_plural="cars"),
    "house": Word("maison", "house", "f", fr_plural="maisons", en_plural="houses"),
    "scarf": Word("écharpe", "scarf", "f", fr_plural="écharpes", en_plural="scarves"),
    "bike": Word("vélo", "bike", fr_plural="vélos", en_plural="bikes"),
    "hat": Word("chapeau", "hat", fr_plural="chapeaux", en_plural="hats"),
    "coat": Word("manteau", "coat", fr_plural="manteaux", en_plural="coats"),
    "bag": Word("sac", "bag", fr_plural="sacs", en_plural="bags"),
    "boat": Word("bateau", "boat", fr_plural="bateaux", en_plural="boats"),
    "umbrella": Word("parapluie", "umbrella", fr_plural="parapluies", en_plural="umbrellas"),
}

NOUNS = {
    "sibling": Word("frère", "brother", fr_f="sœur", en_f="sister"),
    "teacher": Word("professeur", "teacher", fr_f="professeure"),
    "pupil": Word("élève", "pupil"),
    "landlord": Word("propriétaire", "landlord", en_f="landlady"),
    "tenant": Word("locataire", "tenant"),
    "supplier": Word("fournisseur", "supplier", fr_f="fournisseuse"),
    "customer": Word("client", "customer", fr_f="cliente"),
    "left": Word("voisin de gauche", "left-hand neighbour", fr_f="voisine de gauche"),
    "right": Word("voisin de droite", "right-hand neighbour", fr_f="voisine de droite"),
}
INVERSE = {
    "sibling": "sibling",
    "teacher": "pupil",
    "pupil": "teacher",
    "landlord": "tenant",
    "tenant": "landlord",
    "supplier": "customer",
    "customer": "supplier",
    "left": "right",
    "right": "left",
}


def values(kind: str) -> tuple[Word, ...]:
    """All values of a kind of attribute: an object's are its colours."""
    return {"city": CITIES, "job": JOBS, "animal": ANIMALS, "instrument": INSTRUMENTS}.get(kind, COLOURS)
