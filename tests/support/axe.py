"""axe-core in a page: what it finds against WCAG 2.2 AA, as lines to read."""

from __future__ import annotations

import functools
from importlib import resources
from typing import Any

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# The shadows of boxes that scroll are gradients, where axe gives contrast up; the paper is all that words lie on.
_PLAIN = "document.querySelectorAll('.scroll').forEach(box => { box.style.background = 'none'; })"
_RUN = """tags => axe.run(document, {runOnly: {type: "tag", values: tags}, elementRef: true,
        resultTypes: ["violations", "incomplete"]})
    .then(found => [
        ...found.violations.flatMap(one => one.nodes
            .map(node => [one.id, node.target.join(" "), node.failureSummary, ""])),
        ...found.incomplete.filter(one => one.id === "color-contrast").flatMap(one => one.nodes)
            .filter(node => !node.element.closest("svg"))
            .map(node => ["untold contrast", node.target.join(" "), node.failureSummary,
                node.any.map(check => (check.data && check.data.messageKey) || "").join(" ")]),
    ])"""
# Texts whose contrast axe cannot tell: those of one letter or of signs alone, as they might be pictures (their classes
# have longer texts too), and those that reach out of a box that scrolls (they are in sight on a wide screen). Those in
# drawings are left to test_style.py, which measures their colours.
_UNTOLD = {"shortTextContent", "nonBmp", "elmPartiallyObscured"}


@functools.cache
def source() -> str:
    """The script, from the package that carries it."""
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def prepare(page: Any) -> None:
    """Put axe into a page of a context with `bypass_csp`."""
    page.evaluate(source())
    page.evaluate(_PLAIN)


def findings(page: Any) -> list[str]:
    """Each violation, and each text whose contrast axe could not tell for no reason that is known here."""
    found = page.evaluate(_RUN, list(TAGS))
    return [f"{rule}: {target}: {why}" for rule, target, why, key in found if key not in _UNTOLD]
