"""What whoever publishes says of the publication: where it stands on the web, and how to reach the organisers."""

from __future__ import annotations

import re

from harness.errors import PublishError

_WEB = re.compile(r"""https?://[^\s<>"'\\^`{|}?#]+""")  # other addresses follow from it, and code to be copied
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)


def web_address(url: str) -> str:
    """An address with a slash at its end; PublishError where it is none of the web."""
    if url and not _is_web(url):
        raise PublishError(f"{url!r} is no address", where="--url", remedy="give the whole of it: https://example.org/")
    return f"{url.rstrip('/')}/" if url else ""


def contact_address(text: str) -> str:
    """An e-mail address or one of the web, as it was given; PublishError where it is neither."""
    if text and not (_MAIL.fullmatch(text) or _is_web(text)):
        remedy = (
            "give an e-mail address (challenge@example.org) or a page's whole address (https://example.org/contact)"
        )
        raise PublishError(f"nobody can be reached at {text!r}", where="--contact", remedy=remedy)
    return text


def link(contact: str) -> str:
    """What leads there from a page."""
    return contact if _is_web(contact) else f"mailto:{contact}"


def _is_web(text: str) -> bool:
    return bool(_WEB.fullmatch(text)) and text.isprintable()
