"""French typography of what a reader sees: every text of every French page, scripts included, and what is spoken."""

from __future__ import annotations

import re
from typing import Any

import pytest
from browsing import DESKTOP, Visit

pytestmark = pytest.mark.browser

NO_BREAK, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
# What is not ours to set: what teams and models wrote, code, addresses, and parts in another language.
_TEXTS = """() => {
    const found = new Set();
    const others = "bdi, code, pre, script, style, .verbatim, .identifier, textarea, [dir=auto], [lang]:not([lang=fr])";
    const blocks = new Set(["inline", "inline-block", "inline-flex", "contents"]);
    const walk = (node, into) => {
        for (const one of node.childNodes) {
            if (one.nodeType === Node.TEXT_NODE) into.push(one.textContent);
            else if (one.nodeType === Node.ELEMENT_NODE) {
                for (const name of ["aria-label", "title", "placeholder", "alt", "data-label"])
                    if (one.hasAttribute(name) && !one.querySelector("bdi")) found.add(one.getAttribute(name));
                if (one.matches(others)) into.push("\\u2063");
                else if (blocks.has(getComputedStyle(one).display)) walk(one, into);
                else { const own = []; walk(one, own); found.add(own.join("")); into.push("\\n"); }
            }
        }
    };
    const own = [];
    walk(document.body, own);
    found.add(own.join(""));
    found.add(document.querySelector("meta[name=description]")?.content || "");
    return [...found];
}"""
FAULTS = {
    "a space that breaks before a tall mark or %": r"[ \n][;:!?%»](?=[\s.,)]|$)",
    "no narrow no-break space before ; ! ?": rf"(?<=[\w»)])(?!{NARROW})[^\w»)\s⁣]?(?<![{NARROW}?!&\w])[;!?](?=\s|$)",
    "no space before ; ! ?": r"[\w»)][;!?](?=\s|$)",
    "another space than the narrow one before ; ! ?": rf"{NO_BREAK}[;!?]",
    "no no-break space before a colon": rf"(?:\w|{NARROW}):(?=\s|$)",
    "guillemets without their spaces": rf"«(?!{NO_BREAK})|(?<!{NO_BREAK})»",
    "English or typewriter quotes": r"[“”\"]",
    "a straight apostrophe": r"\w'\w",
    "three points for an ellipsis": r"\.\.\.",
    "a decimal point": r"(?<![\w.-])(?!(?:4\.1|2\.[0-2])\b)\d+\.\d+(?![\w.-])",
    "a comma between thousands": r"\b\d{1,3},\d{3}\b(?!\d)",
    "a hyphen for a minus": r"(?:^|[\s(])-\d",
    "a date for machines": r"\b\d{4}-\d\d-\d\d\b",
    "a space that breaks between thousands or before a unit": r"\d \d{3}\b|\d (?:%|J|kJ|MJ|Wh|kWh|s|Go|Md)\b",
}


def _faults(text: str) -> list[str]:
    return [f"{fault}: …{text[max(hit.start() - 30, 0) : hit.end() + 20]!r}"
            for fault, pattern in FAULTS.items() for hit in re.finditer(pattern, text)]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["Quoi?", "Quoi ?", f"Quoi{NO_BREAK}?", "Ici: là", "« ici »", "l'aire", "68.4 points", "1,234", "-3", "3 %"]
)
def test_faults_are_found(text: str) -> None:
    """Each of these is set wrongly."""
    assert _faults(text)


def test_what_is_set_well_passes() -> None:
    """Versions, intervals, times and addresses are no faults."""
    good = f"Quoi{NARROW}? Ici{NO_BREAK}: «{NO_BREAK}l’aire{NO_BREAK}» de 68,4, −3, 12{NARROW}345, 95{NO_BREAK}%."
    assert _faults(good) == []


def test_french_pages_are_set_in_french_as_they_are_seen(browser: Any, whole: Any) -> None:
    """No text of any French page has a fault, nor what is read aloud or shown in a hint."""
    visit = Visit(browser, whole.address, scripts=True, viewport=DESKTOP)
    found = {}
    for path in (path for path in whole.pages if path.startswith("rounds/example/fr/")):
        texts = visit.open(path).evaluate(_TEXTS)
        assert len(texts) > 20 or "embed" in path, path
        faults = [fault for text in texts for fault in _faults(text)]
        if faults:
            found[path] = faults
    visit.close()
    assert found == {}
