from __future__ import annotations

from typing import Any

import pytest
from babel import Locale

from harness.intake.checks.country import COUNTRIES
from harness.intake.manifest import read_manifest

_NO_COUNTRIES = set("AC CP CQ DG EA EU EZ IC QO TA UN XA XB XK ZZ".split())  # of the reader's locale data


def test_a_country_and_open_weights_are_declared_or_not(entry: Any) -> None:
    """Both may be left out; `NO` is Norway and no truth value; what is declared arrives."""
    assert (read_manifest(entry.write()).country, read_manifest(entry.write()).weights) == ("", "")
    entry.manifest |= {"country": "NO", "weights": "open"}
    read = read_manifest(entry.write())
    assert (read.country, read.weights) == ("NO", "open")
    assert entry.codes() == []
    bare = entry.folder / "manifest.yaml"
    bare.write_text(bare.read_text(encoding="utf-8").replace("'NO'", "NO"), encoding="utf-8")
    assert read_manifest(bare).country == "NO"


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("country", "EU", "declaration.country"),
        ("country", "UK", "declaration.country"),
        ("country", "fr", "schema.value"),
        ("country", "FRA", "schema.value"),
        ("country", "FR\n", "schema.value"),
        ("country", 33, "schema.type"),
        ("weights", "yes", "schema.value"),
        ("weights", True, "schema.value"),
    ],
)
def test_other_words_are_refused(entry: Any, key: str, value: Any, code: str) -> None:
    """Two letters that nobody assigned, other forms of a code, and words that are neither open nor closed."""
    entry.manifest[key] = value
    assert entry.codes() == [code]
    assert not entry.check().eligible


def test_the_remedy_names_the_code_that_was_meant(entry: Any) -> None:
    """The United Kingdom is GB."""
    entry.manifest["country"] = "UK"
    (found,) = entry.check().findings
    assert found.remedy.startswith("did you mean GB?")


def test_the_list_is_that_of_the_locale_data() -> None:
    """The codes are those that Unicode's locale data names, less regions that ISO 3166-1 does not assign."""
    named = {code for code in Locale("en").territories if len(code) == 2 and code.isalpha()}
    assert named - _NO_COUNTRIES == COUNTRIES
