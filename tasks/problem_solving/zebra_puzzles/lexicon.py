"""People and what tells them apart, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

NAMES: tuple[str, ...] = tuple(
    "Emma Tom Alice Paul Clara Lucas Julia Oscar Laura Victor Sarah Simon Eva Martin Nina David Anna Daniel Olivia "
    "Samuel Victoria Thomas Charlotte Nathan Caroline Louis Lola Arthur Mia Gabriel Nora Benjamin Diana Vincent "
    "Estelle Ivan Amanda Omar Sofia Bruno Irina Patrick Lena Karim".split()
)


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something that each person has one of, all different."""

    label: dict[str, str]
    plural: dict[str, str]
    verb_en: str
    words: dict[str, tuple[str, ...]]  # the values, in the same order in each language
    said_fr: tuple[str, ...]  # what the French verb phrase is for each value

    def says(self, value: int, language: str) -> str:
        """What a person with a value does: "drinks tea", "boit du thé"."""
        return self.said_fr[value] if language == "fr" else f"{self.verb_en} {self.words['en'][value]}"


def _attribute(labels: str, verbs: str, en: str, fr: str, said: str = "") -> Attribute:
    one_fr, many_fr, one_en, many_en = labels.split()
    verb_en, verb_fr = verbs.split("|")
    words = {"fr": tuple(fr.split()), "en": tuple(en.split())}
    forms = tuple(said.split("|")) if said else words["fr"]
    return Attribute(
        {"fr": one_fr, "en": one_en},
        {"fr": many_fr, "en": many_en},
        verb_en,
        words,
        tuple(f"{verb_fr} {form}" for form in forms),
    )


ATTRIBUTES: tuple[Attribute, ...] = (
    _attribute(
        "boisson Boissons drink Drinks",
        "drinks|boit",
        "tea milk water coffee juice cola syrup cider",
        "thé lait eau café jus cola sirop cidre",
        "du thé|du lait|de l'eau|du café|du jus|du cola|du sirop|du cidre",
    ),
    _attribute(
        "animal Animaux pet Pets",
        "has the|a",
        "cat dog fish horse rabbit parrot turtle snake",
        "chat chien poisson cheval lapin perroquet tortue serpent",
        "le chat|le chien|le poisson|le cheval|le lapin|le perroquet|la tortue|le serpent",
    ),
    _attribute(
        "couleur Couleurs colour Colours",
        "wears|porte du",
        "red blue green black white yellow grey pink",
        "rouge bleu vert noir blanc jaune gris rose",
    ),
    _attribute(
        "sport Sports sport Sports",
        "plays|joue au",
        "tennis golf rugby football basketball handball hockey volleyball",
        "tennis golf rugby football basket handball hockey volley",
    ),
    _attribute(
        "ville Villes city Cities",
        "lives in|vit à",
        "Lima Oslo Tunis Berlin Madrid Dublin Sydney Dakar",
        "Lima Oslo Tunis Berlin Madrid Dublin Sydney Dakar",
    ),
)

WORDS: dict[str, tuple[str, ...]] = {
    language: (*NAMES, *(word for attribute in ATTRIBUTES for word in attribute.words[language]))
    for language in ("fr", "en")
}
