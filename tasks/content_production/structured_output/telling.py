"""A record told as a short text, in French and in English."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from harness.types import Json
from tasks.content_production.structured_output import lexicon
from tasks.content_production.structured_output.record import Goods, Parcel, Record

_FACTS: dict[str, dict[str, Callable[[Json], str]]] = {
    "fr": {
        "age": lambda years: f"a {years} ans",
        "city": lambda city: f"habite à {city}",
    },
    "en": {
        "age": lambda years: f"is {years} years old",
        "city": lambda city: f"lives in {city}",
    },
}

_FOIS = {2: "deux fois", 3: "trois fois"}
_TIMES = {2: "twice", 3: "three times"}
_EARLIER = {
    "fr": ("Un an plus tôt", "Deux ans plus tôt", "Trois ans plus tôt"),
    "en": ("One year earlier", "Two years earlier", "Three years earlier"),
}


def text(record: Record, language: str) -> str:
    """All the facts as sentences."""
    french = language == "fr"
    said = [f"{record.name} {join([_FACTS[language][key](value) for key, value in record.facts], language)}."]
    if record.goods:
        goods = join([_goods(g, record, language) for g in record.goods], language)
        said.append(f"{record.name} {'a commandé' if french else 'ordered'} {goods}.")
    if record.rung.dated:
        date = _date(record, language)
        said.append(f"La commande date du {date}." if french else f"The order was placed on {date}.")
    if record.parcels:
        said.append(
            f"Elle est livrée {record.delay} jours plus tard, en {len(record.parcels)} colis."
            if french
            else f"It is delivered {record.delay} days later, in {len(record.parcels)} parcels."
        )
    said += [_other(place, record, language) for place in range(len(record.others))]
    told = [record.parcels[n] for n in record.told]
    said += [_parcel(parcel, record, language) for parcel in told]
    said += [_correction(parcel, language) for parcel in told if parcel.mistake]
    return " ".join(said)


def join(parts: Sequence[str], language: str) -> str:
    """`a, b and c`."""
    *head, last = parts
    return f"{', '.join(head)} {'et' if language == 'fr' else 'and'} {last}" if head else last


def kilograms(grams: int, language: str) -> str:
    """`2.5 kg`, with a comma in French."""
    number = f"{grams / 1000:g}"
    return f"{number.replace('.', ',') if language == 'fr' else number} kg"


def _date(record: Record, language: str) -> str:
    month = lexicon.MONTHS[language][record.date.month - 1]
    return f"{record.date.day} {month} {record.date.year}"


def _goods(goods: Goods, record: Record, language: str) -> str:
    """`3 robots in size M at 12 euros each`; sizes and prices where there are some."""
    french = language == "fr"
    parts = [f"{goods.quantity} {goods.product}s"]
    if goods.size:
        parts.append(f"en taille {goods.size}" if french else f"in size {goods.size}")
    if goods.price:
        currency = lexicon.CURRENCIES[record.currency]
        parts.append(f"à {goods.price} {currency} pièce" if french else f"at {goods.price} {currency} each")
    return " ".join(parts)


def _other(place: int, record: Record, language: str) -> str:
    """What somebody else ordered, each a year earlier than the one before."""
    name, goods = record.others[place]
    said = _goods(goods, record, language)
    if language == "fr":
        return f"{_EARLIER['fr'][place]}, {name} avait commandé {said}."
    return f"{_EARLIER['en'][place]}, {name} had ordered {said}."


def _parcel(parcel: Parcel, record: Record, language: str) -> str:
    french = language == "fr"
    goods = join([_goods(g, record, language) for g in parcel.goods], language)
    place = ""
    if parcel.parent:
        place = f", placé dans le colis {parcel.parent}," if french else f", put inside parcel {parcel.parent},"
    code, times = parcel.like
    if code and french:
        weight = f"pèse {_FOIS[times]} le poids du colis {code}"
    elif code:
        weight = f"weighs {_TIMES[times]} as much as parcel {code}"
    else:
        weight = f"{'pèse' if french else 'weighs'} {kilograms(parcel.mistake or parcel.weight, language)}"
    head = f"Le colis {parcel.code}" if french else f"Parcel {parcel.code}"
    return f"{head}{place} {weight} {'et contient' if french else 'and holds'} {goods}."


def _correction(parcel: Parcel, language: str) -> str:
    right, wrong = kilograms(parcel.weight, language), kilograms(parcel.mistake, language)
    if language == "fr":
        return f"Erratum : le colis {parcel.code} pèse {right} et non {wrong}."
    return f"Correction: parcel {parcel.code} weighs {right}, not {wrong}."
