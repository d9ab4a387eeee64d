"""Registers in words: one natural sentence a payment, in four wordings, then the question."""

from __future__ import annotations

from tasks.understanding.long_context.lexicon import (
    CITIES,
    FIRST_NAMES,
    LABEL,
    LAST_NAMES,
    MONTHS,
    REMARK,
    is_woman,
)
from tasks.understanding.long_context.register import Entry, Query
from tasks.understanding.long_context.remarks import remark

_PARAGRAPH = 12  # entries


def tell_document(entries: tuple[Entry, ...], language: str) -> str:
    """All entries, in paragraphs."""
    say = entry_french if language == "fr" else entry_english
    told = [say(entry) for entry in entries]
    return "\n".join(" ".join(told[n : n + _PARAGRAPH]) for n in range(0, len(told), _PARAGRAPH))


def entry_french(entry: Entry) -> str:
    """A payment or a remark in French."""
    first, last, code, amount, month, day, city, form = entry
    if form >= LABEL:
        return remark(amount, "fr") if form == REMARK else labelled(code, amount, "fr")
    name, place = f"{FIRST_NAMES[first]} {LAST_NAMES[last]}", CITIES[city]
    date = f"{day if day > 1 else '1er'} {MONTHS['fr'][month]}"
    if form == 0:
        return f"Le {date}, {name} a versé {amount} euros à {place} pour le dossier {code}."
    if form == 1:
        return f"Pour le dossier {code}, {name} a payé {amount} euros le {date} à {place}."
    if form == 2:
        return f"À {place}, le {date}, le dossier {code} a reçu {amount} euros : payés par {name}."
    return (
        f"{name}, présent{'e' if is_woman(first) else ''} à {place} le {date}, a réglé {amount} euros (dossier {code})."
    )


def entry_english(entry: Entry) -> str:
    """A payment or a remark in English."""
    first, last, code, amount, month, day, city, form = entry
    if form >= LABEL:
        return remark(amount, "en") if form == REMARK else labelled(code, amount, "en")
    name, place, date = f"{FIRST_NAMES[first]} {LAST_NAMES[last]}", CITIES[city], f"{day} {MONTHS['en'][month]}"
    if form == 0:
        return f"On {date}, {name} handed over {amount} euros in {place} for file {code}."
    if form == 1:
        return f"For file {code}, {name} paid {amount} euros on {date} in {place}."
    if form == 2:
        return f"In {place}, on {date}, file {code} received {amount} euros: they were paid by {name}."
    return f"{name}, who was in {place} on {date}, settled {amount} euros (file {code})."


def labelled(code: str, amount: int, language: str) -> str:
    """A file and its amount alone."""
    return f"Dossier {code} : {amount} euros." if language == "fr" else f"File {code}: {amount} euros."


def ask(query: Query, language: str) -> str:
    """The question, which says enough to be answered with numbers alone."""
    if query.first >= 0:
        return _about_person(query, language)
    return _french(query) if language == "fr" else _english(query)


def _about_person(query: Query, language: str) -> str:
    name = f"{FIRST_NAMES[query.first]} {LAST_NAMES[query.last]}"
    counted = query.kind.startswith("count")
    if language == "fr":
        where = f" à {CITIES[query.city]}" if query.city >= 0 else ""
        she = "elle" if is_woman(query.first) else "il"
        if counted:
            return f"Combien de fois {name} a-t-{she} versé de l'argent{where} ?"
        return f"Combien d'euros {name} a-t-{she} versés en tout{where} ?"
    where = f" in {CITIES[query.city]}" if query.city >= 0 else ""
    return f"How many times did {name} pay{where}?" if counted else f"How many euros did {name} pay in all{where}?"


def _french(query: Query) -> str:
    if query.kind == "single":
        return f"Combien d'euros ont été versés pour le dossier {query.codes[0]} ?"
    if query.kind == "latest":
        return f"De combien d'euros est le versement le plus récent pour le dossier {query.codes[0]} ?"
    codes = _listed(query.codes, "et")
    if query.kind == "several":
        return f"Combien d'euros ont été versés pour chacun des dossiers {codes}, dans cet ordre ?"
    if query.kind == "several latest":
        return f"De combien d'euros est le versement le plus récent pour chacun des dossiers {codes}, dans cet ordre ?"
    return f"Quel est le total, en euros, du versement le plus récent de chacun des dossiers {codes} ?"


def _english(query: Query) -> str:
    if query.kind == "single":
        return f"How many euros were paid for file {query.codes[0]}?"
    if query.kind == "latest":
        return f"How many euros is the most recent payment for file {query.codes[0]}?"
    codes = _listed(query.codes, "and")
    if query.kind == "several":
        return f"How many euros were paid for each of the files {codes}, in this order?"
    if query.kind == "several latest":
        return f"How many euros is the most recent payment for each of the files {codes}, in this order?"
    return f"What is the total, in euros, of the most recent payment for each of the files {codes}?"


def _listed(codes: tuple[str, ...], last: str) -> str:
    return f"{', '.join(codes[:-1])} {last} {codes[-1]}"
