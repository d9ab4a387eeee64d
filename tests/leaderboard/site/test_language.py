"""Texts, numbers and dates in French and in English."""

import re
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from harness.errors import PublishError
from harness.types import TRACKS
from leaderboard.site.language import Language, load_catalogue, load_method, typeset

Table = dict[str, Any]

SITE = Path(load_catalogue.__wrapped__.__code__.co_filename).parent
FR, EN = Language("fr"), Language("en")
TAGS = re.compile(r"<[^>]*>")
PLURAL = re.compile(r"\.(one|other)$")
NARROW, WIDE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"


def _sources() -> str:
    files = [*SITE.glob("templates/*.j2"), *SITE.glob("*.py"), *SITE.glob("pages/*.py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_catalogues_say_the_same_things() -> None:
    """French and English have the same keys, in the same order, with the same places to fill."""
    french, english = load_catalogue("fr"), load_catalogue("en")
    assert list(french) == list(english)
    assert {key: _fields(text) for key, text in french.items()} == {key: _fields(text) for key, text in english.items()}


def test_both_method_pages_have_the_same_sections() -> None:
    """The method page has the same sections, with as many paragraphs and the same figures to fill in."""
    french, english = load_method("fr"), load_method("en")
    assert [(s["id"], [_fields(p) for p in s["body"]]) for s in french] == [
        (s["id"], [_fields(p) for p in s["body"]]) for s in english
    ]
    assert min(len(s["body"]) for s in french) >= 1


def test_no_text_is_missing_or_unused() -> None:
    """Every key that a template names exists, and every key that exists is named."""
    source = _sources()
    named = set(re.findall(r"""(?:\bt|\.text)\(\s*f?["']([a-z_.]+[a-z_])["']""", source))
    families = set(re.findall(r"""(?:\bt\(|set key = )["']([a-z_]+\.)["'] ~""", source)) | {"duration."}
    keys = {PLURAL.sub("", key) for key in load_catalogue("fr")} - {"interval"}
    assert named - keys == set()
    named |= set(re.findall(r"""["']([a-z_]+(?:\.[a-z_0-9]+)+)["']""", source))  # chosen before they are looked up
    made = re.findall(r"""f"([a-z_]+\.(?:[a-z_.]|\{[^}]*\})*)\"""", source)
    dotted = [re.escape(one).replace(r"\{key\}", "[a-z_0-9.]+") for one in made if "{" in one]
    patterns = [re.sub(r"\\{.*?\\}", "[a-z_0-9]+", one) for one in dotted]
    named |= {key for key in keys if any(re.fullmatch(pattern, key) for pattern in patterns)}
    assert {key for key in keys - named if not key.startswith(tuple(families))} == set()


def test_every_value_of_a_closed_list_has_a_text(schema: Table) -> None:
    """Tracks, kinds of task, states of a run and verdicts all have their words."""
    definitions = schema["$defs"]
    wanted = {f"track.{track}" for track in TRACKS}
    wanted |= {f"track.{track}" for track in definitions["track"]["enum"]}
    wanted |= {f"kind.{kind}" for kind in definitions["task"]["properties"]["kind"]["enum"]}
    wanted |= {f"state.{state}" for state in definitions["standing"]["properties"]["state"]["enum"]}
    wanted |= {f"declared.{key}" for key in definitions["declared"]["properties"]}
    wanted |= {f"word.{way}" for way in definitions["declared"]["properties"]["prompting"]["enum"] if way}
    wanted |= {f"versus.{verdict}" for verdict in ("ahead", "behind", "open")}
    assert wanted <= set(load_catalogue("fr"))


@pytest.mark.parametrize("code", ["fr", "en"])
def test_typography_of_both_languages(code: str) -> None:
    """No straight quote or apostrophe, no double space, no three dots."""
    texts = [*load_catalogue(code).values(), *(p for s in load_method(code) for p in [s["title"], *s["body"]])]
    for text in texts:
        bare = TAGS.sub("", text)
        assert not re.search(r"""['"]|  |\.\.\.""", bare), bare


def test_french_typography() -> None:
    """A no-break space stands before every tall mark, inside guillemets and in thousands; none is an ordinary space."""
    texts = [*load_catalogue("fr").values(), *(p for s in load_method("fr") for p in [s["title"], *s["body"]])]
    bare = "\n".join(TAGS.sub("", text) for text in texts)
    assert not re.search(r" [;!?:%»]|« |\d \d{3}\b", bare)
    assert not re.search(rf"[^{NARROW}][;!?]", bare)
    assert not re.search(rf"[^{WIDE}]:", bare)
    assert f"niveau{WIDE}; " not in bare


def test_english_has_no_french_spaces() -> None:
    """English marks follow their word directly."""
    texts = [*load_catalogue("en").values(), *(p for s in load_method("en") for p in [s["title"], *s["body"]])]
    assert not re.search(r"\s[;!?:%]", "\n".join(TAGS.sub("", text) for text in texts))


@pytest.mark.parametrize(
    ("plain", "set_"),
    [
        ("Qui dit vrai ?", f"Qui dit vrai{NARROW}?"),
        ("Deux cas : l'un ; l'autre !", f"Deux cas{WIDE}: l’un{NARROW}; l’autre{NARROW}!"),
        ("« oui »", f"«{WIDE}oui{WIDE}»"),
        ("95 % de 12 000", f"95{WIDE}% de 12{NARROW}000"),
        ("https://example.org:80/?a=b;c", "https://example.org:80/?a=b;c"),
        ("{'clé': 1}", "{'clé': 1}"),
    ],
)
def test_typeset(plain: str, set_: str) -> None:
    """Cards written with plain spaces get French typography; addresses and code stay as they are."""
    assert typeset(plain, "fr") == set_
    assert typeset(plain, "en") == plain


@given(st.text())
def test_typeset_is_stable_and_changes_spaces_only(text: str) -> None:
    """Setting twice changes nothing more, and only spaces and apostrophes ever change."""
    done = typeset(text, "fr")
    assert typeset(done, "fr") == done
    assert re.sub(rf"[ {NARROW}{WIDE}]", " ", done).replace("’", "'") == re.sub(
        rf"[ {NARROW}{WIDE}]", " ", text
    ).replace("’", "'")


def test_numbers() -> None:
    """Decimal comma and narrow spaces in French, point and comma in English, a true minus in both."""
    assert (FR.number(12345.678, 1), EN.number(12345.678, 1)) == (f"12{NARROW}345,7", "12,345.7")
    assert (FR.score(0.4236), EN.score(0.4236)) == ("42,4", "42.4")
    assert (FR.percent(0.021), EN.percent(0.021)) == (f"2,1{WIDE}%", "2.1%")
    assert (FR.gap(-0.05), FR.gap(0.05), FR.gap(0.0), EN.gap(-0.0)) == ("−5,0", "+5,0", "0,0", "0.0")
    assert (FR.compact(134_515_008), EN.compact(134_515_008), EN.compact(1_500_000_000)) == (
        f"135{WIDE}M",
        "135M",
        "1.5B",
    )
    assert (FR.score(None), EN.percent(None)) == ("–", "–")


@given(st.floats(-1, 1))
def test_a_rounded_zero_has_no_sign(value: Any) -> None:
    """−0,0 is never shown."""
    assert FR.score(value) != "−0,0"
    assert FR.gap(value) not in {"−0,0", "+0,0"} or abs(value) > 0


def test_dates_and_durations() -> None:
    """Dates are in words, the first of a month is an ordinal in French; durations choose their unit."""
    assert (FR.date("2026-11-01"), FR.date("2026-11-22")) == ("1er novembre 2026", "22 novembre 2026")
    assert EN.date("2026-11-01") == "1 November 2026"
    assert EN.date("soon") == "soon"
    assert [str(EN.duration(s)) for s in (1.5, 119, 120, 7199, 7200)] == [
        "1.5 s",
        "119.0 s",
        "2.0 min",
        "120.0 min",
        "2.0 h",
    ]


def test_plurals() -> None:
    """0 is singular in French and plural in English."""
    assert FR.text("others", 0) == "0 autre"
    assert EN.text("others", 0) == "0 others"
    assert (FR.text("others", 1), FR.text("others", 2)) == ("1 autre", "2 autres")


def test_values_are_escaped_in_texts() -> None:
    """What is put into a text is escaped, Markup excepted; braces in it mean nothing."""
    assert FR.text("submission.by", team="<b>{team}</b>") == f"Équipe{WIDE}: <bdi>&lt;b&gt;{{team}}&lt;/b&gt;</bdi>."
    assert EN.listing(["<a>", Markup("<b>b</b>"), "{0}"]) == "&lt;a&gt;, <b>b</b> and {0}"


def test_an_unknown_text_says_where_it_is_missing() -> None:
    """A missing text names its key and the catalogue."""
    with pytest.raises(PublishError, match=r"'no\.such\.key'"):
        FR.text("no.such.key")
