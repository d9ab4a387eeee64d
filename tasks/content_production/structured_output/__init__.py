"""Fill a JSON Schema from a short text.

Level 1, for example: `Alice Martin is 34 years old.` and a schema with `name` and `age`: the answer is
`{"name": "Alice Martin", "age": 34}`. Values are the same in French and in English, property names are in the
item's language. A record of facts is drawn; text, schema and target are three sayings of it.

How an answer is read: the one JSON object in the text (prose and code fences around it are passed over; an object
repeated as it is counts once). Two different objects, a repeated key, or an object inside a list are no answer. The
value is 1 when the object is valid under the schema and its leaves are exactly those of the target (case, accents and
the plural of a product do not matter in strings), else 0. `metrics["valid"]` says whether the schema is met,
`metrics["fields"]` the share of right leaves among those of the answer and the target.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from jsonschema import Draft202012Validator

from harness.metrics.text import fold, json_objects, same_json
from harness.task import Judgement, ProceduralTask, Telling
from harness.types import Item, Json
from tasks.content_production.structured_output.record import RUNGS, Record, Rung, draw
from tasks.content_production.structured_output.schema import key, schema, target
from tasks.content_production.structured_output.telling import text

_LONGEST_READ = 100_000  # characters
_INSTRUCTION = {
    "fr": "Donnez ce que dit le texte en un objet JSON sur une ligne, conforme au schéma, et rien d'autre.",
    "en": "Give what the text says as one JSON object on one line that fits the schema, and nothing else.",
}
# What else the instruction says, when the level's record calls for it: French, English.
_RULES: tuple[tuple[Callable[[Rung], bool], str, str], ...] = (
    (lambda rung: rung.items > 0, "Produits au singulier.", "Products in the singular."),
    (lambda rung: rung.items > 1, "Articles dans l'ordre du texte.", "Items in the order of the text."),
    (lambda rung: rung.sized, "Omettez ce que le texte ne dit pas.", "Leave out what the text does not say."),
    (
        lambda rung: rung.totals,
        "Les totaux portent sur tous les articles de la commande.",
        "Totals are over all items of the order.",
    ),
    (
        lambda rung: rung.parcels > 0,
        "Colis par ordre alphabétique des codes ; poids en grammes.",
        "Parcels in alphabetical order of their codes; weights in grams.",
    ),
    (
        lambda rung: rung.depth > 1,
        "Un colis placé dans un autre figure dans la liste de celui-ci ; chaque colis est pesé seul.",
        "A parcel inside another one stands in the latter's list; each parcel is weighed alone.",
    ),
    (
        lambda rung: rung.likened > 0,
        "Le poids total ajoute celui de tous les colis placés à l'intérieur.",
        "The total weight adds that of all parcels inside.",
    ),
)
_LABELS = {"fr": ("Schéma :", "Texte :"), "en": ("Schema:", "Text:")}


class StructuredOutput(ProceduralTask[Record]):
    """A record told as a text, to be written down under a schema."""

    def draw(self, rng: Random, level: int, index: int) -> Record:
        """The facts."""
        return draw(rng, level, index)

    def tell(self, structure: Record, language: str) -> Telling:
        """Schema and text; the target is the object."""
        made = schema(structure, language)
        head, body = _LABELS[language]
        compact = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
        question = f"{head} {compact}\n{body} {text(structure, language)}"
        return Telling(question, target(structure, language), data={"schema": made})

    def instruction(self, level: int, language: str) -> str:
        """What to do, with the rules that the level's schema calls for."""
        rung = RUNGS[level - 1]
        rules = [(french, english)[language == "en"] for applies, french, english in _RULES if applies(rung)]
        return " ".join([_INSTRUCTION[language], *rules])

    def answer(self, item: Item) -> str:
        """The target as JSON."""
        return json.dumps(item.target, ensure_ascii=False)

    def judge(self, item: Item, text: str) -> Judgement:
        """Valid under the schema and equal leaf by leaf."""
        found = json_objects(text[:_LONGEST_READ])
        if len(found) != 1:
            reason = f"{len(found)} different JSON objects, 1 expected"
            return Judgement(0.0, "", reason, {"valid": 0.0, "fields": 0.0})
        (read,) = found
        validator = Draft202012Validator(item.data["schema"], format_checker=Draft202012Validator.FORMAT_CHECKER)
        valid = validator.is_valid(read)
        share, wrong = _compare(read, item.target, item.language)
        faults = [] if valid else ["not valid under the schema"]
        faults += [f"wrong: {', '.join(wrong[:5])}"] if wrong else []
        metrics = {"valid": float(valid), "fields": share}
        return Judgement(float(not faults), json.dumps(read, ensure_ascii=False)[:2000], "; ".join(faults), metrics)


def _compare(read: Json, wanted: Json, language: str) -> tuple[float, list[str]]:
    """The share of right leaves among those of either value, and the paths of the others.

    A parcel with an empty list of parcels is one that has none, which the schema lets one say both ways.
    """
    product, inside = key("product", language), f"].{key('parcels', language)}"
    ours = dict(_leaves(wanted))
    theirs = {path: value for path, value in _leaves(read) if value != [] or not path.endswith(inside)}
    paths = [*ours, *(path for path in theirs if path not in ours)]
    wrong = [p for p in paths if p not in ours or p not in theirs or not _same(ours[p], theirs[p], p.endswith(product))]
    return 1 - len(wrong) / len(paths), wrong


def _leaves(value: Json, path: str = "") -> Iterator[tuple[str, Json]]:
    """Dotted paths of the values that hold no others; an empty object or list is one."""
    if isinstance(value, dict) and value:
        for name, entry in value.items():
            yield from _leaves(entry, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value:
        for n, entry in enumerate(value):
            yield from _leaves(entry, f"{path}[{n}]")
    else:
        yield path, value


def _same(ours: Json, theirs: Json, plural: bool) -> bool:
    if isinstance(ours, str) and isinstance(theirs, str):
        left, right = (" ".join(fold(text).split()) for text in (ours, theirs))
        return left == right or (plural and right == f"{left}s")
    return same_json(ours, theirs)


TASK = StructuredOutput(Path(__file__).parent)
