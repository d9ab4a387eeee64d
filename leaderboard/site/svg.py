"""SVG elements that carry their own words, and the numbers inside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup, escape


@dataclass(frozen=True, slots=True)
class Words:
    """What a chart says, in the page's language."""

    title: str
    description: str
    level: str = ""  # name of the horizontal axis
    score: Callable[[float], str] = "{:.0%}".format  # a score on the vertical axis


def drawing(kind: str, size: tuple[int, int], words: Words, body: str, *, fluid: bool = False) -> Markup:
    """The SVG element; its name and description are read by screen readers, and shown on hover."""
    width, height = size
    fixed = "" if fluid else f' width="{width}" height="{height}"'
    label = f"{words.title}. {words.description}" if words.description else words.title
    return markup(
        f'<svg class="{kind}"{fixed} viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}" '
        f'focusable="false"><title>{escape(words.title)}</title>'
        f"<desc>{escape(words.description)}</desc>{body}</svg>"
    )


def markup(html: str) -> Markup:
    """Every text in `html` went through `escape`; the rest are numbers and our own class names."""
    return Markup(html)  # noqa: S704 - see above


def n(number: float) -> str:
    """A coordinate with one decimal, without a useless zero."""
    return f"{number:.1f}".removesuffix(".0")
