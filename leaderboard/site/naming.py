"""What each submission is called on pages: so that nobody can be taken for somebody else, nor a title for a place."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping

from harness.types import Json
from leaderboard.site.literal import unpiled

# Characters without a shape: a title of these alone is none, and two that differ by these alone look the same.
_UNSEEN = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# What a hasty reader takes for a Latin letter: Cyrillic, Greek and Armenian ones as they are written, small or capital,
# then of what is left, without capitals, digits for letters and pairs of letters for one.
_BORROWED = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405"
    "\u03b1\u03b3\u03b7\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u0570\u0578\u057d\u0585\u0581\u0131",
    "aeopcyxijshdqwABEKMHOPCTYXIJSaynikvoptuxABEZHIKMNOPTYXhnuogi",
)
_MISREAD = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("i", "l"), ("|", "l"), ("5", "s"))  # as in the intake
_IDENTIFIER = re.compile(r"[^\s/()]+/[^\s/()]+")
_WHOLE = 100  # characters of an identifier: two names of forty, and what a table of another hand may have
_NAME_LENGTH = 60  # longer titles are cut in tables and whole on their own page


def cut(text: str, length: int = _NAME_LENGTH) -> str:
    """The text, cut with an ellipsis when it is longer than `length`."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def called(row: Json) -> str:
    """A submission's title, or its identifier where the title has no letter: stars, a medal or a place say no name."""
    title = unpiled(row["title"].strip())
    letters = (unicodedata.category(letter).startswith("L") for letter in _UNSEEN.sub("", title))
    return title if any(letters) else str(row["submission"])


def shown_names(standings: Mapping[str, Json]) -> dict[str, str]:
    """What each of a round's submissions is called: its title, with its identifier where it could be taken for another.

    That is where two look alike, or a title holds the identifier of another submission.
    """
    shown = {name: cut(called(row)) for name, row in standings.items()}
    looks = {name: _look(title) for name, title in shown.items()}
    often = Counter(looks.values())

    def doubtful(name: str, title: str) -> bool:
        others = (found for found in _IDENTIFIER.findall(title) if found != name)
        return often[looks[name]] > 1 or any(found in standings for found in others)

    return {name: f"{title} ({cut(name, _WHOLE)})" if doubtful(name, title) else title for name, title in shown.items()}


def _look(title: str) -> str:
    """What a hasty reader takes a title for: small letters and digits alone, borrowed ones for those they look like.

    Two that look alike so are shown with their identifiers: that costs little where they would have been told apart.
    """
    look = _UNSEEN.sub("", unicodedata.normalize("NFKC", title)).translate(_BORROWED).casefold()
    for written, read in _MISREAD:
        look = look.replace(written, read)
    return re.sub(r"[\W_]+", "", look) or look
