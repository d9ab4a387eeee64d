"""Structured output: the target is what the text says, and only a valid object with every value right scores."""

import itertools
import json
import re
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from harness.task import load_task, task_names
from harness.task_check import check_task
from harness.types import LANGUAGES, Completion, Item, Json
from tasks.content_production.structured_output import TASK, lexicon, record
from tasks.content_production.structured_output.lexicon import KEYS

NAME = "content_production/structured_output"
LEVELS = range(1, TASK.card.levels + 1)


def leaves(value: Json, depth: int = 0) -> list[tuple[Json, int]]:
    """The values that hold no others, with their depth."""
    if isinstance(value, dict | list):
        entries = value.values() if isinstance(value, dict) else value
        return [leaf for entry in entries for leaf in leaves(entry, depth + isinstance(value, dict))]
    return [(value, depth)]


def translated(value: Json) -> Json:
    """A French target with English property names."""
    names = dict(KEYS.values())
    if isinstance(value, dict):
        # French says `colis` for one parcel and for several; only properties are renamed here.
        return {("parcels" if key == "colis" else names[key]): translated(entry) for key, entry in value.items()}
    return [translated(entry) for entry in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def items() -> list[Item]:
    """Some items of every level and language."""
    return [i for level in LEVELS for language in LANGUAGES for i in TASK.items(level, language, "tests", 12)]


def value(it: Item, text: str) -> float | None:
    """The score of a text."""
    return TASK.score(it, Completion(it.id, text, "stop", 0, 0, "")).value


def test_promises() -> None:
    """Gold scores 1, baselines 0, items are distinct and pinned."""
    assert check_task(NAME, 8) == []
    assert load_task(NAME) is TASK


def test_schemas_are_schemas(items: list[Item]) -> None:
    """Every schema is valid JSON Schema, and its target valid under it."""
    for it in items:
        Draft202012Validator.check_schema(it.data["schema"])
        checker = Draft202012Validator.FORMAT_CHECKER
        assert Draft202012Validator(it.data["schema"], format_checker=checker).is_valid(it.target), it.id


def test_same_target_in_both_languages(items: list[Item]) -> None:
    """Only the property names differ."""
    grouped: dict[str, dict[str, Json]] = {}
    for it in items:
        grouped.setdefault(it.cluster, {})[it.language] = it.target
    for pair in grouped.values():
        assert translated(pair["fr"]) == pair["en"]


def test_difficulty_grows() -> None:
    """More values at every level on average, never a lesser depth, five objects deep and more at the top."""
    sizes, depths = [], []
    for level in LEVELS:
        targets = [leaves(it.target) for it in TASK.items(level, "en", "tests", 30)]
        sizes.append(sum(map(len, targets)) / len(targets))
        depths.append(max(depth for found in targets for _, depth in found))
    assert all(a < b for a, b in itertools.pairwise(sizes))
    assert depths == sorted(depths)
    assert depths[0] == 1
    assert depths[-1] >= 6


def test_told_values_stand_in_the_text(items: list[Item]) -> None:
    """Up to level 4 nothing is computed: every name and number is written in the text."""
    for it in items:
        if it.level <= 4:
            body = it.question.split("\n")[1]
            assert all(str(leaf) in body for leaf, _ in leaves(it.target) if not isinstance(leaf, bool)), it.id


def _goods(target: Json) -> list[Json]:
    inner = [g for parcel in target.get("parcels", []) for g in _goods(parcel)]
    return [*target.get("items", []), *inner]


def test_totals(items: list[Item]) -> None:
    """Totals are over all items; a parcel's total weight over all inside it."""

    def check(parcel: Json) -> int:
        grams = parcel["weight_g"] + sum(check(child) for child in parcel.get("parcels", []))
        assert parcel.get("total_weight_g", grams) == grams
        assert isinstance(grams, int)
        return grams

    for it in items:
        if it.language == "en" and it.level >= 7:
            goods = _goods(it.target)
            assert it.target["total_quantity"] == sum(g["quantity"] for g in goods)
            assert it.target["total_price"] == sum(g["quantity"] * g["price"] for g in goods)
            for parcel in it.target.get("parcels", []):
                check(parcel)


def test_text_alone_gives_the_weights(items: list[Item]) -> None:
    """Weights read back from the sentences (kg, multiples, corrections) are those of the target."""

    def stored(parcels: Json) -> dict[str, int]:
        found: dict[str, int] = {}
        for parcel in parcels:
            found |= {parcel["code"]: parcel["weight_g"]} | stored(parcel.get("parcels", []))
        return found

    for it in items:
        if it.language != "en" or it.level < 8:
            continue
        likes = dict[str, tuple[str, int]]()
        weights: dict[str, int] = {}
        for code, number in re.findall(r"arcel (\w\d)(?:, put inside parcel \w\d,)? weighs ([\d.]+) kg", it.question):
            weights[code] = round(float(number) * 1000)
        for code, times, model in re.findall(
            r"Parcel (\w\d)(?:, put inside parcel \w\d,)? weighs (twice|three times) as much as parcel (\w\d)",
            it.question,
        ):
            likes[code] = (model, {"twice": 2, "three times": 3}[times])
        while likes:
            likes = {code: (model, times) for code, (model, times) in likes.items() if code not in weights}
            weights |= {code: weights[model] * times for code, (model, times) in likes.items() if model in weights}
        assert weights == stored(it.target["parcels"]), it.id


def test_french_grammar(items: list[Item]) -> None:
    """No missing elision or contraction, no stray English, Python or double space, in texts and instructions."""
    wrong = r"\b(de le|de les|à le|à les|si il|que il|le [aeiouéè]\w*|de [aeiouéè]\w*)\b|  |\('|None|parcel|weighs"
    for it in items:
        if it.language == "fr":
            said = it.question.split("\n")[1] + TASK.instruction(it.level, "fr")
            assert not re.search(wrong, said), said
            assert not re.search(r"\d\.\d", said), "a decimal point in French"
            assert not re.search(r"\d fois", said), "a small number in figures"


def test_small_numbers_are_words(items: list[Item]) -> None:
    """`twice as much`, and every other customer ordered in a year of their own."""
    for it in items:
        assert not re.search(r"\d times", it.question)
        earlier = re.findall(r"(?:One|Two|Three) years? earlier|(?:Un|Deux|Trois) ans? plus tôt", it.question)
        assert len(earlier) == len(set(earlier)) == it.question.count("had ordered") + it.question.count("avait comm")


def test_the_first_items_differ() -> None:
    """No two of the first 10,000 items of a seed have the same customer with the same fact, nor a worked example's."""
    drawn = [record.draw(Random(n), 1, n) for n in (*range(10_000), *range(1_000_000, 1_000_003))]
    assert len({(one.name, one.facts) for one in drawn}) == len(drawn)


def test_short_prompts(items: list[Item]) -> None:
    """Prompts of the first four levels stay short (about 500 tokens), so that small machines can run them."""
    for it in items:
        if it.level <= 4:
            assert sum(len(message.content) for message in TASK.request(it).messages) < 1700


def made(language: str) -> Item:
    """An item with a name, an age, a membership, a date and items with an optional size."""
    goods = {
        "type": "object",
        "properties": {"product": {"type": "string"}, "quantity": {"type": "integer"}, "size": {"enum": ["S", "M"]}},
        "required": ["product", "quantity"],
    }
    schema = {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "age": {"type": "integer"},
            "member": {"type": "boolean"},
            "date": {"type": "string", "format": "date"},
            "items": {"type": "array", "items": goods},
        },
        "required": ["name", "age", "member", "date", "items"],
    }
    return Item("x", NAME, 5, language, "x", 0, "?", TARGET, data={"schema": schema})


TARGET: dict[str, Any] = {
    "name": "Zoe Martin",
    "age": 34,
    "member": True,
    "date": "2024-03-05",
    "items": [{"product": "robot", "quantity": 3, "size": "S"}, {"product": "piano", "quantity": 2}],
}
GOLD = json.dumps(TARGET)
EN = made("en")


def changed(**fields: Json) -> str:
    """The target with some fields changed, as JSON."""
    return json.dumps(TARGET | fields, ensure_ascii=False)


def without(name: str) -> str:
    """The target without a field."""
    return json.dumps({key: entry for key, entry in TARGET.items() if key != name})


ROBOT, PIANO = TARGET["items"]
CORPUS: list[tuple[str, float]] = [
    (GOLD, 1.0),
    (json.dumps(TARGET, indent=4), 1.0),
    (f"```json\n{GOLD}\n```", 1.0),
    (f"Here is the object:\n\n{GOLD}\n\nI hope this helps.", 1.0),
    (f"Voici l'objet :\n```\n{GOLD}\n```", 1.0),
    (f"{GOLD}\n{GOLD}", 1.0),
    (json.dumps(dict(reversed(TARGET.items()))), 1.0),
    (changed(age=34.0), 1.0),
    (changed(name="zoé  MARTIN"), 1.0),
    (changed(items=[ROBOT | {"product": "Robots"}, PIANO]), 1.0),
    (changed(name="Zoe Martins"), 0.0),
    (changed(age="34"), 0.0),
    (changed(age=35), 0.0),
    (changed(age=True), 0.0),
    (changed(age=None), 0.0),
    (changed(age=[34]), 0.0),
    (changed(member=1), 0.0),
    (changed(member="true"), 0.0),
    (changed(date="5 March 2024"), 0.0),
    (changed(date="2024-3-5"), 0.0),
    (changed(items=[PIANO, ROBOT]), 0.0),
    (changed(items=[ROBOT, PIANO | {"size": None}]), 0.0),
    (changed(items=[ROBOT, PIANO | {"size": "M"}]), 0.0),
    (changed(items=[ROBOT]), 0.0),
    (changed(items=[ROBOT, PIANO, PIANO]), 0.0),
    (changed(items=[ROBOT | {"size": "s"}, PIANO]), 0.0),
    (changed(extra=1), 0.0),
    (changed(extra={}), 0.0),
    (without("age"), 0.0),
    (f"{changed(age=35)}\n{GOLD}", 0.0),
    (f"{GOLD}\n{changed(age=35)}", 0.0),
    (f"[{GOLD}]", 0.0),
    (f'{{"answer": {GOLD}}}', 0.0),
    (GOLD.replace('"age": 34', '"age": 33, "age": 34'), 0.0),
    (GOLD.replace('"', "'"), 0.0),
    (GOLD[:-1], 0.0),
    ("Zoe Martin, 34, true, 2024-03-05, 3 robots S, 2 pianos", 0.0),
    ("{}", 0.0),
    ("[]", 0.0),
    ("", 0.0),
    ("A", 0.0),
]


@pytest.mark.parametrize(("text", "expected"), CORPUS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_judge_corpus(language: str, text: str, expected: float) -> None:
    """Wrapping, order of keys, case and plurals are tolerated; wrong types, extras and second answers are not."""
    it = made(language)
    if language == "fr":
        text = text.replace('"product"', '"produit"')
        it = Item(**{f: getattr(it, f) for f in it.__dataclass_fields__ if f not in ("target", "data")}, **_french(it))
    assert value(it, text) == expected


def _french(it: Item) -> dict[str, Json]:
    return {
        part: json.loads(json.dumps(entry).replace('"product"', '"produit"'))
        for part, entry in (("target", it.target), ("data", dict(it.data)))
    }


def test_metrics() -> None:
    """Validity and the share of right leaves are told apart from the value."""
    judged = TASK.judge(EN, changed(age=35))
    assert judged.metrics == {"valid": 1.0, "fields": pytest.approx(8 / 9)}
    assert judged.reason == "wrong: age"
    judged = TASK.judge(EN, changed(age="34"))
    assert judged.metrics["valid"] == 0.0


def test_echo_of_the_shots_scores_nothing(items: list[Item]) -> None:
    """A worked example's answer, the schema, or everything shown is no answer."""
    for it in items:
        messages = TASK.request(it).messages
        assert value(it, messages[2].content) == 0.0
        assert value(it, it.question) == 0.0
        assert value(it, "\n".join(m.content for m in messages)) == 0.0


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*TARGET, "x"]), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=200), json_values)
def test_any_text_is_judged(prose: str, answer: Json) -> None:
    """No text and no JSON raises, none but the target scores, and the metrics stay in [0, 1]."""
    judged = TASK.judge(EN, f"{prose} {json.dumps(answer)}")
    assert judged.value == 0.0
    assert all(0.0 <= metric <= 1.0 for metric in judged.metrics.values())


@pytest.mark.parametrize("text", ["{" * 1_000_000, '{"age":' + "9" * 1_000_000 + "}", '{"a":' * 30_000, "\ud800" * 9])
def test_hostile_texts_score_nothing(text: str) -> None:
    """A megabyte of broken JSON is judged quickly."""
    assert value(EN, text) == 0.0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_parcel_may_say_that_it_holds_no_other(language: str) -> None:
    """An empty list of parcels inside a parcel is what leaving it out is; elsewhere it is still wrong."""
    it = TASK.items(9, language, "leaf", 1)[0]
    name = "colis" if language == "fr" else "parcels"

    def fill(parcels: Json) -> Json:
        return [parcel | {name: fill(parcel.get(name, []))} for parcel in parcels]

    assert value(it, json.dumps(it.target | {name: fill(it.target[name])})) == 1.0
    assert value(it, json.dumps(it.target | {name: []})) == 0.0


def test_only_clothes_have_sizes(items: list[Item]) -> None:
    """No taxi in size S; clothes come with and without a size, so that nothing gives it away."""
    goods = [g for it in items if it.language == "en" and it.level >= 5 for g in _goods(it.target)]
    assert all(g["product"] in lexicon.CLOTHES for g in goods if "size" in g)
    assert {"size" in g for g in goods if g["product"] in lexicon.CLOTHES} == {True, False}


def test_french_instructions_are_formal() -> None:
    """Every task speaks to the reader as `vous`."""
    for name in task_names():
        task = load_task(name)
        for it in (i for level in range(1, task.card.levels + 1) for i in task.items(level, "fr", "formal", 1)):
            said = task.request(it).messages[0].content
            assert not re.search(r"\b(?:tu|réponds|écris|(?<!ligne )donne|lis|choisis|peux|termine)\b", said, re.I), (
                said
            )
