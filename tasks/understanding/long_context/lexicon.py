"""Names, cities and dates. Last names come in pairs that differ by one letter."""

from __future__ import annotations

_WOMEN = (
    "Emma Alice Clara Julia Laura Sarah Eva Nina Anna Olivia Charlotte Caroline Iris Rose Lola Mia Nora Diana Flora "
    "Louise Marion Estelle"
).split()
_MEN = (
    "Tom Paul Lucas Adam Oscar Victor Simon Martin David Daniel Samuel Thomas Nathan Louis Max Arthur Gabriel Bruno "
    "Vincent Ivan Omar Patrick"
).split()
FIRST_NAMES: tuple[str, ...] = (*_WOMEN, *_MEN)
LAST_NAMES: tuple[str, ...] = tuple(
    (
        "Morel Moret Durand Durant Perrin Perron Leroy Leroi Fournier Fourrier Garnier Garnies Marchal Marchat Collin "
        "Colline Bernard Bernart Lambert Lambart Rousset Roussel Masson Massot Gautier Gauthier Renard Renaud Benoit "
        "Benoist Barbier Barrier Picard Picart Carpent Carpant Poirier Poitier Charrier Charlier Lefort Lafort Vidal "
        "Vital Delmas Delmat"
    ).split()
)
CITIES: tuple[str, ...] = tuple(
    "Berlin Bordeaux Boston Budapest Cardiff Chicago Dakar Dublin Lima Lyon Madrid Marseille Milan Munich Nairobi Oslo "
    "Paris Prague Rome Sydney Tokyo Toronto Tunis Turin Zagreb".split()
)
MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "en": "January February March April May June July August September October November December".split(),
}
FORMS = 4  # wordings of a payment in a sentence
LABEL = FORMS  # a fifth: file and amount alone
REMARK = FORMS + 1  # no payment at all


def near_name(last: int) -> int:
    """The last name that differs by one letter."""
    return last ^ 1


def is_woman(first: int) -> bool:
    """Gender of a first name."""
    return first < len(_WOMEN)
