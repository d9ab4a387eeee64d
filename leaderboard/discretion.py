"""What a machine says of itself in passing: it stays out of what everybody reads."""

from __future__ import annotations

import re

_PART = r"[^\s/:;,\"'`()<>\[\]{}]+"
_HOMES = re.compile(rf"(?<![\w./…])(?:/home|/Users|/users|/export/home)/{_PART}+(?:/(?!{_PART})|(?!/))")  # an account's
_PATH = re.compile(rf"(?:(?<![\w./…])~?|(?<=file://))/(?:{_PART}/)+(?={_PART})")


def pathless(text: str) -> str:
    """The text with `…/` for the folders of absolute paths: accounts and folders of a machine are nobody's business.

    Addresses of the web and relative paths stay.
    """
    return _PATH.sub("…/", _HOMES.sub("…", text))
