"""The languages by their codes, and which concepts a passage may use."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from tasks.content_production.translation.english import English
from tasks.content_production.translation.french import French
from tasks.content_production.translation.german import German
from tasks.content_production.translation.italian import Italian
from tasks.content_production.translation.spanish import Spanish
from tasks.content_production.translation.tongue import Tongue

QUALITIES = len(French.qualities)
TONGUES: Mapping[str, Tongue] = {
    tongue.name: tongue for tongue in (French(), English(), German(), Spanish(), Italian())
}


@functools.cache
def shared_things(partner: str) -> tuple[int, ...]:
    """Things that French, English and the partner have a sure word for."""
    known = TONGUES[partner or "fr"].things
    return tuple(n for n, thing in enumerate(known) if thing is not None)


@functools.cache
def shared_qualities(partner: str) -> tuple[int, ...]:
    """Qualities that French, English and the partner have a sure word for."""
    tongue = TONGUES[partner or "fr"]
    return tuple(n for n in range(QUALITIES) if tongue.has_quality(n))


@functools.cache
def shared_idioms(partner: str) -> tuple[int, ...]:
    """Sayings that French, English and the partner have."""
    return tuple(n for n, said in enumerate(TONGUES[partner or "fr"].idioms) if said)


@functools.cache
def unlike_things() -> tuple[int, ...]:
    """Things whose French and English plurals differ: "9 photos" would be its own translation."""
    return tuple(n for n in shared_things("") if not _plurals("fr", n) & _plurals("en", n))


def _plurals(language: str, thing: int) -> set[str]:
    found = TONGUES[language].things[thing]
    return {noun.many for noun in found.nouns} if found else set()
