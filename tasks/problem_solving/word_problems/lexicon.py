"""Who and what the stories are about, in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thing:
    """Something one can have a number of: countable, or measured in a small unit of which `unit` make a `big` one."""

    en: str  # "apples", "cm of ribbon": what follows a number
    fr: str
    stuff_en: str  # "apples", "ribbon": what follows "as many", "as much", "her"
    stuff_fr: str
    own_fr: str  # "ses pommes", "son ruban"
    some_fr: str  # "des pommes", "du ruban"
    pack_en: str  # what it is bought in, in the plural
    pack_fr: str
    unit: int = 12
    big_en: str = "dozen"  # what a number of `unit` is called
    big_fr: str = "douzaines"
    measured: bool = False


def _count(en: str, fr: str) -> Thing:
    return Thing(en, fr, en, fr, f"ses {fr}", f"des {fr}", "packs", "paquets")


_EN = (
    "apples pears oranges lemons cherries eggs nuts olives marbles stickers coins books pens pencils cards stamps "
    "shells buttons beads stones badges tickets photos keys balls cakes biscuits sweets flowers candles toys posters "
    "magazines balloons ribbons medals envelopes notebooks spoons"
).split()
_FR = (
    "pommes poires oranges citrons cerises œufs noix olives billes autocollants pièces livres stylos crayons cartes "
    "timbres coquillages boutons perles pierres badges tickets photos clés balles gâteaux biscuits bonbons fleurs "
    "bougies jouets affiches magazines ballons rubans médailles enveloppes cahiers cuillères"
).split()

COUNTABLE: tuple[Thing, ...] = tuple(_count(en, fr) for en, fr in zip(_EN, _FR, strict=True))
MEASURED: tuple[Thing, ...] = (
    Thing(
        "cm of ribbon", "cm de ruban", "ribbon", "ruban", "son ruban", "du ruban",
        "pieces", "morceaux", 100, "m", "m", measured=True,
    ),
    Thing(
        "cl of juice", "cl de jus", "juice", "jus", "son jus", "du jus",
        "bottles", "bouteilles", 100, "litres", "litres", measured=True,
    ),
    Thing(
        "g of flour", "g de farine", "flour", "farine", "sa farine", "de la farine",
        "bags", "sacs", 1000, "kg", "kg", measured=True,
    ),
)  # fmt: skip
# Units as they are written where no number goes before.
UNITS: dict[str, dict[str, str]] = {
    "en": {"cm": "centimetres", "cl": "centilitres", "g": "grams"},
    "fr": {"cm": "centimètres", "cl": "centilitres", "g": "grammes"},
}

_WOMEN = (
    "Emma Alice Clara Julia Laura Sarah Eva Nina Anna Olivia Victoria Charlotte Caroline Iris Rose Lola Mia Nora "
    "Diana Flora Louise Marion Estelle Amanda"
).split()
_MEN = (
    "Tom Leo Paul Lucas Adam Oscar Victor Simon Martin David Daniel Samuel Thomas Nathan Louis Max Arthur Gabriel "
    "Benjamin Vincent Ivan Omar Bruno Patrick"
).split()

NAMES: tuple[str, ...] = tuple(name for pair in zip(_WOMEN, _MEN, strict=True) for name in pair)
FEMININE: frozenset[str] = frozenset(_WOMEN)

DAYS: tuple[tuple[str, str], ...] = (
    ("Monday", "Lundi"),
    ("Tuesday", "Mardi"),
    ("Wednesday", "Mercredi"),
    ("Thursday", "Jeudi"),
    ("Friday", "Vendredi"),
    ("Saturday", "Samedi"),
    ("Sunday", "Dimanche"),
)
TIMES: tuple[tuple[str, str], ...] = (("morning", "matin"), ("afternoon", "après-midi"), ("evening", "soir"))
