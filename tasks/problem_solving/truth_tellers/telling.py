"""The same puzzle in French and in English."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from tasks.problem_solving.truth_tellers.claims import Claim, Puzzle
from tasks.problem_solving.truth_tellers.puzzle import WOMEN

_VOWELS = "aeiouyéèêàâîôAEIOUYÉÈÊÀÂÎÔ"


_DAYS = (
    ("Lundi", "Monday"),
    ("Mardi", "Tuesday"),
    ("Mercredi", "Wednesday"),
    ("Jeudi", "Thursday"),
    ("Vendredi", "Friday"),
    ("Samedi", "Saturday"),
    ("Dimanche", "Sunday"),
)
_TIMES = (("matin", "morning"), ("après-midi", "afternoon"), ("soir", "evening"))
_VERBS = (("parlent", "talk"), ("discutent", "chat"), ("rêvent", "dream"), ("débattent", "argue"))
_SAYS = (("dit", "says"), ("affirme", "claims"), ("déclare", "declares"), ("soutient", "insists"))
_NUMBERS = tuple(
    zip(
        "zéro une deux trois quatre cinq six sept huit neuf dix onze".split(),
        "none one two three four five six seven eight nine ten eleven".split(),
        strict=True,
    )
)
_TOPICS = (
    ("de musique", "music"), ("de sport", "sport"), ("de cuisine", "cooking"), ("de voyages", "travel"),
    ("de livres", "books"), ("de films", "films"), ("de chats", "cats"), ("de chiens", "dogs"),
    ("de chevaux", "horses"), ("d'oiseaux", "birds"), ("de fleurs", "flowers"), ("d'arbres", "trees"),
    ("de bateaux", "boats"), ("de trains", "trains"), ("d'avions", "planes"), ("de vélos", "bicycles"),
    ("de jeux", "games"), ("d'histoire", "history"), ("de peinture", "painting"), ("de théâtre", "theatre"),
    ("de danse", "dance"), ("de vacances", "holidays"), ("de montagnes", "mountains"), ("d'étoiles", "stars"),
)  # fmt: skip
_PLACES = (
    ("au marché", "at the market"), ("à la plage", "on the beach"), ("au parc", "in the park"),
    ("à l'école", "at school"), ("à la gare", "at the station"), ("au musée", "at the museum"),
    ("au café", "at the café"), ("à la ferme", "on the farm"), ("au port", "in the harbour"),
    ("à la bibliothèque", "at the library"), ("au jardin", "in the garden"), ("à la piscine", "at the pool"),
    ("au stade", "at the stadium"), ("au restaurant", "at the restaurant"), ("au cinéma", "at the cinema"),
    ("à la poste", "at the post office"), ("à la mairie", "at the town hall"), ("à l'hôtel", "at the hotel"),
    ("au château", "at the castle"), ("au zoo", "at the zoo"), ("à l'hôpital", "at the hospital"),
    ("à la boulangerie", "at the bakery"), ("au camping", "at the campsite"), ("au village", "in the village"),
)  # fmt: skip


def tell_puzzle(puzzle: Puzzle, language: str) -> str:
    """The question's text in one language."""
    puzzle = dataclasses.replace(puzzle, names=tuple(spelled(name, language) for name in puzzle.names))
    return _french(puzzle) if language == "fr" else _english(puzzle)


def spelled(name: str, language: str) -> str:
    """A first name as the language writes it; the judge reads it with or without accents."""
    return "Léo" if name == "Leo" and language == "fr" else name


def elided(word: str, following: str) -> str:
    """`word` before `following`, its last vowel elided before a vowel: "qu'Eva"."""
    return f"{word[:-1]}'{following}" if following[0] in _VOWELS else f"{word} {following}"


def _english(puzzle: Puzzle) -> str:
    said = [f"{_claim_en(fact, puzzle)}." for fact in puzzle.facts]
    if puzzle.scene:
        said.insert(0, _scene(puzzle.scene, 1))
    if puzzle.alone:
        said += [] if puzzle.scene else [f"{_list(puzzle.names, 'and')} are talking."]
        said.append(f"Only {puzzle.truthful[0]} tells the truth.")
    said += [f"{puzzle.names[s.speaker]} {_SAYS[s.way][1]} {_that_en(s.claim, puzzle)}." for s in puzzle.statements]
    return " ".join([*said, "Who tells the truth?"])


def _that_en(claim: Claim, puzzle: Puzzle) -> str:
    """The claim after a verb of saying; "both that … and that …" keeps what is joined together when nested."""
    if claim.kind == "and":
        first, second = (_claim_en(part, puzzle) for part in claim.parts)
        return f"both that {first} and that {second}"
    return f"that {_claim_en(claim, puzzle)}"


def _claim_en(claim: Claim, puzzle: Puzzle) -> str:
    names = [puzzle.names[person] for person in claim.people]
    if claim.kind == "says":
        return f"{names[0]} would say {_that_en(claim.parts[0], puzzle)}"
    if claim.parts:
        first, second = (_claim_en(part, puzzle) for part in claim.parts)
        return f"if {first}, then {second}" if claim.kind == "if" else f"either {first} or {second} (or both)"
    if claim.kind in {"exactly", "odd"}:
        group = f"the {len(names)} people" if len(names) == len(puzzle.names) else _list(names, "and")
        if claim.kind == "odd":
            return f"an odd number of {group} tell the truth"
        return f"exactly {_NUMBERS[claim.number][1]} of {group} {'tells' if claim.number == 1 else 'tell'} the truth"
    pair = _list(names, "and")
    return {
        "true": (
            f"{names[0]} tells the truth",
            f"{names[0]} never lies",
            f"{names[0]} is honest",
            f"{names[0]} always tells the truth",
        )[claim.way],
        "liar": (
            f"{names[0]} lies",
            f"{names[0]} is a liar",
            f"{names[0]} never tells the truth",
            f"{names[0]} always lies",
        )[claim.way],
        "same": f"{pair} are of the same kind",
        "differ": f"{pair} are of different kinds",
        "both": f"{pair} both tell the truth",
        "neither": f"{pair} both lie",
        "some": f"at least one of {pair} tells the truth",
    }[claim.kind]


def _scene(scene: Sequence[int], language: int) -> str:
    """Where some people talk; the scene only sets the story."""
    day, time = _DAYS[scene[0] // len(_TIMES)][language], _TIMES[scene[0] % len(_TIMES)][language]
    verb, topic, place = (table[n][language] for table, n in zip((_VERBS, _TOPICS, _PLACES), scene[2:], strict=True))
    people = scene[1] + 3
    if language:
        return f"On {day} {time}, {people} people {verb} about {topic} {place}."
    return f"{day} {time}, {people} personnes {verb} {topic} {place}."


def _french(puzzle: Puzzle) -> str:
    said = [f"{_claim_fr(fact, puzzle)}." for fact in puzzle.facts]
    if puzzle.scene:
        said.insert(0, _scene(puzzle.scene, 0))
    if puzzle.alone:
        said += [] if puzzle.scene else [f"{_list(puzzle.names, 'et')} discutent."]
        only = "Seule" if puzzle.truthful[0] in WOMEN else "Seul"
        said.append(f"{only} {puzzle.truthful[0]} dit la vérité.")
    said += [f"{puzzle.names[s.speaker]} {_SAYS[s.way][0]} {_that_fr(s.claim, puzzle)}." for s in puzzle.statements]
    return " ".join([*said, "Qui dit la vérité ?"])


def _that_fr(claim: Claim, puzzle: Puzzle) -> str:
    if claim.kind == "and":
        first, second = (elided("que", _claim_fr(part, puzzle)) for part in claim.parts)
        return f"à la fois {first} et {second}"
    return elided("que", _claim_fr(claim, puzzle))


def _claim_fr(claim: Claim, puzzle: Puzzle) -> str:
    names = [puzzle.names[person] for person in claim.people]
    if claim.kind == "says":
        return f"{names[0]} dirait {_that_fr(claim.parts[0], puzzle)}"
    if claim.parts:
        first, second = (_claim_fr(part, puzzle) for part in claim.parts)
        return f"si {first}, alors {second}" if claim.kind == "if" else f"soit {first}, soit {second} (ou les deux)"
    if claim.kind in {"exactly", "odd"}:
        return _group_fr(claim, names, everyone=len(names) == len(puzzle.names))
    pair = _list(names, "et")
    two = "toutes les deux" if all(name in WOMEN for name in names) else "tous les deux"
    liar = "une menteuse" if names[0] in WOMEN else "un menteur"
    return {
        "true": (
            f"{names[0]} dit la vérité",
            f"{names[0]} ne ment jamais",
            f"{names[0]} est honnête",
            f"{names[0]} dit toujours la vérité",
        )[claim.way],
        "liar": (
            f"{names[0]} ment",
            f"{names[0]} est {liar}",
            f"{names[0]} ne dit jamais la vérité",
            f"{names[0]} ment toujours",
        )[claim.way],
        "same": f"{pair} sont du même type",
        "differ": f"{pair} sont de types différents",
        "both": f"{pair} disent {two} la vérité",
        "neither": f"{pair} mentent {two}",
        "some": f"au moins une personne parmi {pair} dit la vérité",
    }[claim.kind]


def _group_fr(claim: Claim, names: Sequence[str], *, everyone: bool) -> str:
    among = f"parmi les {len(names)}" if everyone else f"parmi {_list(names, 'et')}"
    if claim.kind == "odd":
        return f"un nombre impair de personnes {among} disent la vérité"
    if claim.number == 1:
        return f"exactement une personne {among} dit la vérité"
    return f"exactement {_NUMBERS[claim.number][0]} personnes {among} disent la vérité"


def _list(names: Sequence[str], last: str) -> str:
    return f"{', '.join(names[:-1])} {last} {names[-1]}" if len(names) > 1 else names[0]
