"""Remarks: plain sentences without a number or a payment, between which the first levels' payments stand out."""

from __future__ import annotations

_MOMENTS = """
Le matin|In the morning
Le soir|In the evening
Ce jour-là|On that day
Après la pluie|After the rain
Avant midi|Before noon
Plus tard|Later on
Une heure après|An hour later
À la fin du jour|At the end of the day
"""
_PEOPLE = """
la voisine|the neighbour
le facteur|the postman
un client|a customer
la directrice|the director
le médecin|the doctor
une cliente|a visitor
le boulanger|the baker
la secrétaire|the secretary
un touriste|a tourist
le jardinier|the gardener
la concierge|the caretaker
un musicien|a musician
"""
_ACTIONS = """
parle de la pluie|talks about the rain
attend une visite|waits for a visit
raconte une histoire|tells a story
cherche un journal|looks for a newspaper
prépare le café|makes some coffee
regarde les photos|looks at the photos
oublie un parapluie|forgets an umbrella
écoute la radio|listens to the radio
ouvre la fenêtre|opens the window
lit une longue lettre|reads a long letter
joue de la guitare|plays the guitar
range les livres|puts the books away
discute du voyage|discusses the journey
admire les fleurs|admires the flowers
apporte un gâteau|brings a cake
compte les nuages|counts the clouds
"""
_PLACES = """
dans le jardin|in the garden
devant la porte|at the door
dans le salon|in the living room
près de la gare|near the station
au fond du couloir|down the corridor
dans la cuisine|in the kitchen
sur la place|on the square
derrière la maison|behind the house
à côté du théâtre|next to the theatre
dans le bureau|in the office
"""


def _pairs(table: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(line.split("|")) for line in table.strip().splitlines())


_PARTS = tuple(map(_pairs, (_MOMENTS, _PEOPLE, _ACTIONS, _PLACES)))


def remark(pick: int, language: str) -> str:
    """The sentence that a number picks, the same in both languages."""
    said = []
    for part in _PARTS:
        pick, place = divmod(pick, len(part))
        said.append(part[place][language == "en"])
    return f"{said[0]}, {said[1]} {said[2]} {said[3]}."
