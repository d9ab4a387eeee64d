"""The words. Values have one form whatever the gender of their bearer, so that a form never betrays an answer."""

from __future__ import annotations

from tasks.understanding.instruction_conflicts.scene import Kind

WOMEN = (
    "Alice Anna Carmen Claire Diana Elsa Emma Eva Irma Judith Julia Laura Lisa Marie Marion Nina Olivia Sarah Sofia "
    "Wanda"
).split()
MEN = (
    "Adam Albert Arthur Bruno Daniel David Eric Gabriel Ivan Karl Martin Max Nathan Oscar Paul Robert Samuel Simon "
    "Victor Vincent"
).split()
PEOPLE: tuple[str, ...] = (*WOMEN, *MEN)
_CITIES = (
    "Berlin Bordeaux Boston Budapest Cardiff Chicago Dakar Dublin Lima Lyon Madrid Marseille Milan Munich Nairobi Oslo "
    "Paris Prague Rome Sydney Tokyo Toronto Tunis Turin Zagreb"
).split()
_JOBS = (
    "fleuriste:florist dentiste:dentist pilote:pilot journaliste:journalist libraire:bookseller architecte:architect "
    "peintre:painter photographe:photographer juge:judge garagiste:mechanic bibliothécaire:librarian "
    "interprète:interpreter chimiste:chemist géologue:geologist poète:poet"
).split()
_ANIMALS = (
    "chat:cat chien:dog lapin:rabbit cheval:horse canard:duck perroquet:parrot âne:donkey mouton:sheep chèvre:goat "
    "tortue:turtle poule:hen vache:cow"
).split()
FEMININE_ANIMALS = frozenset({"chèvre", "tortue", "poule", "vache"})
YEARS = (1920, 2009)  # of birth
NOUNS: tuple[tuple[str, str, str], ...] = (  # French masculine, feminine; English. No relation follows from another.
    ("l'élève", "l'élève", "pupil"),
    ("le locataire", "la locataire", "tenant"),
    ("le guide", "la guide", "guide"),
    ("le chef", "la cheffe", "boss"),
    ("l'avocat", "l'avocate", "lawyer"),
    ("l'entraîneur", "l'entraîneuse", "coach"),
)
WORDS = {  # that say that an answer is missing; the first unless a voice decides otherwise
    "fr": ("non précisé", "inconnu", "néant", "manquant", "indisponible", "lacune"),
    "en": ("not stated", "unknown", "void", "missing", "unavailable", "gap"),
}
TITLES = {
    "fr": ("le registre", "la lettre", "l'article", "le rapport"),
    "en": ("the register", "the letter", "the article", "the report"),
}
VOICES = {
    "fr": ("la direction", "l'équipe", "le stagiaire", "la rédaction"),
    "en": ("the board", "the team", "the trainee", "the editor"),
}
SUBJECTS: dict[str, dict[Kind, str]] = {
    "fr": {"city": "la ville", "job": "le métier", "animal": "un animal", "year": "une année"},
    "en": {"city": "the city", "job": "the job", "animal": "an animal", "year": "a year"},
}
_PAIRS = {"job": _JOBS, "animal": _ANIMALS}


def is_woman(person: int) -> bool:
    """Gender of a person of PEOPLE."""
    return person < len(WOMEN)


def size(kind: Kind) -> range:
    """The values of a kind, as numbers."""
    if kind == "year":
        return range(YEARS[0], YEARS[1] + 1)
    return range(len(_CITIES) if kind == "city" else len(_PAIRS[kind]))


def value_text(kind: Kind, value: int, language: str) -> str:
    """A value in words; a year in digits."""
    if kind == "year":
        return str(value)
    return _CITIES[value] if kind == "city" else _PAIRS[kind][value].split(":")[language == "en"]
