"""The conditions on record, in words."""

from typing import Any

import pytest

from leaderboard.site.conditions import in_words
from leaderboard.site.language import Language

RECORD = {
    "hardware": {"memory_bytes": 3 * 1024**3, "governors": [], "driver": "none", "smt": False},
    "system": {"container": {"digest": None, "digest_from": "nothing here says it"}, "locks": {"files": {"a": "6a"}}},
    "packages": {"torch": "2.13.0"},
    "inference": {"tolerance": 0.0001, "concurrency": 16, "seeds": {"hash": "random"}},
    "budget": {
        "planned": {"up_to": 1_000_000_000, "seconds": 7200, "joules": 5e6},
        "spent": {"seconds": 81.418, "joules": 0.0},
    },
    "fan": {"<speed>": "\u202e<b>"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("en", {
            "Memory": "3.0 GiB", "Frequency governors": "none", "NVIDIA driver": "none",
            "Digest of the image": "not known", "Digest of a": "<bdi>6a</bdi>",
            "Package torch": "<bdi>2.13.0</bdi>",
            "Tolerance between two runs, on a log-likelihood": "0.0001", "Questions at once, at most": "16",
            "Seed of Python’s hashes": "drawn at random at each start", "Budget: parameters, at most": "1,000,000,000",
            "Budget: computing time": "2.0 h", "Budget: energy": "5.0 MJ",
        }),
        ("fr", {
            "Mémoire": "3,0\xa0Gio", "Régulateurs de fréquence": "aucun", "Empreinte de l’image": "non renseigné",
            "Tolérance entre deux exécutions, sur une log-vraisemblance": "0,0001",
            "Budget\xa0: paramètres, au plus": "1\u202f000\u202f000\u202f000",
            "Budget\xa0: durée de calcul": "2,0\xa0h",
        }),
    ],
)  # fmt: skip
def test_known_conditions_have_names_units_and_words(code: str, expected: dict[str, str]) -> None:
    """No key, no bare number of seconds, bytes or joules, and no English word reaches a reader of either language."""
    found = {str(name): str(value).replace("\xa0", " ") if code == "en" else str(value) for name, value in
             in_words(RECORD, Language(code))}  # fmt: skip
    assert {name: found.get(name) for name in expected} == expected


def test_what_no_catalogue_knows_is_shown_escaped_and_in_its_own_direction() -> None:
    """A key and a value that another machine made up stay readable and turn nothing around them."""
    shown: list[Any] = [pair for pair in in_words(RECORD, Language("fr")) if "fan" in pair[0]]
    assert shown == [("<bdi>fan.&lt;speed&gt;</bdi>", "<bdi>\u202e&lt;b&gt;</bdi>")]
