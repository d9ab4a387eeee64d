"""The same problem in French and in English."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.problem_solving.river_crossings.drawing import Problem
from tasks.problem_solving.river_crossings.lexicon import Noun

_RULE = {
    "fr": "Faites passer tout le monde de l'autre côté. {} Écrivez seulement les traversées, retours compris, une par "
    "ligne : {}.",
    "en": "Take everyone across. {} Write only the crossings, return trips too, one a line: {}.",
}
_LANTERN = {
    "fr": "Toute traversée se fait avec la lanterne, et dure ce que met le plus lent.",
    "en": "Every crossing is made with the lantern, and takes as long as its slowest walker.",
}
_ROWER = {
    "fr": "À chaque traversée, quelqu'un à bord sait ramer.",
    "en": "At every crossing, someone aboard can row.",
}
_APART = {
    "fr": " Les interdictions valent à terre, après chaque traversée, et non à bord.",
    "en": " The bans hold on land after every crossing, not aboard.",
}
_FORM = {"fr": "X, Y -> {}", "en": "X, Y -> {}"}
_TWO = {"fr": "bateau : X, Y -> {}", "en": "boat: X, Y -> {}"}
_BANK = {"fr": ("rive", "rive ou île"), "en": ("bank", "bank or island")}
_ALL_ROW = {"fr": "Tout le monde sait ramer.", "en": "Everyone can row."}
_AND = {"fr": " et ", "en": " and "}


def rule(language: str, *, bridge: bool, apart: bool, boats: int, island: bool) -> str:
    """What to do, and the form of the answer."""
    how = (_LANTERN if bridge else _ROWER)[language] + (_APART[language] if apart else "")
    form = (_TWO if boats > 1 and not island else _FORM)[language].format(_BANK[language][island])
    return _RULE[language].format(how, form)


def names(problem: Problem, language: str) -> list[str]:
    """The travellers' bare names, numbered as in the world."""
    return [_bare(who, language) for who in problem.travellers]


def shore_names(problem: Problem, language: str) -> list[str]:
    """The shores' bare names, numbered as in the world."""
    return [shore[language == "fr"] for shore in problem.shores]


def boat_names(problem: Problem, language: str) -> list[str]:
    """The boats' bare names."""
    return [_bare(boat, language) for boat in problem.boats]


def tell_problem(problem: Problem, language: str) -> str:
    """The question."""
    parts = _french(problem) if language == "fr" else _english(problem)
    return " ".join(part for part in parts if part)


def _english(problem: Problem) -> list[str]:
    world, limit = problem.world, problem.limit
    day, time = (words[0] for words in problem.when)
    who = _listed([_with_article(one, "en") for one in _mentioned(problem)], "en")
    start = f"{day} {time}, {who} are on the {problem.shores[0][0]} bank of the {problem.river[0]}"
    goal = f"Everyone must reach the {problem.shores[-1][0]} bank in at most {limit} "
    if world.minutes:
        pace = _amounts(problem, world.minutes, "en")
        return [
            f"{start}, with one lantern.",
            f"The bridge carries at most {world.boats[0].places} at once.",
            f"Minutes to cross: {pace}.",
            f"{goal}minutes.",
        ]
    return [
        *_boats_en(problem, start),
        _rowers(problem, "en", "Who can row: {}."),
        f"Weights in kg: {_amounts(problem, world.weights, 'en')}." if world.weights else "",
        _load(problem, "The {} carries at most {} kg.", "Each boat carries at most {} kg.", "en"),
        *_apart(problem, "en", "Never together {} without {}: {}.", ("on a bank", "in one place")),
        f"{goal}crossing{'s' if limit > 1 else ''}.",
    ]


def _french(problem: Problem) -> list[str]:
    world, limit = problem.world, problem.limit
    day, time = (words[1] for words in problem.when)
    who = _listed([_with_article(one, "fr") for one in _mentioned(problem)], "fr")
    start = f"{day} {time}, {who} sont sur la rive {problem.shores[0][1]} {problem.river[1]}"
    goal = f"Tout le monde doit atteindre la rive {problem.shores[-1][1]} en {limit} "
    if world.minutes:
        pace = _amounts(problem, world.minutes, "fr")
        return [
            f"{start}, avec une seule lanterne.",
            f"Le pont porte {world.boats[0].places} personnes au plus.",
            f"Minutes pour traverser : {pace}.",
            f"{goal}minutes au plus.",
        ]
    return [
        *_boats_fr(problem, start),
        _rowers(problem, "fr", "Qui sait ramer : {}."),
        f"Poids en kg : {_amounts(problem, world.weights, 'fr')}." if world.weights else "",
        _load(problem, "{} porte {} kg au plus.", "Chaque bateau porte {} kg au plus.", "fr"),
        *_apart(problem, "fr", "Jamais ensemble {} sans {} : {}.", ("sur une rive", "au même endroit")),
        f"{goal}traversée{'s' if limit > 1 else ''} au plus.",
    ]


def _boats_en(problem: Problem, start: str) -> list[str]:
    near, far = problem.shores[0][0], problem.shores[-1][0]
    told = [(boat.en, built.places) for boat, built in zip(problem.boats, problem.world.boats, strict=True)]
    if problem.world.shores > 2:
        (one, places), (other, more) = told
        return [
            f"{start}.",
            f"The {one} has {places} places and goes from the {near} bank to the island and back.",
            f"The {other} has {more} places, waits at the island and goes from there to the {far} bank and back.",
        ]
    return [f"{start}, with {_listed([f'a {boat} for {places}' for boat, places in told], 'en')}."]


def _boats_fr(problem: Problem, start: str) -> list[str]:
    near, far = problem.shores[0][1], problem.shores[-1][1]
    told = [(boat, built.places) for boat, built in zip(problem.boats, problem.world.boats, strict=True)]
    if problem.world.shores > 2:
        (one, places), (other, more) = told
        return [
            f"{start}.",
            f"{_The(one)} a {places} places, va de la rive {near} à l'île et en revient.",
            f"{_The(other)} a {more} places, attend sur l'île, va de là à la rive {far} et en revient.",
        ]
    with_one = [f"un{'e' if boat.article == 'la ' else ''} {boat.fr} de {places} places" for boat, places in told]
    return [f"{start}, avec {_listed(with_one, 'fr')}."]


def _The(boat: Noun) -> str:  # noqa: N802 - a capital article
    return f"{boat.article.capitalize()}{boat.fr}"


def _rowers(problem: Problem, language: str, form: str) -> str:
    if problem.world.rowers == problem.world.size:
        return _ALL_ROW[language]
    rowers = [problem.travellers[who] for who in problem.order if who < problem.world.rowers]
    return form.format(_listed([_bare(one, language) for one in rowers], language))


def _load(problem: Problem, one: str, both: str, language: str) -> str:
    load = problem.world.boats[0].load
    if not load:
        return ""
    boat = problem.boats[0]
    return (
        both.format(load) if len(problem.boats) > 1 else one.format(boat.en if language == "en" else _The(boat), load)
    )


def _apart(problem: Problem, language: str, form: str, places: tuple[str, str]) -> list[str]:
    """One sentence a keeper."""
    pairs: dict[int, list[str]] = {}
    for one, other, keeper in problem.world.rules:
        told = [_with_article(problem.travellers[who], language) for who in (one, other)]
        pairs.setdefault(keeper, []).append(_AND[language].join(told))
    where = places[problem.world.shores > 2]
    between = " ; " if language == "fr" else "; "
    return [
        form.format(where, _bare(problem.travellers[keeper], language), between.join(told))
        for keeper, told in pairs.items()
    ]


def _amounts(problem: Problem, amounts: Sequence[int], language: str) -> str:
    return ", ".join(f"{_bare(problem.travellers[who], language)} {amounts[who]}" for who in problem.order)


def _mentioned(problem: Problem) -> list[str | Noun]:
    return [problem.travellers[who] for who in problem.order]


def _bare(who: str | Noun, language: str) -> str:
    return who if isinstance(who, str) else who.fr if language == "fr" else who.en


def _with_article(who: str | Noun, language: str) -> str:
    if isinstance(who, str):
        return who
    return f"{who.article}{who.fr}" if language == "fr" else f"the {who.en}"


def _listed(told: Sequence[str], language: str) -> str:
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])}{_AND[language]}{told[-1]}"
